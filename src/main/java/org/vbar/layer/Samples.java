package org.vbar.layer;

/**
 * Examples in the precision of a {@link TrainingNetwork}: inputs [count × inputs] and targets
 * [count × outputs], one example per row.
 *
 * <p>Made once before training, so that a step only copies rows: 188 MB for the 60,000 images of
 * MNIST in float.
 */
public final class Samples {
  /** Numbers apart that are not in one line of the cache. */
  private static final int CACHE_LINE = 16;

  private final int count;
  private final int inputColumns;
  private final int targetColumns;
  private final Numbers inputs;
  private final Numbers targets;

  /** Nobody reads it: what is never written anywhere need not be fetched either. */
  @SuppressWarnings("unused")
  private double fetched;

  private Samples(Precision precision, int count, int inputColumns, int targetColumns) {
    this.count = count;
    this.inputColumns = inputColumns;
    this.targetColumns = targetColumns;
    this.inputs = Numbers.zeros(precision, Math.multiplyExact(count, inputColumns));
    this.targets = Numbers.zeros(precision, Math.multiplyExact(count, targetColumns));
  }

  /**
   * Samples that are all 0, to be filled with {@link #set}.
   *
   * @param precision the network's
   * @param count how many samples, at least 1
   * @param inputColumns the width of a sample, at least 1
   * @param targetColumns the width of a target, at least 1
   * @return new samples
   * @throws IllegalArgumentException if a number is below 1
   * @throws ArithmeticException if the inputs or targets do not fit one array
   */
  public static Samples zeros(Precision precision, int count, int inputColumns, int targetColumns) {
    if (count < 1 || inputColumns < 1 || targetColumns < 1) {
      throw new IllegalArgumentException(
          "Expected at least 1 sample with 1 input and 1 target but got inputs [%d × %d] and targets [%d × %d]."
              .formatted(count, inputColumns, count, targetColumns));
    }
    return new Samples(precision, count, inputColumns, targetColumns);
  }

  /**
   * Samples with given numbers, which are copied and rounded to the precision.
   *
   * @param precision the network's
   * @param inputColumns the width of a sample
   * @param inputs [count × inputColumns], row-major. Not modified.
   * @param targetColumns the width of a target
   * @param targets [count × targetColumns], row-major. Not modified.
   * @return new samples
   * @throws IllegalArgumentException if the lengths do not fit
   */
  public static Samples of(
      Precision precision, int inputColumns, double[] inputs, int targetColumns, double[] targets) {
    Samples samples = zeros(precision, inputs.length / inputColumns, inputColumns, targetColumns);
    samples.set(0, inputs, targets);
    return samples;
  }

  /**
   * Overwrites samples, so that a large set can be handed over piece by piece.
   *
   * @param first the first sample to overwrite
   * @param newInputs [n × inputs], row-major. Not modified.
   * @param newTargets [n × outputs], row-major. Not modified.
   * @throws IllegalArgumentException if the lengths are not those of n samples, or n samples from
   *     {@code first} on are too many
   */
  public void set(int first, double[] newInputs, double[] newTargets) {
    int n = newInputs.length / inputColumns;
    if (newInputs.length != n * inputColumns
        || newTargets.length != (long) n * targetColumns
        || first < 0
        || first > count - n) {
      throw new IllegalArgumentException(
          "Expected inputs [n × %d] and targets [n × %d] for %d samples, from sample %d on, but got %d and %d numbers."
              .formatted(
                  inputColumns, targetColumns, count, first, newInputs.length, newTargets.length));
    }
    copy(newInputs, inputs, first * inputColumns);
    copy(newTargets, targets, first * targetColumns);
  }

  private static void copy(double[] from, Numbers to, int start) {
    if (to.precision() == Precision.DOUBLE) {
      System.arraycopy(from, 0, to.doubles(), start, from.length);
      return;
    }
    float[] floats = to.floats();
    for (int i = 0; i < from.length; i++) {
      floats[start + i] = (float) from[i];
    }
  }

  /**
   * How many samples there are.
   *
   * @return at least 1
   */
  public int count() {
    return count;
  }

  /**
   * The precision.
   *
   * @return float or double
   */
  public Precision precision() {
    return inputs.precision();
  }

  int inputColumns() {
    return inputColumns;
  }

  int targetColumns() {
    return targetColumns;
  }

  Numbers targets() {
    return targets;
  }

  /**
   * Reads the beginnings of samples, so that the processor asks for all of them at the same time
   * wherever in memory they lie; copying them one by one waits for each. A step takes 1.20 instead
   * of 1.26 times its products: TrainingBenchmark, batch 64, vectors.
   */
  void fetch(int[] order, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      int start = order[i] * inputColumns;
      sum += inputs.at(start) + inputs.at(start + Math.min(inputColumns - 1, CACHE_LINE));
      sum += targets.at(order[i] * targetColumns);
    }
    fetched = sum;
  }

  void copyInput(int sample, Numbers to, int start) {
    inputs.copy(sample * inputColumns, to, start, inputColumns);
  }
}
