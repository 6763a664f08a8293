package org.vbar.train;

import org.vbar.data.Batch;
import org.vbar.model.MlpParameters;

/**
 * A way to compute a network: one node per scalar, or matrices. All worlds start from the same
 * parameters, so that training may switch between them.
 *
 * <p>Parameters that are changed from outside go through {@link #setParameters}: some worlds share
 * the arrays of {@link #parameters}, others copy them.
 *
 * <p>Flat arrays are in the order of {@link MlpParameters#toArray}. A world that keeps the numbers
 * in a form of its own, such as {@code float}, overrides {@link #step} to update them there; the
 * rest of this room does not notice.
 *
 * <p>Close a world to end its threads, if it has any.
 */
public interface World extends AutoCloseable {
  /** The name in tables: {@code scalar} or {@code matrix}. */
  String name();

  /**
   * The name and all else that decides about the last bit of a step, such as the precision. A
   * checkpoint is continued only in a world of the same description; threads are no part of it.
   */
  default String description() {
    return name();
  }

  /** The parameters as they are now. */
  MlpParameters parameters();

  /**
   * Overwrites all parameters.
   *
   * @param theta all parameters. Not modified.
   */
  default void setParameters(double[] theta) {
    parameters().setAll(theta);
  }

  /**
   * How many numbers an {@link Updater} for this world is started with: the number of parameters,
   * or more if the world's form has gaps, where parameter and adjoint are 0.
   */
  default int updateLength() {
    return parameters().count();
  }

  /**
   * The mean loss of a minibatch and its gradient at the present parameters.
   *
   * @param gradient one number per parameter. Overwritten.
   * @throws IllegalArgumentException if the batch or the gradient does not fit the network
   */
  double evaluate(Batch batch, double[] gradient);

  /** The mean loss of a minibatch and its gradient in a new array. */
  default Evaluation evaluate(Batch batch) {
    double[] gradient = new double[parameters().count()];
    double loss = evaluate(batch, gradient);
    return new Evaluation(loss, gradient);
  }

  /**
   * The outputs and the mean loss of samples, without a backward pass.
   *
   * @throws IllegalArgumentException if the batch does not fit the network
   */
  Prediction predict(Batch batch);

  /**
   * One step on one minibatch: the gradient, scaled by the rule, moves the parameters.
   *
   * @param learningRate η
   * @return the mean loss before the step
   */
  default double step(Batch batch, GradientRule rule, Updater updater, double learningRate) {
    MlpParameters parameters = parameters();
    double[] gradient = new double[parameters.count()];
    double loss = evaluate(batch, gradient);
    rule.apply(parameters.spec(), batch.rows(), gradient);
    double[] theta = parameters.toArray();
    updater.update(theta, gradient, learningRate);
    setParameters(theta);
    return loss;
  }

  /**
   * One step on the examples {@code order[from]} … {@code order[to − 1]}: the same bits as {@link
   * #step(Batch, GradientRule, Updater, double)} on their batch. A world that keeps the examples in
   * a form of its own overrides it, so that no batch is made.
   *
   * @param examples the same object at every step of a training
   * @param order indices of examples. Not modified.
   * @param learningRate η
   * @return the mean loss before the step
   */
  default double step(
      Examples examples,
      int[] order,
      int from,
      int to,
      GradientRule rule,
      Updater updater,
      double learningRate) {
    return step(examples.batch(order, from, to), rule, updater, learningRate);
  }

  /** Ends the threads. Does nothing if there are none. */
  @Override
  default void close() {}
}
