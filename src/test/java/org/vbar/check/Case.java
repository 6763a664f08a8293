package org.vbar.check;

import java.util.Random;
import org.vbar.layer.Matrix;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

/**
 * One minibatch for one network.
 *
 * @param spec the network
 * @param parameters its parameters
 * @param inputs X
 * @param targets T
 */
record Case(MlpSpec spec, MlpParameters parameters, Matrix inputs, Matrix targets) {
  /** The classifier (2, ReLU), (2, ReLU), (1, sigmoid) without biases, ℒ = ½ (z − t)². */
  static final MlpSpec CLASSIFIER =
      MlpSpec.inputs(2)
          .layer(2, Activation.RELU)
          .layer(2, Activation.RELU)
          .layer(1, Activation.SIGMOID)
          .withoutBiases()
          .loss(LossKind.HALF_SQUARED_ERROR)
          .build();

  /** 784-128-10 as for MNIST. */
  static final MlpSpec DIGITS =
      MlpSpec.inputs(784)
          .layer(128, Activation.SIGMOID)
          .layer(10, Activation.IDENTITY)
          .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
          .build();

  /** The truth table of exclusive or; (0, 0) makes every pre-activation of the classifier 0. */
  static Case xor() {
    return new Case(
        CLASSIFIER,
        MlpParameters.of(
            CLASSIFIER,
            new double[][] {{0.5, 0.75, -0.25, 0.5}, {1.5, -1, 0.5, 0.25}, {0.8, -1.25}},
            new double[3][0]),
        Matrix.of(4, 2, 0, 0, 0, 1, 1, 1, 1, 0),
        Matrix.of(4, 1, 0, 1, 0, 1));
  }

  /**
   * The same with weights for which both neurons of the second layer are equal, so that the logit
   * is 0, the sigmoid ½ and every number exact in binary: the same on every machine.
   */
  static Case exactXor() {
    Case xor = xor();
    return new Case(
        CLASSIFIER,
        MlpParameters.of(
            CLASSIFIER,
            new double[][] {{1, 0.5, 0.25, 1}, {1, 1, -0.5, -0.5}, {2, -2}},
            new double[3][0]),
        xor.inputs,
        xor.targets);
  }

  /** Gaussian parameters, biases included, Gaussian inputs and one-hot targets. */
  static Case random(MlpSpec spec, int samples, long seed) {
    Random random = new Random(seed);
    MlpParameters parameters = MlpParameters.initialize(spec, Initializer.XAVIER, seed);
    for (int l = 0; l < spec.layers().size(); l++) {
      for (int j = 0; j < parameters.biases(l).length; j++) {
        parameters.biases(l)[j] = 0.5 * random.nextGaussian();
      }
    }
    Matrix inputs = Matrix.zeros(samples, spec.inputs()).map(zero -> random.nextGaussian());
    Matrix targets = Matrix.zeros(samples, spec.outputs());
    for (int i = 0; i < samples; i++) {
      targets.set(i, random.nextInt(spec.outputs()), 1);
    }
    return new Case(spec, parameters, inputs, targets);
  }

  CrossCheck check() {
    return CrossCheck.of(spec, parameters, inputs, targets);
  }
}
