package org.vbar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.vbar.train.EpochFigures;

class TrainProgressTest {
  private static final EpochFigures FIGURES = new EpochFigures(1, 0.5, 0.25, 0.2, 0.9, 4);
  private static final long SECOND = 1_000_000_000L;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private long now;

  private TrainProgress progress(TrainProgress.Display display) {
    return new TrainProgress(
        new PrintWriter(out), new PrintWriter(err, true), display, 3, () -> now);
  }

  /** Four steps of 25 samples in 20 seconds. */
  private static void epoch(TrainProgress progress, Runnable tick) {
    progress.stepDone(1, 25, 100, 0.75);
    for (int done = 50; done <= 100; done += 25) {
      tick.run();
      progress.stepDone(1, done, 100, 0.75);
    }
    progress.epochDone(FIGURES);
  }

  @Test
  void bar_everyTenthOfASecond_hasRateAndRemainingTime() {
    epoch(progress(TrainProgress.Display.BAR), () -> now += 5 * SECOND);
    String clear = "\r\u001B[K";
    assertEquals(
        clear
            + "██████████░░░░░░░░░░ epoch 1/3   50 %  loss 0.7500  5 samples/s  0:50 left"
            + clear
            + "███████████████░░░░░ epoch 1/3   75 %  loss 0.7500  5 samples/s  0:45 left"
            + clear
            + "████████████████████ epoch 1/3  100 %  loss 0.7500  5 samples/s  0:40 left"
            + clear
            + FIGURES
            + System.lineSeparator(),
        out.toString());
  }

  @Test
  void lines_everyTenSeconds_haveNoControlCharacters() {
    epoch(progress(TrainProgress.Display.LINES), () -> now += 5 * SECOND);
    assertEquals(
        "epoch 1/3   75 %  loss 0.7500  5 samples/s  0:45 left"
            + System.lineSeparator()
            + FIGURES
            + System.lineSeparator(),
        out.toString());
  }

  @Test
  void none_showsWarningsOnly() {
    TrainProgress progress = progress(TrainProgress.Display.NONE);
    epoch(progress, () -> now += 60 * SECOND);
    progress.warning("damaged");
    assertEquals("", out.toString());
    assertTrue(err.toString().startsWith("damaged"));
  }

  @Test
  void resumed_inTheMiddleOfAnEpoch_countsItsOwnSamples() {
    TrainProgress progress = progress(TrainProgress.Display.BAR);
    progress.stepDone(3, 60, 100, 1); // what came before was another process
    now += 2 * SECOND;
    progress.stepDone(3, 80, 100, 1);
    assertTrue(out.toString().endsWith("10 samples/s  0:02 left"), out::toString);
  }

  @Test
  void time_isShort() {
    assertEquals("0:07", TrainProgress.time(7));
    assertEquals("12:30", TrainProgress.time(750));
    assertEquals("3:00:00", TrainProgress.time(3 * 3600));
  }
}
