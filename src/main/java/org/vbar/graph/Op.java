package org.vbar.graph;

import static java.lang.Double.NEGATIVE_INFINITY;
import static java.lang.Double.NaN;

import com.google.common.base.CaseFormat;
import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.commons.numbers.gamma.Erf;
import org.apache.commons.numbers.gamma.Erfc;

/**
 * The op table: for every kind of node its value, its local derivatives as numbers, the same
 * derivatives as nodes, its formula as text and LaTeX, its domain and what happens at its kinks.
 *
 * <p>Everything that needs to know about ops reads this table: recording, derivatives as nodes,
 * compilation, pictures, derivations and the tests. The reverse sweep knows no op at all, because
 * local derivatives are stored when a node is recorded.
 *
 * <p>Rules that hold for every op unless its row says otherwise:
 *
 * <ul>
 *   <li>A NaN operand gives a NaN value.
 *   <li>Outside the domain the value is NaN, or ±∞ at a pole; the local derivative follows its
 *       formula, also where that makes a difference between 0 and −0.
 *   <li>At a kink the local derivative is a fixed subgradient that the row names, for example
 *       relu′(0) = 0 and |x|′(0) = 0.
 *   <li>Numbers and nodes agree: at finite operands the derivative as nodes has the value of the
 *       derivative as a number, to rounding.
 * </ul>
 *
 * <p>exp, log, pow, sin, cos and tan come from {@link Math}, everything else that is not elementary
 * from {@link StrictMath} and Apache Commons Numbers, so that results do not depend on the JDK's
 * version.
 */
public enum Op {
  /** A leaf that derivatives are asked for. */
  VARIABLE(Arity.LEAF, "", "", "ℝ", "none"),

  /** A leaf that takes no derivative. */
  CONSTANT(Arity.LEAF, "", "", "ℝ", "none"),

  /** a + b; ∂a = 1, ∂b = 1. */
  PLUS(Arity.BINARY, "{0} + {1}", "{0} + {1}", "ℝ²", "none") {
    @Override
    double value(double a, double b) {
      return a + b;
    }

    @Override
    double left(double a, double b, double y) {
      return 1;
    }

    @Override
    double right(double a, double b, double y) {
      return 1;
    }

    @Override
    Node left(Node a, Node b, Node y) {
      return y.literal(1);
    }

    @Override
    Node right(Node a, Node b, Node y) {
      return y.literal(1);
    }
  },

  /** a − b; ∂a = 1, ∂b = −1. */
  MINUS(Arity.BINARY, "{0} - {1}", "{0} - {1}", "ℝ²", "none") {
    @Override
    double value(double a, double b) {
      return a - b;
    }

    @Override
    double left(double a, double b, double y) {
      return 1;
    }

    @Override
    double right(double a, double b, double y) {
      return -1;
    }

    @Override
    Node left(Node a, Node b, Node y) {
      return y.literal(1);
    }

    @Override
    Node right(Node a, Node b, Node y) {
      return y.literal(-1);
    }
  },

  /** a·b; ∂a = b, ∂b = a. */
  TIMES(Arity.BINARY, "{0}·{1}", "{0} \\cdot {1}", "ℝ²", "none") {
    @Override
    double value(double a, double b) {
      return a * b;
    }

    @Override
    double left(double a, double b, double y) {
      return b;
    }

    @Override
    double right(double a, double b, double y) {
      return a;
    }

    @Override
    Node left(Node a, Node b, Node y) {
      return b;
    }

    @Override
    Node right(Node a, Node b, Node y) {
      return a;
    }
  },

  /** a/b; ∂a = 1/b, ∂b = −y/b. */
  DIVIDED_BY(Arity.BINARY, "{0} / {1}", "\\frac{{0}}{{1}}", "b ≠ 0", "none") {
    @Override
    double value(double a, double b) {
      return a / b;
    }

    @Override
    double left(double a, double b, double y) {
      return 1 / b;
    }

    @Override
    double right(double a, double b, double y) {
      return -y / b;
    }

    @Override
    Node left(Node a, Node b, Node y) {
      return b.reciprocal();
    }

    @Override
    Node right(Node a, Node b, Node y) {
      return y.negated().dividedBy(b);
    }
  },

  /** −x; ∂x = −1. */
  NEGATED(Arity.UNARY, "-{0}", "-{0}", "ℝ", "none") {
    @Override
    double value(double x) {
      return -x;
    }

    @Override
    double derivative(double x, double y) {
      return -1;
    }

    @Override
    Node derivative(Node x, Node y) {
      return y.literal(-1);
    }
  },

  /** 1/x; ∂x = −y². */
  RECIPROCAL(Arity.UNARY, "1 / {0}", "\\frac{1}{{0}}", "x ≠ 0", "none") {
    @Override
    double value(double x) {
      return 1 / x;
    }

    @Override
    double derivative(double x, double y) {
      return -(y * y);
    }

    @Override
    Node derivative(Node x, Node y) {
      return y.square().negated();
    }
  },

  /**
   * x^p with a number p; ∂x = p·x^(p−1). For p = 0 the value is 1 and the derivative 0 everywhere,
   * also for a NaN operand. Powers with whole exponents from −2 to 4 are products of x or 1/x,
   * within 2 units in the last place; all others are {@link Math#pow}.
   */
  POW_CONSTANT(
      Arity.UNARY_WITH_PARAMETER,
      "{0}^{1}",
      "{0}^{{1}}",
      "x ≥ 0 unless p is whole",
      "p < 1 at x = 0: ±∞") {
    @Override
    double value(double x, double p) {
      return Elementary.power(x, p);
    }

    @Override
    double left(double x, double p, double y) {
      return p == 0 ? 0 : p * Elementary.power(x, p - 1);
    }

    @Override
    Node left(Node x, double p, Node y) {
      return p == 0 ? y.literal(0) : x.pow(p - 1).times(p);
    }
  },

