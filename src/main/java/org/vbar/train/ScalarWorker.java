package org.vbar.train;

import org.vbar.data.Batch;

/**
 * One thread's share of a {@link ScalarWorld}. Gradients are per leaf: in the order in which the
 * parameters were recorded, which only {@link #writeInFlatOrder} knows.
 */
interface ScalarWorker {
  /** Takes over the parameters as they are now. */
  void readParameters();

  /**
   * Sweeps one sample.
   *
   * @param sum one number per leaf, to which the sample's adjoints are added
   * @return the sample's loss
   */
  double addGradient(Batch batch, int row, double[] sum);

  /**
   * Runs one sample forward.
   *
   * @param outputs row-major, of which this sample's row is written
   * @return the sample's loss
   */
  double predict(Batch batch, int row, double[] outputs);

  /** Divides sums per leaf and writes them in the order of a flat array. */
  void writeInFlatOrder(double[] perLeaf, double divisor, double[] flat);
}
