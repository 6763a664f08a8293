package org.vbar.graph;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vbar.testing.Refusals.refusal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.vbar.testing.RandomProgram;
import org.vbar.testing.Recorder;

class MarkTest {
  private final Graph graph = new Graph();
  private final Node x = graph.variable("x", 2);
  private final Node w = graph.variable("w", -3);

  private static String dropped(int index) {
    return "Node v"
        + index
        + " was dropped by a rewind and cannot be used any more; record it again, or record it"
        + " before the mark.";
  }

  @Test
  void rewind_toAMark_dropsWhatCameAfter() {
    Node kept = x.times(w).named("kept");
    Graph.Mark mark = graph.mark();
    Node y = kept.exp().named("y");
    y.sin();

    graph.rewind(mark);

    assertEquals(3, graph.size());
    assertEquals(2, graph.edgeCount());
    assertEquals(-6, kept.value());
    assertEquals("kept", kept.label());
    assertEquals(List.of(), kept.children());
    assertEquals("v3 (dropped by a rewind)", y.toString());
  }

  @Test
  void droppedNode_inEveryUse_isRefused() {
    Graph.Mark mark = graph.mark();
    Node y = x.lessThan(w);
    NodeArray array = graph.variables("v", 1, 2);
    graph.rewind(mark);
    String message = dropped(2);

    List<Executable> uses =
        List.of(
            y::value,
            y::op,
            y::parameter,
            y::parents,
            y::children,
            y::localDerivatives,
            () -> y.localDerivative(0),
            () -> y.named("again"),
            y::name,
            y::label,
            y::group,
            y::formula,
            y::latex,
            y::customOp,
            y::isTrue,
            y::exp,
            () -> y.pow(2),
            () -> y.plus(x),
            () -> x.plus(y),
            () -> y.plus(1),
            () -> graph.sum(List.of(x, y)),
            () -> graph.recordingSite(y),
            () -> Node.where(x, y, x));
    for (int repetition = 0; repetition < 2; repetition++) {
      for (Executable use : uses) {
        assertEquals(message, refusal(IllegalStateException.class, use));
      }
      assertEquals(dropped(3), refusal(IllegalStateException.class, () -> array.get(0).value()));
      assertThrows(IllegalStateException.class, array::values);
      assertEquals("v2 (dropped by a rewind)", y.toString());
      // the second time with other nodes at the same places
      if (repetition == 0) {
        assertEquals(2, graph.size());
        assertNotEquals(y, x.exp());
        graph.variables("u", 3, 4);
      }
    }
    assertEquals(5, graph.size());
    assertEquals(1, graph.edgeCount());
    assertTrue(graph.guards().isEmpty());
  }

  @Test
  void rewind_manyTimes_keepsTheParameters() {
    NodeArray parameters = graph.variables("p", 1, 2, 3);
    Node kept = parameters.get(1).square();
    Graph.Mark mark = graph.mark();
    for (int sample = 0; sample < 100_000; sample++) {
      Node y = x.plus(sample).times(parameters.get(2));
      assertTrue(y.greaterThan(w).isTrue());
      graph.rewind(mark);
    }

    assertEquals(4, kept.value());
    assertEquals(3, parameters.get(2).value());
    assertEquals(2, x.value());
    assertEquals(List.of(parameters.get(1)), kept.parents());
    assertEquals(x, graph.node(0));
    assertEquals(6, graph.size());
    assertEquals(List.of(), graph.guards());
    assertTrue(graph.columns().bytes() < 10_000, "the memory of one sample is used again");
  }

  @Test
  void nodeArray_overRewinds_keepsWhatTheyKeep() {
    NodeArray kept = graph.variables("p", 1, 2, 3);
    Graph.Mark mark = graph.mark();
    NodeArray part = kept.subList(1, 3);
    NodeArray all = graph.nodes();
    for (int sample = 0; sample < 3; sample++) {
      NodeArray lost = graph.variables("q", 4, 5);
      NodeArray both = graph.nodes();
      graph.rewind(mark);
      assertEquals(List.of(1.0, 2.0, 3.0), kept.stream().map(Node::value).toList());
      assertEquals(3, part.get(1).value());
      assertEquals(kept.subList(1, 3), part);
      assertEquals(5, all.size());
      assertEquals(dropped(5), refusal(IllegalStateException.class, () -> lost.get(0).value()));
      assertEquals(3, both.get(4).value());
      assertThrows(IllegalStateException.class, () -> both.get(5).value());
      graph.variables("r", 6, 7);
      assertThrows(IllegalStateException.class, () -> lost.get(0).value());
      assertThrows(IllegalStateException.class, () -> both.get(6).value());
      assertThrows(IllegalStateException.class, () -> lost.subList(1, 2).get(0).value());
      assertEquals(3, both.get(4).value());
      graph.rewind(mark);
    }
    assertThrows(IndexOutOfBoundsException.class, () -> kept.subList(1, 4));
  }

