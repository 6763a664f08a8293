package org.vbar.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vbar.backprop.Backprop;
import org.vbar.graph.CustomOp;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;

class OptimizerTest {
  private static final double[] TERMS = {1e308, -1e308, 1e308};

  private static Optimizer.Result optimized(Node x, Node... outputs) {
    return Optimizer.optimize(Tape.of(List.of(x), List.of(), List.of(outputs)), true);
  }

  /**
   * Three terms lead into x̄: one directly and two by y = x·1. Recorded, they are c + (d + b),
   * which is finite; taken one by one, d + c overflows.
   */
  private static Node readBehind(Node x) {
    Node y = x.times(1);
    Node b = y.times(TERMS[1]);
    Node c = x.times(TERMS[0]);
    Node d = y.times(TERMS[2]);
    return b.plus(c.plus(d));
  }

  @ParameterizedTest
  @EnumSource(Tier.class)
  void gradient_sumThatOverflowsOnlyInAnotherOrder_isAsRecorded(Tier tier) {
    Node x = new Graph().variable("x", 0.25);
    Node output = readBehind(x);
    double expected = Backprop.sweep(output).of(x);
    assertEquals(1e308, expected);
    CompiledFunction f = CompiledFunction.compile(List.of(x), output).withTier(tier);
    assertEquals(expected, f.gradient(0.25)[0]);
    double[] gradients = new double[40];
    double[] points = new double[40];
    f.gradientBatch(points, new double[40], gradients);
    assertEquals(expected, gradients[39]);
  }

  @Test
  void optimize_operandReadBehindItsProductWithOne_keepsIt() {
    Node x = new Graph().variable("x", 0.25);
    assertEquals(0, optimized(x, readBehind(x)).simplified());
  }

  @Test
  void optimize_operandThatIsAnOutput_keepsItsProductWithOne() {
    Node x = new Graph().variable("x", 0.25);
    Node s = x.sin();
    assertEquals(0, optimized(x, s, s.times(1).cos()).simplified());
  }

  @Test
  void optimize_whatIsNotSwept_needsNoProductWithOne() {
    Node x = new Graph().variable("x", 0.25);
    Tape tape = Tape.of(List.of(x), List.of(), List.of(readBehind(x)));
    assertEquals(1, Optimizer.optimize(tape, false).simplified());
  }

  /** All terms of x̄ that come by x·1 are the last ones, so they are added in the same order. */
  @Test
  void optimize_operandReadBeforeItsProductWithOne_keepsTheOrder() {
    Node x = new Graph().variable("x", 0.3);
    Node a = x.times(0.1);
    Node y = x.dividedBy(1);
    Node output = a.plus(y.times(0.7)).plus(y.times(1e-9).plus(y.times(-0.7)));
    Optimizer.Result result = optimized(x, output);
    assertEquals(1, result.simplified());
    Compare.same(
        "gradient",
        Backprop.sweep(output).gradient(List.of(x)),
        CompiledFunction.compile(List.of(x), output).gradient(0.3));
  }

  // ---- Powers ----

  /** The cube root of x₀ by Newton's steps until they change nothing. */
  private static Node cubeRoot(List<Node> x) {
    Node r = x.get(0);
    Node next = r.minus(r.pow(3).minus(x.get(0)).dividedBy(r.square().times(3)));
    while (next.lessThan(r).isTrue()) {
      r = next;
      next = r.minus(r.pow(3).minus(x.get(0)).dividedBy(r.square().times(3)));
    }
    return r;
  }

  /** Products in place of the powers would end these loops a step earlier or later. */
  @ParameterizedTest
  @EnumSource(Tier.class)
  void value_guardsOnPowers_answerAsRecorded(Tier tier) {
    CompiledFunction f = CompiledFunction.compile(1, OptimizerTest::cubeRoot).withTier(tier);
    for (int k = 0; k < 200; k++) {
      double point = 1.5 + 0.01 * k;
      double expected = cubeRoot(new Graph().variables("x", point)).value();
      assertEquals(expected, f.value(point), "at " + point);
    }
  }

  @ParameterizedTest
  @EnumSource(Tier.class)
  void value_choiceByAPower_isAsRecorded(Tier tier) {
    double point = 0.118;
    while (Math.pow(point, 3) == point * point * point) {
      point = Math.nextUp(point);
    }
    Node x = new Graph().variable("x", point);
    Node y = Node.where(x.pow(3).equalTo(Math.pow(point, 3)), x, x.times(5));
    CompiledFunction f = CompiledFunction.compile(List.of(x), y).withTier(tier);
    assertEquals(y.value(), f.value(point));
  }

