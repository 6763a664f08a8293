package org.vbar.compile;

import java.util.Arrays;
import org.vbar.graph.Op;

/**
 * Tells which results of a tape are the same number at every point: the same op of the same
 * operands.
 */
final class ValueNumbers {
  private static final int MOST_PROBES = 8;

  private final Tape tape;
  private final int first;

  /** For each result the first one with its value, itself if it is the first. */
  private final int[] numbers;

  /** First results by a hash of what they compute; −1 where free. */
  private final int[] table;

  private ValueNumbers(Tape tape) {
    this.tape = tape;
    this.first = tape.firstResult();
    this.numbers = new int[tape.size];
    this.table = new int[Math.max(16, Integer.highestOneBit(Math.max(1, tape.size)) * 4)];
    Arrays.fill(table, -1);
    for (int i = 0; i < tape.size; i++) {
      numbers[i] = number(i);
    }
  }

  /** For each result of a tape the first one with its value, itself if it is the first. */
  static int[] of(Tape tape) {
    return new ValueNumbers(tape).numbers;
  }

  private int number(int i) {
    int mask = table.length - 1;
    int at = hash(i) & mask;
    for (int probes = 0; probes < MOST_PROBES; probes++, at = (at + 1) & mask) {
      int candidate = table[at];
      if (candidate < 0) {
        table[at] = i;
        return i;
      }
      if (areSame(candidate, i)) {
        return candidate;
      }
    }
    return i;
  }

  private int hash(int i) {
    int hash = tape.op(i).name().hashCode() * 31 + tape.extras[i];
    for (int e = tape.firstOperand(i); e < tape.ends[i]; e++) {
      int slot = tape.operands[e];
      int key = tape.isConstant(slot) ? Double.hashCode(constant(slot)) : canonical(slot);
      hash = (hash * 0x9E3779B1) + key;
    }
    return hash ^ (hash >>> 15);
  }

  private boolean areSame(int a, int b) {
    int count = tape.ends[a] - tape.firstOperand(a);
    Op op = tape.op(a);
    if (op != tape.op(b)
        || tape.extras[a] != tape.extras[b]
        || count != tape.ends[b] - tape.firstOperand(b)) {
      return false;
    }
    for (int k = 0; k < count; k++) {
      int p = tape.operands[tape.firstOperand(a) + k];
      int q = tape.operands[tape.firstOperand(b) + k];
      if (canonical(p) != canonical(q) && !areSameConstants(p, q)) {
        return false;
      }
    }
    return true;
  }

  private boolean areSameConstants(int p, int q) {
    return tape.isConstant(p)
        && tape.isConstant(q)
        && Double.doubleToRawLongBits(constant(p)) == Double.doubleToRawLongBits(constant(q));
  }

  private double constant(int slot) {
    return tape.constants[slot - tape.firstConstant()];
  }

  private int canonical(int slot) {
    return slot < first ? slot : first + numbers[slot - first];
  }
}
