package org.vbar.compile;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.vbar.graph.CustomOp;
import org.vbar.graph.Op;

/**
 * Runs a tape op by op: one loop forward, one backward.
 *
 * <p>Values and adjoints lie in two arrays with a place per slot. Sums, products and their kin are
 * written out here; every other op asks the op table. The order of additions is that of {@link
 * org.vbar.backprop.Backprop}.
 *
 * <p>There are two ways to run. The fast one follows {@link Code}: a running sum, with or without
 * products, is one instruction, whose sum stays in a register. It multiplies with every derivative,
 * as generated code does, and leaves the adjoints at 0 for the next call instead of clearing them
 * first. The exact one treats a zero adjoint before an infinite derivative as {@link
 * org.vbar.backprop.Backprop} does: it counts only where the swept output depends on the node. Both
 * give the same bits where all results are finite.
 */
final class Interpreter implements Engine {
  private final Tape tape;
  private final int firstResult;
  private final int widest;

  /** The guards in the order of their comparisons. */
  private final int[] guardOrder;

  private final Pool<Workspace> pool;
  private volatile @Nullable Code code;

  /** The memory of one call. Its adjoints are all 0 between calls. */
  private final class Workspace {
    final double[] values = new double[firstResult + tape.size];
    final double[] adjoints = new double[values.length];
    final double[] derivatives = new double[widest + 1];

    Workspace() {
      System.arraycopy(tape.constants, 0, values, tape.firstConstant(), tape.constants.length);
    }
  }

  Interpreter(Tape tape) {
    this.tape = tape;
    this.firstResult = tape.firstResult();
    int most = 0;
    for (int i = 0; i < tape.size; i++) {
      most = Math.max(most, tape.ends[i] - tape.firstOperand(i));
    }
    this.widest = most;
    this.guardOrder =
        IntStream.range(0, tape.guards.length)
            .boxed()
            .sorted(Comparator.comparingInt(k -> tape.outputs[tape.outputCount() + k]))
            .mapToInt(Integer::intValue)
            .toArray();
    this.pool = new Pool<>(Workspace::new);
  }

  private Code code() {
    Code known = code;
    if (known == null) {
      known = Code.of(tape);
      code = known;
    }
    return known;
  }

  @Override
  public void forward(double[] x, int xAt, double[] d, int dAt, double[] y) {
    Workspace w = pool.borrow();
    load(w, x, xAt, d, dAt);
    runFast(code(), w);
    outputs(w, y, 0);
    pool.giveBack(w);
  }

  @Override
  public void sweep(
      double[] x, int xAt, double[] d, int dAt, double[] y, double[] seeds, double[] g, int gAt) {
    sweepRows(x, xAt, d, dAt, y, 0, seeds, g, gAt, 1);
  }

  @Override
  public void sweepRows(
      double[] x,
      int xAt,
      double[] d,
      int dAt,
      double[] y,
      int yAt,
      double[] seeds,
      double[] g,
      int gAt,
      int rows) {
    Code fast = code();
    Workspace w = pool.borrow();
    for (int r = 0; r < rows; r++) {
      load(w, x, xAt + r * tape.inputs, d, dAt + r * tape.data);
      runFast(fast, w);
      outputs(w, y, yAt + r * tape.outputs.length);
      seedAll(w, seeds);
      reverseFast(fast, w);
      store(w, g, gAt + r * tape.inputs);
    }
    pool.giveBack(w);
  }

  /**
   * The Jacobian, one sweep per output over one forward run.
   *
   * @param y receives the outputs and guards. Modified.
   * @param into receives one row per output. Modified.
   */
  void jacobian(double[] x, double[] d, double[] y, double[][] into) {
    Code fast = code();
    Workspace w = pool.borrow();
    load(w, x, 0, d, 0);
    runFast(fast, w);
    outputs(w, y, 0);
    for (int k = 0; k < tape.outputCount(); k++) {
      w.adjoints[tape.outputs[k]] = 1;
      reverseFast(fast, w);
      store(w, into[k], 0);
    }
    pool.giveBack(w);
  }

