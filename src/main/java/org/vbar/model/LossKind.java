package org.vbar.model;

/**
 * The name of a loss, a scalar that compares the network's outputs with targets.
 *
 * <p>With m samples, n outputs, last pre-activation a, last activation z = φ(a) and targets t, both
 * [m × n], every loss is a sum over the outputs and a mean over the batch.
 */
public enum LossKind {
  /** ℒ = (1/m) Σᵢ Σⱼ ½ (zᵢⱼ − tᵢⱼ)². */
  HALF_SQUARED_ERROR("half squared error", false),

  /** ℒ = (1/m) Σᵢ Σⱼ (zᵢⱼ − tᵢⱼ)², which is not divided by the number of outputs. */
  MEAN_SQUARED_ERROR("mean squared error", false),

  /**
   * ℒ = −(1/m) Σᵢ Σⱼ [tᵢⱼ log zᵢⱼ + (1 − tᵢⱼ) log(1 − zᵢⱼ)] with z = σ(a), for targets in [0, 1].
   *
   * <p>Needs a last layer with {@link Activation#SIGMOID}. It is computed from a as log(1 + eᵃ) − t
   * a, which neither overflows nor takes the logarithm of a rounded 0.
   */
  BINARY_CROSS_ENTROPY("binary cross-entropy", true),

  /**
   * ℒ = −(1/m) Σᵢ Σⱼ tᵢⱼ log softmax(aᵢ)ⱼ, for rows of targets that are probability distributions,
   * such as one-hot rows.
   *
   * <p>Needs a last layer with {@link Activation#IDENTITY}, whose outputs are the logits a, and at
   * least two outputs. It is computed from a with log-sum-exp.
   */
  SOFTMAX_CROSS_ENTROPY("softmax cross-entropy", true);

  private final String label;
  private final boolean computedFromLogits;

  LossKind(String label, boolean computedFromLogits) {
    this.label = label;
    this.computedFromLogits = computedFromLogits;
  }

  /**
   * The name in running text, such as {@code "softmax cross-entropy"}.
   *
   * @return the name in lower case
   */
  public String label() {
    return label;
  }

  /**
   * Whether the loss reads the last pre-activation a instead of the last activation φ(a).
   *
   * @return true for the two cross-entropies
   */
  public boolean isComputedFromLogits() {
    return computedFromLogits;
  }
}
