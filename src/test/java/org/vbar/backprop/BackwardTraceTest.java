package org.vbar.backprop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vbar.testing.Refusals.refusal;
import static org.vbar.testing.Tolerances.assertSameBits;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.Op;
import org.vbar.testing.Fixtures;
import org.vbar.testing.RandomProgram;
import org.vbar.testing.RandomProgram.Style;

class BackwardTraceTest {
  @Test
  void trace_diamond_writesTheRuleTermByTerm() {
    Fixtures diamond = Fixtures.diamond();
    BackwardTrace trace = Backprop.trace(diamond.output());

    assertSame(diamond.output(), trace.output());
    assertEquals(
        """
        y\u0304 = 1 = 1 = 1.0
        b\u0304 = y\u0304·∂y/∂b = 1.0·9.0 = 9.0
        a\u0304 = y\u0304·∂y/∂a = 1.0·(-3.0) = -3.0
        x\u0304 = b\u0304·∂b/∂x + a\u0304·∂a/∂x = 9.0·(-1.0) + (-3.0)·6.0 = -27.0
        """,
        trace.toString());
  }

  @Test
  void trace_square_hasATermForEachEdge() {
    Fixtures square = Fixtures.square();
    SweepStep step = Backprop.trace(square.output()).step(square.x()).orElseThrow();

    assertEquals(
        List.of(
            new SweepStep.Contribution(square.output(), 1, 1, -3, -3),
            new SweepStep.Contribution(square.output(), 0, 1, -3, -6)),
        step.contributions());
    assertEquals(-6, step.adjoint());
    assertEquals(-3, step.contributions().get(0).product());
  }

  @Test
  void rule_ofALongLabel_usesAWordForTheBar() {
    Graph graph = new Graph();
    Node weight = graph.matrix("W", 1, 2, new double[] {1, 2}).at(0, 1);
    Node y = weight.negated();
    SweepStep step = Backprop.trace(y).step(weight).orElseThrow();

    assertEquals("bar(v2)·∂v2/∂W[0,1]", step.rule());
    assertEquals("1.0·(-1.0)", step.numbers());
    assertEquals("bar(W[0,1])", SweepStep.bar(weight));
    assertEquals("\uD835\uDC65\u0304", SweepStep.bar(graph.variable("\uD835\uDC65", 1)));
  }

  @Test
  void steps_ofConstantsAndStrangers_areMissing() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Node c = graph.constant("c", 3);
    Node beside = x.exp();
    Node y = x.times(c);
    Node later = y.exp();
    BackwardTrace trace = Backprop.trace(y);

    assertEquals(List.of(y, x), trace.steps().stream().map(SweepStep::node).toList());
    assertEquals(Optional.empty(), trace.step(c));
    assertEquals(Optional.empty(), trace.step(beside));
    assertEquals(Optional.empty(), trace.step(later));
    assertEquals(0, trace.of(c));
    assertEquals(0, trace.of(beside));
    assertEquals(0, trace.of(later));
    assertEquals(List.of(), Backprop.trace(c).steps());
    assertEquals("1", Backprop.trace(x).steps().get(0).rule());
  }

  @Test
  void steps_ofRandomPrograms_haveChildrenFirstAndSumUp() {
    RandomProgram.forSeeds(
        200,
        seed -> {
          Fixtures drawn = RandomProgram.of(seed, Style.ALL_OPS, 3, 40).record();
          Set<Node> done = new HashSet<>();
          for (SweepStep step : Backprop.trace(drawn.output()).steps()) {
            double sum = step.node().equals(drawn.output()) ? 1 : 0;
            for (SweepStep.Contribution term : step.contributions()) {
              assertTrue(done.contains(term.child()), "children come first");
              assertEquals(step.node(), term.child().parents().get(term.place()));
              assertEquals(term.child().localDerivative(term.place()), term.localDerivative());
              sum += term.product();
              assertSameBits(sum, term.sumSoFar(), step::toString);
            }
            assertSameBits(sum, step.adjoint(), step::toString);
            assertTrue(step.node().op() != Op.CONSTANT);
            done.add(step.node());
          }
        });
  }

  @Test
  void of_nodesThatAdjointsRefuse_isRefusedAlike() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Graph.Mark mark = graph.mark();
    Node a = x.exp();
    Node y = a.sin();
    BackwardTrace trace = Backprop.trace(y);
    Adjoints adjoints = Backprop.sweep(y);
    Node foreign = new Graph().variable("f", 1);

    assertEquals(
        refusal(IllegalArgumentException.class, () -> adjoints.of(foreign)),
        refusal(IllegalArgumentException.class, () -> trace.of(foreign)));
    graph.rewind(mark);
    Node again = x.cos();
    assertEquals(
        refusal(IllegalArgumentException.class, () -> adjoints.of(again)),
        refusal(IllegalArgumentException.class, () -> trace.of(again)));
    assertEquals(
        refusal(IllegalStateException.class, () -> adjoints.of(a)),
        refusal(IllegalStateException.class, () -> trace.of(a)));
    assertEquals(Optional.empty(), trace.step(again));
    assertEquals(adjoints.of(x), trace.of(x));
  }
}
