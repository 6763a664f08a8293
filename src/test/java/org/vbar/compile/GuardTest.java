package org.vbar.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vbar.Autodiff;
import org.vbar.backprop.Backprop;
import org.vbar.backprop.Tangents;
import org.vbar.graph.CustomOp;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;

/** Guards on values computed on the way, in every kind of derivative and in batches. */
class GuardTest {
  /** The square root of x₀ + 2 by Newton's steps until they are small, times x₁ if that is less. */
  private static Node root(List<Node> x) {
    Node a = x.get(0).plus(2);
    Node r = a;
    while (r.times(r).minus(a).abs().greaterThan(1e-3).isTrue()) {
      r = r.plus(a.dividedBy(r)).times(0.5);
    }
    return r.lessThan(x.get(1).exp()).isTrue() ? r.times(x.get(1)) : r.sin();
  }

  private static double[] points(int rows) {
    return new SplittableRandom(4).doubles(2L * rows, -1.9, 6).toArray();
  }

  private static CompiledFunction compile(Tier tier) {
    return Autodiff.compile(2, GuardTest::root).withTier(tier);
  }

  @ParameterizedTest
  @EnumSource(Tier.class)
  void derivatives_guardsOnIntermediateValues_equalEager(Tier tier) {
    CompiledFunction f = compile(tier);
    double[] points = points(60);
    double[] v = {0.5, -2};
    for (int r = 0; r < 60; r++) {
      double[] point = {points[2 * r], points[2 * r + 1]};
      NodeArray x = new Graph().variables("x", point);
      Node y = root(x);
      String what = "point " + r + ": ";
      double[] gradient = Backprop.sweep(y).gradient(x);
      double[] tangent = {Tangents.along(x, v).of(y)};
      Compare.same(what + "value", new double[] {y.value()}, f.values(point));
      Compare.same(what + "gradient", gradient, f.gradient(point));
      Compare.same(what + "adjoint", gradient, f.adjoint(point, new double[] {1}));
      Compare.close(what + "Jacobian", gradient, f.jacobian(point)[0], Compare.ROUNDING);
      Compare.close(what + "tangent", tangent, f.tangent(point, v), Compare.ROUNDING);
      double[][] hessian = Autodiff.hessian(GuardTest::root, point);
      double[][] compiled = f.hessian(point);
      double[] product = new double[2];
      f.hessianVectorProduct(point, v, product);
      for (int i = 0; i < 2; i++) {
        Compare.close(what + "Hessian row " + i, hessian[i], compiled[i], 1e-9);
        double expected = hessian[i][0] * v[0] + hessian[i][1] * v[1];
        assertEquals(expected, product[i], 1e-9 * (1 + Math.abs(expected)), what);
      }
    }
    assertTrue(f.sideCount() > 4, () -> f.sideCount() + " sides");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void gradientBatch_guardedRowsOnManySides_equalsOneCallEach(int threads) {
    int rows = 3_000;
    double[] points = points(rows);
    CompiledFunction f = compile(Tier.BYTECODE).withThreads(threads);
    double[] values = new double[rows];
    double[] gradients = new double[2 * rows];
    f.gradientBatch(points, values, gradients);
    CompiledFunction single = compile(Tier.INTERPRETER);
    for (int r = 0; r < rows; r++) {
      double[] gradient = new double[2];
      double value = single.gradient(Arrays.copyOfRange(points, 2 * r, 2 * r + 2), gradient);
      Compare.same("value " + r, new double[] {value}, new double[] {values[r]});
      Compare.same("row " + r, gradient, Arrays.copyOfRange(gradients, 2 * r, 2 * r + 2));
    }
  }

  @Test
  void gradient_manyThreadsOnManySides_recordsEachSideOnce() {
    double[] points = points(200);
    CompiledFunction reference = compile(Tier.INTERPRETER);
    double[][] expected = new double[200][];
    for (int r = 0; r < 200; r++) {
      expected[r] = reference.gradient(points[2 * r], points[2 * r + 1]);
    }
    Function<List<Node>, Node> function = GuardTest::root;
    for (int round = 0; round < 50; round++) { // threads meet at a side's first point by chance
      CompiledFunction f = Autodiff.compile(2, function);
      IntStream.range(0, 200)
          .parallel()
          .forEach(
              r -> {
                double[] gradient = f.gradient(points[2 * r], points[2 * r + 1]);
                Compare.same("row " + r, expected[r], gradient);
              });
      assertEquals(reference.sideCount(), f.sideCount());
    }
  }

  /** The square root, which refuses negative numbers with an exception. */
  private static final CustomOp ROOT =
      new CustomOp() {
        @Override
        public String name() {
          return "root";
        }

        @Override
        public double value(double[] arguments) {
          if (arguments[0] < 0) {
            throw new IllegalArgumentException("No root of " + arguments[0]);
          }
          return Math.sqrt(arguments[0]);
        }

        @Override
        public void localDerivatives(double[] arguments, double value, double[] into) {
          into[0] = 0.5 / value;
        }

        @Override
        public List<Node> localDerivativeNodes(List<Node> arguments, Node value) {
          return List.of(value.times(2).reciprocal());
        }
      };

  private static Node rootWherePositive(List<Node> x) {
    Node a = x.get(0).plus(x.get(1));
    return a.greaterThan(0).isTrue() ? a.graph().apply(ROOT, a).times(x.get(1)) : a.square();
  }

  @ParameterizedTest
  @EnumSource(Tier.class)
  void derivatives_customOpThatRefusesWhatAGuardKeepsFromIt_equalEager(Tier tier) {
    CompiledFunction f = Autodiff.compile(2, GuardTest::rootWherePositive).withTier(tier);
    double[] v = {0.5, -2};
    for (double[] point : new double[][] {{1, 2}, {-1, -2}, {3, 4}, {-5, 1}}) {
      NodeArray x = new Graph().variables("x", point);
      Node y = rootWherePositive(x);
      double[] gradient = Backprop.sweep(y).gradient(x);
      String what = "point " + Arrays.toString(point) + ": ";
      Compare.same(what + "value", new double[] {y.value()}, f.values(point));
      Compare.same(what + "gradient", gradient, f.gradient(point));
      Compare.close(what + "Jacobian", gradient, f.jacobian(point)[0], Compare.ROUNDING);
      double[] tangent = {Tangents.along(x, v).of(y)};
      Compare.close(what + "tangent", tangent, f.tangent(point, v), Compare.ROUNDING);
      double[][] hessian = Autodiff.hessian(GuardTest::rootWherePositive, point);
      double[][] compiled = f.hessian(point);
      for (int i = 0; i < 2; i++) {
        Compare.close(what + "Hessian row " + i, hessian[i], compiled[i], 1e-12);
      }
    }
    assertEquals(2, f.sideCount());
    CompiledFunction fresh = Autodiff.compile(2, GuardTest::rootWherePositive).withTier(tier);
    double[] points = points(50);
    points[0] = 9; // the root is recorded first
    double[] values = new double[50];
    double[] gradients = new double[100];
    fresh.gradientBatch(points, values, gradients);
    for (int r = 0; r < 50; r++) {
      double[] gradient = new double[2];
      double value = f.gradient(Arrays.copyOfRange(points, 2 * r, 2 * r + 2), gradient);
      Compare.same("value " + r, new double[] {value}, new double[] {values[r]});
      Compare.same("row " + r, gradient, Arrays.copyOfRange(gradients, 2 * r, 2 * r + 2));
    }
  }

  @ParameterizedTest
  @EnumSource(Tier.class)
  void gradientSum_guardBeforeACustomOpThatRefuses_namesTheGuard(Tier tier) {
    NodeArray x = new Graph().variables("x", 1, 2);
    CompiledFunction f =
        CompiledFunction.compile(
                x.subList(0, 1), x.subList(1, 2), List.of(GuardTest.rootWherePositive(x)))
            .withTier(tier);
    double[] gradient = new double[1];
    double[] rows = {3, 8, 15, 3, 8, 15, 3, 8, 15};
    assertEquals(3 * (6 + 24 + 60), f.gradientSum(new double[] {1}, rows, gradient));
    rows[7] = -2;
    IllegalStateException refused =
        assertThrows(
            IllegalStateException.class, () -> f.gradientSum(new double[] {1}, rows, gradient));
    assertTrue(refused.toString().contains("isTrue()"), refused.toString());
    assertThrows(IllegalStateException.class, () -> f.value(1, -2));
  }
}
