package org.vbar.compile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vbar.Autodiff;
import org.vbar.backprop.Backprop;
import org.vbar.backprop.Tangents;
import org.vbar.graph.CustomOp;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;
import org.vbar.graph.Op;

class CompiledFunctionTest {
  private static final double[] EDGES = {
    0.0,
    -0.0,
    1,
    -1,
    0.5,
    -0.5,
    2,
    3,
    1e-300,
    1e300,
    -1e300,
    700,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN,
    Double.MIN_VALUE
  };

  private static CompiledFunction compile(int n, Function<List<Node>, Node> f, Tier tier) {
    double[] point = new double[n];
    Arrays.fill(point, 0.75);
    NodeArray x = new Graph().variables("x", point);
    return CompiledFunction.compile(x, f.apply(x)).withTier(tier);
  }

  /** Values and gradients with all bits; second derivatives to rounding. */
  private static void checkAgainstEager(
      String what, CompiledFunction f, Function<List<Node>, Node> function, double... point) {
    NodeArray x = new Graph(Graph.Option.NAN_LEAVES).variables("x", point);
    Node y = function.apply(x);
    double[] gradient = new double[point.length];
    double value = f.gradient(point, gradient);
    Compare.same(what + " value", new double[] {y.value()}, new double[] {value});
    double[] eager = Backprop.sweep(y).gradient(x);
    Compare.same(what + " gradient", eager, gradient);
    double[] direction = new double[point.length];
    Arrays.fill(direction, 0.5);
    direction[0] = -2;
    Compare.close(
        what + " tangent",
        new double[] {Tangents.along(x, direction).of(y)},
        f.tangent(point, direction),
        Compare.ROUNDING);
  }

  // ---- Every op ----

  @ParameterizedTest
  @EnumSource(Tier.class)
  void everyOp_atEdgesAndKinks_equalsEager(Tier tier) {
    Set<Op> covered = EnumSet.noneOf(Op.class);
    for (Op op : Op.values()) {
      if (op.isLeaf()) {
        continue;
      }
      covered.add(op);
      int n =
          switch (op.arity()) {
            case LEAF -> 0;
            case UNARY, UNARY_WITH_PARAMETER -> 1;
            case BINARY -> 2;
            case N_ARY -> op == Op.WHERE ? 3 : 4;
          };
      for (double parameter : op.hasParameter() ? new double[] {1, 2, 3} : new double[] {0}) {
        Function<List<Node>, Node> function =
            x ->
                op == Op.CUSTOM
                    ? x.get(0).graph().apply(SoftProduct.INSTANCE, x)
                    : x.get(0).graph().apply(op, parameter, x);
        CompiledFunction f = compile(n, function, tier);
        SplittableRandom random = new SplittableRandom(op.name().hashCode());
        for (int round = 0; round < (n == 1 ? EDGES.length : 80); round++) {
          double[] point = new double[n];
          for (int k = 0; k < n; k++) {
            point[k] = EDGES[n == 1 ? round : random.nextInt(EDGES.length)];
          }
          checkAgainstEager(op + " at " + Arrays.toString(point), f, function, point);
        }
      }
    }
    assertEquals(Op.values().length - 2, covered.size());
  }

  @ParameterizedTest
  @EnumSource(Tier.class)
  void everyOp_secondDerivatives_equalEager(Tier tier) {
    for (Op op : Op.values()) {
      if (op.isLeaf()) {
        continue;
      }
      int n = op == Op.WHERE ? 3 : op.arity() == Op.Arity.N_ARY ? 4 : 2;
      Function<List<Node>, Node> function =
          x -> {
            List<Node> operands =
                switch (op.arity()) {
                  case UNARY, UNARY_WITH_PARAMETER -> List.of(x.get(0).times(x.get(1)));
                  default -> x;
                };
            Node y =
                op == Op.CUSTOM
                    ? x.get(0).graph().apply(SoftProduct.INSTANCE, operands)
                    : x.get(0).graph().apply(op, 2, operands);
            return y.times(x.get(0)).plus(y.square());
          };
      CompiledFunction f = compile(n, function, tier);
      double[] point = {0.8, 0.6, 0.4, 0.3};
      double[] at = Arrays.copyOf(point, n);
      double[][] expected = Autodiff.hessian(function, at);
      double[][] hessian = f.hessian(at);
      double[] v = {1, -2, 3, 0.5};
      double[] product = new double[n];
      f.hessianVectorProduct(at, Arrays.copyOf(v, n), product);
      double[] expectedProduct = new double[n];
      for (int i = 0; i < n; i++) {
        Compare.close(op + " Hessian row " + i, expected[i], hessian[i], Compare.ROUNDING);
        for (int j = 0; j < n; j++) {
          expectedProduct[i] += expected[i][j] * v[j];
        }
      }
      Compare.close(op + " Hessian times vector", expectedProduct, product, Compare.ROUNDING);
    }
  }

