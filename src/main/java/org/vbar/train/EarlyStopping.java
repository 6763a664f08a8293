package org.vbar.train;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * When to give up: after {@code patience} epochs in a row whose validation loss was not better than
 * the best so far by more than {@code minimumImprovement}. The best parameters are kept.
 *
 * @param patience epochs, at least 1
 * @param minimumImprovement at least 0
 */
public record EarlyStopping(int patience, double minimumImprovement) {
  /** Checks the constants. */
  public EarlyStopping {
    Settings.checkAtLeast(1, "a patience", patience);
    checkArgument(
        minimumImprovement >= 0,
        "Expected a minimum improvement of 0 or more but got %s.",
        minimumImprovement);
  }

  /** Whether a loss is worth more patience. A NaN never is. */
  boolean improves(double loss, double best) {
    return loss < best - minimumImprovement;
  }
}