  /**
   * a^b; ∂a = b·a^(b−1), which is 0 for b = 0; ∂b = a^b·ln a, which is 0 for a = 0 and b &gt; 0 and
   * NaN for a &lt; 0. For b = 0 the value is 1, also for a NaN a.
   */
  POW(Arity.BINARY, "{0}^{1}", "{0}^{{1}}", "a > 0, or a < 0 and b whole", "a = 0") {
    @Override
    double value(double a, double b) {
      return Math.pow(a, b);
    }

    @Override
    double left(double a, double b, double y) {
      return b == 0 ? 0 : b * Math.pow(a, b - 1);
    }

    @Override
    double right(double a, double b, double y) {
      return a == 0 && b > 0 ? 0 : y * Math.log(a);
    }

    @Override
    Node left(Node a, Node b, Node y) {
      return Node.where(b.equalTo(0), y.literal(0), b.times(a.pow(b.minus(1))));
    }

    @Override
    Node right(Node a, Node b, Node y) {
      Node zero = a.equalTo(0).times(b.greaterThan(0));
      return Node.where(zero, y.literal(0), y.times(a.log()));
    }
  },

  /** x²; ∂x = 2x. */
  SQUARE(Arity.UNARY, "{0}²", "{0}^2", "ℝ", "none") {
    @Override
    double value(double x) {
      return x * x;
    }

    @Override
    double derivative(double x, double y) {
      return 2 * x;
    }

    @Override
    Node derivative(Node x, Node y) {
      return x.times(2);
    }
  },

  /** √x; ∂x = 1/(2y). */
  SQRT(Arity.UNARY, "sqrt({0})", "\\sqrt{{0}}", "x ≥ 0", "x = ±0: ±∞") {
    @Override
    double value(double x) {
      return Math.sqrt(x);
    }

    @Override
    double derivative(double x, double y) {
      return 0.5 / y;
    }

    @Override
    Node derivative(Node x, Node y) {
      return y.literal(0.5).dividedBy(y);
    }
  },

  /** ∛x; ∂x = 1/(3y²). */
  CBRT(Arity.UNARY, "cbrt({0})", "\\sqrt[3]{{0}}", "ℝ", "x = 0: +∞") {
    @Override
    double value(double x) {
      return StrictMath.cbrt(x);
    }

    @Override
    double derivative(double x, double y) {
      return 1 / (3 * y) / y;
    }

    @Override
    Node derivative(Node x, Node y) {
      return y.times(3).reciprocal().dividedBy(y);
    }
  },

  /** eˣ; ∂x = y. */
  EXP(Arity.UNARY, "exp({0})", "e^{{0}}", "ℝ", "none") {
    @Override
    double value(double x) {
      return Exponential.of(x);
    }

    @Override
    double derivative(double x, double y) {
      return y;
    }

    @Override
    Node derivative(Node x, Node y) {
      return y;
    }
  },

  /** eˣ − 1, accurate near 0; ∂x = eˣ. */
  EXPM1(Arity.UNARY, "expm1({0})", "\\operatorname{expm1}\\left({0}\\right)", "ℝ", "none") {
    @Override
    double value(double x) {
      return StrictMath.expm1(x);
    }

    @Override
    double derivative(double x, double y) {
      return Exponential.of(x);
    }

    @Override
    Node derivative(Node x, Node y) {
      return x.exp();
    }
  },

  /** ln x; ∂x = 1/x. */
  LOG(Arity.UNARY, "log({0})", "\\ln\\left({0}\\right)", "x > 0", "x = ±0: −∞ with derivative ±∞") {
    @Override
    double value(double x) {
      return Math.log(x);
    }

    @Override
    double derivative(double x, double y) {
      return 1 / x;
    }

    @Override
    Node derivative(Node x, Node y) {
      return x.reciprocal();
    }
  },

  /** ln(1 + x), accurate near 0; ∂x = 1/(1 + x). */
  LOG1P(
      Arity.UNARY,
      "log1p({0})",
      "\\operatorname{log1p}\\left({0}\\right)",
      "x > −1",
      "x = −1: −∞ with derivative +∞") {
    @Override
    double value(double x) {
      return StrictMath.log1p(x);
    }

    @Override
    double derivative(double x, double y) {
      return 1 / (1 + x);
    }

    @Override
    Node derivative(Node x, Node y) {
      return x.plus(1).reciprocal();
    }
  },

  /** log₂ x; ∂x = 1/(x ln 2). */
  LOG2(
      Arity.UNARY,
      "log2({0})",
      "\\log_2\\left({0}\\right)",
      "x > 0",
      "x = ±0: −∞ with derivative ±∞") {
    @Override
    double value(double x) {
      return Elementary.log2(x);
    }

    @Override
    double derivative(double x, double y) {
      return Elementary.LOG2_E / x;
    }

    @Override
    Node derivative(Node x, Node y) {
      return y.literal(Elementary.LOG2_E).dividedBy(x);
    }
  },

  /** log₁₀ x; ∂x = 1/(x ln 10). */
  LOG10(
      Arity.UNARY,
      "log10({0})",
      "\\log_{10}\\left({0}\\right)",
      "x > 0",
      "x = ±0: −∞ with derivative ±∞") {
    @Override
    double value(double x) {
      return StrictMath.log10(x);
    }

    @Override
    double derivative(double x, double y) {
      return Elementary.LOG10_E / x;
    }

    @Override
    Node derivative(Node x, Node y) {
      return y.literal(Elementary.LOG10_E).dividedBy(x);
    }
  },

