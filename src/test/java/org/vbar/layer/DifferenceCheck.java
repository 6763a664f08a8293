package org.vbar.layer;

import java.util.function.DoubleSupplier;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

/**
 * Compares every adjoint of a backward pass with central differences of the loss, by a five-point
 * rule whose error is of order h⁴.
 */
final class DifferenceCheck {
  private static final double STEP = 3e-4;

  private final Network network;
  private final MlpParameters parameters;
  private final Matrix x;
  private final Matrix targets;
  private double worst;

  private DifferenceCheck(Network network, MlpParameters parameters, Matrix x, Matrix targets) {
    this.network = network;
    this.parameters = parameters;
    this.x = x;
    this.targets = targets;
  }

  /** The largest |adjoint − difference| / max(1, |difference|) of all parameters and values. */
  static double worstError(Network network, MlpParameters parameters, Matrix x, Matrix targets) {
    DifferenceCheck check = new DifferenceCheck(network, parameters, x, targets);
    check.run();
    return check.worst;
  }

  private void run() {
    ForwardPass pass = network.forward(x);
    BackwardPass adjoints = network.backward(pass, targets);
    MlpSpec spec = network.spec();
    for (int l = 0; l < spec.layers().size(); l++) {
      DoubleSupplier loss = () -> network.loss(network.forward(x), targets);
      compare(adjoints.weights(l).array(), parameters.weights(l), loss);
      if (spec.hasBiases()) {
        compare(adjoints.biases(l).array(), parameters.biases(l), loss);
      }
      checkValues(pass, adjoints, l);
    }
    Matrix probe = x.copy();
    compare(
        adjoints.input().array(),
        probe.array(),
        () -> network.loss(network.forward(probe), targets));
  }

  private void checkValues(ForwardPass pass, BackwardPass adjoints, int l) {
    Matrix a = pass.preActivation(l).copy();
    compare(
        adjoints.preActivation(l).array(),
        a.array(),
        () -> network.loss(network.resumeFromPreActivation(pass, l, a), targets));
    Matrix z = pass.activation(l).copy();
    boolean last = l == network.spec().layers().size() - 1;
    compare(
        adjoints.activation(l).array(),
        z.array(),
        last
            ? () -> lossOfOutput(z)
            : () -> network.loss(network.resumeFromActivation(pass, l, z), targets));
  }

  /** The losses by their definitions as functions of the last activation. */
  private double lossOfOutput(Matrix z) {
    double sum = 0;
    for (int i = 0; i < z.rows(); i++) {
      double exponentials = 0;
      for (int k = 0; k < z.columns(); k++) {
        exponentials += Math.exp(z.at(i, k));
      }
      for (int j = 0; j < z.columns(); j++) {
        double t = targets.at(i, j);
        double output = z.at(i, j);
        sum +=
            switch (network.spec().loss()) {
              case HALF_SQUARED_ERROR -> 0.5 * (output - t) * (output - t);
              case MEAN_SQUARED_ERROR -> (output - t) * (output - t);
              case BINARY_CROSS_ENTROPY -> -t * Math.log(output) - (1 - t) * Math.log(1 - output);
              case SOFTMAX_CROSS_ENTROPY -> -t * Math.log(Math.exp(output) / exponentials);
            };
      }
    }
    return sum / z.rows();
  }

  private void compare(double[] adjoints, double[] values, DoubleSupplier loss) {
    for (int i = 0; i < values.length; i++) {
      double difference = difference(values, i, loss);
      double error = Math.abs(adjoints[i] - difference) / Math.max(1, Math.abs(difference));
      // Not Math.max: a NaN must not pass.
      worst = error <= worst ? worst : error;
    }
  }

  private static double difference(double[] values, int i, DoubleSupplier loss) {
    double value = values[i];
    double[] losses = new double[4];
    double[] shifts = {-2, -1, 1, 2};
    for (int k = 0; k < 4; k++) {
      values[i] = value + shifts[k] * STEP;
      losses[k] = loss.getAsDouble();
    }
    values[i] = value;
    return (8 * (losses[2] - losses[1]) - (losses[3] - losses[0])) / (12 * STEP);
  }
}
