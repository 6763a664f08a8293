package org.vbar.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

class NetworkAdjointsTest {
  /**
   * The five-point rule with h = 3e-4: rounding about 1e-12, truncation h⁴/30 of the fifth
   * derivative, which is about 1e-10 for log(1 − z) at z = 0.98.
   */
  private static final double FINITE_DIFFERENCE = 1e-9;

  /** Further from a kink than any probe of 2 · 3e-4 moves a pre-activation. */
  private static final double KINK_MARGIN = 0.02;

  /** Every activation in the hidden layers with every loss and every last layer that it allows. */
  static Stream<MlpSpec> specs() {
    List<MlpSpec> specs = new ArrayList<>();
    for (Activation hidden : Activation.values()) {
      for (Activation last : Activation.values()) {
        specs.add(spec(hidden, last, LossKind.HALF_SQUARED_ERROR));
        specs.add(spec(hidden, last, LossKind.MEAN_SQUARED_ERROR));
      }
      specs.add(spec(hidden, Activation.SIGMOID, LossKind.BINARY_CROSS_ENTROPY));
      specs.add(spec(hidden, Activation.IDENTITY, LossKind.SOFTMAX_CROSS_ENTROPY));
    }
    return specs.stream();
  }

  private static MlpSpec spec(Activation hidden, Activation last, LossKind loss) {
    return MlpSpec.inputs(3).layer(4, hidden).layer(3, hidden).layer(2, last).loss(loss).build();
  }

  @ParameterizedTest
  @MethodSource("specs")
  void backward_everyActivationWithEveryLoss_agreesWithDifferences(MlpSpec spec) {
    assertAgreement(spec, 3, 1);
  }

