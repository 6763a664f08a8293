package org.vbar.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vbar.backprop.Backprop;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;

class OptimizerTest {
  private static final double[] TERMS = {1e308, -1e308, 1e308};

  private static Optimizer.Result optimized(Node x, Node output) {
    return Optimizer.optimize(Tape.of(List.of(x), List.of(), List.of(output)));
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
  void optimize_operandReadBehindItsProductWithOne_mayReorder() {
    Node x = new Graph().variable("x", 0.25);
    assertEquals(1, optimized(x, readBehind(x)).reordered());
    assertTrue(optimized(x, readBehind(x)).maySeeInfinities());
  }

  @Test
  void optimize_operandThatIsAnOutput_mayReorder() {
    Node x = new Graph().variable("x", 0.25);
    Node s = x.sin();
    Tape tape = Tape.of(List.of(x), List.of(), List.of(s, s.times(1).cos()));
    assertEquals(1, Optimizer.optimize(tape).reordered());
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
    assertFalse(result.maySeeInfinities());
    Compare.same(
        "gradient",
        Backprop.sweep(output).gradient(List.of(x)),
        CompiledFunction.compile(List.of(x), output).gradient(0.3));
  }
}
