package org.vbar.backprop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vbar.testing.Refusals.refusal;
import static org.vbar.testing.Tolerances.FINITE_DIFFERENCE;
import static org.vbar.testing.Tolerances.STEP;
import static org.vbar.testing.Tolerances.assertClose;
import static org.vbar.testing.Tolerances.assertSameBits;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vbar.graph.Columns;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.Op;
import org.vbar.testing.Fixtures;
import org.vbar.testing.RandomProgram;
import org.vbar.testing.RandomProgram.Style;
import org.vbar.testing.Recorder;

class BackpropTest {
  private static double adjointOfX(Fixtures fixture) {
    return Backprop.sweep(fixture.output()).of(fixture.x());
  }

  // ---- The fixtures ----

  @Test
  void sweep_chain_multipliesLocalDerivatives() {
    double e = Math.exp(0.5);

    assertClose(2 * Math.sin(e) * Math.cos(e) * e, adjointOfX(Fixtures.chain()), 1e-15);
  }

  @Test
  void sweep_diamond_sumsBothPaths() {
    Fixtures diamond = Fixtures.diamond();
    Adjoints adjoints = Backprop.sweep(diamond.output());

    assertEquals(-27, adjoints.of(diamond.x()));
    assertEquals(-3, adjoints.of(diamond.graph().node(1)));
    assertEquals(9, adjoints.of(diamond.graph().node(2)));
    assertEquals(1, adjoints.of(diamond.output()));
  }

  @Test
  void sweep_square_countsBothEdges() {
    assertEquals(-6, adjointOfX(Fixtures.square()));
  }

  @Test
  void sweep_fanOut_sumsAllChildren() {
    assertEquals(5050, adjointOfX(Fixtures.fanOut(100)));
    assertEquals(50_000 * 50_001.0 / 2, adjointOfX(Fixtures.fanOut(50_000)));
  }

  @Test
  void sweep_deepChainOfTenMillion_needsNoStack() {
    Fixtures deep = Fixtures.deepChain(10_000_001);

    assertEquals(10_000_002, deep.graph().size());
    assertEquals(-1.5, deep.output().value());
    assertEquals(-1, adjointOfX(deep));
  }

  @Test
  void sweep_micrograd_givesTheNumbersOfItsReadme() {
    Fixtures readme = Fixtures.micrograd();
    Adjoints adjoints = Backprop.sweep(readme.output());

    assertClose(24.70408163265306, readme.output().value(), 1e-15);
    assertClose(138.83381924198252, adjoints.of(readme.inputs().get(0)), 1e-15);
    assertClose(645.5772594752186, adjoints.of(readme.inputs().get(1)), 1e-15);
  }

  // ---- Which nodes take part ----

  @Test
  void sweep_aVariable_givesOneForItselfOnly() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Node z = graph.variable("z", 3);
    z.exp();

