package org.vbar.scalar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vbar.backprop.Adjoints;
import org.vbar.backprop.Backprop;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.Op;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

class ScalarMlpTest {
  private static final MlpSpec CLASSIFIER =
      MlpSpec.inputs(2)
          .layer(2, Activation.RELU)
          .layer(2, Activation.RELU)
          .layer(1, Activation.SIGMOID)
          .withoutBiases()
          .loss(LossKind.HALF_SQUARED_ERROR)
          .build();

  private static final MlpSpec DIGITS =
      MlpSpec.inputs(784)
          .layer(128, Activation.SIGMOID)
          .layer(10, Activation.IDENTITY)
          .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
          .build();

  /** Equations (3) to (11) of the per-element derivation, written out for one sample. */
  @Test
  void sweep_classifier_followsThePerElementEquations() {
    double[] w1 = {0.6, -0.4, 0.3, 0.8};
    double[] w2 = {0.5, -0.7, -0.2, 0.1};
    double[] w3 = {0.9, -1.1};
    double[] x = {1, 2};
    double t = 1;
    MlpParameters parameters =
        MlpParameters.of(CLASSIFIER, new double[][] {w1, w2, w3}, new double[3][0]);
    ScalarMlp network = ScalarMlp.record(new Graph(), CLASSIFIER, parameters);
    ScalarPass pass = network.forward(x);
    Adjoints adjoints = Backprop.sweep(pass.loss(t));

    double[] l1 = {x[0] * w1[0] + x[1] * w1[2], x[0] * w1[1] + x[1] * w1[3]};
    double[] a1 = {Math.max(l1[0], 0), Math.max(l1[1], 0)};
    double[] l2 = {a1[0] * w2[0] + a1[1] * w2[2], a1[0] * w2[1] + a1[1] * w2[3]};
    double[] a2 = {Math.max(l2[0], 0), Math.max(l2[1], 0)};
    double a3 = 1 / (1 + Math.exp(-(a2[0] * w3[0] + a2[1] * w3[1])));
    double a3Bar = a3 - t;
    double l3Bar = a3Bar * a3 * (1 - a3);
    double[] l2Bar = new double[2];
    for (int i = 0; i < 2; i++) {
      l2Bar[i] = l3Bar * w3[i] * (l2[i] > 0 ? 1 : 0);
    }
    double[] l1Bar = new double[2];
    for (int i = 0; i < 2; i++) {
      l1Bar[i] = (l2Bar[0] * w2[2 * i] + l2Bar[1] * w2[2 * i + 1]) * (l1[i] > 0 ? 1 : 0);
    }
    assertArrayEquals(
        new double[] {l3Bar * a2[0], l3Bar * a2[1]}, adjoints.gradient(network.weights(2)), 1e-15);
    assertArrayEquals(
        new double[] {a1[0] * l2Bar[0], a1[0] * l2Bar[1], a1[1] * l2Bar[0], a1[1] * l2Bar[1]},
        adjoints.gradient(network.weights(1)),
        1e-15);
    assertArrayEquals(
        new double[] {x[0] * l1Bar[0], x[0] * l1Bar[1], x[1] * l1Bar[0], x[1] * l1Bar[1]},
        adjoints.gradient(network.weights(0)),
        1e-15);
    assertEquals(0, l2Bar[1], "the second neuron of layer 2 is meant to be inactive");
  }

  @Test
  void record_parameters_areNamedAndOrderedAsTheMatrices() {
    MlpParameters parameters = MlpParameters.initialize(DIGITS, Initializer.XAVIER, 7);
    ScalarMlp network = ScalarMlp.record(new Graph(), DIGITS, parameters);
    assertEquals("W1[3,5]", network.weights(0).at(3, 5).label());
    assertEquals("b2[9]", network.biases(1).get(9).label());
    assertArrayEquals(
        parameters.toArray(), network.parameters().stream().mapToDouble(Node::value).toArray());
  }

  @Test
  void forward_digits_recordsOneProductAndOneSumPerWeight() {
    MlpParameters parameters = MlpParameters.initialize(DIGITS, Initializer.XAVIER, 7);
    ScalarMlp network = ScalarMlp.record(new Graph(), DIGITS, parameters);
    int before = network.graph().size();
    network.forward(new double[784]);
    // A neuron with n inputs and a bias has n products and n sums; a hidden one has a sigmoid.
    int expected = 784 + 128 * (2 * 784 + 1) + 10 * 2 * 128;
    assertEquals(expected, network.graph().size() - before);
  }

  @Test
  void forward_neurons_areGrouped() {
    ScalarMlp network =
        ScalarMlp.record(
            new Graph(), CLASSIFIER, MlpParameters.initialize(CLASSIFIER, Initializer.HE, 1));
    Node z = network.forward(1, 2).activations(1).get(1);
    assertEquals("layer 2 / neuron 1", z.group().orElseThrow().path());
    assertEquals("z2[1]", z.label());
    assertTrue(network.weights(1).get(0).group().isEmpty());
  }

  @Test
  void activations_identity_areThePreActivations() {
    MlpSpec spec =
        MlpSpec.inputs(1).layer(1, Activation.IDENTITY).loss(LossKind.MEAN_SQUARED_ERROR).build();
    ScalarPass pass =
        ScalarMlp.record(new Graph(), spec, MlpParameters.initialize(spec, Initializer.HE, 1))
            .forward(3);
    assertSame(pass.preActivations(0).get(0), pass.outputs().get(0));
  }

