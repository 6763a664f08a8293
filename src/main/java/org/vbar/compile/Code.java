package org.vbar.compile;

import java.util.Arrays;
import java.util.BitSet;
import org.vbar.graph.Op;

/**
 * The instructions of the fast interpreter: one byte per result of a tape, and the lengths of runs.
 *
 * <p>A run is a running sum of at least two turns, s + x₁ + x₂ + …, or s + a₁·b₁ + a₂·b₂ + …, in
 * which nothing else reads the products and the sums on the way. Its instruction stands at its
 * first result for the forward run and at its last for the backward one. The operands stay those of
 * the tape.
 */
final class Code {
  static final byte DOT = 0;
  static final byte SUM = 1;
  static final byte PLUS = 2;
  static final byte TIMES = 3;
  static final byte MINUS = 4;
  static final byte SQUARE = 5;
  static final byte NEGATED = 6;
  static final byte DIVIDED_BY = 7;
  static final byte UNARY = 8;
  static final byte OTHER = 9;
  static final byte WITH_PARAMETER = 16;

  /** Forward only: the value of an earlier op that computes the same. */
  static final byte COPY = 15;

  // Backward only: products whose left, or right, factors are data or constants and take no term.

  static final byte TIMES_RIGHT = 10;
  static final byte TIMES_LEFT = 11;
  static final byte DOT_RIGHT = 12;
  static final byte DOT_LEFT = 13;

  /** Backward only: what nothing but guards depends on, so that it takes no adjoint. */
  static final byte GUARDS_ONLY = 14;

  private static final int FEWEST_TURNS = 2;

  /** Instructions for the forward run. */
  final byte[] codes;

  /** Instructions for the backward run. */
  final byte[] backward;

  /** The turns of each run, in the order of the tape. */
  final int[] turns;

  /** For each copy the result that it copies. */
  final int[] copied;

  private Code(byte[] codes, byte[] backward, int[] turns, int[] copied) {
    this.codes = codes;
    this.backward = backward;
    this.turns = turns;
    this.copied = copied;
  }

  static Code of(Tape tape) {
    byte[] codes = new byte[tape.size];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = code(tape.op(i));
    }
    byte[] backward = codes.clone();
    for (int i = 0; i < codes.length; i++) {
      if (codes[i] == TIMES) {
        backward[i] = isFixed(tape, i, 1, 0) ? TIMES_RIGHT : TIMES;
        backward[i] = isFixed(tape, i, 1, 1) ? TIMES_LEFT : backward[i];
      }
    }
    BitSet swept = markGuardsOnly(tape, backward);
    byte[] readers = readers(tape);
    int[] turns = new int[16];
    int runs = 0;
    for (int i = 0; i < codes.length; ) {
      int dots = dots(tape, readers, i);
      int sums = dots >= FEWEST_TURNS ? 0 : sums(tape, readers, i);
      int count = Math.max(dots, sums);
      if (count < FEWEST_TURNS || !swept.get(i)) {
        i++;
        continue;
      }
      int length = dots >= FEWEST_TURNS ? 2 * dots : sums;
      byte code = dots >= FEWEST_TURNS ? DOT : SUM;
      codes[i] = code;
      backward[i + length - 1] = code;
      if (code == DOT) {
        byte withRight = isFixed(tape, i, dots, 0) ? DOT_RIGHT : DOT;
        backward[i + length - 1] = isFixed(tape, i, dots, 1) ? DOT_LEFT : withRight;
      }
      if (runs == turns.length) {
        turns = Arrays.copyOf(turns, 2 * runs);
      }
      turns[runs++] = dots >= FEWEST_TURNS ? dots : sums;
      i += length;
    }
    return new Code(codes, backward, Arrays.copyOf(turns, runs), markCopies(tape, codes));
  }

  /** Marks what is worth copying; returns where from, or an empty array if there is nothing. */
  private static int[] markCopies(Tape tape, byte[] codes) {
    int[] numbers = ValueNumbers.of(tape);
    boolean found = false;
    for (int i = 0; i < codes.length; i++) {
      if (numbers[i] != i && isDear(codes[i])) {
        codes[i] = COPY;
        found = true;
      }
    }
    return found ? numbers : new int[0];
  }

  private static boolean isDear(byte code) {
    return code == DIVIDED_BY || code == UNARY || code == WITH_PARAMETER || code == OTHER;
  }

  /** Marks what no output depends on; returns the rest. */
  private static BitSet markGuardsOnly(Tape tape, byte[] backward) {
    BitSet swept = tape.ancestors(Arrays.copyOf(tape.outputs, tape.outputCount()));
    for (int i = swept.nextClearBit(0); i < tape.size; i = swept.nextClearBit(i + 1)) {
      backward[i] = GUARDS_ONLY;
    }
    return swept;
  }

  private static byte code(Op op) {
    return switch (op) {
      case PLUS -> PLUS;
      case TIMES -> TIMES;
      case MINUS -> MINUS;
      case SQUARE -> SQUARE;
      case NEGATED -> NEGATED;
      case DIVIDED_BY -> DIVIDED_BY;
      default ->
          switch (op.arity()) {
            case UNARY -> UNARY;
            case UNARY_WITH_PARAMETER -> WITH_PARAMETER;
            default -> OTHER;
          };
    };
  }

  /** Whether one factor of every second result from i on is a datum or a constant. */
  private static boolean isFixed(Tape tape, int i, int products, int factor) {
    for (int t = 0; t < products; t++) {
      int slot = tape.operands[tape.firstOperand(i + 2 * t) + factor];
      if (slot < tape.inputs || slot >= tape.firstResult()) {
        return false;
      }
    }
    return true;
  }

  /** How many times each result is read, at most 2. */
  private static byte[] readers(Tape tape) {
    byte[] readers = new byte[tape.size];
    for (int slot : tape.operands) {
      read(tape, readers, slot);
    }
    for (int slot : tape.outputs) {
      read(tape, readers, slot);
    }
    return readers;
  }

  private static void read(Tape tape, byte[] readers, int slot) {
    int result = slot - tape.firstResult();
    if (result >= 0 && readers[result] < 2) {
      readers[result]++;
    }
  }

  /** The turns of a sum of products that begins with the product at i. */
  private static int dots(Tape tape, byte[] readers, int i) {
    int first = tape.firstResult();
    int turns = 0;
    for (int at = i; at + 1 < tape.size; at += 2) {
      if (tape.op(at) != Op.TIMES || tape.op(at + 1) != Op.PLUS || readers[at] != 1) {
        break;
      }
      int e = tape.firstOperand(at + 1);
      boolean continues =
          turns == 0 || (tape.operands[e] == first + at - 1 && readers[at - 1] == 1);
      if (!continues || tape.operands[e + 1] != first + at || tape.operands[e] == first + at) {
        break;
      }
      turns++;
    }
    return turns;
  }

  /** The turns of a sum that begins with the addition at i. */
  private static int sums(Tape tape, byte[] readers, int i) {
    int first = tape.firstResult();
    int turns = 0;
    for (int at = i; at < tape.size && tape.op(at) == Op.PLUS; at++) {
      int e = tape.firstOperand(at);
      boolean continues =
          turns == 0 || (tape.operands[e] == first + at - 1 && readers[at - 1] == 1);
      if (!continues) {
        break;
      }
      turns++;
    }
    return turns;
  }
}
