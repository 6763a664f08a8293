package org.vbar.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vbar.data.Batch;
import org.vbar.data.Mnist;
import org.vbar.data.SyntheticDigits;
import org.vbar.data.ToyData;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

class PresetTest {
  private static final double ROUNDING = 1e-14;

  @Test
  void named_everyPreset_isFound() {
    assertEquals(6, Preset.all().size());
    for (Preset preset : Preset.all()) {
      assertEquals(preset, Preset.named(preset.name()));
    }
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> Preset.named("005"));
    assertTrue(String.valueOf(refusal.getMessage()).contains("003-mean"));
  }

  /**
   * The program of 000 and 003 written with loops: one minibatch, weights [in × out].
   *
   * @param sumWeights whether to sum the gradients of weights instead of averaging them
   */
  private static double[] stepByHand(
      MlpParameters parameters, Batch batch, double rate, boolean sumWeights) {
    int inputs = parameters.spec().inputs();
    int hidden = parameters.spec().layers().get(0).outputs();
    int m = batch.rows();
    MlpParameters next = parameters.copy();
    for (int s = 0; s < m; s++) {
      double[] h = new double[hidden];
      for (int j = 0; j < hidden; j++) {
        double a = parameters.biases(0)[j];
        for (int i = 0; i < inputs; i++) {
          a += batch.inputs()[s * inputs + i] * parameters.weights(0)[i * hidden + j];
        }
        h[j] = 1 / (1 + Math.exp(-a));
      }
      double[] y = new double[10];
      double total = 0;
      for (int k = 0; k < 10; k++) {
        double a = parameters.biases(1)[k];
        for (int j = 0; j < hidden; j++) {
          a += h[j] * parameters.weights(1)[j * 10 + k];
        }
        y[k] = Math.exp(a);
        total += y[k];
      }
      double[] adjoint = new double[hidden];
      double w = sumWeights ? rate : rate / m;
      for (int k = 0; k < 10; k++) {
        double d = y[k] / total - batch.targets()[s * 10 + k];
        next.biases(1)[k] -= rate / m * d;
        for (int j = 0; j < hidden; j++) {
          next.weights(1)[j * 10 + k] -= w * d * h[j];
          adjoint[j] += d * parameters.weights(1)[j * 10 + k] * h[j] * (1 - h[j]);
        }
      }
      for (int j = 0; j < hidden; j++) {
        next.biases(0)[j] -= rate / m * adjoint[j];
        for (int i = 0; i < inputs; i++) {
          next.weights(0)[i * hidden + j] -= w * adjoint[j] * batch.inputs()[s * inputs + i];
        }
      }
    }
    return next.toArray();
  }

  private static double[] step(Preset preset, World world, Batch batch) {
    TrainingPlan plan = preset.plan(0);
    Trainer trainer =
        new Trainer(world, plan.rule(), plan.optimizer().start(world.parameters().count()));
    trainer.step(batch, plan.learningRate().at(0));
    return world.parameters().toArray();
  }

  @Test
  void preset000_step_isThatOfItsProgram() {
    Preset preset = Preset.named("000");
    assertEquals(1, preset.plan().batchSize());
    Batch one = SyntheticDigits.generate(1, 3).batch();
    MlpParameters initial = preset.initialize(5);
    assertEquals(0, initial.biases(0)[7]);
    assertArrayEquals(
        stepByHand(initial, one, 0.01, true),
        step(preset, new MatrixWorld(initial.copy()), one),
        ROUNDING);
  }

  @Test
  void preset003_step_sumsWeightsAndAveragesBiases() {
    Preset preset = Preset.named("003");
    Batch batch = SyntheticDigits.generate(64, 3).batch();
    MlpParameters initial = preset.initialize(5);
    assertArrayEquals(
        stepByHand(initial, batch, 0.01, true),
        step(preset, new MatrixWorld(initial.copy()), batch),
        ROUNDING);
    assertArrayEquals(
        stepByHand(initial, batch, 0.64, false),
        step(Preset.named("003-mean"), new MatrixWorld(initial.copy()), batch),
        ROUNDING);
  }

  @Test
  void preset003_biases_areUniform() {
    double[] biases = Preset.named("003").initialize(1).biases(0);
    double mean = 0;
    for (double b : biases) {
      assertTrue(b >= 0 && b < 1);
      mean += b / biases.length;
    }
    assertEquals(0.5, mean, 0.1); // 5 standard deviations of the mean of 256
  }

  @Test
  void preset002_columnOfOnes_isABias() {
    MlpSpec withOnes =
        MlpSpec.inputs(3)
            .layer(4, Activation.SIGMOID)
            .withoutBiases()
            .loss(LossKind.MEAN_SQUARED_ERROR)
            .build();
    MlpSpec withBiases =
        MlpSpec.inputs(2).layer(4, Activation.SIGMOID).loss(LossKind.MEAN_SQUARED_ERROR).build();
    // W is [3 × 4] row-major, so its last row comes where the biases do.
    MlpParameters parameters = MlpParameters.initialize(withOnes, Initializer.XAVIER, 1);
    MlpParameters same = MlpParameters.zeros(withBiases);
    same.setAll(parameters.toArray());
    Batch moons = ToyData.twoMoons(9, 0.1, 1);
    double[] targets = new double[9 * 4];
    targets[5] = 1;
    double[] ones = PresetData.withOnes(moons).inputs();
    Evaluation column = new MatrixWorld(parameters).evaluate(Batch.regression(3, ones, 4, targets));
    Evaluation bias =
        new MatrixWorld(same).evaluate(Batch.regression(2, moons.inputs(), 4, targets));
    assertEquals(bias.loss(), column.loss(), ROUNDING);
    assertArrayEquals(bias.gradient(), column.gradient(), ROUNDING);
  }

  @Test
  void withActivation_changesHiddenLayersOnly() {
    Preset relu = Preset.named("001").withActivation(Activation.RELU);
    assertEquals(Activation.RELU, relu.spec().layers().get(0).activation());
    assertEquals(Activation.IDENTITY, relu.spec().layers().get(1).activation());
    assertTrue(!Preset.named("002").withActivation(Activation.TANH).spec().hasBiases());
  }

  @Test
  void digits_withoutMnist_areRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> Preset.named("001").examples(Optional.empty()));
  }

  private static double accuracy(Preset preset, long seed, Examples.Split examples)
      throws IOException {
    TrainingOutcome outcome =
        new TrainingRun(
                preset.plan(seed), new MatrixWorld(preset.initialize(seed)), examples.training())
            .validatedOn(examples.validation())
            .run();
    return outcome.epochs().get(outcome.epochs().size() - 1).validationAccuracy();
  }

  @Test
  void preset002_training_separatesTheMoons() throws IOException {
    Preset preset = Preset.named("002");
    assertTrue(accuracy(preset, 0, preset.examples(Optional.empty())) > 0.97);
  }

  @Test
  void preset004_training_doesWhatRaysFromZeroCan() throws IOException {
    Preset preset = Preset.named("004");
    assertTrue(accuracy(preset, 1, preset.examples(Optional.empty())) > 0.84);
  }

  @Test
  void digitPresets_oneEpochOfSyntheticDigits_beatChance() throws IOException {
    Examples.Split digits =
        new Examples.Split(
            Examples.of(SyntheticDigits.generate(1000, 1)),
            Examples.of(SyntheticDigits.generate(300, 2)));
    for (String name : new String[] {"001", "003", "003-mean"}) {
      Preset preset = Preset.named(name);
      World world = new MatrixWorld(preset.initialize(1));
      new TrainingRun(preset.plan(1).withEpochs(1), world, digits.training()).run();
      double accuracy = Score.of(world, digits.validation()).accuracy();
      assertTrue(accuracy > 0.2, name + " " + accuracy);
    }
  }

  @Test
  @Tag("full")
  void preset003_mnist_comesNearItsClaim() throws IOException {
    Optional<java.nio.file.Path> directory = Mnist.find(Optional.empty());
    Assumptions.assumeTrue(directory.isPresent(), "MNIST is not there");
    Preset preset = Preset.named("003");
    Examples.Split digits = preset.examples(Optional.of(Mnist.load(directory.get())));
    assertTrue(accuracy(preset, 0, digits) > 0.975);
  }
}
