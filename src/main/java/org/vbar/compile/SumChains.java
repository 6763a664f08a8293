package org.vbar.compile;

import java.util.BitSet;
import org.vbar.graph.Op;

/**
 * The sums that loops recorded in a tape: s₁ = s₀ + t₁, s₂ = s₁ + t₂, … or the same with
 * subtractions, equally far apart, each partial sum being read by the next alone.
 */
final class SumChains {
  static final int NONE = -1;

  private final Tape tape;
  private final int firstResult;

  /** For each op of a sum, the op that computes the sum so far, if it belongs to the same sum. */
  private final int[] before;

  /** For each op of a sum, how many of its ops there are up to this one. */
  private final int[] lengths;

  private final BitSet goesOn;
  private final BitSet isSumOnTheRight;

  private SumChains(Tape tape, BitSet allowed) {
    this.tape = tape;
    this.firstResult = tape.firstResult();
    this.before = new int[tape.size];
    this.lengths = new int[tape.size];
    this.goesOn = new BitSet(tape.size);
    this.isSumOnTheRight = new BitSet(tape.size);
    BitSet open = tape.readOnce();
    open.and(allowed);
    for (int i = 0; i < tape.size; i++) {
      before[i] = allowed.get(i) ? findBefore(i, open) : NONE;
      lengths[i] = 1;
      if (before[i] != NONE) {
        lengths[i] = lengths[before[i]] + 1;
        goesOn.set(before[i]);
        noteSide(i);
      }
    }
  }

  /** Finds all sums. */
  static SumChains of(Tape tape) {
    BitSet all = new BitSet(tape.size);
    all.set(0, tape.size);
    return new SumChains(tape, all);
  }

  /** Finds the sums that consist of the given ops. */
  static SumChains of(Tape tape, BitSet allowed) {
    return new SumChains(tape, allowed);
  }

  private int findBefore(int i, BitSet open) {
    Op op = tape.op(i);
    if (op != Op.PLUS && op != Op.MINUS) {
      return NONE;
    }
    int e = tape.firstOperand(i);
    if (goesOnAt(i, tape.operands[e] - firstResult, open)) {
      return tape.operands[e] - firstResult;
    }
    if (op == Op.PLUS && goesOnAt(i, tape.operands[e + 1] - firstResult, open)) {
      return tape.operands[e + 1] - firstResult;
    }
    return NONE;
  }

  private boolean goesOnAt(int i, int j, BitSet open) {
    return j >= 0
        && tape.ops[j] == tape.ops[i]
        && open.get(j)
        && (lengths[j] == 1 || j - before[j] == i - j);
  }

  /** A first op has its sum on the side on which the second has it. */
  private void noteSide(int i) {
    boolean isRight = tape.operands[tape.firstOperand(i)] - firstResult != before[i];
    isSumOnTheRight.set(i, isRight);
    if (lengths[i] == 2) {
      isSumOnTheRight.set(before[i], isRight);
    }
  }

  /** The op that computes the sum so far, or NONE for a first one. */
  int before(int i) {
    return before[i];
  }

  /** How many ops of its sum there are up to an op; 1 for one that belongs to none. */
  int length(int i) {
    return lengths[i];
  }

  /** Whether an op gives a whole sum. */
  boolean isEnd(int i) {
    return lengths[i] > 1 && !goesOn.get(i);
  }

  /** Slot of the sum so far. */
  int sumBefore(int i) {
    return tape.operands[tape.firstOperand(i) + (isSumOnTheRight.get(i) ? 1 : 0)];
  }

  /** Slot of what an op adds or subtracts. */
  int term(int i) {
    return tape.operands[tape.firstOperand(i) + (isSumOnTheRight.get(i) ? 0 : 1)];
  }
}
