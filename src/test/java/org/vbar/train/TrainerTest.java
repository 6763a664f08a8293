package org.vbar.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

class TrainerTest {
  private static final MlpSpec MOONS =
      MlpSpec.inputs(2)
          .layer(8, Activation.TANH)
          .layer(1, Activation.SIGMOID)
          .loss(LossKind.BINARY_CROSS_ENTROPY)
          .build();

  private static final MlpSpec DIGITS =
      MlpSpec.inputs(784)
          .layer(16, Activation.SIGMOID)
          .layer(10, Activation.IDENTITY)
          .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
          .build();

  @Test
  void step_bothWorlds_stayTogether() {
    Batch moons = ToyData.twoMoons(40, 0.1, 1);
    MlpParameters initial = MlpParameters.initialize(MOONS, Initializer.XAVIER, 1);
    World scalar = new ScalarWorld(initial.copy());
    World matrix = new MatrixWorld(initial.copy());
    double first = Double.NaN;
    double last = Double.NaN;
    for (int step = 0; step < 300; step++) {
      double loss = new Trainer(matrix, 1).step(moons);
      assertEquals(loss, new Trainer(scalar, 1).step(moons), 1e-11 * Math.abs(loss));
      first = step == 0 ? loss : first;
      last = loss;
    }
    assertArrayEquals(scalar.parameters().toArray(), matrix.parameters().toArray(), 1e-10);
    assertTrue(last < first / 2, "loss " + first + " → " + last);
  }

  @Test
  void step_gradient_isAppliedOnce() {
    Batch moons = ToyData.twoMoons(6, 0.1, 1);
    MatrixWorld world = new MatrixWorld(MlpParameters.initialize(MOONS, Initializer.XAVIER, 1));
    double[] before = world.parameters().toArray();
    double[] gradient = world.evaluate(moons).gradient().clone();
    new Trainer(world, 0.25).step(moons);
    for (int k = 0; k < before.length; k++) {
      before[k] -= 0.25 * gradient[k];
    }
    assertArrayEquals(before, world.parameters().toArray());
  }

  @Test
  void epoch_sameSeed_givesTheSameBits() {
    LabelledImages images = SyntheticDigits.generate(150, 3);
    assertArrayEquals(trained(images, 11), trained(images, 11));
    assertTrue(
        !java.util.Arrays.equals(trained(images, 11), trained(images, 12)),
        "another seed gives another order");
  }

  private static double[] trained(LabelledImages images, long seed) {
    MatrixWorld world = new MatrixWorld(MlpParameters.initialize(DIGITS, Initializer.XAVIER, 1));
    new Trainer(world, 0.5).epoch(images, 64, seed); // 64 + 64 + 22
    return world.parameters().toArray();
  }

  @Test
  void epoch_loss_weighsTheLastSmallerBatchBySize() {
    LabelledImages images = SyntheticDigits.generate(5, 3);
    MatrixWorld world = new MatrixWorld(MlpParameters.initialize(DIGITS, Initializer.XAVIER, 1));
    double whole = world.evaluate(images.batch()).loss();
    double epoch = new Trainer(world, 1e-300).epoch(images, 3, 1);
    assertEquals(whole, epoch, 1e-14);
  }

  @Test
  void misuse_isRefused() {
    MatrixWorld world = new MatrixWorld(MlpParameters.initialize(DIGITS, Initializer.XAVIER, 1));
    for (double rate : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(IllegalArgumentException.class, () -> new Trainer(world, rate));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> new Trainer(world, 1).epoch(SyntheticDigits.generate(5, 3), 0, 1));
  }
}
