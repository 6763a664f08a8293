package org.vbar.perf;

import org.vbar.layer.BackwardPass;
import org.vbar.layer.ForwardPass;
import org.vbar.layer.Matrix;
import org.vbar.layer.Network;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

/** The network of {@link HandWrittenMlp} with matrices, at one sample and fixed parameters. */
final class MatrixMlp {
  private final Network network;
  private final Matrix x;
  private final Matrix t;

  MatrixMlp(MlpSpec spec, MlpParameters parameters, double[] input, double[] target) {
    this.network = Network.of(spec, parameters);
    this.x = Matrix.of(1, input.length, input);
    this.t = Matrix.of(1, target.length, target);
  }

  BackwardPass gradient() {
    ForwardPass pass = network.forward(x);
    return network.backward(pass, t);
  }
}
