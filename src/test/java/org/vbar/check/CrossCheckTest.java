package org.vbar.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vbar.data.Batch;
import org.vbar.data.Mnist;
import org.vbar.data.ToyData;
import org.vbar.graph.Graph;
import org.vbar.layer.Matrix;
import org.vbar.layer.Network;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;
import org.vbar.scalar.ScalarMlp;

class CrossCheckTest {
  private static void assertPassed(CrossCheckReport report) {
    assertTrue(report.passed(), report::toString);
    assertEquals(Optional.empty(), report.firstFailure());
    assertEquals(Optional.empty(), report.diagnosis());
  }

  // ---- The two worlds agree ----

  @Test
  void run_classifierOnXor_comparesEveryArrayAndAgrees() {
    Batch xor = ToyData.xor(4, 0, 1);
    Case classifier = Case.xor();

    CrossCheckReport report =
        CrossCheck.run(
            classifier.spec(),
            classifier.parameters(),
            xor.inputs(),
            xor.targets(),
            Tolerance.ROUNDING);

    assertPassed(report);
    assertEquals(
        List.of(
            "X", "W1", "W2", "W3", "A1", "Z1", "A2", "Z2", "A3", "Z3", "loss", "Z̄3", "Ā3", "W̄3",
            "Z̄2", "Ā2", "W̄2", "Z̄1", "Ā1", "W̄1", "X̄"),
        names(report));
    assertEquals(List.of(), report.notCompared());
    assertEquals(List.of(), report.differences());
    assertEquals("[4 × 2]", report.comparison("Ā1").shape());
    assertTrue(report.comparison("W̄1").scale() > 0.01, report::toString);
  }

  private static List<String> names(CrossCheckReport report) {
    return report.comparisons().stream().map(ArrayComparison::name).toList();
  }

  /** Every activation in hidden layers with every loss and every last layer that it allows. */
  static Stream<MlpSpec> specs() {
    List<MlpSpec> specs = new ArrayList<>();
    for (Activation hidden : Activation.values()) {
      for (Activation last : Activation.values()) {
        addBoth(specs, hidden, last, LossKind.HALF_SQUARED_ERROR);
        addBoth(specs, hidden, last, LossKind.MEAN_SQUARED_ERROR);
      }
      addBoth(specs, hidden, Activation.SIGMOID, LossKind.BINARY_CROSS_ENTROPY);
      addBoth(specs, hidden, Activation.IDENTITY, LossKind.SOFTMAX_CROSS_ENTROPY);
    }
    return specs.stream();
  }

  /** With and without biases. */
  private static void addBoth(
      List<MlpSpec> specs, Activation hidden, Activation last, LossKind loss) {
    MlpSpec.Builder builder =
        MlpSpec.inputs(3).layer(4, hidden).layer(3, hidden).layer(2, last).loss(loss);
    specs.add(builder.build());
    specs.add(builder.withoutBiases().build());
  }

  @ParameterizedTest
  @MethodSource("specs")
  void run_everyActivationWithEveryLoss_agrees(MlpSpec spec) {
    for (int samples : new int[] {1, 7}) {
      assertPassed(Case.random(spec, samples, 11).check().run(Tolerance.ROUNDING));
    }
  }

