package org.vbar.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vbar.testing.Refusals.refusal;

import com.google.common.collect.Lists;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.vbar.testing.Fixtures;
import org.vbar.testing.RandomProgram;
import org.vbar.testing.RandomProgram.Style;
import org.vbar.testing.Recorder;

class GraphTest {
  private final Graph graph = new Graph();
  private final Node x = graph.variable("x", 2);
  private final Node w = graph.variable("w", -3);

  // ---- Nodes and their parents ----

  @Test
  void node_ofTheDrawing_hasParentsToTheLeft() {
    Node b = graph.constant("b", 6.5);
    Node y = x.times(w).plus(b).tanh().named("y");

    assertEquals(6, graph.size());
    assertEquals(5, graph.edgeCount());
    assertEquals(5, y.index());
    assertEquals(Op.TANH, y.op());
    assertEquals(StrictMath.tanh(0.5), y.value());
    Node sum = y.parents().get(0);
    assertEquals(List.of(graph.node(3), b), sum.parents());
    assertEquals(List.of(x, w), graph.node(3).parents());
    assertArrayEquals(new double[] {-3, 2}, graph.node(3).localDerivatives());
    assertEquals(List.of(), x.parents());
    assertEquals("Graph of 6 nodes and 5 edges", graph.toString());
    assertSame(graph, y.graph());
  }

  @Test
  void parents_everyNodeOfRandomPrograms_haveSmallerIndices() {
    RandomProgram.forSeeds(
        50,
        seed -> {
          Graph random = RandomProgram.of(seed, Style.ALL_OPS, 3, 40).record().graph();
          int edges = 0;
          for (Node node : random.nodes()) {
            for (Node parent : node.parents()) {
              assertTrue(parent.index() < node.index(), node::toString);
              assertTrue(parent.children().contains(node), node::toString);
            }
            assertEquals(node.parents().size(), node.localDerivatives().length);
            edges += node.parents().size();
          }
          assertEquals(random.edgeCount(), edges);
        });
  }

  @Test
  void times_sameNodeTwice_keepsTwoEdges() {
    Fixtures square = Fixtures.square();

    assertEquals(List.of(square.x(), square.x()), square.output().parents());
    assertEquals(List.of(square.output()), square.x().children());
    assertEquals(2, square.graph().edgeCount());
    assertEquals(-3, square.output().localDerivative(0));
    assertEquals(-3, square.output().localDerivative(1));
  }

  @Test
  void children_ofAFanOut_areEachListedOnceInOrder() {
    Fixtures fan = Fixtures.fanOut(5);

    assertEquals(5, fan.x().children().size());
    assertEquals(List.of(2, 4, 6, 8, 10), fan.x().children().stream().map(Node::index).toList());
    assertEquals(List.of(), fan.output().children());
  }

  @Test
  void localDerivative_withoutSuchAParent_saysHowManyThereAre() {
    String message = refusal(IndexOutOfBoundsException.class, () -> w.exp().localDerivative(1));

    assertEquals("v2 has 1 parents; there is no local derivative 1.", message);
    assertThrows(IndexOutOfBoundsException.class, () -> x.localDerivative(0));
    assertThrows(IndexOutOfBoundsException.class, () -> x.times(w).localDerivative(-1));
  }

  @Test
  void node_ofAnIndexOutside_isRefused() {
    String message = refusal(IndexOutOfBoundsException.class, () -> graph.node(2));

    assertEquals("Expected the index of one of 2 nodes but got 2.", message);
    assertThrows(IndexOutOfBoundsException.class, () -> graph.node(-1));
  }

  @Test
  void equals_twoViewsOfOneNode_areEqual() {
    Node again = graph.node(x.index());

    assertEquals(x, again);
    assertEquals(x.hashCode(), again.hashCode());
    assertNotEquals(x, w);
    assertNotEquals(x, new Graph().variable("x", 2));
    assertFalse(x.equals((Object) "x"));
  }