  @Test
  void loss_ofTargetsThatAreNodes_isThatOfTheirNumbers() {
    Graph graph = new Graph();
    ScalarPass pass =
        ScalarMlp.record(graph, CLASSIFIER, MlpParameters.initialize(CLASSIFIER, Initializer.HE, 3))
            .forward(1, 2);
    Node loss = pass.loss(graph.constants("t", new double[] {1}));
    assertEquals(pass.loss(1).value(), loss.value());
    assertThrows(
        IllegalArgumentException.class, () -> pass.loss(graph.constants("t", new double[2])));
  }

  @Test
  void minibatch_loss_isTheMeanOfTheSamples() {
    ScalarMlp network =
        ScalarMlp.record(
            new Graph(), CLASSIFIER, MlpParameters.initialize(CLASSIFIER, Initializer.HE, 3));
    ScalarBatch batch =
        network.minibatch(new double[] {1, 2, -1, 0.5, 0, 1}, new double[] {1, 0, 1});
    double mean =
        (network.forward(1, 2).loss(1).value()
                + network.forward(-1, 0.5).loss(0).value()
                + network.forward(0, 1).loss(1).value())
            / 3;
    assertEquals(mean, batch.loss().value(), 1e-16);
    assertEquals(3, batch.passes().size());
    assertEquals(
        "sample 1 / layer 1 / neuron 0",
        batch.passes().get(1).preActivations(0).get(0).group().orElseThrow().path());
  }

  @Test
  void loss_extremeLogits_staysFinite() {
    MlpSpec spec =
        MlpSpec.inputs(1)
            .layer(2, Activation.IDENTITY)
            .withoutBiases()
            .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
            .build();
    MlpParameters parameters =
        MlpParameters.of(spec, new double[][] {{700, -700}}, new double[1][0]);
    ScalarMlp network = ScalarMlp.record(new Graph(), spec, parameters);
    Node loss = network.forward(1).loss(0, 1);
    assertEquals(1400, loss.value());
    assertArrayEquals(
        new double[] {1, -1}, Backprop.sweep(loss).gradient(network.weights(0)), 1e-15);
  }

  @Test
  void loss_sureAndRight_keepsItsDigits() {
    for (LossKind kind : List.of(LossKind.SOFTMAX_CROSS_ENTROPY, LossKind.BINARY_CROSS_ENTROPY)) {
      boolean softmax = kind == LossKind.SOFTMAX_CROSS_ENTROPY;
      MlpSpec spec =
          MlpSpec.inputs(1)
              .layer(softmax ? 2 : 1, softmax ? Activation.IDENTITY : Activation.SIGMOID)
              .withoutBiases()
              .loss(kind)
              .build();
      double[] weights = softmax ? new double[] {30, 0} : new double[] {30};
      double[] target = softmax ? new double[] {1, 0} : new double[] {1};
      ScalarPass pass =
          ScalarMlp.record(
                  new Graph(),
                  spec,
                  MlpParameters.of(spec, new double[][] {weights}, new double[1][0]))
              .forward(1);
      Node loss = pass.loss(target);
      double tiny = Math.exp(-30);
      assertEquals(Math.log1p(tiny), loss.value(), 1e-15 * tiny);
      assertEquals(
          -tiny / (1 + tiny), Backprop.sweep(loss).of(pass.preActivations(0).get(0)), 1e-15 * tiny);
    }
  }

  @Test
  void misuse_wrongSizes_sayWhatWasExpected() {
    ScalarMlp network =
        ScalarMlp.record(
            new Graph(), CLASSIFIER, MlpParameters.initialize(CLASSIFIER, Initializer.HE, 1));
    assertMessage("Expected 2 inputs but got 3", () -> network.forward(1, 2, 3));
    assertMessage("Expected 1 targets but got 0", () -> network.forward(1, 2).loss());
    assertMessage(
        "Expected inputs [batch × 2] and targets [batch × 1] but got 4 and 3 numbers",
        () -> network.minibatch(new double[4], new double[3]));
    assertMessage(
        "Expected parameters of",
        () ->
            ScalarMlp.record(
                new Graph(), DIGITS, MlpParameters.initialize(CLASSIFIER, Initializer.HE, 1)));
  }

  @Test
  void rewind_betweenSamples_keepsTheParameters() {
    ScalarMlp network =
        ScalarMlp.record(
            new Graph(), CLASSIFIER, MlpParameters.initialize(CLASSIFIER, Initializer.HE, 5));
    Graph.Mark mark = network.graph().mark();
    double[] first = Backprop.sweep(network.forward(1, 2).loss(1)).gradient(network.parameters());
    int size = network.graph().size();
    for (int k = 0; k < 1000; k++) {
      network.graph().rewind(mark);
      Node loss = network.forward(1, 2).loss(1);
      assertTrue(
          Arrays.equals(first, Backprop.sweep(loss).gradient(network.parameters())), "sample " + k);
    }
    assertEquals(size, network.graph().size());
    assertTrue(network.graph().nodes().stream().noneMatch(n -> n.op() == Op.CUSTOM));
  }

  private static void assertMessage(String expected, Runnable call) {
    var failure = assertThrows(IllegalArgumentException.class, call::run);
    String message = String.valueOf(failure.getMessage());
    assertTrue(message.contains(expected), message);
  }
}