  /** As {@link #sweep}, in the exact way. */
  void exactSweep(
      double[] x, int xAt, double[] d, int dAt, double[] y, double[] seeds, double[] g, int gAt) {
    Workspace w = pool.borrow();
    load(w, x, xAt, d, dAt);
    run(w);
    outputs(w, y, 0);
    seedAll(w, seeds);
    reverse(w, null);
    store(w, g, gAt);
    pool.giveBack(w);
  }

  /** As {@link #jacobian}, in the exact way. */
  void exactJacobian(double[] x, double[] d, double[] y, double[][] into) {
    Workspace w = pool.borrow();
    load(w, x, 0, d, 0);
    run(w);
    outputs(w, y, 0);
    for (int k = 0; k < tape.outputCount(); k++) {
      w.adjoints[tape.outputs[k]] = 1;
      reverse(w, new int[] {tape.outputs[k]});
      store(w, into[k], 0);
    }
    pool.giveBack(w);
  }

  /**
   * The tangents of the outputs along a direction, terms added in argument order.
   *
   * @param direction one number per input in the caller's order. Not modified.
   * @param guards receives the guards' comparisons. Modified.
   * @param into receives one tangent per output. Modified.
   */
  void tangents(double[] x, double[] d, double[] direction, double[] guards, double[] into) {
    Workspace w = pool.borrow();
    load(w, x, 0, d, 0);
    runFast(code(), w);
    for (int k = 0; k < guards.length; k++) {
      guards[k] = w.values[tape.outputs[tape.outputCount() + k]];
    }
    double[] tangents = w.adjoints;
    BitSet depends = new BitSet(tangents.length);
    for (int k = 0; k < tape.inputs; k++) {
      // 0 + as in forward mode, where a tangent of −0 enters as 0
      tangents[tape.leafOrder[k]] = 0.0 + direction[k];
    }
    depends.set(0, tape.inputs);
    int e = 0;
    for (int i = 0; i < tape.size; i++) {
      int end = tape.ends[i];
      if (!dependsOnInputs(depends, e, end)) {
        e = end;
        continue;
      }
      depends.set(firstResult + i);
      int count = end - e;
      derivatives(w, i, e, count);
      double sum = 0;
      for (int k = 0; k < count; k++) {
        int p = tape.operands[e + k];
        if (depends.get(p)) {
          sum += w.derivatives[k] * tangents[p];
        }
      }
      tangents[firstResult + i] = sum;
      e = end;
    }
    for (int k = 0; k < into.length; k++) {
      into[k] = tangents[tape.outputs[k]];
    }
    Arrays.fill(tangents, 0);
    pool.giveBack(w);
  }