  /** sin x; ∂x = cos x. */
  SIN(Arity.UNARY, "sin({0})", "\\sin\\left({0}\\right)", "ℝ", "none") {
    @Override
    double value(double x) {
      return Math.sin(x);
    }

    @Override
    double derivative(double x, double y) {
      return Math.cos(x);
    }

    @Override
    Node derivative(Node x, Node y) {
      return x.cos();
    }
  },

  /** cos x; ∂x = −sin x. */
  COS(Arity.UNARY, "cos({0})", "\\cos\\left({0}\\right)", "ℝ", "none") {
    @Override
    double value(double x) {
      return Math.cos(x);
    }

    @Override
    double derivative(double x, double y) {
      return -Math.sin(x);
    }

    @Override
    Node derivative(Node x, Node y) {
      return x.sin().negated();
    }
  },

  /** tan x; ∂x = 1 + y². */
  TAN(Arity.UNARY, "tan({0})", "\\tan\\left({0}\\right)", "x ≠ π/2 + kπ", "none") {
    @Override
    double value(double x) {
      return Math.tan(x);
    }

    @Override
    double derivative(double x, double y) {
      return 1 + y * y;
    }

    @Override
    Node derivative(Node x, Node y) {
      return y.square().plus(1);
    }
  },

  /** arcsin x; ∂x = 1/√((1 − x)(1 + x)). */
  ASIN(Arity.UNARY, "asin({0})", "\\arcsin\\left({0}\\right)", "−1 ≤ x ≤ 1", "x = ±1: +∞") {
    @Override
    double value(double x) {
      return StrictMath.asin(x);
    }

    @Override
    double derivative(double x, double y) {
      return 1 / Math.sqrt((1 - x) * (1 + x));
    }

    @Override
    Node derivative(Node x, Node y) {
      return y.literal(1).minus(x).times(x.plus(1)).sqrt().reciprocal();
    }
  },

  /** arccos x; ∂x = −1/√((1 − x)(1 + x)). */
  ACOS(Arity.UNARY, "acos({0})", "\\arccos\\left({0}\\right)", "−1 ≤ x ≤ 1", "x = ±1: −∞") {
    @Override
    double value(double x) {
      return StrictMath.acos(x);
    }

    @Override
    double derivative(double x, double y) {
      return -1 / Math.sqrt((1 - x) * (1 + x));
    }

    @Override
    Node derivative(Node x, Node y) {
      return y.literal(-1).dividedBy(y.literal(1).minus(x).times(x.plus(1)).sqrt());
    }
  },

  /** arctan x; ∂x = 1/(1 + x²). */
  ATAN(Arity.UNARY, "atan({0})", "\\arctan\\left({0}\\right)", "ℝ", "none") {
    @Override
    double value(double x) {
      return StrictMath.atan(x);
    }

    @Override
    double derivative(double x, double y) {
      return 1 / (1 + x * x);
    }

    @Override
    Node derivative(Node x, Node y) {
      return x.square().plus(1).reciprocal();
    }
  },

  /**
   * The angle of the point (b, a): atan2(a, b); with h² = a² + b², ∂a = b/h², ∂b = −a/h². At the
   * origin the value is that of {@link Math#atan2} and the derivatives are NaN.
   */
  ATAN2(
      Arity.BINARY,
      "atan2({0}, {1})",
      "\\operatorname{atan2}\\left({0}, {1}\\right)",
      "(a, b) ≠ (0, 0)",
      "none") {
    @Override
    double value(double a, double b) {
      return StrictMath.atan2(a, b);
    }

    @Override
    double left(double a, double b, double y) {
      double h = StrictMath.hypot(a, b);
      return b / h / h;
    }

    @Override
    double right(double a, double b, double y) {
      double h = StrictMath.hypot(a, b);
      return -a / h / h;
    }

    @Override
    Node left(Node a, Node b, Node y) {
      Node h = a.hypot(b);
      return b.dividedBy(h).dividedBy(h);
    }

    @Override
    Node right(Node a, Node b, Node y) {
      Node h = a.hypot(b);
      return a.negated().dividedBy(h).dividedBy(h);
    }
  },

  /** sinh x; ∂x = cosh x. */
  SINH(Arity.UNARY, "sinh({0})", "\\sinh\\left({0}\\right)", "ℝ", "none") {
    @Override
    double value(double x) {
      return StrictMath.sinh(x);
    }

    @Override
    double derivative(double x, double y) {
      return StrictMath.cosh(x);
    }

    @Override
    Node derivative(Node x, Node y) {
      return x.cosh();
    }
  },

  /** cosh x; ∂x = sinh x. */
  COSH(Arity.UNARY, "cosh({0})", "\\cosh\\left({0}\\right)", "ℝ", "none") {
    @Override
    double value(double x) {
      return StrictMath.cosh(x);
    }

    @Override
    double derivative(double x, double y) {
      return StrictMath.sinh(x);
    }

    @Override
    Node derivative(Node x, Node y) {
      return x.sinh();
    }
  },

  /**
   * tanh x; ∂x = 1 − y², computed as 4σ(2x)σ(−2x), which keeps its relative accuracy in the tails.
   */
  TANH(Arity.UNARY, "tanh({0})", "\\tanh\\left({0}\\right)", "ℝ", "none") {
    @Override
    double value(double x) {
      return StrictMath.tanh(x);
    }

    @Override
    double derivative(double x, double y) {
      return 4 * Elementary.sigmoidDerivative(2 * x);
    }

    @Override
    Node derivative(Node x, Node y) {
      return x.times(2).sigmoid().times(x.times(-2).sigmoid()).times(4);
    }
  },

