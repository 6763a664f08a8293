package org.vbar.layer;

import java.util.Optional;

/**
 * Binary cross-entropy of sigmoids, computed from their logits a.
 *
 * <pre>
 *   ℒ = −(1/m) Σ [t log σ(a) + (1 − t) log(1 − σ(a))] = (1/m) Σ [t softplus(−a) + (1 − t) softplus(a)]
 *
 *   ā = (σ(a) − t)/m           = [(1 − t) σ(a) − t σ(−a)] / m
 *   z̄ = (z − t)/(z (1 − z))/m  = [(1 − t)/σ(−a) − t/σ(a)] / m       with z = σ(a)
 * </pre>
 *
 * <p>The right-hand forms are the ones computed: they do not subtract numbers that are nearly equal
 * once the network is sure, and with t = 0 or 1 one term is exactly 0. z̄ grows like e^|a| where
 * the network is sure and wrong, and is infinite beyond |a| ≈ 709; ā never is.
 */
record BinaryCrossEntropy() implements Loss {
  @Override
  public double value(Matrix preActivation, Matrix activation, Matrix targets) {
    double sum = 0;
    for (double term : preActivation.combine(targets, BinaryCrossEntropy::term).array()) {
      sum += term;
    }
    return sum / preActivation.rows();
  }

  static double term(double a, double t) {
    return weighted(t, Activations.softplus(-a)) + weighted(1 - t, Activations.softplus(a));
  }

  @Override
  public Matrix activationAdjoint(Matrix preActivation, Matrix activation, Matrix targets) {
    double samples = preActivation.rows();
    return preActivation.combine(
        targets,
        (a, t) -> (weighted(1 - t, 1 + Math.exp(a)) - weighted(t, 1 + Math.exp(-a))) / samples);
  }

  @Override
  public Optional<Matrix> fusedPreActivationAdjoint(Matrix preActivation, Matrix targets) {
    double samples = preActivation.rows();
    return Optional.of(
        preActivation.combine(
            targets,
            (a, t) -> ((1 - t) * Activations.sigmoid(a) - t * Activations.sigmoid(-a)) / samples));
  }

  /** weight · x, and 0 for weight 0 even if x is infinite: an absent class contributes nothing. */
  private static double weighted(double weight, double x) {
    return weight == 0 && Double.isInfinite(x) ? 0.0 : weight * x;
  }
}
