package org.vbar.compile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vbar.backprop.AdjointGraph;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.Op;

/**
 * Functions for second derivatives: the gradient recorded as nodes, and its product with a vector.
 * A sweep over the gradient's components gives the Hessian, one over the product gives the Hessian
 * times the vector.
 */
final class SecondOrder {
  /** Outputs ∂f/∂x₁ … ∂f/∂xₙ. */
  final Recording gradient;

  /** Output Σ vₖ·∂f/∂xₖ with v as further data. */
  final Recording product;

  private SecondOrder(Recording gradient, Recording product) {
    this.gradient = gradient;
    this.product = product;
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
    Recording components = new Recording(Tape.of(inputs, data, gradient), forced);
    List<Node> vector = new ArrayList<>(graph.variables("v", new double[tape.inputs]));
    List<Node> dataAndVector = new ArrayList<>(data);
    dataAndVector.addAll(vector);
    Node product = graph.dot(gradient, vector);
    return new SecondOrder(
        components, new Recording(Tape.of(inputs, dataAndVector, List.of(product)), forced));
  }
}
