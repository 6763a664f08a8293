package org.vbar.compile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.vbar.graph.Op;

/**
 * A tape as steps over lanes: forward and backward, each step one op for a block of points.
 *
 * <p>Steps name buffers, which hold one number per point; each value and each adjoint has one of
 * its own ({@link LaneMemory} finds room for them). An adjoint with a single term that is another
 * adjoint itself shares that one's buffer: it can never be −0, because sums of adjoints begin with
 * 0. Otherwise the terms are those of {@link Emitter}, in the same order.
 */
final class LaneProgram {
  /** What a step does; {@code += …} adds to what is there, {@code = 0 + …} is a first term. */
  enum Kind {
    /** out = a; one of them may be a place in a row, see {@link LaneRows}. */
    COPY,
    /** out = op(a) or op(a, b), by the op. */
    VALUE,
    /** out = op(a, parameter). */
    VALUE_WITH_PARAMETER,
    /** out = op(operands). */
    VALUE_OF_MANY,
    /** out = a·b + c. */
    PRODUCT_PLUS,
    /** out = a product and a product of four operands. */
    SUM_OF_PRODUCTS,
    /** out = e^a; c is memory for the computation. */
    POWER,
    /** out = −|a|. */
    MINUS_ABSOLUTE,
    /** out = σ(a) from b = e^−|a|, which the derivative reads, too. */
    SIGMOID,
    /** out = the local derivative of op at a with value c. */
    DERIVATIVE,
    /** out = the local derivative for the left operand of op(a, b) with value c. */
    LEFT_DERIVATIVE,
    /** out = the local derivative for the right operand of op(a, b) with value c. */
    RIGHT_DERIVATIVE,
    /** out = the local derivative of op(a, parameter) with value c. */
    DERIVATIVE_WITH_PARAMETER,
    /** out = the derivative of a choice by a for its operand b, 0 to 2. */
    CHOICE_DERIVATIVE,
    /** outs = all local derivatives of op(operands) with value c. */
    DERIVATIVES_OF_MANY,
    /** out = σ′ from a = e^−|x|. */
    SIGMOID_DERIVATIVE,
    /** out = 0. */
    ZERO,
    /** out = the adjoint of output a. */
    SEED,
    /** out += the adjoint of output a. */
    ADD_SEED,
    /** out = 0 + a. */
    FIRST,
    /** out += a. */
    ADD,
    /** out = 0 − a. */
    FIRST_NEGATED,
    /** out −= a. */
    SUBTRACT,
    /** out = 0 + a·b. */
    FIRST_PRODUCT,
    /** out += a·b. */
    ADD_PRODUCT,
    /** out = 0 + a·relu′, where b is relu's value. */
    FIRST_STEP,
    /** out += a·relu′, where b is relu's value. */
    ADD_STEP,
    /** out = 0 + a·(2b). */
    FIRST_TWICE,
    /** out += a·(2b). */
    ADD_TWICE,
    /** Several of these in one loop over the points, which is generated; extra tells which. */
    LOOP
  }

  /** One step. */
  @SuppressWarnings("ArrayRecordComponent") // Private to the compiler, never compared.
  record Step(Kind kind, Op op, int extra, int out, int a, int b, int c, int[] many, int[] outs) {
    /** The buffers that it reads. */
    int[] reads() {
      return switch (kind) {
        case ZERO, SEED -> NONE;
        case ADD_SEED -> new int[] {out};
        case COPY, FIRST, FIRST_NEGATED, POWER, MINUS_ABSOLUTE, SIGMOID_DERIVATIVE -> new int[] {a};
        case VALUE_WITH_PARAMETER, CHOICE_DERIVATIVE -> new int[] {a};
        case ADD, SUBTRACT -> new int[] {out, a};
        case SIGMOID, FIRST_PRODUCT, FIRST_STEP, FIRST_TWICE -> new int[] {a, b};
        case ADD_PRODUCT, ADD_STEP, ADD_TWICE -> new int[] {out, a, b};
        case PRODUCT_PLUS, LEFT_DERIVATIVE, RIGHT_DERIVATIVE -> new int[] {a, b, c};
        case SUM_OF_PRODUCTS, VALUE_OF_MANY -> many;
        case VALUE -> b < 0 ? new int[] {a} : new int[] {a, b};
        case DERIVATIVE, DERIVATIVE_WITH_PARAMETER -> new int[] {a, c};
        case DERIVATIVES_OF_MANY -> {
          int[] all = Arrays.copyOf(many, many.length + 1);
          all[many.length] = c;
          yield all;
        }
        case LOOP -> throw new IllegalStateException("A loop is made of steps, not of loops.");
      };
    }

