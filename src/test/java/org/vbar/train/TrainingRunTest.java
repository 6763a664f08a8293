package org.vbar.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vbar.train.TrainingOutcome.Ending;

class TrainingRunTest {
  @TempDir Path directory;

  /** All but the seconds. */
  private static String figures(TrainingOutcome outcome) {
    List<EpochFigures> timeless = new ArrayList<>();
    for (EpochFigures f : outcome.epochs()) {
      timeless.add(
          new EpochFigures(
              f.epoch(),
              f.learningRate(),
              f.trainingLoss(),
              f.validationLoss(),
              f.validationAccuracy(),
              0));
    }
    return timeless.stream()
        .map(f -> f + " " + f.trainingLoss() + " " + f.validationLoss() + " " + f.learningRate())
        .toList()
        .toString();
  }

  private static TrainingRun run(World world) {
    return run(Moons.PLAN, world);
  }

  private static TrainingRun run(TrainingPlan plan, World world) {
    return new TrainingRun(plan, world, Moons.EXAMPLES).validatedOn(Moons.EXAMPLES);
  }

  /** Stops a run after some steps. */
  private static final class StopAfter implements TrainingListener {
    private final int steps;
    private int done;
    private TrainingRun run;

    StopAfter(int steps, TrainingRun run) {
      this.steps = steps;
      this.run = run;
    }

    @Override
    public void stepDone(int epoch, int samplesDone, int samples, double meanLoss) {
      done++;
      if (done == steps) {
        run.requestStop();
      }
    }
  }

  @Test
  void resume_afterAnyStep_givesTheSameBits() throws IOException {
    World uninterrupted = Moons.world();
    TrainingOutcome whole = run(uninterrupted).run();
    assertEquals(6, whole.epochs().size());
    for (int steps : new int[] {1, 6, 7, 8, 20, 41}) { // 7 steps an epoch
      CheckpointStore store = new CheckpointStore(directory.resolve("after" + steps));
      TrainingRun first = run(Moons.world()).checkpointedIn(store, 1000);
      first.reportedTo(new StopAfter(steps, first));
      assertEquals(Ending.STOPPED_ON_REQUEST, first.run().ending());

      World world = Moons.world();
      TrainingRun second = run(world).checkpointedIn(new CheckpointStore(store.directory()), 1000);
      assertTrue(second.resume());
      TrainingOutcome resumed = second.run();
      assertEquals(Ending.COMPLETED, resumed.ending());
      assertArrayEquals(uninterrupted.parameters().toArray(), world.parameters().toArray());
      assertEquals(figures(whole), figures(resumed));
    }
  }

