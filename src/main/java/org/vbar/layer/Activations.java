package org.vbar.layer;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.numbers.gamma.Erfc;
import org.vbar.model.Activation;

/**
 * Values φ(x) and derivatives φ′(x) of the activations, accurate in the tails.
 *
 * <p>Nothing overflows on the way to a finite result, a limit at ±∞ is returned instead of 0 · ∞,
 * and a NaN stays a NaN. Where a formula holds 1 − σ(x), it is written σ(−x), which keeps its
 * digits when σ(x) rounds to 1.
 */
final class Activations {
  private static final double SQRT_TWO = Math.sqrt(2);
  private static final double SQRT_TWO_PI = Math.sqrt(2 * Math.PI);

  private Activations() {}

  /** φ of an activation. */
  static DoubleUnaryOperator value(Activation activation) {
    return switch (activation) {
      case IDENTITY -> x -> x;
      case RELU -> x -> Math.max(x, 0.0);
      case LEAKY_RELU -> x -> x > 0 ? x : Activation.LEAKY_SLOPE * x;
      case SIGMOID -> Activations::sigmoid;
      case TANH -> Math::tanh;
      case SOFTPLUS -> Activations::softplus;
      case GELU -> x -> bounded(x) * normalCumulative(x);
      case SILU -> x -> bounded(x) * sigmoid(x);
    };
  }

  /** φ′ of an activation. */
  static DoubleUnaryOperator derivative(Activation activation) {
    return switch (activation) {
      case IDENTITY -> x -> 1.0;
      case RELU -> x -> slope(x, 0.0);
      case LEAKY_RELU -> x -> slope(x, Activation.LEAKY_SLOPE);
      case SIGMOID -> Activations::sigmoidDerivative;
      case TANH -> x -> 4 * sigmoidDerivative(2 * x);
      case SOFTPLUS -> Activations::sigmoid;
      case GELU -> x -> normalCumulative(x) + saturated(x) * normalDensity(x);
      case SILU -> x -> sigmoid(x) * (1 + saturated(x) * sigmoid(-x));
    };
  }

  /** σ(x) = 1 / (1 + e⁻ˣ) = eˣ / (1 + eˣ), whichever exponential cannot overflow. */
  static double sigmoid(double x) {
    if (x >= 0) {
      return 1 / (1 + Math.exp(-x));
    }
    double exp = Math.exp(x);
    return exp / (1 + exp);
  }

  /** σ′(x) = σ(x) σ(−x) = e^−|x| / (1 + e^−|x|)², exactly even. */
  private static double sigmoidDerivative(double x) {
    double exp = Math.exp(-Math.abs(x));
    return exp / ((1 + exp) * (1 + exp));
  }

  /** log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|). */
  static double softplus(double x) {
    return Math.max(x, 0.0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  /** Φ(x) = ½ erfc(−x/√2). */
  private static double normalCumulative(double x) {
    return 0.5 * Erfc.value(-x / SQRT_TWO);
  }

  /** Φ′(x) = e^(−x²/2) / √(2π). */
  private static double normalDensity(double x) {
    return Math.exp(-0.5 * x * x) / SQRT_TWO_PI;
  }

  /** The derivative of max(x, s x): 1 right of 0, and s at 0 and left of it. */
  private static double slope(double x, double leftSlope) {
    if (Double.isNaN(x)) {
      return x;
    }
    return x > 0 ? 1.0 : leftSlope;
  }

  /** x, but finite at −∞, for products with a factor that is 0 below −1000: the limit is 0. */
  private static double bounded(double x) {
    return Math.max(x, -1000.0);
  }

  /** x, but finite at ±∞, for products with a factor that is 0 or constant beyond ±1000. */
  private static double saturated(double x) {
    return Math.max(Math.min(x, 1000.0), -1000.0);
  }
}