  /** arsinh x; ∂x = 1/√(x² + 1). */
  ASINH(Arity.UNARY, "asinh({0})", "\\operatorname{arsinh}\\left({0}\\right)", "ℝ", "none") {
    @Override
    double value(double x) {
      return Elementary.asinh(x);
    }

    @Override
    double derivative(double x, double y) {
      return 1 / StrictMath.hypot(x, 1);
    }

    @Override
    Node derivative(Node x, Node y) {
      return x.hypot(1).reciprocal();
    }
  },

  /** arcosh x; ∂x = 1/(√(x − 1)·√(x + 1)). */
  ACOSH(
      Arity.UNARY, "acosh({0})", "\\operatorname{arcosh}\\left({0}\\right)", "x ≥ 1", "x = 1: +∞") {
    @Override
    double value(double x) {
      return Elementary.acosh(x);
    }

    @Override
    double derivative(double x, double y) {
      return 1 / (Math.sqrt(x - 1) * Math.sqrt(x + 1));
    }

    @Override
    Node derivative(Node x, Node y) {
      return x.minus(1).sqrt().times(x.plus(1).sqrt()).reciprocal();
    }
  },

  /** artanh x; ∂x = 1/((1 − x)(1 + x)). */
  ATANH(
      Arity.UNARY,
      "atanh({0})",
      "\\operatorname{artanh}\\left({0}\\right)",
      "−1 < x < 1",
      "x = ±1: ±∞ with derivative +∞") {
    @Override
    double value(double x) {
      return Elementary.atanh(x);
    }

    @Override
    double derivative(double x, double y) {
      return 1 / ((1 - x) * (1 + x));
    }

    @Override
    Node derivative(Node x, Node y) {
      return y.literal(1).minus(x).times(x.plus(1)).reciprocal();
    }
  },

  /** |x|; ∂x = sign x, 0 at 0. */
  ABS(Arity.UNARY, "|{0}|", "\\left|{0}\\right|", "ℝ", "x = 0: 0") {
    @Override
    double value(double x) {
      return Math.abs(x);
    }

    @Override
    double derivative(double x, double y) {
      return Elementary.sign(x);
    }

    @Override
    Node derivative(Node x, Node y) {
      return x.sign();
    }
  },

  /** −1, 0 or 1; ∂x = 0. */
  SIGN(Arity.UNARY, "sign({0})", "\\operatorname{sign}\\left({0}\\right)", "ℝ", "x = 0: 0") {
    @Override
    double value(double x) {
      return Elementary.sign(x);
    }

    @Override
    double derivative(double x, double y) {
      return 0;
    }

    @Override
    Node derivative(Node x, Node y) {
      return y.literal(0);
    }
  },

  /** The smaller of a and b; ∂ = 1 for the smaller operand and 0 for the other, ½ each at a tie. */
  MIN(Arity.BINARY, "min({0}, {1})", "\\min\\left({0}, {1}\\right)", "ℝ²", "a = b: ½ each") {
    @Override
    double value(double a, double b) {
      return Math.min(a, b);
    }

    @Override
    double left(double a, double b, double y) {
      return Elementary.step(b, a);
    }

    @Override
    double right(double a, double b, double y) {
      return Elementary.step(a, b);
    }

    @Override
    Node left(Node a, Node b, Node y) {
      return Elementary.step(b, a);
    }

    @Override
    Node right(Node a, Node b, Node y) {
      return Elementary.step(a, b);
    }
  },

  /** The larger of a and b; ∂ = 1 for the larger operand and 0 for the other, ½ each at a tie. */
  MAX(Arity.BINARY, "max({0}, {1})", "\\max\\left({0}, {1}\\right)", "ℝ²", "a = b: ½ each") {
    @Override
    double value(double a, double b) {
      return Math.max(a, b);
    }

    @Override
    double left(double a, double b, double y) {
      return Elementary.step(a, b);
    }

    @Override
    double right(double a, double b, double y) {
      return Elementary.step(b, a);
    }

    @Override
    Node left(Node a, Node b, Node y) {
      return Elementary.step(a, b);
    }

    @Override
    Node right(Node a, Node b, Node y) {
      return Elementary.step(b, a);
    }
  },

  /**
   * √(a² + b²) without overflow; ∂a = a/y, ∂b = b/y, both 0 at the origin. With an infinite operand
   * the value is +∞, also if the other is NaN.
   */
  HYPOT(
      Arity.BINARY,
      "hypot({0}, {1})",
      "\\operatorname{hypot}\\left({0}, {1}\\right)",
      "ℝ²",
      "(0, 0): 0") {
    @Override
    double value(double a, double b) {
      return StrictMath.hypot(a, b);
    }

    @Override
    double left(double a, double b, double y) {
      return y == 0 ? 0 : a / y;
    }

    @Override
    double right(double a, double b, double y) {
      return y == 0 ? 0 : b / y;
    }

    @Override
    Node left(Node a, Node b, Node y) {
      return Node.where(y.equalTo(0), y.literal(0), a.dividedBy(y));
    }

    @Override
    Node right(Node a, Node b, Node y) {
      return Node.where(y.equalTo(0), y.literal(0), b.dividedBy(y));
    }
  },

  /** σ(x) = 1/(1 + e⁻ˣ); ∂x = σ(x)·σ(−x), accurate in both tails. */
  SIGMOID(Arity.UNARY, "sigmoid({0})", "\\sigma\\left({0}\\right)", "ℝ", "none") {
    @Override
    double value(double x) {
      return Elementary.sigmoid(x);
    }

    @Override
    double derivative(double x, double y) {
      return Elementary.sigmoidDerivative(x);
    }

    @Override
    Node derivative(Node x, Node y) {
      return y.times(x.negated().sigmoid());
    }
  },

