package org.vbar.train;

import org.vbar.data.Batch;
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
  public double evaluate(Batch batch, double[] gradient) {
    Matrix targets = targets(batch);
    ForwardPass pass = network.forward(inputs(batch));
    double[] adjoints = network.backward(pass, targets).gradient();
    Settings.checkGradient(gradient, adjoints.length);
    System.arraycopy(adjoints, 0, gradient, 0, adjoints.length);
    return network.loss(pass, targets);
  }

  @Override
  public Prediction predict(Batch batch) {
    ForwardPass pass = network.forward(inputs(batch));
    return new Prediction(
        network.spec(), pass.output().array(), network.loss(pass, targets(batch)));
  }

  private static Matrix inputs(Batch batch) {
    return Matrix.view(batch.rows(), batch.columns(), batch.inputs());
  }

  private static Matrix targets(Batch batch) {
    return Matrix.view(batch.rows(), batch.targetColumns(), batch.targets());
  }
}
