package org.vbar.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.vbar.check.Diagnosis.Kind;
import org.vbar.graph.CustomOp;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.layer.ActivationLayer;
import org.vbar.layer.Dense;
import org.vbar.layer.Layer;
import org.vbar.layer.Loss;
import org.vbar.layer.Matrix;
import org.vbar.layer.Network;
import org.vbar.model.Activation;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;
import org.vbar.scalar.ScalarBatch;
import org.vbar.scalar.ScalarMlp;

/** Every fault has to be caught, located in the array where it was made, and named. */
class InjectedFaultsTest {
  /** Square weights, so that shapes do not catch a missing transpose. */
  private static final MlpSpec SPEC =
      MlpSpec.inputs(3)
          .layer(3, Activation.TANH)
          .layer(3, Activation.SIGMOID)
          .layer(3, Activation.TANH)
          .loss(LossKind.HALF_SQUARED_ERROR)
          .build();

  private final Case trial = Case.random(SPEC, 5, 21);
  private final Network right = Network.of(SPEC, trial.parameters());

  // ---- Expectations ----

  private CrossCheckReport assertFound(Network broken, String array, Kind kind, String... words) {
    return assertFound(trial, broken, array, kind, words);
  }

  private static CrossCheckReport assertFound(
      Case trial, Network broken, String array, Kind kind, String... words) {
    CrossCheckReport report =
        trial.check().withNetwork(broken).withFiniteDifferences(12, 1).run(Tolerance.ROUNDING);
    assertLocated(report, array, kind, words);
    return report;
  }

  private static void assertLocated(
      CrossCheckReport report, String array, Kind kind, String... words) {
    String name = Quantity.normalized(array);
    assertFalse(report.passed(), report::toString);
    assertEquals(name, report.firstFailure().orElseThrow().name(), report::toString);
    Diagnosis diagnosis = report.diagnosis().orElseThrow();
    assertEquals(name, diagnosis.array());
    assertEquals(kind, diagnosis.kind(), diagnosis::toString);
    for (String word : words) {
      assertTrue(diagnosis.text().contains(Quantity.normalized(word)), diagnosis::toString);
    }
    assertTrue(report.toString().contains("FAILED: the worlds part at " + name), report::toString);
    assertTrue(report.toString().contains(diagnosis.text()), report::toString);
  }

  private static void assertMatrixWorldIsBlamed(CrossCheckReport report) {
    assertTrue(
        report.toString().contains("Differences disagree with the matrix world only."),
        report::toString);
  }

  private Dense dense(int layer) {
    return (Dense) right.layers().get(2 * layer);
  }

  // ---- Faults of the dense layers ----

  /** A dense layer with a changed W̄ and b̄. */
  private static final class ChangedDense extends Dense {
    private final UnaryOperator<Matrix> changeOfWeightsAdjoint;
    private final UnaryOperator<Matrix> biasesFormula;

    ChangedDense(
        Layer original,
        UnaryOperator<Matrix> changeOfWeightsAdjoint,
        UnaryOperator<Matrix> biasesFormula) {
      super((Dense) original);
      this.changeOfWeightsAdjoint = changeOfWeightsAdjoint;
      this.biasesFormula = biasesFormula;
    }

    @Override
    protected Matrix weightsAdjoint(Matrix x, Matrix outputAdjoint) {
      return changeOfWeightsAdjoint.apply(super.weightsAdjoint(x, outputAdjoint));
    }

    @Override
    protected Matrix biasesAdjoint(Matrix outputAdjoint) {
      return biasesFormula.apply(outputAdjoint);
    }
  }

  private static Network withWeightsAdjoint(
      Network network, int layer, UnaryOperator<Matrix> change) {
    return network.withLayer(
        2 * layer, new ChangedDense(network.layers().get(2 * layer), change, Matrix::columnSums));
  }

  private Network withWeightsAdjoint(int layer, UnaryOperator<Matrix> change) {
    return withWeightsAdjoint(right, layer, change);
  }

  private Network withBiasesAdjoint(int layer, UnaryOperator<Matrix> formula) {
    return right.withLayer(
        2 * layer, new ChangedDense(dense(layer), UnaryOperator.identity(), formula));
  }

  private Network withInputAdjoint(int layer, UnaryOperator<Matrix> formula) {
    return right.withLayer(
        2 * layer,
        new Dense(dense(layer)) {
          @Override
          public Matrix backward(Matrix x, Matrix outputAdjoint) {
            return formula.apply(outputAdjoint);
          }
        });
  }

