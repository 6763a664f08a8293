package org.vbar.export;

import com.google.common.graph.ImmutableNetwork;
import com.google.common.graph.NetworkBuilder;
import org.vbar.backprop.Adjoints;
import org.vbar.graph.Node;

/**
 * A computation as a Guava network, for Guava's and other people's algorithms.
 *
 * <p>Edges lead from parents to children. A node that is used twice by one child has two parallel
 * edges to it: x·x has two, which a {@code ValueGraph} would merge.
 */
public final class NodeNetwork {
  private NodeNetwork() {}

  /**
   * One argument of one node.
   *
   * @param parent the node that is used
   * @param child the node that uses it
   * @param place which argument of the child it is, from 0
   */
  public record Edge(Node parent, Node child, int place) {
    /** ∂child/∂parent for this argument. */
    public double localDerivative() {
      return child.localDerivative(place);
    }

    /** c̄ · ∂c/∂p: what this edge adds to the parent's adjoint. */
    public double contribution(Adjoints adjoints) {
      return adjoints.of(child) * localDerivative();
    }
  }

  /** A node with all its ancestors. Takes some hundred bytes per node and edge. */
  public static ImmutableNetwork<Node, Edge> of(Node output) {
    Region region = new Region(output, java.util.Optional.empty());
    ImmutableNetwork.Builder<Node, Edge> network =
        NetworkBuilder.directed().allowsParallelEdges(true).<Node, Edge>immutable();
    region.nodes().stream()
        .forEach(
            i -> {
              Node child = region.node(i);
              network.addNode(child);
              for (int e = region.firstEdge(i); e < region.endEdge(i); e++) {
                Node parent = region.node(region.parent(e));
                network.addEdge(parent, child, new Edge(parent, child, e - region.firstEdge(i)));
              }
            });
    return network.build();
  }
}
