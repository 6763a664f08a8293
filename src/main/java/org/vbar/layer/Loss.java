package org.vbar.layer;

import java.util.Optional;
import org.vbar.model.LossKind;

/**
 * A loss ℒ, a mean over the batch, with the adjoints of what it reads derived by hand.
 *
 * <p>With m samples and n outputs, A is the last pre-activation, Z = φ(A) the last activation and T
 * the targets, all [m × n]. The {@link Network} has checked the shapes.
 */
public interface Loss {
  /**
   * Computes ℒ.
   *
   * @param preActivation A. Not modified.
   * @param activation Z. Not modified.
   * @param targets T. Not modified.
   * @return ℒ
   */
  double value(Matrix preActivation, Matrix activation, Matrix targets);

  /**
   * Computes Z̄, the derivative of ℒ with respect to the last activation.
   *
   * @param preActivation A. Not modified.
   * @param activation Z. Not modified.
   * @param targets T. Not modified.
   * @return Z̄ [m × n]
   */
  Matrix activationAdjoint(Matrix preActivation, Matrix activation, Matrix targets);

  /**
   * Computes Ā, the derivative of ℒ with respect to the last pre-activation, where loss and last
   * activation are derived as one function. That is simpler and stays accurate where Z̄ overflows.
   *
   * @param preActivation A. Not modified.
   * @param targets T. Not modified.
   * @return Ā [m × n], or empty if Ā follows from Z̄ through the last activation layer
   */
  default Optional<Matrix> fusedPreActivationAdjoint(Matrix preActivation, Matrix targets) {
    return Optional.empty();
  }

  /**
   * The loss of a name.
   *
   * @param kind the name
   * @return the loss
   */
  static Loss of(LossKind kind) {
    return switch (kind) {
      case HALF_SQUARED_ERROR -> new SquaredError(0.5);
      case MEAN_SQUARED_ERROR -> new SquaredError(1.0);
      case BINARY_CROSS_ENTROPY -> new BinaryCrossEntropy();
      case SOFTMAX_CROSS_ENTROPY -> new SoftmaxCrossEntropy();
    };
  }
}
