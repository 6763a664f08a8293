package org.vbar.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class OptimizerTest {
  /** Products of a few numbers, rounded. */
  private static final double ROUNDING = 1e-15;

  private final double[] theta = {1, -2};

  private void twoSteps(Optimizer optimizer) {
    Updater updater = optimizer.start(2);
    updater.update(theta, new double[] {0.5, -1}, 0.1);
    updater.update(theta, new double[] {0.25, 2}, 0.1);
  }

  @Test
  void plain_twoSteps_subtractsGradients() {
    twoSteps(Sgd.plain());
    assertArrayEquals(new double[] {1 - 0.1 * 0.75, -2 - 0.1}, theta, ROUNDING);
  }

  @Test
  void plain_weightDecay_pullsTowardsZero() {
    Sgd.plain().withWeightDecay(0.5).start(2).update(theta, new double[2], 0.1);
    assertArrayEquals(new double[] {0.95, -1.9}, theta, ROUNDING);
  }

  @Test
  void momentum_twoSteps_remembersTheFirst() {
    twoSteps(Sgd.momentum(0.9));
    // v₁ = g₁, v₂ = 0.9 g₁ + g₂
    assertArrayEquals(
        new double[] {1 - 0.1 * (0.5 + 0.45 + 0.25), -2 - 0.1 * (-1 - 0.9 + 2)}, theta, ROUNDING);
  }

  @Test
  void nesterov_twoSteps_looksAhead() {
    twoSteps(Sgd.nesterov(0.9));
    double first = 0.5 + 0.9 * 0.5;
    double second = 0.25 + 0.9 * (0.9 * 0.5 + 0.25);
    assertEquals(1 - 0.1 * (first + second), theta[0], ROUNDING);
  }

  @Test
  void adam_firstStep_hasTheLengthOfTheLearningRate() {
    Adam.standard().start(2).update(theta, new double[] {1e-3, -50}, 0.1);
    assertArrayEquals(new double[] {0.9, -1.9}, theta, 1e-6);
  }

  @Test
  void adam_twoSteps_followsTheAlgorithm() {
    twoSteps(Adam.standard());
    double m1 = 0.1 * 0.5;
    double v1 = 0.001 * 0.25;
    double m2 = 0.9 * m1 + 0.1 * 0.25;
    double v2 = 0.999 * v1 + 0.001 * 0.0625;
    double expected =
        1
            - 0.1 * (m1 / 0.1) / (Math.sqrt(v1 / 0.001) + 1e-8)
            - 0.1 * (m2 / (1 - 0.81)) / (Math.sqrt(v2 / (1 - 0.998001)) + 1e-8);
    assertEquals(expected, theta[0], 1e-12); // 1 − β₂² loses three digits
  }

  @Test
  void adam_weightDecay_isDecoupledFromTheGradient() {
    Adam.standard().withWeightDecay(0.5).start(2).update(theta, new double[2], 0.1);
    assertArrayEquals(new double[] {0.95, -1.9}, theta, ROUNDING);
  }

  @Test
  void memory_overwritten_continuesTheOtherTraining() {
    for (Optimizer optimizer :
        List.of(Sgd.momentum(0.9), Sgd.nesterov(0.5), Adam.standard(), Sgd.plain())) {
      double[] one = {1, -2};
      Updater first = optimizer.start(2);
      first.update(one, new double[] {0.5, -1}, 0.1);
      double[] other = one.clone();
      Updater second = optimizer.start(2);
      for (int k = 0; k < first.memory().size(); k++) {
        double[] memory = first.memory().get(k);
        System.arraycopy(memory, 0, second.memory().get(k), 0, memory.length);
      }
      first.update(one, new double[] {0.25, 2}, 0.1);
      second.update(other, new double[] {0.25, 2}, 0.1);
      assertArrayEquals(one, other, optimizer.toString());
    }
  }

  @Test
  void constants_outOfRange_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> Sgd.momentum(1));
    assertThrows(IllegalArgumentException.class, () -> Sgd.momentum(-0.1));
    assertThrows(IllegalArgumentException.class, () -> Sgd.nesterov(0));
    assertThrows(IllegalArgumentException.class, () -> Sgd.plain().withWeightDecay(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new Adam(1, 0.9, 1e-8, 0));
    assertThrows(IllegalArgumentException.class, () -> new Adam(0.9, 0.9, 0, 0));
  }

  @Test
  void schedules_overTime_followTheirFormulas() {
    assertEquals(0.5, LearningRate.constant(0.5).at(7));
    LearningRate steps = LearningRate.steps(1, 0.1, 2);
    assertEquals(1, steps.at(1.99));
    assertEquals(0.1, steps.at(2));
    assertEquals(0.5 * Math.pow(0.9, 1.5), LearningRate.exponential(0.5, 0.9).at(1.5), ROUNDING);
    LearningRate cosine = LearningRate.cosine(2, 10);
    assertEquals(2, cosine.at(0));
    assertEquals(1, cosine.at(5), ROUNDING);
    assertEquals(0, cosine.at(10));
    assertEquals(0, cosine.at(11));
    LearningRate warm = LearningRate.constant(4).afterWarmUp(2);
    assertEquals(0, warm.at(0));
    assertEquals(1, warm.at(0.5));
    assertEquals(4, warm.at(3));
  }

  @Test
  void schedules_outOfRange_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> LearningRate.constant(0));
    assertThrows(IllegalArgumentException.class, () -> LearningRate.steps(1, 1.5, 1));
    assertThrows(IllegalArgumentException.class, () -> LearningRate.steps(1, 0.5, 0));
    assertThrows(IllegalArgumentException.class, () -> LearningRate.exponential(1, 0));
    assertThrows(IllegalArgumentException.class, () -> LearningRate.cosine(1, 0));
    assertThrows(
        IllegalArgumentException.class, () -> LearningRate.constant(1).afterWarmUp(Double.NaN));
  }

  @Test
  void earlyStopping_nan_isNoImprovement() {
    EarlyStopping stopping = new EarlyStopping(2, 0.1);
    assertTrue(stopping.improves(1, Double.POSITIVE_INFINITY));
    assertTrue(!stopping.improves(0.95, 1));
    assertTrue(!stopping.improves(Double.NaN, 1));
  }
}
