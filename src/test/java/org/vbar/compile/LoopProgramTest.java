package org.vbar.compile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vbar.backprop.AdjointGraph;
import org.vbar.backprop.Backprop;
import org.vbar.backprop.Tangents;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;

/**
 * Programs of nested loops, recorded at one point and run at others in every tier, by every method,
 * into arrays full of NaN.
 */
class LoopProgramTest {
  private static final double[] USUAL = {0, -0.0, 1, -1};
  private static final double[] EXTREME = {
    0, -0.0, 1, 1e10, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN
  };

  /** Small numbers are differences of larger ones, so they are compared by those. */
  private static final double UNIT = 1;

  @Test
  void compiled_loopPrograms_equalEager() {
    LongStream.range(0, 150).forEach(seed -> check(seed, USUAL));
  }

  @Test
  void compiled_loopProgramsAtExtremePoints_equalEager() {
    LongStream.range(0, 150).forEach(seed -> check(seed, EXTREME));
  }

  /** Programs whose Jacobian, computed as nodes, once lost a NaN. */
  @ParameterizedTest
  @ValueSource(longs = {11257, 18402})
  void compiled_seedThatFailedAtExtremePoints_equalsEager(long seed) {
    check(seed, EXTREME);
  }

  @Test
  void compiled_guardedLoopPrograms_equalEager() {
    LongStream.range(0, 80).forEach(LoopProgramTest::checkGuarded);
  }

  @ParameterizedTest
  @ValueSource(longs = {1950, 4248, 6737, 9300, 12989})
  void compiled_guardedSeedThatFailedOnce_equalsEager(long seed) {
    checkGuarded(seed);
  }

  @Test
  @Tag("full")
  void compiled_manyLoopPrograms_equalEager() {
    LongStream.range(100_000, 106_000).forEach(seed -> check(seed, USUAL));
    LongStream.range(200_000, 206_000).forEach(seed -> check(seed, EXTREME));
    LongStream.range(300_000, 303_000).forEach(LoopProgramTest::checkGuarded);
  }

  private record Recorded(List<Node> x, List<Node> d, List<Node> outputs) {
    CompiledFunction compiled(Tier tier) {
      return CompiledFunction.compile(x, d, outputs).withTier(tier);
    }
  }

  /** Records inputs and data one among the other, at every third seed in another order. */
  private static Recorded record(LoopProgram program, long seed, double[] point) {
    Graph graph = new Graph(Graph.Option.NAN_LEAVES);
    List<Integer> order = new ArrayList<>();
    for (int k = 0; k < point.length; k++) {
      order.add(k);
    }
    if (seed % 3 == 0) {
      Collections.shuffle(order, new Random(seed));
    }
    Node[] leaves = new Node[point.length];
    order.forEach(k -> leaves[k] = graph.variable(point[k]));
    List<Node> all = Arrays.asList(leaves);
    List<Node> x = all.subList(0, program.inputs);
    List<Node> d = all.subList(program.inputs, point.length);
    return new Recorded(x, d, program.record(x, d));
  }

  private static double[] nan(int n) {
    double[] numbers = new double[n];
    Arrays.fill(numbers, Double.NaN);
    return numbers;
  }

  private static void close(String what, double[] expected, double[] actual, double tolerance) {
    double[] withUnit = Arrays.copyOf(expected, expected.length + 1);
    withUnit[expected.length] = UNIT;
    double[] other = Arrays.copyOf(actual, actual.length + 1);
    other[actual.length] = UNIT;
    Compare.close(what, withUnit, other, tolerance);
  }

