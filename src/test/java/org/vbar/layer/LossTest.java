package org.vbar.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.vbar.model.LossKind;

class LossTest {
  private static final double ROUNDING = 1e-14;
  private static final Matrix LOGITS = Matrix.of(2, 3, 0.3, -1.2, 2, 0.5, 0.25, -0.75);
  private static final Matrix SIGMOIDS = LOGITS.map(a -> 1 / (1 + Math.exp(-a)));
  private static final Matrix ONE_HOT = Matrix.of(2, 3, 0, 1, 0, 1, 0, 0);

  @Test
  void halfSquaredError_ofTwoSamples_isHalfTheSumOverTheBatchSize() {
    Loss loss = Loss.of(LossKind.HALF_SQUARED_ERROR);
    Matrix z = Matrix.of(2, 2, 1, 2, 3, 5);
    Matrix t = Matrix.of(2, 2, 0, 2, 5, 1);

    assertEquals(0.5 * (1 + 0 + 4 + 16) / 2, loss.value(z, z, t));
    assertEquals(Matrix.of(2, 2, 0.5, 0, -1, 2), loss.activationAdjoint(z, z, t));
    assertEquals(Optional.empty(), loss.fusedPreActivationAdjoint(z, t));
  }

  @Test
  void meanSquaredError_ofTwoSamples_isTheSumOverTheBatchSizeNotTheOutputs() {
    Loss loss = Loss.of(LossKind.MEAN_SQUARED_ERROR);
    Matrix z = Matrix.of(2, 2, 1, 2, 3, 5);
    Matrix t = Matrix.of(2, 2, 0, 2, 5, 1);

    assertEquals((1 + 0 + 4 + 16) / 2.0, loss.value(z, z, t));
    assertEquals(Matrix.of(2, 2, 1, 0, -2, 4), loss.activationAdjoint(z, z, t));
  }

  @Test
  void squaredErrors_readActivationsNotPreActivations() {
    Matrix z = Matrix.of(1, 1, 3);
    Matrix other = Matrix.of(1, 1, 100);

    assertEquals(2, Loss.of(LossKind.HALF_SQUARED_ERROR).value(other, z, Matrix.of(1, 1, 1)));
  }

