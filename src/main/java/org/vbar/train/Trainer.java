package org.vbar.train;

import org.vbar.data.Batch;
import org.vbar.data.LabelledImages;
import org.vbar.data.Permutation;
import org.vbar.model.MlpParameters;

/** Plain stochastic gradient descent: θ ← θ − η · θ̄ after every minibatch. */
public final class Trainer {
  private final World world;
  private final double learningRate;

  /**
   * Creates a trainer that changes the world's parameters.
   *
   * @param learningRate η, a positive number
   * @throws IllegalArgumentException if η is not positive
   */
  public Trainer(World world, double learningRate) {
    if (!(learningRate > 0) || Double.isInfinite(learningRate)) {
      throw new IllegalArgumentException(
          "Expected a positive learning rate but got " + learningRate + ".");
    }
    this.world = world;
    this.learningRate = learningRate;
  }

  /** One step on one minibatch. Returns the loss before the step. */
  public double step(Batch batch) {
    Evaluation evaluation = world.evaluate(batch);
    MlpParameters parameters = world.parameters();
    double[] theta = parameters.toArray();
    double[] gradient = evaluation.gradient();
    for (int k = 0; k < theta.length; k++) {
      theta[k] -= learningRate * gradient[k];
    }
    parameters.setAll(theta);
    return evaluation.loss();
  }

  /**
   * One pass over all images in an order drawn from a seed. The last minibatch may be smaller.
   *
   * @param batchSize samples per step, at least 1
   * @return the mean of the minibatches' losses, each before its step, weighted by their sizes
   * @throws IllegalArgumentException if the batch size is not positive
   */
  public double epoch(LabelledImages images, int batchSize, long seed) {
    if (batchSize < 1) {
      throw new IllegalArgumentException(
          "Expected a batch size of at least 1 but got " + batchSize + ".");
    }
    int[] order = Permutation.shuffled(images.count(), seed);
    double sum = 0;
    for (int from = 0; from < order.length; from += batchSize) {
      int to = Math.min(from + batchSize, order.length);
      sum += step(images.batch(order, from, to)) * (to - from);
    }
    return sum / order.length;
  }
}