  /** ln(1 + eˣ); ∂x = σ(x). */
  SOFTPLUS(
      Arity.UNARY, "softplus({0})", "\\operatorname{softplus}\\left({0}\\right)", "ℝ", "none") {
    @Override
    double value(double x) {
      return Math.max(x, 0) + StrictMath.log1p(Exponential.of(-Math.abs(x)));
    }

    @Override
    double derivative(double x, double y) {
      return Elementary.sigmoid(x);
    }

    @Override
    Node derivative(Node x, Node y) {
      return x.sigmoid();
    }
  },

  /** max(x, 0); ∂x = θ(x), 0 at 0. */
  RELU(Arity.UNARY, "relu({0})", "\\operatorname{ReLU}\\left({0}\\right)", "ℝ", "x = 0: 0") {
    @Override
    double value(double x) {
      return Math.max(x, 0);
    }

    @Override
    double derivative(double x, double y) {
      return Elementary.heaviside(y); // as of x, which a sweep then does not need
    }

    @Override
    Node derivative(Node x, Node y) {
      return x.heaviside();
    }
  },

  /** x for x &gt; 0, p·x otherwise; ∂x = 1 or p, p at 0. */
  LEAKY_RELU(
      Arity.UNARY_WITH_PARAMETER,
      "leakyRelu({0}; {1})",
      "\\operatorname{LeakyReLU}_{{1}}\\left({0}\\right)",
      "ℝ",
      "x = 0: p") {
    @Override
    double value(double x, double p) {
      return x > 0 ? x : p * x;
    }

    @Override
    double left(double x, double p, double y) {
      return x > 0 ? 1 : p;
    }

    @Override
    Node left(Node x, double p, Node y) {
      return Node.where(x.greaterThan(0), y.literal(1), y.literal(p));
    }
  },

  /** x for x &gt; 0, p·(eˣ − 1) otherwise; ∂x = 1 or p·eˣ, p at 0. */
  ELU(
      Arity.UNARY_WITH_PARAMETER,
      "elu({0}; {1})",
      "\\operatorname{ELU}_{{1}}\\left({0}\\right)",
      "ℝ",
      "x = 0: p") {
    @Override
    double value(double x, double p) {
      return x > 0 ? x : p * StrictMath.expm1(x);
    }

    @Override
    double left(double x, double p, double y) {
      return x > 0 ? 1 : p * Exponential.of(x);
    }

    @Override
    Node left(Node x, double p, Node y) {
      return Node.where(x.greaterThan(0), y.literal(1), x.min(0).exp().times(p));
    }
  },

  /** x·Φ(x) with the normal distribution function Φ; ∂x = Φ(x) + x·φ(x). */
  GELU(Arity.UNARY, "gelu({0})", "\\operatorname{GELU}\\left({0}\\right)", "ℝ", "none") {
    @Override
    double value(double x) {
      return x == NEGATIVE_INFINITY ? -0.0 : x * Elementary.normalCdf(x);
    }

    @Override
    double derivative(double x, double y) {
      double density = Elementary.normalDensity(x);
      return Elementary.normalCdf(x) + (density == 0 ? 0 : x * density);
    }

    @Override
    Node derivative(Node x, Node y) {
      Node cdf = x.times(-Elementary.SQRT_HALF).erfc().times(0.5);
      Node density = x.square().times(-0.5).exp().times(Elementary.INVERSE_SQRT_TWO_PI);
      return cdf.plus(x.times(density));
    }
  },

  /** x·σ(x); ∂x = σ(x)·(1 + x·σ(−x)). */
  SILU(Arity.UNARY, "silu({0})", "\\operatorname{SiLU}\\left({0}\\right)", "ℝ", "none") {
    @Override
    double value(double x) {
      return x == NEGATIVE_INFINITY ? -0.0 : x * Elementary.sigmoid(x);
    }

    @Override
    double derivative(double x, double y) {
      if (Double.isInfinite(x)) {
        return x > 0 ? 1 : 0;
      }
      return Elementary.sigmoid(x) * (1 + x * Elementary.sigmoid(-x));
    }

    @Override
    Node derivative(Node x, Node y) {
      return x.sigmoid().times(x.times(x.negated().sigmoid()).plus(1));
    }
  },

  /** θ(x): 1 for x &gt; 0, otherwise 0, so θ(0) = 0; ∂x = 0. */
  HEAVISIDE(Arity.UNARY, "heaviside({0})", "\\theta\\left({0}\\right)", "ℝ", "x = 0: 0") {
    @Override
    double value(double x) {
      return Elementary.heaviside(x);
    }

    @Override
    double derivative(double x, double y) {
      return 0;
    }

    @Override
    Node derivative(Node x, Node y) {
      return y.literal(0);
    }
  },

  /** The error function; ∂x = 2/√π·e^(−x²). */
  ERF(Arity.UNARY, "erf({0})", "\\operatorname{erf}\\left({0}\\right)", "ℝ", "none") {
    @Override
    double value(double x) {
      return Erf.value(x);
    }

    @Override
    double derivative(double x, double y) {
      return Elementary.TWO_OVER_SQRT_PI * Exponential.of(-x * x);
    }

    @Override
    Node derivative(Node x, Node y) {
      return x.square().negated().exp().times(Elementary.TWO_OVER_SQRT_PI);
    }
  },

