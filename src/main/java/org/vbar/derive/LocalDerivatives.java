package org.vbar.derive;

import static org.vbar.derive.Expression.apply;
import static org.vbar.derive.Expression.number;
import static org.vbar.derive.Expression.product;
import static org.vbar.derive.Expression.sum;

import com.google.common.collect.ImmutableList;
import org.vbar.graph.Op;

/**
 * The ops as formulas: values, and local derivatives in the form that textbooks give them.
 *
 * <p>The op table computes σ′ as σ(x)·σ(−x), which is accurate; a derivation writes σ(x)·(1 −
 * σ(x)), which people know. The tests compare each formula here with the table.
 */
final class LocalDerivatives {
  private static final Expression ONE = number(1);
  private static final Expression ZERO = number(0);

  private LocalDerivatives() {}

  /** The value of an op as a formula of its operands. */
  static Expression value(Op op, ImmutableList<Expression> v, double p) {
    return switch (op) {
      case PLUS, SUM -> v.isEmpty() ? ZERO : sum(v);
      case MINUS -> v.get(0).minus(v.get(1));
      case TIMES -> v.get(0).times(v.get(1));
      case DIVIDED_BY -> v.get(0).over(v.get(1));
      case NEGATED -> v.get(0).negated();
      case RECIPROCAL -> ONE.over(v.get(0));
      case SQUARE -> v.get(0).power(2);
      case POW_CONSTANT -> v.get(0).power(p);
      case POW -> new Expression.Power(v.get(0), v.get(1));
      case DOT -> dot(v);
      case LEAKY_RELU, ELU, POLYGAMMA -> apply(op, v.get(0), number(p));
      default -> new Expression.Apply(op, v);
    };
  }

  private static Expression dot(ImmutableList<Expression> v) {
    ImmutableList.Builder<Expression> terms = ImmutableList.builder();
    int n = v.size() / 2;
    for (int k = 0; k < n; k++) {
      terms.add(v.get(k).times(v.get(n + k)));
    }
    return n == 0 ? ZERO : sum(terms.build());
  }

