package org.vbar.layer;

/**
 * A multiple of the squared error, ℒ = (c/m) Σᵢⱼ (Z[i,j] − T[i,j])².
 *
 * <p>Z̄ = (2c/m) (Z − T).
 */
record SquaredError(double factor) implements Loss {
  @Override
  public double value(Matrix preActivation, Matrix activation, Matrix targets) {
    double sum = 0;
    for (double difference : activation.minus(targets).array()) {
      sum += difference * difference;
    }
    return factor * sum / activation.rows();
  }

  @Override
  public Matrix activationAdjoint(Matrix preActivation, Matrix activation, Matrix targets) {
    double samples = activation.rows();
    return activation.combine(targets, (z, t) -> 2 * factor * (z - t) / samples);
  }
}
