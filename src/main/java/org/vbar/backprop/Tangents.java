package org.vbar.backprop;

import java.util.BitSet;
import java.util.List;
import org.vbar.graph.Columns;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.Op;

/**
 * Forward mode: the tangent v̇ of every node along a direction in the space of some inputs,
 *
 * <pre>
 *   v̇ = Σ over parents p of ∂v/∂p · ṗ
 * </pre>
 *
 * <p>added in argument order. One forward loop over the graph gives the derivatives of every node
 * along one direction, where a reverse sweep gives the derivatives of one node for every input.
 */
public final class Tangents {
  private final Graph graph;
  private final Graph.Mark takenAt;
  private final double[] tangents;

  private Tangents(Graph graph, double[] tangents) {
    this.graph = graph;
    this.takenAt = graph.mark();
    this.tangents = tangents;
  }

  /** The tangents for ẋ = 1 of one input: ∂v/∂x for every node v. */
  public static Tangents along(Node input) {
    return along(List.of(input), 1);
  }

  /**
   * The tangents along a direction. An input that is itself computed from others is treated as if
   * it were a leaf; a constant takes no derivative, so its component counts as 0.
   *
   * @param inputs nodes of one graph, at least one
   * @param direction one number per input
   * @throws IllegalArgumentException if the numbers of inputs and of components differ, if there is
   *     no input, or if the inputs are of different graphs
   */
  public static Tangents along(List<Node> inputs, double... direction) {
    if (inputs.isEmpty() || inputs.size() != direction.length) {
      throw new IllegalArgumentException(
          "Expected at least one input and a direction with one component per input but got "
              + inputs.size()
              + " inputs and "
              + direction.length
              + " components.");
    }
    Graph graph = inputs.get(0).graph();
    Columns columns = graph.columns();
    double[] tangents = new double[graph.size()];
    BitSet inputIndices = new BitSet();
    for (int k = 0; k < direction.length; k++) {
      Node input = inputs.get(k);
      if (input.graph() != graph) {
        throw new IllegalArgumentException(
            "Input " + input + " belongs to another graph; all inputs must come from one graph.");
      }
      if (input.op() != Op.CONSTANT) { // also refuses a dropped node
        tangents[input.index()] += direction[k];
        inputIndices.set(input.index());
      }
    }
    BitSet depends = (BitSet) inputIndices.clone();
    for (int i = Math.max(0, inputIndices.nextSetBit(0)); i < tangents.length; i++) {
      if (inputIndices.get(i)) {
        continue;
      }
      int end = columns.endEdge(i);
      double sum = 0;
      for (int e = columns.firstEdge(i); e < end; e++) {
        int parent = columns.parent(e);
        if (depends.get(parent)) {
          depends.set(i);
          sum += columns.derivative(e) * tangents[parent];
        }
      }
      tangents[i] = sum;
    }
    return new Tangents(graph, tangents);
  }

  /**
   * v̇ of a node, 0 for a node that does not depend on the inputs.
   *
   * @throws IllegalArgumentException if the node belongs to another graph or was recorded later
   */
  public double of(Node node) {
    if (node.graph() != graph || !graph.existedAt(takenAt, node)) {
      throw new IllegalArgumentException(
          "Node "
              + node
              + " was not in the graph when these tangents were computed; compute them again.");
    }
    return tangents[node.index()];
  }
}
