package org.vbar.compile;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.vbar.graph.Op;

/**
 * One pass over a tape that leaves out what need not be computed.
 *
 * <ul>
 *   <li>Ops of constants are computed once.
 *   <li>x·1, x/1, x − 0, x¹ and x + (−0) are x; x + 0 is x only where x cannot be −0, because −0 +
 *       0 is 0. x·0 stays: for an infinite x it is NaN.
 *   <li>x², x³, x⁴ and x⁻¹ become products and a quotient, but for x², whose product has the same
 *       bits, only where no comparison and no kink depends on them: there the last digit would
 *       decide. x⁰ stays, for its derivative's sake: 0 times an infinite adjoint is NaN.
 *   <li>An op with the operands of an earlier one is that one.
 *   <li>What nothing needs any more is dropped.
 * </ul>
 *
 * <p>Values stay the same, but for the powers, whose last digit may change. Sharing a node adds its
 * adjoints before rather than after the product with the local derivative: that can change the last
 * digits, and with infinite derivatives it can give ∞ where two separate nodes give NaN. An operand
 * in place of x·1 takes the terms of x·1 one by one, where x·1 adds them up first: if something
 * else is read from x behind x·1, the order of additions changes, and with it the last digits and
 * whether a partial sum overflows. Therefore a result that is not finite is computed again from the
 * tape as it was recorded. The other way round nothing is noticed: where terms or powers beyond
 * 1e308 occur only in the recorded order and cancel in this one, the result is finite.
 */
final class Optimizer {
  private final Tape tape;
  private final Tape.Builder builder;
  private double[] constants;
  private int constantCount;
  private final int firstConstant;

  /** Where each result of the old tape went. */
  private final int[] moved;

  /** Results, by their place in the builder, that cannot be −0. */
  private final BitSet neverMinusZero;

  /** Places of results in the builder by a hash of what they compute; −1 where free. */
  private final int[] table;

  private int folded;
  private int simplified;
  private int shared;
  private int powers;
  private int reordered;

  /** Results whose last digit may decide; null until a power asks. */
  private @Nullable BitSet deciding;

  /** The last op that reads each slot of the old tape; {@code tape.size} for outputs. */
  private final int[] lastReaders;

  /** What an optimisation gave. */
  record Result(Tape tape, int folded, int simplified, int shared, int powers, int reordered) {
    boolean changed() {
      return folded + simplified + shared > 0;
    }

    /** Whether derivatives or partial sums may become infinite elsewhere than as recorded. */
    boolean maySeeInfinities() {
      return shared + powers + reordered > 0;
    }
  }

  private Optimizer(Tape tape) {
    this.tape = tape;
    this.constants = tape.constants.clone();
    this.constantCount = constants.length;
    this.firstConstant = tape.firstConstant();
    // How many constants folding adds is known only at the end, so results are counted without
    // them.
    this.builder = new Tape.Builder(tape.inputs, tape.data, new double[0]);
    this.moved = new int[tape.size];
    this.neverMinusZero = new BitSet();
    this.table = new int[Math.max(16, Integer.highestOneBit(Math.max(1, tape.size)) * 4)];
    Arrays.fill(table, -1);
    this.lastReaders = new int[tape.firstResult() + tape.size];
    for (int i = 0; i < tape.size; i++) {
      for (int e = tape.firstOperand(i); e < tape.ends[i]; e++) {
        lastReaders[tape.operands[e]] = i;
      }
    }
    for (int slot : tape.outputs) {
      lastReaders[slot] = tape.size;
    }
  }

  static Result optimize(Tape tape) {
    return new Optimizer(tape).run();
  }

  // While the pass runs, an operand is: a leaf slot below firstConstant; −1 − place of a constant;
  // firstConstant + place of a result in the builder.

  private int current(int slot) {
    if (slot < firstConstant) {
      return slot;
    }
    int result = slot - tape.firstResult();
    return result < 0 ? -1 - (slot - firstConstant) : moved[result];
  }

  private static boolean isConstant(int operand) {
    return operand < 0;
  }

  private double constant(int operand) {
    return constants[-1 - operand];
  }

  private int newConstant(double value) {
    if (constantCount == constants.length) {
      constants = Arrays.copyOf(constants, 2 * constantCount + 4);
    }
    constants[constantCount] = value;
    return -1 - constantCount++;
  }

  private Result run() {
    int widest = 0;
    for (int i = 0; i < tape.size; i++) {
      widest = Math.max(widest, tape.ends[i] - tape.firstOperand(i));
    }
    int[] operands = new int[widest];
    for (int i = 0; i < tape.size; i++) {
      int first = tape.firstOperand(i);
      int count = tape.ends[i] - first;
      for (int k = 0; k < count; k++) {
        operands[k] = current(tape.operands[first + k]);
      }
      moved[i] = place(i, tape.op(i), operands, count);
    }
    Tape all = rebuilt();
    return new Result(withoutDead(all), folded, simplified, shared, powers, reordered);
  }

