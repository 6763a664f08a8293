package org.vbar.layer;

import static java.util.Objects.requireNonNull;

import org.vbar.model.Activation;

/**
 * An activation applied to every element, Z = φ(A).
 *
 * <p>Z[i,j] depends on A[i,j] alone, so the sum over children has one term: Ā = Z̄ ∘ φ′(A), the
 * Hadamard product. φ′ is computed from A and not from Z, because Z rounds to 1 where 1 − Z is
 * still a fine small number.
 *
 * <p>Holds no parameters. Open for subclasses that replace a formula.
 */
public class ActivationLayer implements Layer {
  private final int width;
  private final Activation activation;

  /**
   * A layer of a given width.
   *
   * @param width the number of inputs, which is the number of outputs, at least 1
   * @param activation φ
   * @throws IllegalArgumentException if the width is below 1
   */
  public ActivationLayer(int width, Activation activation) {
    if (width < 1) {
      throw new IllegalArgumentException(
          "Expected a width of at least 1 but got %d.".formatted(width));
    }
    this.width = width;
    this.activation = requireNonNull(activation, "activation");
  }

  @Override
  public final int inputs() {
    return width;
  }

  @Override
  public final int outputs() {
    return width;
  }

  /**
   * φ.
   *
   * @return the activation
   */
  public final Activation activation() {
    return activation;
  }

  /** Z = φ(A). */
  @Override
  public Matrix forward(Matrix x) {
    return x.map(Activations.value(activation));
  }

  /** Ā = Z̄ ∘ φ′(A). */
  @Override
  public Matrix backward(Matrix x, Matrix outputAdjoint) {
    return outputAdjoint.hadamard(x.map(Activations.derivative(activation)));
  }
}
