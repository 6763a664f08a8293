package org.vbar.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.StringJoiner;
import java.util.function.Supplier;

/** Times calls as {@code measured.py} does, and writes their result beside their time. */
final class Measured {
  private static final double WARM_UP_SECONDS = 3;
  private static final double TURN_SECONDS = 0.05;
  private static final int TURNS = 21;

  private Measured() {}

  /** The median over turns of at least 50 ms of the microseconds that a call takes. */
  static double microseconds(Supplier<double[]> call) {
    double sum = 0; // Reading results keeps the calls from being left out
    long calls = 0;
    long start = System.nanoTime();
    while (seconds(start) < WARM_UP_SECONDS) {
      sum += call.get()[0];
      calls++;
    }
    long perTurn = Math.max(1, (long) Math.ceil(TURN_SECONDS * calls / seconds(start)));
    double[] times = new double[TURNS];
    for (int i = 0; i < TURNS; i++) {
      long turn = System.nanoTime();
      for (long j = 0; j < perTurn; j++) {
        sum += call.get()[0];
      }
      times[i] = 1e6 * seconds(turn) / perTurn;
    }
    if (Double.isNaN(sum)) {
      throw new IllegalStateException("The result is NaN.");
    }
    Arrays.sort(times);
    return times[TURNS / 2];
  }

  private static double seconds(long since) {
    return 1e-9 * (System.nanoTime() - since);
  }

  /** Writes {@code target/compare/work.system.txt}: the time, then the numbers, one a line. */
  static void write(String work, String system, double microseconds, double[] numbers)
      throws IOException {
    StringJoiner lines = new StringJoiner("\n", "", "\n");
    lines.add(Double.toString(microseconds));
    for (double number : numbers) {
      lines.add(Double.toString(number));
    }
    Path folder = Files.createDirectories(Path.of("target", "compare"));
    Files.writeString(folder.resolve(work + "." + system + ".txt"), lines.toString());
  }
}