  private static void check(long seed, double[] edges) {
    LoopProgram program = new LoopProgram(seed, false);
    Recorded recorded = record(program, seed, program.point(0));
    CompiledFunction interpreted = recorded.compiled(Tier.INTERPRETER);
    CompiledFunction generated = recorded.compiled(Tier.BYTECODE);
    SplittableRandom random = new SplittableRandom(seed);
    for (int which = 0; which < 3; which++) {
      double[] point = program.point(which);
      for (int k = 0; k < point.length; k++) {
        point[k] = random.nextInt(3) == 0 ? edges[random.nextInt(edges.length)] : point[k];
      }
      String what = "seed " + seed + " at " + Arrays.toString(point) + ": ";
      Recorded eager = record(program, seed, point);
      double[] direction = random.doubles(program.inputs, -1, 1).toArray();
      checkFirst(what, interpreted, generated, point, direction, eager);
      if (eager.outputs().size() == 1) {
        checkSecond(what, interpreted, generated, point, direction, eager);
      }
    }
    if (recorded.outputs().size() == 1) {
      if (program.data == 0) {
        checkBatch(program, interpreted, generated, random, edges);
      } else {
        checkSum(program, interpreted, generated, random);
      }
    }
  }

  private static void checkFirst(
      String what,
      CompiledFunction interpreted,
      CompiledFunction generated,
      double[] point,
      double[] direction,
      Recorded eager) {
    int outputs = eager.outputs().size();
    double[] values = eager.outputs().stream().mapToDouble(Node::value).toArray();
    Compare.same(what + "values", values, interpreted.values(point));
    Compare.same(what + "values", interpreted.values(point), generated.values(point));
    Tangents along = Tangents.along(eager.x(), direction);
    double[] tangents = eager.outputs().stream().mapToDouble(along::of).toArray();
    close(what + "tangents", tangents, interpreted.tangent(point, direction), 1e-7);
    Compare.same(
        what + "tangents",
        interpreted.tangent(point, direction),
        generated.tangent(point, direction));
    double[][] jacobian = new double[outputs][];
    double[][] again = new double[outputs][];
    for (int k = 0; k < outputs; k++) {
      jacobian[k] = nan(direction.length);
      again[k] = nan(direction.length);
    }
    double[] beside = nan(outputs);
    double[] besideAgain = nan(outputs);
    interpreted.jacobian(point, beside, jacobian);
    generated.jacobian(point, besideAgain, again);
    Compare.same(what + "values beside the Jacobian", values, beside);
    Compare.same(what + "values beside the Jacobian", beside, besideAgain);
    for (int k = 0; k < outputs; k++) {
      double[] row = Backprop.sweep(eager.outputs().get(k)).gradient(eager.x());
      close(what + "row " + k, row, jacobian[k], 1e-7);
      Compare.same(what + "row " + k, jacobian[k], again[k]);
    }
    double[] weights = new double[outputs];
    Arrays.setAll(weights, k -> k % 3 - 0.5);
    Compare.same(
        what + "adjoints", interpreted.adjoint(point, weights), generated.adjoint(point, weights));
  }

  private static void checkSecond(
      String what,
      CompiledFunction interpreted,
      CompiledFunction generated,
      double[] point,
      double[] direction,
      Recorded eager) {
    int n = direction.length;
    Node output = eager.outputs().get(0);
    double[] gradient = nan(n);
    double[] again = nan(n);
    double[] value = {interpreted.gradient(point, gradient)};
    double[] valueAgain = {generated.gradient(point, again)};
    Compare.same(what + "gradient", Backprop.sweep(output).gradient(eager.x()), gradient);
    Compare.same(what + "gradient", gradient, again);
    Compare.same(what + "value beside the gradient", value, valueAgain);
    List<Node> nodes = AdjointGraph.of(output, eager.x()).gradient();
    Tangents along = Tangents.along(eager.x(), direction);
    double[] expected = nodes.stream().mapToDouble(along::of).toArray();
    double[] product = nan(n);
    double[] productAgain = nan(n);
    interpreted.hessianVectorProduct(point, direction, product);
    generated.hessianVectorProduct(point, direction, productAgain);
    close(what + "Hessian times vector", expected, product, 1e-5);
    Compare.same(what + "Hessian times vector", product, productAgain);
    double[][] hessian = interpreted.hessian(point);
    double[][] hessianAgain = generated.hessian(point);
    for (int k = 0; k < n; k++) {
      Compare.same(what + "Hessian, row " + k, hessian[k], hessianAgain[k]);
    }
  }

  private static int rows(SplittableRandom random) {
    int[] counts = {0, 1, 7, 8, 9, 33, 130, 257, 1030};
    return counts[random.nextInt(counts.length)];
  }

