package org.vbar.compile;

/**
 * Runs a tape forward with tangents, and only the values that they need, as generated code: the
 * sums of {@link Interpreter#tangents}, bit for bit where they are finite.
 *
 * <p>Where only some turns of a loop depend on the inputs, it multiplies 0 in the others, too; with
 * an infinite derivative that is NaN where the interpreter leaves a term out.
 */
final class TangentCode {
  private final Tape tape;
  private final Kernel kernel;
  private final boolean inOrder;
  private final Pool<Workspace> pool;

  /** The memory of one call. */
  private static final class Workspace {
    final double[] values;
    final double[] tangents;
    final double[] inputs;
    final double[] data;
    final double[] direction;

    Workspace(int places, Tape tape) {
      values = new double[places];
      tangents = new double[places];
      inputs = new double[tape.inputs];
      data = new double[tape.data];
      direction = new double[tape.inputs];
    }
  }

  private TangentCode(Tape tape, Generated generated) {
    this.tape = tape;
    this.kernel = generated.kernel();
    this.inOrder = tape.isLeafOrderIdentity();
    int places = generated.made().values();
    this.pool = new Pool<>(() -> new Workspace(places, tape));
  }

  static TangentCode of(Tape tape) throws UnsuitableException {
    Tape delayed = DelayedOps.of(tape);
    return new TangentCode(delayed, Generated.of(delayed, Generator.Kind.TANGENTS));
  }

  /**
   * The tangents of the outputs along a direction.
   *
   * @param direction one number per input in the caller's order. Not modified.
   * @param guards receives the guards' comparisons. Modified.
   * @param into receives one tangent per output. Modified.
   */
  void tangents(double[] x, double[] d, double[] direction, double[] guards, double[] into) {
    Workspace w = pool.borrow();
    kernel.forward(
        inOrder ? x : tape.inSlots(x, 0, 0, tape.inputs, w.inputs),
        0,
        inOrder ? d : tape.inSlots(d, 0, tape.inputs, tape.data, w.data),
        0,
        tape.constants,
        w.values,
        w.tangents,
        guards,
        -tape.outputCount(),
        inOrder ? direction : tape.inSlots(direction, 0, 0, tape.inputs, w.direction),
        into,
        0,
        tape.customs);
    pool.giveBack(w);
  }
}