  // ---- Shapes of functions ----

  @ParameterizedTest
  @EnumSource(Tier.class)
  void jacobian_severalOutputs_isASweepEach(Tier tier) {
    NodeArray x = new Graph().variables("x", 0.5, 2, 3);
    Node shared = x.get(0).times(x.get(1)).exp();
    List<Node> outputs =
        List.of(shared.plus(x.get(2)), shared, x.get(2), shared.log(), x.get(2).sqrt());
    CompiledFunction f = CompiledFunction.compile(x, outputs).withTier(tier);
    double[][] jacobian = f.jacobian(0.25, -1, 0.0);
    NodeArray again = new Graph().variables("x", 0.25, -1, 0.0);
    Node s = again.get(0).times(again.get(1)).exp();
    List<Node> eager = List.of(s.plus(again.get(2)), s, again.get(2), s.log(), again.get(2).sqrt());
    double[] weights = {1, 2, 3, 4, 0.5};
    for (int k = 0; k < eager.size(); k++) {
      double[] row = Backprop.sweep(eager.get(k)).gradient(again);
      Compare.same("row " + k, row, jacobian[k]);
      assertEquals(eager.get(k).value(), f.values(0.25, -1, 0.0)[k]);
    }
    double[] adjoint = f.adjoint(new double[] {0.25, -1, 0.5}, weights);
    double[][] there = f.jacobian(0.25, -1, 0.5);
    for (int i = 0; i < 3; i++) {
      double sum = 0;
      for (int k = 0; k < weights.length; k++) {
        sum += weights[k] * there[k][i];
      }
      assertEquals(sum, adjoint[i], 1e-14);
    }
  }

  @ParameterizedTest
  @EnumSource(Tier.class)
  void compile_outputThatIsAnInputOrConstant_works(Tier tier) {
    Graph graph = new Graph();
    Node x = graph.variable("x", 1);
    Node c = graph.constant(7);
    CompiledFunction f = CompiledFunction.compile(List.of(x), List.of(x, c, x)).withTier(tier);
    assertArrayEquals(new double[] {3, 7, 3}, f.values(3));
    assertArrayEquals(new double[][] {{1}, {0}, {1}}, f.jacobian(3));
  }

  @ParameterizedTest
  @EnumSource(Tier.class)
  void gradient_inputsInAnotherOrderThanRecorded_followsTheCaller(Tier tier) {
    Graph graph = new Graph();
    Node a = graph.variable("a", 1);
    Node b = graph.variable("b", 1);
    Node unused = graph.variable("unused", 1);
    CompiledFunction f =
        CompiledFunction.compile(List.of(unused, b, a), a.square().plus(b.times(3))).withTier(tier);
    double[] gradient = new double[3];
    assertEquals(4 + 15, f.gradient(new double[] {100, 5, 2}, gradient));
    assertArrayEquals(new double[] {0, 3, 4}, gradient);
  }

  @ParameterizedTest
  @EnumSource(Tier.class)
  void gradient_zeroTimesInfinity_isNanAsInTheGraph(Tier tier) {
    Function<List<Node>, Node> f = x -> x.get(0).sqrt().times(0).plus(x.get(0).sqrt().times(1));
    CompiledFunction compiled = compile(1, f, tier);
    assertTrue(Double.isNaN(compiled.gradient(0.0)[0]));
    assertEquals(0.25, compiled.gradient(4.0)[0]);
  }

  // ---- Optimiser ----

