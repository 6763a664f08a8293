package org.vbar.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.vbar.model.Activation;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

/**
 * The three-layer classifier [(2, ReLU), (2, ReLU), (1, Sigmoid)] for ℒ = ½ (a₃ − t)², one scalar
 * after another.
 *
 * <p>w1[i][j] is the weight from input j to neuron i, as in "Basic MLP with manually-derived
 * Backprop", whose equations are numbered here; the network stores it at [j, i].
 */
class TwoTwoOneClassifierTest {
  private static final double ROUNDING = 1e-15;
  private static final MlpSpec SPEC =
      MlpSpec.inputs(2)
          .layer(2, Activation.RELU)
          .layer(2, Activation.RELU)
          .layer(1, Activation.SIGMOID)
          .withoutBiases()
          .loss(LossKind.HALF_SQUARED_ERROR)
          .build();

  private final double[][] w1 = {{0.5, -0.25}, {0.75, 0.5}};
  private final double[][] w2 = {{1.5, 0.5}, {-1, 0.25}};
  private final double[] w3 = {0.8, -1.25};

  @Test
  void backward_everyNeuronOn_followsEquations3To11() {
    compare(new double[] {1, 1.75}, 1);
  }

  @Test
  void backward_firstLayerHalfOff_followsEquations3To11() {
    compare(new double[] {-0.5, 2}, 0);
  }

  @Test
  void backward_secondLayerHalfOff_followsEquations3To11() {
    compare(new double[] {2, 1}, 0.5);
  }

  @Test
  void backward_preActivationsAtZero_takesHeavisideOfZeroAsZero() {
    compare(new double[] {0, 0}, 1);
  }

  private void compare(double[] x, double t) {
    // Forward.
    double[] l1 = new double[2];
    double[] a1 = new double[2];
    double[] l2 = new double[2];
    double[] a2 = new double[2];
    for (int i = 0; i < 2; i++) {
      l1[i] = w1[i][0] * x[0] + w1[i][1] * x[1];
      a1[i] = Math.max(0, l1[i]);
    }
    for (int i = 0; i < 2; i++) {
      l2[i] = w2[i][0] * a1[0] + w2[i][1] * a1[1];
      a2[i] = Math.max(0, l2[i]);
    }
    double l3 = w3[0] * a2[0] + w3[1] * a2[1];
    double a3 = 1 / (1 + Math.exp(-l3));

    // Backward, with bars written Bar.
    double a3Bar = a3 - t; // (3)
    double l3Bar = a3Bar * a3 * (1 - a3); // (4)
    double[] w3Bar = {l3Bar * a2[0], l3Bar * a2[1]}; // (5)
    double[] a2Bar = {l3Bar * w3[0], l3Bar * w3[1]}; // (6)
    double[] l2Bar = {a2Bar[0] * heaviside(l2[0]), a2Bar[1] * heaviside(l2[1])}; // (7)
    double[][] w2Bar = outer(l2Bar, a1); // (8)
    double[] a1Bar = new double[2];
    for (int i = 0; i < 2; i++) {
      a1Bar[i] = l2Bar[0] * w2[0][i] + l2Bar[1] * w2[1][i]; // (9)
    }
    double[] l1Bar = {a1Bar[0] * heaviside(l1[0]), a1Bar[1] * heaviside(l1[1])}; // (10)
    double[][] w1Bar = outer(l1Bar, x); // (11)

    Network network = Network.of(SPEC, parameters());
    ForwardPass pass = network.forward(Matrix.of(1, 2, x));
    BackwardPass adjoints = network.backward(pass, Matrix.of(1, 1, t));

    Expect.relative(
        0.5 * (a3 - t) * (a3 - t), network.loss(pass, Matrix.of(1, 1, t)), ROUNDING, "ℒ");
    assertRow(new double[] {a3Bar}, adjoints.activation(2), "a₃");
    assertRow(new double[] {l3Bar}, adjoints.preActivation(2), "l₃");
    assertRow(w3Bar, adjoints.weights(2).transpose(), "w₃");
    assertRow(a2Bar, adjoints.activation(1), "a₂");
    assertRow(l2Bar, adjoints.preActivation(1), "l₂");
    assertWeights(w2Bar, adjoints.weights(1), "W₂");
    assertRow(a1Bar, adjoints.activation(0), "a₁");
    assertRow(l1Bar, adjoints.preActivation(0), "l₁");
    assertWeights(w1Bar, adjoints.weights(0), "W₁");
  }

  private MlpParameters parameters() {
    return MlpParameters.of(
        SPEC,
        new double[][] {
          {w1[0][0], w1[1][0], w1[0][1], w1[1][1]},
          {w2[0][0], w2[1][0], w2[0][1], w2[1][1]},
          {w3[0], w3[1]}
        },
        new double[3][0]);
  }

  private static double heaviside(double x) {
    return x > 0 ? 1 : 0;
  }

  private static double[][] outer(double[] neurons, double[] inputs) {
    return new double[][] {
      {neurons[0] * inputs[0], neurons[0] * inputs[1]},
      {neurons[1] * inputs[0], neurons[1] * inputs[1]}
    };
  }

  private static void assertRow(double[] expected, Matrix actual, String what) {
    assertEquals(1, actual.rows());
    assertEquals(expected.length, actual.columns());
    for (int j = 0; j < expected.length; j++) {
      Expect.relative(expected[j], actual.at(0, j), ROUNDING, what);
    }
  }

  private static void assertWeights(double[][] expected, Matrix actual, String what) {
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 2; j++) {
        Expect.relative(expected[i][j], actual.at(j, i), ROUNDING, what);
      }
    }
  }
}
