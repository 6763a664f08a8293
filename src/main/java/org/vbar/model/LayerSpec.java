package org.vbar.model;

import static java.util.Objects.requireNonNull;

/**
 * One fully connected layer, z = φ(x W + b).
 *
 * @param inputs the width of x and the number of rows of W, at least 1
 * @param outputs the width of z and the number of columns of W, at least 1
 * @param activation φ
 */
public record LayerSpec(int inputs, int outputs, Activation activation) {
  /**
   * Checks the sizes.
   *
   * @param inputs the width of x, at least 1
   * @param outputs the width of z, at least 1
   * @param activation φ
   * @throws IllegalArgumentException if a size is below 1
   */
  public LayerSpec {
    requireNonNull(activation, "activation");
    if (inputs < 1 || outputs < 1) {
      throw new IllegalArgumentException(
          "Expected a layer with at least 1 input and 1 output but got [%d × %d]."
              .formatted(inputs, outputs));
    }
  }

  /**
   * The number of weights.
   *
   * @return inputs · outputs
   */
  public long weightCount() {
    return (long) inputs * outputs;
  }

  /** The layer as {@code 784-128 (sigmoid)}. */
  @Override
  public String toString() {
    return "%d-%d (%s)".formatted(inputs, outputs, activation.label());
  }
}