  @Test
  void specs_coverEveryActivationAndLoss() {
    assertEquals(8 * (8 + 8 + 1 + 1), specs().count());
    assertEquals(8, Activation.values().length);
    assertEquals(4, LossKind.values().length);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "1, 1, 5", "5, 1, 1", "1, 7, 1", "2, 33, 4", "9, 2, 3"})
  void backward_hostileShapes_agreesWithDifferences(int inputs, int width, int samples) {
    for (LossKind loss : List.of(LossKind.HALF_SQUARED_ERROR, LossKind.BINARY_CROSS_ENTROPY)) {
      MlpSpec spec =
          MlpSpec.inputs(inputs)
              .layer(width, Activation.SILU)
              .layer(1, Activation.SIGMOID)
              .loss(loss)
              .build();
      assertAgreement(spec, samples, 2);
    }
  }

  @ParameterizedTest
  @CsvSource({"HALF_SQUARED_ERROR", "MEAN_SQUARED_ERROR", "BINARY_CROSS_ENTROPY"})
  void backward_withoutBiases_agreesWithDifferences(LossKind loss) {
    MlpSpec spec =
        MlpSpec.inputs(3)
            .layer(4, Activation.GELU)
            .layer(1, Activation.SIGMOID)
            .withoutBiases()
            .loss(loss)
            .build();
    assertAgreement(spec, 4, 3);
  }

  @Test
  void backward_oneLayer_agreesWithDifferences() {
    assertAgreement(
        MlpSpec.inputs(3)
            .layer(4, Activation.IDENTITY)
            .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
            .build(),
        5,
        4);
  }

  @Test
  void backward_tenLayers_agreesWithDifferences() {
    MlpSpec.Builder builder = MlpSpec.inputs(2);
    for (Activation activation : Activation.values()) {
      builder.layer(3, activation);
    }
    builder.layer(3, Activation.TANH).layer(3, Activation.SOFTPLUS);
    assertAgreement(builder.loss(LossKind.MEAN_SQUARED_ERROR).build(), 2, 5);
  }

  private static void assertAgreement(MlpSpec spec, int samples, long seed) {
    Case trial = Case.awayFromKinks(spec, samples, seed);
    double error =
        DifferenceCheck.worstError(
            Network.of(spec, trial.parameters), trial.parameters, trial.x, trial.targets);
    assertTrue(error < FINITE_DIFFERENCE, () -> spec + " is off by " + error);
  }

  @Test
  void backward_batch_isTheMeanOfSingleSamples() {
    for (LossKind loss : LossKind.values()) {
      boolean softmax = loss == LossKind.SOFTMAX_CROSS_ENTROPY;
      MlpSpec spec =
          spec(Activation.TANH, softmax ? Activation.IDENTITY : Activation.SIGMOID, loss);
      Case trial = Case.awayFromKinks(spec, 5, 6);
      Network network = Network.of(spec, trial.parameters);
      ForwardPass pass = network.forward(trial.x);
      BackwardPass whole = network.backward(pass, trial.targets);

      double[] meanGradient = new double[spec.parameterCount()];
      double meanLoss = 0;
      for (int i = 0; i < 5; i++) {
        Matrix target = row(trial.targets, i);
        ForwardPass single = network.forward(row(trial.x, i));
        BackwardPass adjoints = network.backward(single, target);
        meanLoss += network.loss(single, target) / 5;
        for (int p = 0; p < meanGradient.length; p++) {
          meanGradient[p] += adjoints.gradient()[p] / 5;
        }
        assertRow(adjoints.input(), whole.input(), i);
        for (int l = 0; l < 3; l++) {
          assertRow(adjoints.preActivation(l), whole.preActivation(l), i);
          assertRow(adjoints.activation(l), whole.activation(l), i);
        }
      }

      Expect.near(meanLoss, network.loss(pass, trial.targets), 1e-14, "loss");
      for (int p = 0; p < meanGradient.length; p++) {
        Expect.near(meanGradient[p], whole.gradient()[p], 1e-14, "parameter " + p);
      }
    }
  }

  private static Matrix row(Matrix matrix, int i) {
    Matrix row = Matrix.zeros(1, matrix.columns());
    for (int j = 0; j < matrix.columns(); j++) {
      row.set(0, j, matrix.at(i, j));
    }
    return row;
  }

  private static void assertRow(Matrix single, Matrix whole, int i) {
    for (int j = 0; j < single.columns(); j++) {
      Expect.near(single.at(0, j) / 5, whole.at(i, j), 1e-14, "adjoint of sample " + i);
    }
  }

  @Test
  void differenceCheck_layersWithMistakes_findsThem() {
    MlpSpec spec =
        MlpSpec.inputs(3)
            .layer(4, Activation.RELU)
            .layer(4, Activation.RELU)
            .layer(2, Activation.SIGMOID)
            .loss(LossKind.HALF_SQUARED_ERROR)
            .build();
    Case trial = Case.awayFromKinks(spec, 3, 1);
    Network network = Network.of(spec, trial.parameters);
    Dense dense = (Dense) network.layers().get(2);
    List<Network> broken =
        List.of(
            network.withLayer(2, new MeanTakenTwice(dense)),
            network.withLayer(2, new UnsummedBiases(dense)),
            network.withLayer(2, new MissingTranspose(dense)),
            network.withLayer(3, new UnmaskedRelu(4)),
            network.withLoss(new ForgottenMean()));

    for (Network wrong : broken) {
      double error = DifferenceCheck.worstError(wrong, trial.parameters, trial.x, trial.targets);
      assertTrue(error > 1e-3, () -> "not found: " + error);
    }
  }

  /** W̄ = (1/m) Xᵀ Ā, although Ā has the 1/m already. */
  private static final class MeanTakenTwice extends Dense {
    MeanTakenTwice(Dense original) {
      super(original);
    }

    @Override
    protected Matrix weightsAdjoint(Matrix x, Matrix outputAdjoint) {
      return super.weightsAdjoint(x, outputAdjoint).scaled(1.0 / x.rows());
    }
  }

  /** X̄ = Ā W, which has the right shape if W is square. */
  private static final class MissingTranspose extends Dense {
    MissingTranspose(Dense original) {
      super(original);
    }

    @Override
    public Matrix backward(Matrix x, Matrix outputAdjoint) {
      return outputAdjoint.times(weights());
    }
  }

  /** b̄ = the first row of Ā instead of the sum of all. */
  private static final class UnsummedBiases extends Dense {
    UnsummedBiases(Dense original) {
      super(original);
    }

    @Override
    protected Matrix biasesAdjoint(Matrix outputAdjoint) {
      return row(outputAdjoint, 0);
    }
  }

  /** A rectifier that lets every adjoint through. */
  private static final class UnmaskedRelu implements Layer {
    private final ActivationLayer relu;

    UnmaskedRelu(int width) {
      this.relu = new ActivationLayer(width, Activation.RELU);
    }

    @Override
    public int inputs() {
      return relu.inputs();
    }

    @Override
    public int outputs() {
      return relu.outputs();
    }

    @Override
    public Matrix forward(Matrix x) {
      return relu.forward(x);
    }

    @Override
    public Matrix backward(Matrix x, Matrix outputAdjoint) {
      return outputAdjoint;
    }
  }

  /** Z̄ = Z − T without the 1/m. */
  private static final class ForgottenMean implements Loss {
    private final Loss right = Loss.of(LossKind.HALF_SQUARED_ERROR);

    @Override
    public double value(Matrix preActivation, Matrix activation, Matrix targets) {
      return right.value(preActivation, activation, targets);
    }

    @Override
    public Matrix activationAdjoint(Matrix preActivation, Matrix activation, Matrix targets) {
      return activation.minus(targets);
    }
  }

  /** Parameters and samples of one trial. */
  private record Case(MlpParameters parameters, Matrix x, Matrix targets) {
    /** The first trial from a seed on whose pre-activations keep away from 0. */
    static Case awayFromKinks(MlpSpec spec, int samples, long firstSeed) {
      for (long seed = firstSeed; ; seed++) {
        Case trial = random(spec, samples, seed);
        if (trial.smallestPreActivation() > KINK_MARGIN) {
          return trial;
        }
      }
    }

    private static Case random(MlpSpec spec, int samples, long seed) {
      Random random = new Random(seed);
      MlpParameters parameters = MlpParameters.initialize(spec, Initializer.HE, seed);
      for (int l = 0; l < spec.layers().size(); l++) {
        for (int j = 0; j < parameters.biases(l).length; j++) {
          parameters.biases(l)[j] = random.nextGaussian();
        }
      }
      return new Case(
          parameters,
          Expect.gaussian(random, samples, spec.inputs()),
          Expect.oneHot(random, samples, spec.outputs()));
    }

    private double smallestPreActivation() {
      ForwardPass pass = Network.of(parameters.spec(), parameters).forward(x);
      double smallest = Double.POSITIVE_INFINITY;
      for (int l = 0; l < pass.layerCount(); l++) {
        for (double a : pass.preActivation(l).array()) {
          smallest = Math.min(smallest, Math.abs(a));
        }
      }
      return smallest;
    }
  }
}
