package org.vbar.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledTrainingTest {
  @TempDir Path directory;

  @Test
  void kill_runningProcess_losesAtMostTheStepsSinceTheLastCheckpoint() throws Exception {
    int steps = killAfter(150);
    Checkpoint checkpoint = new CheckpointStore(directory).load().orElseThrow().checkpoint();
    int stepsPerEpoch = 7;
    int saved = checkpoint.epoch() * stepsPerEpoch + (checkpoint.position() + 15) / 16;
    assertTrue(
        saved > steps - KilledTraining.STEPS_PER_CHECKPOINT - 1,
        "saved after step " + saved + ", killed after step " + steps);

    World resumed = Moons.world();
    TrainingRun run = KilledTraining.in(directory, resumed);
    run.resume();
    run.run();
    World uninterrupted = Moons.world();
    new TrainingRun(KilledTraining.PLAN, uninterrupted, Moons.EXAMPLES).run();
    assertArrayEquals(uninterrupted.parameters().toArray(), resumed.parameters().toArray());
  }

  /** Returns the last step that the process said it had done. */
  private int killAfter(int steps) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                KilledTraining.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int last = 0;
    try (BufferedReader lines = process.inputReader()) {
      String line = lines.readLine();
      while (line != null) {
        if (line.matches("step \\d+")) { // the very last line may be torn
          last = Math.max(last, Integer.parseInt(line.substring("step ".length())));
        }
        if (last >= steps) {
          process.toHandle().destroyForcibly(); // unlike the process's own, leaves the pipe open
        }
        line = lines.readLine();
      }
    } finally {
      process.destroyForcibly();
    }
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertTrue(process.exitValue() != 0, "the process was killed, not finished");
    return last;
  }
}
