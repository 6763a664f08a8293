package org.vbar.train;

import org.vbar.model.LayerSpec;
import org.vbar.model.MlpSpec;

/** How the adjoints of a minibatch's samples become the gradient of a step. */
public enum GradientRule {
  /** The mean over the samples: the gradient of the mean loss. */
  MEAN,

  /**
   * The sum over the samples for weights, the mean for biases. No loss has this gradient; it is
   * what the program of preset {@code 003} computes.
   */
  SUM_FOR_WEIGHTS_MEAN_FOR_BIASES;

  /**
   * Scales the gradient of the mean loss.
   *
   * @param samples the size of the minibatch
   * @param gradient in the order of {@code MlpParameters.toArray}. Modified.
   */
  void apply(MlpSpec spec, int samples, double[] gradient) {
    if (this == MEAN) {
      return;
    }
    int offset = 0;
    for (LayerSpec layer : spec.layers()) {
      int weightsEnd = offset + (int) layer.weightCount();
      for (int k = offset; k < weightsEnd; k++) {
        gradient[k] *= samples;
      }
      offset = weightsEnd + (spec.hasBiases() ? layer.outputs() : 0);
    }
  }
}