  @Test
  void weights_meanTakenTwice_isAFactorInThatArrayOnly() {
    CrossCheckReport report =
        assertFound(
            withWeightsAdjoint(1, adjoint -> adjoint.scaled(1.0 / 5)),
            "W̄2",
            Kind.FACTOR,
            "0.2 times",
            "a factor 1/m too many for m = 5");

    assertMatrixWorldIsBlamed(report);
    assertEquals(
        1, report.comparisons().stream().filter(c -> !c.agrees()).count(), report::toString);
  }

  @Test
  void weights_signFlipped_isASign() {
    assertFound(withWeightsAdjoint(0, adjoint -> adjoint.scaled(-1)), "W̄1", Kind.SIGN);
  }

  @Test
  void weights_signFlippedAndSummed_isBoth() {
    assertFound(
        withWeightsAdjoint(0, adjoint -> adjoint.scaled(-5)),
        "W̄1",
        Kind.FACTOR,
        "a sum instead of a mean",
        "sign flipped");
  }

  @Test
  void weights_oddFactor_isAFactor() {
    assertFound(withWeightsAdjoint(2, a -> a.scaled(0.9)), "W̄3", Kind.FACTOR, "0.9 times");
  }

  @Test
  void weights_transposed_isATranspose() {
    assertFound(withWeightsAdjoint(1, Matrix::transpose), "W̄2", Kind.TRANSPOSE, "transpose");
  }

  /** Where φ is the identity, Z̄ is Ā, and leaving out φ′ explains nothing. */
  @Test
  void weights_summedBehindIdentity_isAFactor() {
    MlpSpec spec =
        MlpSpec.inputs(5)
            .layer(4, Activation.SIGMOID)
            .layer(3, Activation.IDENTITY)
            .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
            .build();
    Case behindIdentity = Case.random(spec, 2, 23);
    Network network = Network.of(spec, behindIdentity.parameters());
    assertFound(
        behindIdentity,
        withWeightsAdjoint(network, 1, adjoint -> adjoint.scaled(2)),
        "W̄2",
        Kind.FACTOR,
        "a sum instead of a mean");
  }

  /** A symmetric X is its own transpose, and a missing one explains nothing. */
  @Test
  void weights_scaledBehindSymmetricInput_isAFactor() {
    Case trial = Case.random(SPEC, 3, 24);
    Matrix symmetric = trial.inputs().plus(trial.inputs().transpose());
    Case withSymmetricX = new Case(SPEC, trial.parameters(), symmetric, trial.targets());
    Network network = Network.of(SPEC, trial.parameters());
    assertFound(
        withSymmetricX,
        withWeightsAdjoint(network, 0, adjoint -> adjoint.scaled(0.9)),
        "W̄1",
        Kind.FACTOR,
        "0.9 times");
  }

  /** As many samples as inputs, so that shapes do not catch the missing transpose. */
  @Test
  void weights_inputNotTransposed_isATranspose() {
    for (int layer = 0; layer < 2; layer++) {
      Case asManySamples = Case.random(SPEC, 3, 22);
      Network network = Network.of(SPEC, asManySamples.parameters());
      Dense forgetful =
          new Dense((Dense) network.layers().get(2 * layer)) {
            @Override
            protected Matrix weightsAdjoint(Matrix x, Matrix outputAdjoint) {
              return x.times(outputAdjoint);
            }
          };
      assertFound(
          asManySamples,
          network.withLayer(2 * layer, forgetful),
          "W̄" + (layer + 1),
          Kind.TRANSPOSE,
          "the transpose of " + (layer == 0 ? "X" : "Z1") + " is missing");
    }
  }

  @Test
  void weights_zero_isZero() {
    assertFound(
        withWeightsAdjoint(1, a -> Matrix.zeros(3, 3)), "W̄2", Kind.ZERO, "in the matrix world");
  }

  @Test
  void weights_columnsShifted_isAPermutation() {
    assertFound(
        withWeightsAdjoint(1, adjoint -> permuteColumns(adjoint, 2, 0, 1)),
        "W̄2",
        Kind.PERMUTATION,
        "columns are the scalar world's, shifted by 1");
  }

  @Test
  void weights_columnsExchanged_isAPermutation() {
    assertFound(
        withWeightsAdjoint(1, adjoint -> permuteColumns(adjoint, 1, 0, 2)),
        "W̄2",
        Kind.PERMUTATION,
        "columns",
        "0 is 1, 1 is 0");
  }

