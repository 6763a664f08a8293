package org.vbar.train;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkElementIndex;

import java.util.Locale;

/** How often samples of one class were taken for another: counts [actual × predicted]. */
public final class ConfusionMatrix {
  private final int classes;
  private final long[] counts;

  /**
   * Creates an empty matrix.
   *
   * @param classes at least 2
   */
  public ConfusionMatrix(int classes) {
    checkArgument(classes >= 2, "Expected at least 2 classes but got %s.", classes);
    this.classes = classes;
    this.counts = new long[classes * classes];
  }

  /** Counts one sample. */
  void add(int actual, int predicted) {
    counts[index(actual, predicted)]++;
  }

  private int index(int actual, int predicted) {
    return checkElementIndex(actual, classes, "actual class") * classes
        + checkElementIndex(predicted, classes, "predicted class");
  }

  /** How many classes there are. */
  public int classes() {
    return classes;
  }

  /** How many samples of class {@code actual} were taken for {@code predicted}. */
  public long count(int actual, int predicted) {
    return counts[index(actual, predicted)];
  }

  /** How many samples were counted. */
  public long total() {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    return total;
  }

  /** How many samples were taken for what they are. */
  public long correct() {
    long correct = 0;
    for (int c = 0; c < classes; c++) {
      correct += count(c, c);
    }
    return correct;
  }

  /** The fraction of samples taken for what they are; NaN without samples. */
  public double accuracy() {
    return (double) correct() / total();
  }

  /** The fraction of a class's samples that were found; NaN if it has none. */
  public double recall(int actual) {
    long row = 0;
    for (int predicted = 0; predicted < classes; predicted++) {
      row += count(actual, predicted);
    }
    return (double) count(actual, actual) / row;
  }

  /** The fraction of samples taken for a class that are of it; NaN if there are none. */
  public double precision(int predicted) {
    long column = 0;
    for (int actual = 0; actual < classes; actual++) {
      column += count(actual, predicted);
    }
    return (double) count(predicted, predicted) / column;
  }

  /** The counts as rows: {@code long[actual][predicted]}, copied. */
  public long[][] toArray() {
    long[][] rows = new long[classes][classes];
    for (int actual = 0; actual < classes; actual++) {
      System.arraycopy(counts, actual * classes, rows[actual], 0, classes);
    }
    return rows;
  }

  /** The accuracy, for example {@code 9812 of 10000 (98.12 %)}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d of %d (%.2f %%)", correct(), total(), 100 * accuracy());
  }
}
