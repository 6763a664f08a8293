package org.vbar.train;

import org.vbar.data.Batch;
import org.vbar.data.LabelledImages;
import org.vbar.data.Permutation;

/**
 * One step after another on a world's parameters: the minibatch's gradient, a rule that scales it,
 * an optimizer that applies it.
 *
 * <p>For whole trainings, see {@link TrainingRun}.
 */
public final class Trainer {
  private final World world;
  private final GradientRule rule;
  private final Updater updater;

  /** Creates a trainer that changes the world's parameters. */
  public Trainer(World world, GradientRule rule, Updater updater) {
    this.world = world;
    this.rule = rule;
    this.updater = updater;
  }

  /** Plain stochastic gradient descent, θ ← θ − η θ̄. */
  public static Trainer plain(World world) {
    return new Trainer(world, GradientRule.MEAN, Sgd.plain().start(world.updateLength()));
  }

  /** The world whose parameters are trained. */
  public World world() {
    return world;
  }

  /** What the optimizer remembers. */
  Updater updater() {
    return updater;
  }

  /**
   * One step on one minibatch.
   *
   * @param learningRate η, a positive number, or 0 at the end of a schedule
   * @return the mean loss before the step
   * @throws IllegalArgumentException if η is negative or not finite
   */
  public double step(Batch batch, double learningRate) {
    checkRate(learningRate);
    return world.step(batch, rule, updater, learningRate);
  }

  /** One step on the examples {@code order[from]} … {@code order[to − 1]}. */
  double step(Examples examples, int[] order, int from, int to, double learningRate) {
    checkRate(learningRate);
    return world.step(examples, order, from, to, rule, updater, learningRate);
  }

  private static void checkRate(double learningRate) {
    if (!(learningRate >= 0) || Double.isInfinite(learningRate)) {
      throw new IllegalArgumentException(
          "Expected a learning rate of 0 or more but got " + learningRate + ".");
    }
  }

  /**
   * One pass over all images in an order drawn from a seed. The last minibatch may be smaller.
   *
   * @param batchSize samples per step, at least 1
   * @return the mean of the minibatches' losses, each before its step, weighted by their sizes
   * @throws IllegalArgumentException if the batch size is not positive
   */
  public double epoch(LabelledImages images, int batchSize, double learningRate, long seed) {
    Settings.checkAtLeast(1, "a batch size", batchSize);
    int[] order = Permutation.shuffled(images.count(), seed);
    double sum = 0;
    for (int from = 0; from < order.length; from += batchSize) {
      int to = Math.min(from + batchSize, order.length);
      sum += step(images.batch(order, from, to), learningRate) * (to - from);
    }
    return sum / order.length;
  }
}