  @Test
  void arithmetic_withNumbers_recordsConstants() {
    Node y = x.plus(1).minus(2).times(3).dividedBy(4);

    assertEquals(0.75, y.value());
    assertEquals(2 + 8, graph.size());
    assertEquals(Op.CONSTANT, y.parents().get(1).op());
    assertEquals(
        List.of(0.5, Math.atan2(2, 1), 1.0, 2.0, Math.hypot(2, 1)),
        Lists.transform(
            List.of(x.pow(-1), x.atan2(1), x.min(1), x.max(1), x.hypot(1)), Node::value));
    assertEquals(
        List.of(1.0, 1.0, 0.0, 0.0, 0.0),
        Lists.transform(
            List.of(
                x.lessThan(3),
                x.lessOrEqual(2),
                x.greaterThan(2),
                x.greaterOrEqual(3),
                x.equalTo(1)),
            Node::value));
  }

  // ---- Leaves ----

  @Test
  void variable_ofNaN_isRefusedUnlessTheGraphTakesIt() {
    String message =
        refusal(IllegalArgumentException.class, () -> graph.variable("bias", Double.NaN));

    assertEquals(
        "NaN was given as the value of variable: every result that depends on it would be NaN."
            + " Check where it comes from, or make the graph with Graph.Option.NAN_LEAVES if it is"
            + " meant.",
        message);
    assertThrows(IllegalArgumentException.class, () -> graph.constant(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> graph.variables("v", 1, Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> graph.constants("c", Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> x.times(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> x.pow(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> x.elu(Double.NaN));
    assertEquals(2, graph.size());
    assertEquals(0, graph.edgeCount());
    assertEquals(Double.NaN, new Graph(Graph.Option.NAN_LEAVES).variable("x", Double.NaN).value());
  }

  @Test
  void variable_withoutAName_recordsNothing() {
    assertNothingRecorded(NullPointerException.class, () -> graph.variable(nothing(), 1));
    assertNothingRecorded(NullPointerException.class, () -> graph.constant(nothing(), 1));
    assertNothingRecorded(NullPointerException.class, () -> graph.variables(nothing(), 1, 2));
    assertNothingRecorded(NullPointerException.class, () -> x.named(nothing()));
  }

  @Test
  void variables_asAMatrix_areNamedByRowAndColumn() {
    NodeMatrix matrix = graph.matrix("W", 2, 3, new double[] {1, 2, 3, 4, 5, 6});

    assertEquals("W[0,0]", matrix.get(0).label());
    assertEquals("W[0,2]", matrix.get(2).label());
    assertEquals(Optional.of("W[1,0]"), matrix.get(3).name());
    assertEquals("W[1,2]", matrix.at(1, 2).label());
    assertArrayEquals(
        new double[] {1, 2, 3, 4, 5, 6}, matrix.stream().mapToDouble(Node::value).toArray());
    assertArrayEquals(new double[] {2, 5}, matrix.column(1).values());
    assertEquals(matrix.at(0, 1).index() + 1, matrix.at(1, 1).index(), "a column lies together");
    assertEquals(2, matrix.rows());
    assertEquals(3, matrix.columns());
    assertEquals(
        "Expected the values of a matrix [2 × 2], but got 3 numbers.",
        refusal(IllegalArgumentException.class, () -> graph.matrix("V", 2, 2, new double[3])));
    assertThrows(IllegalArgumentException.class, () -> graph.matrix("V", 0, 2, new double[0]));
    assertEquals(
        "Expected a place in [2 × 3] but got (0, 3).",
        refusal(IndexOutOfBoundsException.class, () -> matrix.at(0, 3)));
  }

  @Test
  void matrix_byPlaceAndColumn_showsTheSameNodes() {
    NodeMatrix matrix = graph.matrix("W", 2, 3, new double[] {1, 2, 3, 4, 5, 6});

    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 3; j++) {
        assertEquals(1 + 3 * i + j, matrix.at(i, j).value());
        assertEquals(matrix.at(i, j), matrix.get(3 * i + j));
        assertEquals(matrix.at(i, j), matrix.column(j).get(i));
        assertEquals("W[" + i + "," + j + "]", matrix.at(i, j).label());
      }
    }
    assertEquals(List.of(2, 3, 6), List.of(matrix.rows(), matrix.columns(), matrix.size()));
    assertEquals(
        "Expected a place in [2 × 3] but got (0, 3).",
        refusal(IndexOutOfBoundsException.class, () -> matrix.at(0, 3)));
    assertThrows(IndexOutOfBoundsException.class, () -> matrix.at(-1, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> matrix.get(6));
    assertThrows(IndexOutOfBoundsException.class, () -> matrix.get(-1));
    assertThrows(IndexOutOfBoundsException.class, () -> matrix.column(3));
    assertNothingRecorded(
        IllegalArgumentException.class,
        () -> graph.matrix("V", 2, 2, new double[] {1, 2, Double.NaN, 4}));
    assertNothingRecorded(
        NullPointerException.class, () -> graph.matrix(nothing(), 1, 1, new double[1]));
  }

  @Test
  void nodeArray_ofVariables_isAListOfTheirNodes() {
    NodeArray inputs = graph.variables("v", 5, 6, 7);
    Node next = graph.constant(8);

    assertEquals(3, inputs.size());
    assertEquals(List.of(graph.node(2), graph.node(3), graph.node(4)), inputs);
    assertSame(graph, inputs.graph());
    assertEquals(Op.VARIABLE, inputs.get(2).op());
    assertEquals("v[2]", inputs.get(2).label());
    assertEquals("v5", next.label());
    assertEquals(
        "Expected a place among 3 nodes but got 3.",
        refusal(IndexOutOfBoundsException.class, () -> inputs.get(3)));
    assertThrows(IndexOutOfBoundsException.class, () -> inputs.get(-1));
    assertEquals(6, graph.nodes().size());
    assertEquals(0, graph.variables("none").size());
    assertEquals(Op.CONSTANT, graph.constants("c", 1).get(0).op());
  }

  // ---- Names ----

  @Test
  void label_withAndWithoutName_isNameOrIndex() {
    Node y = x.plus(w);

    assertEquals("v2", y.label());
    assertEquals(Optional.empty(), y.name());
    assertSame(y, y.named("y"));
    assertEquals("y", graph.node(2).label());
    y.named("again");
    assertEquals(Optional.of("again"), y.name());
  }

  @Test
  void named_nodeOfARange_replacesTheRangesName() {
    NodeArray inputs = graph.variables("v", 1, 2);
    inputs.get(1).named("second");

    assertEquals("v[0]", inputs.get(0).label());
    assertEquals("second", inputs.get(1).label());
  }

  // ---- Groups ----

  @Test
  void inGroup_nested_givesEachNodeTheInnermostGroup() {
    Node inner =
        graph.inGroup(
            "layer 1",
            () -> {
              x.exp();
              Node neuron = graph.inGroup("neuron 2", () -> w.exp());
              x.sin();
              return neuron;
            });
    Node after = x.cos();

    assertEquals("layer 1 / neuron 2", inner.group().orElseThrow().path());
    assertEquals(2, inner.group().orElseThrow().depth());
    assertEquals("layer 1", graph.node(2).group().orElseThrow().path());
    assertEquals("layer 1", graph.node(4).group().orElseThrow().path());
    assertEquals(1, graph.node(4).group().orElseThrow().depth());
    assertEquals(Optional.empty(), after.group());
    assertEquals(Optional.empty(), x.group());
    assertEquals(graph.node(2).group(), inner.group().orElseThrow().outer());
  }

  @Test
  void inGroup_thatThrows_closesTheGroup() {
    assertThrows(
        IllegalStateException.class,
        () ->
            graph.inGroup(
                "outer",
                () ->
                    graph.inGroup(
                        "inner",
                        () -> {
                          x.exp();
                          throw new IllegalStateException();
                        })));

    assertEquals("outer / inner", graph.node(2).group().orElseThrow().path());
    assertEquals(Optional.empty(), x.sin().group());
    assertNothingRecorded(
        NullPointerException.class, () -> graph.inGroup(nothing(), () -> x.exp()));
  }

  @Test
  void inGroup_thatRecordsNothing_leavesNoTrace() {
    graph.inGroup("empty", () -> {});

    assertEquals(Optional.empty(), x.sin().group());
  }

  // ---- Parameters, custom ops, guards, choices ----

  @Test
  void parameter_ofAnOpThatHasOne_isKept() {
    Node cube = x.pow(3);
    Node leaky = w.leakyRelu(0.25);
    Node plain = x.exp();

    assertEquals(3, cube.parameter());
    assertEquals(0.25, leaky.parameter());
    assertEquals(2, x.polygamma(2).parameter());
    assertEquals(Double.NaN, plain.parameter());
    assertEquals(1, cube.parents().size());
    assertEquals(12, cube.localDerivative(0));
  }

  @Test
  void parameters_ofManyNodes_areAllKept() {
    for (int i = 0; i < 1000; i++) {
      x.pow(i);
      x.exp();
    }
    for (int i = 0; i < 1000; i++) {
      assertEquals(i, graph.node(2 + 2 * i).parameter());
      assertEquals(Double.NaN, graph.node(3 + 2 * i).parameter());
    }
  }

  @Test
  void apply_ofACustomOp_recordsItsValueAndDerivatives() {
    Node y = graph.apply(Recorder.A_TIMES_B_SQUARED, x, w);

    assertEquals(18, y.value());
    assertArrayEquals(new double[] {9, -12}, y.localDerivatives());
    assertSame(Recorder.A_TIMES_B_SQUARED, y.customOp());
    assertEquals("aTimesBSquared(x, w)", y.formula());
    assertEquals(
        "x is variable, not a custom op.", refusal(IllegalStateException.class, x::customOp));
    assertNothingRecorded(
        NullPointerException.class, () -> graph.apply(GraphTest.<CustomOp>nothing(), x));
  }

  private static CustomOp failing(boolean inValue, boolean outOfBounds) {
    return new CustomOp() {
      @Override
      public String name() {
        return "failing";
      }

      @Override
      public double value(double[] v) {
        if (inValue) {
          throw new ArithmeticException("value");
        }
        Arrays.fill(v, 99); // the array is ours to keep
        return 1;
      }

      @Override
      public void localDerivatives(double[] v, double value, double[] into) {
        into[0] = v[0];
        into[outOfBounds ? 2 : 1] = 5;
        throw new ArithmeticException("derivatives");
      }
    };
  }

  @Test
  void apply_ofACustomOpThatThrows_leavesTheGraphAsItWas() {
    Graph.Mark mark = graph.mark();

    assertNothingRecorded(ArithmeticException.class, () -> graph.apply(failing(true, false), x, w));
    assertNothingRecorded(
        ArithmeticException.class, () -> graph.apply(failing(false, false), x, w));
    assertNothingRecorded(
        IndexOutOfBoundsException.class, () -> graph.apply(failing(false, true), x, w));

    Node y = x.times(w);
    assertEquals(List.of(x, w), y.parents());
    graph.rewind(mark);
    assertEquals(List.of(w, x), w.times(x).parents());
    assertEquals(
        "Custom op failing gives its local derivatives as numbers only; override"
            + " localDerivativeNodes to differentiate them again.",
        refusal(
            UnsupportedOperationException.class,
            () -> failing(true, true).localDerivativeNodes(List.of(), x)));
  }

  @Test
  void isTrue_ofComparisons_recordsGuardsInOrder() {
    Node less = w.lessThan(x);
    Node equal = w.equalTo(x);

    assertTrue(less.isTrue());
    assertFalse(equal.isTrue());
    assertTrue(less.isTrue());
    assertEquals(
        List.of(new Guard(less, true), new Guard(equal, false), new Guard(less, true)),
        graph.guards());
    assertEquals(
        "x is variable, but isTrue() asks a comparison: use x.greaterThan(y).isTrue() or a like"
            + " one.",
        refusal(IllegalStateException.class, x::isTrue));
    assertEquals(3, graph.guards().size());
  }

  @Test
  void where_onAComparison_choosesAndHasThreeParents() {
    Node smaller = Node.where(x.lessThan(w), x, w);
    Node larger = Node.where(x.greaterThan(w), x, w);

    assertEquals(-3, smaller.value());
    assertArrayEquals(new double[] {0, 0, 1}, smaller.localDerivatives());
    assertEquals(2, larger.value());
    assertArrayEquals(new double[] {0, 1, 0}, larger.localDerivatives());
    assertEquals(List.of(x, w), larger.parents().subList(1, 3));
  }

  // ---- N-ary nodes ----

  @Test
  void sum_ofRepeatedNodes_keepsAnEdgeEach() {
    Node y = graph.sum(List.of(x, w, x));

    assertEquals(1, y.value());
    assertEquals(List.of(x, w, x), y.parents());
    assertEquals(List.of(y), x.children());
  }

  @Test
  void nary_ofNoTerms_isZeroOrRefused() {
    assertEquals(0, graph.sum(List.of()).value());
    assertEquals(0, graph.dot(List.of(), List.of()).value());
    assertEquals(List.of(), graph.node(2).parents());
    assertEquals(
        "logSumExp needs at least one node but got none.",
        assertNothingRecorded(IllegalArgumentException.class, () -> graph.logSumExp(List.of())));
  }

  @Test
  void dot_ofUnequalLists_saysBothLengths() {
    assertEquals(
        "Expected two lists of the same length for dot but got 2 and 1 nodes: each factor needs"
            + " its partner.",
        refusal(IllegalArgumentException.class, () -> graph.dot(List.of(x, w), List.of(x))));
    assertEquals(2, graph.size());
  }

  @Test
  void dot_ofTwoLists_hasLeftThenRightAsParents() {
    Node y = graph.dot(List.of(x, w), List.of(w, w));

    assertEquals(-6 + 9, y.value());
    assertEquals(List.of(x, w, w, w), y.parents());
    assertArrayEquals(new double[] {-3, -3, 2, -3}, y.localDerivatives());
  }

  @Test
  void sum_widerThanAChunk_hasEveryEdge() {
    int n = 50_000;
    List<Node> terms = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      terms.add(i % 2 == 0 ? x : w);
    }
    Node sum = graph.sum(terms);
    Node dot = graph.dot(terms, terms);
    Node next = x.times(w);

    assertEquals(-25_000, sum.value());
    assertEquals(n, sum.parents().size());
    assertEquals(2 * n, dot.parents().size());
    assertEquals(6.5 * n, dot.value());
    assertEquals(w, dot.parents().get(2 * n - 1));
    assertEquals(-3, dot.localDerivative(n - 1));
    assertEquals(List.of(x, w), next.parents());
  }

  @Test
  void sum_ofAListThatRecordsWhenRead_readsEachElementOnce() {
    Node y = graph.sum(Lists.transform(List.of(x, w, x), Node::square));

    assertEquals(17, y.value());
    assertEquals(List.of(graph.node(2), graph.node(3), graph.node(4)), y.parents());
    assertEquals(List.of(x), graph.node(2).parents());
    assertEquals(6, graph.size());
    assertEquals(6, graph.edgeCount());
  }

  // ---- Refusals ----

  @Test
  void binary_ofTwoGraphs_saysWhichNodeIsForeign() {
    Node foreign = new Graph().variable("w3", 1);

    assertEquals(
        "Node w3 = 1.0 belongs to another graph; both operands of times must come from the"
            + " same graph.",
        assertNothingRecorded(IllegalArgumentException.class, () -> x.times(foreign)));
    assertNothingRecorded(
        IllegalArgumentException.class, () -> graph.sum(List.of(x, w, foreign, x)));
    assertNothingRecorded(IllegalArgumentException.class, () -> Node.where(x, w, foreign));
    assertNothingRecorded(
        IllegalArgumentException.class, () -> graph.apply(Recorder.A_TIMES_B_SQUARED, x, foreign));
    assertEquals(1, foreign.graph().size());
  }

  @Test
  void operands_thatAreNull_areRefusedByName() {
    assertEquals(
        "An operand of plus is null; give a node of this graph.",
        refusal(NullPointerException.class, () -> x.plus(GraphTest.<Node>nothing())));
    assertEquals(
        "An operand of sum is null; give a node of this graph.",
        refusal(NullPointerException.class, () -> graph.sum(Arrays.asList(x, w, nothing(), x))));
    assertEquals(
        "An operand of dot is null; give a node of this graph.",
        refusal(
            NullPointerException.class,
            () -> graph.dot(List.of(x, w), Arrays.asList(x, nothing()))));
    assertEquals(
        "The condition of where is null; give a node.",
        refusal(NullPointerException.class, () -> Node.where(nothing(), x, w)));
    assertEquals(
        "An operand of where is null; give a node of this graph.",
        refusal(NullPointerException.class, () -> Node.where(x, nothing(), w)));
    assertEquals(2, graph.size());
    assertEquals(0, graph.edgeCount());
    assertEquals(List.of(w, x), w.minus(x).parents());
  }

  // ---- Texts ----

  @Test
  void formula_withConstants_putsNegativeOnesInParentheses() {
    assertEquals("x + w", x.plus(w).formula());
    assertEquals("x - (-2)", x.minus(-2).formula());
    assertEquals("x·2", x.times(2).formula());
    assertEquals("x / 0.5", x.dividedBy(0.5).formula());
    assertEquals("x^(-1)", x.pow(-1).formula());
    assertEquals("x^{(-1)}", x.pow(-1).latex());
    assertEquals("leakyRelu(x; 0.1)", x.leakyRelu(0.1).formula());
    assertEquals("x·b", x.times(graph.constant("b", -1)).formula());
    assertEquals("-3", graph.constant(-3).formula());
    assertEquals("1.0E10", graph.constant(1e10).formula());
    assertEquals("Infinity", graph.constant(Double.POSITIVE_INFINITY).formula());
    assertEquals("x", x.formula());
    assertEquals("sum(x, w, 1)", graph.sum(List.of(x, w, graph.constant(1))).formula());
    assertEquals("|x|", x.abs().formula());
    assertEquals("\\frac{1}{x}", x.reciprocal().latex());
  }

  @Test
  void latex_hostileNames_staysText() {
    Node hostile = graph.variable("a_1^{2}\\input{x}", 2);
    assertEquals(
        "\\text{a\\_1\\textasciicircum{}\\{2\\}\\textbackslash{}input\\{x\\}}", hostile.latex());
    assertEquals("x \\cdot x_{2}", x.times(graph.variable("x2", 1)).latex());
    assertEquals("1.0 \\cdot 10^{10}", graph.constant(1e10).latex());
    assertEquals("\\infty", graph.constant(Double.POSITIVE_INFINITY).latex());
    assertTrue(x.plus(w).sin().latex().contains("v_{"), x.plus(w).sin().latex());
  }

  @Test
  void group_nestedTwentyThousandDeep_answersWithoutRecursion() {
    Optional<Group> one = Optional.empty();
    Optional<Group> two = Optional.empty();
    for (int level = 0; level < 20_000; level++) {
      one = Optional.of(new Group(one, "g"));
      two = Optional.of(new Group(two, "g"));
    }
    Group deep = one.orElseThrow();
    assertEquals(20_000, deep.depth());
    assertEquals(4 * 20_000 - 3, deep.path().length());
    assertEquals(deep, two.orElseThrow());
    assertEquals(deep.hashCode(), two.orElseThrow().hashCode());
    assertNotEquals(deep, deep.outer().orElseThrow());
    assertNotEquals(deep.outer().orElseThrow(), deep);
  }

  @Test
  void toString_ofNodes_showsNameFormulaAndValue() {
    Node y = x.times(w).named("y");

    assertEquals("x = 2.0", x.toString());
    assertEquals("y = x·w = -6.0", y.toString());
    assertEquals("v3 = exp(y) = " + Math.exp(-6), y.exp().toString());
    assertEquals("v4 = 6.5", graph.constant(6.5).toString());
  }

  @Test
  void toString_ofHostilePrograms_neverThrows() {
    RandomProgram.forSeeds(
        100,
        seed -> {
          Graph hostile = RandomProgram.of(seed, Style.HOSTILE, 3, 30).record().graph();
          for (Node node : hostile.nodes()) {
            assertFalse(node.toString().isEmpty());
            assertFalse(node.latex().isEmpty());
          }
        });
  }

  // ---- Helpers ----

  /** Null where the compiler would warn us, as a user's compiler may not. */
  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T nothing() {
    return Collections.<T>singletonList(null).get(0);
  }

  @CanIgnoreReturnValue
  private String assertNothingRecorded(Class<? extends RuntimeException> type, Executable action) {
    List<String> before = describe();
    String message = refusal(type, action);
    assertEquals(before, describe());
    return message;
  }

  private List<String> describe() {
    List<String> description = new ArrayList<>();
    graph.nodes().forEach(node -> description.add(node + " " + node.parents()));
    description.add(graph.toString());
    description.add(graph.guards().toString());
    IntStream.range(0, graph.size()).forEach(i -> description.add(graph.node(i).label()));
    return description;
  }
}
