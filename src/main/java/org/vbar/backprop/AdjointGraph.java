package org.vbar.backprop;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.vbar.graph.Columns;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.Op;

/**
 * The reverse sweep recorded as nodes of the same graph: x̄ can be drawn, evaluated and
 * differentiated again, which gives second and higher derivatives.
 *
 * <p>Only adjoints of nodes that depend on the given inputs are recorded, only for the needed
 * edges, and a product with a local derivative of 1 or −1 is left out. Terms are added in the order
 * of {@link Backprop#sweep}; values agree with it to rounding, because local derivatives are
 * computed from nodes rather than inside an op.
 *
 * <p>Where an op's derivative is 0 everywhere, as of a comparison, no term is recorded.
 */
public final class AdjointGraph {
  private final ImmutableList<Node> inputs;
  private final ImmutableSet<Node> known;
  private final Map<Integer, Node> adjoints;
  private final Node zero;

  private AdjointGraph(List<Node> inputs, Map<Integer, Node> adjoints, Node zero) {
    this.inputs = ImmutableList.copyOf(inputs);
    this.known = ImmutableSet.copyOf(inputs);
    this.adjoints = adjoints;
    this.zero = zero;
  }

  /**
   * Records the adjoints of the inputs with respect to an output. That of a constant, which takes
   * no derivative, is 0.
   *
   * @param inputs nodes of the output's graph, usually variables
   * @throws IllegalArgumentException if an input belongs to another graph
   * @throws IllegalStateException if the output or an input was dropped by a rewind
   * @throws UnsupportedOperationException if a custom op on the way gives its derivatives as
   *     numbers only
   */
  public static AdjointGraph of(Node output, List<Node> inputs) {
    Graph graph = output.graph();
    output.value(); // refuses a dropped node
    for (Node input : inputs) {
      if (input.graph() != graph) {
        throw new IllegalArgumentException(
            "Input " + input + " belongs to another graph than the output " + output.label() + ".");
      }
    }
    BitSet wanted = dependents(graph.columns(), inputs, output.index());
    Map<Integer, Node> adjoints = new HashMap<>();
    if (wanted.get(output.index())) {
      adjoints.put(output.index(), graph.constant(1));
    }
    for (int i = output.index(); i >= 0; i--) {
      Node adjoint = adjoints.get(i);
      if (adjoint != null) {
        pushTerms(graph.node(i), adjoint, wanted, adjoints);
      }
    }
    return new AdjointGraph(inputs, adjoints, graph.constant(0));
  }

  /** The nodes up to the output that depend on an input, with the inputs themselves. */
  private static BitSet dependents(Columns columns, List<Node> inputs, int output) {
    BitSet dependents = new BitSet(output + 1);
    for (Node input : inputs) {
      if (input.op() != Op.CONSTANT) { // also refuses a dropped node
        dependents.set(input.index());
      }
    }
    for (int i = 0; i <= output; i++) {
      int end = columns.endEdge(i);
      for (int e = columns.firstEdge(i); e < end && !dependents.get(i); e++) {
        dependents.set(i, dependents.get(columns.parent(e)));
      }
    }
    return dependents;
  }

  private static void pushTerms(
      Node child, Node adjoint, BitSet wanted, Map<Integer, Node> adjoints) {
    List<Node> parents = child.parents();
    if (parents.stream().noneMatch(parent -> wanted.get(parent.index()))) {
      return; // an input that is computed itself, perhaps by an op without derivatives as nodes
    }
    IntFunction<Node> derivatives = Op.localDerivativeNodes(child);
    for (int k = parents.size() - 1; k >= 0; k--) {
      int parent = parents.get(k).index();
      if (wanted.get(parent)) {
        Node derivative = derivatives.apply(k);
        if (!isConstant(derivative, 0)) {
          adjoints.merge(parent, product(adjoint, derivative), Node::plus);
        }
      }
    }
  }

  private static Node product(Node adjoint, Node derivative) {
    if (isConstant(derivative, 1)) {
      return adjoint;
    }
    if (isConstant(adjoint, 1)) {
      return derivative;
    }
    return isConstant(derivative, -1) ? adjoint.negated() : adjoint.times(derivative);
  }

  private static boolean isConstant(Node node, double value) {
    return node.op() == Op.CONSTANT && node.value() == value;
  }

  /** The adjoint of an input as a node. */
  public Node of(Node input) {
    if (!known.contains(input)) {
      throw new IllegalArgumentException(
          input
              + " is not among the inputs that this adjoint graph was recorded for; give it to"
              + " AdjointGraph.of.");
    }
    return adjoints.getOrDefault(input.index(), zero);
  }

  /** The adjoints of the inputs as nodes, in the order of the inputs. */
  public List<Node> gradient() {
    List<Node> gradient = new ArrayList<>();
    for (Node input : inputs) {
      gradient.add(of(input));
    }
    return List.copyOf(gradient);
  }
}
