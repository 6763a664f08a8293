package org.vbar.compile;

import java.util.Arrays;
import java.util.BitSet;
import org.vbar.graph.Op;

/**
 * Leaves out what need not be computed.
 *
 * <ul>
 *   <li>Ops of constants are computed once.
 *   <li>x·1, x/1, x − 0, x¹ and x + (−0) are x; x + 0 is x only where x cannot be −0, because −0 +
 *       0 is 0. x·0 stays: for an infinite x it is NaN.
 *   <li>x² by {@code pow} is a square. x⁰ stays, for its derivative's sake: 0 times an infinite
 *       adjoint is NaN.
 *   <li>An op with the operands of an earlier one is that one.
 *   <li>What nothing needs any more is dropped.
 * </ul>
 *
 * <p>Values and gradients stay the same to the bit. Therefore a tape that is swept keeps every op
 * whose adjoint is a number of its own. Two equal ops that depend on inputs stay two: as one, their
 * adjoints would be added before rather than after the product with the local derivative, which
 * changes the last digits and can make 0 of ∞ − ∞. Their common value is computed once all the
 * same, see {@link ValueNumbers}. And x·1 stays where something else is read from x behind it: x
 * would take the terms of x·1 one by one, where x·1 adds them up first.
 */
final class Optimizer {
  private static final int NOTHING = Integer.MIN_VALUE;

  private final Tape tape;
  private final boolean isSwept;
  private final Tape.Builder builder;
  private double[] constants;
  private int constantCount;
  private final int firstConstant;

  /** Where each result of the old tape went. */
  private final int[] moved;

  /** Results, by their place in the builder, that cannot be −0. */
  private final BitSet neverMinusZero;

  private int folded;
  private int simplified;
  private int shared;
  private boolean isOneForMany;

  /** The last op that reads each slot of the old tape; {@code tape.size} for outputs. */
  private final int[] lastReaders;

  /**
   * What an optimisation gave.
   *
   * @param tape the tape that was given if there was nothing to do
   * @param shared ops whose value another one computes
   */
  record Result(Tape tape, int folded, int simplified, int shared) {}

  private Optimizer(Tape tape, boolean isSwept) {
    this.tape = tape;
    this.isSwept = isSwept;
    this.constants = tape.constants.clone();
    this.constantCount = constants.length;
    this.firstConstant = tape.firstConstant();
    // How many constants folding adds is known only at the end, so results are counted without
    // them.
    this.builder = new Tape.Builder(tape.inputs, tape.data, new double[0]);
    this.moved = new int[tape.size];
    this.neverMinusZero = new BitSet();
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

  /**
   * Optimises a tape.
   *
   * @param isSwept whether adjoints are pushed through it; otherwise equal ops become one
   */
  static Result optimize(Tape tape, boolean isSwept) {
    return new Optimizer(tape, isSwept).run();
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
    Tape all = withEqualOnes(rebuilt());
    boolean changed = isOneForMany || folded + simplified > 0;
    return new Result(changed ? withoutDead(all) : tape, folded, simplified, shared);
  }

  private int place(int i, Op op, int[] operands, int count) {
    if (op != Op.CUSTOM && allConstant(operands, count)) {
      folded++;
      return newConstant(folded(i, op, operands, count));
    }
    int simpler = simpler(i, op, operands);
    if (simpler != NOTHING && !(isSwept && isReadLater(i))) {
      simplified++;
      return simpler;
    }
    if (op == Op.POW_CONSTANT && tape.parameter(i) == 2) {
      simplified++;
      return added(Op.SQUARE, -1, operands, count);
    }
    return added(op, builder.extraOf(tape, i), operands, count);
  }

  private int added(Op op, int extra, int[] operands, int count) {
    for (int k = 0; k < count; k++) {
      builder.operand(operands[k]);
    }
    int place = builder.finish(op, extra) - firstConstant;
    if (neverMinusZero(op, operands)) {
      neverMinusZero.set(place);
    }
    return firstConstant + place;
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

  /** An operand that is the same, or NOTHING. */
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
        if (tape.parameter(i) == 1) {
          return o[0];
        }
      }
      default -> {}
    }
    return NOTHING;
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

  /**
   * Reads the first of equal ops in place of the others, unless these have adjoints of their own.
   */
  private Tape withEqualOnes(Tape all) {
    int[] numbers = ValueNumbers.of(all);
    int[] first = new int[all.firstResult() + all.size];
    Arrays.setAll(first, slot -> slot);
    BitSet active = isSwept ? all.active() : new BitSet();
    for (int i = 0; i < numbers.length; i++) {
      if (numbers[i] != i) {
        shared++;
        if (!active.get(i)) {
          first[all.firstResult() + i] = all.firstResult() + numbers[i];
          isOneForMany = true;
        }
      }
    }
    if (!isOneForMany) {
      return all;
    }
    Tape.Builder same = new Tape.Builder(all.inputs, all.data, all.constants);
    for (int i = 0; i < all.size; i++) {
      same.copy(all, i, first);
    }
    return same.build(all, first);
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
