package org.vbar.layer;

import static com.google.common.base.Preconditions.checkElementIndex;

/**
 * Where things are in a network that alternates dense and activation steps.
 *
 * <pre>
 *   step          0          1          2          3
 *   value    X ──────► A⁽¹⁾ ──────► Z⁽¹⁾ ──────► A⁽²⁾ ──────► Z⁽²⁾
 *   index    0          1            2            3            4
 * </pre>
 */
final class Steps {
  private Steps() {}

  /** The step that computes a layer's pre-activation. */
  static int dense(int layer, int layerCount) {
    return 2 * checkElementIndex(layer, layerCount, "layer");
  }

  /** The index of a layer's pre-activation, and of the step that reads it. */
  static int preActivation(int layer, int layerCount) {
    return dense(layer, layerCount) + 1;
  }

  /** The index of a layer's activation, and of the step that reads it. */
  static int activation(int layer, int layerCount) {
    return dense(layer, layerCount) + 2;
  }
}
