package org.vbar.export;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.vbar.backprop.Adjoints;
import org.vbar.graph.Columns;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.Op;

/**
 * A node with all its ancestors, their v̄ and the path of largest contribution: the facts that a
 * picture shows. Read from the graph's columns without recursion.
 *
 * <p>The <b>path of largest contribution</b> starts at the start node. At every node c it follows
 * the edge to the parent p with the largest |c̄ · ∂c/∂p|, the earlier argument if several are
 * equal. It ends at a leaf, or where no edge carries a contribution other than 0 or NaN. Constants
 * take no derivative, so edges to them carry none.
 */
final class Region {
  private final Graph graph;
  private final Columns columns;
  private final Optional<Adjoints> adjoints;
  private final int start;
  private final BitSet nodes;
  private final List<Node> path = new ArrayList<>();
  private final BitSet pathEdges = new BitSet();

  Region(Node start, Optional<Adjoints> adjoints) {
    this.graph = start.graph();
    this.columns = graph.columns();
    this.adjoints = adjoints;
    start.value(); // refuses a dropped node
    this.start = start.index();
    this.nodes = ancestors();
    adjoints.ifPresent(this::followLargestContributions);
  }

  private BitSet ancestors() {
    BitSet ancestors = new BitSet(start + 1);
    ancestors.set(start);
    for (int i = start; i >= 0; i = i == 0 ? -1 : ancestors.previousSetBit(i - 1)) {
      for (int e = firstEdge(i); e < endEdge(i); e++) {
        ancestors.set(parent(e));
      }
    }
    return ancestors;
  }

  private void followLargestContributions(Adjoints given) {
    int child = start;
    path.add(graph.node(child));
    while (true) {
      double adjoint = given.of(graph.node(child));
      int best = -1;
      double largest = 0;
      for (int e = firstEdge(child); e < endEdge(child); e++) {
        double size = Math.abs(contribution(adjoint, e));
        if (size > largest) {
          largest = size;
          best = e;
        }
      }
      if (best < 0) {
        return;
      }
      pathEdges.set(best);
      child = parent(best);
      path.add(graph.node(child));
    }
  }

  /** c̄ · ∂c/∂p for an edge with a known c̄. */
  private double contribution(double childAdjoint, int edge) {
    return columns.op(parent(edge)) == Op.CONSTANT ? 0 : childAdjoint * derivative(edge);
  }

  /** c̄ · ∂c/∂p; 0 for a constant p and without adjoints. */
  double contribution(int child, int edge) {
    return adjoints.map(a -> contribution(a.of(graph.node(child)), edge)).orElse(0.0);
  }

  Node node(int i) {
    return graph.node(i);
  }

  int start() {
    return start;
  }

  /** The indices of the start and its ancestors. */
  BitSet nodes() {
    return nodes;
  }

  Optional<Adjoints> adjoints() {
    return adjoints;
  }

  /** From the start to where the path of largest contribution ends; empty without adjoints. */
  List<Node> path() {
    return path;
  }

  /** Whether the path of largest contribution follows an edge. */
  boolean isOnPath(int edge) {
    return pathEdges.get(edge);
  }

  int firstEdge(int i) {
    return columns.firstEdge(i);
  }

  int endEdge(int i) {
    return columns.endEdge(i);
  }

  int parent(int edge) {
    return columns.parent(edge);
  }

  double derivative(int edge) {
    return columns.derivative(edge);
  }
}
