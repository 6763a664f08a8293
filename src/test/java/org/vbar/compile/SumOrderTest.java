package org.vbar.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vbar.backprop.Backprop;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;

class SumOrderTest {
  /** Numbers of very different sizes, so that every order of additions gives other digits. */
  private static double[] terms(int n, long seed) {
    return new SplittableRandom(seed)
        .doubles(n)
        .map(u -> Math.scalb(u - 0.5, (int) (u * 1e6) % 30))
        .toArray();
  }

  private static Node chain(List<Node> terms, BinaryOperator<Node> add) {
    Node sum = terms.get(0);
    for (Node term : terms.subList(1, terms.size())) {
      sum = add.apply(sum, term);
    }
    return sum;
  }

  private static CompiledFunction inAnyOrder(List<Node> x, Node output) {
    return CompiledFunction.compile(x, output).withSumOrder(SumOrder.ANY);
  }

  /** s + ((t + t) + (t + t)), and what is left one by one. */
  private static double byHand(double[] t, int sign) {
    double s = t[0];
    int k = 1;
    for (; k + 3 < t.length; k += 4) {
      s += sign * ((t[k] + t[k + 1]) + (t[k + 2] + t[k + 3]));
    }
    for (; k < t.length; k++) {
      s += sign * t[k];
    }
    return s;
  }

  @ParameterizedTest
  @ValueSource(ints = {33, 34, 35, 36, 37, 1_000})
  void value_longSum_isThatOfTheDocumentedOrder(int n) {
    double[] t = terms(n, n);
    NodeArray x = new Graph().variables("x", t);
    for (Tier tier : Tier.values()) {
      assertEquals(
          byHand(t, 1), inAnyOrder(x, chain(x, Node::plus)).withTier(tier).value(t), "left");
      assertEquals(
          byHand(t, 1),
          inAnyOrder(x, chain(x, (s, e) -> e.plus(s))).withTier(tier).value(t),
          "right");
      assertEquals(
          byHand(t, -1), inAnyOrder(x, chain(x, Node::minus)).withTier(tier).value(t), "minus");
    }
  }

  @Test
  void value_shortSum_isAsRecorded() {
    double[] t = terms(32, 8);
    NodeArray x = new Graph().variables("x", t);
    Node sum = chain(x, Node::plus);
    assertEquals(sum.value(), inAnyOrder(x, sum).value(t));
    assertNotEquals(byHand(t, 1), sum.value());
  }

  @Test
  void value_recordedOrder_isTheDefault() {
    double[] t = terms(1_000, 4);
    NodeArray x = new Graph().variables("x", t);
    Node sum = chain(x, Node::plus);
    assertEquals(sum.value(), CompiledFunction.compile(x, sum).value(t));
    assertEquals(
        sum.value(), inAnyOrder(x, sum).withSumOrder(SumOrder.RECORDED).value(t), "taken back");
    assertNotEquals(sum.value(), inAnyOrder(x, sum).value(t));
  }

  /** Higham's bound for a sum in which no term passes through more than n / 4 + 4 additions. */
  @Test
  void value_sumsThatCancel_stayWithinTheSmallerBound() {
    int n = 10_000;
    for (long seed = 0; seed < 20; seed++) {
      double[] t = terms(n, seed);
      NodeArray x = new Graph().variables("x", t);
      double value = inAnyOrder(x, chain(x, Node::plus)).value(t);
      BigDecimal exact = BigDecimal.ZERO;
      for (double term : t) {
        exact = exact.add(new BigDecimal(term));
      }
      double error = exact.subtract(new BigDecimal(value)).abs().doubleValue();
      double size = Arrays.stream(t).map(Math::abs).sum();
      assertTrue(error <= (n / 4 + 4) * Math.ulp(1.0) / 2 * size, "seed " + seed);
    }
  }

  @Test
  void gradient_randomSums_areThoseOfTheGraphWithinRoundingAndEqualInEveryTier() {
    for (long seed = 0; seed < 60; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      double[] point = random.doubles(3 + random.nextInt(3), -1, 1).toArray();
      NodeArray x = new Graph().variables("x", point);
      Node output = sums(x, random);
      CompiledFunction f = inAnyOrder(x, output);
      double[] gradient = f.withTier(Tier.INTERPRETER).gradient(point);
      double value = f.withTier(Tier.INTERPRETER).value(point);
      String what = "seed " + seed;
      Compare.close(what, Backprop.sweep(output).gradient(x), gradient, 1e-9);
      Compare.close(what, new double[] {output.value()}, new double[] {value}, 1e-11);
      CompiledFunction generated = f.withTier(Tier.BYTECODE);
      Compare.same(what, gradient, generated.gradient(point));
      Compare.same(what, new double[] {value}, new double[] {generated.value(point)});
      double[] points = new double[point.length * 40];
      for (int r = 0; r < 40; r++) {
        System.arraycopy(point, 0, points, r * point.length, point.length);
      }
      double[] gradients = new double[points.length];
      double[] values = new double[40];
      f.gradientBatch(points, values, gradients);
      Compare.same(what, new double[] {value}, new double[] {values[39]});
      int last = points.length - point.length;
      Compare.same(what, gradient, Arrays.copyOfRange(gradients, last, points.length));
    }
  }