  /**
   * The local derivative of an op with respect to operand k, as a formula of its operands.
   *
   * @param v the operands
   * @param p the number beside the parents, if the op has one
   * @param y the op's value, for the few formulas that are shorter with it
   */
  static Expression of(Op op, ImmutableList<Expression> v, double p, int k, Expression y) {
    Expression x = v.get(k);
    return switch (op) {
      case VARIABLE, CONSTANT, CUSTOM ->
          throw new IllegalArgumentException(op + " has no formula for a local derivative.");
      case PLUS, SUM -> ONE;
      case MINUS -> number(k == 0 ? 1 : -1);
      case TIMES -> v.get(1 - k);
      case DIVIDED_BY -> k == 0 ? ONE.over(v.get(1)) : v.get(0).over(v.get(1).power(2)).negated();
      case NEGATED -> number(-1);
      case RECIPROCAL -> ONE.over(x.power(2)).negated();
      case POW_CONSTANT -> p == 0 ? ZERO : product(number(p), x.power(p - 1));
      case POW ->
          k == 0
              ? v.get(1).times(new Expression.Power(v.get(0), v.get(1).minus(ONE)))
              : new Expression.Power(v.get(0), v.get(1)).times(apply(Op.LOG, v.get(0)));
      case SQUARE -> product(number(2), x);
      case SQRT -> ONE.over(product(number(2), apply(op, x)));
      case CBRT -> ONE.over(product(number(3), apply(op, x).power(2)));
      case EXP, EXPM1 -> apply(Op.EXP, x);
      case LOG -> ONE.over(x);
      case LOG1P -> ONE.over(ONE.plus(x));
      case LOG2 -> ONE.over(product(x, apply(Op.LOG, number(2))));
      case LOG10 -> ONE.over(product(x, apply(Op.LOG, number(10))));
      case SIN -> apply(Op.COS, x);
      case COS -> apply(Op.SIN, x).negated();
      case TAN -> ONE.plus(apply(op, x).power(2));
      case ASIN -> ONE.over(apply(Op.SQRT, ONE.minus(x.power(2))));
      case ACOS -> ONE.over(apply(Op.SQRT, ONE.minus(x.power(2)))).negated();
      case ATAN -> ONE.over(ONE.plus(x.power(2)));
      case ATAN2 -> atan2(v, k);
      case SINH -> apply(Op.COSH, x);
      case COSH -> apply(Op.SINH, x);
      case TANH -> ONE.minus(apply(op, x).power(2));
      case ASINH -> ONE.over(apply(Op.SQRT, x.power(2).plus(ONE)));
      case ACOSH -> ONE.over(apply(Op.SQRT, x.power(2).minus(ONE)));
      case ATANH -> ONE.over(ONE.minus(x.power(2)));
      case ABS -> apply(Op.SIGN, x);
      case SIGN, HEAVISIDE, LESS_THAN, LESS_OR_EQUAL, GREATER_THAN, GREATER_OR_EQUAL, EQUAL_TO ->
          ZERO;
      case MIN -> half(v.get(1 - k).minus(x));
      case MAX -> half(x.minus(v.get(1 - k)));
      case HYPOT -> x.over(y);
      case SIGMOID -> apply(op, x).times(ONE.minus(apply(op, x)));
      case SOFTPLUS -> apply(Op.SIGMOID, x);
      case RELU -> apply(Op.HEAVISIDE, x);
      case LEAKY_RELU -> number(p).plus(product(number(1 - p), apply(Op.HEAVISIDE, x)));
      case ELU ->
          apply(Op.HEAVISIDE, x)
              .plus(
                  product(
                      number(p),
                      ONE.minus(apply(Op.HEAVISIDE, x)),
                      apply(Op.EXP, apply(Op.MIN, x, ZERO))));
      case GELU -> gelu(x);
      case SILU -> silu(x);
      case ERF -> gaussian(2 / Math.sqrt(Math.PI), x);
      case ERFC -> gaussian(-2 / Math.sqrt(Math.PI), x);
      case LOG_GAMMA -> apply(Op.DIGAMMA, x);
      case DIGAMMA -> apply(Op.POLYGAMMA, x, ONE);
      case POLYGAMMA -> apply(Op.POLYGAMMA, x, number(p + 1));
      case WHERE -> where(v.get(0), k);
      case DOT -> v.get((k + v.size() / 2) % v.size());
      case LOG_SUM_EXP -> apply(Op.EXP, x.minus(y));
    };
  }

  private static Expression atan2(ImmutableList<Expression> v, int k) {
    Expression square = v.get(0).power(2).plus(v.get(1).power(2));
    Expression quotient = v.get(1 - k).over(square);
    return k == 0 ? quotient : quotient.negated();
  }

  /** 1 for x &gt; 0, ½ for 0, 0 below. */
  private static Expression half(Expression x) {
    return product(number(0.5), ONE.plus(apply(Op.SIGN, x)));
  }

  /** Φ(x) + x φ(x). */
  private static Expression gelu(Expression x) {
    Expression cumulative =
        product(number(0.5), apply(Op.ERFC, product(number(-Math.sqrt(0.5)), x)));
    return cumulative.plus(
        product(
            number(1 / Math.sqrt(2 * Math.PI)),
            x,
            apply(Op.EXP, product(number(-0.5), x.power(2)))));
  }

  /** σ(x)·(1 + x·(1 − σ(x))). */
  private static Expression silu(Expression x) {
    Expression sigmoid = apply(Op.SIGMOID, x);
    return sigmoid.times(ONE.plus(x.times(ONE.minus(sigmoid))));
  }

  private static Expression gaussian(double factor, Expression x) {
    return product(number(factor), apply(Op.EXP, x.power(2).negated()));
  }

  private static Expression where(Expression condition, int k) {
    return switch (k) {
      case 0 -> ZERO;
      case 1 -> apply(Op.WHERE, condition, ONE, ZERO);
      default -> apply(Op.WHERE, condition, ZERO, ONE);
    };
  }
}
