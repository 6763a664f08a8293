package org.vbar.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vbar.testing.Refusals.refusal;

import com.google.common.collect.Lists;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SumOfProductsTest {
  private static final int CHUNK = Columns.CHUNK_SIZE;

  @Test
  void sumOfProducts_ofAnyLength_recordsTheNodesOfTheLoop() {
    for (int n : new int[] {1, 2, 3, 31, 100, CHUNK / 4, CHUNK, 3 * CHUNK + 1}) {
      for (int before = 0; before < 4; before++) {
        Graph fast = withLeaves(n, before);
        Graph slow = withLeaves(n, before);

        fast.sumOfProducts(left(fast, n), right(fast, n)).exp();
        loop(left(slow, n), right(slow, n)).exp();

        assertSameColumns(slow, fast);
      }
    }
  }

  @Test
  void sumOfProducts_ofScatteredAndRepeatedNodes_recordsTheNodesOfTheLoop() {
    Graph fast = withLeaves(50, 1);
    Graph slow = withLeaves(50, 1);

    for (Graph graph : List.of(fast, slow)) {
      List<Node> scattered = new ArrayList<>(Lists.reverse(left(graph, 50)));
      scattered.set(7, scattered.get(8));
      List<Node> same = Collections.nCopies(50, graph.node(3));
      if (graph == fast) {
        graph.sumOfProducts(scattered, same);
        graph.sumOfProducts(same, right(graph, 50));
      } else {
        loop(scattered, same);
        loop(same, right(graph, 50));
      }
    }

    assertSameColumns(slow, fast);
  }

  @Test
  void sumOfProducts_afterARewind_recordsOverTheDroppedNodes() {
    Graph graph = withLeaves(9, 0);
    NodeArray a = left(graph, 9);
    NodeArray b = right(graph, 9);
    Graph.Mark mark = graph.mark();
    double value = graph.sumOfProducts(a, b).value();
    int size = graph.size();

    graph.rewind(mark);

    assertEquals(value, graph.sumOfProducts(a, b).value());
    assertEquals(size, graph.size());
  }

  @Test
  void sumOfProducts_ofAListThatRecordsWhenAsked_usesWhatItRecorded() {
    Graph graph = withLeaves(3, 0);
    NodeArray b = right(graph, 3);
    List<Node> lazy = Lists.transform(left(graph, 3), Node::square);

    Node sum = graph.sumOfProducts(lazy, b);

    double expected = 0;
    for (int k = 0; k < 3; k++) {
      double x = graph.node(k).value();
      expected += x * x * b.get(k).value();
    }
    assertEquals(expected, sum.value());
  }

  @Test
  void sumOfProducts_withRecordingSites_knowsTheSiteOfEveryNode() {
    Graph graph = new Graph(Graph.Option.RECORDING_SITES);
    NodeArray a = graph.variables("a", 1, 2, 3);

    graph.sumOfProducts(a, a);

    for (int i = a.size(); i < graph.size(); i++) {
      assertEquals(
          "sumOfProducts_withRecordingSites_knowsTheSiteOfEveryNode",
          graph.recordingSite(graph.node(i)).orElseThrow().getMethodName());
    }
    assertEquals(3 + 5, graph.size());
  }

  @Test
  void sumOfProducts_misused_saysWhatToDoAndRecordsNothing() {
    Graph graph = withLeaves(3, 0);
    NodeArray a = left(graph, 3);
    Graph.Mark mark = graph.mark();
    NodeArray dropped = graph.variables("d", 1, 2, 3);
    graph.rewind(mark);
    Graph other = withLeaves(3, 0);
    int size = graph.size();

    assertEquals(
        "Expected two lists of the same length for sumOfProducts but got 3 and 2 nodes: each factor"
            + " needs its partner.",
        refusal(IllegalArgumentException.class, () -> graph.sumOfProducts(a, a.subList(0, 2))));
    assertEquals(
        "sumOfProducts needs at least one pair of nodes but got none.",
        refusal(IllegalArgumentException.class, () -> graph.sumOfProducts(List.of(), List.of())));
    assertTrue(
        refusal(IllegalArgumentException.class, () -> graph.sumOfProducts(a, left(other, 3)))
            .contains("belongs to another graph"));
    assertTrue(
        refusal(
                IllegalArgumentException.class,
                () -> graph.sumOfProducts(new ArrayList<>(left(other, 3)), a))
            .contains("belongs to another graph"));
    assertTrue(
        refusal(IllegalStateException.class, () -> graph.sumOfProducts(a, dropped))
            .contains("was dropped by a rewind"));
    assertThrows(NullPointerException.class, () -> graph.sumOfProducts(a, withNull(a)));
    assertEquals(size, graph.size());
  }

  @Test
  void sumOfProducts_inAFullGraph_saysSoAndKeepsWhatWasRecorded() {
    Graph graph = new Graph(2 * CHUNK);
    NodeArray a = graph.variables("a", new double[CHUNK]);

    assertTrue(
        refusal(IllegalStateException.class, () -> graph.sumOfProducts(a, a))
            .contains("The graph is full"));
    Node last = graph.node(graph.size() - 1);
    assertEquals(2, last.parents().size());
  }

  /** Leaves a[0], b[0], … and a few nodes more, so that the sum starts at another place. */
  private static Graph withLeaves(int n, int before) {
    Graph graph = new Graph();
    SplittableRandom random = new SplittableRandom(n);
    graph.variables("a", random.doubles(n).toArray());
    graph.variables("b", random.doubles(n).toArray());
    for (int k = 0; k < before; k++) {
      graph.node(0).negated();
    }
    return graph;
  }

  private static List<Node> withNull(List<Node> nodes) {
    List<Node> list = new ArrayList<>(nodes);
    list.set(1, Collections.<Node>singletonList(null).get(0));
    return list;
  }

  private static NodeArray left(Graph graph, int n) {
    return graph.nodes().subList(0, n);
  }

  private static NodeArray right(Graph graph, int n) {
    return graph.nodes().subList(n, 2 * n);
  }

  private static Node loop(List<Node> a, List<Node> b) {
    Node sum = a.get(0).times(b.get(0));
    for (int k = 1; k < a.size(); k++) {
      sum = sum.plus(a.get(k).times(b.get(k)));
    }
    return sum;
  }

  private static void assertSameColumns(Graph expected, Graph actual) {
    Columns e = expected.columns();
    Columns a = actual.columns();
    assertEquals(e.nodeCount(), a.nodeCount());
    assertEquals(e.edgeCount(), a.edgeCount());
    for (int i = 0; i < e.nodeCount(); i++) {
      assertEquals(e.value(i), a.value(i));
      assertEquals(e.op(i), a.op(i));
      assertEquals(e.endEdge(i), a.endEdge(i));
    }
    for (int k = 0; k < e.edgeCount(); k++) {
      assertEquals(e.parent(k), a.parent(k));
      assertEquals(e.derivative(k), a.derivative(k));
    }
  }
}