  private int place(int i, Op op, int[] operands, int count) {
    if (op != Op.CUSTOM && allConstant(operands, count)) {
      folded++;
      return newConstant(folded(i, op, operands, count));
    }
    int simpler = simpler(i, op, operands);
    if (simpler != Integer.MIN_VALUE) {
      simplified++;
      reordered += isReadLater(i) ? 1 : 0;
      powers += op == Op.POW_CONSTANT ? 1 : 0;
      return simpler;
    }
    return shared(op, builder.extraOf(tape, i), operands, count);
  }

  /** Whether an operand of an op, other than a constant, is read again or is an output. */
  private boolean isReadLater(int i) {
    for (int e = tape.firstOperand(i); e < tape.ends[i]; e++) {
      int slot = tape.operands[e];
      if (!isConstant(current(slot)) && lastReaders[slot] > i) {
        return true;
      }
    }
    return false;
  }

  private static boolean allConstant(int[] operands, int count) {
    for (int k = 0; k < count; k++) {
      if (!isConstant(operands[k])) {
        return false;
      }
    }
    return true;
  }

  private double folded(int i, Op op, int[] operands, int count) {
    double[] values = new double[count + (op.hasParameter() ? 1 : 0)];
    for (int k = 0; k < count; k++) {
      values[k] = constant(operands[k]);
    }
    if (op.hasParameter()) {
      values[count] = tape.parameter(i);
    }
    return op.evaluate(values);
  }

  /** An operand or cheaper ops that give the same, or MIN_VALUE. */
  private int simpler(int i, Op op, int[] o) {
    switch (op) {
      case TIMES -> {
        if (is(o[1], 1)) {
          return o[0];
        }
        if (is(o[0], 1)) {
          return o[1];
        }
      }
      case DIVIDED_BY -> {
        if (is(o[1], 1)) {
          return o[0];
        }
      }
      case PLUS -> {
        if (vanishes(o[1], o[0])) {
          return o[0];
        }
        if (vanishes(o[0], o[1])) {
          return o[1];
        }
      }
      case MINUS -> {
        if (is(o[1], 0.0)) {
          return o[0];
        }
      }
      case POW_CONSTANT -> {
        return power(i, o[0]);
      }
      default -> {}
    }
    return Integer.MIN_VALUE;
  }

  private int power(int i, int x) {
    double exponent = tape.parameter(i);
    if (exponent == 1) {
      return x;
    }
    if (exponent == 2) {
      return shared(Op.SQUARE, -1, new int[] {x}, 1);
    }
    boolean hasProduct = exponent == -1 || exponent == 3 || exponent == 4;
    if (!hasProduct || decides(i)) {
      return Integer.MIN_VALUE;
    }
    if (exponent == -1) {
      return shared(Op.RECIPROCAL, -1, new int[] {x}, 1);
    }
    int square = shared(Op.SQUARE, -1, new int[] {x}, 1);
    int cube = shared(Op.TIMES, -1, new int[] {square, x}, 2);
    // Not the square's square, which would hide that 4x³ is infinite from 6e102 on.
    return exponent == 3 ? cube : shared(Op.TIMES, -1, new int[] {cube, x}, 2);
  }

  /** Whether a result leads to a comparison or a kink, where its last digit may decide. */
  private boolean decides(int i) {
    BitSet known = deciding;
    if (known == null) {
      known = deciding();
      deciding = known;
    }
    return known.get(i);
  }

  private BitSet deciding() {
    BitSet found = new BitSet(tape.size);
    int first = tape.firstResult();
    for (int i = tape.size - 1; i >= 0; i--) {
      int from = tape.firstOperand(i);
      int to = from + (tape.op(i) == Op.WHERE ? 1 : 0); // the condition
      if (found.get(i) || mayJump(tape.op(i))) {
        to = tape.ends[i];
      }
      for (int e = from; e < to; e++) {
        if (tape.operands[e] >= first) {
          found.set(tape.operands[e] - first);
        }
      }
    }
    return found;
  }

  /** Whether the value or the derivative of an op may jump where an operand hardly changes. */
  private static boolean mayJump(Op op) {
    return switch (op) {
      case SIGN, HEAVISIDE, ABS, MIN, MAX, RELU, LEAKY_RELU, ELU, CUSTOM -> true;
      default -> op.isComparison();
    };
  }

  /** Whether an operand is this constant; 0 and −0 differ. */
  private boolean is(int operand, double value) {
    return isConstant(operand)
        && Double.doubleToRawLongBits(constant(operand)) == Double.doubleToRawLongBits(value);
  }