  /** 1 − erf(x), accurate in the right tail; ∂x = −2/√π·e^(−x²). */
  ERFC(Arity.UNARY, "erfc({0})", "\\operatorname{erfc}\\left({0}\\right)", "ℝ", "none") {
    @Override
    double value(double x) {
      return Erfc.value(x);
    }

    @Override
    double derivative(double x, double y) {
      return -Elementary.TWO_OVER_SQRT_PI * Exponential.of(-x * x);
    }

    @Override
    Node derivative(Node x, Node y) {
      return x.square().negated().exp().times(-Elementary.TWO_OVER_SQRT_PI);
    }
  },

  /** ln Γ(x); ∂x = ψ(x). */
  LOG_GAMMA(
      Arity.UNARY,
      "logGamma({0})",
      "\\ln\\Gamma\\left({0}\\right)",
      "x > 0",
      "x = 0: +∞ with derivative −∞") {
    @Override
    double value(double x) {
      return Elementary.logGamma(x);
    }

    @Override
    double derivative(double x, double y) {
      return Elementary.polygamma(0, x);
    }

    @Override
    Node derivative(Node x, Node y) {
      return x.digamma();
    }
  },

  /** ψ(x), the derivative of ln Γ; ∂x = ψ′(x). */
  DIGAMMA(
      Arity.UNARY,
      "digamma({0})",
      "\\psi\\left({0}\\right)",
      "x > 0",
      "x = 0: −∞ with derivative +∞") {
    @Override
    double value(double x) {
      return Elementary.polygamma(0, x);
    }

    @Override
    double derivative(double x, double y) {
      return Elementary.polygamma(1, x);
    }

    @Override
    Node derivative(Node x, Node y) {
      return x.polygamma(1);
    }
  },

  /** ψ⁽ᵖ⁾(x), the p-th derivative of ψ; ∂x = ψ⁽ᵖ⁺¹⁾(x). */
  POLYGAMMA(
      Arity.UNARY_WITH_PARAMETER,
      "polygamma({0}; {1})",
      "\\psi^{({1})}\\left({0}\\right)",
      "x > 0, p = 1, 2, …",
      "x = 0: ±∞") {
    @Override
    double value(double x, double p) {
      return Elementary.polygamma((int) p, x);
    }

    @Override
    double left(double x, double p, double y) {
      return Elementary.polygamma((int) p + 1, x);
    }

    @Override
    Node left(Node x, double p, Node y) {
      return x.polygamma((int) p + 1);
    }
  },

  /** 1 if a &lt; b, otherwise 0, also for NaN; ∂ = 0. */
  LESS_THAN(Arity.BINARY, "{0} < {1}", "[{0} < {1}]", "ℝ²", "a = b: 0") {
    @Override
    double value(double a, double b) {
      return a < b ? 1 : 0;
    }
  },

  /** 1 if a ≤ b, otherwise 0, also for NaN; ∂ = 0. */
  LESS_OR_EQUAL(Arity.BINARY, "{0} ≤ {1}", "[{0} \\le {1}]", "ℝ²", "a = b: 0") {
    @Override
    double value(double a, double b) {
      return a <= b ? 1 : 0;
    }
  },

  /** 1 if a &gt; b, otherwise 0, also for NaN; ∂ = 0. */
  GREATER_THAN(Arity.BINARY, "{0} > {1}", "[{0} > {1}]", "ℝ²", "a = b: 0") {
    @Override
    double value(double a, double b) {
      return a > b ? 1 : 0;
    }
  },

  /** 1 if a ≥ b, otherwise 0, also for NaN; ∂ = 0. */
  GREATER_OR_EQUAL(Arity.BINARY, "{0} ≥ {1}", "[{0} \\ge {1}]", "ℝ²", "a = b: 0") {
    @Override
    double value(double a, double b) {
      return a >= b ? 1 : 0;
    }
  },

  /** 1 if a = b, otherwise 0, also for NaN; ∂ = 0. */
  EQUAL_TO(Arity.BINARY, "{0} = {1}", "[{0} = {1}]", "ℝ²", "a = b: 0") {
    @Override
    double value(double a, double b) {
      return a == b ? 1 : 0;
    }
  },

  /**
   * a if the condition c is not 0, otherwise b; ∂a = 1 and ∂b = 0, or the other way round; ∂c = 0.
   * A NaN condition gives NaN, ∂a and ∂b included; a NaN that is not chosen does no harm.
   */
  WHERE(
      Arity.N_ARY,
      "{0} ? {1} : {2}",
      "\\begin{cases}{1} & {0}\\\\{2} & \\text{otherwise}\\end{cases}",
      "ℝ³",
      "none") {
    @Override
    double value(double[] v) {
      if (Double.isNaN(v[0])) {
        return NaN;
      }
      return v[0] != 0 ? v[1] : v[2];
    }

    @Override
    void derivatives(double[] v, double y, double[] into) {
      boolean unknown = Double.isNaN(v[0]);
      into[0] = 0;
      into[1] = unknown ? NaN : v[0] != 0 ? 1 : 0;
      into[2] = unknown ? NaN : v[0] != 0 ? 0 : 1;
    }

    @Override
    List<Node> derivatives(List<Node> v, Node y) {
      Node one = y.literal(1);
      Node zero = y.literal(0);
      return List.of(zero, Node.where(v.get(0), one, zero), Node.where(v.get(0), zero, one));
    }
  },

  /** x₁ + … + xₙ, added from left to right, 0 for n = 0; ∂xᵢ = 1. */
  SUM(Arity.N_ARY, "sum({*})", "\\sum\\left({*}\\right)", "ℝⁿ", "none") {
    @Override
    double value(double[] v) {
      if (v.length == 0) {
        return 0;
      }
      double sum = v[0];
      for (int i = 1; i < v.length; i++) {
        sum += v[i];
      }
      return sum;
    }

    @Override
    void derivatives(double[] v, double y, double[] into) {
      Arrays.fill(into, 0, v.length, 1);
    }

    @Override
    List<Node> derivatives(List<Node> v, Node y) {
      return Collections.nCopies(v.size(), y.literal(1));
    }
  },

