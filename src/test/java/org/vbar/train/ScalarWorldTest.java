package org.vbar.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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

  @ParameterizedTest
  @EnumSource
  void evaluate_anyNumberOfThreads_givesTheSameBits(ScalarWorld.Mode mode) {
    Batch batch = SyntheticDigits.generate(37, 5).batch();
    Evaluation one = new ScalarWorld(initial(), 1, mode).evaluate(batch);
    for (int threads : new int[] {2, 3, 7}) {
      Evaluation several = new ScalarWorld(initial(), threads, mode).evaluate(batch);
      assertEquals(one.loss(), several.loss(), 0);
      assertArrayEquals(one.gradient(), several.gradient());
    }
  }

  @ParameterizedTest
  @EnumSource
  void epoch_ofDigits_agreesWithTheMatrixWorld(ScalarWorld.Mode mode) {
    LabelledImages images = SyntheticDigits.generate(640, 5);
    World scalar = new ScalarWorld(initial(), 2, mode);
    World matrix = new MatrixWorld(initial());
    double scalarLoss = Trainer.plain(scalar).epoch(images, 32, 0.5, 3);
    double matrixLoss = Trainer.plain(matrix).epoch(images, 32, 0.5, 3);
    assertEquals(matrixLoss, scalarLoss, TOLERANCE);
    assertArrayEquals(matrix.parameters().toArray(), scalar.parameters().toArray(), TOLERANCE);
  }

  @ParameterizedTest
  @EnumSource
  void predict_bothWorlds_sayTheSame(ScalarWorld.Mode mode) {
    Batch batch = SyntheticDigits.generate(23, 5).batch();
    Prediction scalar = new ScalarWorld(initial(), 2, mode).predict(batch);
    Prediction matrix = new MatrixWorld(initial()).predict(batch);
    assertEquals(matrix.loss(), scalar.loss(), TOLERANCE);
    for (int row = 0; row < batch.rows(); row++) {
      assertEquals(matrix.classOf(row), scalar.classOf(row));
      for (int k = 0; k < 10; k++) {
        assertEquals(matrix.output(row, k), scalar.output(row, k), TOLERANCE);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void evaluate_afterThePoolWasUsed_readsTheNewParameters(ScalarWorld.Mode mode) {
    Batch batch = SyntheticDigits.generate(9, 5).batch();
    ScalarWorld world = new ScalarWorld(initial(), 2, mode);
    world.evaluate(batch);
    MlpParameters other = MlpParameters.initialize(DIGITS, Initializer.XAVIER, 2);
    world.setParameters(other.toArray());
    assertArrayEquals(
        new ScalarWorld(other, 1, mode).evaluate(batch).gradient(),
        world.evaluate(batch).gradient());
  }

  @ParameterizedTest
  @EnumSource
  void misuse_isRefused(ScalarWorld.Mode mode) {
    ScalarWorld world = new ScalarWorld(initial(), 1, mode);
    assertThrows(IllegalArgumentException.class, () -> world.evaluate(ToyData.xor(4, 0, 1)));
    assertThrows(
        IllegalArgumentException.class,
        () -> world.evaluate(SyntheticDigits.generate(1, 1).batch(), new double[3]));
    assertThrows(IllegalArgumentException.class, () -> new ScalarWorld(initial(), 0, mode));
  }

  @ParameterizedTest
  @EnumSource
  void evaluate_everyLoss_isTheSameInBothModes(LossKind loss) {
    Activation last =
        switch (loss) {
          case SOFTMAX_CROSS_ENTROPY -> Activation.IDENTITY;
          case BINARY_CROSS_ENTROPY, HALF_SQUARED_ERROR, MEAN_SQUARED_ERROR -> Activation.SIGMOID;
        };
    MlpSpec spec = MlpSpec.inputs(784).layer(7, Activation.GELU).layer(10, last).loss(loss).build();
    MlpParameters parameters = MlpParameters.initialize(spec, Initializer.XAVIER, 3);
    Batch batch = SyntheticDigits.generate(9, 5).batch();
    ScalarWorld eager = new ScalarWorld(parameters, 1, ScalarWorld.Mode.EAGER);
    ScalarWorld compiled = new ScalarWorld(parameters);

    assertEquals(ScalarWorld.Mode.COMPILED, compiled.mode());
    Evaluation expected = eager.evaluate(batch);
    Evaluation given = compiled.evaluate(batch);
    assertEquals(expected.loss(), given.loss(), TOLERANCE);
    assertArrayEquals(expected.gradient(), given.gradient(), TOLERANCE);
    assertEquals(eager.predict(batch).loss(), compiled.predict(batch).loss(), TOLERANCE);
  }
}
