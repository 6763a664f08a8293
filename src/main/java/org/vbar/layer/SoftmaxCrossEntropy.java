package org.vbar.layer;

import java.util.Optional;

/**
 * Cross-entropy of the softmax of logits a, with pⱼ = e^aⱼ / Σₖ e^aₖ.
 *
 * <pre>
 *   ℒ = −(1/m) Σᵢⱼ t log p,       −log pⱼ = log Σₖ e^aₖ − aⱼ
 *
 *   Ā = (softmax(A) − T)/m        for rows of T that sum to 1
 * </pre>
 *
 * <p>For any targets, ∂ℒ/∂aⱼ = [pⱼ Σₖ tₖ − tⱼ]/m = [pⱼ Σ_{k≠j} tₖ − tⱼ (1 − pⱼ)]/m. The last form
 * is computed, with 1 − pⱼ = Σ_{k≠j} pₖ: it does not subtract numbers that are nearly equal once
 * the network is sure, so a loss of 1e-300 still has its adjoint.
 *
 * <p>The last activation is the identity, hence Z̄ = Ā.
 */
record SoftmaxCrossEntropy() implements Loss {
  @Override
  public double value(Matrix preActivation, Matrix activation, Matrix targets) {
    double sum = 0;
    for (int i = 0; i < preActivation.rows(); i++) {
      Softmax softmax = Softmax.ofRow(preActivation, i);
      for (int j = 0; j < preActivation.columns(); j++) {
        double t = targets.at(i, j);
        // An absent class contributes nothing, even if its logit is −∞.
        sum += t == 0 ? 0 : t * softmax.negativeLog(j);
      }
    }
    return sum / preActivation.rows();
  }

  @Override
  public Matrix activationAdjoint(Matrix preActivation, Matrix activation, Matrix targets) {
    return logitsAdjoint(preActivation, targets);
  }

  @Override
  public Optional<Matrix> fusedPreActivationAdjoint(Matrix preActivation, Matrix targets) {
    return Optional.of(logitsAdjoint(preActivation, targets));
  }

  private static Matrix logitsAdjoint(Matrix logits, Matrix targets) {
    Matrix adjoint = Matrix.zeros(logits.rows(), logits.columns());
    for (int i = 0; i < logits.rows(); i++) {
      Softmax softmax = Softmax.ofRow(logits, i);
      double targetSum = 0;
      for (int j = 0; j < logits.columns(); j++) {
        targetSum += targets.at(i, j);
      }
      for (int j = 0; j < logits.columns(); j++) {
        double t = targets.at(i, j);
        double a = softmax.probability(j) * (targetSum - t) - t * softmax.complement(j);
        adjoint.set(i, j, a / logits.rows());
      }
    }
    return adjoint;
  }
}