  @Test
  void weights_rowsExchanged_isAPermutation() {
    assertFound(
        withWeightsAdjoint(1, a -> permuteColumns(a.transpose(), 0, 2, 1).transpose()),
        "W̄2",
        Kind.PERMUTATION,
        "rows",
        "1 is 2, 2 is 1");
  }

  private static Matrix permuteColumns(Matrix matrix, int... origin) {
    Matrix result = Matrix.zeros(matrix.rows(), matrix.columns());
    for (int i = 0; i < matrix.rows(); i++) {
      for (int j = 0; j < matrix.columns(); j++) {
        result.set(i, j, matrix.at(i, origin[j]));
      }
    }
    return result;
  }

  @Test
  void weights_oneColumnWrong_isLocatedInItsColumn() {
    assertFound(
        withWeightsAdjoint(
            1,
            adjoint -> {
              Matrix wrong = adjoint.copy();
              wrong.set(0, 2, 17);
              wrong.set(2, 2, 4);
              return wrong;
            }),
        "W̄2",
        Kind.UNKNOWN,
        "2 of 9 entries differ, all in column 2");
  }

  @Test
  void weights_oneSampleWrong_isLocatedInItsRow() {
    assertFound(
        withWeightsAdjoint(
            1,
            adjoint -> {
              Matrix wrong = adjoint.copy();
              wrong.set(1, 0, 17);
              wrong.set(1, 1, 4);
              return wrong;
            }),
        "W̄2",
        Kind.UNKNOWN,
        "all in row 1");
  }

  @Test
  void weights_nan_isNotFinite() {
    assertFound(
        withWeightsAdjoint(1, a -> a.map(e -> Double.NaN)),
        "W̄2",
        Kind.NOT_FINITE,
        "NaN in the matrix world");
  }

  @Test
  void weights_withTheShapeTransposed_isATranspose() {
    MlpSpec spec =
        MlpSpec.inputs(2).layer(4, Activation.TANH).loss(LossKind.MEAN_SQUARED_ERROR).build();
    Case wide = Case.random(spec, 3, 1);
    Network network = Network.of(spec, wide.parameters());

    CrossCheckReport report =
        assertFound(wide, withWeightsAdjoint(network, 0, Matrix::transpose), "W̄1", Kind.TRANSPOSE);
    assertEquals("[2 × 4] ≠ [4 × 2]", report.comparison("W̄1").shape());

    assertFound(
        wide,
        withWeightsAdjoint(network, 0, adjoint -> Matrix.zeros(1, 3)),
        "W̄1",
        Kind.SHAPE,
        "[2 × 4] in the scalar world and [1 × 3] in the matrix world");
  }

  @Test
  void biases_sumInsteadOfMean_isAFactorInThatArrayOnly() {
    CrossCheckReport report =
        assertFound(
            withBiasesAdjoint(1, outputAdjoint -> outputAdjoint.scaled(5).columnSums()),
            "b̄2",
            Kind.FACTOR,
            "5 times",
            "a factor m too many for m = 5 samples, a sum instead of a mean");

    assertMatrixWorldIsBlamed(report);
    assertEquals(1, report.comparisons().stream().filter(c -> !c.agrees()).count());
  }

  @Test
  void biases_ofOneSample_areNotSummed() {
    assertFound(
        withBiasesAdjoint(1, outputAdjoint -> Matrix.of(1, 3, row(outputAdjoint, 2))),
        "b̄2",
        Kind.BATCH,
        "sample 2's alone");
  }

  private static double[] row(Matrix matrix, int row) {
    double[] copy = new double[matrix.columns()];
    System.arraycopy(matrix.array(), row * copy.length, copy, 0, copy.length);
    return copy;
  }

  @Test
  void input_transposeMissing_isLocatedInTheActivationBelow() {
    CrossCheckReport report =
        assertFound(
            withInputAdjoint(1, outputAdjoint -> outputAdjoint.times(dense(1).weights())),
            "Z̄1",
            Kind.TRANSPOSE,
            "in the matrix world",
            "is Ā2 · W2: the transpose of W2 is missing");

    assertMatrixWorldIsBlamed(report);
  }

