package org.vbar.backprop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vbar.testing.Refusals.refusal;
import static org.vbar.testing.Tolerances.ROUNDING;
import static org.vbar.testing.Tolerances.assertClose;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hipparchus.analysis.differentiation.DSFactory;
import org.hipparchus.analysis.differentiation.DerivativeStructure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vbar.graph.CustomOp;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.Op;
import org.vbar.testing.Fixtures;
import org.vbar.testing.OpRow;
import org.vbar.testing.RandomProgram;
import org.vbar.testing.RandomProgram.Style;
import org.vbar.testing.Recorder;

class AdjointGraphTest {
  private static List<Node> derivatives(Node output, List<Node> inputs) {
    return AdjointGraph.of(output, inputs).gradient();
  }

  // ---- First derivatives ----

  @Test
  void gradient_ofTheFixtures_equalsTheSweep() {
    for (Fixtures fixture :
        List.of(
            Fixtures.chain(),
            Fixtures.diamond(),
            Fixtures.square(),
            Fixtures.fanOut(100),
            Fixtures.deepChain(100_001),
            Fixtures.micrograd())) {
      assertEqualsSweep(fixture, "fixture");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SMOOTH", "ALL_OPS"})
  void gradient_ofRandomPrograms_equalsTheSweep(Style style) {
    RandomProgram.forSeeds(
        500,
        seed -> {
          RandomProgram program = RandomProgram.of(seed, style, 4, 30);
          assertEqualsSweep(program.record(), program.toString());
        });
  }

  private static void assertEqualsSweep(Fixtures drawn, String what) {
    Adjoints adjoints = Backprop.sweep(drawn.output());
    int size = drawn.graph().size();
    double scale =
        IntStream.range(0, size)
            .mapToObj(drawn.graph()::node)
            .mapToDouble(node -> Math.abs(adjoints.of(node)))
            .max()
            .orElse(0);
    AdjointGraph nodes = AdjointGraph.of(drawn.output(), drawn.inputs());
    for (Node input : drawn.inputs()) {
      assertClose(adjoints.of(input), nodes.of(input).value(), ROUNDING, scale, () -> what);
    }
    assertEquals(drawn.inputs().stream().map(nodes::of).toList(), nodes.gradient());
  }

  @Test
  void of_inputsThatAreComputed_givesTheirAdjoints() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Node a = x.square();
    Node y = a.times(x);
    AdjointGraph nodes = AdjointGraph.of(y, List.of(x, a));

    assertEquals(12, nodes.of(x).value());
    assertEquals(2, nodes.of(a).value());
  }

  @Test
  void of_outputsWithoutDependence_givesZero() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Node c = graph.constant("c", 3);
    Node later = c.exp();
    Node y = c.plus(1);
    AdjointGraph nodes = AdjointGraph.of(y, List.of(x, later));

    assertEquals(0, nodes.of(x).value());
    assertEquals(0, nodes.of(later).value());
    assertEquals(1, AdjointGraph.of(x, List.of(x)).of(x).value());
    assertEquals(List.of(), AdjointGraph.of(y, List.of()).gradient());
  }

  @Test
  void of_aConstant_isZeroAsInTheSweep() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Node c = graph.constant("c", 3);

