package org.vbar.train;

import java.util.Locale;

/**
 * What one epoch gave.
 *
 * @param epoch from 1
 * @param learningRate η of its last step
 * @param trainingLoss the mean of the minibatches' losses, each before its step, weighted by their
 *     sizes
 * @param validationLoss the mean loss on the validation examples afterwards; NaN without any
 * @param validationAccuracy the fraction of them taken for what they are; NaN without any
 * @param seconds how long the steps took, without validation
 */
public record EpochFigures(
    int epoch,
    double learningRate,
    double trainingLoss,
    double validationLoss,
    double validationAccuracy,
    double seconds) {
  /** One line for a terminal. */
  @Override
  public String toString() {
    String line = String.format(Locale.ROOT, "epoch %d: training loss %.6f", epoch, trainingLoss);
    if (!Double.isNaN(validationLoss)) {
      line += String.format(Locale.ROOT, ", validation loss %.6f", validationLoss);
    }
    if (!Double.isNaN(validationAccuracy)) {
      line += String.format(Locale.ROOT, ", accuracy %.2f %%", 100 * validationAccuracy);
    }
    return line + String.format(Locale.ROOT, " (%.1f s)", seconds);
  }
}