  @Test
  void binaryCrossEntropy_ofModerateLogits_isItsDefinition() {
    Loss loss = Loss.of(LossKind.BINARY_CROSS_ENTROPY);
    Matrix targets = Matrix.of(2, 3, 0, 1, 0.25, 1, 0.5, 0.9);
    double expected = 0;
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 3; j++) {
        double z = SIGMOIDS.at(i, j);
        double t = targets.at(i, j);
        expected -= (t * Math.log(z) + (1 - t) * Math.log(1 - z)) / 2;
      }
    }

    Expect.relative(expected, loss.value(LOGITS, SIGMOIDS, targets), ROUNDING, "loss");
  }

  @Test
  void binaryCrossEntropy_adjoints_areTheTextbookForms() {
    Loss loss = Loss.of(LossKind.BINARY_CROSS_ENTROPY);
    Matrix targets = Matrix.of(2, 3, 0, 1, 0.25, 1, 0.5, 0.9);
    Matrix zBar = loss.activationAdjoint(LOGITS, SIGMOIDS, targets);
    Matrix aBar = loss.fusedPreActivationAdjoint(LOGITS, targets).orElseThrow();

    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 3; j++) {
        double z = SIGMOIDS.at(i, j);
        double t = targets.at(i, j);
        Expect.near((z - t) / 2, aBar.at(i, j), ROUNDING, "ā");
        Expect.near((z - t) / (z * (1 - z)) / 2, zBar.at(i, j), ROUNDING, "z̄");
      }
    }
  }

  @Test
  void binaryCrossEntropy_at700_neitherOverflowsNorVanishes() {
    Loss loss = Loss.of(LossKind.BINARY_CROSS_ENTROPY);
    Matrix logits = Matrix.of(4, 1, 700, 700, -700, -700);
    Matrix targets = Matrix.of(4, 1, 1, 0, 1, 0);
    Matrix sigmoids = logits.map(Activations::sigmoid);
    double tiny = 9.85967654375977e-305; // e⁻⁷⁰⁰
    double huge = 1.0142320547350045e304; // e⁷⁰⁰

    assertEquals(350, loss.value(logits, sigmoids, targets));
    Matrix aBar = loss.fusedPreActivationAdjoint(logits, targets).orElseThrow();
    double[] expected = {-tiny / 4, 0.25, -0.25, tiny / 4};
    Matrix zBar = loss.activationAdjoint(logits, sigmoids, targets);
    double[] expectedZ = {-0.25, huge / 4, -huge / 4, 0.25};
    for (int i = 0; i < 4; i++) {
      Expect.relative(expected[i], aBar.at(i, 0), ROUNDING, "ā" + i);
      Expect.relative(expectedZ[i], zBar.at(i, 0), ROUNDING, "z̄" + i);
    }
  }

  @Test
  void binaryCrossEntropy_sureAndRight_keepsItsTinyLoss() {
    Loss loss = Loss.of(LossKind.BINARY_CROSS_ENTROPY);
    Matrix logit = Matrix.of(1, 1, 700);
    Matrix one = Matrix.of(1, 1, 1);

    Expect.relative(9.85967654375977e-305, loss.value(logit, one, one), ROUNDING, "loss");
  }

  @Test
  void binaryCrossEntropy_infiniteLogitOfTheRightClass_costsNothing() {
    Loss loss = Loss.of(LossKind.BINARY_CROSS_ENTROPY);
    Matrix logits = Matrix.of(2, 1, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
    Matrix targets = Matrix.of(2, 1, 1, 0);

    assertEquals(0, loss.value(logits, targets, targets));
    assertEquals(Matrix.of(2, 1, -0.5, 0.5), loss.activationAdjoint(logits, targets, targets));
  }

  @Test
  void softmaxCrossEntropy_ofModerateLogits_isItsDefinition() {
    Loss loss = Loss.of(LossKind.SOFTMAX_CROSS_ENTROPY);
    double expected = -(Math.log(softmax(LOGITS, 0, 1)) + Math.log(softmax(LOGITS, 1, 0))) / 2;

    Expect.relative(expected, loss.value(LOGITS, LOGITS, ONE_HOT), ROUNDING, "loss");
  }

  @Test
  void softmaxCrossEntropy_adjoint_isSoftmaxMinusTargetsOverTheBatchSize() {
    Loss loss = Loss.of(LossKind.SOFTMAX_CROSS_ENTROPY);
    Matrix targets = Matrix.of(2, 3, 0, 1, 0, 0.5, 0.2, 0.3);
    Matrix aBar = loss.fusedPreActivationAdjoint(LOGITS, targets).orElseThrow();

    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 3; j++) {
        double expected = (softmax(LOGITS, i, j) - targets.at(i, j)) / 2;
        Expect.near(expected, aBar.at(i, j), ROUNDING, "ā");
      }
    }
    assertEquals(aBar, loss.activationAdjoint(LOGITS, LOGITS, targets));
  }

  private static double softmax(Matrix logits, int i, int j) {
    double sum = 0;
    for (int k = 0; k < logits.columns(); k++) {
      sum += Math.exp(logits.at(i, k));
    }
    return Math.exp(logits.at(i, j)) / sum;
  }

  @Test
  void softmaxCrossEntropy_targetsThatDoNotSumToOne_haveTheRightAdjoint() {
    Loss loss = Loss.of(LossKind.SOFTMAX_CROSS_ENTROPY);
    Matrix targets = Matrix.of(1, 2, 2, 3);
    Matrix logits = Matrix.of(1, 2, 0.5, -0.5);
    double p = 1 / (1 + Math.exp(-1));

    Matrix aBar = loss.fusedPreActivationAdjoint(logits, targets).orElseThrow();

    Expect.near(5 * p - 2, aBar.at(0, 0), ROUNDING, "ā₀");
    Expect.near(5 * (1 - p) - 3, aBar.at(0, 1), ROUNDING, "ā₁");
  }

  @Test
  void softmaxCrossEntropy_at700_neitherOverflowsNorVanishes() {
    Loss loss = Loss.of(LossKind.SOFTMAX_CROSS_ENTROPY);
    Matrix logits = Matrix.of(2, 3, 700, 0, -700, 700, 0, -700);
    Matrix targets = Matrix.of(2, 3, 1, 0, 0, 0, 0, 1);
    double tiny = 9.85967654375977e-305; // e⁻⁷⁰⁰; e⁻¹⁴⁰⁰ is 0

    assertEquals(700, loss.value(logits, logits, targets));
    Matrix aBar = loss.fusedPreActivationAdjoint(logits, targets).orElseThrow();
    double[] expected = {-tiny / 2, tiny / 2, 0, 0.5, tiny / 2, -0.5};
    for (int i = 0; i < 6; i++) {
      Expect.relative(expected[i], aBar.array()[i], ROUNDING, "ā" + i);
    }
  }

  @Test
  void softmaxCrossEntropy_sureAndRight_keepsItsTinyLoss() {
    Loss loss = Loss.of(LossKind.SOFTMAX_CROSS_ENTROPY);
    Matrix logits = Matrix.of(1, 2, 350, -350);
    Matrix targets = Matrix.of(1, 2, 1, 0);

    Expect.relative(9.85967654375977e-305, loss.value(logits, logits, targets), ROUNDING, "loss");
  }

  @Test
  void softmaxCrossEntropy_equalLogits_areUniform() {
    Loss loss = Loss.of(LossKind.SOFTMAX_CROSS_ENTROPY);
    Matrix logits = Matrix.of(1, 4, 1e300, 1e300, 1e300, 1e300);
    Matrix targets = Matrix.of(1, 4, 0, 0, 1, 0);

    Expect.relative(Math.log(4), loss.value(logits, logits, targets), ROUNDING, "loss");
    assertEquals(
        Matrix.of(1, 4, 0.25, 0.25, -0.75, 0.25),
        loss.fusedPreActivationAdjoint(logits, targets).orElseThrow());
  }

  @Test
  void softmaxCrossEntropy_excludedClass_mayHaveLogitMinusInfinity() {
    Loss loss = Loss.of(LossKind.SOFTMAX_CROSS_ENTROPY);
    Matrix logits = Matrix.of(1, 3, 0, Double.NEGATIVE_INFINITY, 0);
    Matrix targets = Matrix.of(1, 3, 1, 0, 0);

    Expect.relative(Math.log(2), loss.value(logits, logits, targets), ROUNDING, "loss");
    assertEquals(
        Matrix.of(1, 3, -0.5, 0, 0.5),
        loss.fusedPreActivationAdjoint(logits, targets).orElseThrow());
  }

  @Test
  void losses_ofNan_areNan() {
    Matrix nan = Matrix.of(1, 2, Double.NaN, 0);
    Matrix targets = Matrix.of(1, 2, 0, 1);
    for (LossKind kind : LossKind.values()) {
      assertTrue(Double.isNaN(Loss.of(kind).value(nan, nan, targets)), kind::label);
      assertTrue(
          Double.isNaN(Loss.of(kind).activationAdjoint(nan, nan, targets).at(0, 0)), kind::label);
    }
  }

  @Test
  void logOnePlus_manySizes_equalsLog1p() {
    assertEquals(0, SampleLoss.logOnePlus(0), 0.0);
    assertEquals(Double.POSITIVE_INFINITY, SampleLoss.logOnePlus(Double.POSITIVE_INFINITY), 0.0);
    assertTrue(Double.isNaN(SampleLoss.logOnePlus(Double.NaN)));
    Random random = new Random(5);
    for (int i = 0; i < 100_000; i++) {
      double x = Math.exp(random.nextDouble() * 760 - 740);
      double expected = Math.log1p(x);
      assertEquals(expected, SampleLoss.logOnePlus(x), 4 * Math.ulp(expected));
    }
  }
}
