package org.vbar.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

class NetworkTest {
  private static final MlpSpec SOFTMAX =
      MlpSpec.inputs(4)
          .layer(5, Activation.TANH)
          .layer(3, Activation.IDENTITY)
          .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
          .build();
  private static final MlpSpec BINARY =
      MlpSpec.inputs(1).layer(1, Activation.SIGMOID).loss(LossKind.BINARY_CROSS_ENTROPY).build();

  private static Network softmaxNetwork() {
    return Network.of(SOFTMAX, MlpParameters.initialize(SOFTMAX, Initializer.XAVIER, 1));
  }

  private static Network binaryNetwork(double weight, double bias) {
    return Network.of(
        BINARY, MlpParameters.of(BINARY, new double[][] {{weight}}, new double[][] {{bias}}));
  }

  @Test
  void forward_ofBatch_keepsEveryValueWithItsShape() {
    Matrix x = Expect.gaussian(new Random(2), 7, 4);

    ForwardPass pass = softmaxNetwork().forward(x);

    assertEquals(7, pass.batchSize());
    assertEquals(2, pass.layerCount());
    assertSame(x, pass.input());
    assertEquals("[7 × 5]", pass.preActivation(0).shape());
    assertEquals(pass.preActivation(0).map(Math::tanh), pass.activation(0));
    assertEquals("[7 × 3]", pass.preActivation(1).shape());
    assertEquals(pass.preActivation(1), pass.output());
    assertSame(pass.activation(1), pass.output());
  }

  @Test
  void forward_ofOneLayer_isXTimesWPlusB() {
    MlpSpec spec =
        MlpSpec.inputs(2).layer(2, Activation.RELU).loss(LossKind.MEAN_SQUARED_ERROR).build();
    MlpParameters parameters =
        MlpParameters.of(spec, new double[][] {{1, 2, 3, 4}}, new double[][] {{10, -50}});

    ForwardPass pass = Network.of(spec, parameters).forward(Matrix.of(1, 2, 5, 6));

    assertEquals(Matrix.of(1, 2, 5 + 18 + 10, 10 + 24 - 50), pass.preActivation(0));
    assertEquals(Matrix.of(1, 2, 33, 0), pass.output());
  }

  @Test
  void backward_ofBatch_givesEveryAdjointWithTheShapeOfItsValue() {
    Network network = softmaxNetwork();
    Random random = new Random(3);
    ForwardPass pass = network.forward(Expect.gaussian(random, 7, 4));

    BackwardPass adjoints = network.backward(pass, Expect.oneHot(random, 7, 3));

    assertEquals(2, adjoints.layerCount());
    assertEquals("[7 × 4]", adjoints.input().shape());
    for (int l = 0; l < 2; l++) {
      assertEquals(pass.preActivation(l).shape(), adjoints.preActivation(l).shape());
      assertEquals(pass.activation(l).shape(), adjoints.activation(l).shape());
    }
    assertEquals("[4 × 5]", adjoints.weights(0).shape());
    assertEquals("[1 × 5]", adjoints.biases(0).shape());
    assertEquals("[5 × 3]", adjoints.weights(1).shape());
    assertEquals("[1 × 3]", adjoints.biases(1).shape());
  }

  @Test
  void gradient_ofTwoLayers_isInTheOrderOfTheParameters() {
    Network network = softmaxNetwork();
    Random random = new Random(4);
    ForwardPass pass = network.forward(Expect.gaussian(random, 2, 4));
    BackwardPass adjoints = network.backward(pass, Expect.oneHot(random, 2, 3));

    MlpParameters inPlace = MlpParameters.zeros(SOFTMAX);
    inPlace.setAll(adjoints.gradient());

    for (int l = 0; l < 2; l++) {
      assertArrayEquals(adjoints.weights(l).array(), inPlace.weights(l));
      assertArrayEquals(adjoints.biases(l).array(), inPlace.biases(l));
    }
  }

