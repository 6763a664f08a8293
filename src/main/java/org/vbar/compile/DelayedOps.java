package org.vbar.compile;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * A tape in which every op that is read once runs just before its reader.
 *
 * <p>A loop whose values are read one by one in another loop becomes part of it, and its values
 * need no memory. That is for programs that only run forward: their numbers do not depend on the
 * order of the ops, whereas a backward run would add terms of adjoints in another order. The
 * Hessian-vector product of Rosenbrock's function of 1,000 inputs is one loop instead of two
 * ({@code HessianVectorBenchmark}).
 */
final class DelayedOps {
  private final Tape tape;
  private final int firstResult;
  private final BitSet readOnce;
  private final Tape.Builder builder;
  private final int[] moved;

  /** Ops that wait for an operand, outermost first, and the operand that each looks at. */
  private int[] waiting = new int[16];

  private int[] operandAt = new int[16];

  private DelayedOps(Tape tape) {
    this.tape = tape;
    this.firstResult = tape.firstResult();
    this.readOnce = tape.readOnce();
    this.builder = new Tape.Builder(tape.inputs, tape.data, tape.constants);
    this.moved = new int[firstResult + tape.size];
    Arrays.setAll(moved, slot -> slot < firstResult ? slot : -1);
  }

  /** The tape with its ops delayed; the same tape if that would not leave fewer loops. */
  static Tape of(Tape tape) {
    if (!LoopFinder.suits(tape)) {
      return tape;
    }
    Tape delayed = new DelayedOps(tape).delayed();
    return loops(delayed) < loops(tape) ? delayed : tape;
  }

  /** Loops at the top. */
  private static long loops(Tape tape) {
    LoopFinder finder = LoopFinder.find(tape);
    LoopFinder.Items items = finder.items();
    return IntStream.range(0, items.count)
        .filter(i -> finder.shape(items.shapes[i]) instanceof LoopFinder.RunShape)
        .count();
  }

  private Tape delayed() {
    for (int i = 0; i < tape.size; i++) {
      if (!readOnce.get(i)) {
        write(i);
      }
    }
    return builder.build(tape, moved);
  }

  /** Writes an op after the ops that waited for it. A loop, because sums can be long. */
  private void write(int op) {
    int depth = push(0, op);
    while (depth > 0) {
      int i = waiting[depth - 1];
      int e = operandAt[depth - 1]++;
      if (e == tape.ends[i]) {
        moved[firstResult + i] = builder.copy(tape, i, moved);
        depth--;
      } else if (moved[tape.operands[e]] < 0) {
        depth = push(depth, tape.operands[e] - firstResult);
      }
    }
  }

  private int push(int depth, int op) {
    if (depth == waiting.length) {
      waiting = Arrays.copyOf(waiting, 2 * depth);
      operandAt = Arrays.copyOf(operandAt, 2 * depth);
    }
    waiting[depth] = op;
    operandAt[depth] = tape.firstOperand(op);
    return depth + 1;
  }
}
