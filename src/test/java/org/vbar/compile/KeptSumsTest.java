package org.vbar.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vbar.backprop.Backprop;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;

class KeptSumsTest {
  private static Node sumOfSquares(List<Node> x) {
    Node sum = x.get(0).square();
    for (Node other : x.subList(1, x.size())) {
      sum = sum.plus(other.square());
    }
    return sum;
  }

  private static Tape tape(int n, UnaryOperator<Node> end) {
    NodeArray x = new Graph().variables("x", new double[n]);
    return Tape.of(x, List.of(), List.of(end.apply(sumOfSquares(x))));
  }

  private static int storedValues(Tape tape) {
    return new Plan(Program.of(tape), true, 0).valuePlaces;
  }

  @Test
  void of_squareOfASum_storesOneNumberInsteadOfEveryPartialSum() {
    Tape tape = tape(1_000, Node::square);
    Tape kept = KeptSums.of(tape);
    assertTrue(storedValues(tape) >= 999);
    assertTrue(storedValues(kept) <= 1, () -> storedValues(kept) + " stored values");
    assertEquals(tape.size + 1, kept.size);
  }

  @Test
  void of_sumThatNoDerivativeReads_isTheSameTape() {
    for (UnaryOperator<Node> end :
        List.<UnaryOperator<Node>>of(s -> s, Node::exp, s -> s.times(3), s -> s.plus(1))) {
      Tape tape = tape(1_000, end);
      assertSame(tape, KeptSums.of(tape));
    }
  }

  @ParameterizedTest
  @EnumSource(Tier.class)
  void gradient_functionsOfASum_areThoseOfTheSweepToTheBit(Tier tier) {
    List<UnaryOperator<Node>> ends =
        List.of(
            Node::square,
            Node::log,
            s -> s.times(s),
            s -> s.sin().plus(s.reciprocal()).times(s),
            s -> s.graph().constant(1).dividedBy(s));
    for (UnaryOperator<Node> end : ends) {
      double[] point = {0.1, -0.7, 0.3, 1.1, 0.9, -2, 0.4};
      NodeArray x = new Graph().variables("x", point);
      Node output = end.apply(sumOfSquares(x));
      CompiledFunction f = CompiledFunction.compile(x, output).withTier(tier);
      Compare.same("gradient", Backprop.sweep(output).gradient(x), f.gradient(point));
    }
  }

  /** Adding +0 in place of −0 would give ∞. */
  @ParameterizedTest
  @EnumSource(Tier.class)
  void value_sumThatIsMinusZero_staysSo(Tier tier) {
    double[] point = {-0.0, -0.0, -0.0, -0.0, -0.0, -0.0};
    NodeArray x = new Graph().variables("x", point);
    Node sum = x.get(0);
    for (Node other : x.subList(1, x.size())) {
      sum = sum.plus(other);
    }
    CompiledFunction f = CompiledFunction.compile(x, sum.reciprocal()).withTier(tier);
    assertEquals(Double.NEGATIVE_INFINITY, f.value(point));
  }

  @Test
  void statistics_keptSum_countsTheOpsOfTheFunction() {
    NodeArray x = new Graph().variables("x", new double[100]);
    CompiledFunction f = CompiledFunction.compile(x, sumOfSquares(x).square());
    assertEquals(f.statistics().recorded(), f.statistics().optimized());
  }
}
