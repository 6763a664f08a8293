package org.vbar.compile;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One recorded side of a function with everything made from it: the tape as recorded, the optimised
 * one, and the engines that run them.
 *
 * <p>It starts in the interpreter. Once the ops that it ran cost more than making bytecode, it
 * makes bytecode, unless a tier was forced.
 */
final class Recording {
  /** Ops after which bytecode pays: a few milliseconds of interpretation. */
  private static final long WORK_BEFORE_BYTECODE = 300_000;

  final Tape recorded;
  final Tape tape;
  private final Optimizer.Result optimized;
  private final Interpreter interpreter;

  /** Whether swept rows with numbers that are not finite must be computed again. */
  final boolean maySeeInfinities;

  private final @Nullable Tier forced;
  private final AtomicLong work = new AtomicLong();
  private final int weight;
  private volatile @Nullable Bytecode bytecode;
  private volatile String remark = "";
  private volatile boolean settled;
  private volatile @Nullable Interpreter exact;
  private volatile @Nullable SecondOrder secondOrder;
  private volatile @Nullable Lanes lanes;

  Recording(Tape recorded, @Nullable Tier forced) {
    this.recorded = recorded;
    this.optimized = Optimizer.optimize(recorded);
    this.tape = optimized.changed() ? optimized.tape() : recorded;
    this.interpreter = new Interpreter(tape);
    this.maySeeInfinities =
        optimized.maySeeInfinities() || recorded.outputCount() > 1 || recorded.guards.length > 0;
    this.forced = forced;
    this.weight = tape.size + 50;
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
        && work.addAndGet((long) weight * runs) - (long) weight * runs > WORK_BEFORE_BYTECODE) {
      settle();
    }
    Bytecode made = bytecode;
    return made == null ? interpreter : made;
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
      bytecode = Bytecode.of(tape);
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
        tape.size,
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

  /** Whether a swept row must be computed again from the tape as recorded. */
  boolean needsExact(double[] g, int gAt) {
    if (!maySeeInfinities) {
      return false;
    }
    return !isFinite(g, gAt, recorded.inputs);
  }

  /**
   * Four sums, because one would wait for an addition per number: 60 of 143 µs for 784-128-10 in
   * CompiledBenchmark.
   */
  private static boolean isFinite(double[] g, int from, int count) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int to = from + count;
    int at = from;
    for (; at < to - 3; at += 4) {
      a += g[at] * 0;
      b += g[at + 1] * 0;
      c += g[at + 2] * 0;
      d += g[at + 3] * 0;
    }
    for (; at < to; at++) {
      a += g[at] * 0;
    }
    return a + b + c + d == 0; // NaN where a number was not finite
  }

  /** The tape as it was recorded, run in the order of the eager sweep. */
  Interpreter exact() {
    if (!optimized.changed()) {
      return interpreter;
    }
    Interpreter known = exact;
    if (known == null) {
      known = new Interpreter(recorded);
      exact = known;
    }
    return known;
  }

  SecondOrder secondOrder() {
    SecondOrder known = secondOrder;
    if (known == null) {
      synchronized (this) {
        known = secondOrder;
        if (known == null) {
          known = SecondOrder.of(recorded, forced);
          secondOrder = known;
        }
      }
    }
    return known;
  }

  String loops() {
    return ProgramText.of(Program.of(tape), recorded.names);
  }
}