  @Test
  void input_transposeMissingInTheFirstLayer_isLocatedInTheInput() {
    assertFound(
        withInputAdjoint(0, outputAdjoint -> outputAdjoint.times(dense(0).weights())),
        "X̄",
        Kind.TRANSPOSE,
        "is Ā1 · W1");
  }

  @Test
  void forward_transposedWeights_isLocatedInThePreActivation() {
    assertFound(
        right.withLayer(
            2,
            new Dense(dense(1)) {
              @Override
              public Matrix forward(Matrix x) {
                return x.timesTranspose(weights()).addRow(biases().orElseThrow());
              }
            }),
        "A2",
        Kind.TRANSPOSE,
        "is computed with W2 transposed");
  }

  @Test
  void forward_biasesForgotten_isLocatedInThePreActivation() {
    assertFound(
        right.withLayer(
            2,
            new Dense(dense(1)) {
              @Override
              public Matrix forward(Matrix x) {
                return x.times(weights());
              }
            }),
        "A2",
        Kind.BIAS,
        "lacks the biases b2");
  }

  @Test
  void layers_swapped_areFoundInTheParameters() {
    Network swapped = right.withLayer(0, right.layers().get(4)).withLayer(4, right.layers().get(0));

    assertFound(swapped, "W1", Kind.LAYER, "is what should be W3: layers swapped?");
  }

  @Test
  void layers_swappedWithoutShowingTheirWeights_areLocatedAndTheGapIsListed() {
    Network swapped =
        right
            .withLayer(0, new Hidden(right.layers().get(4)))
            .withLayer(4, new Hidden(right.layers().get(0)));

    CrossCheckReport report = trial.check().withNetwork(swapped).run(Tolerance.ROUNDING);

    assertLocated(report, "A1", Kind.UNKNOWN);
    assertEquals(
        List.of(
            "W1: the network's step 0 does not show them",
            "b1: the network's step 0 does not show them",
            "W3: the network's step 4 does not show them",
            "b3: the network's step 4 does not show them"),
        report.notCompared());
  }

  /** A layer that is not known to be dense. */
  private record Hidden(Layer layer) implements Layer {
    @Override
    public int inputs() {
      return layer.inputs();
    }

    @Override
    public int outputs() {
      return layer.outputs();
    }

    @Override
    public Matrix forward(Matrix x) {
      return layer.forward(x);
    }

    @Override
    public Matrix backward(Matrix x, Matrix outputAdjoint) {
      return layer.backward(x, outputAdjoint);
    }

    @Override
    public ImmutableList<Matrix> parameterAdjoints(Matrix x, Matrix outputAdjoint) {
      return layer.parameterAdjoints(x, outputAdjoint);
    }
  }

  // ---- Faults of the activations ----

  /** An activation whose derivative is replaced. */
  private static final class ChangedActivation extends ActivationLayer {
    private final UnaryOperator<Matrix> derivative;

    ChangedActivation(int width, Activation activation, UnaryOperator<Matrix> derivative) {
      super(width, activation);
      this.derivative = derivative;
    }

    @Override
    public Matrix backward(Matrix x, Matrix outputAdjoint) {
      return outputAdjoint.hadamard(derivative.apply(x));
    }
  }

  @Test
  void activation_derivativeForgotten_isNamed() {
    CrossCheckReport report =
        assertFound(
            right.withLayer(3, new ChangedActivation(3, Activation.SIGMOID, a -> a.map(x -> 1))),
            "Ā2",
            Kind.ACTIVATION,
            "equals Z̄2: φ′(A2) is left out");

    assertMatrixWorldIsBlamed(report);
  }

  @Test
  void activation_derivativeOfAnother_isNamed() {
    ActivationLayer tanh = new ActivationLayer(3, Activation.TANH);
    assertFound(
        right.withLayer(
            3, new ChangedActivation(3, Activation.SIGMOID, a -> tanh.backward(a, a.map(x -> 1)))),
        "Ā2",
        Kind.ACTIVATION,
        "takes the derivative of tanh instead of sigmoid");
  }

  @Test
  void activation_derivativeTwice_isNamed() {
    ActivationLayer sigmoid = new ActivationLayer(3, Activation.SIGMOID);
    assertFound(
        right.withLayer(
            3,
            new ChangedActivation(
                3,
                Activation.SIGMOID,
                a -> sigmoid.backward(a, sigmoid.backward(a, a.map(x -> 1))))),
        "Ā2",
        Kind.ACTIVATION,
        "has φ′(A2) applied twice");
  }

