package org.vbar.backprop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.vbar.testing.Refusals.refusal;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;

class AdjointsTest {
  private final Graph graph = new Graph();
  private final Node x = graph.variable("x", 2);
  private final Node w = graph.variable("w", -3);

  @Test
  void gradient_ofAList_isInItsOrder() {
    Node y = x.times(w).named("y");
    Adjoints adjoints = Backprop.sweep(y);

    assertArrayEquals(new double[] {-3, 2, -3}, adjoints.gradient(List.of(x, w, x)));
    assertArrayEquals(new double[] {}, adjoints.gradient(List.of()));
    assertSame(y, adjoints.output());
    assertEquals("Adjoints of v2 over 3 nodes", adjoints.toString());
  }

  @Test
  void addTo_consecutiveNodes_addsWhatOfGives() {
    Node c = graph.constant(7);
    Node y = x.times(w).plus(c.times(x)).sin();
    x.exp(); // recorded after the output, which does not depend on it
    Adjoints adjoints = Backprop.sweep(y);
    NodeArray nodes = graph.nodes();
    double[] sums = new double[nodes.size()];
    double[] expected = new double[nodes.size()];
    for (int k = 0; k < sums.length; k++) {
      sums[k] = k + 1;
      expected[k] = k + 1 + adjoints.of(nodes.get(k));
    }
    adjoints.addTo(sums, nodes);

    assertArrayEquals(expected, sums);
    assertEquals(c.index() + 1.0, sums[c.index()]);
  }

  @Test
  void addTo_theWrongNodes_isRefused() {
    Graph.Mark mark = graph.mark();
    Node y = x.times(w);
    NodeArray all = graph.nodes();
    Adjoints adjoints = Backprop.sweep(y);
    assertEquals(
        "Expected 3 sums, one per node, but got 2.",
        refusal(IllegalArgumentException.class, () -> adjoints.addTo(new double[2], all)));
    NodeArray foreign = new Graph().variables("f", new double[3]);
    assertThrows(IllegalArgumentException.class, () -> adjoints.addTo(new double[3], foreign));
    graph.rewind(mark);
    assertThrows(IllegalStateException.class, () -> adjoints.addTo(new double[3], all));
    x.exp();
    x.sin(); // the last node is later than the output, the one before it in the output's place
    NodeArray replaced = graph.nodes();
    assertThrows(IllegalArgumentException.class, () -> adjoints.addTo(new double[4], replaced));
  }

  @Test
  void of_aNodeOfAnotherGraph_saysSo() {
    Adjoints adjoints = Backprop.sweep(x.times(w).named("loss"));
    Node foreign = new Graph().variable("f", 1);

    assertEquals(
        "Node f = 1.0 belongs to another graph than the output loss = x·w = -6.0; ask the adjoints"
            + " of a sweep of that graph.",
        refusal(IllegalArgumentException.class, () -> adjoints.of(foreign)));
  }

  @Test
  void of_nodesAfterARewind_knowsKeptDroppedAndNewOnes() {
    Node kept = x.times(w);
    Graph.Mark mark = graph.mark();
    Node a = kept.exp();
    Node y = a.sin();
    Adjoints adjoints = Backprop.sweep(y);
    double before = adjoints.of(kept);
    graph.rewind(mark);

    assertEquals(before, adjoints.of(kept));
    assertEquals(before * -3, adjoints.of(x));
    assertEquals(before, adjoints.of(graph.node(kept.index())));
    assertEquals(
        "Node v3 was dropped by a rewind and cannot be used any more; record it again, or record it"
            + " before the mark.",
        refusal(IllegalStateException.class, () -> adjoints.of(a)));
    Node again = kept.named("k").cos();
    assertEquals(
        "Node v3 = cos(k) = "
            + Math.cos(-6)
            + " was recorded after the sweep, where a rewind had dropped another node; sweep"
            + " again.",
        refusal(IllegalArgumentException.class, () -> adjoints.of(again)));
    assertThrows(IllegalArgumentException.class, () -> adjoints.gradient(List.of(x, w, again)));
    Node foreign = new Graph().variable("f", 1);
    assertEquals(
        "Node f = 1.0 belongs to another graph than the output v4 (dropped by a rewind); ask the"
            + " adjoints of a sweep of that graph.",
        refusal(IllegalArgumentException.class, () -> adjoints.of(foreign)));
    assertEquals("Adjoints of v4 over 5 nodes", adjoints.toString());
    assertThrows(IllegalStateException.class, adjoints::check);
  }

  @Test
  void of_nodesAfterARewindBehindThem_isRefused() {
    Graph.Mark empty = new Graph().mark();
    assertThrows(IllegalArgumentException.class, () -> graph.rewind(empty));
    Graph other = new Graph();
    Graph.Mark start = other.mark();
    Node p = other.variable("p", 1);
    Adjoints adjoints = Backprop.sweep(p.exp());
    other.rewind(start);
    Node again = other.variable("p", 1);

    assertThrows(IllegalArgumentException.class, () -> adjoints.of(again));
    assertThrows(IllegalStateException.class, () -> adjoints.of(p));
  }

  @Test
  void of_aNodeRecordedAfterTheSweep_isZero() {
    Adjoints adjoints = Backprop.sweep(x.exp());
    Node later = x.sin();

    assertEquals(0, adjoints.of(later));
  }

  @Test
  void of_afterManyRewindsAndSweeps_staysGood() {
    Graph.Mark mark = graph.mark();
    Adjoints first = Backprop.sweep(x.times(w));
    for (int sample = 0; sample < 1000; sample++) {
      graph.rewind(mark);
      Node y = x.times(w).times(sample);
      assertEquals(-3.0 * sample + 0.0, Backprop.sweep(y).of(x));
    }

    assertEquals(-3, first.of(x));
    assertEquals(2, first.of(w));
  }
}