  @Test
  void resume_damagedCheckpoint_usesThePreviousAndSaysSo() throws IOException {
    World uninterrupted = Moons.world();
    run(uninterrupted).run();
    CheckpointStore store = new CheckpointStore(directory);
    TrainingRun first = run(Moons.world()).checkpointedIn(store, 5);
    first.reportedTo(new StopAfter(13, first));
    first.run();
    damage(directory.resolve("checkpoint.vbar"));

    List<String> warnings = new ArrayList<>();
    World world = Moons.world();
    TrainingRun second =
        run(world)
            .checkpointedIn(new CheckpointStore(directory), 5)
            .reportedTo(
                new TrainingListener() {
                  @Override
                  public void warning(String message) {
                    warnings.add(message);
                  }
                });
    assertTrue(second.resume());
    assertEquals(1, warnings.size());
    assertTrue(warnings.get(0).contains("its checksum is wrong"), warnings.get(0));
    second.run();
    assertArrayEquals(uninterrupted.parameters().toArray(), world.parameters().toArray());
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void save_afterDamageWasFound_keepsTheGoodPrevious() throws IOException {
    CheckpointStore store = new CheckpointStore(directory);
    run(Moons.PLAN.withEpochs(1), Moons.world()).checkpointedIn(store, 3).run();
    damage(directory.resolve("checkpoint.vbar"));
    byte[] previous = Files.readAllBytes(directory.resolve("checkpoint.previous.vbar"));
    CheckpointStore later = new CheckpointStore(directory);
    Checkpoint good = later.load().orElseThrow().checkpoint();
    later.save(good);
    assertArrayEquals(previous, Files.readAllBytes(directory.resolve("checkpoint.previous.vbar")));
    assertArrayEquals(previous, Files.readAllBytes(directory.resolve("checkpoint.vbar")));
  }

  @Test
  void resume_allDamaged_isRefused() throws IOException {
    TrainingRun run =
        run(Moons.PLAN.withEpochs(1), Moons.world())
            .checkpointedIn(new CheckpointStore(directory), 3);
    run.run();
    damage(directory.resolve("checkpoint.vbar"));
    damage(directory.resolve("checkpoint.previous.vbar"));
    CheckpointException refusal = assertThrows(CheckpointException.class, run::resume);
    assertTrue(String.valueOf(refusal.getMessage()).contains("checkpoint.previous.vbar"));
  }

  @Test
  void resume_noCheckpoint_startsAnew() throws IOException {
    assertFalse(run(Moons.world()).checkpointedIn(new CheckpointStore(directory), 3).resume());
    assertThrows(IllegalStateException.class, () -> run(Moons.world()).resume());
  }

  @Test
  void resume_otherSettings_isRefused() throws IOException {
    CheckpointStore store = new CheckpointStore(directory);
    run(Moons.PLAN.withEpochs(1), Moons.world()).checkpointedIn(store, 3).run();
    TrainingPlan other = Moons.PLAN.with(Sgd.plain()).withSeed(12);
    String refusal = refusal(run(other, Moons.world()).checkpointedIn(store, 3));
    assertTrue(refusal.contains("seed: given 12, in the checkpoint 11;"), refusal);
    assertTrue(refusal.contains("optimizer: given Sgd[momentum=0.0,"), refusal);
    assertTrue(refusal.contains("in the checkpoint Adam[beta1=0.9,"), refusal);
    assertFalse(refusal.contains("batch size"), refusal);
  }

  private static String refusal(TrainingRun run) {
    return String.valueOf(assertThrows(CheckpointException.class, run::resume).getMessage());
  }

  @Test
  void resume_otherValidationExamples_isRefused() throws IOException {
    CheckpointStore store = new CheckpointStore(directory);
    run(Moons.PLAN.withEpochs(1), Moons.world()).checkpointedIn(store, 3).run();
    TrainingRun without =
        new TrainingRun(Moons.PLAN, Moons.world(), Moons.EXAMPLES).checkpointedIn(store, 3);
    String refusal = refusal(without);
    assertTrue(refusal.contains("validation examples: given none, in the"), refusal);
  }

  @Test
  void resume_afterTheLastStepOfAnEpoch_reportsThatStepsRate() throws IOException {
    TrainingOutcome whole = run(Moons.world()).run();
    CheckpointStore store = new CheckpointStore(directory);
    TrainingRun first = run(Moons.world()).checkpointedIn(store, 7); // 7 steps an epoch
    first.reportedTo(
        new TrainingListener() {
          @Override
          public void checkpointSaved() {
            throw new IllegalStateException("killed before the epoch was counted");
          }
        });
    assertThrows(IllegalStateException.class, first::run);
    assertEquals(100, store.load().orElseThrow().checkpoint().position());

    TrainingRun second = run(Moons.world()).checkpointedIn(store, 1000);
    assertTrue(second.resume());
    assertEquals(figures(whole), figures(second.run()));
  }

  @Test
  void resume_finishedTraining_canBeProlonged() throws IOException {
    World uninterrupted = Moons.world();
    run(uninterrupted).run();
    CheckpointStore store = new CheckpointStore(directory);
    run(Moons.PLAN.withEpochs(2), Moons.world()).checkpointedIn(store, 100).run();
    World world = Moons.world();
    TrainingRun prolonged = run(world).checkpointedIn(store, 100);
    prolonged.resume();
    prolonged.run();
    assertArrayEquals(uninterrupted.parameters().toArray(), world.parameters().toArray());
  }

  @Test
  void requestCheckpoint_beforeAStep_savesAfterIt() throws IOException {
    List<Integer> saved = new ArrayList<>();
    TrainingRun run =
        run(Moons.PLAN.withEpochs(1), Moons.world())
            .checkpointedIn(new CheckpointStore(directory), 1000);
    run.reportedTo(
        new TrainingListener() {
          private int steps;

          @Override
          public void stepDone(int epoch, int samplesDone, int samples, double meanLoss) {
            steps++;
            if (steps == 3) {
              run.requestCheckpoint();
            }
          }

          @Override
          public void checkpointSaved() {
            saved.add(steps);
          }
        });
    run.run();
    assertEquals(List.of(3, 7), saved); // on request, and at the end
  }

  @Test
  void earlyStopping_noImprovement_endsWithTheBestParameters() throws IOException {
    TrainingPlan plan =
        TrainingPlan.plain(50, 16, 1e-9, 1).with(new EarlyStopping(2, 0.5)); // nothing improves
    World world = Moons.world();
    TrainingOutcome outcome = run(plan, world).run();
    assertEquals(Ending.STOPPED_EARLY, outcome.ending());
    assertEquals(3, outcome.epochs().size());
    World once = Moons.world();
    run(plan.withEpochs(1), once).run();
    assertArrayEquals(once.parameters().toArray(), world.parameters().toArray());
  }

  @Test
  void earlyStopping_resumed_keepsCounting() throws IOException {
    TrainingPlan plan = TrainingPlan.plain(50, 16, 1e-9, 1).with(new EarlyStopping(2, 0.5));
    CheckpointStore store = new CheckpointStore(directory);
    TrainingRun first = run(plan, Moons.world()).checkpointedIn(store, 1000);
    first.reportedTo(new StopAfter(16, first)); // in the third epoch
    first.run();
    World world = Moons.world();
    TrainingRun second = run(plan, world).checkpointedIn(store, 1000);
    second.resume();
    TrainingOutcome outcome = second.run();
    assertEquals(Ending.STOPPED_EARLY, outcome.ending());
    assertEquals(3, outcome.epochs().size());
    TrainingRun third = run(plan, Moons.world()).checkpointedIn(store, 1000);
    third.resume();
    assertEquals(Ending.STOPPED_EARLY, third.run().ending());
  }

  @Test
  void earlyStopping_withoutValidation_isRefused() {
    TrainingPlan plan = Moons.PLAN.with(new EarlyStopping(1, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> new TrainingRun(plan, Moons.world(), Moons.EXAMPLES).run());
  }

  @Test
  void checkpoint_everyChangedByte_isRefused() throws IOException {
    CheckpointStore store = new CheckpointStore(directory);
    run(Moons.PLAN.withEpochs(1), Moons.world()).checkpointedIn(store, 1000).run();
    byte[] good = Files.readAllBytes(directory.resolve("checkpoint.vbar"));
    CheckpointFormat.read(good);
    for (int k = 0; k < good.length; k++) {
      byte[] bad = good.clone();
      bad[k] ^= 4;
      assertThrows(CheckpointException.class, () -> CheckpointFormat.read(bad));
    }
    for (int length : new int[] {0, 7, 43, 44, good.length - 1}) {
      byte[] truncated = java.util.Arrays.copyOf(good, length);
      assertThrows(CheckpointException.class, () -> CheckpointFormat.read(truncated));
    }
  }

  @Test
  void record_written_isReadBack() throws IOException {
    World world = Moons.world();
    TrainingRun run = new TrainingRun(Moons.PLAN.withEpochs(2), world, Moons.EXAMPLES);
    RunRecord record =
        RunRecord.of("moons", Moons.PLAN, world, Moons.EXAMPLES, run.run()); // losses are NaN
    Path file = directory.resolve("run.json");
    record.write(file);
    assertEquals(record, RunRecord.read(file));
    assertEquals(
        Optional.of("Adam[beta1=0.9, beta2=0.999, epsilon=1.0E-8, weightDecay=0.001]"),
        Optional.ofNullable(record.configuration().get("optimizer")));
    assertTrue(Files.readString(file).contains("\"validationLoss\": null"));
  }

  @Test
  void record_damaged_isRefused() throws IOException {
    Path file = directory.resolve("run.json");
    for (String text :
        new String[] {
          "",
          "[]",
          "{",
          "{\"version\": 2}",
          "{\"version\": 1}",
          "{\"version\": 1.5}",
          "{} {}",
          "{\"version\": \"1\"}",
          "{version: 1}",
          "[".repeat(100_000)
        }) {
      Files.writeString(file, text);
      IOException refusal = assertThrows(IOException.class, () -> RunRecord.read(file));
      assertTrue(String.valueOf(refusal.getMessage()).contains("is no record of a run"));
    }
  }
}