    int[] writes() {
      return switch (kind) {
        case DERIVATIVES_OF_MANY -> outs;
        case POWER -> new int[] {out, c};
        default -> new int[] {out};
      };
    }

    /** The same with other names for what it reads. */
    Step reading(IntUnaryOperator names) {
      return new Step(
          kind,
          op,
          extra,
          out,
          names.applyAsInt(a),
          names.applyAsInt(b),
          names.applyAsInt(c),
          Arrays.stream(many).map(names).toArray(),
          outs);
    }
  }

  private static final int[] NONE = {};
  private static final int NOWHERE = -1;

  private final Tape tape;
  private final int size;
  private final int firstResult;

  final List<Step> forward = new ArrayList<>();
  final List<Step> backward = new ArrayList<>();

  /** The buffer of each output and guard. */
  final int[] outputs;

  /** The buffer of each input's adjoint, in the caller's order. */
  final int[] inputAdjoints;

  /** How many buffers there are; leaves have the first ones, in the order of slots. */
  int buffers;

  // Per slot: the buffer, the adjoint's buffer and its terms.
  private final int[] values;
  private final int[] adjoints;
  private final int[] terms;
  private final boolean[] active;

  /** Products that the only sum that reads them computes itself. */
  private final BitSet merged = new BitSet();

  /** Per result that is a sigmoid: the buffer of e^−|x|. */
  private final int[] exponentials;

  /** Per result, the first one with its value. */
  private final int[] numbers;

  /** What a step names that reads nothing there. */
  private final int unread;

  private int zeros = NOWHERE;

  LaneProgram(Tape tape) {
    this.tape = tape;
    this.size = tape.size;
    this.firstResult = tape.firstResult();
    int slots = firstResult + size;
    this.values = new int[slots];
    this.adjoints = new int[slots];
    this.terms = new int[slots];
    this.active = new boolean[slots];
    this.exponentials = new int[size];
    this.numbers = ValueNumbers.of(tape);
    this.outputs = new int[tape.outputs.length];
    this.inputAdjoints = new int[tape.inputs];
    Arrays.fill(adjoints, NOWHERE);
    markActive();
    countTerms();
    mergeProducts();
    for (int slot = 0; slot < firstResult; slot++) {
      values[slot] = buffers++;
    }
    this.unread = buffers++;
    for (int i = 0; i < size; i++) {
      compute(i);
    }
    for (int k = 0; k < outputs.length; k++) {
      outputs[k] = values[tape.outputs[k]];
    }
    seed();
    for (int i = size - 1; i >= 0; i--) {
      push(i);
    }
    for (int k = 0; k < tape.inputs; k++) {
      int adjoint = adjoints[tape.leafOrder[k]];
      inputAdjoints[k] = adjoint == NOWHERE ? zero() : adjoint;
    }
  }

  // ---- What is needed ----

  private void markActive() {
    Arrays.fill(active, 0, tape.inputs, true);
    for (int i = 0; i < size; i++) {
      for (int e = tape.firstOperand(i); e < tape.ends[i]; e++) {
        active[firstResult + i] |= active[tape.operands[e]];
      }
    }
  }

  /** Whether an adjoint reaches a result and goes on from it. */
  private boolean isSwept(int i) {
    return terms[firstResult + i] > 0 && active[firstResult + i];
  }

  private void countTerms() {
    for (int k = 0; k < tape.outputCount(); k++) {
      terms[tape.outputs[k]]++;
    }
    for (int i = size - 1; i >= 0; i--) {
      if (isSwept(i)) {
        for (int e = tape.firstOperand(i); e < tape.ends[i]; e++) {
          if (active[tape.operands[e]]) {
            terms[tape.operands[e]]++;
          }
        }
      }
    }
  }

