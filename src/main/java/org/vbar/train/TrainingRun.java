package org.vbar.train;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vbar.data.Permutation;
import org.vbar.train.TrainingOutcome.Ending;

/**
 * A whole training: epochs of shuffled minibatches, figures after each, checkpoints in between.
 *
 * <pre>{@code
 * TrainingRun run =
 *     new TrainingRun(TrainingPlan.plain(20, 64, 0.5, seed), world, Examples.of(mnist.train()))
 *         .validatedOn(Examples.of(mnist.test()))
 *         .checkpointedIn(new CheckpointStore(directory), Duration.ofSeconds(30));
 * run.resume();                       // or not
 * TrainingOutcome outcome = run.run();
 * }</pre>
 *
 * <p>A resumed training gives the same bits as one that was never interrupted: order of samples,
 * state of the optimizer, counters and losses. Only the seconds differ.
 *
 * <p>{@link #requestCheckpoint} and {@link #requestStop} may be called from any thread; all else
 * belongs to one.
 */
public final class TrainingRun {
  private final TrainingPlan plan;
  private final World world;
  private final Examples training;
  private final Trainer trainer;
  private @Nullable Examples validation;
  private @Nullable CheckpointStore store;
  private Duration interval = Duration.ofDays(1);
  private int stepInterval = Integer.MAX_VALUE;
  private TrainingListener listener = TrainingListener.SILENT;

  private volatile boolean checkpointRequested;
  private volatile boolean stopRequested;

  // Between two steps, these and the trainer are all that the next step depends on.
  private final List<EpochFigures> history = new ArrayList<>();
  private int position;
  private double lossSum;
  private double seconds;
  private Checkpoint.Best best = Checkpoint.Best.NONE;

  /** Made once, because it hashes all examples. */
  private @Nullable ImmutableMap<String, String> settings;

  private long lastCheckpoint = System.nanoTime();
  private int stepsSinceCheckpoint;

  /**
   * Prepares a training that starts from the world's present parameters.
   *
   * @param training to learn from
   */
  public TrainingRun(TrainingPlan plan, World world, Examples training) {
    this.plan = plan;
    this.world = world;
    this.training = training;
    this.trainer = new Trainer(world, plan.rule(), plan.optimizer().start(world.updateLength()));
  }

  /** Judges every epoch on other examples. */
  @CanIgnoreReturnValue
  public TrainingRun validatedOn(Examples examples) {
    validation = examples;
    return this;
  }

  /** Writes a checkpoint after the first step that ends {@code every} after the last one. */
  @CanIgnoreReturnValue
  public TrainingRun checkpointedIn(CheckpointStore checkpoints, Duration every) {
    store = checkpoints;
    interval = every;
    return this;
  }

  /** Writes a checkpoint after every {@code steps} steps. */
  @CanIgnoreReturnValue
  public TrainingRun checkpointedIn(CheckpointStore checkpoints, int steps) {
    Settings.checkAtLeast(1, "an interval in steps", steps);
    store = checkpoints;
    stepInterval = steps;
    return this;
  }

  /** Tells somebody how it goes. */
  @CanIgnoreReturnValue
  public TrainingRun reportedTo(TrainingListener reporter) {
    listener = reporter;
    return this;
  }

  /** Asks for a checkpoint after the running step. */
  public void requestCheckpoint() {
    checkpointRequested = true;
  }

  /** Asks to finish the running step, to save a checkpoint and to end. */
  public void requestStop() {
    stopRequested = true;
  }

  /**
   * Continues from the store's newest checkpoint that is whole.
   *
   * @return whether there was one
   * @throws CheckpointException if all are damaged, or it belongs to another training
   * @throws IOException if reading fails
   */
  @CanIgnoreReturnValue
  public boolean resume() throws IOException {
    CheckpointStore checkpoints = store;
    checkState(checkpoints != null, "Give the directory of checkpoints before resuming from it.");
    Optional<CheckpointStore.Restored> restored = checkpoints.load();
    if (restored.isEmpty()) {
      return false;
    }
    restored.get().refused().ifPresent(listener::warning);
    restore(restored.get().checkpoint());
    return true;
  }

  private void restore(Checkpoint checkpoint) throws CheckpointException {
    List<String> differences = differences(checkpoint);
    if (!differences.isEmpty()) {
      throw new CheckpointException(
          "The checkpoint in "
              + (store == null ? "" : store.directory())
              + " belongs to another training, which differs in "
              + String.join("; ", differences)
              + ". Repeat its settings, or start anew in another directory.");
    }
    List<double[]> memory = trainer.updater().memory();
    world.setParameters(checkpoint.theta());
    for (int k = 0; k < memory.size(); k++) {
      System.arraycopy(checkpoint.memory().get(k), 0, memory.get(k), 0, memory.get(k).length);
    }
    history.clear();
    history.addAll(checkpoint.history());
    position = checkpoint.position();
    lossSum = checkpoint.lossSum();
    seconds = checkpoint.seconds();
    best = checkpoint.best();
  }

