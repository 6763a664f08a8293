package org.vbar.train;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;

/**
 * Stochastic gradient descent, with or without momentum. With g = θ̄ + λθ:
 *
 * <pre>
 *   plain       θ ← θ − η g
 *   momentum    v ← μ v + g        θ ← θ − η v
 *   Nesterov    v ← μ v + g        θ ← θ − η (g + μ v)
 * </pre>
 *
 * <p>The forms with the learning rate outside of v (Sutskever et al. 2013 have it inside), so that
 * a schedule does not rescale what was remembered.
 *
 * @param momentum μ, at least 0 and less than 1
 * @param nesterov whether to look ahead along v
 * @param weightDecay λ ≥ 0, the factor of ½ λ |θ|² added to the loss
 */
public record Sgd(double momentum, boolean nesterov, double weightDecay) implements Optimizer {
  /** Checks the constants. */
  public Sgd {
    checkArgument(
        momentum >= 0 && momentum < 1, "Expected a momentum in [0, 1) but got %s.", momentum);
    checkArgument(
        !nesterov || momentum > 0, "Expected a positive momentum for Nesterov's form but got 0.");
    Settings.checkWeightDecay(weightDecay);
  }

  /** θ ← θ − η θ̄. */
  public static Sgd plain() {
    return new Sgd(0, false, 0);
  }

  /** With momentum μ. */
  public static Sgd momentum(double momentum) {
    return new Sgd(momentum, false, 0);
  }

  /** With momentum μ in Nesterov's form. */
  public static Sgd nesterov(double momentum) {
    return new Sgd(momentum, true, 0);
  }

  /** The same with weight decay λ. */
  public Sgd withWeightDecay(double decay) {
    return new Sgd(momentum, nesterov, decay);
  }

  @Override
  public Updater start(int parameterCount) {
    return momentum == 0 ? new Plain() : new Heavy(new double[parameterCount]);
  }

  private final class Plain implements Updater {
    @Override
    public Step begin(double learningRate) {
      return (theta, gradient, start, count, first) -> {
        for (int k = start; k < start + count; k++) {
          theta[k] -= learningRate * (gradient[k] + weightDecay * theta[k]);
        }
      };
    }

    @Override
    public boolean isPlainDescent() {
      return weightDecay == 0;
    }

    @Override
    public List<double[]> memory() {
      return List.of();
    }
  }

  private final class Heavy implements Updater {
    private final double[] velocity;

    Heavy(double[] velocity) {
      this.velocity = velocity;
    }

    @Override
    public Step begin(double learningRate) {
      return (theta, gradient, start, count, first) -> {
        for (int i = 0; i < count; i++) {
          int k = start + i;
          double g = gradient[k] + weightDecay * theta[k];
          double v = momentum * velocity[first + i] + g;
          velocity[first + i] = v;
          theta[k] -= learningRate * (nesterov ? g + momentum * v : v);
        }
      };
    }

    @Override
    public List<double[]> memory() {
      return List.of(velocity);
    }
  }
}
