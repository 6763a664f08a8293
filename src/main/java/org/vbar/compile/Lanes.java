package org.vbar.compile;

import java.util.Arrays;
import org.vbar.compile.LaneProgram.Step;
import org.vbar.graph.Exponential;
import org.vbar.graph.Op;

/**
 * Runs a tape for many points at once: op by op, each for a block of points before the next op. The
 * points of a tape without data are its inputs; those of a tape with data are rows of data, and all
 * have the same inputs.
 *
 * <p>The numbers of a block lie in one array per value, so an op is one loop over an array, which
 * HotSpot vectorizes, and the choice of the op is made once per block instead of once per point.
 * Every point gets the bits that {@link Bytecode} gives.
 */
final class Lanes {
  /** Points below which starting the loops costs more than they save. */
  static final int FEWEST_ROWS = 8;

  private static final int WIDEST = 256;
  private static final int NARROWEST = 32;

  /**
   * Numbers behind a column that, with the header of its array, fill a line of the cache. So all
   * columns begin at the same place of a line: 8.9 ns for a row of {@code BatchBenchmark} in each
   * JVM instead of 9.1 in some and 12.7 in others.
   */
  private static final int END = 6;

  /** The memory of a block that still fits into a core's own cache. */
  private static final int CACHE_BYTES = 1 << 19;

  private static final int MOST_OPS = 20_000;
  private static final double[] NO_ROWS = {};

  private final Tape tape;
  private final LaneProgram program;
  private final LaneRows rows;
  private final LaneMemory memory;
  private final Step[] steps;
  private final LaneLoops loops;
  private final int width;
  private final Pool<Workspace> pool;

  private Lanes(Tape tape, LaneProgram program) {
    this.tape = tape;
    this.program = program;
    this.rows = new LaneRows(program, tape);
    LaneFusion fusion = new LaneFusion(rows, tape);
    this.memory = new LaneMemory(rows, fusion, tape);
    this.steps = fusion.steps.toArray(new Step[0]);
    this.loops = LaneLoops.of(fusion.loops, rows, WIDEST);
    this.width =
        Math.max(
            NARROWEST,
            Math.min(WIDEST, Integer.highestOneBit(Math.max(1, CACHE_BYTES / 8 / memory.count))));
    this.pool = new Pool<>(Workspace::new);
  }

  /** Whether blocks of a tape's values stay in the cache, so that lanes are worth while. */
  static boolean suit(Tape tape) {
    return tape.size <= MOST_OPS && tape.firstResult() * 8L * NARROWEST <= CACHE_BYTES;
  }

  static Lanes of(Tape tape) {
    return new Lanes(tape, new LaneProgram(tape));
  }

  /** The memory of a block: all buffers, and views of those with a role. */
  private final class Workspace {
    final double[][] all = new double[memory.arrays.length][];
    final double[][] outputs = new double[program.outputs.length][];

    /** The first output and the adjoints, then zeros. */
    final double[][] summed = new double[LaneKernels.addedTogether(1 + tape.inputs)][];

    final double[] sums = new double[summed.length];

    Workspace() {
      double[][] arrays = new double[memory.count][width + END];
      Arrays.setAll(all, buffer -> arrays[memory.arrays[buffer]]);
      Arrays.setAll(outputs, k -> all[program.outputs[k]]);
      Arrays.fill(summed, new double[width]);
      summed[0] = outputs[0];
      for (int k = 0; k < tape.inputs; k++) {
        summed[1 + k] = all[program.inputAdjoints[k]];
      }
      for (int k = 0; k < tape.constants.length; k++) {
        Arrays.fill(all[tape.firstConstant() + k], tape.constants[k]);
      }
    }
  }

  /**
   * Sweeps rows of points of a tape without data.
   *
   * @param y receives the outputs and guards of every row, row after row. Modified.
   * @param g receives the adjoints of every row, row after row. Modified.
   */
  void sweepRows(
      double[] x, int xAt, double[] y, int yAt, double[] seeds, double[] g, int gAt, int count) {
    Workspace w = pool.borrow();
    int outputs = w.outputs.length;
    for (int from = 0; from < count; from += width) {
      int n = Math.min(width, count - from);
      int at = from * tape.inputs;
      run(w.all, seeds, n, x, xAt + at, g, gAt + at);
      if (outputs == 1) {
        System.arraycopy(w.outputs[0], 0, y, yAt + from, n);
      } else {
        for (int k = 0; k < outputs; k++) {
          LaneKernels.scatter(y, yAt + from * outputs + k, outputs, w.outputs[k], n);
        }
      }
    }
    pool.giveBack(w);
  }

  /**
   * Sums over blocks of rows of data for the same inputs, each formed row after row.
   *
   * @param rows how many; the last block may have fewer than the others
   * @param block rows in a block
   * @param totals receives for each block the sum of the first output, then those of the adjoints;
   *     the first is NaN if a guard of a row does not hold. Modified.
   */
  void sumRows(
      double[] x,
      double[] d,
      int dAt,
      int rows,
      int block,
      double[] seeds,
      boolean[] guards,
      double[][] totals) {
    Workspace w = pool.borrow();
    for (int k = 0; k < tape.inputs; k++) {
      Arrays.fill(w.all[tape.leafOrder[k]], x[k]);
    }
    Arrays.fill(w.sums, 0);
    for (int from = 0; from < rows; from += width) {
      int n = Math.min(width, rows - from);
      run(w.all, seeds, n, d, dAt + from * tape.data, NO_ROWS, 0);
      for (int l = 0, end; l < n; l = end) {
        double[] total = totals[(from + l) / block];
        end = Math.min(n, l + block - (from + l) % block);
        LaneKernels.addUp(w.sums, w.summed, l, end);
        if (!guardsHold(w.outputs, guards, l, end)) {
          w.sums[0] = Double.NaN;
        }
        System.arraycopy(w.sums, 0, total, 0, total.length);
        if ((from + end) % block == 0) {
          Arrays.fill(w.sums, 0);
        }
      }
    }
    pool.giveBack(w);
  }

