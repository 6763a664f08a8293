package org.vbar.compile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vbar.backprop.AdjointGraph;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.Op;

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
   * Writes a tape back as a graph, in the caller's order of inputs, and records its adjoints.
   *
   * @throws UnsupportedOperationException if a custom op gives its derivatives as numbers only
   */
  static SecondOrder of(Tape tape, @Nullable Tier forced) {
    Graph graph = new Graph(Graph.Option.NAN_LEAVES);
    Node[] nodes = new Node[tape.firstResult() + tape.size];
    for (int k = 0; k < nodes.length - tape.size; k++) {
      nodes[k] =
          tape.isConstant(k)
              ? graph.constant(tape.constants[k - tape.firstConstant()])
              : graph.variable(1);
    }
    for (int i = 0; i < tape.size; i++) {
      List<Node> parents = new ArrayList<>();
      for (int e = tape.firstOperand(i); e < tape.ends[i]; e++) {
        parents.add(nodes[tape.operands[e]]);
      }
      Op op = tape.op(i);
      nodes[tape.firstResult() + i] =
          op == Op.CUSTOM
              ? graph.apply(tape.custom(i), parents)
              : graph.apply(op, op.hasParameter() ? tape.parameter(i) : 0, parents);
    }
    List<Node> inputs = new ArrayList<>();
    for (int k = 0; k < tape.inputs; k++) {
      inputs.add(nodes[tape.leafOrder[k]]);
    }
    List<Node> data = new ArrayList<>();
    for (int k = 0; k < tape.data; k++) {
      data.add(nodes[tape.leafOrder[tape.inputs + k]]);
    }
    List<Node> gradient = AdjointGraph.of(nodes[tape.outputs[0]], inputs).gradient();
    return new SecondOrder(new Recording(Tape.of(inputs, data, gradient), forced));
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