  @Test
  void backward_twice_givesTheSameAdjoints() {
    Network network = softmaxNetwork();
    Random random = new Random(5);
    ForwardPass pass = network.forward(Expect.gaussian(random, 3, 4));
    Matrix targets = Expect.oneHot(random, 3, 3);

    assertArrayEquals(
        network.backward(pass, targets).gradient(), network.backward(pass, targets).gradient());
  }

  @Test
  void parameters_changedByStep_areSeenByTheNextPassAndLowerTheLoss() {
    MlpParameters parameters = MlpParameters.initialize(SOFTMAX, Initializer.XAVIER, 6);
    Network network = Network.of(SOFTMAX, parameters);
    Random random = new Random(6);
    Matrix x = Expect.gaussian(random, 8, 4);
    Matrix targets = Expect.oneHot(random, 8, 3);
    double first = network.loss(network.forward(x), targets);

    for (int step = 0; step < 200; step++) {
      double[] gradient = network.backward(network.forward(x), targets).gradient();
      double[] all = parameters.toArray();
      for (int i = 0; i < all.length; i++) {
        all[i] -= 0.5 * gradient[i];
      }
      parameters.setAll(all);
    }

    double last = network.loss(network.forward(x), targets);
    assertTrue(last < 0.1 * first, () -> "from " + first + " to " + last);
  }

  @Test
  void biases_ofNetworkWithout_areRefused() {
    MlpSpec spec =
        MlpSpec.inputs(1)
            .layer(1, Activation.TANH)
            .withoutBiases()
            .loss(LossKind.MEAN_SQUARED_ERROR)
            .build();
    Network network = Network.of(spec, MlpParameters.initialize(spec, Initializer.XAVIER, 1));
    Matrix one = Matrix.of(1, 1, 1);
    BackwardPass adjoints = network.backward(network.forward(one), one);

    assertEquals(1, adjoints.gradient().length);
    assertEquals(
        "Layer 0 has no biases: ask the spec's hasBiases() before asking for their adjoint.",
        assertThrows(IllegalStateException.class, () -> adjoints.biases(0)).getMessage());
  }

  @Test
  void forward_wrongColumns_saysTheShapes() {
    MlpSpec digits =
        MlpSpec.inputs(784)
            .layer(10, Activation.IDENTITY)
            .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
            .build();
    Network network = Network.of(digits, MlpParameters.zeros(digits));

    refuses(
        "Expected an input of shape [m × 784] but got [64 × 780]: the columns must equal the first"
            + " layer's inputs.",
        () -> network.forward(Matrix.zeros(64, 780)));
  }

  @Test
  void loss_targetsOfOtherShape_areRefused() {
    Network network = softmaxNetwork();
    ForwardPass pass = network.forward(Matrix.zeros(2, 4));
    String message =
        "Expected targets of shape [2 × 3] but got [2 × 1]: one row for each sample and one column"
            + " for each output.";

    refuses(message, () -> network.loss(pass, Matrix.zeros(2, 1)));
    refuses(message, () -> network.backward(pass, Matrix.zeros(2, 1)));
    refuses(message.replace("[2 × 1]", "[1 × 3]"), () -> network.loss(pass, Matrix.zeros(1, 3)));
  }

  @Test
  void layers_outsideTheNetwork_areRefused() {
    Network network = softmaxNetwork();
    ForwardPass pass = network.forward(Matrix.zeros(2, 4));
    BackwardPass adjoints = network.backward(pass, Matrix.zeros(2, 3));

    for (int layer : new int[] {-1, 2}) {
      assertThrows(IndexOutOfBoundsException.class, () -> pass.preActivation(layer));
      assertThrows(IndexOutOfBoundsException.class, () -> pass.activation(layer));
      assertThrows(IndexOutOfBoundsException.class, () -> adjoints.preActivation(layer));
      assertThrows(IndexOutOfBoundsException.class, () -> adjoints.activation(layer));
      assertThrows(IndexOutOfBoundsException.class, () -> adjoints.weights(layer));
      assertThrows(IndexOutOfBoundsException.class, () -> adjoints.biases(layer));
    }
  }