  @Test
  void activation_anotherOne_isLocatedInTheActivation() {
    assertFound(
        right.withLayer(1, new ActivationLayer(3, Activation.SOFTPLUS)),
        "Z1",
        Kind.ACTIVATION,
        "is φ(A) for the activation softplus instead of tanh");
  }

  @Test
  void activation_heavisideOfZeroIsOne_isFoundWhereThePreActivationIsZero() {
    Case xor = Case.xor();
    Network network = Network.of(xor.spec(), xor.parameters());
    Layer wrong = new ChangedActivation(2, Activation.RELU, a -> a.map(x -> x >= 0 ? 1 : 0));

    CrossCheckReport report =
        assertFound(
            xor,
            network.withLayer(3, wrong),
            "Ā2",
            Kind.KINK,
            "only where the pre-activation A2 is exactly 0",
            "φ′(0) is 0 in the scalar world and 1 in the matrix world");

    // Every slope is right at a kink: differences cannot refute one.
    assertTrue(
        report.toString().contains("Differences cannot tell which world is wrong."),
        report::toString);
  }

  // ---- Faults of the loss ----

  /** A loss whose adjoint is changed. */
  private record ChangedLoss(Loss original, UnaryOperator<Matrix> change) implements Loss {
    @Override
    public double value(Matrix preActivation, Matrix activation, Matrix targets) {
      return original.value(preActivation, activation, targets);
    }

    @Override
    public Matrix activationAdjoint(Matrix preActivation, Matrix activation, Matrix targets) {
      return change.apply(original.activationAdjoint(preActivation, activation, targets));
    }

    @Override
    public Optional<Matrix> fusedPreActivationAdjoint(Matrix preActivation, Matrix targets) {
      return original.fusedPreActivationAdjoint(preActivation, targets).map(change);
    }
  }

  @Test
  void loss_meanTakenTwice_isLocatedAtTheLossAndSpoilsEverythingBelow() {
    CrossCheckReport report =
        assertFound(
            right.withLoss(
                new ChangedLoss(Loss.of(LossKind.HALF_SQUARED_ERROR), a -> a.scaled(1.0 / 5))),
            "Z̄3",
            Kind.FACTOR,
            "a factor 1/m too many for m = 5 samples");

    assertEquals(
        List.of(false),
        report.comparisons().stream()
            .dropWhile(c -> !c.name().equals(Quantity.normalized("Z̄3")))
            .map(ArrayComparison::agrees)
            .distinct()
            .toList());
  }

  @Test
  void loss_meanForgotten_isLocatedAtTheLoss() {
    assertFound(
        right.withLoss(new ChangedLoss(Loss.of(LossKind.HALF_SQUARED_ERROR), a -> a.scaled(5))),
        "Z̄3",
        Kind.FACTOR,
        "a sum instead of a mean");
  }

  @Test
  void loss_another_isNamed() {
    assertFound(
        right.withLoss(Loss.of(LossKind.MEAN_SQUARED_ERROR)),
        "loss",
        Kind.LOSS,
        "is that of mean squared error instead of half squared error");
  }

  @Test
  void loss_adjointOfAnother_isNamed() {
    Loss wrong =
        new Loss() {
          @Override
          public double value(Matrix preActivation, Matrix activation, Matrix targets) {
            return Loss.of(LossKind.HALF_SQUARED_ERROR).value(preActivation, activation, targets);
          }

          @Override
          public Matrix activationAdjoint(Matrix preActivation, Matrix activation, Matrix targets) {
            return Loss.of(LossKind.MEAN_SQUARED_ERROR)
                .activationAdjoint(preActivation, activation, targets);
          }
        };

    assertFound(right.withLoss(wrong), "Z̄3", Kind.LOSS, "mean squared error");
  }

  private static final MlpSpec BINARY =
      MlpSpec.inputs(2)
          .layer(2, Activation.RELU)
          .layer(2, Activation.SIGMOID)
          .loss(LossKind.BINARY_CROSS_ENTROPY)
          .build();