  @Test
  void statistics_needlessOps_areCounted() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Node square = x.pow(2);
    Node sine = x.sin();
    Node needless = x.times(1).dividedBy(1).minus(0).pow(1); // the last to read x
    Node folded = graph.constant(2).times(graph.constant(3)).exp();
    Node twice = needless.sin().plus(sine);
    x.cos(); // recorded, but not needed
    CompiledFunction f = CompiledFunction.compile(List.of(x), twice.times(folded).plus(square));
    Statistics statistics = f.statistics();
    assertEquals(4 + 2 + 3 + 3, statistics.recorded());
    assertEquals(2, statistics.folded());
    assertEquals(5, statistics.simplified());
    assertEquals(1, statistics.shared());
    assertEquals(6, statistics.optimized());
    assertEquals(2 * Math.sin(2) * Math.exp(6) + 4, f.value(2), 1e-12);
  }

  @Test
  void optimiser_zeroAddedToMinusZero_keepsTheSign() {
    CompiledFunction f = compile(1, x -> x.get(0).plus(0).reciprocal(), Tier.INTERPRETER);
    assertEquals(Double.POSITIVE_INFINITY, f.value(-0.0));
    CompiledFunction g = compile(1, x -> x.get(0).minus(0).reciprocal(), Tier.INTERPRETER);
    assertEquals(Double.NEGATIVE_INFINITY, g.value(-0.0));
  }

  // ---- Branches ----

  private static Node absolute(List<Node> x) {
    return x.get(0).greaterThan(0).isTrue() ? x.get(0).square() : x.get(0).times(-3);
  }

  @Test
  void compile_guardThatTurns_recordsTheOtherSideOnce() {
    CompiledFunction f = Autodiff.compile(1, CompiledFunctionTest::absolute);
    assertEquals(0, f.sideCount());
    for (int round = 0; round < 3; round++) {
      assertEquals(4, f.value(2));
      assertEquals(6, f.value(-2));
      assertArrayEquals(new double[] {6}, f.gradient(3.0));
      assertArrayEquals(new double[] {-3}, f.gradient(-3.0));
      assertEquals(2, f.hessian(1.0)[0][0]);
      assertEquals(0, f.hessian(-1.0)[0][0]);
    }
    assertEquals(2, f.sideCount());
    double[] values = new double[4];
    double[] gradients = new double[4];
    f.gradientBatch(new double[] {1, -1, 2, -2}, values, gradients);
    assertArrayEquals(new double[] {1, 3, 4, 6}, values);
    assertArrayEquals(new double[] {2, -3, 4, -3}, gradients);
  }

  @ParameterizedTest
  @EnumSource(Tier.class)
  void value_guardThatTurnsInACompiledNode_isRefused(Tier tier) {
    CompiledFunction f = compile(1, CompiledFunctionTest::absolute, tier);
    assertEquals(4, f.value(2));
    for (Runnable call :
        List.<Runnable>of(
            () -> f.value(-1),
            () -> f.gradient(-1.0),
            () -> f.hessian(-1.0),
            () -> f.tangent(new double[] {-1}, new double[] {1}))) {
      String message = assertThrows(IllegalStateException.class, call::run).toString();
      assertTrue(message.contains("Autodiff.compile"), message);
    }
  }

  /** Both results are recorded before the comparison that chooses between them. */
  private static Node chosenLast(List<Node> x) {
    Node ifPositive = x.get(0).times(2);
    Node otherwise = x.get(0).times(-3);
    return x.get(0).greaterThan(0).isTrue() ? ifPositive : otherwise;
  }

  @Test
  void compile_guardAfterTheOutput_recordsTheOtherSide() {
    CompiledFunction f = Autodiff.compile(1, CompiledFunctionTest::chosenLast);
    assertEquals(2, f.value(1));
    assertEquals(3, f.value(-1));
    assertArrayEquals(new double[] {-3}, f.gradient(-1.0));
    assertEquals(2, f.sideCount());
    double[] values = new double[20];
    double[] gradients = new double[20];
    f.gradientBatch(
        IntStream.range(-10, 10).mapToDouble(k -> k + 0.5).toArray(), values, gradients);
    assertEquals(28.5, values[0]);
    assertEquals(-3, gradients[0]);
    assertEquals(19, values[19]);
    assertEquals(2, gradients[19]);
  }

  @ParameterizedTest
  @EnumSource(Tier.class)
  void value_guardAfterTheOutputThatTurns_isRefused(Tier tier) {
    CompiledFunction f = compile(1, CompiledFunctionTest::chosenLast, tier);
    assertEquals(4, f.value(2));
    assertThrows(IllegalStateException.class, () -> f.value(-1));
    assertThrows(IllegalStateException.class, () -> f.gradient(-1.0));
  }

  @ParameterizedTest
  @EnumSource(Tier.class)
  void derivatives_intoTheArrayOfThePoint_areRefusedAndLeaveItAlone(Tier tier) {
    CompiledFunction f = compile(2, v -> v.get(0).times(v.get(1)).plus(v.get(0)), tier);
    double[] p = {3, 5};
    double[] other = new double[2];
    for (Runnable call :
        List.<Runnable>of(
            () -> f.gradient(p, p),
            () -> f.hessianVectorProduct(p, other, p),
            () -> f.jacobian(p, new double[1], new double[][] {p}),
            () -> f.gradientBatch(p, new double[1], p))) {
      String message = assertThrows(IllegalArgumentException.class, call::run).toString();
      assertTrue(message.contains("array of its own"), message);
      assertArrayEquals(new double[] {3, 5}, p);
    }
    f.hessianVectorProduct(p, other, other); // the vector is read before the product is written
  }

  // ---- Many points, data, threads ----

  @ParameterizedTest
  @EnumSource(Tier.class)
  void gradientBatch_manyRows_equalsOneCallEach(Tier tier) {
    RandomProgram program = new RandomProgram(11, 90);
    CompiledFunction f = compile(program.inputs(), program, tier);
    int rows = 1_000;
    int n = program.inputs();
    double[] points = new SplittableRandom(1).doubles((long) rows * n, -2, 2).toArray();
    double[] values = new double[rows];
    double[] gradients = new double[rows * n];
    f.gradientBatch(points, values, gradients);
    double[] oneThread = new double[rows * n];
    f.withThreads(1).gradientBatch(points, values, oneThread);
    Compare.same("threads", oneThread, gradients);
    for (int r = 0; r < rows; r++) {
      double[] gradient = new double[n];
      double[] value = {f.gradient(Arrays.copyOfRange(points, r * n, r * n + n), gradient)};
      Compare.same("value " + r, value, new double[] {values[r]});
      Compare.same("row " + r, gradient, Arrays.copyOfRange(gradients, r * n, r * n + n));
    }
  }

  @ParameterizedTest
  @EnumSource(Tier.class)
  void gradientSum_dataSet_doesNotDependOnThreads(Tier tier) {
    Graph graph = new Graph();
    NodeArray w = graph.variables("w", 1, 2);
    NodeArray xy = graph.variables("xy", 0, 0);
    Node residual = w.get(0).times(xy.get(0)).plus(w.get(1)).sin().minus(xy.get(1));
    CompiledFunction f = CompiledFunction.compile(w, xy, List.of(residual.square())).withTier(tier);
    double[] rows = new SplittableRandom(3).doubles(20_000, -1, 1).toArray();
    double[] point = {0.7, -0.2};
    double[] one = new double[2];
    double sum = f.withThreads(1).gradientSum(point, rows, one);
    double[] many = new double[2];
    assertEquals(sum, f.withThreads(7).gradientSum(point, rows, many));
    assertArrayEquals(one, many);
    double expected = 0;
    double[] slope = new double[2];
    for (int r = 0; r < rows.length; r += 2) {
      double z = point[0] * rows[r] + point[1];
      double e = Math.sin(z) - rows[r + 1];
      expected += e * e;
      slope[0] += 2 * e * Math.cos(z) * rows[r];
      slope[1] += 2 * e * Math.cos(z);
    }
    assertEquals(expected, sum, 1e-9);
    assertArrayEquals(slope, one, 1e-9);
    assertArrayEquals(
        f.gradient(point[0], point[1], 0.1, 0.2), f.gradient(point[0], point[1], 0.1, 0.2));
    assertThrows(IllegalArgumentException.class, () -> f.gradientSum(point, new double[3], one));
  }

  /** With many inputs, the sums of few blocks are kept until they are added. */
  @Test
  void gradientSum_manyInputsAndRows_keepsFewSumsAtATime() {
    assertEquals(469, CompiledFunction.blocksAtATime(469, 2, 100));
    assertEquals(10, CompiledFunction.blocksAtATime(469, 2, 101_770));
    assertEquals(16, CompiledFunction.blocksAtATime(469, 16, 101_770));
    int inputs = 60_000;
    Graph graph = new Graph();
    NodeArray w = graph.variables("w", new double[inputs]);
    Node d = graph.variable("d", 1);
    Node y = w.get(7).times(d).sin().plus(w.get(inputs - 1).times(d).exp());
    CompiledFunction f = CompiledFunction.compile(w, List.of(d), List.of(y));
    double[] rows = new SplittableRandom(5).doubles(128 * 20 + 3, -1, 1).toArray();
    double[] point = new double[inputs];
    point[7] = 0.5;
    double[] gradient = new double[inputs];
    double sum = f.withThreads(2).gradientSum(point, rows, gradient);
    assertEquals(Arrays.stream(rows).map(r -> Math.sin(0.5 * r) + 1).sum(), sum, 1e-9);
    double slope = Arrays.stream(rows).map(r -> r * Math.cos(0.5 * r)).sum();
    assertEquals(slope, gradient[7], 1e-9);
    assertEquals(Arrays.stream(rows).sum(), gradient[inputs - 1], 1e-9);
    assertEquals(0, gradient[8]);
    assertEquals(sum, f.withThreads(1).gradientSum(point, rows, point)); // over the point itself
    assertArrayEquals(gradient, point);
  }

  @Test
  void gradient_manyThreadsOnOneFunction_equalsOneThread() {
    RandomProgram program = new RandomProgram(4, 300);
    CompiledFunction f = Autodiff.compile(program.inputs(), program);
    CompiledFunction reference = Autodiff.compile(program.inputs(), program);
    double[][] expected =
        IntStream.range(0, 64)
            .mapToObj(k -> reference.gradient(program.point(k)))
            .toArray(double[][]::new);
    IntStream.range(0, 4_000)
        .parallel()
        .forEach(
            k -> Compare.same("call " + k, expected[k % 64], f.gradient(program.point(k % 64))));
  }

  // ---- Custom ops ----

  @ParameterizedTest
  @EnumSource(Tier.class)
  void hessian_customOpWithNumbersOnly_isRefusedWithAReason(Tier tier) {
    CustomOp cube =
        new CustomOp() {
          @Override
          public String name() {
            return "cube";
          }

          @Override
          public double value(double[] arguments) {
            return arguments[0] * arguments[0] * arguments[0];
          }

          @Override
          public void localDerivatives(double[] arguments, double value, double[] into) {
            into[0] = 3 * arguments[0] * arguments[0];
          }
        };
    CompiledFunction f = compile(1, x -> x.get(0).graph().apply(cube, x.get(0)).plus(1), tier);
    assertEquals(12, f.gradient(2.0)[0]);
    assertThrows(UnsupportedOperationException.class, () -> f.hessian(2.0));
  }

  /** A custom op may refuse arguments that the caller never asked for. */
  @ParameterizedTest
  @EnumSource(Tier.class)
  void hessian_customOpThatRefusesOtherPoints_asksOnlyThePoint(Tier tier) {
    CustomOp small =
        new CustomOp() {
          @Override
          public String name() {
            return "squareOfSmallNumbers";
          }

          @Override
          public double value(double[] arguments) {
            if (arguments[0] > 0.5) {
              throw new IllegalArgumentException("too large: " + arguments[0]);
            }
            return arguments[0] * arguments[0];
          }

          @Override
          public void localDerivatives(double[] arguments, double value, double[] into) {
            into[0] = 2 * arguments[0];
          }

          @Override
          public List<Node> localDerivativeNodes(List<Node> arguments, Node value) {
            return List.of(arguments.get(0).times(2));
          }
        };
    Graph graph = new Graph();
    Node d = graph.variable("d", 0.1);
    Node x = graph.variable("x", 0.2);
    Node y = graph.apply(small, x.times(d)).plus(graph.apply(small, d));
    CompiledFunction f =
        CompiledFunction.compile(List.of(x), List.of(d), List.of(y)).withTier(tier);
    assertEquals(2 * 0.25 * 0.25, f.hessian(1.5, 0.25)[0][0]);
    assertThrows(IllegalArgumentException.class, () -> f.value(1.5, 0.75));
    assertEquals(2 * 0.5 * 0.5, f.hessian(0.5, 0.5)[0][0]);
  }

  // ---- Refusals ----

  @Test
  void compile_wrongInputs_saysWhatToDo() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 1);
    Node y = x.exp();
    Node stranger = new Graph().variable("z", 1);
    assertThrows(
        IllegalArgumentException.class, () -> CompiledFunction.compile(List.of(y), y.exp()));
    assertThrows(IllegalArgumentException.class, () -> CompiledFunction.compile(List.of(x, x), y));
    assertThrows(
        IllegalArgumentException.class, () -> CompiledFunction.compile(List.of(stranger), y));
    assertThrows(
        IllegalArgumentException.class, () -> CompiledFunction.compile(List.of(x), List.of()));
    CompiledFunction f = CompiledFunction.compile(List.of(x), List.of(y, x));
    assertThrows(IllegalArgumentException.class, () -> f.values(1, 2));
    assertThrows(IllegalStateException.class, () -> f.value(1));
    assertThrows(IllegalStateException.class, () -> f.gradient(1.0));
  }

  // ---- Tiers ----

  @Test
  void tier_functionUsedOften_becomesBytecode() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 1);
    Node y = x;
    for (int i = 0; i < 100; i++) {
      y = y.sin().plus(x);
    }
    CompiledFunction f = CompiledFunction.compile(List.of(x), y);
    assertEquals(Tier.INTERPRETER, f.tier());
    double before = f.gradient(0.3)[0];
    for (int call = 0; call < 10_000; call++) {
      f.value(0.1);
    }
    assertEquals(Tier.BYTECODE, f.tier());
    assertTrue(f.statistics().methods() > 0 && f.statistics().bytes() < 8_000);
    assertEquals(before, f.gradient(0.3)[0]);
  }

  @Test
  void compile_irregularGraph_isCutIntoMethodsThatHotSpotCompiles() {
    RandomProgram program = new RandomProgram(5, 6_000);
    CompiledFunction f = compile(program.inputs(), program, Tier.BYTECODE);
    Statistics statistics = f.statistics();
    assertTrue(statistics.methods() > 4 && statistics.bytes() < 8_000, statistics.toString());
    CompiledFunction interpreted = f.withTier(Tier.INTERPRETER);
    for (int k = 0; k < 5; k++) {
      Compare.same(
          "point " + k, interpreted.gradient(program.point(k)), f.gradient(program.point(k)));
    }
  }

  @Test
  void compile_manyOutputs_isCutIntoMethodsThatHotSpotCompiles() {
    NodeArray x = new Graph().variables("x", new double[400]);
    List<Node> outputs = new ArrayList<>();
    for (int k = 0; k < 400; k++) {
      outputs.add(x.get(k * 37 % 400).sin());
    }
    CompiledFunction f = CompiledFunction.compile(x, outputs).withTier(Tier.BYTECODE);
    assertTrue(f.statistics().bytes() < 8_000);
    double[][] jacobian = f.jacobian(new double[400]);
    for (int k = 0; k < 400; k++) {
      assertEquals(1, jacobian[k][k * 37 % 400]);
      assertEquals(1, Arrays.stream(jacobian[k]).sum());
    }
  }

  @Test
  void gradientBatch_oneArrayForValuesAndGradients_isRefused() {
    CompiledFunction f = Autodiff.compile(1, x -> x.get(0).square());
    double[] both = new double[3];
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> f.gradientBatch(new double[] {1, 2, 3}, both, both));
    assertTrue(refused.toString().contains("two arrays"), refused.toString());
  }

  @SuppressWarnings("NullAway") // what callers without its checks may pass
  @Test
  void compile_missingFunctionOrNode_saysWhatIsMissing() {
    Node x = new Graph().variable("x", 1);
    Map<String, Executable> calls =
        Map.of(
            "The function is null", () -> Autodiff.compile(1, null),
            "The function returned null", () -> Autodiff.compile(1, v -> null).value(2),
            "input, datum or output is null",
                () -> CompiledFunction.compile(Arrays.asList(x, null), x),
            "output is null", () -> CompiledFunction.compile(List.of(x), Arrays.asList(x, null)));
    calls.forEach(
        (reason, call) -> {
          String message = assertThrows(NullPointerException.class, call).toString();
          assertTrue(message.contains(reason), message);
        });
  }

  @ParameterizedTest
  @EnumSource(Tier.class)
  void derivatives_functionOfNoInput_areEmpty(Tier tier) {
    CompiledFunction f =
        CompiledFunction.compile(List.of(), new Graph().constant(3).exp()).withTier(tier);
    assertEquals(Math.exp(3), f.value());
    assertEquals(0, f.gradient(new double[0]).length);
    assertEquals(0, f.hessian().length);
    f.hessianVectorProduct(new double[0], new double[0], new double[0]);
    assertEquals(0, f.jacobian()[0].length);
  }

  @Test
  void gradientSum_functionWithoutData_saysHowToGiveThem() {
    CompiledFunction f = Autodiff.compile(1, x -> x.get(0).square());
    IllegalStateException refused =
        assertThrows(
            IllegalStateException.class,
            () -> f.gradientSum(new double[1], new double[4], new double[1]));
    assertTrue(refused.toString().contains("compile(inputs, data, outputs)"), refused.toString());
  }
}