    assertArrayEquals(new double[] {1, 0}, Backprop.sweep(x).gradient(List.of(x, z)));
  }

  @Test
  void sweep_aConstant_givesNothing() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Node c = graph.constant("c", 3);
    Adjoints adjoints = Backprop.sweep(c);

    assertArrayEquals(new double[] {0, 0}, adjoints.gradient(List.of(x, c)));
  }

  @Test
  void adjoint_ofAConstant_isZero() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Node c = graph.constant("c", 3);
    Adjoints adjoints = Backprop.sweep(x.times(c));

    assertEquals(3, adjoints.of(x));
    assertEquals(0, adjoints.of(c));
  }

  @Test
  void sweep_nodesAfterTheOutput_areIgnored() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Node y = x.square();
    Node later = y.times(x).exp().reciprocal();
    Adjoints adjoints = Backprop.sweep(y);

    assertEquals(4, adjoints.of(x));
    assertEquals(0, adjoints.of(later));
  }

  @Test
  void sweep_besideInfiniteDerivatives_ignoresWhatTheOutputDoesNotDependOn() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 0);
    Node beside = x.sqrt().plus(x.log()).plus(x.reciprocal());
    Node y = x.plus(3);
    Adjoints adjoints = Backprop.sweep(y);

    assertEquals(1, adjoints.of(x));
    assertEquals(0, adjoints.of(beside));
  }

  @Test
  void sweep_zeroTimesInfinity_isNaNInside() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 0);
    Node root = x.sqrt();
    Node y = root.times(0).plus(x);
    Adjoints adjoints = Backprop.sweep(y);

    assertEquals(0, adjoints.of(root));
    assertEquals(Double.NaN, adjoints.of(x));
  }

  @Test
  void sweep_infiniteDerivativeOfAnotherParent_doesNotSpread() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 0);
    Node z = graph.variable("z", 3);
    Node unused = graph.variable("unused", 0).sqrt();
    Node y = Node.where(x.equalTo(1), unused, z.times(2));
    Adjoints adjoints = Backprop.sweep(y);

    assertEquals(2, adjoints.of(z));
    assertEquals(Double.NaN, adjoints.of(graph.node(unused.parents().get(0).index())));
  }

  // ---- Order of additions ----

  /**
   * Where the order of additions shows in the last bit.
   *
   * <pre>
   *       ┌── 1·x ───┐
   *   x ──┼── 1·x ───┼── y        newest first: (2⁵³ + 1) + 1 = 2⁵³
   *       └── 2⁵³·x ─┘            oldest first: (1 + 1) + 2⁵³ = 2⁵³ + 2
   * </pre>
   */
  @Test
  void sweep_termsOfDifferentSize_areAddedFromTheNewestChildToTheOldest() {
    double big = 0x1p53;
    assertEquals(big, adjointOfTerms(1, 1, big));
    assertEquals(big + 2, adjointOfTerms(big, 1, 1));
  }

  private static double adjointOfTerms(double... factors) {
    Graph graph = new Graph();
    Node x = graph.variable("x", 1);
    List<Node> terms = new ArrayList<>();
    for (double factor : factors) {
      terms.add(x.times(factor));
    }
    return Backprop.sweep(graph.sum(terms)).of(x);
  }

  @Test
  void sweep_repeatedArguments_areAddedFromTheLastToTheFirst() {
    Graph graph = new Graph();
    double big = 0x1p53;
    Node x = graph.variable("x", 1);
    Node[] c = {graph.constant(1), graph.constant(1), graph.constant(big)};

    Node ascending = graph.dot(List.of(x, x, x), List.of(c[0], c[1], c[2]));
    Node descending = graph.dot(List.of(x, x, x), List.of(c[2], c[1], c[0]));
    assertEquals(big, Backprop.sweep(ascending).of(x));
    assertEquals(big + 2, Backprop.sweep(descending).of(x));
    assertEquals(big, Backprop.trace(ascending).of(x));
    assertEquals(big + 2, Backprop.trace(descending).of(x));
  }

  // ---- Sweep and trace ----

  @ParameterizedTest
  @EnumSource(Style.class)
  void sweep_randomPrograms_equalsTheTraceBitForBit(Style style) {
    Set<Op> seen = EnumSet.noneOf(Op.class);
    RandomProgram.forSeeds(
        1500,
        seed -> {
          RandomProgram program = RandomProgram.of(seed, style, 4, 40);
          Fixtures drawn = program.record();
          Adjoints adjoints = Backprop.sweep(drawn.output());
          BackwardTrace trace = Backprop.trace(drawn.output());
          for (Node node : drawn.graph().nodes()) {
            assertSameBits(trace.of(node), adjoints.of(node), () -> program + ": " + node);
            double step = trace.step(node).map(SweepStep::adjoint).orElse(0.0);
            assertSameBits(step, adjoints.of(node), () -> program + ": " + node);
          }
          seen.addAll(program.ops());
        });

    assertEquals(EnumSet.copyOf(RandomProgram.drawableOps(style)), seen, "every op was drawn");
  }

  @Test
  void sweep_acrossChunks_equalsTheTraceBitForBit() {
    RandomProgram program = RandomProgram.of(1, Style.ALL_OPS, 3, 30);
    Graph graph = new Graph();
    Node x = graph.variable("x", 0.3);
    Node y = x;
    while (graph.size() < 2 * Columns.CHUNK_SIZE + 1000) {
      y = program.apply(List.of(x, y, y)).sin();
    }
    Adjoints adjoints = Backprop.sweep(y);
    BackwardTrace trace = Backprop.trace(y);

    assertTrue(Double.isFinite(adjoints.of(x)));
    for (Node node : graph.nodes()) {
      assertSameBits(trace.of(node), adjoints.of(node), node::toString);
    }
  }

  @Test
  void sweep_outputsAtTheEdgesOfAChunk_areSweptWhole() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 1);
    List<Node> outputs = new ArrayList<>();
    Node y = x;
    while (graph.size() < 2 * Columns.CHUNK_SIZE + 3) {
      y = y.negated();
      if ((y.index() + 2 & Columns.CHUNK_MASK) < 4) {
        outputs.add(y);
      }
    }

    assertTrue(outputs.size() >= 7);
    for (Node output : outputs) {
      assertEquals(output.index() % 2 == 0 ? 1 : -1, Backprop.sweep(output).of(x));
    }
  }

  // ---- Gradients against central differences ----

  @Test
  void sweep_smoothRandomPrograms_equalsCentralDifferences() {
    RandomProgram.forSeeds(
        300,
        seed -> {
          RandomProgram program = RandomProgram.of(seed, Style.SMOOTH, 3, 12);
          double[] at = program.point();
          Fixtures drawn = program.record(at);
          double[] gradient = Backprop.sweep(drawn.output()).gradient(drawn.inputs());
          for (int k = 0; k < at.length; k++) {
            double wide = difference(program, at, k, STEP);
            double narrow = difference(program, at, k, STEP / 4);
            // what the difference itself is worth here
            double noise = Math.abs(wide - narrow) / FINITE_DIFFERENCE + drawn.output().value();
            assertClose(narrow, gradient[k], FINITE_DIFFERENCE, noise, program::toString);
          }
        });
  }

  private static double difference(RandomProgram program, double[] at, int k, double h) {
    double[] right = at.clone();
    right[k] += h;
    double[] left = at.clone();
    left[k] -= h;
    return (program.record(right).output().value() - program.record(left).output().value())
        / (right[k] - left[k]);
  }

  // ---- Repetition, threads and rewinds ----

  @Test
  void sweep_twice_givesTheSameAndChangesNothing() {
    Fixtures drawn = RandomProgram.of(5, Style.ALL_OPS, 4, 60).record();
    List<String> before = drawn.graph().nodes().stream().map(Node::toString).toList();
    double[] first = Backprop.sweep(drawn.output()).gradient(drawn.inputs());
    double[] second = Backprop.sweep(drawn.output()).gradient(drawn.inputs());

    assertArrayEquals(first, second);
    assertEquals(before, drawn.graph().nodes().stream().map(Node::toString).toList());
  }

  @Test
  void sweep_inSeveralThreads_givesTheSame() throws Exception {
    Fixtures drawn = RandomProgram.of(6, Style.ALL_OPS, 4, 5000).record();
    double[] expected = Backprop.sweep(drawn.output()).gradient(drawn.inputs());
    Callable<double[]> sweep = () -> Backprop.sweep(drawn.output()).gradient(drawn.inputs());
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (Future<double[]> result : threads.invokeAll(Collections.nCopies(40, sweep))) {
        assertArrayEquals(expected, result.get());
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void sweep_intoRecycledMemory_equalsAFreshSweep() {
    RandomProgram program = RandomProgram.of(8, Style.ALL_OPS, 3, 50);
    Fixtures drawn = program.record();
    List<Node> nodes = drawn.graph().nodes();
    Adjoints recycled = Backprop.sweep(drawn.output());
    // outputs of all sizes, so that the memory is now too small and now too large
    for (int i = 0; i < nodes.size(); i++) {
      Node output = nodes.get((17 * i) % nodes.size());
      Adjoints used = recycled;
      recycled = Backprop.sweep(output, used);
      Adjoints fresh = Backprop.sweep(output);
      assertArrayEquals(fresh.gradient(nodes), recycled.gradient(nodes));
      assertEquals(fresh.toString(), recycled.toString());
      assertEquals(fresh.check(), recycled.check());
      String message = refusal(IllegalStateException.class, () -> used.of(drawn.x()));
      assertTrue(message.startsWith("These adjoints were given to a later sweep"), message);
      assertThrows(IllegalStateException.class, () -> Backprop.sweep(output, used));
    }
  }

  @Test
  void sweep_intoMemoryOfAnotherGraph_equalsAFreshSweep() {
    Fixtures chain = Fixtures.chain();
    Adjoints adjoints =
        Backprop.sweep(chain.output(), Backprop.sweep(Fixtures.fanOut(1000).output()));

    assertEquals(adjointOfX(chain), adjoints.of(chain.x()));
    assertEquals(0, adjoints.of(chain.output().exp()));
  }

  @Test
  void sweep_aDroppedOutput_isRefused() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Graph.Mark mark = graph.mark();
    Node y = x.exp();
    graph.rewind(mark);

    assertThrows(IllegalStateException.class, () -> Backprop.sweep(y));
    assertThrows(IllegalStateException.class, () -> Backprop.trace(y));
    x.sin();
    assertThrows(IllegalStateException.class, () -> Backprop.sweep(y));
    assertThrows(IllegalStateException.class, () -> Backprop.trace(y));
    assertThrows(IllegalStateException.class, () -> AdjointGraph.of(y, List.of(x)));
    assertEquals(2, graph.size());
  }

  @Test
  void sweep_sampleAfterSample_equalsFreshGraphs() {
    RandomProgram program = RandomProgram.of(7, Style.ALL_OPS, 3, 200);
    Graph graph = new Graph();
    Node weight = graph.variable("weight", 0.7);
    Graph.Mark mark = graph.mark();
    for (int sample = 0; sample < 200; sample++) {
      double[] at = program.point(sample);
      Node y = program.apply(List.of(weight, graph.variable(at[1]), graph.variable(at[2])));
      Fixtures fresh = program.record(new double[] {0.7, at[1], at[2]});
      assertEquals(Backprop.sweep(fresh.output()).of(fresh.x()), Backprop.sweep(y).of(weight));
      graph.rewind(mark);
    }
  }

  @Test
  void sweep_customOp_usesItsDerivatives() {
    Graph graph = new Graph();
    Node a = graph.variable("a", 2);
    Node b = graph.variable("b", 3);
    Node y = graph.apply(Recorder.A_TIMES_B_SQUARED, a, b).times(10);

    assertArrayEquals(new double[] {90, 120}, Backprop.sweep(y).gradient(List.of(a, b)));
    Node same = graph.apply(Recorder.A_TIMES_B_SQUARED, b, b);
    assertEquals(27, Backprop.sweep(same).of(b));
  }
}