  /**
   * a₁b₁ + … + aₙbₙ with parents a₁ … aₙ, b₁ … bₙ, added from left to right; ∂aᵢ = bᵢ, ∂bᵢ = aᵢ.
   */
  DOT(Arity.N_ARY, "dot({*})", "\\operatorname{dot}\\left({*}\\right)", "ℝ²ⁿ", "none") {
    @Override
    double value(double[] v) {
      int n = v.length / 2;
      if (n == 0) {
        return 0;
      }
      double sum = v[0] * v[n];
      for (int i = 1; i < n; i++) {
        sum += v[i] * v[n + i];
      }
      return sum;
    }

    @Override
    void derivatives(double[] v, double y, double[] into) {
      int n = v.length / 2;
      System.arraycopy(v, n, into, 0, n);
      System.arraycopy(v, 0, into, n, n);
    }

    @Override
    List<Node> derivatives(List<Node> v, Node y) {
      int n = v.size() / 2;
      return ImmutableList.<Node>builder()
          .addAll(v.subList(n, 2 * n))
          .addAll(v.subList(0, n))
          .build();
    }
  },

  /**
   * ln(e^x₁ + … + e^xₙ) without overflow; ∂xᵢ = e^(xᵢ − y), the softmax. As nodes that is computed
   * from y, whose rounding it keeps: a relative error of some ε·|y|.
   */
  LOG_SUM_EXP(
      Arity.N_ARY,
      "logSumExp({*})",
      "\\operatorname{logSumExp}\\left({*}\\right)",
      "ℝⁿ, n ≥ 1",
      "none") {
    @Override
    double value(double[] v) {
      return Elementary.logSumExp(v);
    }

    @Override
    void derivatives(double[] v, double y, double[] into) {
      Elementary.softmax(v, into);
    }

    @Override
    List<Node> derivatives(List<Node> v, Node y) {
      return v.stream().map(x -> x.minus(y).exp()).toList();
    }
  },

  /** Value and local derivatives from the caller: see {@link CustomOp}. */
  CUSTOM(
      Arity.N_ARY,
      "custom({*})",
      "\\operatorname{custom}\\left({*}\\right)",
      "the caller's",
      "the caller's");

  /** How many operands an op takes. */
  public enum Arity {
    /** No operand. */
    LEAF,
    /** One parent. */
    UNARY,
    /** One parent and a number that takes no derivative. */
    UNARY_WITH_PARAMETER,
    /** Two parents. */
    BINARY,
    /** Any number of parents. */
    N_ARY
  }

  private static final Op[] TABLE = values();

  private final Arity arity;
  private final String formula;
  private final String latex;
  private final String domain;
  private final String kinks;

  Op(Arity arity, String formula, String latex, String domain, String kinks) {
    this.arity = arity;
    this.formula = formula;
    this.latex = latex;
    this.domain = domain;
    this.kinks = kinks;
  }

  /** The op with a given ordinal, without the copy that {@link #values()} makes. */
  static Op of(int ordinal) {
    return TABLE[ordinal];
  }

  // What a row of the table implements: the methods of its arity. A unary op with a parameter is
  // evaluated as a binary one whose right operand takes no derivative. The defaults for binary ops
  // are those of the comparisons, whose derivatives are 0 everywhere.

  double value(double x) {
    throw notThisArity();
  }

  double derivative(double x, double y) {
    throw notThisArity();
  }

  Node derivative(Node x, Node y) {
    throw notThisArity();
  }

  double value(double a, double b) {
    throw notThisArity();
  }

  double left(double a, double b, double y) {
    return 0;
  }

  double right(double a, double b, double y) {
    return 0;
  }

  Node left(Node a, Node b, Node y) {
    return y.literal(0);
  }

  Node right(Node a, Node b, Node y) {
    return y.literal(0);
  }

  Node left(Node x, double p, Node y) {
    throw notThisArity();
  }

  double value(double[] v) {
    throw notThisArity();
  }

  void derivatives(double[] v, double y, double[] into) {
    throw notThisArity();
  }

  List<Node> derivatives(List<Node> v, Node y) {
    throw notThisArity();
  }

  private IllegalStateException notThisArity() {
    return new IllegalStateException(
        this + " is " + arity + " and its row of the op table lacks that form.");
  }

  /** How many operands this op takes. */
  public Arity arity() {
    return arity;
  }

  /** Where the op is defined, as mathematical text. */
  public String domain() {
    return domain;
  }

  /** Where the op is not differentiable and what the local derivative is there. */
  public String kinks() {
    return kinks;
  }

  /** The op's name as a method of {@link Node}, for example {@code dividedBy}. */
  public String methodName() {
    return switch (this) {
      case POW_CONSTANT -> "pow";
      default -> CaseFormat.UPPER_UNDERSCORE.to(CaseFormat.LOWER_CAMEL, name());
    };
  }

  /** Whether this op compares two nodes, so that its value is 0 or 1. */
  public boolean isComparison() {
    return switch (this) {
      case LESS_THAN, LESS_OR_EQUAL, GREATER_THAN, GREATER_OR_EQUAL, EQUAL_TO -> true;
      default -> false;
    };
  }

  /** Whether this op is a leaf: a variable or a constant. */
  public boolean isLeaf() {
    return arity == Arity.LEAF;
  }

