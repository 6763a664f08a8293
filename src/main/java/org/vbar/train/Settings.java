package org.vbar.train;

import static com.google.common.base.Preconditions.checkArgument;

import org.vbar.data.Batch;
import org.vbar.model.MlpSpec;

/** Checks of the numbers that a training is told. */
final class Settings {
  private Settings() {}

  static void checkPositive(String what, double value) {
    checkArgument(
        value > 0 && Double.isFinite(value), "Expected a positive %s but got %s.", what, value);
  }

  static void checkAtLeast(int least, String what, long value) {
    checkArgument(value >= least, "Expected %s of at least %s but got %s.", what, least, value);
  }

  static void checkFits(Batch batch, MlpSpec spec) {
    checkArgument(
        batch.columns() == spec.inputs() && batch.targetColumns() == spec.outputs(),
        "Expected a batch for %s but got %s.",
        spec,
        batch);
  }

  static void checkGradient(double[] gradient, int length) {
    checkArgument(
        gradient.length == length,
        "Expected a gradient of length %s but got %s.",
        length,
        gradient.length);
  }

  static void checkWeightDecay(double decay) {
    checkArgument(
        decay >= 0 && Double.isFinite(decay),
        "Expected a weight decay of 0 or more but got %s.",
        decay);
  }
}