  private void mergeProducts() {
    int[] readers = new int[firstResult + size];
    for (int slot : tape.outputs) {
      readers[slot]++;
    }
    for (int operand : tape.operands) {
      readers[operand]++;
    }
    for (int i = 0; i < size; i++) {
      if (tape.op(i) == Op.PLUS) {
        for (int e = tape.firstOperand(i); e < tape.ends[i]; e++) {
          int product = tape.operands[e] - firstResult;
          if (product >= 0 && tape.op(product) == Op.TIMES && readers[tape.operands[e]] == 1) {
            merged.set(product);
          }
        }
      }
    }
  }

  // ---- Forward ----

  private void compute(int i) {
    int e = tape.firstOperand(i);
    int count = tape.ends[i] - e;
    Op op = tape.op(i);
    int extra = tape.extras[i];
    int a = count > 0 ? values[tape.operands[e]] : NOWHERE;
    int b = count > 1 ? values[tape.operands[e + 1]] : NOWHERE;
    if (merged.get(i)) {
      values[firstResult + i] = NOWHERE;
      return;
    }
    if (isComputed(i)) {
      return;
    }
    int out = buffers++;
    values[firstResult + i] = out;
    if (op == Op.PLUS && (a == NOWHERE || b == NOWHERE)) {
      sumOfProducts(out, tape.operands[e], tape.operands[e + 1]);
    } else if (op == Op.SIGMOID) {
      exponentials[i] = buffers++;
      forward.add(new Step(Kind.MINUS_ABSOLUTE, op, extra, out, a, 0, 0, NONE, NONE));
      power(exponentials[i], out);
      forward.add(new Step(Kind.SIGMOID, op, extra, out, a, exponentials[i], 0, NONE, NONE));
    } else if (op == Op.EXP) {
      power(out, a);
    } else {
      Kind kind =
          switch (op.arity()) {
            case LEAF -> throw new IllegalStateException("A leaf cannot stand among the results.");
            case UNARY, BINARY -> Kind.VALUE;
            case UNARY_WITH_PARAMETER -> Kind.VALUE_WITH_PARAMETER;
            case N_ARY -> Kind.VALUE_OF_MANY;
          };
      int[] many = kind == Kind.VALUE_OF_MANY ? valuesOf(e, count) : NONE;
      forward.add(new Step(kind, op, extra, out, a, b, 0, many, NONE));
    }
  }

  /** Whether a value is there already, in a buffer that this op then shares. */
  private boolean isComputed(int i) {
    int first = numbers[i];
    if (first == i || values[firstResult + first] == NOWHERE) {
      return false;
    }
    exponentials[i] = exponentials[first];
    values[firstResult + i] = values[firstResult + first];
    return true;
  }

  private void power(int out, int exponent) {
    forward.add(new Step(Kind.POWER, Op.EXP, 0, out, exponent, 0, buffers++, NONE, NONE));
  }

  private void sumOfProducts(int out, int left, int right) {
    if (values[left] != NOWHERE) {
      sumOfProducts(out, right, left); // a + b and b + a are the same
      return;
    }
    int e = tape.firstOperand(left - firstResult);
    int a = values[tape.operands[e]];
    int b = values[tape.operands[e + 1]];
    if (values[right] != NOWHERE) {
      forward.add(new Step(Kind.PRODUCT_PLUS, Op.PLUS, 0, out, a, b, values[right], NONE, NONE));
    } else {
      int f = tape.firstOperand(right - firstResult);
      int[] factors = {a, b, values[tape.operands[f]], values[tape.operands[f + 1]]};
      forward.add(new Step(Kind.SUM_OF_PRODUCTS, Op.PLUS, 0, out, 0, 0, 0, factors, NONE));
    }
  }

  private int[] valuesOf(int e, int count) {
    int[] many = new int[count];
    for (int k = 0; k < count; k++) {
      many[k] = values[tape.operands[e + k]];
    }
    return many;
  }

  // ---- Backward ----

  /** A buffer of zeros, for inputs that nothing depends on. */
  private int zero() {
    if (zeros == NOWHERE) {
      zeros = buffers++;
      backward.add(new Step(Kind.ZERO, Op.PLUS, 0, zeros, 0, 0, 0, NONE, NONE));
    }
    return zeros;
  }

  private void seed() {
    for (int k = tape.outputCount() - 1; k >= 0; k--) {
      int slot = tape.outputs[k];
      if (!active[slot]) {
        continue;
      }
      boolean first = adjoints[slot] == NOWHERE;
      if (first) {
        adjoints[slot] = buffers++;
      }
      Kind kind = first ? Kind.SEED : Kind.ADD_SEED;
      backward.add(new Step(kind, Op.PLUS, 0, adjoints[slot], k, 0, 0, NONE, NONE));
    }
  }

