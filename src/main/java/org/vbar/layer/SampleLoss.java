package org.vbar.layer;

import org.vbar.model.LossKind;

/**
 * The losses of single samples, with their adjoints in place: the formulas of {@link SquaredError},
 * {@link BinaryCrossEntropy} and {@link SoftmaxCrossEntropy}, in memory that is already there.
 *
 * <p>Sums are taken in double whatever the precision of the numbers.
 */
final class SampleLoss {
  private final LossKind kind;

  SampleLoss(LossKind kind) {
    this.kind = kind;
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

  /** As in {@link Softmax}: eⱼ = e^(aⱼ − M), r the sum of all but the largest. */
  private static double softmax(
      Arithmetic arithmetic,
      Numbers outputs,
      int start,
      int count,
      Numbers targets,
      int targetStart,
      double weight,
      Numbers adjoint,
      int paddedCount) {
    int top = 0;
    double targetSum = targets.at(targetStart);
    for (int j = 1; j < count; j++) {
      top = outputs.at(start + j) > outputs.at(start + top) ? j : top;
      targetSum += targets.at(targetStart + j);
    }
    double largest = outputs.at(start + top);
    arithmetic.exponentials(start, paddedCount, adjoint, largest);
    double rest = 0;
    for (int j = 0; j < count; j++) {
      rest += j == top ? 0 : adjoint.at(start + j);
    }
    double loss = 0;
    double logOfSum = Math.log1p(rest);
    double scale = weight / (1 + rest);
    for (int j = 0; j < count; j++) {
      double e = adjoint.at(start + j);
      double t = targets.at(targetStart + j);
      double others = j == top ? rest : 1 + (rest - e);
      adjoint.set(start + j, (e * (targetSum - t) - t * others) * scale);
      loss += t == 0 ? 0 : t * ((largest - outputs.at(start + j)) + logOfSum);
    }
    return loss;
  }
}
