package org.vbar.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.vbar.data.Batch;
import org.vbar.data.LabelledImages;
import org.vbar.data.SyntheticDigits;
import org.vbar.data.ToyData;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

class ScalarWorldTest {
  /**
   * The two worlds add the same terms in different orders, so one step differs by rounding; 20
   * steps at this rate have not let that grow beyond some hundred ulps.
   */
  private static final double TOLERANCE = 1e-12;

  private static final MlpSpec DIGITS =
      MlpSpec.inputs(784)
          .layer(32, Activation.SIGMOID)
          .layer(10, Activation.IDENTITY)
          .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
          .build();

  private static MlpParameters initial() {
    return MlpParameters.initialize(DIGITS, Initializer.XAVIER, 1);
  }

  @Test
  void evaluate_anyNumberOfThreads_givesTheSameBits() {
    Batch batch = SyntheticDigits.generate(37, 5).batch();
    Evaluation one = new ScalarWorld(initial(), 1).evaluate(batch);
    for (int threads : new int[] {2, 3, 7}) {
      Evaluation several = new ScalarWorld(initial(), threads).evaluate(batch);
      assertEquals(one.loss(), several.loss(), 0);
      assertArrayEquals(one.gradient(), several.gradient());
    }
  }

  @Test
  void epoch_ofDigits_agreesWithTheMatrixWorld() {
    LabelledImages images = SyntheticDigits.generate(640, 5);
    World scalar = new ScalarWorld(initial(), 2);
    World matrix = new MatrixWorld(initial());
    double scalarLoss = Trainer.plain(scalar).epoch(images, 32, 0.5, 3);
    double matrixLoss = Trainer.plain(matrix).epoch(images, 32, 0.5, 3);
    assertEquals(matrixLoss, scalarLoss, TOLERANCE);
    assertArrayEquals(matrix.parameters().toArray(), scalar.parameters().toArray(), TOLERANCE);
  }

  @Test
  void predict_bothWorlds_sayTheSame() {
    Batch batch = SyntheticDigits.generate(23, 5).batch();
    Prediction scalar = new ScalarWorld(initial(), 2).predict(batch);
    Prediction matrix = new MatrixWorld(initial()).predict(batch);
    assertEquals(matrix.loss(), scalar.loss(), TOLERANCE);
    for (int row = 0; row < batch.rows(); row++) {
      assertEquals(matrix.classOf(row), scalar.classOf(row));
      for (int k = 0; k < 10; k++) {
        assertEquals(matrix.output(row, k), scalar.output(row, k), TOLERANCE);
      }
    }
  }

  @Test
  void evaluate_afterThePoolWasUsed_readsTheNewParameters() {
    Batch batch = SyntheticDigits.generate(9, 5).batch();
    ScalarWorld world = new ScalarWorld(initial(), 2);
    world.evaluate(batch);
    MlpParameters other = MlpParameters.initialize(DIGITS, Initializer.XAVIER, 2);
    world.setParameters(other.toArray());
    assertArrayEquals(
        new ScalarWorld(other).evaluate(batch).gradient(), world.evaluate(batch).gradient());
  }

  @Test
  void misuse_isRefused() {
    ScalarWorld world = new ScalarWorld(initial());
    assertThrows(IllegalArgumentException.class, () -> world.evaluate(ToyData.xor(4, 0, 1)));
    assertThrows(
        IllegalArgumentException.class,
        () -> world.evaluate(SyntheticDigits.generate(1, 1).batch(), new double[3]));
    assertThrows(IllegalArgumentException.class, () -> new ScalarWorld(initial(), 0));
  }
}
