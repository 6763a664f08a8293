package org.vbar.layer;

/**
 * The softmax of one row of logits a, kept in parts from which probabilities near 0 and near 1 can
 * both be read without loss.
 *
 * <p>With M the largest logit, at index {@code top}, and eⱼ = e^(aⱼ − M) ≤ 1: pⱼ = eⱼ / (1 + r),
 * where r = Σ_{k≠top} eₖ is what all others have together. Nothing overflows, and r keeps its
 * digits when 1 + r rounds to 1.
 */
final class Softmax {
  private final double[] exponentials;
  private final double[] logits;
  private final int offset;
  private final int top;
  private final double rest;

  private Softmax(double[] logits, int offset, int count) {
    this.logits = logits;
    this.offset = offset;
    this.top = indexOfLargest(logits, offset, count);
    this.exponentials = new double[count];
    double sum = 0;
    for (int j = 0; j < count; j++) {
      exponentials[j] = Math.exp(logits[offset + j] - logits[offset + top]);
      sum += j == top ? 0 : exponentials[j];
    }
    this.rest = sum;
  }

  /** The softmax of row {@code row}. */
  static Softmax ofRow(Matrix logits, int row) {
    return new Softmax(logits.array(), row * logits.columns(), logits.columns());
  }

  /**
   * The index of the largest of {@code count} numbers from {@code offset} on; the first of equals.
   */
  static int indexOfLargest(double[] numbers, int offset, int count) {
    int largest = 0;
    for (int j = 1; j < count; j++) {
      if (numbers[offset + j] > numbers[offset + largest]) {
        largest = j;
      }
    }
    return largest;
  }

  /** pⱼ. */
  double probability(int j) {
    return exponentials[j] / (1 + rest);
  }

  /** 1 − pⱼ = Σ_{k≠j} pₖ. */
  double complement(int j) {
    return (j == top ? rest : 1 + (rest - exponentials[j])) / (1 + rest);
  }

  /** −log pⱼ = (M − aⱼ) + log(1 + r), never negative. */
  double negativeLog(int j) {
    return (logits[offset + top] - logits[offset + j]) + Math.log1p(rest);
  }
}