  private static void checkBatch(
      LoopProgram program,
      CompiledFunction interpreted,
      CompiledFunction generated,
      SplittableRandom random,
      double[] edges) {
    int n = program.inputs;
    int rows = rows(random);
    double[] points = random.doubles((long) rows * n, -1.5, 1.5).toArray();
    for (int k = 0; k < points.length; k += 1 + random.nextInt(30)) {
      points[k] = edges[random.nextInt(edges.length)];
    }
    checkBatch(program.toString(), points, rows, interpreted, generated);
  }

  private static void checkBatch(
      String what,
      double[] points,
      int rows,
      CompiledFunction interpreted,
      CompiledFunction generated) {
    int n = interpreted.inputCount();
    double[] values = nan(rows);
    double[] gradients = nan(rows * n);
    interpreted.withThreads(1).gradientBatch(points, values, gradients);
    double[] valuesAgain = nan(rows);
    double[] gradientsAgain = nan(rows * n);
    generated.withThreads(3).gradientBatch(points, valuesAgain, gradientsAgain);
    Compare.same(what + ", values of rows", values, valuesAgain);
    Compare.same(what + ", gradients of rows", gradients, gradientsAgain);
    for (int r = 0; r < rows; r++) {
      double[] row = nan(n);
      double[] value = {generated.gradient(Arrays.copyOfRange(points, r * n, r * n + n), row)};
      Compare.same(what + ", value of row " + r, value, new double[] {values[r]});
      Compare.same(what + ", row " + r, row, Arrays.copyOfRange(gradients, r * n, r * n + n));
    }
  }

  private static void checkSum(
      LoopProgram program,
      CompiledFunction interpreted,
      CompiledFunction generated,
      SplittableRandom random) {
    int n = program.inputs;
    int m = program.data;
    int rows = rows(random);
    double[] point = Arrays.copyOf(program.point(3), n);
    double[] table = random.doubles((long) rows * m, -1.5, 1.5).toArray();
    double[] sum = nan(n);
    double[] sumAgain = nan(n);
    double[] value = {interpreted.withThreads(1).gradientSum(point, table, sum)};
    double[] valueAgain = {generated.withThreads(3).gradientSum(point, table, sumAgain)};
    Compare.same(program + ", sum of values", value, valueAgain);
    Compare.same(program + ", sum of gradients", sum, sumAgain);
    double[] expected = new double[n];
    double[] row = Arrays.copyOf(point, n + m);
    for (int r = 0; r < rows; r++) {
      System.arraycopy(table, r * m, row, n, m);
      double[] gradient = generated.gradient(row);
      Arrays.setAll(expected, k -> expected[k] + gradient[k]);
    }
    close(program + ", sum of gradients", expected, sum, 1e-9);
  }

  private static void checkGuarded(long seed) {
    LoopProgram program = new LoopProgram(seed, true);
    int inputs = program.inputs;
    int n = inputs + program.data;
    CompiledFunction f =
        CompiledFunction.compile(
            n, x -> program.record(x.subList(0, inputs), x.subList(inputs, n)).get(0));
    CompiledFunction interpreted = f.withTier(Tier.INTERPRETER);
    CompiledFunction generated = f.withTier(Tier.BYTECODE);
    int rows = 20;
    double[] points = new double[rows * n];
    for (int r = 0; r < rows; r++) {
      double[] point = program.point(r);
      System.arraycopy(point, 0, points, r * n, n);
      NodeArray x = new Graph(Graph.Option.NAN_LEAVES).variables("x", point);
      Node y = program.record(x.subList(0, inputs), x.subList(inputs, n)).get(0);
      double[] direction = new SplittableRandom(seed + r).doubles(n, -1, 1).toArray();
      String what = "guarded seed " + seed + " at " + Arrays.toString(point) + ": ";
      Recorded eager = new Recorded(x, List.of(), List.of(y));
      checkFirst(what, interpreted, generated, point, direction, eager);
      if (r < 2) {
        checkSecond(what, interpreted, generated, point, direction, eager);
      }
    }
    checkBatch("guarded seed " + seed, points, rows, interpreted, generated);
  }
}