  @Test
  void specs_coverEveryActivationAndLoss() {
    assertEquals(2 * 8 * (8 + 8 + 1 + 1), specs().count());
    assertEquals(8, Activation.values().length);
    assertEquals(4, LossKind.values().length);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void withFiniteDifferences_everyActivationWithEveryLoss_agrees(MlpSpec spec) {
    CrossCheckReport report =
        Case.random(spec, 2, 12).check().withFiniteDifferences(4, 5).run(Tolerance.ROUNDING);

    assertPassed(report);
    assertTrue(
        report.differences().stream()
            .allMatch(d -> d.scalar() != Verdict.UNDECIDED && d.matrix() != Verdict.UNDECIDED),
        report::toString);
  }

  @Test
  void run_mnistShapedNetwork_comparesAllParametersAndAgrees() {
    Case digits = Case.random(Case.DIGITS, 4, 1);
    assertEquals(101_770, digits.parameters().count());

    CrossCheckReport report = digits.check().withFiniteDifferences(10, 1).run(Tolerance.ROUNDING);

    assertPassed(report);
    assertEquals("[784 × 128]", report.comparison("W̄1").shape());
    assertEquals("[1 × 128]", report.comparison("b̄1").shape());
    assertEquals("[128 × 10]", report.comparison("W̄2").shape());
    assertEquals("[1 × 10]", report.comparison("b̄2").shape());
    assertEquals("[4 × 784]", report.comparison("X̄").shape());
  }

  @Test
  void run_realDigits_agrees() throws IOException {
    Optional<Path> directory = Mnist.find(Optional.empty());
    assumeTrue(directory.isPresent(), "VBAR_MNIST does not name the files of MNIST");
    Batch batch = Mnist.load(directory.orElseThrow()).train().batch(0, 4);
    MlpParameters parameters = MlpParameters.initialize(Case.DIGITS, Initializer.XAVIER, 2);

    CrossCheckReport report =
        CrossCheck.of(Case.DIGITS, parameters, batch.inputs(), batch.targets())
            .withFiniteDifferences(10, 2)
            .run(Tolerance.ROUNDING);

    assertPassed(report);
  }

  @Test
  void run_matrices_isTheSameAsArrays() {
    Case trial = Case.xor();

    String fromMatrices =
        CrossCheck.run(
                trial.spec(),
                trial.parameters(),
                trial.inputs(),
                trial.targets(),
                Tolerance.ROUNDING)
            .toString();

    assertEquals(
        fromMatrices,
        CrossCheck.run(
                trial.spec(),
                trial.parameters(),
                trial.inputs().array(),
                trial.targets().array(),
                Tolerance.ROUNDING)
            .toString());
  }

  @Test
  void run_givenNumbers_areLeftAlone() {
    Case trial = Case.random(Case.CLASSIFIER, 3, 1);
    double[] before = trial.parameters().toArray();
    Matrix inputs = trial.inputs().copy();

    CrossCheckReport report = trial.check().withFiniteDifferences(100, 1).run(Tolerance.ROUNDING);

    assertPassed(report);
    assertArrayEquals(before, trial.parameters().toArray());
    assertEquals(inputs, trial.inputs());
  }

  // ---- What cannot be compared ----

  private static final MlpSpec BINARY =
      MlpSpec.inputs(2)
          .layer(3, Activation.TANH)
          .layer(1, Activation.SIGMOID)
          .loss(LossKind.BINARY_CROSS_ENTROPY)
          .build();

  @Test
  void run_binaryCrossEntropy_saysWhyTheLastActivationsAdjointIsMissing() {
    CrossCheckReport report = Case.random(BINARY, 5, 3).check().run(Tolerance.ROUNDING);

    assertPassed(report);
    assertEquals(1, report.notCompared().size());
    String reason = report.notCompared().get(0);
    assertTrue(
        reason.startsWith(
            Quantity.normalized(
                "Z̄2: the scalar graph computes the loss from the logits A2 and does not use Z2")),
        reason);
    assertTrue(report.comparison("φ′∘Z̄2").scale() > 0);
    assertThrows(IllegalArgumentException.class, () -> report.comparison("Z̄2"));
  }

  @Test
  void run_activationAdjointThatOverflows_isLeftOutWithItsReason() {
    MlpSpec spec =
        MlpSpec.inputs(1)
            .layer(1, Activation.SIGMOID)
            .withoutBiases()
            .loss(LossKind.BINARY_CROSS_ENTROPY)
            .build();
    MlpParameters parameters = MlpParameters.of(spec, new double[][] {{800}}, new double[1][0]);

    CrossCheckReport report =
        CrossCheck.run(spec, parameters, new double[] {1}, new double[] {0}, Tolerance.ROUNDING);

    assertPassed(report);
    assertEquals(2, report.notCompared().size());
    assertTrue(report.notCompared().get(1).contains("overflows"), report::toString);
  }

  @Test
  void run_softmaxCrossEntropy_comparesEverything() {
    MlpSpec spec =
        MlpSpec.inputs(2)
            .layer(3, Activation.IDENTITY)
            .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
            .build();

    CrossCheckReport report = Case.random(spec, 5, 3).check().run(Tolerance.ROUNDING);

    assertPassed(report);
    assertEquals(List.of(), report.notCompared());
  }

  // ---- Differences ----

  @Test
  void withFiniteDifferences_smallArrays_looksAtEveryEntry() {
    CrossCheckReport report =
        Case.random(Case.CLASSIFIER, 3, 4)
            .check()
            .withFiniteDifferences(6, 1)
            .run(Tolerance.ROUNDING);

    assertPassed(report);
    assertEquals(10, report.differences().size());
    assertTrue(
        report.differences().stream().allMatch(d -> d.sampled().size() == d.size()),
        report::toString);
  }

  @Test
  void withFiniteDifferences_largeArrays_samplesTheSameEntriesForASeed() {
    Case digits = Case.random(Case.DIGITS, 1, 4);

    List<Integer> first = sampledWeights(digits, 7);

    assertEquals(3, first.size());
    assertEquals(first, sampledWeights(digits, 7));
    assertFalse(first.equals(sampledWeights(digits, 8)));
  }

  private static List<Integer> sampledWeights(Case trial, long seed) {
    CrossCheckReport report = trial.check().withFiniteDifferences(3, seed).run(Tolerance.ROUNDING);
    DifferenceComparison weights =
        report.differences().stream()
            .filter(d -> d.shape().equals("[784 × 128]"))
            .findFirst()
            .orElseThrow();
    assertTrue(report.toString().contains("3 of 100352"), report::toString);
    return weights.sampled();
  }

  @Test
  void withFiniteDifferences_preActivationsAtZero_areKinks() {
    CrossCheckReport report =
        Case.xor().check().withFiniteDifferences(100, 1).run(Tolerance.ROUNDING);

    assertPassed(report);
    DifferenceComparison first =
        report.differences().stream()
            .filter(d -> d.name().equals(Quantity.normalized("Ā2")))
            .findFirst()
            .orElseThrow();
    assertEquals(Verdict.KINK, first.scalar());
    assertEquals(Verdict.KINK, first.matrix());
  }

  @Test
  void withFiniteDifferences_fivePointRule_agrees() {
    assertPassed(
        Case.random(BINARY, 3, 2)
            .check()
            .withFiniteDifferences(FiniteDifference.fivePoint(), 50, 1)
            .run(Tolerance.ROUNDING));
  }

  // ---- The report as text ----

  @Test
  void toString_classifierOnXor_isATable() {
    assertEquals(
        """
        Cross-check of 2-2-2-1 (relu, relu, sigmoid), half squared error, without biases
        4 samples, tolerance EXACT (relative 0.0e+00)

        array  shape    max abs  max rel  max ulp  verdict
        X      [4 × 2]        0        0        0  ok
        W1     [2 × 2]        0        0        0  ok
        W2     [2 × 2]        0        0        0  ok
        W3     [2 × 1]        0        0        0  ok
        A1     [4 × 2]        0        0        0  ok
        Z1     [4 × 2]        0        0        0  ok
        A2     [4 × 2]        0        0        0  ok
        Z2     [4 × 2]        0        0        0  ok
        A3     [4 × 1]        0        0        0  ok
        Z3     [4 × 1]        0        0        0  ok
        loss   [1 × 1]        0        0        0  ok
        Z̄3     [4 × 1]        0        0        0  ok
        Ā3     [4 × 1]        0        0        0  ok
        W̄3     [2 × 1]        0        0        0  ok
        Z̄2     [4 × 2]        0        0        0  ok
        Ā2     [4 × 2]        0        0        0  ok
        W̄2     [2 × 2]        0        0        0  ok
        Z̄1     [4 × 2]        0        0        0  ok
        Ā1     [4 × 2]        0        0        0  ok
        W̄1     [2 × 2]        0        0        0  ok
        X̄      [4 × 2]        0        0        0  ok

        Passed: 21 arrays agree.
        """,
        Case.exactXor().check().run(Tolerance.EXACT).toString());
  }

  @Test
  void comparison_unknownName_listsTheNames() {
    CrossCheckReport report = Case.xor().check().run(Tolerance.ROUNDING);

    Exception refused = assertThrows(IllegalArgumentException.class, () -> report.comparison("W9"));
    assertTrue(
        String.valueOf(refused.getMessage())
            .startsWith(
                "Expected the name of a compared array but got W9: choose from X, W1, W2,"));
  }

  // ---- What is refused ----

  @Test
  void of_numbersThatDoNotFit_areRefused() {
    Case trial = Case.xor();
    assertRefused(
        "Expected inputs [batch × 2] and targets [batch × 1] but got 3 and 1 numbers.",
        () -> CrossCheck.of(trial.spec(), trial.parameters(), new double[3], new double[1]));
    assertRefused(
        "Expected inputs [batch × 2] and targets [batch × 1] but got 0 and 0 numbers.",
        () -> CrossCheck.of(trial.spec(), trial.parameters(), new double[0], new double[0]));
    assertRefused(
        "Expected inputs [batch × 2] and targets [batch × 1] but got [3 × 2] and [2 × 1].",
        () ->
            CrossCheck.of(
                trial.spec(), trial.parameters(), Matrix.zeros(3, 2), Matrix.zeros(2, 1)));
  }

  @Test
  void of_anotherSpec_isRefused() {
    Case trial = Case.xor();
    MlpParameters others = MlpParameters.zeros(BINARY);
    assertThrows(
        IllegalArgumentException.class,
        () -> CrossCheck.of(trial.spec(), others, trial.inputs(), trial.targets()));
    assertThrows(
        IllegalArgumentException.class,
        () -> trial.check().withNetwork(Network.of(BINARY, others)));
    ScalarMlp mlp = ScalarMlp.record(new Graph(), trial.spec(), trial.parameters());
    assertRefused(
        "Expected a recording of 4 samples of %s but got 1 of %s."
            .formatted(trial.spec(), trial.spec()),
        () -> trial.check().withScalars(mlp, mlp.minibatch(new double[] {0, 1}, new double[] {1})));
  }

  @Test
  void withFiniteDifferences_noEntries_isRefused() {
    assertRefused(
        "Expected at least 1 entry for each array but got 0.",
        () -> Case.xor().check().withFiniteDifferences(0, 1));
  }

  private static void assertRefused(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }
}
