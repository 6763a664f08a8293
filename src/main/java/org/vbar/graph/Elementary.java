package org.vbar.graph;

import org.apache.commons.numbers.gamma.Erfc;
import org.apache.commons.numbers.gamma.LogGamma;

/** Scalar functions of the op table that the JDK lacks or that need care in their tails. */
final class Elementary {
  static final double LOG2_E = 1 / Math.log(2);
  static final double LOG10_E = 1 / Math.log(10);
  static final double SQRT_HALF = Math.sqrt(0.5);
  static final double TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);
  static final double INVERSE_SQRT_TWO_PI = 1 / Math.sqrt(2 * Math.PI);

  private Elementary() {}

  /** x^p, as products of x or 1/x for small whole exponents. */
  static double power(double x, double p) {
    if (p == 1) {
      return x;
    }
    if (p == 2) {
      return x * x;
    }
    if (p == 3) {
      return x * x * x;
    }
    if (p == 4) {
      return x * x * x * x;
    }
    if (p == -1) {
      return 1 / x;
    }
    if (p == -2) {
      return 1 / x * (1 / x); // x² would overflow where its reciprocal is still a number
    }
    return Math.pow(x, p);
  }

  /** log₂ x, exact for powers of two. */
  static double log2(double x) {
    if (!(x >= Double.MIN_NORMAL) || x == Double.POSITIVE_INFINITY) {
      return Math.log(x) * LOG2_E;
    }
    int exponent = Math.getExponent(x);
    double mantissa = Math.scalb(x, -exponent);
    if (mantissa > 1.5) {
      exponent++;
      mantissa /= 2;
    }
    return exponent + Math.log(mantissa) * LOG2_E;
  }

  /** Odd, with log1p near 0 and ln 2x where x² would overflow. */
  static double asinh(double x) {
    double a = Math.abs(x);
    double y =
        a > 1e150
            ? Math.log(a) + Math.log(2)
            : StrictMath.log1p(a + a * a / (1 + Math.sqrt(1 + a * a)));
    return Math.copySign(y, x);
  }

  /** With t = x − 1: log1p(t + √(2t + t²)), which keeps its accuracy near 1; NaN below 1. */
  static double acosh(double x) {
    if (!(x >= 1)) {
      return Double.NaN; // far below 1 the formula's roundings would make it a number
    }
    if (x > 1e150) {
      return Math.log(x) + Math.log(2);
    }
    double t = x - 1;
    return StrictMath.log1p(t + Math.sqrt(t * (2 + t)));
  }

  /** Odd: ½·log1p(2x/(1 − x)) for x ≥ 0. */
  static double atanh(double x) {
    double a = Math.abs(x);
    return Math.copySign(0.5 * StrictMath.log1p(2 * a / (1 - a)), x);
  }

  static double sign(double x) {
    return x > 0 ? 1 : x < 0 ? -1 : x == 0 ? 0 : Double.NaN;
  }

  static double heaviside(double x) {
    return x > 0 ? 1 : x <= 0 ? 0 : Double.NaN;
  }

  /** 1 if a &gt; b, 0 if a &lt; b, ½ at a tie: the derivative of max(a, b) for a. */
  static double step(double a, double b) {
    return a > b ? 1 : a < b ? 0 : a == b ? 0.5 : Double.NaN;
  }

  /** {@link #step(double, double)} as nodes. */
  static Node step(Node a, Node b) {
    Node half = a.literal(0.5);
    return Node.where(a.equalTo(b), half, a.minus(b).heaviside());
  }

  /** Never computes e to a positive power, so nothing overflows and both tails stay accurate. */
  static double sigmoid(double x) {
    if (x >= 0) {
      return 1 / (1 + Exponential.of(-x));
    }
    double e = Exponential.of(x);
    return e / (1 + e);
  }

  /** σ(x)·σ(−x), even in x. */
  static double sigmoidDerivative(double x) {
    double e = Exponential.of(-Math.abs(x));
    double d = 1 + e;
    return e / (d * d);
  }

  /** Φ(x), the distribution function of the standard normal distribution. */
  static double normalCdf(double x) {
    return 0.5 * Erfc.value(-x * SQRT_HALF);
  }

  /** φ(x), the density of the standard normal distribution. */
  static double normalDensity(double x) {
    return INVERSE_SQRT_TWO_PI * Exponential.of(-0.5 * x * x);
  }

  /**
   * m + log1p(Σ e^(xᵢ − m)) with the maximum m left out of the sum once: no overflow, and a sum
   * that is barely larger than e^m keeps its digits.
   */
  static double logSumExp(double[] v) {
    int largest = indexOfMaximum(v);
    double m = v[largest];
    if (Double.isInfinite(m) || Double.isNaN(m)) {
      return m;
    }
    double others = 0;
    for (int i = 0; i < v.length; i++) {
      if (i != largest) {
        others += Exponential.of(v[i] - m);
      }
    }
    return m + StrictMath.log1p(others);
  }

  /** e^(xᵢ − m)/Σ e^(xⱼ − m) with the maximum m; NaN if m is not finite. */
  static void softmax(double[] v, double[] into) {
    double m = v[indexOfMaximum(v)];
    double sum = 0;
    for (int i = 0; i < v.length; i++) {
      into[i] = Exponential.of(v[i] - m);
      sum += into[i];
    }
    for (int i = 0; i < v.length; i++) {
      into[i] /= sum;
    }
  }

  /** The first index of the largest value, or of a NaN if there is one. */
  private static int indexOfMaximum(double[] v) {
    int largest = 0;
    for (int i = 0; i < v.length; i++) {
      if (Double.isNaN(v[i])) {
        return i;
      }
      if (v[i] > v[largest]) {
        largest = i;
      }
    }
    return largest;
  }

  /** ln Γ(x) for x ≥ 0, NaN below, where Commons Numbers gives ln |Γ(x)|. */
  static double logGamma(double x) {
    if (!(x >= 0)) {
      return Double.NaN;
    }
    return x == 0 || x == Double.POSITIVE_INFINITY ? Double.POSITIVE_INFINITY : LogGamma.value(x);
  }

  /**
   * ψ⁽ⁿ⁾(x) for x &gt; 0, NaN below, by the recurrence ψ⁽ⁿ⁾(x) = ψ⁽ⁿ⁾(x + 1) + (−1)ⁿ⁺¹ n!/xⁿ⁺¹ up
   * to x ≥ 20 + n and then the asymptotic expansion (Abramowitz and Stegun 6.3.18, 6.4.6 and
   * 6.4.11). Commons Numbers has orders 0 and 1 to a relative 2·10⁻¹⁰ only.
   */
  static double polygamma(int n, double x) {
    if (!(x >= 0)) {
      return Double.NaN;
    }
    double sign = n % 2 == 0 ? -1 : 1;
    if (x == 0) {
      return sign * Double.POSITIVE_INFINITY;
    }
    if (x == Double.POSITIVE_INFINITY) {
      return n == 0 ? x : sign * 0;
    }
    double factorial = 1; // n!
    for (int i = 2; i <= n; i++) {
      factorial *= i;
    }
    int shift = (int) Math.max(0, Math.ceil(20 + n - x));
    double sum = polygammaAsymptotic(n, factorial, x + shift);
    for (int k = shift - 1; k >= 0; k--) { // the small terms first
      sum += factorial / Math.pow(x + k, n + 1);
    }
    return sign * sum;
  }

  /** B₂ₖ for k = 1 … 9. */
  private static final double[] BERNOULLI = {
    1.0 / 6,
    -1.0 / 30,
    1.0 / 42,
    -1.0 / 30,
    5.0 / 66,
    -691.0 / 2730,
    7.0 / 6,
    -3617.0 / 510,
    43867.0 / 798
  };

  /** (n−1)!/zⁿ + n!/(2zⁿ⁺¹) + Σ B₂ₖ (2k+n−1)!/((2k)! z²ᵏ⁺ⁿ), with −ln z in place of (−1)!/z⁰. */
  private static double polygammaAsymptotic(int n, double factorial, double z) {
    double power = factorial / Math.pow(z, n); // n!/zⁿ
    double term = power * (n + 1) / (2 * z) / z; // (2k + n − 1)!/((2k)! z²ᵏ⁺ⁿ) for k = 1
    double sum = 0;
    for (int k = 1; k <= BERNOULLI.length; k++) {
      sum += BERNOULLI[k - 1] * term;
      term *= (2.0 * k + n) * (2 * k + n + 1) / ((2 * k + 1) * (2.0 * k + 2)) / z / z;
    }
    return sum + power / (2 * z) + (n == 0 ? -Math.log(z) : power / n);
  }
}
