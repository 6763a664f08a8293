package org.vbar.compile;

import com.google.common.base.Suppliers;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One recorded side of a function with everything made from it: the tape as recorded, the optimised
 * one, and the engines that run them.
 *
 * <p>It starts in the interpreter. Once the ops that it ran cost more than making bytecode, it
 * makes bytecode, unless a tier was forced.
 */
final class Recording {
  final Tape recorded;
  final Tape tape;
  private final Optimizer.Result optimized;
  private final Tape inLoops;
  private final boolean isReordered;
  private final Interpreter interpreter;

  /** Whether swept rows with numbers that are not finite must be computed again. */
  final boolean maySeeInfinities;

  /** Whether the guards must be asked before a run: see {@link #admits}. */
  final boolean mustAskFirst;

  private final Generator.Kind kind;
  private final AtomicLong work = new AtomicLong();
  private final int weight;
  private volatile @Nullable Bytecode bytecode;
  private volatile String remark = "";
  private volatile boolean settled;
  private volatile @Nullable Interpreter exact;
  private final @Nullable Tier forced;
  private final SumOrder order;
  private volatile @Nullable SecondOrder secondOrder;
  private final boolean hasSmallJacobian;
  private final Supplier<SmallJacobian> smallJacobian;
  private volatile @Nullable Lanes lanes;
  private final Late<TangentCode> tangentCode;
  private final Late<JacobianCode> jacobianCode;

  Recording(Tape recorded, @Nullable Tier forced, SumOrder order) {
    this(recorded, forced, order, Generator.Kind.SWEEP);
  }

  /**
   * A recording.
   *
   * @param kind SWEEP, or JACOBIAN or TANGENTS if nothing is swept backward: then equal ops become
   *     one, and code is smaller
   */
  Recording(Tape recorded, @Nullable Tier forced, SumOrder order, Generator.Kind kind) {
    this.kind = kind;
    this.forced = forced;
    this.order = order;
    this.recorded = recorded;
    this.optimized = Optimizer.optimize(recorded, kind == Generator.Kind.SWEEP);
    Tape inOrder = optimized.tape();
    this.inLoops = order == SumOrder.ANY ? ReorderedSums.of(inOrder) : inOrder;
    this.isReordered = inLoops != inOrder;
    this.tape = kind == Generator.Kind.SWEEP ? KeptSums.of(inLoops) : inLoops;
    this.interpreter = new Interpreter(tape);
    this.maySeeInfinities = isReordered || recorded.outputCount() > 1 || recorded.guards.length > 0;
    this.mustAskFirst = recorded.guards.length > 0 && recorded.customs.length > 0;
    this.weight = tape.size + 50;
    this.hasSmallJacobian = SmallJacobian.suits(recorded);
    this.smallJacobian = Suppliers.memoize(() -> SmallJacobian.of(recorded, forced));
    this.tangentCode = new Late<>(forced, () -> TangentCode.of(tape));
    this.jacobianCode = new Late<>(forced, () -> JacobianCode.of(tape));
    if (forced == Tier.INTERPRETER) {
      settled = true;
      remark = "The interpreter was asked for.";
    } else if (forced == Tier.BYTECODE) {
      settle();
      if (bytecode == null) {
        throw new IllegalStateException(
            "This function cannot be run as bytecode: " + remark + " Leave the tier open.");
      }
    }
  }

  /** The engine for {@code runs} runs. */
  Engine engine(int runs) {
    if (!settled
        && work.addAndGet((long) weight * runs) - (long) weight * runs
            > Late.WORK_BEFORE_BYTECODE) {
      settle();
    }
    Bytecode made = bytecode;
    return made == null ? interpreter : made;
  }

  /** The outputs and guards; computed again in the recorded order where they are not finite. */
  void forward(double[] x, double[] d, double[] y) {
    engine(1).forward(x, 0, d, 0, y);
    if (needsExact(y, 0, recorded.outputCount())) {
      exact().forward(x, 0, d, 0, y);
    }
  }

