package org.vbar.train;

import com.google.common.collect.ImmutableMap;
import java.util.Optional;

/**
 * How to train, whatever the network and the examples are.
 *
 * @param epochs how often to pass over the training examples, at least 0
 * @param batchSize samples per step, at least 1; the last minibatch of an epoch may be smaller
 * @param seed decides the order of the samples: epoch e is shuffled with seed + e
 * @param shuffled whether to shuffle at all
 * @param rule how a minibatch's adjoints become the gradient
 * @param optimizer how a gradient moves the parameters
 * @param learningRate η over time
 * @param earlyStopping when to give up before the last epoch
 */
public record TrainingPlan(
    int epochs,
    int batchSize,
    long seed,
    boolean shuffled,
    GradientRule rule,
    Optimizer optimizer,
    LearningRate learningRate,
    Optional<EarlyStopping> earlyStopping) {
  /** Checks the numbers. */
  public TrainingPlan {
    Settings.checkAtLeast(0, "a number of epochs", epochs);
    Settings.checkAtLeast(1, "a batch size", batchSize);
  }

  /** Plain gradient descent on shuffled minibatches at a constant rate. */
  public static TrainingPlan plain(int epochs, int batchSize, double learningRate, long seed) {
    return new TrainingPlan(
        epochs,
        batchSize,
        seed,
        true,
        GradientRule.MEAN,
        Sgd.plain(),
        LearningRate.constant(learningRate),
        Optional.empty());
  }

  /** The same with another number of epochs. */
  public TrainingPlan withEpochs(int number) {
    return new TrainingPlan(
        number, batchSize, seed, shuffled, rule, optimizer, learningRate, earlyStopping);
  }

  /** The same with another batch size. */
  public TrainingPlan withBatchSize(int size) {
    return new TrainingPlan(
        epochs, size, seed, shuffled, rule, optimizer, learningRate, earlyStopping);
  }

  /** The same with another seed. */
  public TrainingPlan withSeed(long other) {
    return new TrainingPlan(
        epochs, batchSize, other, shuffled, rule, optimizer, learningRate, earlyStopping);
  }

  /** The same with another optimizer. */
  public TrainingPlan with(Optimizer other) {
    return new TrainingPlan(
        epochs, batchSize, seed, shuffled, rule, other, learningRate, earlyStopping);
  }

  /** The same with another schedule. */
  public TrainingPlan with(LearningRate other) {
    return new TrainingPlan(
        epochs, batchSize, seed, shuffled, rule, optimizer, other, earlyStopping);
  }

  /** The same with another rule for gradients. */
  public TrainingPlan with(GradientRule other) {
    return new TrainingPlan(
        epochs, batchSize, seed, shuffled, other, optimizer, learningRate, earlyStopping);
  }

  /** The same with early stopping. */
  public TrainingPlan with(EarlyStopping stopping) {
    return new TrainingPlan(
        epochs, batchSize, seed, shuffled, rule, optimizer, learningRate, Optional.of(stopping));
  }

  /**
   * Everything that a training's figures depend on, by name, so that a checkpoint is continued only
   * by the training that it belongs to. The number of epochs is left out: a finished training may
   * be prolonged.
   */
  ImmutableMap<String, String> settings(
      World world, Examples training, Optional<Examples> validation) {
    return ImmutableMap.<String, String>builder()
        .put("network", world.parameters().spec().toString())
        .put("world", world.description())
        .put("batch size", String.valueOf(batchSize))
        .put("seed", String.valueOf(seed))
        .put("shuffled", String.valueOf(shuffled))
        .put("gradient", rule.toString())
        .put("optimizer", optimizer.toString())
        .put("learning rate", learningRate.toString())
        .put("early stopping", earlyStopping.map(EarlyStopping::toString).orElse("none"))
        .put("training examples", training.sha256())
        .put("validation examples", validation.map(Examples::sha256).orElse("none"))
        .buildOrThrow();
  }
}