  /** What a checkpoint has that this training has not, setting by setting; empty if it fits. */
  private List<String> differences(Checkpoint checkpoint) {
    List<String> differences = new ArrayList<>();
    settings()
        .forEach(
            (name, given) -> {
              String expected = checkpoint.settings().getOrDefault(name, "nothing");
              if (!given.equals(expected)) {
                differences.add(name + ": given " + given + ", in the checkpoint " + expected);
              }
            });
    List<Integer> given = lengths(world.parameters().count(), trainer.updater().memory());
    List<Integer> expected = lengths(checkpoint.theta().length, checkpoint.memory());
    if (differences.isEmpty() && !given.equals(expected)) {
      differences.add("array lengths: given " + given + ", in the checkpoint " + expected);
    }
    if (differences.isEmpty() && checkpoint.position() > training.count()) {
      differences.add(
          "samples of an epoch: given "
              + training.count()
              + ", in the checkpoint at least "
              + checkpoint.position());
    }
    return differences;
  }

  private static List<Integer> lengths(int parameters, List<double[]> memory) {
    List<Integer> lengths = new ArrayList<>(List.of(parameters));
    memory.forEach(array -> lengths.add(array.length));
    return lengths;
  }

  /**
   * Trains until all epochs are done, early stopping ends it, or somebody asks to stop. With early
   * stopping the world has the best parameters afterwards; otherwise the last ones.
   *
   * @throws IOException if a checkpoint cannot be written
   */
  public TrainingOutcome run() throws IOException {
    checkArgument(
        plan.earlyStopping().isEmpty() || validation != null,
        "Expected validation examples, which early stopping judges by, but got none.");
    Ending ending = Ending.COMPLETED;
    while (history.size() < plan.epochs() && ending == Ending.COMPLETED) {
      if (patienceIsOver()) {
        ending = Ending.STOPPED_EARLY;
      } else if (!finishEpoch()) {
        ending = Ending.STOPPED_ON_REQUEST;
      }
    }
    if (ending == Ending.COMPLETED && patienceIsOver()) {
      ending = Ending.STOPPED_EARLY;
    }
    save();
    if (ending != Ending.STOPPED_ON_REQUEST && best.theta().length > 0) {
      world.setParameters(best.theta());
    }
    return new TrainingOutcome(ending, ImmutableList.copyOf(history));
  }

  private boolean patienceIsOver() {
    return plan.earlyStopping().isPresent()
        && best.epochsSince() >= plan.earlyStopping().get().patience();
  }

  /** Does what is left of an epoch. Returns false if somebody asked to stop before its end. */
  private boolean finishEpoch() throws IOException {
    int epoch = history.size();
    int samples = training.count();
    int[] order =
        plan.shuffled()
            ? Permutation.shuffled(samples, plan.seed() + epoch)
            : Permutation.identity(samples);
    while (position < samples) {
      if (stopRequested) {
        return false;
      }
      int to = (int) Math.min((long) position + plan.batchSize(), samples);
      double rate = rate(epoch, position);
      long start = System.nanoTime();
      lossSum += trainer.step(training, order, position, to, rate) * (to - position);
      seconds += (System.nanoTime() - start) / 1e9;
      position = to;
      listener.stepDone(epoch + 1, position, samples, lossSum / position);
      saveIfDue();
    }
    int lastStep = (samples - 1) / plan.batchSize() * plan.batchSize();
    endEpoch(epoch + 1, rate(epoch, lastStep));
    return true;
  }

  /** η of the step that begins at a sample of an epoch, from 0. */
  private double rate(int epoch, int sample) {
    return plan.learningRate().at(epoch + (double) sample / training.count());
  }

  private void endEpoch(int epoch, double rate) {
    double validationLoss = Double.NaN;
    double accuracy = Double.NaN;
    if (validation != null) {
      Score score = Score.of(world, validation);
      validationLoss = score.loss();
      accuracy = score.accuracy();
      judge(validationLoss);
    }
    EpochFigures figures =
        new EpochFigures(
            epoch, rate, lossSum / training.count(), validationLoss, accuracy, seconds);
    history.add(figures);
    position = 0;
    lossSum = 0;
    seconds = 0;
    listener.epochDone(figures);
  }

  private void judge(double loss) {
    if (plan.earlyStopping().isPresent()) {
      best =
          plan.earlyStopping().get().improves(loss, best.loss())
              ? new Checkpoint.Best(loss, 0, world.parameters().toArray())
              : new Checkpoint.Best(best.loss(), best.epochsSince() + 1, best.theta());
    }
  }

  private ImmutableMap<String, String> settings() {
    ImmutableMap<String, String> known = settings;
    if (known == null) {
      known = plan.settings(world, training, Optional.ofNullable(validation));
      settings = known;
    }
    return known;
  }

  private void saveIfDue() throws IOException {
    stepsSinceCheckpoint++;
    if (checkpointRequested
        || stepsSinceCheckpoint >= stepInterval
        || System.nanoTime() - lastCheckpoint >= interval.toNanos()) {
      save();
    }
  }

  private void save() throws IOException {
    checkpointRequested = false;
    stepsSinceCheckpoint = 0;
    lastCheckpoint = System.nanoTime();
    if (store == null) {
      return;
    }
    store.save(
        new Checkpoint(
            settings(),
            history.size(),
            position,
            lossSum,
            seconds,
            best,
            ImmutableList.copyOf(history),
            world.parameters().toArray(),
            Checkpoint.copies(trainer.updater().memory())));
    listener.checkpointSaved();
  }
}
