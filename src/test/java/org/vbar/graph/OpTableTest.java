package org.vbar.graph;

import static java.lang.Double.NEGATIVE_INFINITY;
import static java.lang.Double.NaN;
import static java.lang.Double.POSITIVE_INFINITY;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vbar.testing.Refusals.refusal;
import static org.vbar.testing.Tolerances.ROUNDING;
import static org.vbar.testing.Tolerances.assertClose;
import static org.vbar.testing.Tolerances.assertSameBits;
import static org.vbar.testing.Tolerances.isClose;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hipparchus.analysis.differentiation.DSFactory;
import org.hipparchus.analysis.differentiation.DerivativeStructure;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vbar.testing.OpRow;
import org.vbar.testing.Precise;
import org.vbar.testing.Recorder;

/** Every op of the table against references that share no code with it. */
class OpTableTest {
  /** Relative: a value is at most about ten roundings away from the true one. */
  private static final double VALUE = 2e-15;

  /** Relative: the bound that Hipparchus sets its own derivatives. */
  private static final double DERIVATIVE = 4e-14;

  /** Absolute: what is below the smallest normal number may also be flushed to 0. */
  private static final double FLUSHED = Double.MIN_NORMAL;

  /** How many ops there are. Whoever adds one adds a row of tests and counts it here. */
  private static final int OPS = 60;

  static Stream<OpRow> rows() {
    return OpRow.all().values().stream();
  }

  // ---- The table itself ----

  @Test
  void table_ofAllOps_hasARowOfTestsForEach() {
    Set<Op> inner = EnumSet.allOf(Op.class);
    inner.removeIf(Op::isLeaf);

    assertEquals(OPS, Op.values().length);
    assertEquals(inner, OpRow.all().keySet());
    assertTrue(rows().allMatch(row -> row.points().size() >= 20), "each row has points");
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Op.class)
  void texts_everyOp_areThere(Op op) {
    List<String> operands = List.of("a", "b", "c");

    assertFalse(op.domain().isBlank());
    assertFalse(op.kinks().isBlank());
    if (!op.isLeaf()) {
      String formula = op.formula(operands);
      String latex = op.latex(operands);
      int shown = op.arity() == Op.Arity.UNARY ? 1 : op.arity() == Op.Arity.N_ARY ? 3 : 2;
      for (String operand : operands.subList(0, shown)) {
        assertTrue(formula.contains(operand), formula);
        assertTrue(latex.contains(operand), latex);
      }
      assertFalse(formula.matches(".*\\{[0-9*]}.*"), formula);
      assertFalse(latex.matches(".*\\{[0-9*]}.*"), latex);
      assertEquals(count(latex, '{'), count(latex, '}'), latex);
    }
  }

  private static long count(String text, char wanted) {
    return text.chars().filter(c -> c == wanted).count();
  }

  @Test
  void latex_ofReciprocalAndPowers_isWhatOneWrites() {
    assertEquals("\\frac{1}{x}", Op.RECIPROCAL.latex(List.of("x")));
    assertEquals("\\frac{a}{b}", Op.DIVIDED_BY.latex(List.of("a", "b")));
    assertEquals("x^{(-2)}", Op.POW_CONSTANT.latex(List.of("x", "(-2)")));
    assertEquals("\\sqrt[3]{x}", Op.CBRT.latex(List.of("x")));
    assertEquals("\\log_{10}\\left(x\\right)", Op.LOG10.latex(List.of("x")));
    assertEquals("\\psi^{(2)}\\left(x\\right)", Op.POLYGAMMA.latex(List.of("x", "2")));
    assertEquals("\\operatorname{LeakyReLU}_{0.1}\\left(x\\right)", latexOfLeakyRelu());
  }

  private static String latexOfLeakyRelu() {
    return Op.LEAKY_RELU.latex(List.of("x", "0.1"));
  }