  private void push(int i) {
    int adjoint = adjoints[firstResult + i];
    if (!isSwept(i)) {
      return;
    }
    Op op = tape.op(i);
    int e = tape.firstOperand(i);
    int count = tape.ends[i] - e;
    int[] derivatives = op.arity() == Op.Arity.N_ARY && op != Op.WHERE ? derivatives(i) : NONE;
    for (int k = count - 1; k >= 0; k--) {
      int to = tape.operands[e + k];
      if (!active[to]) {
        continue;
      }
      switch (op) {
        case PLUS -> addSame(to, adjoint);
        case MINUS -> {
          if (k == 0) {
            addSame(to, adjoint);
          } else {
            add(to, Kind.FIRST_NEGATED, Kind.SUBTRACT, adjoint, 0);
          }
        }
        case NEGATED -> add(to, Kind.FIRST_NEGATED, Kind.SUBTRACT, adjoint, 0);
        case TIMES -> addProduct(to, adjoint, values[tape.operands[e + 1 - k]]);
        case EXP -> addProduct(to, adjoint, values[firstResult + i]);
        case RELU -> add(to, Kind.FIRST_STEP, Kind.ADD_STEP, adjoint, values[firstResult + i]);
        case SQUARE -> add(to, Kind.FIRST_TWICE, Kind.ADD_TWICE, adjoint, values[to]);
        default -> {
          addProduct(to, adjoint, derivatives == NONE ? derivative(i, k) : derivatives[k]);
        }
      }
    }
  }

  private void addSame(int to, int adjoint) {
    if (terms[to] == 1) {
      adjoints[to] = adjoint;
    } else {
      add(to, Kind.FIRST, Kind.ADD, adjoint, 0);
    }
  }

  private void addProduct(int to, int adjoint, int factor) {
    add(to, Kind.FIRST_PRODUCT, Kind.ADD_PRODUCT, adjoint, factor);
  }

  private void add(int to, Kind first, Kind further, int a, int b) {
    boolean isFirst = adjoints[to] == NOWHERE;
    if (isFirst) {
      adjoints[to] = buffers++;
    }
    backward.add(
        new Step(isFirst ? first : further, Op.PLUS, 0, adjoints[to], a, b, 0, NONE, NONE));
  }

  /** Computes the local derivative for operand k into a buffer of its own. */
  private int derivative(int i, int k) {
    Op op = tape.op(i);
    int e = tape.firstOperand(i);
    boolean isBinary = op.arity() == Op.Arity.BINARY;
    int a = Needs.operand(op, k, 0) ? values[tape.operands[e]] : unread;
    int b = isBinary && Needs.operand(op, k, 1) ? values[tape.operands[e + 1]] : unread;
    int c = Needs.value(op, k) ? values[firstResult + i] : unread;
    int out = buffers++;
    Kind kind =
        switch (op.arity()) {
          case LEAF -> throw new IllegalStateException("A leaf has no derivatives.");
          case UNARY -> Kind.DERIVATIVE;
          case UNARY_WITH_PARAMETER -> Kind.DERIVATIVE_WITH_PARAMETER;
          case BINARY -> k == 0 ? Kind.LEFT_DERIVATIVE : Kind.RIGHT_DERIVATIVE;
          case N_ARY -> Kind.CHOICE_DERIVATIVE;
        };
    if (op == Op.SIGMOID) {
      kind = Kind.SIGMOID_DERIVATIVE;
      a = exponentials[i];
    } else if (kind == Kind.CHOICE_DERIVATIVE) {
      b = k;
    }
    backward.add(new Step(kind, op, tape.extras[i], out, a, b, c, NONE, NONE));
    return out;
  }

  private int[] derivatives(int i) {
    int e = tape.firstOperand(i);
    int count = tape.ends[i] - e;
    int[] outs = new int[count];
    for (int k = 0; k < count; k++) {
      outs[k] = buffers++;
    }
    int y = values[firstResult + i];
    int[] many = valuesOf(e, count);
    backward.add(
        new Step(Kind.DERIVATIVES_OF_MANY, tape.op(i), tape.extras[i], 0, 0, 0, y, many, outs));
    return outs;
  }
}