  @Test
  void rewind_toNestedMarks_dropsFromTheInside() {
    Graph.Mark outer = graph.mark();
    Node a = x.exp();
    Graph.Mark inner = graph.mark();
    Node b = a.sin();
    graph.rewind(inner);
    Node c = a.cos();

    assertEquals(a, c.parents().get(0));
    assertEquals(dropped(3), refusal(IllegalStateException.class, b::value));
    graph.rewind(inner);
    graph.rewind(outer);
    assertEquals(2, graph.size());
    assertEquals(dropped(2), refusal(IllegalStateException.class, a::value));
    assertEquals(
        "The mark at node 3 was itself dropped by a rewind to an earlier one; take a new mark.",
        refusal(IllegalStateException.class, () -> graph.rewind(inner)));
    x.exp();
    assertThrows(IllegalStateException.class, () -> graph.rewind(inner));
    graph.rewind(outer);
    assertEquals(2, graph.size());
  }

  @Test
  void rewind_toAMarkOfAnotherGraph_isRefused() {
    Graph.Mark foreign = new Graph().mark();

    assertEquals(
        "The mark belongs to another graph; rewind that graph, or take a mark of this one.",
        refusal(IllegalArgumentException.class, () -> graph.rewind(foreign)));
    assertEquals(2, graph.size());
  }

  @Test
  void rewind_toTheEmptyGraph_startsAnew() {
    Graph empty = new Graph();
    Graph.Mark start = empty.mark();
    Node y = empty.variable("y", 1).exp();
    empty.rewind(start);

    assertEquals(0, empty.size());
    assertEquals(0, empty.edgeCount());
    assertEquals(0, empty.variable(5).index());
    assertThrows(IllegalStateException.class, y::value);
    assertEquals("v0", empty.node(0).label());
  }

  @Test
  void rewind_withNamesParametersAndCustomOps_forgetsThem() {
    Graph.Mark mark = graph.mark();
    x.pow(3).named("cube");
    graph.apply(Recorder.A_TIMES_B_SQUARED, x, w).named("custom");
    graph.variables("v", 1, 2).get(0).named("first");
    graph.rewind(mark);

    Node power = x.pow(5);
    Node custom = graph.apply(Recorder.A_TIMES_B_SQUARED, w, x);
    Node plain = x.exp();
    x.sin();

    assertEquals(5, power.parameter());
    assertEquals(Optional.empty(), power.name());
    assertEquals(Optional.empty(), custom.name());
    assertSame(Recorder.A_TIMES_B_SQUARED, custom.customOp());
    assertEquals("v4", plain.label());
    assertEquals("v5", graph.node(5).label());
    graph.rewind(mark);
    x.exp();
    Node now = x.exp();
    assertThrows(IllegalStateException.class, now::customOp);
    assertEquals(Double.NaN, now.parameter());
  }

  @Test
  void rewind_afterGuards_dropsThoseAskedAfterTheMark() {
    Node old = x.greaterThan(w);
    assertTrue(old.isTrue());
    Graph.Mark mark = graph.mark();
    assertTrue(old.isTrue());
    assertFalse(x.lessThan(w).isTrue());
    graph.rewind(mark);

    assertEquals(List.of(new Guard(old, true)), graph.guards());
  }

  @Test
  void rewind_insideAGroup_keepsTheGroupOpen() {
    Graph.Mark before = graph.mark();
    graph.inGroup(
        "layer",
        () -> {
          x.exp();
          Graph.Mark inside = graph.mark();
          x.sin();
          graph.rewind(inside);
          assertEquals("layer", x.cos().group().orElseThrow().path());
          graph.rewind(before);
          assertEquals("layer", x.cos().group().orElseThrow().path());
        });

    assertEquals("layer", graph.node(2).group().orElseThrow().path());
    assertEquals(Optional.empty(), x.sin().group());
  }