  @Test
  void of_parametersOfAnotherSpec_isRefused() {
    refuses(
        "Expected parameters of 4-5-3 (tanh, identity), softmax cross-entropy but got 2 parameters of"
            + " 1-1 (sigmoid), binary cross-entropy.",
        () -> Network.of(SOFTMAX, MlpParameters.zeros(BINARY)));
  }

  @Test
  void of_stepsThatDoNotFit_isRefused() {
    refuses(
        "Expected 2 steps for 1-1 (sigmoid), binary cross-entropy but got 1: two for each layer,"
            + " pre-activation and activation.",
        () -> Network.of(BINARY, List.of(new ActivationLayer(1, Activation.SIGMOID))));
    refuses(
        "Expected step 1 of shape [5 × 5] but got [4 × 4]: the widths must be those of 4-5 (tanh).",
        () -> softmaxNetwork().withLayer(1, new ActivationLayer(4, Activation.TANH)));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> softmaxNetwork().withLayer(4, new ActivationLayer(3, Activation.TANH)));
  }

  @Test
  void dense_biasesThatDoNotFit_areRefused() {
    refuses(
        "Expected biases of shape [1 × 3] but got [3 × 1]: one for each column of the weights [2 ×"
            + " 3].",
        () -> Dense.of(Matrix.zeros(2, 3), Matrix.zeros(3, 1)));
    refuses(
        "Expected a width of at least 1 but got 0.", () -> new ActivationLayer(0, Activation.RELU));
  }

  @Test
  void of_layersOfAnotherNetwork_computesTheSame() {
    Network network = softmaxNetwork();
    Matrix x = Expect.gaussian(new Random(7), 3, 4);

    Network same = Network.of(SOFTMAX, network.layers());

    assertEquals(network.forward(x).output(), same.forward(x).output());
    assertEquals(SOFTMAX, same.spec());
    assertEquals(SOFTMAX.toString(), same.toString());
  }

  @Test
  void withLayer_replaced_leavesTheOriginal() {
    Network network = softmaxNetwork();
    ImmutableList<Layer> before = network.layers();
    Layer sigmoid = new ActivationLayer(5, Activation.SIGMOID);

    Network changed = network.withLayer(1, sigmoid);

    assertEquals(before, network.layers());
    assertSame(sigmoid, changed.layers().get(1));
    assertSame(before.get(0), changed.layers().get(0));
  }

  @Test
  void withLoss_replaced_isUsedForLossAndAdjoints() {
    Network network = softmaxNetwork();
    Matrix x = Expect.gaussian(new Random(8), 2, 4);
    Matrix targets = Matrix.zeros(2, 3);

    Network squared = network.withLoss(Loss.of(LossKind.MEAN_SQUARED_ERROR));

    ForwardPass pass = squared.forward(x);
    double expected = 0;
    for (double z : pass.output().array()) {
      expected += z * z / 2;
    }
    Expect.relative(expected, squared.loss(pass, targets), 1e-15, "loss");
    assertEquals(pass.output(), squared.backward(pass, targets).activation(1));
  }

  @Test
  void resume_fromUnchangedValues_isTheSamePass() {
    Network network = softmaxNetwork();
    ForwardPass pass = network.forward(Expect.gaussian(new Random(9), 3, 4));
    for (int l = 0; l < 2; l++) {
      ForwardPass fromA = network.resumeFromPreActivation(pass, l, pass.preActivation(l));
      ForwardPass fromZ = network.resumeFromActivation(pass, l, pass.activation(l));
      for (int k = 0; k < 2; k++) {
        assertEquals(pass.preActivation(k), fromA.preActivation(k));
        assertEquals(pass.activation(k), fromA.activation(k));
        assertEquals(pass.preActivation(k), fromZ.preActivation(k));
        assertEquals(pass.activation(k), fromZ.activation(k));
      }
    }
  }

  @Test
  void resume_fromChangedActivation_changesOnlyWhatFollows() {
    Network network = softmaxNetwork();
    ForwardPass pass = network.forward(Expect.gaussian(new Random(10), 3, 4));
    Matrix zeros = Matrix.zeros(3, 5);

    ForwardPass resumed = network.resumeFromActivation(pass, 0, zeros);

    assertSame(pass.preActivation(0), resumed.preActivation(0));
    assertSame(zeros, resumed.activation(0));
    assertEquals(Matrix.zeros(3, 3), resumed.preActivation(1));
    assertNotEquals(pass.output(), resumed.output());
  }

  @Test
  void resume_otherShape_isRefused() {
    Network network = softmaxNetwork();
    ForwardPass pass = network.forward(Matrix.zeros(3, 4));

    refuses(
        "Expected a value of shape [3 × 5] but got [1 × 5]: it must take the place of the pass's"
            + " value.",
        () -> network.resumeFromPreActivation(pass, 0, Matrix.zeros(1, 5)));
  }

  @Test
  void predict_softmax_givesProbabilities() {
    Network network = softmaxNetwork();
    Matrix x = Expect.gaussian(new Random(11), 6, 4);

    Matrix probabilities = network.predict(x);

    Matrix logits = network.forward(x).output();
    for (int i = 0; i < 6; i++) {
      double sum = 0;
      for (int k = 0; k < 3; k++) {
        sum += Math.exp(logits.at(i, k));
      }
      for (int j = 0; j < 3; j++) {
        Expect.relative(Math.exp(logits.at(i, j)) / sum, probabilities.at(i, j), 1e-14, "p");
      }
    }
  }

  @Test
  void predict_otherLoss_givesActivations() {
    Matrix output = binaryNetwork(1, 0).predict(Matrix.of(3, 1, -700, 0, 700));

    double[] expected = {9.85967654375977e-305, 0.5, 1};
    for (int i = 0; i < 3; i++) {
      Expect.relative(expected[i], output.at(i, 0), 1e-15, "σ");
    }
  }

  @Test
  void classify_severalOutputs_isTheFirstLargest() {
    MlpSpec spec =
        MlpSpec.inputs(3)
            .layer(3, Activation.IDENTITY)
            .withoutBiases()
            .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
            .build();
    MlpParameters identity =
        MlpParameters.of(spec, new double[][] {{1, 0, 0, 0, 1, 0, 0, 0, 1}}, new double[1][0]);

    int[] classes =
        Network.of(spec, identity).classify(Matrix.of(4, 3, 1, 2, 3, 9, 2, 3, -1, -1, -2, 0, 5, 5));

    assertArrayEquals(new int[] {2, 0, 0, 1}, classes);
  }

  @Test
  void classify_oneSigmoid_rounds() {
    assertArrayEquals(
        new int[] {0, 0, 1, 1, 1},
        binaryNetwork(1, 0).classify(Matrix.of(5, 1, -700, -1e-9, 0, 1e-9, 700)));
  }

  @Test
  void classify_oneOutputWithoutSigmoid_isRefused() {
    MlpSpec spec =
        MlpSpec.inputs(1).layer(1, Activation.TANH).loss(LossKind.MEAN_SQUARED_ERROR).build();
    Network network = Network.of(spec, MlpParameters.zeros(spec));

    assertEquals(
        "Expected several outputs or one with SIGMOID but the network is 1-1 (tanh), mean squared"
            + " error: use predict(x).",
        assertThrows(IllegalStateException.class, () -> network.classify(Matrix.of(1, 1, 1)))
            .getMessage());
  }

  @Test
  void backward_logitsAt700_staysFinite() {
    Network network = binaryNetwork(1, 0);
    Matrix x = Matrix.of(2, 1, 700, -700);
    Matrix wrong = Matrix.of(2, 1, 0, 1);
    ForwardPass pass = network.forward(x);

    BackwardPass adjoints = network.backward(pass, wrong);

    assertEquals(700, network.loss(pass, wrong));
    assertEquals(Matrix.of(2, 1, 0.5, -0.5), adjoints.preActivation(0));
    assertEquals(Matrix.of(1, 1, 700), adjoints.weights(0));
    assertEquals(Matrix.of(1, 1, 0), adjoints.biases(0));
  }

  private static void refuses(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }
}
