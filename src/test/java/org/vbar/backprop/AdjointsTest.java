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
