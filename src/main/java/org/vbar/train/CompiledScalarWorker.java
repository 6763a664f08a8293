package org.vbar.train;

import org.vbar.data.Batch;
import org.vbar.model.MlpParameters;

/** Runs a {@link ScalarProgram} that all threads share, at a point of its own. */
final class CompiledScalarWorker implements ScalarWorker {
  private final MlpParameters parameters;
  private final ScalarProgram program;

  /** The parameters in the order of their leaves, then a sample and its targets. */
  private final double[] point;

  private final double[] gradient;

  CompiledScalarWorker(MlpParameters parameters, ScalarProgram program) {
    this.parameters = parameters;
    this.program = program;
    this.gradient = new double[program.loss().inputCount()];
    this.point = new double[gradient.length + program.loss().dataCount()];
  }

  @Override
  public void readParameters() {
    double[] flat = parameters.toArray();
    int[] places = program.places();
    for (int k = 0; k < flat.length; k++) {
      point[k] = flat[places[k]];
    }
  }

  @Override
  public double addGradient(Batch batch, int row, double[] sum) {
    readSample(batch, row);
    double loss = program.loss().gradient(point, gradient);
    for (int k = 0; k < sum.length; k++) {
      sum[k] += gradient[k];
    }
    return loss;
  }

  @Override
  public double predict(Batch batch, int row, double[] outputs) {
    readSample(batch, row);
    double[] values = program.predictions().values(point);
    int count = values.length - 1;
    System.arraycopy(values, 0, outputs, row * count, count);
    return values[count];
  }

  private void readSample(Batch batch, int row) {
    int columns = batch.columns();
    int targets = batch.targetColumns();
    System.arraycopy(batch.inputs(), row * columns, point, gradient.length, columns);
    System.arraycopy(batch.targets(), row * targets, point, gradient.length + columns, targets);
  }

  @Override
  public void writeInFlatOrder(double[] perLeaf, double divisor, double[] flat) {
    int[] places = program.places();
    for (int k = 0; k < perLeaf.length; k++) {
      flat[places[k]] = perLeaf[k] / divisor;
    }
  }
}
