package org.vbar.train;

import java.util.Optional;
import org.vbar.data.Batch;
import org.vbar.data.Permutation;
import org.vbar.model.MlpSpec;

/**
 * How well a network does on examples.
 *
 * @param loss the mean loss per example
 * @param confusion who was taken for whom; empty if the examples have no labels
 */
public record Score(double loss, Optional<ConfusionMatrix> confusion) {
  private static final int ROWS_AT_A_TIME = 500;

  /** Runs all examples through a world, without a backward pass. */
  public static Score of(World world, Examples examples) {
    MlpSpec spec = world.parameters().spec();
    ConfusionMatrix confusion = new ConfusionMatrix(Math.max(2, spec.outputs()));
    int[] order = Permutation.identity(examples.count());
    double sum = 0;
    boolean labelled = false;
    for (int from = 0; from < order.length; from += ROWS_AT_A_TIME) {
      int to = Math.min(from + ROWS_AT_A_TIME, order.length);
      Batch batch = examples.batch(order, from, to);
      Prediction prediction = world.predict(batch);
      sum += prediction.loss() * (to - from);
      labelled = batch.hasLabels();
      for (int row = 0; labelled && row < to - from; row++) {
        confusion.add(batch.labels()[row], prediction.classOf(row));
      }
    }
    return new Score(sum / order.length, labelled ? Optional.of(confusion) : Optional.empty());
  }

  /** The fraction of examples taken for what they are; NaN if they have no labels. */
  public double accuracy() {
    return confusion.map(ConfusionMatrix::accuracy).orElse(Double.NaN);
  }
}
