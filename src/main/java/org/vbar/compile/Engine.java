package org.vbar.compile;

/**
 * What every tier can do with a tape: run it forward, and run it forward and backward.
 *
 * <p>Engines hold no state of a call: any number of threads may use one.
 */
interface Engine {
  /**
   * Computes the outputs and, behind them, the guards' comparisons.
   *
   * @param x the differentiated inputs in the caller's order, from place {@code xAt}. Not modified.
   * @param d the data in the caller's order, from place {@code dAt}. Not modified.
   * @param y receives one number per output and guard. Modified.
   */
  void forward(double[] x, int xAt, double[] d, int dAt, double[] y);

  /**
   * Computes the outputs, and the adjoints of the inputs for given adjoints of the outputs.
   *
   * @param seeds one adjoint per output. Not modified.
   * @param g receives one adjoint per input, from place {@code gAt}. Modified.
   */
  void sweep(
      double[] x, int xAt, double[] d, int dAt, double[] y, double[] seeds, double[] g, int gAt);

  /**
   * Sweeps one row of points after the other.
   *
   * @param y receives the outputs and guards of every row, row after row. Modified.
   * @param g receives the adjoints of every row, row after row. Modified.
   */
  void sweepRows(
      double[] x,
      int xAt,
      double[] d,
      int dAt,
      double[] y,
      int yAt,
      double[] seeds,
      double[] g,
      int gAt,
      int rows);
}
