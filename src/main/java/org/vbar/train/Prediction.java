package org.vbar.train;

import static com.google.common.base.Preconditions.checkArgument;

import org.vbar.model.MlpSpec;

/**
 * What a network says about some samples.
 *
 * <p>Outputs are the last activations, row-major [rows × outputs]; with softmax cross-entropy these
 * are the logits, whose largest is also the most probable class.
 */
public final class Prediction {
  private final int columns;
  private final double[] outputs;
  private final double loss;

  /**
   * Takes an array over.
   *
   * @param spec the network, which gives the columns
   * @param outputs row-major [rows × outputs]. Not copied.
   * @param loss the mean loss of the samples
   * @throws IllegalArgumentException if the outputs are no whole rows
   */
  public Prediction(MlpSpec spec, double[] outputs, double loss) {
    checkArgument(
        outputs.length % spec.outputs() == 0,
        "Expected outputs [rows × %s] but got %s numbers.",
        spec.outputs(),
        outputs.length);
    this.columns = spec.outputs();
    this.outputs = outputs;
    this.loss = loss;
  }

  /** How many samples there are. */
  public int rows() {
    return outputs.length / columns;
  }

  /** The mean loss of the samples. */
  public double loss() {
    return loss;
  }

  /** One output of one sample, both from 0. */
  public double output(int row, int column) {
    return outputs[row * columns + column];
  }

  /**
   * The class of a sample: the largest output, the first of equals; a single output rounded to 0 or
   * 1, with ½ rounded to 1.
   */
  public int classOf(int row) {
    if (columns == 1) {
      return output(row, 0) >= 0.5 ? 1 : 0;
    }
    int largest = 0;
    for (int column = 1; column < columns; column++) {
      if (output(row, column) > output(row, largest)) {
        largest = column;
      }
    }
    return largest;
  }
}