  @Test
  void fusedLoss_derivativeAppliedToTheLogitsAdjoint_isNamed() {
    Case binary = Case.random(BINARY, 4, 8);
    Network network = Network.of(BINARY, binary.parameters());
    ActivationLayer sigmoid = new ActivationLayer(2, Activation.SIGMOID);
    Loss right = Loss.of(LossKind.BINARY_CROSS_ENTROPY);
    Loss wrong =
        new Loss() {
          @Override
          public double value(Matrix a, Matrix z, Matrix t) {
            return right.value(a, z, t);
          }

          @Override
          public Matrix activationAdjoint(Matrix a, Matrix z, Matrix t) {
            return right.activationAdjoint(a, z, t);
          }

          @Override
          public Optional<Matrix> fusedPreActivationAdjoint(Matrix a, Matrix t) {
            return right.fusedPreActivationAdjoint(a, t).map(bar -> sigmoid.backward(a, bar));
          }
        };

    assertFound(binary, network.withLoss(wrong), "Ā2", Kind.ACTIVATION, "has φ′(A2) applied twice");
  }

  @Test
  void fusedLoss_wrongActivationAdjointThatNobodyUses_isFoundAllTheSame() {
    Case binary = Case.random(BINARY, 4, 8);
    Network network = Network.of(BINARY, binary.parameters());
    Loss right = Loss.of(LossKind.BINARY_CROSS_ENTROPY);
    Loss wrong =
        new Loss() {
          @Override
          public double value(Matrix a, Matrix z, Matrix t) {
            return right.value(a, z, t);
          }

          @Override
          public Matrix activationAdjoint(Matrix a, Matrix z, Matrix t) {
            return right.activationAdjoint(a, z, t).scaled(-1);
          }

          @Override
          public Optional<Matrix> fusedPreActivationAdjoint(Matrix a, Matrix t) {
            return right.fusedPreActivationAdjoint(a, t);
          }
        };

    assertFound(binary, network.withLoss(wrong), "φ′∘Z̄2", Kind.SIGN);
  }

  // ---- Faults of the scalar world ----

  @Test
  void scalars_otherParameters_areFoundAsSuch() {
    MlpParameters others = trial.parameters().copy();
    others.weights(1)[4] += 1e-6;

    assertScalarFault(ScalarMlp.record(new Graph(), SPEC, others), "W2", Kind.DIFFERENT_PARAMETERS);
  }

  @Test
  void scalars_otherInputs_areFoundAsSuch() {
    ScalarMlp mlp = ScalarMlp.record(new Graph(), SPEC, trial.parameters());
    ScalarBatch batch =
        mlp.minibatch(trial.inputs().map(x -> x + 1).array(), trial.targets().array());

    assertLocated(
        trial.check().withScalars(mlp, batch).run(Tolerance.ROUNDING),
        "X",
        Kind.DIFFERENT_PARAMETERS);
  }

  private void assertScalarFault(ScalarMlp mlp, String array, Kind kind) {
    ScalarBatch batch = mlp.minibatch(trial.inputs().array(), trial.targets().array());
    assertLocated(trial.check().withScalars(mlp, batch).run(Tolerance.ROUNDING), array, kind);
  }

  @Test
  void scalars_sumInsteadOfMean_isFoundInTheLoss() {
    ScalarMlp mlp = ScalarMlp.record(new Graph(), SPEC, trial.parameters());
    ScalarBatch batch = mlp.minibatch(trial.inputs().array(), trial.targets().array());
    ScalarBatch summed = new ScalarBatch(batch.passes(), batch.loss().times(5));

    CrossCheckReport report =
        trial.check().withScalars(mlp, summed).withFiniteDifferences(20, 1).run(Tolerance.ROUNDING);

    assertLocated(report, "loss", Kind.FACTOR, "0.2 times");
    assertEquals(
        List.of(Verdict.DISAGREES),
        report.differences().stream().map(DifferenceComparison::scalar).distinct().toList());
    assertEquals(
        List.of(Verdict.AGREES),
        report.differences().stream().map(DifferenceComparison::matrix).distinct().toList());
  }

  @Test
  void scalars_customRecordingWithWrongDerivative_isBlamed() {
    ScalarMlp mlp = ScalarMlp.record(new Graph(), SPEC, trial.parameters());
    ScalarBatch batch = mlp.minibatch(trial.inputs().array(), trial.targets().array());
    List<Node> losses = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      List<Node> z = batch.passes().get(i).outputs();
      List<Node> terms = new ArrayList<>();
      for (int k = 0; k < 3; k++) {
        terms.add(
            mlp.graph().apply(HALF_SQUARE_WITHOUT_HALF, z.get(k).minus(trial.targets().at(i, k))));
      }
      losses.add(mlp.graph().sum(terms));
    }
    ScalarBatch custom = new ScalarBatch(batch.passes(), mlp.graph().sum(losses).dividedBy(5));

