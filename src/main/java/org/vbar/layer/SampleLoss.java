package org.vbar.layer;

import org.vbar.model.LossKind;

/**
 * The losses of single samples, with their adjoints in place: the formulas of {@link SquaredError},
 * {@link BinaryCrossEntropy} and {@link SoftmaxCrossEntropy}, in memory that is already there.
 *
 * <p>Sums are taken in double whatever the precision of the numbers. Holds scratch memory: one
 * thread at a time.
 */
final class SampleLoss {
  private final LossKind kind;

  // One row of a softmax in double.
  private final double[] logits;
  private final double[] t;
  private final double[] e;

  /** For samples with {@code count} outputs. */
  SampleLoss(LossKind kind, int count) {
    this.kind = kind;
    this.logits = new double[count];
    this.t = new double[count];
    this.e = new double[count];
  }

  /**
   * The loss of one sample, not divided by anything, and its adjoint times {@code weight}: Ā for a
   * loss that is computed from logits, Z̄ otherwise.
   *
   * @param outputs the row's logits or activations, from {@code start} on. Not modified.
   * @param count how many
   * @param targets T, from {@code targetStart} on. Not modified.
   * @param adjoint where the row of the adjoint goes, from {@code start} on, filled up with zeros
   *     to {@code paddedCount}. Modified.
   */
  double ofRow(
      Arithmetic arithmetic,
      Numbers outputs,
      int start,
      int count,
      Numbers targets,
      int targetStart,
      double weight,
      Numbers adjoint,
      int paddedCount) {
    double loss =
        switch (kind) {
          case HALF_SQUARED_ERROR ->
              squared(0.5, outputs, start, count, targets, targetStart, weight, adjoint);
          case MEAN_SQUARED_ERROR ->
              squared(1, outputs, start, count, targets, targetStart, weight, adjoint);
          case BINARY_CROSS_ENTROPY ->
              binary(outputs, start, count, targets, targetStart, weight, adjoint);
          case SOFTMAX_CROSS_ENTROPY -> {
            outputs.copy(start, adjoint, start, paddedCount);
            yield softmax(
                arithmetic,
                outputs,
                start,
                count,
                targets,
                targetStart,
                weight,
                adjoint,
                paddedCount);
          }
        };
    for (int j = count; j < paddedCount; j++) {
      adjoint.set(start + j, 0);
    }
    return loss;
  }

  private static double squared(
      double factor,
      Numbers outputs,
      int start,
      int count,
      Numbers targets,
      int targetStart,
      double weight,
      Numbers adjoint) {
    double sum = 0;
    for (int j = 0; j < count; j++) {
      double difference = outputs.at(start + j) - targets.at(targetStart + j);
      sum += difference * difference;
      adjoint.set(start + j, 2 * factor * difference * weight);
    }
    return factor * sum;
  }

  private static double binary(
      Numbers outputs,
      int start,
      int count,
      Numbers targets,
      int targetStart,
      double weight,
      Numbers adjoint) {
    double sum = 0;
    for (int j = 0; j < count; j++) {
      double a = outputs.at(start + j);
      double t = targets.at(targetStart + j);
      sum += BinaryCrossEntropy.term(a, t);
      double difference = (1 - t) * Activations.sigmoid(a) - t * Activations.sigmoid(-a);
      adjoint.set(start + j, difference * weight);
    }
    return sum;
  }

  /**
   * As in {@link Softmax}: eⱼ = e^(aⱼ − M), r the sum of all but the largest.
   *
   * <p>Rows are turned into doubles as a whole, not number by number.
   */
  private double softmax(
      Arithmetic arithmetic,
      Numbers outputs,
      int start,
      int count,
      Numbers targets,
      int targetStart,
      double weight,
      Numbers adjoint,
      int paddedCount) {
    outputs.read(start, count, logits);
    targets.read(targetStart, count, t);
    int top = Softmax.indexOfLargest(logits, 0, count);
    double largest = logits[top];
    arithmetic.exponentials(start, paddedCount, adjoint, largest);
    adjoint.read(start, count, e);
    double rest = 0;
    double targetSum = 0;
    for (int j = 0; j < count; j++) {
      rest += j == top ? 0 : e[j];
      targetSum += t[j];
    }
    double loss = 0;
    double logOfSum = logOnePlus(rest);
    double scale = weight / (1 + rest);
    for (int j = 0; j < count; j++) {
      double others = j == top ? rest : 1 + (rest - e[j]);
      loss += t[j] == 0 ? 0 : t[j] * ((largest - logits[j]) + logOfSum);
      e[j] = (e[j] * (targetSum - t[j]) - t[j] * others) * scale;
    }
    adjoint.write(start, count, e);
    return loss;
  }

  /**
   * log(1 + x) for x ≥ 0, within some units in the last place: what rounding makes of 1 + x is made
   * good by the slope of the logarithm (Goldberg 1991, theorem 4). {@link Math#log1p} is not
   * compiled to instructions in JDK 17.
   */
  static double logOnePlus(double x) {
    double sum = 1 + x;
    return sum == 1 || sum == Double.POSITIVE_INFINITY ? x : Math.log(sum) * (x / (sum - 1));
  }
}
