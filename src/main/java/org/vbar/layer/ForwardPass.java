package org.vbar.layer;

import com.google.common.collect.ImmutableList;

/**
 * Everything one forward pass computed: the input and, for every layer of the spec, its
 * pre-activation and its activation.
 *
 * <p>Layers are counted from 0. Matrices are not copies; do not write to them.
 */
public final class ForwardPass {
  /** X, A⁽¹⁾, Z⁽¹⁾, A⁽²⁾, Z⁽²⁾, … */
  private final ImmutableList<Matrix> values;

  ForwardPass(ImmutableList<Matrix> values) {
    this.values = values;
  }

  /** What goes into step {@code index} of the network, or comes out of the step before. */
  Matrix value(int index) {
    return values.get(index);
  }

  /** All values up to and without {@code end}. */
  ImmutableList<Matrix> valuesBefore(int end) {
    return values.subList(0, end);
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
   * The number of samples m.
   *
   * @return at least 1
   */
  public int batchSize() {
    return input().rows();
  }

  /**
   * The input.
   *
   * @return X [m × inputs]
   */
  public Matrix input() {
    return values.get(0);
  }

  /**
   * A pre-activation, A = X W + b of one layer.
   *
   * @param layer from 0
   * @return A [m × outputs of the layer]
   * @throws IndexOutOfBoundsException if there is no such layer
   */
  public Matrix preActivation(int layer) {
    return values.get(Steps.preActivation(layer, layerCount()));
  }

  /**
   * An activation, Z = φ(A) of one layer.
   *
   * @param layer from 0
   * @return Z [m × outputs of the layer]
   * @throws IndexOutOfBoundsException if there is no such layer
   */
  public Matrix activation(int layer) {
    return values.get(Steps.activation(layer, layerCount()));
  }

  /**
   * The activation of the last layer. With softmax cross-entropy these are the logits.
   *
   * @return Z [m × outputs]
   */
  public Matrix output() {
    return values.get(values.size() - 1);
  }
}
