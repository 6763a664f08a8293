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
  static TapeGraph of(Tape tape) {
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
    List<Node> outputs = new ArrayList<>();
    for (int k = 0; k < tape.outputCount(); k++) {
      outputs.add(nodes[tape.outputs[k]]);
    }
    return new TapeGraph(inputs, data, outputs);
  }
}
