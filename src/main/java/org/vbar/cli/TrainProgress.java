package org.vbar.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.vbar.train.EpochFigures;
import org.vbar.train.TrainingListener;

/** Shows how a training goes: a bar that moves, lines for a file, or nothing. */
final class TrainProgress implements TrainingListener {
  /** How much to show. */
  enum Display {
    /** Warnings only. */
    NONE,
    /** A line per epoch, and one every ten seconds within an epoch. */
    LINES,
    /** A line per epoch, and a bar that is drawn over again. */
    BAR
  }

  private static final long BAR_NANOS = 100_000_000L;
  private static final long LINE_NANOS = 10_000_000_000L;
  private static final int BAR_WIDTH = 20;

  /** Goes to the first column and clears the line. */
  private static final String CLEAR = "\r\u001B[K";

  private final PrintWriter out;
  private final PrintWriter err;
  private final Display display;
  private final int epochs;
  private final LongSupplier clock;

  private final long start;
  private long shown;
  private long samplesSeen;
  private int lastEpoch;
  private int lastDone;

  TrainProgress(PrintWriter out, PrintWriter err, Display display, int epochs) {
    this(out, err, display, epochs, System::nanoTime);
  }

  TrainProgress(PrintWriter out, PrintWriter err, Display display, int epochs, LongSupplier clock) {
    this.out = out;
    this.err = err;
    this.display = display;
    this.epochs = epochs;
    this.clock = clock;
    this.start = clock.getAsLong();
    this.shown = start;
  }

  @Override
  public void stepDone(int epoch, int samplesDone, int samples, double meanLoss) {
    count(epoch, samplesDone);
    long now = clock.getAsLong();
    long patience = display == Display.BAR ? BAR_NANOS : LINE_NANOS;
    if (display == Display.NONE || now - shown < patience) {
      return;
    }
    shown = now;
    String text = text(epoch, samplesDone, samples, meanLoss, (now - start) / 1e9);
    if (display == Display.BAR) {
      out.print(CLEAR + bar((double) samplesDone / samples) + " " + text);
    } else {
      out.println(text);
    }
    out.flush();
  }

  /** Samples of this process only: a resumed training begins in the middle of an epoch. */
  private void count(int epoch, int samplesDone) {
    boolean sameEpoch = epoch == lastEpoch;
    boolean first = lastEpoch == 0;
    samplesSeen += sameEpoch ? samplesDone - lastDone : first ? 0 : samplesDone;
    lastEpoch = epoch;
    lastDone = samplesDone;
  }

  private String text(int epoch, int done, int samples, double loss, double seconds) {
    String text =
        String.format(
            Locale.ROOT,
            "epoch %d/%d  %3d %%  loss %.4f",
            epoch,
            epochs,
            100L * done / samples,
            loss);
    double rate = samplesSeen / seconds;
    if (!(rate > 0) || Double.isInfinite(rate)) {
      return text;
    }
    long left = (long) (epochs - epoch) * samples + samples - done;
    return text
        + String.format(
            Locale.ROOT, "  %,d samples/s  %s left", Math.round(rate), time(left / rate));
  }

  private static String bar(double fraction) {
    int full = (int) (BAR_WIDTH * fraction);
    return "█".repeat(full) + "░".repeat(BAR_WIDTH - full);
  }

  /** Such as 0:07, 12:30 or 3:00:00. */
  static String time(double seconds) {
    long whole = Math.round(Math.min(seconds, 1e9));
    return whole < 3600
        ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  }

  @Override
  public void epochDone(EpochFigures figures) {
    if (display != Display.NONE) {
      out.println((display == Display.BAR ? CLEAR : "") + figures);
      out.flush();
    }
  }

  @Override
  public void warning(String message) {
    err.println((display == Display.BAR ? CLEAR : "") + message);
    err.flush();
  }
}