  /**
   * The tangents of the outputs along a direction; computed again from the tape as it was recorded
   * where they are not finite.
   *
   * @param guards receives the guards' comparisons. Modified.
   * @param into receives one tangent per output. Modified.
   */
  void tangents(double[] x, double[] d, double[] direction, double[] guards, double[] into) {
    TangentCode code = tangentCode.forWork(weight);
    if (code != null) {
      code.tangents(x, d, direction, guards, into);
      if (isFinite(into, 0, into.length)) {
        return;
      }
    }
    interpreter.tangents(x, d, direction, guards, into);
    if (tape != recorded && !isFinite(into, 0, into.length)) {
      exact().tangents(x, d, direction, guards, into);
    }
  }

  /**
   * The Jacobian: of a small program as nodes; of another along every input where they are few,
   * from every output otherwise.
   *
   * @param point inputs, then data. Not modified.
   * @param values receives the outputs. Modified.
   * @param into receives one row per output. Modified.
   */
  void jacobian(double[] point, double[] values, double[][] into) {
    if (hasSmallJacobian && smallJacobian.get().jacobian(point, values, into)) {
      return;
    }
    double[] d = Arrays.copyOfRange(point, recorded.inputs, recorded.inputs + recorded.data);
    double[] y = new double[recorded.outputs.length];
    boolean areFew = 2 * recorded.inputs <= recorded.outputCount();
    if (!areFew || !jacobianByTangents(point, d, y, into)) {
      jacobianBySweeps(point, d, y, into);
    }
    System.arraycopy(y, 0, values, 0, values.length);
  }

  /** Returns whether all tangents are finite; 0 times an infinite derivative is not. */
  boolean jacobianByTangents(double[] x, double[] d, double[] y, double[][] into) {
    TangentCode code = tangentCode.forWork((long) weight * recorded.inputs);
    double[] direction = new double[recorded.inputs];
    double[] guards = new double[recorded.guards.length];
    double[] column = new double[recorded.outputCount()];
    for (int i = 0; i < direction.length; i++) {
      direction[i] = 1;
      if (code != null) {
        code.tangents(x, d, direction, guards, column);
      } else {
        interpreter.tangents(x, d, direction, guards, column);
      }
      direction[i] = 0;
      if (!isFinite(column, 0, column.length)) {
        return false;
      }
      for (int k = 0; k < column.length; k++) {
        into[k][i] = column[k];
      }
    }
    forward(x, d, y);
    return true;
  }

  void jacobianBySweeps(double[] x, double[] d, double[] y, double[][] into) {
    if (kind == Generator.Kind.TANGENTS) {
      exact().exactJacobian(x, d, y, into);
      return;
    }
    JacobianCode code = jacobianCode.forWork((long) weight * into.length);
    if (code != null) {
      code.jacobian(x, d, y, into);
    }
    if (code == null || needExact(y, into)) { // See sweepAgain.
      interpreter.jacobian(x, d, y, into);
      if (needExact(y, into)) {
        exact().exactJacobian(x, d, y, into);
      }
    }
  }

  private boolean needExact(double[] y, double[][] rows) {
    return Arrays.stream(rows).anyMatch(row -> needsExact(y, 0, row, 0));
  }

  /** Lanes for so many rows, or null where one row after the other is better. */
  @Nullable Lanes lanes(int rows) {
    if (rows < Lanes.FEWEST_ROWS || !Lanes.suit(tape)) {
      return null;
    }
    Lanes known = lanes;
    if (known == null) {
      known = Lanes.of(tape);
      lanes = known;
    }
    return known;
  }

  private synchronized void settle() {
    if (settled) {
      return;
    }
    try {
      bytecode = Bytecode.of(tape, kind == Generator.Kind.JACOBIAN ? kind : Generator.Kind.SWEEP);
    } catch (UnsuitableException unsuitable) {
      remark = unsuitable.getMessage();
    }
    settled = true;
  }

  Tier tier() {
    return bytecode == null ? Tier.INTERPRETER : Tier.BYTECODE;
  }