  /** The adjoint is 0 and 4x³ overflows, x² does not. */
  @ParameterizedTest
  @EnumSource(Tier.class)
  void gradient_fourthPowerWithInfiniteDerivative_isNanAsInTheGraph(Tier tier) {
    Node x = new Graph().variable("x", 1e130);
    Node y = x.pow(4).tanh();
    assertEquals(Double.NaN, Backprop.sweep(y).of(x));
    CompiledFunction f = CompiledFunction.compile(List.of(x), y).withTier(tier);
    assertEquals(Double.NaN, f.gradient(1e130)[0]);
  }

  // ---- Equal ops ----

  /** Recorded, x̄ is ∞ − ∞; one √x for both would add 1e306 and −1e306 first. */
  @ParameterizedTest
  @EnumSource(Tier.class)
  void gradient_adjointsOfEqualOpsThatCancel_overflowAsRecorded(Tier tier) {
    Node x = new Graph().variable("x", 1e-8);
    Node y = x.sqrt().times(1e306).minus(x.sqrt().times(1e306));
    assertEquals(Double.NaN, Backprop.sweep(y).of(x));
    CompiledFunction f = CompiledFunction.compile(List.of(x), y).withTier(tier);
    assertEquals(Double.NaN, f.gradient(1e-8)[0]);
    assertEquals(2, f.statistics().shared());
    double[] gradients = new double[40];
    double[] points = new double[40];
    Arrays.fill(points, 1e-8);
    f.gradientBatch(points, new double[40], gradients);
    assertEquals(Double.NaN, gradients[39]);
  }

  /** Then the tape as recorded needs no interpreter of its own. */
  @Test
  void optimize_equalOpsThatStay_leaveTheTapeAlone() {
    Node x = new Graph().variable("x", 0.5);
    Tape tape = Tape.of(List.of(x), List.of(), List.of(x.sin().times(x.sin())));
    Optimizer.Result result = Optimizer.optimize(tape, true);
    assertEquals(1, result.shared());
    assertSame(tape, result.tape());
  }

  /** Counts the calls of a function of one argument. */
  private static final class Counter implements CustomOp {
    int values;

    @Override
    public String name() {
      return "counted";
    }

    @Override
    public double value(double[] x) {
      values++;
      return Math.exp(x[0]);
    }

    @Override
    public void localDerivatives(double[] x, double y, double[] into) {
      into[0] = y;
    }
  }

  @ParameterizedTest
  @EnumSource(Tier.class)
  void gradient_equalOpsOfInputs_areComputedOnce(Tier tier) {
    Counter counter = new Counter();
    Graph graph = new Graph();
    Node x = graph.variable("x", 0.5);
    Node a = graph.apply(counter, List.of(x)).sin().times(3).cos(); // the last to read the first
    Node b = graph.apply(counter, List.of(x));
    Node y = a.times(b.sin());
    CompiledFunction f = CompiledFunction.compile(List.of(x), y).withTier(tier);
    double[] expected = Backprop.sweep(y).gradient(List.of(x));
    counter.values = 0;
    Compare.same("gradient", expected, f.gradient(0.5));
    assertEquals(1, counter.values);
    counter.values = 0;
    f.gradientBatch(new double[40], new double[40], new double[40]);
    assertEquals(40, counter.values);
    counter.values = 0;
    f.tangent(new double[] {0.5}, new double[] {1});
    assertEquals(1, counter.values);
  }

  /** The first turn computes sin x₀ twice, all others do not. */
  @ParameterizedTest
  @EnumSource(Tier.class)
  void gradient_opsThatAreEqualInOneTurnOnly_areComputedTwice(Tier tier) {
    double[] point = {0.5, -0.25, 1, 2, -1, 0.75, 0.125, 3};
    NodeArray x = new Graph().variables("x", point);
    Node y = x.get(0).exp(); // a result, so that the first turn is like the others
    for (int i = 0; i < point.length; i++) {
      y = y.plus(x.get(i).sin().times(x.get(0).sin()));
    }
    CompiledFunction f = CompiledFunction.compile(x, y).withTier(tier);
    Compare.same("gradient", Backprop.sweep(y).gradient(x), f.gradient(point));
    assertEquals(y.value(), f.value(point));
  }

  @Test
  void optimize_equalOpsOfData_becomeOne() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 0.5);
    Node d = graph.variable("d", 0.5);
    Node y = x.times(d.exp()).plus(x.sin().times(d.exp()));
    Tape tape = Tape.of(List.of(x), List.of(d), List.of(y));
    Optimizer.Result result = Optimizer.optimize(tape, true);
    assertEquals(1, result.shared());
    assertEquals(tape.size - 1, result.tape().size);
  }
}
