package org.vbar.compile;

import java.time.Duration;

/** Runs a tape as generated code: forward and backward, or forward alone. */
final class Bytecode implements Engine {
  private final Tape tape;
  private final Kernel kernel;
  private final Generated generated;
  private final Generator.Made made;
  private final boolean inOrder;
  private final Pool<Workspace> pool;
  private static final double[] NONE = {};

  /** The memory of one call. */
  private static final class Workspace {
    final double[] values;
    final double[] adjoints;
    final double[] inputs;
    final double[] data;
    final double[] gradient;

    Workspace(Generator.Made made, Tape tape, boolean inOrder) {
      values = new double[made.values()];
      adjoints = new double[made.adjoints()];
      inputs = inOrder ? NONE : new double[tape.inputs];
      data = inOrder ? NONE : new double[tape.data];
      gradient = inOrder ? NONE : new double[tape.inputs];
    }
  }

  private Bytecode(Tape tape, Generated generated) {
    this.tape = tape;
    this.generated = generated;
    this.kernel = generated.kernel();
    this.made = generated.made();
    this.inOrder = tape.isLeafOrderIdentity();
    this.pool = new Pool<>(() -> new Workspace(made, tape, inOrder));
  }

  /**
   * Generates code.
   *
   * @param kind SWEEP, or JACOBIAN for an engine that cannot sweep
   */
  static Bytecode of(Tape tape, Generator.Kind kind) throws UnsuitableException {
    return new Bytecode(tape, Generated.of(tape, kind));
  }

  /** The generated class, which lives as long as this engine. */
  Class<?> kernelClass() {
    return kernel.getClass();
  }

  int items() {
    return generated.items();
  }

  int methods() {
    return made.methods();
  }

  int largestMethod() {
    return made.largestMethod();
  }

  int classBytes() {
    return made.bytes().length;
  }

  Duration compileTime() {
    return generated.time();
  }

  @Override
  public void forward(double[] x, int xAt, double[] d, int dAt, double[] y) {
    if (isWithoutMemory()) {
      kernel.forward(x, xAt, d, dAt, tape.constants, NONE, NONE, y, 0, NONE, NONE, 0, tape.customs);
      return;
    }
    Workspace w = pool.borrow();
    boolean asGiven = inOrder;
    double[] inputs = asGiven ? x : tape.inSlots(x, xAt, 0, tape.inputs, w.inputs);
    double[] data = asGiven ? d : tape.inSlots(d, dAt, tape.inputs, tape.data, w.data);
    kernel.forward(
        inputs,
        asGiven ? xAt : 0,
        data,
        asGiven ? dAt : 0,
        tape.constants,
        w.values,
        w.adjoints,
        y,
        0,
        NONE,
        NONE,
        0,
        tape.customs);
    pool.giveBack(w);
  }

  /** Whether {@link #jacobian} can be called. */
  boolean hasJacobian() {
    return made.hasJacobian() && isWithoutMemory();
  }

  /**
   * The values and derivatives of a {@link SmallJacobian}.
   *
   * @param point inputs, then data. Not modified.
   * @param y receives the values. Modified.
   * @param rows receives the derivatives. Modified.
   * @return the last output
   */
  double jacobian(double[] point, double[] y, double[][] rows) {
    return kernel.jacobian(
        point,
        0,
        point,
        tape.inputs,
        tape.constants,
        NONE,
        NONE,
        y,
        0,
        NONE,
        NONE,
        0,
        tape.customs,
        rows);
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
    if (isWithoutMemory()) {
      rows(NONE, NONE, x, xAt, d, dAt, y, yAt, seeds, g, gAt, rows);
      return;
    }
    Workspace w = pool.borrow();
    if (inOrder) {
      rows(w.values, w.adjoints, x, xAt, d, dAt, y, yAt, seeds, g, gAt, rows);
    } else {
      for (int r = 0; r < rows; r++) {
        tape.inSlots(x, xAt + r * tape.inputs, 0, tape.inputs, w.inputs);
        tape.inSlots(d, dAt + r * tape.data, tape.inputs, tape.data, w.data);
        rows(
            w.values,
            w.adjoints,
            w.inputs,
            0,
            w.data,
            0,
            y,
            yAt + r * tape.outputs.length,
            seeds,
            w.gradient,
            0,
            1);
        for (int k = 0; k < tape.inputs; k++) {
          g[gAt + r * tape.inputs + k] = w.gradient[tape.leafOrder[k]];
        }
      }
    }
    pool.giveBack(w);
  }

  private void rows(
      double[] values,
      double[] adjoints,
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
    int n = tape.inputs;
    for (int r = 0; r < rows; r++) {
      kernel.sweep(
          x,
          xAt + r * n,
          d,
          dAt + r * tape.data,
          tape.constants,
          values,
          adjoints,
          y,
          yAt + r * tape.outputs.length,
          seeds,
          g,
          gAt + r * n,
          tape.customs);
    }
  }

  private boolean isWithoutMemory() {
    return inOrder && made.values() == 0 && made.adjoints() == 0;
  }
}
