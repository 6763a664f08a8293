package org.vbar.train;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;

/**
 * Adam (Kingma and Ba 2015, algorithm 1) with decoupled weight decay (Loshchilov and Hutter 2019).
 * At step t:
 *
 * <pre>
 *   m ← β₁ m + (1 − β₁) θ̄          m̂ = m / (1 − β₁ᵗ)
 *   v ← β₂ v + (1 − β₂) θ̄²         v̂ = v / (1 − β₂ᵗ)
 *   θ ← θ − η (m̂ / (√v̂ + ε) + λ θ)
 * </pre>
 *
 * @param beta1 β₁ in [0, 1)
 * @param beta2 β₂ in [0, 1)
 * @param epsilon ε &gt; 0
 * @param weightDecay λ ≥ 0
 */
public record Adam(double beta1, double beta2, double epsilon, double weightDecay)
    implements Optimizer {
  /** Checks the constants. */
  public Adam {
    checkArgument(beta1 >= 0 && beta1 < 1, "Expected beta1 in [0, 1) but got %s.", beta1);
    checkArgument(beta2 >= 0 && beta2 < 1, "Expected beta2 in [0, 1) but got %s.", beta2);
    Settings.checkPositive("epsilon", epsilon);
    Settings.checkWeightDecay(weightDecay);
  }

  /** β₁ = 0.9, β₂ = 0.999, ε = 1e-8, as the paper proposes. */
  public static Adam standard() {
    return new Adam(0.9, 0.999, 1e-8, 0);
  }

  /** The same with weight decay λ. */
  public Adam withWeightDecay(double decay) {
    return new Adam(beta1, beta2, epsilon, decay);
  }

  @Override
  public Updater start(int parameterCount) {
    return new Moments(new double[parameterCount], new double[parameterCount]);
  }

  private final class Moments implements Updater {
    private final double[] first;
    private final double[] second;

    /** β₁ᵗ and β₂ᵗ, so that resuming multiplies on as if nothing had happened. */
    private final double[] powers = {1, 1};

    Moments(double[] first, double[] second) {
      this.first = first;
      this.second = second;
    }

    @Override
    public Step begin(double learningRate) {
      powers[0] *= beta1;
      powers[1] *= beta2;
      double firstScale = 1 / (1 - powers[0]);
      double secondScale = 1 / (1 - powers[1]);
      return (theta, gradient, start, count, number) -> {
        for (int i = 0; i < count; i++) {
          int k = start + i;
          double g = gradient[k];
          double m = beta1 * first[number + i] + (1 - beta1) * g;
          double v = beta2 * second[number + i] + (1 - beta2) * g * g;
          first[number + i] = m;
          second[number + i] = v;
          double step = m * firstScale / (Math.sqrt(v * secondScale) + epsilon);
          theta[k] -= learningRate * (step + weightDecay * theta[k]);
        }
      };
    }

    @Override
    public List<double[]> memory() {
      return List.of(first, second, powers);
    }
  }
}