  /** Whether this op has a number beside its parents, as the exponent of {@code pow(double)}. */
  public boolean hasParameter() {
    return arity == Arity.UNARY_WITH_PARAMETER;
  }

  /**
   * The value of a unary op, without an array.
   *
   * @throws IllegalStateException if this op is not unary
   */
  public final double evaluate(double x) {
    return value(x);
  }

  /**
   * The value of a binary op, or of a unary one with its parameter as the right operand.
   *
   * @throws IllegalStateException if this op takes other operands
   */
  public final double evaluate(double a, double b) {
    return value(a, b);
  }

  /**
   * The local derivative of a unary op with the value y at x.
   *
   * @throws IllegalStateException if this op is not unary
   */
  public final double localDerivative(double x, double y) {
    return derivative(x, y);
  }

  /** The local derivative with respect to the left operand, where the value is y. */
  public final double leftDerivative(double a, double b, double y) {
    return left(a, b, y);
  }

  /** The local derivative with respect to the right operand, where the value is y. */
  public final double rightDerivative(double a, double b, double y) {
    return right(a, b, y);
  }

  /**
   * The value of this op at given operands.
   *
   * @param operands the values of the parents in argument order, then the parameter where the op
   *     has one. Not modified.
   * @throws IllegalArgumentException if the number of operands does not fit this op
   */
  public double evaluate(double[] operands) {
    checkOperands(operands.length);
    return switch (arity) {
      case LEAF -> throw notThisArity();
      case UNARY -> value(operands[0]);
      case UNARY_WITH_PARAMETER, BINARY -> value(operands[0], operands[1]);
      case N_ARY -> value(operands);
    };
  }

  /**
   * The local derivatives ∂v/∂p of this op with respect to each parent.
   *
   * @param operands as for {@link #evaluate}. Not modified.
   * @param value the op's value at the operands
   * @param into receives one derivative per parent. Modified.
   * @throws IllegalArgumentException if the number of operands does not fit this op
   */
  public void localDerivatives(double[] operands, double value, double[] into) {
    checkOperands(operands.length);
    switch (arity) {
      case LEAF -> {}
      case UNARY -> into[0] = derivative(operands[0], value);
      case UNARY_WITH_PARAMETER -> into[0] = left(operands[0], operands[1], value);
      case BINARY -> {
        into[0] = left(operands[0], operands[1], value);
        into[1] = right(operands[0], operands[1], value);
      }
      case N_ARY -> derivatives(operands, value, into);
    }
  }

  /**
   * The local derivatives of a node, recorded as nodes of its graph when they are asked for, so
   * that they can be differentiated again.
   *
   * @return for the place k of a parent, ∂y/∂p as a node
   * @throws UnsupportedOperationException for a {@link CustomOp} that does not offer them
   */
  public static IntFunction<Node> localDerivativeNodes(Node y) {
    List<Node> parents = y.parents();
    Op op = y.op();
    return switch (op.arity) {
      case LEAF -> k -> y.literal(0);
      case UNARY -> k -> op.derivative(parents.get(0), y);
      case UNARY_WITH_PARAMETER -> k -> op.left(parents.get(0), y.parameter(), y);
      case BINARY ->
          k ->
              k == 0
                  ? op.left(parents.get(0), parents.get(1), y)
                  : op.right(parents.get(0), parents.get(1), y);
      case N_ARY ->
          (op == CUSTOM ? customDerivatives(y.customOp(), parents, y) : op.derivatives(parents, y))
              ::get;
    };
  }

  private static List<Node> customDerivatives(CustomOp custom, List<Node> parents, Node y) {
    List<Node> derivatives = custom.localDerivativeNodes(parents, y);
    if (derivatives.size() != parents.size()) {
      throw new IllegalArgumentException(
          "Expected "
              + parents.size()
              + " local derivatives as nodes from custom op "
              + custom.name()
              + ", one per argument, but got "
              + derivatives.size()
              + ".");
    }
    return derivatives;
  }

  /**
   * The op's formula as plain text, for example {@code w·x}.
   *
   * @param operands texts of the parents, then of the parameter where the op has one
   */
  public String formula(List<String> operands) {
    return fill(formula, operands);
  }

  /**
   * The op's formula as LaTeX, for example <code>w \\cdot x</code>.
   *
   * @param operands LaTeX of the parents, then of the parameter where the op has one
   */
  public String latex(List<String> operands) {
    return fill(latex, operands);
  }

  /** Puts the operands into {0}, {1}, {2} and {*} in one pass, so that braces in them are safe. */
  private static String fill(String template, List<String> operands) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < template.length(); i++) {
      boolean hole =
          template.charAt(i) == '{' && i + 2 < template.length() && template.charAt(i + 2) == '}';
      char key = hole ? template.charAt(i + 1) : 0;
      if (key == '*') {
        text.append(String.join(", ", operands));
        i += 2;
      } else if (key >= '0' && key - '0' < operands.size()) { // {1} of \frac{1}{x} is none
        text.append(operands.get(key - '0'));
        i += 2;
      } else {
        text.append(template.charAt(i));
      }
    }
    return text.toString();
  }

  private void checkOperands(int count) {
    boolean fits =
        switch (arity) {
          case LEAF -> count == 0;
          case UNARY -> count == 1;
          case UNARY_WITH_PARAMETER, BINARY -> count == 2;
          case N_ARY ->
              switch (this) {
                case WHERE -> count == 3;
                case DOT -> count % 2 == 0;
                case LOG_SUM_EXP -> count >= 1;
                default -> true;
              };
        };
    if (!fits) {
      throw new IllegalArgumentException(
          methodName() + " got " + count + " operands, which does not fit " + arity + ".");
    }
  }
}
