package org.vbar.layer;

import com.google.common.collect.ImmutableList;

/**
 * The adjoints of one backward pass: of the input, every pre-activation, every activation, and all
 * weights and biases.
 *
 * <p>Each has the shape of what it is the adjoint of. Layers are counted from 0. Matrices are not
 * copies.
 */
public final class BackwardPass {
  /** X̄, Ā⁽¹⁾, Z̄⁽¹⁾, Ā⁽²⁾, Z̄⁽²⁾, … */
  private final ImmutableList<Matrix> values;

  /** For every step the adjoints of its parameters. */
  private final ImmutableList<ImmutableList<Matrix>> parameters;

  BackwardPass(ImmutableList<Matrix> values, ImmutableList<ImmutableList<Matrix>> parameters) {
    this.values = values;
    this.parameters = parameters;
  }

  /**
   * The number of layers of the spec.
   *
   * @return at least 1
   */
  public int layerCount() {
    return (values.size() - 1) / 2;
  }

  /**
   * The adjoint of the input.
   *
   * @return X̄ [m × inputs]
   */
  public Matrix input() {
    return values.get(0);
  }

  /**
   * The adjoint of a pre-activation.
   *
   * @param layer from 0
   * @return Ā [m × outputs of the layer]
   * @throws IndexOutOfBoundsException if there is no such layer
   */
  public Matrix preActivation(int layer) {
    return values.get(Steps.preActivation(layer, layerCount()));
  }

  /**
   * The adjoint of an activation.
   *
   * @param layer from 0
   * @return Z̄ [m × outputs of the layer]
   * @throws IndexOutOfBoundsException if there is no such layer
   */
  public Matrix activation(int layer) {
    return values.get(Steps.activation(layer, layerCount()));
  }

  /**
   * The adjoint of a layer's weights.
   *
   * @param layer from 0
   * @return W̄ [inputs × outputs of the layer]
   * @throws IndexOutOfBoundsException if there is no such layer
   */
  public Matrix weights(int layer) {
    return parameters.get(Steps.dense(layer, layerCount())).get(0);
  }

  /**
   * The adjoint of a layer's biases.
   *
   * @param layer from 0
   * @return b̄ [1 × outputs of the layer]
   * @throws IndexOutOfBoundsException if there is no such layer
   * @throws IllegalStateException if the layer has no biases
   */
  public Matrix biases(int layer) {
    ImmutableList<Matrix> ofLayer = parameters.get(Steps.dense(layer, layerCount()));
    if (ofLayer.size() < 2) {
      throw new IllegalStateException(
          "Layer %d has no biases: ask the spec's hasBiases() before asking for their adjoint."
              .formatted(layer));
    }
    return ofLayer.get(1);
  }

  /**
   * The gradient: the adjoints of all parameters in the order of {@code MlpParameters.toArray()},
   * W̄⁽¹⁾ row-major, b̄⁽¹⁾, W̄⁽²⁾, b̄⁽²⁾, …
   *
   * @return a new array
   */
  public double[] gradient() {
    int count = 0;
    for (ImmutableList<Matrix> ofStep : parameters) {
      for (Matrix adjoint : ofStep) {
        count += adjoint.array().length;
      }
    }
    double[] gradient = new double[count];
    int offset = 0;
    for (ImmutableList<Matrix> ofStep : parameters) {
      for (Matrix adjoint : ofStep) {
        System.arraycopy(adjoint.array(), 0, gradient, offset, adjoint.array().length);
        offset += adjoint.array().length;
      }
    }
    return gradient;
  }
}