    CrossCheckReport report =
        trial.check().withScalars(mlp, custom).withFiniteDifferences(20, 1).run(Tolerance.ROUNDING);

    assertLocated(report, "Z̄3", Kind.LOSS, "in the scalar world", "mean squared error");
    assertTrue(
        report.toString().contains("Differences disagree with the scalar world only."),
        report::toString);
  }

  /** ½ x² with the derivative 2x. */
  private static final CustomOp HALF_SQUARE_WITHOUT_HALF =
      new CustomOp() {
        @Override
        public String name() {
          return "halfSquare";
        }

        @Override
        public double value(double[] arguments) {
          return 0.5 * arguments[0] * arguments[0];
        }

        @Override
        public void localDerivatives(double[] arguments, double value, double[] into) {
          into[0] = 2 * arguments[0];
        }
      };

  // ---- The rest ----

  @Test
  void tolerance_narrowerThanRounding_isRecognizedAsSuch() {
    CrossCheckReport report = Case.random(Case.DIGITS, 2, 3).check().run(Tolerance.EXACT);

    assertEquals(Kind.ROUNDING, report.diagnosis().orElseThrow().kind(), report::toString);
  }

  @Test
  void bothWorlds_wrongInTheSameWay_areFoundByDifferences() {
    ScalarMlp mlp = ScalarMlp.record(new Graph(), SPEC, trial.parameters());
    ScalarBatch batch = mlp.minibatch(trial.inputs().array(), trial.targets().array());
    ScalarBatch doubled = new ScalarBatch(batch.passes(), batch.loss().times(2));

    CrossCheckReport report =
        trial
            .check()
            .withScalars(mlp, doubled)
            .withNetwork(right.withLoss(Loss.of(LossKind.MEAN_SQUARED_ERROR)))
            .withFiniteDifferences(5, 1)
            .run(Tolerance.ROUNDING);

    assertFalse(report.passed());
    assertEquals(Optional.empty(), report.firstFailure());
    assertTrue(
        report
            .toString()
            .contains(
                Quantity.normalized(
                    "FAILED: the worlds agree, but not with differences, first at Z̄3.")),
        report::toString);
  }

  @Test
  void toString_ofAFault_locatesAndExplainsIt() {
    Case xor = Case.exactXor();
    Network network = Network.of(xor.spec(), xor.parameters());
    Network broken = withWeightsAdjoint(network, 1, adjoint -> adjoint.scaled(0.25));

    assertEquals(
        """
        Cross-check of 2-2-2-1 (relu, relu, sigmoid), half squared error, without biases
        4 samples, tolerance ROUNDING (relative 1.0e-12)

        array  shape     max abs   max rel  max ulp  verdict
        X      [4 × 2]         0         0        0  ok
        W1     [2 × 2]         0         0        0  ok
        W2     [2 × 2]         0         0        0  ok
        W3     [2 × 1]         0         0        0  ok
        A1     [4 × 2]         0         0        0  ok
        Z1     [4 × 2]         0         0        0  ok
        A2     [4 × 2]         0         0        0  ok
        Z2     [4 × 2]         0         0        0  ok
        A3     [4 × 1]         0         0        0  ok
        Z3     [4 × 1]         0         0        0  ok
        loss   [1 × 1]         0         0        0  ok
        Z̄3     [4 × 1]         0         0        0  ok
        Ā3     [4 × 1]         0         0        0  ok
        W̄3     [2 × 1]         0         0        0  ok
        Z̄2     [4 × 2]         0         0        0  ok
        Ā2     [4 × 2]         0         0        0  ok
        W̄2     [2 × 2]  4.69e-02  7.50e-01  9.0e+15  DIFFERS in 4 entries
        Z̄1     [4 × 2]         0         0        0  ok
        Ā1     [4 × 2]         0         0        0  ok
        W̄1     [2 × 2]         0         0        0  ok
        X̄      [4 × 2]         0         0        0  ok

        FAILED: the worlds part at W̄2.
        W̄2: every entry of the matrix world is 0.25 times the scalar world's: a factor 1/m too many for m = 4 samples, as if a mean were taken twice.
        Worst entry: W̄2[1,0]: 0.0625 in the scalar world, 0.015625 in the matrix world.
        """,
        xor.check().withNetwork(broken).run(Tolerance.ROUNDING).toString());
  }
}
