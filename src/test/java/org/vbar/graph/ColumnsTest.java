package org.vbar.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vbar.testing.Refusals.refusal;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vbar.backprop.Backprop;
import org.vbar.testing.Recorder;

class ColumnsTest {
  private static final int CHUNK = Columns.CHUNK_SIZE;

  @Test
  void bytes_ofAMillionBinaryNodes_areAtMost48Each() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 1e-6);
    Node y = x;
    int n = 1_000_000;
    for (int i = 0; i < n; i++) {
      y = y.plus(x);
    }

    assertEquals(2 * n, graph.edgeCount());
    assertTrue(graph.columns().bytes() <= 48L * n, () -> graph.columns().bytes() + " bytes");
    assertTrue(graph.columns().bytes() >= 37L * n, () -> graph.columns().bytes() + " bytes");
  }

  /** Needs 3 GB of memory; see the profile "full". */
  @Test
  @Tag("full")
  void columns_beyond2To31Bytes_areSweptToTheFirstNode() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 1);
    Node y = x;
    int n = 60_000_000;
    for (int i = 0; i < n; i++) {
      y = i % 2 == 0 ? y.plus(x) : y.minus(x);
    }

    assertTrue(graph.columns().bytes() > 1L << 31, () -> graph.columns().bytes() + " bytes");
    assertEquals(1, y.value());
    // dy/dx = 1 + n/2 additions of x - n/2 subtractions of x
    assertEquals(1, Backprop.sweep(y).of(x));
  }

  @Test
  void bytes_ofATinyGraph_areFew() {
    Graph graph = new Graph();
    graph.variable("x", 1).exp();

    assertTrue(graph.columns().bytes() < 2000, () -> graph.columns().bytes() + " bytes");
  }

  @Test
  void columns_readByIndex_agreeWithTheNodes() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Node y = x;
    for (int i = 0; i < 3 * CHUNK; i++) {
      y = i % 3 == 0 ? x.minus(y) : i % 3 == 1 ? y.negated() : graph.sum(List.of(x, y, y));
    }
    Columns columns = graph.columns();

    assertEquals(0, columns.firstEdge(0));
    for (int i = 0; i < graph.size(); i++) {
      Node node = graph.node(i);
      assertEquals(node.value(), columns.value(i));
      assertEquals(node.op(), columns.op(i));
      List<Node> parents = node.parents();
      assertEquals(parents.size(), columns.endEdge(i) - columns.firstEdge(i));
      for (int k = 0; k < parents.size(); k++) {
        int e = columns.firstEdge(i) + k;
        assertEquals(parents.get(k).index(), columns.parent(e));
        assertEquals(node.localDerivative(k), columns.derivative(e));
        assertEquals(
            columns.parent(e), columns.parents(e >>> Columns.CHUNK_BITS)[e & Columns.CHUNK_MASK]);
        assertEquals(
            columns.derivative(e),
            columns.derivatives(e >>> Columns.CHUNK_BITS)[e & Columns.CHUNK_MASK]);
      }
      assertEquals(
          columns.endEdge(i), columns.ends(i >>> Columns.CHUNK_BITS)[i & Columns.CHUNK_MASK]);
    }
  }

  @Test
  void rewind_acrossChunks_recordsOverThemWithoutGrowing() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 1);
    for (int size : new int[] {CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 1, 63, 64, 65}) {
      while (graph.size() < size) {
        x.negated();
      }
      Graph.Mark mark = graph.mark();
      for (int repetition = 0; repetition < 3; repetition++) {
        Node y = x.square();
        for (int i = 0; i < 2 * CHUNK; i++) {
          y = y.plus(x);
        }
        assertEquals(1 + 2 * CHUNK, y.value());
        assertEquals(x, y.parents().get(1));
        long bytes = graph.columns().bytes();
        graph.rewind(mark);
        assertEquals(bytes, graph.columns().bytes());
      }
      assertEquals(-1, x.negated().value());
      graph.rewind(mark);
    }
  }

  // ---- A full graph ----

  private static String full(int nodes, int edges, int limit) {
    return "The graph is full: it holds "
        + nodes
        + " nodes and "
        + edges
        + " edges and may hold "
        + limit
        + " of each. Rewind to a mark after each sample, or split the computation over several"
        + " graphs.";
  }

  @Test
  void record_moreNodesThanTheLimit_saysWhatToDoAndStaysUsable() {
    Graph graph = new Graph(2 * CHUNK + 100); // rounds down to whole chunks
    Node x = graph.variable("x", 1);
    Graph.Mark mark = graph.mark();
    while (graph.size() < 2 * CHUNK) {
      x.negated();
    }

    for (int repetition = 0; repetition < 2; repetition++) {
      assertEquals(
          full(2 * CHUNK, 2 * CHUNK - 1, 2 * CHUNK), refusal(IllegalStateException.class, x::exp));
      assertThrows(IllegalStateException.class, () -> graph.variable("y", 1));
      assertThrows(IllegalStateException.class, () -> x.pow(3));
      assertThrows(
          IllegalStateException.class, () -> graph.apply(Recorder.A_TIMES_B_SQUARED, x, x));
      assertEquals(2 * CHUNK, graph.size());
      assertEquals(2 * CHUNK - 1, graph.edgeCount());
      assertEquals(List.of(x), graph.node(2 * CHUNK - 1).parents());
    }
    graph.rewind(mark);
    assertEquals(0, graph.edgeCount());
    Node y = x.plus(x).pow(2);
    assertEquals(4, y.value());
    assertEquals(2, y.parameter());
    assertEquals(List.of(x, x), graph.node(1).parents());
  }

  @Test
  void record_moreEdgesThanTheLimit_dropsThoseOfTheUnfinishedNode() {
    Graph graph = new Graph(CHUNK);
    Node x = graph.variable("x", 1);
    Node half = graph.sum(Collections.nCopies(CHUNK - 1, x));

    // one edge is free, so the first of two is recorded before the graph is found full
    assertEquals(
        full(2, CHUNK - 1, CHUNK), refusal(IllegalStateException.class, () -> x.plus(half)));
    assertThrows(IllegalStateException.class, () -> graph.sum(List.of(x, x, x)));
    assertEquals(2, graph.size());
    assertEquals(CHUNK - 1, graph.edgeCount());
    Node last = half.exp();
    assertEquals(List.of(half), last.parents());
    assertEquals(CHUNK, graph.edgeCount());
    Graph.Mark mark = graph.mark();
    Node leaf = graph.variable("leaf", 3);
    assertEquals(List.of(), leaf.parents());
    assertThrows(IllegalStateException.class, leaf::exp);
    graph.rewind(mark);
    assertEquals(3, graph.size());
    assertEquals(CHUNK, graph.edgeCount());
  }

  @Test
  void record_firstNodeTooWide_leavesAnEmptyGraphOfLeaves() {
    Graph graph = new Graph(CHUNK);
    Node x = graph.variable("x", 1);
    List<Node> tooMany = Collections.nCopies(CHUNK + 1, x);

    assertEquals(full(1, 0, CHUNK), refusal(IllegalStateException.class, () -> graph.sum(tooMany)));
    assertEquals(0, graph.edgeCount());
    assertEquals(List.of(x), x.exp().parents());
  }
}