  private static boolean guardsHold(double[][] outputs, boolean[] guards, int from, int to) {
    for (int k = 0; k < guards.length; k++) {
      double[] compared = outputs[outputs.length - guards.length + k];
      for (int l = from; l < to; l++) {
        if (compared[l] != 0 != guards[k]) {
          return false;
        }
      }
    }
    return true;
  }

  private void run(double[][] w, double[] seeds, int n, double[] x, int xAt, double[] g, int gAt) {
    for (Step s : steps) {
      switch (s.kind()) {
        case COPY -> {
          if (rows.isPlace(s.a())) {
            int at = xAt + s.a() - rows.firstPlace;
            LaneKernels.gather(w[s.out()], x, at, rows.count, n);
          } else {
            int at = gAt + s.out() - rows.firstPlace - rows.count;
            LaneKernels.scatter(g, at, rows.count, w[s.a()], n);
          }
        }
        case FIRST -> LaneKernels.first(w[s.out()], w[s.a()], n);
        case ADD -> LaneKernels.add(w[s.out()], w[s.a()], n);
        case FIRST_NEGATED -> LaneKernels.firstNegated(w[s.out()], w[s.a()], n);
        case SUBTRACT -> LaneKernels.subtract(w[s.out()], w[s.a()], n);
        case FIRST_PRODUCT -> LaneKernels.firstProduct(w[s.out()], w[s.a()], w[s.b()], n);
        case ADD_PRODUCT -> LaneKernels.addProduct(w[s.out()], w[s.a()], w[s.b()], n);
        case FIRST_STEP -> LaneKernels.firstStep(w[s.out()], w[s.a()], w[s.b()], n);
        case ADD_STEP -> LaneKernels.addStep(w[s.out()], w[s.a()], w[s.b()], n);
        case PRODUCT_PLUS -> LaneKernels.productPlus(w[s.out()], w[s.a()], w[s.b()], w[s.c()], n);
        case SUM_OF_PRODUCTS -> {
          int[] f = s.many();
          LaneKernels.sumOfProducts(w[s.out()], w[f[0]], w[f[1]], w[f[2]], w[f[3]], n);
        }
        case FIRST_TWICE -> LaneKernels.firstTwice(w[s.out()], w[s.a()], w[s.b()], n);
        case ADD_TWICE -> LaneKernels.addTwice(w[s.out()], w[s.a()], w[s.b()], n);
        case ZERO -> Arrays.fill(w[s.out()], 0, n, 0);
        case SEED -> Arrays.fill(w[s.out()], 0, n, 0.0 + seeds[s.a()]);
        case ADD_SEED -> LaneKernels.addNumber(w[s.out()], seeds[s.a()], n);
        case LOOP -> loops.run(s.extra(), w, seeds, n, x, xAt, g, gAt);
        case POWER -> Exponential.of(w[s.out()], w[s.a()], w[s.c()], n);
        case MINUS_ABSOLUTE -> LaneKernels.minusAbsolute(w[s.out()], w[s.a()], n);
        case SIGMOID -> LaneKernels.sigmoid(w[s.out()], w[s.a()], w[s.b()], n);
        case SIGMOID_DERIVATIVE -> LaneKernels.sigmoidDerivative(w[s.out()], w[s.a()], n);
        default -> byOp(s, w, n);
      }
    }
  }

  private void byOp(Step s, double[][] w, int n) {
    Op op = s.op();
    switch (s.kind()) {
      case VALUE -> LaneKernels.value(op, w[s.out()], w[s.a()], s.b() < 0 ? w[s.a()] : w[s.b()], n);
      case VALUE_WITH_PARAMETER ->
          LaneKernels.parameter(op, w[s.out()], w[s.a()], tape.parameters[s.extra()], n);
      case VALUE_OF_MANY -> {
        double[][] v = columns(w, s.many());
        if (op == Op.WHERE) {
          LaneKernels.choice(w[s.out()], v[0], v[1], v[2], n);
        } else {
          LaneKernels.many(op, tape.customs, s.extra(), w[s.out()], v, n);
        }
      }
      case DERIVATIVE -> LaneKernels.derivative(op, w[s.out()], w[s.a()], w[s.c()], n);
      case LEFT_DERIVATIVE -> LaneKernels.left(op, w[s.out()], w[s.a()], w[s.b()], w[s.c()], n);
      case RIGHT_DERIVATIVE -> LaneKernels.right(op, w[s.out()], w[s.a()], w[s.b()], w[s.c()], n);
      case DERIVATIVE_WITH_PARAMETER -> {
        double parameter = tape.parameters[s.extra()];
        LaneKernels.parameterDerivative(op, w[s.out()], w[s.a()], parameter, w[s.c()], n);
      }
      case CHOICE_DERIVATIVE -> LaneKernels.choiceDerivative(w[s.out()], w[s.a()], s.b(), n);
      case DERIVATIVES_OF_MANY ->
          LaneKernels.manyDerivatives(
              op, tape.customs, s.extra(), columns(w, s.outs()), columns(w, s.many()), w[s.c()], n);
      default -> throw new IllegalStateException("Step " + s.kind() + " is not run by its op.");
    }
  }

  private static double[][] columns(double[][] w, int[] places) {
    double[][] columns = new double[places.length][];
    for (int k = 0; k < places.length; k++) {
      columns[k] = w[places[k]];
    }
    return columns;
  }
}
