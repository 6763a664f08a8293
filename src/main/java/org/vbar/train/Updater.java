package org.vbar.train;

import java.util.List;

/** An {@link Optimizer} at work on one array of parameters, with what it remembers of it. */
public interface Updater {
  /**
   * Moves the parameters.
   *
   * @param theta θ. Modified.
   * @param gradient θ̄, of the same length. Not modified.
   * @param learningRate η of this step
   */
  void update(double[] theta, double[] gradient, double learningRate);

  /**
   * All that the next update depends on besides its arguments: the arrays themselves, so that
   * whoever overwrites them continues another training. A checkpoint keeps them.
   */
  List<double[]> memory();
}
