package org.vbar.derive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableList;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vbar.graph.Op;

/** Every formula of {@link LocalDerivatives} against the op table. */
class LocalDerivativesTest {
  private static final double ROUNDING = 1e-12;
  private static final Set<Op> LEAVES_AND_CUSTOM = EnumSet.of(Op.VARIABLE, Op.CONSTANT, Op.CUSTOM);

  @ParameterizedTest
  @EnumSource
  void formulas_everyOp_haveTheValuesOfTheTable(Op op) {
    if (LEAVES_AND_CUSTOM.contains(op)) {
      return;
    }
    int checked = 0;
    for (double[] v : points(op)) {
      double parameter = op.hasParameter() ? v[v.length - 1] : Double.NaN;
      int parents = op.hasParameter() ? v.length - 1 : v.length;
      Scope scope = new Scope();
      ImmutableList.Builder<Expression> operands = ImmutableList.builder();
      for (int k = 0; k < parents; k++) {
        Symbol symbol = new Symbol("v" + k, Symbol.Kind.NODE, k, false);
        scope.put(symbol, v[k]);
        operands.add(symbol);
      }
      double value = op.evaluate(v);
      assertNear(
          value,
          LocalDerivatives.value(op, operands.build(), parameter).evaluate(scope).at(0, 0),
          op + " value");
      Symbol y = new Symbol("y", Symbol.Kind.NODE, 99, false);
      scope.put(y, value);
      double[] derivatives = new double[parents];
      op.localDerivatives(v, value, derivatives);
      for (int k = 0; k < parents; k++) {
        Expression formula = LocalDerivatives.of(op, operands.build(), parameter, k, y);
        assertNear(derivatives[k], formula.evaluate(scope).at(0, 0), op + " operand " + k);
        checked++;
      }
    }
    assertEquals(true, checked > 0, "no point for " + op);
  }

  private static void assertNear(double expected, double actual, String what) {
    assertEquals(expected, actual, ROUNDING * Math.max(1, Math.abs(expected)), what);
  }

  private static double[][] points(Op op) {
    return switch (op) {
      case ACOSH -> new double[][] {{1.5}, {3}};
      case ASIN, ACOS, ATANH -> new double[][] {{-0.5}, {0}, {0.75}};
      case SQRT, CBRT, LOG, LOG1P, LOG2, LOG10, LOG_GAMMA, DIGAMMA ->
          new double[][] {{0.25}, {1}, {3.5}};
      case POLYGAMMA -> new double[][] {{0.5, 1}, {2.5, 2}};
      case POW_CONSTANT -> new double[][] {{2, 3}, {0.5, -1.5}, {2, 0}, {-2, 2}};
      case POW -> new double[][] {{2, 3}, {0.5, -1.5}, {3, 0}};
      case LEAKY_RELU, ELU -> new double[][] {{-2, 0.1}, {0, 0.1}, {3, 0.1}};
      case WHERE -> new double[][] {{1, 5, 7}, {0, 5, 7}};
      case SUM, LOG_SUM_EXP -> new double[][] {{1, -2, 0.5}};
      case DOT -> new double[][] {{1, -2, 0.5, 4, 3, -1}};
      case RECIPROCAL -> new double[][] {{-2}, {0.5}};
      default ->
          switch (op.arity()) {
            case UNARY -> new double[][] {{-1.25}, {0}, {0.75}, {2}};
            default -> new double[][] {{1.5, -2}, {-0.5, 0.75}, {2, 2}};
          };
    };
  }
}
