package org.vbar.train;

import java.util.List;

/** An {@link Optimizer} at work on one array of parameters, with what it remembers of it. */
public interface Updater {
  /**
   * Moves all parameters.
   *
   * @param theta θ. Modified.
   * @param gradient θ̄, of the same length. Not modified.
   * @param learningRate η of this step
   */
  default void update(double[] theta, double[] gradient, double learningRate) {
    begin(learningRate).update(theta, gradient, 0, theta.length, 0);
  }

  /**
   * Begins a step, in which every parameter is then moved once.
   *
   * @param learningRate η of this step
   */
  Step begin(double learningRate);

  /** Whether a step is θ ← θ − η θ̄ and nothing else, which a world may do in its own way. */
  default boolean isPlainDescent() {
    return false;
  }

  /**
   * All that the next update depends on besides its arguments: the arrays themselves, so that
   * whoever overwrites them continues another training. A checkpoint keeps them.
   */
  List<double[]> memory();

  /** One step. Different ranges of the parameters may be moved on several threads at once. */
  @FunctionalInterface
  interface Step {
    /**
     * Moves some parameters.
     *
     * @param theta θ. Modified.
     * @param gradient θ̄, at the same indices. Not modified.
     * @param start where in these arrays the parameters are
     * @param count how many
     * @param first the number of the first of them among all parameters, from 0
     */
    void update(double[] theta, double[] gradient, int start, int count, int first);
  }
}
