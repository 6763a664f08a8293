package org.vbar.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;

class DelayedOpsTest {
  /** A loop that makes terms, and one that reads them from the last to the first. */
  private static Tape twoLoops(int n, UnaryOperator<Node> reader) {
    NodeArray x = new Graph().variables("x", new double[n]);
    List<Node> terms = new ArrayList<>();
    for (Node leaf : x) {
      terms.add(leaf.exp());
    }
    List<Node> outputs = new ArrayList<>();
    for (int i = n - 1; i >= 0; i--) {
      outputs.add(reader.apply(terms.get(i)));
    }
    return Tape.of(x, List.of(), outputs);
  }

  private static long loops(Tape tape) {
    return Program.of(tape).top.items.stream().filter(Program.Loop.class::isInstance).count();
  }

  @Test
  void of_loopThatReadsAnotherOne_becomesOneLoopWithoutMemory() {
    Tape tape = twoLoops(100, Node::sin);
    Tape delayed = DelayedOps.of(tape);
    assertEquals(2, loops(tape));
    assertEquals(1, loops(delayed));
    assertEquals(tape.size, delayed.size);
    double[] point = new SplittableRandom(1).doubles(100, -1, 1).toArray();
    double[] none = {};
    double[] expected = new double[100];
    double[] actual = new double[100];
    new Interpreter(tape).tangents(point, none, point, none, expected);
    new Interpreter(delayed).tangents(point, none, point, none, actual);
    Compare.same("tangents", expected, actual);
  }

  @Test
  void of_valuesThatAreReadTwice_stayWhereTheyAre() {
    Tape tape = twoLoops(100, term -> term.times(term));
    assertSame(tape, DelayedOps.of(tape));
  }

  @Test
  void of_valuesThatAreOutputsToo_stayWhereTheyAre() {
    NodeArray x = new Graph().variables("x", new double[50]);
    List<Node> outputs = new ArrayList<>();
    x.forEach(leaf -> outputs.add(leaf.exp()));
    for (int i = 49; i >= 0; i--) {
      outputs.add(outputs.get(i).sin());
    }
    Tape tape = Tape.of(x, List.of(), outputs);
    assertSame(tape, DelayedOps.of(tape));
  }

  /** All of it waits for the last addition. */
  @Test
  void of_longSum_needsNoDeepStack() {
    NodeArray x = new Graph().variables("x", new double[300_000]);
    List<Node> terms = new ArrayList<>();
    x.forEach(leaf -> terms.add(leaf.exp()));
    Node sum = terms.get(0);
    for (Node term : terms.subList(1, terms.size())) {
      sum = sum.plus(term);
    }
    Tape tape = Tape.of(x, List.of(), List.of(sum));
    Tape delayed = DelayedOps.of(tape);
    assertEquals(2, loops(tape));
    assertEquals(1, loops(delayed));
    assertEquals(tape.size, delayed.size);
  }
}