  /** Sums over sums of up to four ops a term, two of them in one loop. */
  private static Node sums(List<Node> x, SplittableRandom random) {
    List<Node> results = new ArrayList<>(x);
    for (int k = 0; k < 4; k++) {
      int turns = 20 + random.nextInt(100);
      int kind = random.nextInt(5);
      Node a = results.get(random.nextInt(results.size()));
      Node b = results.get(random.nextInt(results.size()));
      Node s = results.get(random.nextInt(results.size()));
      Node other = a;
      for (int i = 0; i < turns; i++) {
        Node c = x.get(0).graph().constant(random.nextDouble(-1, 1));
        switch (kind) {
          case 0 -> s = s.plus(a.times(c));
          case 1 -> s = s.minus(c.times(b).sin());
          case 2 -> s = a.times(c).tanh().times(b).plus(s);
          case 3 -> {
            s = s.plus(a.times(c));
            other = other.minus(b.times(c));
          }
          default -> s = s.times(0.5).plus(c.times(a));
        }
      }
      results.add(s.times(0.1).tanh());
      results.add(other.tanh());
    }
    return x.get(0).graph().sum(results);
  }

  @Test
  void value_sumInAnInnerLoop_isAsRecorded() {
    double[] t = terms(40, 5);
    NodeArray x = new Graph().variables("x", t);
    Node max = x.get(0);
    for (int j = 0; j < 50; j++) {
      Node sum = x.get(0).graph().constant(j);
      for (Node term : x) {
        sum = sum.plus(term.times(0.5 + j));
      }
      max = Node.where(max.greaterThan(sum), max, sum);
    }
    assertEquals(max.value(), inAnyOrder(x, max).value(t));
  }

  @Test
  void value_sumThatAGuardAsksFor_isAsRecorded() {
    double[] t = terms(1_000, 6);
    double recorded = chain(new Graph().variables("x", t), Node::plus).value();
    double other = byHand(t, 1);
    double between = (recorded + other) / 2;
    assertTrue(recorded != other);
    CompiledFunction f =
        CompiledFunction.compile(
                t.length,
                x -> {
                  Node sum = chain(x, Node::plus);
                  return sum.greaterThan(between).isTrue() ? sum.plus(1) : sum.minus(1);
                })
            .withSumOrder(SumOrder.ANY);
    assertEquals(recorded > between ? recorded + 1 : recorded - 1, f.value(t));
  }

  /** Four large terms together overflow; one by one they cancel. */
  @ParameterizedTest
  @EnumSource(Tier.class)
  void gradient_sumThatOverflowsOnlyInAnotherOrder_isAsRecorded(Tier tier) {
    double[] t = new double[41];
    t[0] = -1e308;
    t[1] = 1e308;
    t[2] = 1e308;
    t[3] = -1e308;
    NodeArray x = new Graph().variables("x", t);
    Node sum = chain(x, Node::plus);
    assertEquals(0, sum.value());
    CompiledFunction f = inAnyOrder(x, sum).withTier(tier);
    double[] ones = new double[t.length];
    Arrays.fill(ones, 1);
    assertEquals(Double.POSITIVE_INFINITY, t[1] + t[2]);
    assertEquals(0, f.value(t));
    double[] gradient = new double[t.length];
    assertEquals(0, f.gradient(t, gradient));
    Compare.same("gradient", ones, gradient);
    double[] points = new double[50 * t.length];
    for (int r = 0; r < 50; r++) {
      System.arraycopy(t, 0, points, r * t.length, t.length);
    }
    double[] values = new double[50];
    f.gradientBatch(points, values, new double[points.length]);
    Compare.same("batch", new double[50], values);
    CompiledFunction ofData =
        CompiledFunction.compile(List.of(), x, List.of(sum))
            .withSumOrder(SumOrder.ANY)
            .withTier(tier);
    assertEquals(0, ofData.gradientSum(new double[0], points, new double[0]));
  }

  @Test
  void jacobian_sumThatOverflowsOnlyInAnotherOrder_isAsRecorded() {
    double[] t = new double[6_001];
    t[0] = -1e308;
    t[1] = 1e308;
    t[2] = 1e308;
    t[3] = -1e308;
    NodeArray x = new Graph().variables("x", t);
    Node sum = chain(x, Node::plus);
    CompiledFunction f =
        CompiledFunction.compile(x, List.of(sum, x.get(0).times(0.5))).withSumOrder(SumOrder.ANY);
    double[] values = new double[2];
    f.jacobian(t, values, new double[2][t.length]);
    Compare.same("values", new double[] {0, -0.5e308}, values);
  }

  @Test
  void loops_sumInAnyOrder_showFourTermsATurn() {
    NodeArray x = new Graph().variables("x", new double[41]);
    assertEquals(
        """
        v[0] = x[1] + x[2]
        v[1] = x[3] + x[4]
        v[2] = v[0] + v[1]
        s = x[0] + v[2]
        for i in 0..8:
          v[4i + 4] = x[4i + 5] + x[4i + 6]
          v[4i + 5] = x[4i + 7] + x[4i + 8]
          v[4i + 6] = v[4i + 4] + v[4i + 5]
          s += v[4i + 6]
        """,
        inAnyOrder(x, chain(x, Node::plus)).loops());
  }
}