  @Test
  void rewind_intoAGroupThatIsClosed_leavesItClosed() {
    List<Graph.Mark> marks = new ArrayList<>();
    graph.inGroup(
        "layer",
        () -> {
          x.exp();
          marks.add(graph.mark());
          x.sin();
        });
    graph.rewind(marks.get(0));

    assertEquals("layer", graph.node(2).group().orElseThrow().path());
    assertEquals(Optional.empty(), x.cos().group());
  }

  @Test
  void inGroup_thatThrowsAfterARewind_closesTheGroup() {
    Graph.Mark mark = graph.mark();
    assertThrows(
        IllegalStateException.class,
        () ->
            graph.inGroup(
                "layer",
                () -> {
                  x.exp();
                  graph.rewind(mark);
                  throw new IllegalStateException();
                }));

    assertEquals(Optional.empty(), x.sin().group());
  }

  @Test
  void existedAt_keptNewAndDroppedNodes_tellsThemApart() {
    Graph.Mark start = graph.mark();
    Node a = x.exp();
    Graph.Mark mark = graph.mark();
    Node later = x.sin();

    assertTrue(graph.existedAt(mark, x));
    assertTrue(graph.existedAt(mark, a));
    assertFalse(graph.existedAt(mark, later));
    assertFalse(graph.existedAt(mark, new Graph().variable(1)));
    graph.rewind(start);
    assertFalse(graph.existedAt(mark, a));
    Node again = x.exp();
    assertEquals(a.index(), again.index());
    assertFalse(graph.existedAt(mark, again));
    assertTrue(graph.existedAt(mark, x));
    assertTrue(graph.existedAt(graph.mark(), again));
  }

  /**
   * Every place remembers the number of the recording that made it; a view is good as long as its
   * place still holds the same one. That is what {@link Rewinds} must tell without the numbers.
   */
  @Test
  void liveness_underRandomRewinds_equalsThatOfNumberedRecordings() {
    RandomProgram.forSeeds(
        300,
        seed -> {
          Random random = new Random(seed);
          Graph model = new Graph();
          List<Integer> births = new ArrayList<>();
          List<Node> views = new ArrayList<>();
          List<Integer> viewBirths = new ArrayList<>();
          List<Graph.Mark> marks = new ArrayList<>();
          List<List<Integer>> markBirths = new ArrayList<>();
          int born = 0;
          for (int step = 0; step < 200; step++) {
            switch (random.nextInt(4)) {
              case 0, 1 -> {
                Node node = model.variable(born);
                births.add(born++);
                views.add(node);
                viewBirths.add(births.get(node.index()));
              }
              case 2 -> {
                if (model.size() > 0) {
                  Node view = model.node(random.nextInt(model.size()));
                  views.add(view);
                  viewBirths.add(births.get(view.index()));
                }
                marks.add(model.mark());
                markBirths.add(List.copyOf(births));
              }
              default -> {
                if (!marks.isEmpty()) {
                  int m = random.nextInt(marks.size());
                  List<Integer> then = markBirths.get(m);
                  boolean good =
                      then.size() <= births.size() && births.subList(0, then.size()).equals(then);
                  if (good) {
                    assertDoesNotThrow(() -> model.rewind(marks.get(m)));
                    births.subList(then.size(), births.size()).clear();
                  } else {
                    assertThrows(IllegalStateException.class, () -> model.rewind(marks.get(m)));
                  }
                }
              }
            }
            assertEquals(births.size(), model.size());
            for (int v = 0; v < views.size(); v++) {
              Node view = views.get(v);
              boolean live =
                  view.index() < births.size()
                      && births.get(view.index()).equals(viewBirths.get(v));
              assertEquals(live, model.isLive(view));
              if (live) {
                assertEquals((double) births.get(view.index()), view.value());
                assertEquals(view, model.node(view.index()));
              }
            }
            if (!marks.isEmpty() && !views.isEmpty()) {
              int m = random.nextInt(marks.size());
              int v = random.nextInt(views.size());
              int i = views.get(v).index();
              boolean existed =
                  model.isLive(views.get(v))
                      && i < markBirths.get(m).size()
                      && markBirths.get(m).get(i).equals(viewBirths.get(v));
              assertEquals(existed, model.existedAt(marks.get(m), views.get(v)));
            }
          }
        });
  }
}
