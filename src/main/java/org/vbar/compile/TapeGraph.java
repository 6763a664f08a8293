package org.vbar.compile;

import java.util.ArrayList;
import java.util.List;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.Op;

/**
 * A tape written back as a graph, on which derivatives can be recorded as nodes.
 *
 * @param inputs in the caller's order
 * @param data in the caller's order
 * @param outputs without the guards
 */
record TapeGraph(List<Node> inputs, List<Node> data, List<Node> outputs) {
  /**
   * Records a tape.
   *
   * @param point inputs, then data: what is recorded holds at any other point, too, but custom ops
   *     may refuse points that nobody asked for. Not modified.
   */
  static TapeGraph of(Tape tape, double[] point) {
    double[] leaves = new double[tape.firstConstant()];
    for (int k = 0; k < leaves.length; k++) {
      leaves[tape.leafOrder[k]] = point[k];
    }
    Graph graph = new Graph(Graph.Option.NAN_LEAVES);
    Node[] nodes = new Node[tape.firstResult() + tape.size];
    for (int slot = 0; slot < tape.firstResult(); slot++) {
      nodes[slot] =
          tape.isConstant(slot)
              ? graph.constant(tape.constants[slot - tape.firstConstant()])
              : graph.variable(leaves[slot]);
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
    List<Node> outputs = new ArrayList<>();
    for (int k = 0; k < tape.outputCount(); k++) {
      outputs.add(nodes[tape.outputs[k]]);
    }
    return new TapeGraph(inputs, data, outputs);
  }
}
