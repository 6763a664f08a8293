package org.vbar.compile;

import org.vbar.graph.CustomOp;

/**
 * What a generated class implements, according to its {@link Generator.Kind}. The arrays are: x
 * inputs and d data in the order of slots, c constants, v stored values, a stored adjoints, y
 * outputs and guards, s the outputs' adjoints, g the inputs' adjoints; o holds custom ops.
 *
 * <p>With tangents, a holds stored tangents, s the inputs' tangents in the order of slots, and g
 * receives the outputs' tangents.
 */
abstract class Kernel {
  abstract void forward(
      double[] x,
      int xAt,
      double[] d,
      int dAt,
      double[] c,
      double[] v,
      double[] a,
      double[] y,
      int yAt,
      double[] s,
      double[] g,
      int gAt,
      CustomOp[] o);

  /** The backward run, where there is one. */
  void sweep(
      double[] x,
      int xAt,
      double[] d,
      int dAt,
      double[] c,
      double[] v,
      double[] a,
      double[] y,
      int yAt,
      double[] s,
      double[] g,
      int gAt,
      CustomOp[] o) {
    throw new UnsupportedOperationException("This class only runs forward.");
  }

  /**
   * The program of a {@link SmallJacobian}: its values into y, its derivatives into rows.
   *
   * @return its last output
   */
  double jacobian(
      double[] x,
      int xAt,
      double[] d,
      int dAt,
      double[] c,
      double[] v,
      double[] a,
      double[] y,
      int yAt,
      double[] s,
      double[] g,
      int gAt,
      CustomOp[] o,
      double[][] rows) {
    throw new UnsupportedOperationException("This class has no rows of derivatives.");
  }
}
