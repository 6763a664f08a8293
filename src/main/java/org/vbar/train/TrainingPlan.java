package org.vbar.train;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
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
   * A hash of everything that one step of a training depends on, so that a checkpoint is continued
   * only by the training that it belongs to. The number of epochs is left out: a finished training
   * may be prolonged.
   */
  String fingerprint(World world, Examples training) {
    String text =
        String.join(
            "\n",
            withEpochs(0).toString(),
            world.name(),
            world.parameters().spec().toString(),
            training.sha256());
    return Hashing.sha256().hashString(text, StandardCharsets.UTF_8).toString();
  }
}
