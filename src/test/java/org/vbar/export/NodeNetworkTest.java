package org.vbar.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.graph.Graphs;
import com.google.common.graph.ImmutableNetwork;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.vbar.backprop.Adjoints;
import org.vbar.backprop.Backprop;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;

class NodeNetworkTest {
  @Test
  void of_sameNodeTwice_hasTwoParallelEdges() {
    Adjoints adjoints = PictureFixtures.square();
    Node y = adjoints.output();
    Node x = y.parents().get(0);
    ImmutableNetwork<Node, NodeNetwork.Edge> network = NodeNetwork.of(y);
    Set<NodeNetwork.Edge> edges = network.edgesConnecting(x, y);
    assertEquals(Set.of(new NodeNetwork.Edge(x, y, 0), new NodeNetwork.Edge(x, y, 1)), edges);
    double sum = edges.stream().mapToDouble(edge -> edge.contribution(adjoints)).sum();
    assertEquals(adjoints.of(x), sum);
  }

  @Test
  void of_node_holdsItAndItsAncestorsOnly() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 1);
    Node y = x.exp();
    Node other = x.log();
    ImmutableNetwork<Node, NodeNetwork.Edge> network = NodeNetwork.of(y);
    assertEquals(Set.of(x, y), network.nodes());
    assertFalse(network.nodes().contains(other));
    assertEquals(Set.of(y), network.successors(x));
  }

  @Test
  void of_deepChain_isNoProblem() {
    Adjoints adjoints = PictureFixtures.chain(100_000);
    ImmutableNetwork<Node, NodeNetwork.Edge> network = NodeNetwork.of(adjoints.output());
    assertEquals(100_001, network.nodes().size());
    assertEquals(100_000, network.edges().size());
  }

  @Test
  void of_fixtures_matchGraphs() {
    for (Adjoints adjoints :
        new Adjoints[] {PictureFixtures.classifier(), PictureFixtures.micrograd()}) {
      ImmutableNetwork<Node, NodeNetwork.Edge> network = NodeNetwork.of(adjoints.output());
      assertFalse(Graphs.hasCycle(network));
      for (Node node : network.nodes()) {
        double sum =
            network.outEdges(node).stream().mapToDouble(e -> e.contribution(adjoints)).sum();
        boolean takes = !node.equals(adjoints.output()) && adjoints.of(node) != 0;
        assertTrue(!takes || Math.abs(sum - adjoints.of(node)) <= 1e-12 * Math.abs(sum));
      }
    }
    assertEquals(
        1, NodeNetwork.of(Backprop.sweep(new Graph().variable(1)).output()).nodes().size());
  }
}