  @Test
  void formula_operandsWithBraces_areNotFilledAgain() {
    assertEquals("{1} + {0}", Op.PLUS.formula(List.of("{1}", "{0}")));
    assertEquals("sum({*}, {0})", Op.SUM.formula(List.of("{*}", "{0}")));
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Op.class)
  void methodName_everyOp_isAPublicMethodOfNodeOrGraph(Op op) {
    String name = op == Op.CUSTOM ? "apply" : op.methodName();

    assertTrue(
        Stream.of(Node.class, Graph.class)
            .flatMap(type -> Arrays.stream(type.getMethods()))
            .anyMatch(method -> method.getName().equals(name)),
        name);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void evaluate_everyOp_equalsWhatIsRecorded(OpRow row) {
    for (double[] point : row.points()) {
      Node y = row.record(new Graph(), point);
      double[] into = new double[row.parents(point)];

      assertEquals(row.op(), y.op());
      assertEquals(into.length, y.parents().size());
      if (row.op() != Op.CUSTOM) {
        assertSameBits(y.value(), row.op().evaluate(point), () -> at(row, point));
        row.op().localDerivatives(point, y.value(), into);
        for (int k = 0; k < into.length; k++) {
          assertSameBits(y.localDerivative(k), into[k], () -> at(row, point));
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Op.class)
  void evaluate_wrongNumberOfOperands_isRefused(Op op) {
    int wrong =
        switch (op.arity()) {
          case LEAF, UNARY, UNARY_WITH_PARAMETER, BINARY -> 3;
          case N_ARY -> op == Op.LOG_SUM_EXP ? 0 : op == Op.WHERE ? 2 : op == Op.DOT ? 3 : -1;
        };
    if (wrong >= 0) {
      String message =
          refusal(
              IllegalArgumentException.class,
              () -> op.localDerivatives(new double[wrong], 0, new double[4]));
      assertTrue(message.contains("got " + wrong + " operands"), message);
      assertThrows(IllegalArgumentException.class, () -> op.evaluate(new double[wrong]));
    }
  }

  // ---- Values and derivatives inside the domain ----

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void value_atManyPoints_equalsManyDigitReference(OpRow row) {
    for (double[] point : row.points()) {
      double expected = row.value(point);
      double actual = row.record(new Graph(), point).value();
      if (!isClose(expected, actual, VALUE, FLUSHED / VALUE)) {
        double lost = 0;
        for (int l = 0; l < point.length && row.valueSlack() > 0; l++) {
          lost += Math.abs(point[l] * row.derivative(l, point));
        }
        double scale = row.valueSlack() * Math.ulp(lost) / VALUE;
        assertClose(expected, actual, VALUE, scale, () -> at(row, point));
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void localDerivatives_atManyPoints_equalThoseOfTheReference(OpRow row) {
    for (double[] point : row.points()) {
      if (Double.isFinite(row.value(point))) {
        Node y = row.record(new Graph(), point);
        for (int k = 0; k < row.parents(point); k++) {
          assertDerivative(row, point, k, y.localDerivative(k));
        }
      }
    }
  }

  private static void assertDerivative(OpRow row, double[] point, int k, double actual) {
    double expected = row.derivative(k, point);
    if (!isClose(expected, actual, DERIVATIVE, FLUSHED / DERIVATIVE)) {
      double lost = 0;
      for (int l = 0; l < point.length && row.derivativeSlack() > 0; l++) {
        lost += Math.abs(point[l] * row.secondDerivative(k, l, point));
      }
      double scale = row.derivativeSlack() * Math.ulp(lost) / DERIVATIVE;
      assertClose(expected, actual, DERIVATIVE, scale, () -> at(row, point) + ", place " + k);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void referenceDerivative_givenByAFormula_equalsCentralDifferences(OpRow row) {
    for (double[] point : row.points()) {
      if (row.hasFormulaOfDerivative() && Arrays.stream(point).allMatch(OpTableTest::isTame)) {
        for (int k = 0; k < row.parents(point); k++) {
          assertClose(
              row.centralDifference(k, point),
              row.derivative(k, point),
              1e-15,
              () -> at(row, point));
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void localDerivatives_whereHipparchusHasTheFunction_equalIts(OpRow row) {
    var function = row.hipparchus();
    if (function == null) {
      return;
    }
    for (double[] point : row.points()) {
      if (Arrays.stream(point).allMatch(OpTableTest::isTame)) {
        DSFactory factory = new DSFactory(point.length, 1);
        DerivativeStructure[] x =
            IntStream.range(0, point.length)
                .mapToObj(k -> factory.variable(k, point[k]))
                .toArray(DerivativeStructure[]::new);
        DerivativeStructure expected = function.apply(x);
        Node y = row.record(new Graph(), point);
        assertClose(expected.getValue(), y.value(), 4e-15, 1, () -> at(row, point));
        for (int k = 0; k < row.parents(point); k++) {
          int[] orders = new int[point.length];
          orders[k] = 1;
          assertClose(
              expected.getPartialDerivative(orders),
              y.localDerivative(k),
              DERIVATIVE,
              1,
              () -> at(row, point) + ", Hipparchus");
        }
      }
    }
  }

  /** Where Hipparchus, too, keeps its digits. */
  private static boolean isTame(double x) {
    return Math.abs(x) < 6 && Math.abs(x) > 1e-2 && Math.abs(Math.abs(x) - 1) > 1e-3;
  }

  @Test
  void hipparchus_asSecondOpinion_coversMostRows() {
    assertEquals(35, rows().filter(row -> row.hipparchus() != null).count());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void localDerivativeNodes_atManyPoints_equalTheNumbers(OpRow row) {
    for (double[] point : row.points()) {
      assertNodesEqualNumbers(row, point);
    }
  }

  private static void assertNodesEqualNumbers(OpRow row, double[] point) {
    Graph graph = new Graph(Graph.Option.NAN_LEAVES);
    Node y = row.record(graph, point);
    IntFunction<Node> nodes = Op.localDerivativeNodes(y);
    for (int k = 0; k < row.parents(point); k++) {
      int place = k;
      double scale = row.op() == Op.LOG_SUM_EXP ? Math.ulp(y.value()) / ROUNDING : 0;
      assertClose(
          y.localDerivative(k),
          nodes.apply(k).value(),
          ROUNDING,
          scale,
          () -> at(row, point) + ", node of place " + place);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void localDerivativeNodes_atFiniteEdges_equalTheNumbers(OpRow row) {
    double[] edges = {0, -0.0, 1, -1, 2, -2, 1e300, -1e300, Double.MIN_VALUE, Double.MAX_VALUE};
    double[] parameters = row.op().hasParameter() ? new double[] {1, 2} : edges;
    for (double a : edges) {
      for (double b : parameters) {
        switch (row.op().arity()) {
          case UNARY -> assertNodesEqualNumbers(row, new double[] {a});
          case UNARY_WITH_PARAMETER, BINARY -> assertNodesEqualNumbers(row, new double[] {a, b});
          case N_ARY -> {
            if (row.op() == Op.WHERE) {
              assertNodesEqualNumbers(row, new double[] {a, b, 3});
            } else if (row.op() != Op.CUSTOM) {
              assertNodesEqualNumbers(row, new double[] {a, b});
            }
          }
          case LEAF -> Assertions.fail();
        }
      }
    }
  }

  private static String at(OpRow row, double[] point) {
    return row + " at " + Arrays.toString(point);
  }

  // ---- NaN ----

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void value_ofNaN_isNaNUnlessTheRowSaysOtherwise(OpRow row) {
    double[] good = row.points().get(0);
    for (int k = 0; k < row.parents(good); k++) {
      double[] point = good.clone();
      point[k] = NaN;
      double value = row.record(new Graph(Graph.Option.NAN_LEAVES), point).value();
      if (row.op().isComparison()) {
        assertEquals(0, value, () -> at(row, point));
      } else if (row.op() == Op.WHERE && k == 1 + (good[0] != 0 ? 1 : 0)) {
        assertEquals(good[0] != 0 ? good[1] : good[2], value, () -> at(row, point));
      } else {
        assertEquals(NaN, value, () -> at(row, point));
      }
    }
  }

  @Test
  void value_ofNaNInTheExceptionalRows_isAsDocumented() {
    Graph graph = new Graph(Graph.Option.NAN_LEAVES);
    Node nan = graph.variable(NaN);
    Node one = graph.variable(1);
    Node two = graph.variable(2);

    // IEEE 754 and Java's Math say so
    assertEquals(1, nan.pow(0).value());
    assertEquals(0, nan.pow(0).localDerivative(0));
    assertEquals(1, nan.pow(graph.constant(0)).value());
    assertEquals(NaN, one.pow(nan).value());
    assertEquals(POSITIVE_INFINITY, nan.hypot(NEGATIVE_INFINITY).value());
    assertEquals(POSITIVE_INFINITY, graph.constant(POSITIVE_INFINITY).hypot(nan).value());
    // a choice ignores what it does not choose, but not its condition
    assertEquals(2, Node.where(one, two, nan).value());
    assertEquals(NaN, Node.where(nan, one, two).value());
    assertEquals(NaN, Node.where(nan, one, two).localDerivative(1));
    assertEquals(NaN, Node.where(nan, one, two).localDerivative(2));
    assertEquals(NaN, graph.sum(List.of(one, nan)).value());
    assertEquals(NaN, graph.logSumExp(List.of(one, nan, two)).value());
    assertEquals(NaN, graph.logSumExp(List.of(graph.constant(POSITIVE_INFINITY), nan)).value());
    assertEquals(NaN, graph.dot(List.of(one), List.of(nan)).value());
    assertEquals(NaN, nan.min(NEGATIVE_INFINITY).value());
    assertEquals(NaN, nan.max(one).localDerivative(0));
  }

  // ---- Kinks, edges of domains, signed zeros and infinities ----

  private static final class Edge implements Executable {
    private final Op op;
    private final double[] operands;
    private final double value;
    private final double[] derivatives;

    Edge(Op op, double[] operands, double value, double[] derivatives) {
      this.op = op;
      this.operands = operands;
      this.value = value;
      this.derivatives = derivatives;
    }

    @Override
    public void execute() {
      Supplier<String> what = () -> op + " at " + Arrays.toString(operands);
      Graph graph = new Graph();
      List<Node> parents =
          IntStream.range(0, derivatives.length)
              .mapToObj(k -> graph.variable(operands[k]))
              .toList();
      double parameter = op.hasParameter() ? operands[1] : NaN;
      Node y = Recorder.record(graph, op, parents, parameter);
      assertClose(value, y.value(), VALUE, what);
      assertEquals(value == 0 ? 1 / value : 0, y.value() == 0 ? 1 / y.value() : 0, what);
      for (int k = 0; k < derivatives.length; k++) {
        assertClose(derivatives[k], y.localDerivative(k), VALUE, what);
      }
    }
  }

  private static Edge unary(Op op, double x, double value, double derivative) {
    return new Edge(op, new double[] {x}, value, new double[] {derivative});
  }

  private static Edge unary(Op op, double x, double p, double value, double derivative) {
    return new Edge(op, new double[] {x, p}, value, new double[] {derivative});
  }

  private static Edge binary(Op op, double a, double b, double value, double left, double right) {
    return new Edge(op, new double[] {a, b}, value, new double[] {left, right});
  }

  private static final double INF = POSITIVE_INFINITY;

  /** The Euler–Mascheroni constant. */
  private static final double EULER = 0.5772156649015329;

  @Test
  void kinks_everyOpThatHasOne_haveTheDocumentedSubgradient() {
    assertAll(
        unary(Op.RELU, 0, 0, 0),
        unary(Op.RELU, -0.0, 0, 0),
        unary(Op.ABS, 0, 0, 0),
        unary(Op.ABS, -0.0, 0, 0),
        unary(Op.SIGN, 0, 0, 0),
        unary(Op.SIGN, 3, 1, 0),
        unary(Op.SIGN, -INF, -1, 0),
        unary(Op.HEAVISIDE, 0, 0, 0),
        unary(Op.HEAVISIDE, -0.0, 0, 0),
        unary(Op.HEAVISIDE, Double.MIN_VALUE, 1, 0),
        unary(Op.LEAKY_RELU, 0, 0.1, 0, 0.1),
        unary(Op.LEAKY_RELU, Double.MIN_VALUE, 0.1, Double.MIN_VALUE, 1),
        unary(Op.ELU, 0, 0.5, 0, 0.5),
        unary(Op.ELU, -INF, 0.5, -0.5, 0),
        binary(Op.MIN, 2, 2, 2, 0.5, 0.5),
        binary(Op.MAX, 2, 2, 2, 0.5, 0.5),
        binary(Op.MIN, 0, -0.0, -0.0, 0.5, 0.5),
        binary(Op.MAX, 0, -0.0, 0, 0.5, 0.5),
        binary(Op.MAX, INF, INF, INF, 0.5, 0.5),
        binary(Op.MIN, -INF, 1, -INF, 1, 0),
        binary(Op.MAX, -INF, 1, 1, 0, 1),
        binary(Op.HYPOT, 0, 0, 0, 0, 0),
        binary(Op.HYPOT, 0, -2, 2, 0, -1),
        binary(Op.LESS_THAN, 1, 1, 0, 0, 0),
        binary(Op.LESS_OR_EQUAL, 1, 1, 1, 0, 0),
        binary(Op.GREATER_THAN, 1, 1, 0, 0, 0),
        binary(Op.GREATER_OR_EQUAL, 1, 1, 1, 0, 0),
        binary(Op.EQUAL_TO, 0, -0.0, 1, 0, 0));
  }

  @Test
  void powers_atZeroAndBelow_areAsDocumented() {
    assertAll(
        unary(Op.POW_CONSTANT, 0, 0, 1, 0),
        unary(Op.POW_CONSTANT, 0, 1, 0, 1),
        unary(Op.POW_CONSTANT, 0, 2, 0, 0),
        unary(Op.POW_CONSTANT, 0, 0.5, 0, INF),
        unary(Op.POW_CONSTANT, -0.0, 0.5, 0, INF),
        unary(Op.POW_CONSTANT, 0, -1, INF, -INF),
        unary(Op.POW_CONSTANT, -0.0, -1, -INF, -INF),
        unary(Op.POW_CONSTANT, -2, 3, -8, 12),
        unary(Op.POW_CONSTANT, -2, -1, -0.5, -0.25),
        unary(Op.POW_CONSTANT, -2, 0.5, NaN, NaN),
        unary(Op.POW_CONSTANT, INF, 2, INF, INF),
        binary(Op.POW, 0, 0, 1, 0, -INF),
        binary(Op.POW, 0, 1, 0, 1, 0),
        binary(Op.POW, 0, 2, 0, 0, 0),
        binary(Op.POW, 0, 0.5, 0, INF, 0),
        binary(Op.POW, 0, -1, INF, -INF, -INF),
        binary(Op.POW, 3, 0, 1, 0, Math.log(3)),
        binary(Op.POW, -2, 0, 1, 0, NaN),
        binary(Op.POW, -2, 3, -8, 12, NaN),
        binary(Op.POW, -2, 0.5, NaN, NaN, NaN),
        unary(Op.SQUARE, -0.0, 0, 0),
        unary(Op.SQUARE, -INF, INF, -INF));
  }

  @Test
  void edgesOfDomains_everyOpThatHasOne_areAsDocumented() {
    assertAll(
        unary(Op.LOG, 0, -INF, INF),
        unary(Op.LOG, -0.0, -INF, -INF),
        unary(Op.LOG, -1, NaN, -1),
        unary(Op.LOG, INF, INF, 0),
        unary(Op.LOG2, 0, -INF, INF),
        unary(Op.LOG2, -1, NaN, -1 / Math.log(2)),
        unary(Op.LOG2, INF, INF, 0),
        unary(Op.LOG10, 0, -INF, INF),
        unary(Op.LOG10, -1, NaN, -1 / Math.log(10)),
        unary(Op.LOG1P, -1, -INF, INF),
        unary(Op.LOG1P, -2, NaN, -1),
        unary(Op.LOG1P, -0.0, -0.0, 1),
        unary(Op.SQRT, 0, 0, INF),
        unary(Op.SQRT, -0.0, -0.0, -INF),
        unary(Op.SQRT, -1, NaN, NaN),
        unary(Op.SQRT, INF, INF, 0),
        unary(Op.CBRT, 0, 0, INF),
        unary(Op.CBRT, -0.0, -0.0, INF),
        unary(Op.CBRT, -8, -2, 1 / 12.0),
        unary(Op.CBRT, -INF, -INF, 0),
        unary(Op.RECIPROCAL, 0, INF, -INF),
        unary(Op.RECIPROCAL, -0.0, -INF, -INF),
        unary(Op.RECIPROCAL, -INF, -0.0, -0.0),
        binary(Op.DIVIDED_BY, 1, 0, INF, INF, -INF),
        binary(Op.DIVIDED_BY, 0, 0, NaN, INF, NaN),
        binary(Op.DIVIDED_BY, 1, -INF, -0.0, -0.0, 0),
        unary(Op.ASIN, 1, Math.PI / 2, INF),
        unary(Op.ASIN, -1, -Math.PI / 2, INF),
        unary(Op.ASIN, 1.5, NaN, NaN),
        unary(Op.ASIN, -INF, NaN, NaN),
        unary(Op.ACOS, 1, 0, -INF),
        unary(Op.ACOS, -1, Math.PI, -INF),
        unary(Op.ACOS, -1.5, NaN, NaN),
        unary(Op.ATAN, INF, Math.PI / 2, 0),
        unary(Op.ACOSH, 1, 0, INF),
        unary(Op.ACOSH, 0.5, NaN, NaN),
        unary(Op.ACOSH, -1, NaN, NaN),
        unary(Op.ACOSH, -1e10, NaN, NaN),
        unary(Op.ACOSH, -1e17, NaN, NaN),
        unary(Op.ACOSH, -1e300, NaN, NaN),
        unary(Op.ACOSH, -INF, NaN, NaN),
        unary(Op.ACOSH, INF, INF, 0),
        unary(Op.ATANH, 1, INF, INF),
        unary(Op.ATANH, -1, -INF, INF),
        unary(Op.ATANH, 2, NaN, -1 / 3.0),
        unary(Op.ATANH, -0.0, -0.0, 1),
        unary(Op.ASINH, -0.0, -0.0, 1),
        unary(Op.ASINH, -INF, -INF, 0),
        binary(Op.ATAN2, 0, 0, 0, NaN, NaN),
        binary(Op.ATAN2, 0, -1, Math.PI, -1, -0.0),
        binary(Op.ATAN2, -0.0, -1, -Math.PI, -1, 0),
        unary(Op.SIN, INF, NaN, NaN),
        unary(Op.COS, -INF, NaN, NaN),
        unary(Op.TAN, INF, NaN, NaN),
        unary(Op.LOG_GAMMA, 0, INF, -INF),
        unary(Op.LOG_GAMMA, -0.5, NaN, NaN),
        unary(Op.LOG_GAMMA, INF, INF, INF),
        unary(Op.LOG_GAMMA, 1, 0, -EULER),
        unary(Op.LOG_GAMMA, 2, 0, 1 - EULER),
        unary(Op.DIGAMMA, 0, -INF, INF),
        unary(Op.DIGAMMA, -1, NaN, NaN),
        unary(Op.DIGAMMA, INF, INF, 0),
        unary(Op.POLYGAMMA, 0, 1, INF, -INF),
        unary(Op.POLYGAMMA, 0, 2, -INF, INF),
        unary(Op.POLYGAMMA, -3, 2, NaN, NaN),
        unary(Op.POLYGAMMA, INF, 1, 0, -0.0));
  }

  @Test
  void saturatingOps_atInfinity_haveTheirLimits() {
    assertAll(
        unary(Op.EXP, -INF, 0, 0),
        unary(Op.EXP, INF, INF, INF),
        unary(Op.EXPM1, -INF, -1, 0),
        unary(Op.SINH, -INF, -INF, INF),
        unary(Op.COSH, -INF, INF, -INF),
        unary(Op.TANH, INF, 1, 0),
        unary(Op.TANH, -INF, -1, 0),
        unary(Op.SIGMOID, INF, 1, 0),
        unary(Op.SIGMOID, -INF, 0, 0),
        unary(Op.SOFTPLUS, INF, INF, 1),
        unary(Op.SOFTPLUS, -INF, 0, 0),
        unary(Op.RELU, INF, INF, 1),
        unary(Op.RELU, -INF, 0, 0),
        unary(Op.GELU, INF, INF, 1),
        unary(Op.GELU, -INF, -0.0, 0),
        unary(Op.SILU, INF, INF, 1),
        unary(Op.SILU, -INF, -0.0, 0),
        unary(Op.ERF, INF, 1, 0),
        unary(Op.ERFC, INF, 0, -0.0),
        unary(Op.ERFC, -INF, 2, -0.0),
        binary(Op.HYPOT, INF, 1, INF, NaN, 0));
  }

  @Test
  void logSumExp_withInfinities_neverOverflows() {
    Graph graph = new Graph();
    Node low = graph.variable(NEGATIVE_INFINITY);
    Node high = graph.variable(POSITIVE_INFINITY);
    Node huge = graph.variable(1e300);
    Node one = graph.variable(1);

    assertEquals(1, graph.logSumExp(List.of(low, one)).value());
    assertEquals(0, graph.logSumExp(List.of(low, one)).localDerivative(0));
    assertEquals(1, graph.logSumExp(List.of(low, one)).localDerivative(1));
    assertEquals(NEGATIVE_INFINITY, graph.logSumExp(List.of(low, low)).value());
    assertEquals(NaN, graph.logSumExp(List.of(low, low)).localDerivative(0));
    assertEquals(POSITIVE_INFINITY, graph.logSumExp(List.of(one, high, low)).value());
    assertEquals(1e300, graph.logSumExp(List.of(huge, one)).value());
    assertEquals(1, graph.logSumExp(List.of(huge, one)).localDerivative(0));
  }

  @Test
  void log2_ofEveryPowerOfTwo_isExact() {
    for (int e = Double.MIN_EXPONENT; e <= Double.MAX_EXPONENT; e++) {
      assertEquals(e, Op.LOG2.evaluate(new double[] {Math.scalb(1.0, e)}));
    }
    for (int e = -1074; e < Double.MIN_EXPONENT; e++) {
      assertEquals(e, Op.LOG2.evaluate(new double[] {Math.scalb(1.0, e)}));
    }
  }

  @Test
  void trigonometry_ofHugeAngles_isReducedExactly() {
    for (double x : new double[] {1e22, 1e100, -1e300, Double.MAX_VALUE}) {
      assertClose(sine(x), Op.SIN.evaluate(new double[] {x}), VALUE);
      assertClose(cosine(x), Op.COS.evaluate(new double[] {x}), VALUE);
      assertClose(sine(x) / cosine(x), Op.TAN.evaluate(new double[] {x}), VALUE);
    }
  }

  private static double sine(double x) {
    return Precise.settled(v -> v[0].sin(), x);
  }

  private static double cosine(double x) {
    return Precise.settled(v -> v[0].cos(), x);
  }

  // ---- Tails: what the accuracy promises of the table are worth ----

  @Test
  void tails_atSevenHundred_keepTheirRelativeAccuracy() {
    double e700 = Math.exp(-700); // 9.859676543759770e-305
    assertAll(
        unary(Op.SIGMOID, -700, e700, e700),
        unary(Op.SIGMOID, 700, 1, e700),
        unary(Op.SOFTPLUS, -700, e700, e700),
        unary(Op.SOFTPLUS, 700, 700, 1),
        unary(Op.TANH, 350, 1, 4 * e700),
        unary(Op.TANH, -350, -1, 4 * e700),
        unary(Op.SILU, -700, -700 * e700, -699 * e700),
        unary(Op.SILU, 700, 700, 1),
        unary(Op.GELU, -700, -0.0, 0),
        unary(Op.GELU, 700, 700, 1),
        unary(Op.EXPM1, -700, -1, e700));
  }

  @Test
  void nearZero_atTenToTheMinusThreeHundred_keepTheirRelativeAccuracy() {
    double x = 1e-300;
    assertAll(
        unary(Op.SIGMOID, x, 0.5, 0.25),
        unary(Op.SOFTPLUS, x, Math.log(2), 0.5),
        unary(Op.TANH, x, x, 1),
        unary(Op.LOG1P, x, x, 1),
        unary(Op.EXPM1, -x, -x, 1),
        unary(Op.SILU, x, x / 2, 0.5),
        unary(Op.GELU, x, x / 2, 0.5),
        unary(Op.ASINH, x, x, 1),
        unary(Op.ATANH, -x, -x, 1),
        unary(Op.ERF, x, 2 / Math.sqrt(Math.PI) * x, 2 / Math.sqrt(Math.PI)));
  }

  // ---- Gamma functions ----

  private static double polygamma(int n, double x) {
    return Op.POLYGAMMA.evaluate(new double[] {x, n});
  }

  @Test
  void polygamma_atOneAndOneHalf_hasTheKnownConstants() {
    double zeta3 = 1.2020569031595942;
    double zeta5 = 1.03692775514337;
    double pi = Math.PI;

    assertClose(pi * pi / 6, polygamma(1, 1), ROUNDING);
    assertClose(pi * pi / 2, polygamma(1, 0.5), ROUNDING);
    assertClose(-2 * zeta3, polygamma(2, 1), ROUNDING);
    assertClose(-14 * zeta3, polygamma(2, 0.5), ROUNDING);
    assertClose(Math.pow(pi, 4) / 15, polygamma(3, 1), ROUNDING);
    assertClose(-24 * zeta5, polygamma(4, 1), ROUNDING);
  }

  @Test
  void polygamma_ofNeighbours_obeysTheRecurrence() {
    double factorial = 1;
    for (int n = 1; n <= 12; n++) {
      factorial *= n;
      for (double x : new double[] {0.01, 0.3, 1, 2.5, 7, 19.5, 40, 48.5}) {
        double step = (n % 2 == 0 ? 1 : -1) * factorial / Math.pow(x, n + 1);
        double scale = polygamma(n, x);
        int order = n;
        assertClose(
            polygamma(n, x) + step, polygamma(n, x + 1), ROUNDING, scale, () -> order + " " + x);
      }
    }
  }

  @Test
  void polygamma_ofHighOrder_isTheDerivativeOfTheOrderBelow() {
    for (int n = 2; n <= 8; n++) {
      for (double x : new double[] {0.5, 1.7, 12, 60}) {
        double h = x * 1e-5;
        double difference = (polygamma(n - 1, x + h) - polygamma(n - 1, x - h)) / (2 * h);
        assertClose(difference, polygamma(n, x), 1e-8);
      }
    }
  }

  @Test
  void polygamma_ofOrderZero_isDigamma() {
    Node x = new Graph().variable("x", 2.5);

    assertEquals(Op.DIGAMMA, x.polygamma(0).op());
    String message = refusal(IllegalArgumentException.class, () -> x.polygamma(-1));
    assertEquals("Expected an order of polygamma of 0 or more but got -1.", message);
  }

  @Test
  void gammaFunctions_ofAnyPositiveNumber_returnAtOnce() {
    double[] numbers = {
      Double.MIN_VALUE, 1e-300, 1e-10, 0.5, 1e6, 1e15, 1e16, 1e17, 1e155, 1e300, Double.MAX_VALUE
    };
    // Generous: this guards against loops and recursion over the size of the argument
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          for (double x : numbers) {
            for (double signed : new double[] {x, -x}) {
              for (Op op : List.of(Op.LOG_GAMMA, Op.DIGAMMA)) {
                op.localDerivatives(
                    new double[] {signed}, op.evaluate(new double[] {signed}), new double[1]);
              }
              for (int n = 1; n < 6; n++) {
                double[] operands = {signed, n};
                Op.POLYGAMMA.localDerivatives(
                    operands, Op.POLYGAMMA.evaluate(operands), new double[1]);
              }
            }
          }
        });
    assertClose(-1e300, Op.DIGAMMA.evaluate(new double[] {1e-300}), VALUE);
    assertClose(1e-300, polygamma(1, 1e300), VALUE);
    assertClose(Math.log(1e300), Op.DIGAMMA.evaluate(new double[] {1e300}), VALUE);
  }

  // ---- Derivatives as nodes ----

  @Test
  void localDerivativeNodes_customOpWithWrongCount_saysWhatWasExpected() {
    CustomOp wrong =
        new CustomOp() {
          @Override
          public String name() {
            return "wrong";
          }

          @Override
          public double value(double[] arguments) {
            return 0;
          }

          @Override
          public void localDerivatives(double[] arguments, double value, double[] into) {}

          @Override
          public List<Node> localDerivativeNodes(List<Node> arguments, Node value) {
            return arguments.subList(0, 1);
          }
        };
    Graph graph = new Graph();
    Node y = graph.apply(wrong, graph.variable(1), graph.variable(2));

    String message =
        refusal(IllegalArgumentException.class, () -> Op.localDerivativeNodes(y).apply(1));
    assertEquals(
        "Expected 2 local derivatives as nodes from custom op wrong, one per argument, but got 1.",
        message);
  }

  @Test
  void localDerivativeNodes_ofALeaf_areZero() {
    Node x = new Graph().variable("x", 2);

    assertEquals(0, Op.localDerivativeNodes(x).apply(0).value());
  }

  @Test
  void everyOp_whenRecorded_readsAsItsFormula() {
    List<String> formulas = new ArrayList<>();
    for (OpRow row : OpRow.all().values()) {
      Node y = row.record(new Graph(), row.points().get(0)).named("y");
      assertNotNull(y.toString());
      assertNotNull(y.latex());
      formulas.add(y.formula());
    }
    assertEquals(
        OPS - 2,
        formulas.stream().collect(Collectors.toSet()).size(),
        () -> "formulas tell the ops apart: " + formulas);
  }

  @ParameterizedTest
  @ValueSource(ints = {-2, -1, 1, 2, 3, 4})
  void pow_smallWholeExponents_areWithinTwoUnitsInTheLastPlace(int exponent) {
    SplittableRandom random = new SplittableRandom(exponent);
    for (int k = 0; k < 2_000; k++) {
      double x = random.nextDouble(-1, 1) * Math.pow(10, random.nextInt(-60, 60));
      BigDecimal power = new BigDecimal(x).pow(Math.abs(exponent));
      BigDecimal exact = exponent < 0 ? BigDecimal.ONE.divide(power, new MathContext(40)) : power;
      double y = new Graph().variable(x).pow(exponent).value();
      double error = exact.subtract(new BigDecimal(y)).abs().doubleValue();
      assertTrue(error <= 2 * Math.ulp(y), () -> x + "^" + exponent + " is not " + y);
    }
  }
}
