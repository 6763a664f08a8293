package org.vbar.compile;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vbar.backprop.AdjointGraph;
import org.vbar.graph.Node;

/**
 * Second derivatives as first ones of the gradient, which is recorded as nodes: its tangents along
 * a vector are the Hessian times the vector, those along the inputs the Hessian.
 */
final class SecondOrder {
  /** Outputs ∂f/∂x₁ … ∂f/∂xₙ. */
  private final Recording gradient;

  private static final double[] NO_GUARDS = {};

  private SecondOrder(Recording gradient) {
    this.gradient = gradient;
  }

  /**
   * Records the adjoints of a tape's inputs.
   *
   * @param point inputs, then data, where the derivatives are wanted first
   * @throws UnsupportedOperationException if a custom op gives its derivatives as numbers only
   */
  static SecondOrder of(Tape tape, double[] point, @Nullable Tier forced, SumOrder order) {
    TapeGraph graph = TapeGraph.of(tape, point);
    List<Node> gradient = AdjointGraph.of(graph.outputs().get(0), graph.inputs()).gradient();
    return new SecondOrder(
        new Recording(
            Tape.of(graph.inputs(), graph.data(), gradient),
            forced,
            order,
            Generator.Kind.TANGENTS));
  }

  /** Fills {@code out} with the Hessian times a vector. */
  void product(double[] x, double[] d, double[] v, double[] out) {
    if (out == v) { // The vector is still read while tangents are written.
      double[] own = new double[v.length];
      gradient.tangents(x, d, v, NO_GUARDS, own);
      System.arraycopy(own, 0, out, 0, own.length);
    } else {
      gradient.tangents(x, d, v, NO_GUARDS, out);
    }
  }

  /**
   * The Hessian, column by column; row by row where that gives numbers that are not finite, because
   * 0 times an infinite derivative along another input is NaN. Rounding may differ on both sides of
   * the diagonal, so one side is taken for both.
   */
  double[][] hessian(double[] x, double[] d) {
    int n = gradient.recorded.inputs;
    double[][] hessian = new double[n][n];
    double[] y = new double[n];
    if (!gradient.jacobianByTangents(x, d, y, hessian)) {
      gradient.jacobianBySweeps(x, d, y, hessian);
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        hessian[j][i] = hessian[i][j];
      }
    }
    return hessian;
  }
}
