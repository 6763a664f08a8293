package org.vbar.backprop;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vbar.graph.Anomaly;
import org.vbar.graph.Columns;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;
import org.vbar.graph.Op;

/**
 * The result of a reverse sweep: v̄ = ∂output/∂v for every node v. Immutable; it stays valid for
 * the nodes that a later rewind keeps.
 */
public final class Adjoints {
  private final Node output;
  private final Graph.Mark sweptAt;
  private double @Nullable [] adjoints;

  Adjoints(Node output, double[] adjoints) {
    this.output = output;
    this.sweptAt = output.graph().mark();
    this.adjoints = adjoints;
  }

  /** Gives the memory away. */
  double[] recycle() {
    double[] memory = numbers();
    adjoints = null;
    return memory;
  }

  private double[] numbers() {
    double[] numbers = adjoints;
    if (numbers == null) {
      throw new IllegalStateException(
          "These adjoints were given to a later sweep as memory; use that sweep's result, or sweep"
              + " without recycling.");
    }
    return numbers;
  }

  /** The node that was swept from. */
  public Node output() {
    return output;
  }

  /**
   * v̄ of a node: 0 if the output does not depend on it, and 0 for a constant, which takes no
   * derivative.
   *
   * @throws IllegalArgumentException if the node belongs to another graph or was recorded after the
   *     sweep in place of a dropped one
   * @throws IllegalStateException if the node was dropped by a rewind
   */
  public double of(Node node) {
    checkGraph(node);
    if (node.op() == Op.CONSTANT) {
      return 0;
    }
    double[] numbers = numbers();
    if (node.index() > output.index()) {
      return 0;
    }
    checkExisted(node);
    return numbers[node.index()];
  }

  private void checkGraph(Node node) {
    if (node.graph() != output.graph()) {
      throw new IllegalArgumentException(
          "Node "
              + node
              + " belongs to another graph than the output "
              + output
              + "; ask the adjoints of a sweep of that graph.");
    }
  }

  private void checkExisted(Node node) {
    if (!output.graph().existedAt(sweptAt, node)) {
      throw new IllegalArgumentException(
          "Node "
              + node
              + " was recorded after the sweep, where a rewind had dropped another node; sweep"
              + " again.");
    }
  }

  /**
   * The adjoints of some nodes, usually the variables.
   *
   * @return one number per node, in the order of the list
   */
  public double[] gradient(List<Node> nodes) {
    double[] gradient = new double[nodes.size()];
    for (int k = 0; k < gradient.length; k++) {
      gradient[k] = of(nodes.get(k));
    }
    return gradient;
  }

  /**
   * Adds the adjoints of consecutive nodes to sums, as a training loop does with its parameters
   * after each sample. The same numbers as {@link #of} for each, but checked once for all.
   *
   * @param sums one number per node. Modified: v̄ of node k is added to number k.
   * @param nodes usually the variables that were recorded first
   * @throws IllegalArgumentException if the lengths differ, or as {@link #of}
   * @throws IllegalStateException if a node was dropped by a rewind
   */
  public void addTo(double[] sums, NodeArray nodes) {
    if (sums.length != nodes.size()) {
      throw new IllegalArgumentException(
          "Expected " + nodes.size() + " sums, one per node, but got " + sums.length + ".");
    }
    if (sums.length == 0) {
      return;
    }
    // A rewind drops from the end: if the last node is as it was, all are.
    Node last = nodes.get(sums.length - 1);
    checkGraph(last);
    last.value(); // refuses a dropped node
    double[] numbers = numbers();
    int first = nodes.get(0).index();
    int count = Math.min(sums.length, output.index() + 1 - first);
    if (count > 0) {
      checkExisted(nodes.get(count - 1));
    }
    Columns columns = output.graph().columns();
    for (int k = 0; k < count; k++) {
      if (columns.op(first + k) != Op.CONSTANT) {
        sums[k] += numbers[first + k];
      }
    }
  }

  /**
   * Looks for the first number that is not finite: in construction order among the values and local
   * derivatives of the nodes that the output depends on, then in sweep order among their adjoints.
   * Derivatives for constants, which take none, do not count.
   *
   * @throws IllegalStateException if the output was dropped by a rewind
   */
  public Optional<Anomaly> check() {
    Graph graph = output.graph();
    BitSet ancestors = Backprop.ancestors(graph.columns(), checkedOutput());
    Optional<Anomaly> forward =
        ancestors.stream()
            .mapToObj(graph::node)
            .map(Anomaly::of)
            .flatMap(Optional::stream)
            .findFirst();
    if (forward.isPresent()) {
      return forward;
    }
    double[] numbers = numbers();
    for (int i = output.index(); i >= 0; i--) {
      if (!Double.isFinite(numbers[i]) && graph.columns().op(i) != Op.CONSTANT) {
        return Optional.of(new Anomaly(graph.node(i), Anomaly.Kind.ADJOINT, numbers[i], -1));
      }
    }
    return Optional.empty();
  }

  private int checkedOutput() {
    output.value(); // refuses a dropped node
    return output.index();
  }

  /** For example {@code Adjoints of loss over 17 nodes}. */
  @Override
  public String toString() {
    return "Adjoints of v" + output.index() + " over " + (output.index() + 1) + " nodes";
  }
}
