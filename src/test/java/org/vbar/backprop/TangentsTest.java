package org.vbar.backprop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.vbar.testing.Refusals.refusal;
import static org.vbar.testing.Tolerances.ROUNDING;
import static org.vbar.testing.Tolerances.assertClose;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.testing.Fixtures;
import org.vbar.testing.RandomProgram;
import org.vbar.testing.RandomProgram.Style;

class TangentsTest {
  @Test
  void along_theInputsOfTheFixtures_equalsTheirAdjoints() {
    for (Fixtures fixture :
        List.of(
            Fixtures.chain(),
            Fixtures.diamond(),
            Fixtures.square(),
            Fixtures.fanOut(100),
            Fixtures.deepChain(1_000_001),
            Fixtures.micrograd())) {
      Adjoints adjoints = Backprop.sweep(fixture.output());
      for (Node input : fixture.inputs()) {
        assertClose(adjoints.of(input), Tangents.along(input).of(fixture.output()), ROUNDING);
      }
    }
  }

  @Test
  void along_aDirection_isLinear() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Node w = graph.variable("w", -3);
    Node y = x.times(w);

    assertEquals(5 * -3 + 7 * 2, Tangents.along(List.of(x, w), 5, 7).of(y));
    assertEquals(5, Tangents.along(List.of(x, w), 5, 7).of(x));
    assertEquals(6 * -3, Tangents.along(List.of(x, x), 5, 1).of(y));
  }

  @Test
  void along_nodesThatDoNotDepend_isZeroAlsoBesideInfiniteDerivatives() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Node root = graph.variable("z", 0).sqrt();
    Node y = x.plus(root);
    Tangents tangents = Tangents.along(x);

    assertEquals(0, tangents.of(root));
    assertEquals(1, tangents.of(y));
  }

  @Test
  void along_anInputThatIsComputed_treatsItAsALeaf() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Node a = x.square();
    Node y = a.times(x);

    assertEquals(2, Tangents.along(a).of(y));
    assertEquals(5 * 4 + 2, Tangents.along(List.of(x, a), 5, 1).of(y));
  }

  @Test
  void along_aConstant_isZeroAsItsAdjointIs() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Node c = graph.constant("c", 3);
    Node y = x.times(c);

    assertEquals(0, Tangents.along(c).of(y));
    assertEquals(0, Tangents.along(c).of(c));
    assertEquals(3, Tangents.along(List.of(c, x), 7, 1).of(y));
    assertEquals(0, Tangents.along(graph.constant(1)).of(x));
  }

  @Test
  void along_unfitDirections_isRefused() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Node foreign = new Graph().variable("f", 1);
    Graph.Mark mark = graph.mark();
    Node dropped = x.exp();
    graph.rewind(mark);

    assertEquals(
        "Expected at least one input and a direction with one component per input but got 1 inputs"
            + " and 2 components.",
        refusal(IllegalArgumentException.class, () -> Tangents.along(List.of(x), 1, 2)));
    assertThrows(IllegalArgumentException.class, () -> Tangents.along(List.of()));
    assertEquals(
        "Input f = 1.0 belongs to another graph; all inputs must come from one graph.",
        refusal(IllegalArgumentException.class, () -> Tangents.along(List.of(x, foreign), 1, 2)));
    assertThrows(IllegalStateException.class, () -> Tangents.along(dropped));
  }

  @Test
  void of_nodesTakenLaterOrElsewhere_isRefused() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Graph.Mark mark = graph.mark();
    Node y = x.exp();
    Tangents tangents = Tangents.along(x);
    Node later = x.sin();
    Node foreign = new Graph().variable("f", 1);

    assertEquals(
        "Node v2 = sin(x) = "
            + Math.sin(2)
            + " was not in the graph when these tangents were computed; compute them again.",
        refusal(IllegalArgumentException.class, () -> tangents.of(later)));
    assertThrows(IllegalArgumentException.class, () -> tangents.of(foreign));
    graph.rewind(mark);
    x.cos();
    assertThrows(IllegalArgumentException.class, () -> tangents.of(graph.node(1)));
    assertThrows(IllegalArgumentException.class, () -> tangents.of(y));
    assertEquals(1, tangents.of(x));
  }

  /** uᵀ(J v) = (Jᵀu)ᵀ v: both modes multiply the same Jacobian, in opposite order. */
  @Test
  void forwardAndReverse_onRandomPrograms_agreeByTheDotProductTest() {
    RandomProgram.forSeeds(
        1000,
        seed -> {
          RandomProgram program = RandomProgram.of(seed, Style.ALL_OPS, 4, 40);
          Fixtures drawn = program.record();
          double[] v = new Random(seed).doubles(4, -1, 1).toArray();
          double forward = Tangents.along(drawn.inputs(), v).of(drawn.output());
          Adjoints adjoints = Backprop.sweep(drawn.output());
          double reverse = 0;
          double scale = largestTerm(drawn, adjoints, v);
          for (int k = 0; k < v.length; k++) {
            reverse += v[k] * adjoints.of(drawn.inputs().get(k));
          }
          assertClose(forward, reverse, ROUNDING, scale, program::toString);
        });
  }

  /** Sums whose terms cancel are as exact as their largest term. */
  private static double largestTerm(Fixtures drawn, Adjoints adjoints, double[] v) {
    Tangents tangents = Tangents.along(drawn.inputs(), v);
    return drawn.graph().nodes().stream()
        .mapToDouble(node -> Math.abs(adjoints.of(node) * tangents.of(node)))
        .max()
        .orElse(0);
  }
}
