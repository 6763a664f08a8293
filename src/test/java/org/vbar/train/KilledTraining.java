package org.vbar.train;

import java.io.IOException;
import java.nio.file.Path;

/** A training in a process of its own, for a test that kills it. Prints what it has done. */
final class KilledTraining {
  static final int STEPS_PER_CHECKPOINT = 4;
  static final TrainingPlan PLAN = Moons.PLAN.withEpochs(400);

  private KilledTraining() {}

  static TrainingRun in(Path directory, World world) {
    return new TrainingRun(PLAN, world, Moons.EXAMPLES)
        .checkpointedIn(new CheckpointStore(directory), STEPS_PER_CHECKPOINT);
  }

  /** Trains until it is killed. */
  public static void main(String[] arguments) throws IOException {
    in(Path.of(arguments[0]), Moons.world()).reportedTo(new Printer()).run();
  }

  private static final class Printer implements TrainingListener {
    private int steps;

    @Override
    public void stepDone(int epoch, int samplesDone, int samples, double meanLoss) {
      steps++;
      System.out.println("step " + steps);
    }
  }
}