  Statistics statistics() {
    Bytecode made = bytecode;
    return new Statistics(
        recorded.size,
        optimized.folded(),
        optimized.simplified(),
        optimized.shared(),
        inLoops.size,
        made == null ? 0 : made.items(),
        made == null ? 0 : made.methods(),
        made == null ? 0 : made.largestMethod(),
        made == null ? 0 : made.classBytes(),
        made == null ? Duration.ZERO : made.compileTime(),
        made == null && remark.isEmpty() ? "Not used often enough for bytecode yet." : remark);
  }

  /** Whether all guards answered in a run as they did when recorded; their values end {@code y}. */
  boolean guardsHold(double[] y, int yAt) {
    int outputs = recorded.outputCount();
    for (int k = 0; k < recorded.guards.length; k++) {
      if (y[yAt + outputs + k] != 0 != recorded.guards[k]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a run at a point may begin. A custom op may refuse arguments from which a guard keeps
   * it; with both, the guards are asked one after the other before anything behind them is run.
   */
  boolean admits(double[] x, int xAt, double[] d, int dAt) {
    return !mustAskFirst || exact().guardsHold(x, xAt, d, dAt);
  }

  /** Whether a swept row must be computed again from the tape as recorded. */
  boolean needsExact(double[] y, int yAt, double[] g, int gAt) {
    return maySeeInfinities
        && (!isFinite(g, gAt, recorded.inputs) || needsExact(y, yAt, recorded.outputCount()));
  }

  /**
   * Whether values must be computed again from the tape as recorded: a partial sum in another order
   * may overflow where the recorded one does not.
   */
  boolean needsExact(double[] y, int yAt, int count) {
    return isReordered && !isFinite(y, yAt, count);
  }

  /**
   * Sweeps again where a result is not finite: in the exact way, unless the interpreter finds that
   * only generated code multiplied 0 by an infinite derivative, at turns of a loop on which nothing
   * but guards depends. So all tiers give the same bits.
   */
  void sweepAgain(
      double[] x, int xAt, double[] d, int dAt, double[] y, double[] seeds, double[] g, int gAt) {
    if (bytecode != null) {
      interpreter.sweep(x, xAt, d, dAt, y, seeds, g, gAt);
      if (!needsExact(y, 0, g, gAt)) {
        return;
      }
    }
    exact().exactSweep(x, xAt, d, dAt, y, seeds, g, gAt);
  }

  /** Whether all numbers are finite: if their sum is, no need to look at each. */
  static boolean isFinite(double[] g, int from, int count) {
    if (Double.isFinite(sum(g, from, from + count))) {
      return true;
    }
    for (int at = from; at < from + count; at++) {
      if (!Double.isFinite(g[at])) {
        return false;
      }
    }
    return true;
  }

  /**
   * Eight sums at a time, because one would wait for an addition per number: 60 of 143 µs for
   * 784-128-10 in CompiledBenchmark.
   */
  private static double sum(double[] g, int from, int to) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    int at = from;
    for (; at < to - 7; at += 8) {
      s0 += g[at];
      s1 += g[at + 1];
      s2 += g[at + 2];
      s3 += g[at + 3];
      s4 += g[at + 4];
      s5 += g[at + 5];
      s6 += g[at + 6];
      s7 += g[at + 7];
    }
    for (; at < to; at++) {
      s0 += g[at];
    }
    return s0 + s1 + s2 + s3 + (s4 + s5 + s6 + s7);
  }

  /** The tape as it was recorded, run in the order of the eager sweep. */
  Interpreter exact() {
    if (tape == recorded) {
      return interpreter;
    }
    Interpreter known = exact;
    if (known == null) {
      known = new Interpreter(recorded);
      exact = known;
    }
    return known;
  }

  /**
   * The second derivatives, recorded when they are first asked for.
   *
   * @param point inputs, then data, where that is. Not modified.
   */
  SecondOrder secondOrder(double[] point) {
    SecondOrder known = secondOrder;
    return known == null ? recordSecondOrder(point) : known;
  }

  private synchronized SecondOrder recordSecondOrder(double[] point) {
    SecondOrder known = secondOrder;
    if (known == null) {
      known = SecondOrder.of(recorded, point, forced, order);
      secondOrder = known;
    }
    return known;
  }

  String loops() {
    return ProgramText.of(Program.of(inLoops), recorded.names);
  }
}