  private boolean dependsOnInputs(BitSet depends, int from, int to) {
    for (int e = from; e < to; e++) {
      if (depends.get(tape.operands[e])) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether all guards hold, asked in the order of their comparisons. What comes after one that
   * does not hold is not computed.
   */
  boolean guardsHold(double[] x, int xAt, double[] d, int dAt) {
    Workspace w = pool.borrow();
    load(w, x, xAt, d, dAt);
    boolean hold = true;
    int done = 0;
    for (int k = 0; k < guardOrder.length && hold; k++) {
      int slot = tape.outputs[tape.outputCount() + guardOrder[k]];
      int end = Math.max(done, slot - firstResult + 1);
      run(w, done, end);
      done = end;
      hold = w.values[slot] != 0 == tape.guards[guardOrder[k]];
    }
    pool.giveBack(w);
    return hold;
  }

  private void load(Workspace w, double[] x, int xAt, double[] d, int dAt) {
    int n = tape.inputs;
    int[] order = tape.leafOrder;
    for (int k = 0; k < n; k++) {
      w.values[order[k]] = x[xAt + k];
    }
    for (int k = 0; k < tape.data; k++) {
      w.values[order[n + k]] = d[dAt + k];
    }
  }

  private void outputs(Workspace w, double[] y, int yAt) {
    for (int k = 0; k < tape.outputs.length; k++) {
      y[yAt + k] = w.values[tape.outputs[k]];
    }
  }

  private void store(Workspace w, double[] g, int gAt) {
    int[] order = tape.leafOrder;
    for (int k = 0; k < tape.inputs; k++) {
      g[gAt + k] = w.adjoints[order[k]];
    }
    Arrays.fill(w.adjoints, 0, firstResult, 0);
  }

  private void seedAll(Workspace w, double[] seeds) {
    for (int k = tape.outputCount() - 1; k >= 0; k--) {
      w.adjoints[tape.outputs[k]] += seeds[k];
    }
  }

  // ---- The fast way ----

  /**
   * Computes all values. The cases stand in the order of use; the ops that need more than an
   * addition or a product are out of line, which keeps this loop's values in registers.
   */
  private void runFast(Code c, Workspace w) {
    double[] v = w.values;
    byte[] codes = c.codes;
    int[] operands = tape.operands;
    int size = codes.length;
    int run = 0;
    int e = 0;
    int at = firstResult;
    for (int i = 0; i < size; ) {
      switch (codes[i]) {
        case Code.DOT -> {
          int turns = c.turns[run++];
          double sum = v[operands[e + 2]];
          for (int t = 0; t < turns; t++) {
            sum += v[operands[e]] * v[operands[e + 1]];
            e += 4;
          }
          i += 2 * turns;
          v[at + i - 1] = sum;
        }
        case Code.SUM -> {
          int turns = c.turns[run++];
          double sum = v[operands[e]];
          for (int t = 0; t < turns; t++) {
            sum += v[operands[e + 1]];
            e += 2;
          }
          i += turns;
          v[at + i - 1] = sum;
        }
        case Code.PLUS -> {
          v[at + i++] = v[operands[e]] + v[operands[e + 1]];
          e += 2;
        }
        case Code.TIMES -> {
          v[at + i++] = v[operands[e]] * v[operands[e + 1]];
          e += 2;
        }
        case Code.MINUS -> {
          v[at + i++] = v[operands[e]] - v[operands[e + 1]];
          e += 2;
        }
        case Code.SQUARE -> {
          double x = v[operands[e++]];
          v[at + i++] = x * x;
        }
        case Code.NEGATED -> v[at + i++] = -v[operands[e++]];
        case Code.DIVIDED_BY -> {
          v[at + i++] = v[operands[e]] / v[operands[e + 1]];
          e += 2;
        }
        case Code.UNARY -> v[at + i] = tape.op(i++).evaluate(v[operands[e++]]);
        case Code.WITH_PARAMETER -> {
          v[at + i] = tape.op(i).evaluate(v[operands[e++]], tape.parameter(i));
          i++;
        }
        case Code.COPY -> {
          v[at + i] = v[at + c.copied[i]];
          e = tape.ends[i++];
        }
        default -> {
          int count = tape.ends[i] - e;
          v[at + i] = byTable(w, tape.op(i), i, e, count);
          e += count;
          i++;
        }
      }
    }
  }

  /** Pushes all adjoints and leaves 0 in the places of results. */
  private void reverseFast(Code c, Workspace w) {
    double[] v = w.values;
    double[] a = w.adjoints;
    byte[] codes = c.backward;
    int[] operands = tape.operands;
    int run = c.turns.length;
    int e = operands.length;
    int at = firstResult;
    for (int i = codes.length - 1; i >= 0; ) {
      double adjoint = a[at + i];
      a[at + i] = 0;
      switch (codes[i]) {
        case Code.DOT -> {
          int turns = c.turns[--run];
          for (int t = 1; t < turns; t++) {
            e -= 4;
            int p = operands[e];
            int q = operands[e + 1];
            a[q] += adjoint * v[p];
            a[p] += adjoint * v[q];
          }
          e -= 4;
          a[operands[e + 2]] += adjoint; // The first sum's term comes before its product's.
          int p = operands[e];
          int q = operands[e + 1];
          a[q] += adjoint * v[p];
          a[p] += adjoint * v[q];
          i -= 2 * turns;
        }
        case Code.DOT_RIGHT -> {
          int turns = c.turns[--run];
          for (int t = 1; t < turns; t++) {
            e -= 4;
            a[operands[e + 1]] += adjoint * v[operands[e]];
          }
          e -= 4;
          a[operands[e + 2]] += adjoint;
          a[operands[e + 1]] += adjoint * v[operands[e]];
          i -= 2 * turns;
        }
        case Code.DOT_LEFT -> {
          int turns = c.turns[--run];
          for (int t = 1; t < turns; t++) {
            e -= 4;
            a[operands[e]] += adjoint * v[operands[e + 1]];
          }
          e -= 4;
          a[operands[e + 2]] += adjoint;
          a[operands[e]] += adjoint * v[operands[e + 1]];
          i -= 2 * turns;
        }
        case Code.SUM -> {
          int turns = c.turns[--run];
          for (int t = 0; t < turns; t++) {
            e -= 2;
            a[operands[e + 1]] += adjoint;
          }
          a[operands[e]] += adjoint;
          i -= turns;
        }
        case Code.PLUS -> {
          e -= 2;
          a[operands[e + 1]] += adjoint;
          a[operands[e]] += adjoint;
          i--;
        }
        case Code.TIMES -> {
          e -= 2;
          int p = operands[e];
          int q = operands[e + 1];
          a[q] += adjoint * v[p];
          a[p] += adjoint * v[q];
          i--;
        }
        case Code.TIMES_RIGHT -> {
          e -= 2;
          a[operands[e + 1]] += adjoint * v[operands[e]];
          i--;
        }
        case Code.TIMES_LEFT -> {
          e -= 2;
          a[operands[e]] += adjoint * v[operands[e + 1]];
          i--;
        }
        case Code.MINUS -> {
          e -= 2;
          a[operands[e + 1]] -= adjoint;
          a[operands[e]] += adjoint;
          i--;
        }
        case Code.SQUARE -> {
          int p = operands[--e];
          a[p] += adjoint * (2 * v[p]);
          i--;
        }
        case Code.NEGATED -> {
          a[operands[--e]] -= adjoint;
          i--;
        }
        case Code.GUARDS_ONLY -> e = tape.firstOperand(i--);
        case Code.UNARY -> {
          int p = operands[--e];
          a[p] += adjoint * tape.op(i).localDerivative(v[p], v[at + i]);
          i--;
        }
        case Code.WITH_PARAMETER -> {
          int p = operands[--e];
          a[p] += adjoint * tape.op(i).leftDerivative(v[p], tape.parameter(i), v[at + i]);
          i--;
        }
        default -> {
          int first = tape.firstOperand(i);
          int count = e - first;
          derivatives(w, i, first, count);
          for (int k = count - 1; k >= 0; k--) {
            a[operands[first + k]] += adjoint * w.derivatives[k];
          }
          e = first;
          i--;
        }
      }
    }
  }

  // ---- The exact way, forward ----

  private void run(Workspace w) {
    run(w, 0, tape.size);
  }

  /** Computes some results in a row. */
  private void run(Workspace w, int from, int to) {
    double[] v = w.values;
    int[] operands = tape.operands;
    int[] ends = tape.ends;
    int e = tape.firstOperand(from);
    for (int i = from; i < to; i++) {
      int end = ends[i];
      Op op = tape.op(i);
      v[firstResult + i] =
          switch (op) {
            case PLUS -> v[operands[e]] + v[operands[e + 1]];
            case MINUS -> v[operands[e]] - v[operands[e + 1]];
            case TIMES -> v[operands[e]] * v[operands[e + 1]];
            case DIVIDED_BY -> v[operands[e]] / v[operands[e + 1]];
            case NEGATED -> -v[operands[e]];
            case SQUARE -> v[operands[e]] * v[operands[e]];
            default -> byTable(w, op, i, e, end - e);
          };
      e = end;
    }
  }

  private double byTable(Workspace w, Op op, int i, int e, int count) {
    double[] v = w.values;
    int[] operands = tape.operands;
    return switch (op.arity()) {
      case LEAF -> throw new IllegalStateException("A leaf cannot stand among the results.");
      case UNARY -> op.evaluate(v[operands[e]]);
      case UNARY_WITH_PARAMETER -> op.evaluate(v[operands[e]], tape.parameter(i));
      case BINARY -> op.evaluate(v[operands[e]], v[operands[e + 1]]);
      case N_ARY -> {
        double[] arguments = gather(w, e, count);
        yield op == Op.CUSTOM ? tape.custom(i).value(arguments) : op.evaluate(arguments);
      }
    };
  }

  private double[] gather(Workspace w, int e, int count) {
    double[] arguments = new double[count];
    for (int k = 0; k < count; k++) {
      arguments[k] = w.values[tape.operands[e + k]];
    }
    return arguments;
  }

  // ---- The exact way, backward ----

  /**
   * Pushes adjoints down the tape.
   *
   * @param from the slots that the sweep started from; null for all outputs
   */
  private void reverse(Workspace w, int @Nullable [] from) {
    double[] v = w.values;
    double[] a = w.adjoints;
    int[] operands = tape.operands;
    int[] ends = tape.ends;
    BitSet ancestors = null;
    for (int i = ends.length - 1; i >= 0; i--) {
      int e = i == 0 ? 0 : ends[i - 1];
      double adjoint = a[firstResult + i];
      a[firstResult + i] = 0;
      if (adjoint == 0) {
        if (hasFiniteDerivatives(w, i, e, ends[i] - e)) {
          continue;
        }
        if (ancestors == null) {
          ancestors = tape.ancestors(from == null ? ownOutputs() : from);
        }
        if (!ancestors.get(i)) {
          continue;
        }
      }
      switch (tape.op(i)) {
        case PLUS -> {
          a[operands[e + 1]] += adjoint;
          a[operands[e]] += adjoint;
        }
        case MINUS -> {
          a[operands[e + 1]] -= adjoint;
          a[operands[e]] += adjoint;
        }
        case TIMES -> {
          int p = operands[e];
          int q = operands[e + 1];
          a[q] += adjoint * v[p];
          a[p] += adjoint * v[q];
        }
        case NEGATED -> a[operands[e]] -= adjoint;
        case SQUARE -> a[operands[e]] += adjoint * (2 * v[operands[e]]);
        default -> {
          int count = ends[i] - e;
          derivatives(w, i, e, count);
          for (int k = count - 1; k >= 0; k--) {
            a[operands[e + k]] += adjoint * w.derivatives[k];
          }
        }
      }
    }
  }

  private int[] ownOutputs() {
    return Arrays.copyOf(tape.outputs, tape.outputCount());
  }

  private boolean hasFiniteDerivatives(Workspace w, int i, int e, int count) {
    switch (tape.op(i)) {
      case PLUS, MINUS, NEGATED -> {
        return true;
      }
      default -> {
        derivatives(w, i, e, count);
        for (int k = 0; k < count; k++) {
          if (!Double.isFinite(w.derivatives[k])) {
            return false;
          }
        }
        return true;
      }
    }
  }

  /** Fills the local derivatives of result i. */
  private void derivatives(Workspace w, int i, int e, int count) {
    double[] v = w.values;
    double[] into = w.derivatives;
    double y = v[firstResult + i];
    Op op = tape.op(i);
    switch (op.arity()) {
      case LEAF -> throw new IllegalStateException("A leaf cannot stand among the results.");
      case UNARY -> into[0] = op.localDerivative(v[tape.operands[e]], y);
      case UNARY_WITH_PARAMETER ->
          into[0] = op.leftDerivative(v[tape.operands[e]], tape.parameter(i), y);
      case BINARY -> {
        double a = v[tape.operands[e]];
        double b = v[tape.operands[e + 1]];
        into[0] = op.leftDerivative(a, b, y);
        into[1] = op.rightDerivative(a, b, y);
      }
      case N_ARY -> {
        double[] arguments = gather(w, e, count);
        if (op == Op.CUSTOM) {
          CustomOp custom = tape.custom(i);
          double[] own = new double[count];
          custom.localDerivatives(arguments, y, own);
          System.arraycopy(own, 0, into, 0, count);
        } else {
          op.localDerivatives(arguments, y, into);
        }
      }
    }
  }
}