    assertEquals(0, AdjointGraph.of(x.times(c), List.of(x, c)).of(c).value());
    assertEquals(0, AdjointGraph.of(c, List.of(c)).of(c).value());
  }

  @Test
  void of_products_recordsNoNeedlessNodes() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Node w = graph.variable("w", 5);
    Node y = x.times(w).plus(graph.constant(1)).negated();
    int before = graph.size();
    AdjointGraph nodes = AdjointGraph.of(y, List.of(w));

    // ȳ = 1, −1 for the negation, 1 for the sum, and w̄ = (−1)·x as −1 · x; and the zero
    assertEquals(-2, nodes.of(w).value());
    assertTrue(graph.size() - before <= 6, () -> graph.nodes().subList(before, graph.size()) + "");
  }

  @Test
  void of_badInputs_isRefused() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Node w = graph.variable("w", 3);
    Node y = x.times(w).named("y");
    Node foreign = new Graph().variable("f", 1);
    Graph.Mark mark = graph.mark();
    Node dropped = x.exp();
    graph.rewind(mark);
    int before = graph.size();

    assertEquals(
        "Input f = 1.0 belongs to another graph than the output y.",
        refusal(IllegalArgumentException.class, () -> AdjointGraph.of(y, List.of(x, foreign))));
    String droppedMessage =
        refusal(IllegalStateException.class, () -> AdjointGraph.of(y, List.of(dropped)));
    assertTrue(droppedMessage.startsWith("Node v3 was dropped by a rewind"), droppedMessage);
    assertEquals(before, graph.size());
    AdjointGraph nodes = AdjointGraph.of(y, List.of(x));
    assertEquals(
        "w = 3.0 is not among the inputs that this adjoint graph was recorded for; give it to"
            + " AdjointGraph.of.",
        refusal(IllegalArgumentException.class, () -> nodes.of(w)));
    refusal(IllegalArgumentException.class, () -> nodes.of(foreign));
  }

  // ---- Second derivatives, op by op ----

  static Stream<OpRow> rows() {
    return OpRow.all().values().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void twice_everyOp_equalsCentralDifferencesOfTheFirstDerivative(OpRow row) {
    List<double[]> points =
        row.points().stream()
            .filter(point -> point.length <= (row.op() == Op.DOT ? 4 : 3))
            .filter(point -> Arrays.stream(point).allMatch(AdjointGraphTest::isNotExtreme))
            .toList();
    assertTrue(points.size() > 3);
    for (int i = 0; i < points.size(); i += 1 + points.size() / 12) {
      double[] point = points.get(i);
      Graph graph = new Graph();
      Node y = row.record(graph, point);
      List<Node> x = IntStream.range(0, row.parents(point)).mapToObj(graph::node).toList();
      for (int k = 0; k < x.size(); k++) {
        Node first = AdjointGraph.of(y, x).of(x.get(k));
        List<Node> second = derivatives(first, x);
        for (int l = 0; l < x.size(); l++) {
          double expected = row.secondDerivative(k, l, point);
          // differences of terms as large as the first derivative
          double scale = Math.abs(first.value() / point[l]) + Math.abs(first.value());
          int place = 10 * k + l;
          assertClose(
              expected,
              second.get(l).value(),
              ROUNDING,
              scale,
              () -> row + " at " + Arrays.toString(point) + ", places " + place);
        }
      }
    }
  }

  private static boolean isNotExtreme(double x) {
    return Math.abs(x) < 12 && Math.abs(x) > 1e-3;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void twice_whereHipparchusHasTheFunction_equalsIts(OpRow row) {
    var function = row.hipparchus();
    if (function == null) {
      return;
    }
    for (double[] point : row.points()) {
      if (Arrays.stream(point).allMatch(AdjointGraphTest::isTame)) {
        DSFactory factory = new DSFactory(point.length, 2);
        DerivativeStructure expected =
            function.apply(
                IntStream.range(0, point.length)
                    .mapToObj(k -> factory.variable(k, point[k]))
                    .toArray(DerivativeStructure[]::new));
        Graph graph = new Graph();
        Node y = row.record(graph, point);
        List<Node> x = IntStream.range(0, row.parents(point)).mapToObj(graph::node).toList();
        List<Node> gradient = derivatives(y, x);
        for (int k = 0; k < x.size(); k++) {
          List<Node> second = derivatives(gradient.get(k), x);
          for (int l = 0; l < x.size(); l++) {
            int[] orders = new int[point.length];
            orders[k]++;
            orders[l]++;
            assertClose(
                expected.getPartialDerivative(orders),
                second.get(l).value(),
                ROUNDING,
                Math.abs(gradient.get(k).value()) + 1,
                () -> row + " at " + Arrays.toString(point) + ", Hipparchus");
          }
        }
      }
    }
  }

  /** Where Hipparchus, too, keeps its digits. */
  private static boolean isTame(double x) {
    return Math.abs(x) < 5 && Math.abs(x) > 0.05 && Math.abs(Math.abs(x) - 1) > 0.05;
  }

  // ---- Hessians ----

  @Test
  void hessian_ofRandomPrograms_isSymmetricAndForwardOverReverse() {
    RandomProgram.forSeeds(
        150,
        seed -> {
          RandomProgram program = RandomProgram.of(seed, Style.SMOOTH, 3, 8);
          Fixtures drawn = program.record();
          List<Node> gradient = derivatives(drawn.output(), drawn.inputs());
          double[][] hessian =
              gradient.stream()
                  .map(g -> Backprop.sweep(g).gradient(drawn.inputs()))
                  .toArray(double[][]::new);
          double scale = largest(hessian) + gradientSize(gradient);
          for (int k = 0; k < hessian.length; k++) {
            List<Node> second = derivatives(gradient.get(k), drawn.inputs());
            Tangents tangents = Tangents.along(drawn.inputs().get(k));
            for (int l = 0; l < hessian.length; l++) {
              double entry = hessian[k][l];
              assertClose(entry, hessian[l][k], 1e-10, scale, () -> program + " symmetry");
              assertClose(
                  entry, second.get(l).value(), 1e-10, scale, () -> program + " twice as nodes");
              assertClose(
                  entry,
                  tangents.of(gradient.get(l)),
                  1e-10,
                  scale,
                  () -> program + " forward over reverse");
            }
          }
        });
  }

  @Test
  void hessian_ofRandomPrograms_equalsCentralDifferencesOfTheGradient() {
    RandomProgram.forSeeds(
        150,
        seed -> {
          RandomProgram program = RandomProgram.of(seed, Style.SMOOTH, 3, 8);
          Fixtures drawn = program.record();
          List<Node> gradient = derivatives(drawn.output(), drawn.inputs());
          double scale = gradientSize(gradient);
          for (int k = 0; k < 3; k++) {
            double[] wide = difference(program, k, 4e-5);
            double[] narrow = difference(program, k, 1e-5);
            double[] row = Backprop.sweep(gradient.get(k)).gradient(drawn.inputs());
            for (int l = 0; l < 3; l++) {
              double noise = Math.abs(wide[l] - narrow[l]) * 1e6 + scale;
              assertClose(narrow[l], row[l], 1e-6, noise, program::toString);
            }
          }
        });
  }

  private static double[] difference(RandomProgram program, int k, double h) {
    double[][] sides = new double[2][];
    double[] steps = {h, -h};
    for (int i = 0; i < 2; i++) {
      double[] at = program.point();
      at[k] += steps[i];
      Fixtures moved = program.record(at);
      sides[i] = Backprop.sweep(moved.output()).gradient(moved.inputs());
    }
    return IntStream.range(0, sides[0].length)
        .mapToDouble(l -> (sides[0][l] - sides[1][l]) / (2 * h))
        .toArray();
  }

  private static double largest(double[][] matrix) {
    return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).map(Math::abs).max().orElse(0);
  }

  private static double gradientSize(List<Node> gradient) {
    return gradient.stream().mapToDouble(g -> Math.abs(g.value())).sum() + 1;
  }

  // ---- Three times ----

  @Test
  void threeTimes_someOps_equalsTheKnownThirdDerivative() {
    double t = Math.tanh(0.7);
    double s = 1 / (1 + Math.exp(-0.7));
    assertThird(Node::sin, x -> -Math.cos(x));
    assertThird(Node::exp, Math::exp);
    assertThird(Node::log, x -> 2 / (x * x * x));
    assertThird(x -> x.pow(5), x -> 60 * x * x);
    assertThird(x -> x.times(x).times(x), x -> 6);
    assertThird(Node::reciprocal, x -> -6 / Math.pow(x, 4));
    assertThird(Node::sqrt, x -> 0.375 * Math.pow(x, -2.5));
    assertThird(Node::tanh, x -> (1 - t * t) * (6 * t * t - 2));
    assertThird(Node::sigmoid, x -> s * (1 - s) * (1 - 6 * s + 6 * s * s));
    assertThird(Node::logGamma, x -> Op.POLYGAMMA.evaluate(new double[] {x, 2}));
    assertThird(
        x -> x.graph().logSumExp(List.of(x, x.negated())),
        x -> {
          double h = Math.tanh(x);
          return (1 - h * h) * -2 * h;
        });
    assertThird(x -> x.graph().apply(Recorder.A_TIMES_B_SQUARED, x, x), x -> 6);
  }

  private static void assertThird(UnaryOperator<Node> function, DoubleUnaryOperator expected) {
    Node x = new Graph().variable("x", 0.7);
    List<Node> derivatives = new ArrayList<>(List.of(function.apply(x)));
    for (int order = 1; order <= 3; order++) {
      derivatives.add(derivatives(derivatives.get(order - 1), List.of(x)).get(0));
    }
    assertClose(
        expected.applyAsDouble(0.7),
        derivatives.get(3).value(),
        ROUNDING,
        Math.abs(derivatives.get(2).value()) + 1,
        () -> derivatives.get(0).toString());
  }

  // ---- Custom ops ----

  private static final CustomOp NUMBERS_ONLY =
      new CustomOp() {
        @Override
        public String name() {
          return "numbersOnly";
        }

        @Override
        public double value(double[] arguments) {
          return 3 * arguments[0];
        }

        @Override
        public void localDerivatives(double[] arguments, double value, double[] into) {
          into[0] = 3;
        }
      };

  @Test
  void of_aCustomOpWithNumbersOnly_isRefusedWhereItsNodesAreNeeded() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Node w = graph.variable("w", 5);
    Node c = graph.apply(NUMBERS_ONLY, x);
    Node y = c.times(w);

    assertEquals(15, Backprop.sweep(y).of(x));
    assertEquals(
        "Custom op numbersOnly gives its local derivatives as numbers only; override"
            + " localDerivativeNodes to differentiate them again.",
        refusal(UnsupportedOperationException.class, () -> AdjointGraph.of(y, List.of(x))));
    assertEquals(6, AdjointGraph.of(y, List.of(w)).of(w).value());
    assertEquals(5, AdjointGraph.of(y, List.of(c)).of(c).value());
  }

  @Test
  void of_aCustomOpWithNodes_canBeDifferentiatedAgain() {
    Graph graph = new Graph();
    Node a = graph.variable("a", 2);
    Node b = graph.variable("b", 3);
    Node y = graph.apply(Recorder.A_TIMES_B_SQUARED, a, b);
    List<Node> gradient = derivatives(y, List.of(a, b));

    assertEquals(List.of(9.0, 12.0), gradient.stream().map(Node::value).toList());
    assertEquals(6, derivatives(gradient.get(0), List.of(a, b)).get(1).value());
    assertEquals(4, derivatives(gradient.get(1), List.of(a, b)).get(1).value());
  }
}
