package org.vbar.train;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.List;

/**
 * A training between two steps: everything that its next step depends on.
 *
 * @param settings which training this is; see {@link TrainingPlan#settings}
 * @param epoch how many epochs are complete
 * @param position how many samples of the next epoch are done
 * @param lossSum the sum of the losses of those samples
 * @param seconds how long the steps of that epoch took so far
 * @param best what early stopping knows
 * @param history the complete epochs
 * @param theta the parameters. Not copied.
 * @param memory what the optimizer remembers. The arrays are not copied.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Checkpoint(
    ImmutableMap<String, String> settings,
    int epoch,
    int position,
    double lossSum,
    double seconds,
    Best best,
    ImmutableList<EpochFigures> history,
    double[] theta,
    ImmutableList<double[]> memory) {

  /**
   * The best epoch so far.
   *
   * @param loss its validation loss; infinite before the first
   * @param epochsSince how many epochs were no better
   * @param theta the parameters after it; empty before the first
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Best(double loss, int epochsSince, double[] theta) {
    static final Best NONE = new Best(Double.POSITIVE_INFINITY, 0, new double[0]);
  }

  static ImmutableList<double[]> copies(List<double[]> arrays) {
    return arrays.stream().map(double[]::clone).collect(ImmutableList.toImmutableList());
  }
}
