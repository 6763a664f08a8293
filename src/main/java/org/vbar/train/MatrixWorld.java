package org.vbar.train;

import org.vbar.data.Batch;
import org.vbar.layer.BackwardPass;
import org.vbar.layer.ForwardPass;
import org.vbar.layer.Matrix;
import org.vbar.layer.Network;
import org.vbar.model.MlpParameters;

/** The network with matrices and hand-derived backward passes. */
public final class MatrixWorld implements World {
  private final MlpParameters parameters;
  private final Network network;

  /** Shares the parameters' arrays. */
  public MatrixWorld(MlpParameters parameters) {
    this.parameters = parameters;
    this.network = Network.of(parameters.spec(), parameters);
  }

  @Override
  public String name() {
    return "matrix";
  }

  @Override
  public MlpParameters parameters() {
    return parameters;
  }

  /** The network, which follows the parameters. */
  public Network network() {
    return network;
  }

  @Override
  public Evaluation evaluate(Batch batch) {
    Matrix targets = Matrix.view(batch.rows(), batch.targetColumns(), batch.targets());
    ForwardPass pass = network.forward(Matrix.view(batch.rows(), batch.columns(), batch.inputs()));
    BackwardPass backward = network.backward(pass, targets);
    return new Evaluation(network.loss(pass, targets), backward.gradient());
  }
}