  /** Whether adding an operand changes nothing in x, not even the sign of a zero. */
  private boolean vanishes(int operand, int x) {
    return is(operand, -0.0)
        || (is(operand, 0.0) && x >= firstConstant && neverMinusZero.get(x - firstConstant));
  }

  private int shared(Op op, int extra, int[] operands, int count) {
    int hash = op.name().hashCode() * 31 + extra;
    for (int k = 0; k < count; k++) {
      int key = operands[k];
      hash = hash * 0x9E3779B1 + (isConstant(key) ? Double.hashCode(constant(key)) : key);
    }
    hash ^= hash >>> 15;
    int mask = Integer.highestOneBit(table.length) - 1;
    int at = hash & mask;
    for (int probes = 0; probes < 8; probes++, at = (at + 1) & mask) {
      int candidate = table[at];
      if (candidate < 0) {
        break;
      }
      if (isSame(candidate, op, extra, operands, count)) {
        shared++;
        return firstConstant + candidate;
      }
    }
    for (int k = 0; k < count; k++) {
      builder.operand(operands[k]);
    }
    int place = builder.finish(op, extra) - firstConstant;
    if (table[at] < 0) {
      table[at] = place;
    }
    if (neverMinusZero(op, operands)) {
      neverMinusZero.set(place);
    }
    return firstConstant + place;
  }

  private boolean isSame(int candidate, Op op, int extra, int[] operands, int count) {
    if (builder.op(candidate) != op
        || builder.extra(candidate) != extra
        || builder.operandCount(candidate) != count) {
      return false;
    }
    for (int k = 0; k < count; k++) {
      int a = builder.operandAt(candidate, k);
      int b = operands[k];
      if (a != b
          && !(isConstant(a)
              && isConstant(b)
              && Double.doubleToRawLongBits(constant(a))
                  == Double.doubleToRawLongBits(constant(b)))) {
        return false;
      }
    }
    return true;
  }

  private boolean neverMinusZero(Op op, int[] o) {
    return switch (op) {
      case SQUARE, EXP, ABS, COSH, SIGMOID, SOFTPLUS, RELU, HYPOT -> true;
      case PLUS -> neverMinusZero(o[0]) || neverMinusZero(o[1]);
      default -> false;
    };
  }

  private boolean neverMinusZero(int operand) {
    return isConstant(operand)
        ? Double.doubleToRawLongBits(constant(operand)) != Double.doubleToRawLongBits(-0.0)
        : operand >= firstConstant && neverMinusZero.get(operand - firstConstant);
  }

  /** The final slot of an operand of the pass. */
  private int settled(int operand) {
    if (isConstant(operand)) {
      return firstConstant + (-1 - operand);
    }
    return operand < firstConstant ? operand : operand + constantCount;
  }

  private Tape rebuilt() {
    Tape.Builder whole =
        new Tape.Builder(tape.inputs, tape.data, Arrays.copyOf(constants, constantCount));
    Tape draft = builder.build(new int[0], new boolean[0], tape.leafOrder);
    for (int i = 0; i < draft.size; i++) {
      for (int e = draft.firstOperand(i); e < draft.ends[i]; e++) {
        whole.operand(settled(draft.operands[e]));
      }
      whole.finish(draft.op(i), whole.extraOf(draft, i));
    }
    int[] outputs = new int[tape.outputs.length];
    for (int k = 0; k < outputs.length; k++) {
      outputs[k] = settled(current(tape.outputs[k]));
    }
    return whole.build(outputs, tape.guards, tape.leafOrder);
  }

  /** Drops results and constants that nothing needs. */
  private static Tape withoutDead(Tape all) {
    BitSet needed = all.ancestors(all.outputs);
    BitSet constants = new BitSet();
    for (int i = needed.nextSetBit(0); i >= 0; i = needed.nextSetBit(i + 1)) {
      for (int e = all.firstOperand(i); e < all.ends[i]; e++) {
        if (all.isConstant(all.operands[e])) {
          constants.set(all.operands[e]);
        }
      }
    }
    for (int slot : all.outputs) {
      if (all.isConstant(slot)) {
        constants.set(slot);
      }
    }
    int[] slots = new int[all.firstResult() + all.size];
    double[] kept = new double[constants.cardinality()];
    for (int k = 0; k < all.firstConstant(); k++) {
      slots[k] = k;
    }
    int count = 0;
    for (int s = constants.nextSetBit(0); s >= 0; s = constants.nextSetBit(s + 1)) {
      kept[count] = all.constants[s - all.firstConstant()];
      slots[s] = all.firstConstant() + count++;
    }
    Tape.Builder builder = new Tape.Builder(all.inputs, all.data, kept);
    for (int i = needed.nextSetBit(0); i >= 0; i = needed.nextSetBit(i + 1)) {
      slots[all.firstResult() + i] = builder.copy(all, i, slots);
    }
    return builder.build(all, slots);
  }
}
