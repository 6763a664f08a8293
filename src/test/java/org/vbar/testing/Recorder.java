package org.vbar.testing;

import java.util.List;
import org.vbar.graph.CustomOp;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.Op;

/** Records any op of the table through the public methods that a user would call. */
public final class Recorder {
  /** a·b², the custom op that tests use; it offers its derivatives as nodes, too. */
  public static final CustomOp A_TIMES_B_SQUARED =
      new CustomOp() {
        @Override
        public String name() {
          return "aTimesBSquared";
        }

        @Override
        public double value(double[] v) {
          return v[0] * v[1] * v[1];
        }

        @Override
        public void localDerivatives(double[] v, double value, double[] into) {
          into[0] = v[1] * v[1];
          into[1] = 2 * v[0] * v[1];
        }

        @Override
        public List<Node> localDerivativeNodes(List<Node> v, Node value) {
          return List.of(v.get(1).square(), v.get(0).times(v.get(1)).times(2));
        }
      };

  private Recorder() {}

  /**
   * Records one node.
   *
   * @param operands the parents; for dot the left list, then the right one
   * @param parameter the number beside the parents, for ops that have one
   */
  public static Node record(Graph graph, Op op, List<Node> operands, double parameter) {
    if (op.arity() == Op.Arity.N_ARY) {
      return recordNary(graph, op, operands);
    }
    if (op.arity() == Op.Arity.BINARY) {
      return recordBinary(op, operands.get(0), operands.get(1));
    }
    Node x = operands.get(0);
    // No default, here and below: a new op that no test records is an error of the compiler.
    return switch (op) {
      case NEGATED -> x.negated();
      case RECIPROCAL -> x.reciprocal();
      case POW_CONSTANT -> x.pow(parameter);
      case SQUARE -> x.square();
      case SQRT -> x.sqrt();
      case CBRT -> x.cbrt();
      case EXP -> x.exp();
      case EXPM1 -> x.expm1();
      case LOG -> x.log();
      case LOG1P -> x.log1p();
      case LOG2 -> x.log2();
      case LOG10 -> x.log10();
      case SIN -> x.sin();
      case COS -> x.cos();
      case TAN -> x.tan();
      case ASIN -> x.asin();
      case ACOS -> x.acos();
      case ATAN -> x.atan();
      case SINH -> x.sinh();
      case COSH -> x.cosh();
      case TANH -> x.tanh();
      case ASINH -> x.asinh();
      case ACOSH -> x.acosh();
      case ATANH -> x.atanh();
      case ABS -> x.abs();
      case SIGN -> x.sign();
      case SIGMOID -> x.sigmoid();
      case SOFTPLUS -> x.softplus();
      case RELU -> x.relu();
      case LEAKY_RELU -> x.leakyRelu(parameter);
      case ELU -> x.elu(parameter);
      case GELU -> x.gelu();
      case SILU -> x.silu();
      case HEAVISIDE -> x.heaviside();
      case ERF -> x.erf();
      case ERFC -> x.erfc();
      case LOG_GAMMA -> x.logGamma();
      case DIGAMMA -> x.digamma();
      case POLYGAMMA -> x.polygamma((int) parameter);
      case VARIABLE,
          CONSTANT,
          PLUS,
          MINUS,
          TIMES,
          DIVIDED_BY,
          POW,
          ATAN2,
          MIN,
          MAX,
          HYPOT,
          LESS_THAN,
          LESS_OR_EQUAL,
          GREATER_THAN,
          GREATER_OR_EQUAL,
          EQUAL_TO,
          WHERE,
          SUM,
          DOT,
          LOG_SUM_EXP,
          CUSTOM ->
          throw new IllegalArgumentException(op + " is not unary.");
    };
  }

  private static Node recordBinary(Op op, Node a, Node b) {
    return switch (op) {
      case PLUS -> a.plus(b);
      case MINUS -> a.minus(b);
      case TIMES -> a.times(b);
      case DIVIDED_BY -> a.dividedBy(b);
      case POW -> a.pow(b);
      case ATAN2 -> a.atan2(b);
      case MIN -> a.min(b);
      case MAX -> a.max(b);
      case HYPOT -> a.hypot(b);
      case LESS_THAN -> a.lessThan(b);
      case LESS_OR_EQUAL -> a.lessOrEqual(b);
      case GREATER_THAN -> a.greaterThan(b);
      case GREATER_OR_EQUAL -> a.greaterOrEqual(b);
      case EQUAL_TO -> a.equalTo(b);
      default -> throw new IllegalArgumentException(op + " is not binary.");
    };
  }

  private static Node recordNary(Graph graph, Op op, List<Node> operands) {
    int half = operands.size() / 2;
    return switch (op) {
      case WHERE -> Node.where(operands.get(0), operands.get(1), operands.get(2));
      case SUM -> graph.sum(operands);
      case DOT -> graph.dot(operands.subList(0, half), operands.subList(half, 2 * half));
      case LOG_SUM_EXP -> graph.logSumExp(operands);
      case CUSTOM -> graph.apply(A_TIMES_B_SQUARED, operands);
      default -> throw new IllegalArgumentException(op + " is not n-ary.");
    };
  }
}
