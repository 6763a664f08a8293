package org.vbar.compile;

/**
 * Runs a tape forward once and backward once per output as generated code: the Jacobian of {@link
 * Interpreter#jacobian}, bit for bit where it is finite.
 *
 * <p>All values that a backward run reads are kept in memory, none in local variables.
 */
final class JacobianCode {
  private final Tape tape;
  private final Kernel kernel;
  private final boolean inOrder;
  private final Pool<Workspace> pool;

  /** The memory of one call. Its seeds are all 0 between calls. */
  private static final class Workspace {
    final double[] values;
    final double[] adjoints;
    final double[] inputs;
    final double[] data;
    final double[] gradient;
    final double[] seeds;

    Workspace(Generator.Made made, Tape tape) {
      values = new double[made.values()];
      adjoints = new double[made.adjoints()];
      inputs = new double[tape.inputs];
      data = new double[tape.data];
      gradient = new double[tape.inputs];
      seeds = new double[tape.outputCount()];
    }
  }

  private JacobianCode(Tape tape, Generated generated) {
    this.tape = tape;
    this.kernel = generated.kernel();
    this.inOrder = tape.isLeafOrderIdentity();
    Generator.Made made = generated.made();
    this.pool = new Pool<>(() -> new Workspace(made, tape));
  }

  static JacobianCode of(Tape tape) throws UnsuitableException {
    return new JacobianCode(tape, Generated.of(tape, Generator.Kind.BACKWARD));
  }

  /**
   * The Jacobian.
   *
   * @param y receives the outputs and guards. Modified.
   * @param into receives one row per output. Modified.
   */
  void jacobian(double[] x, double[] d, double[] y, double[][] into) {
    Workspace w = pool.borrow();
    double[] inputs = inOrder ? x : tape.inSlots(x, 0, 0, tape.inputs, w.inputs);
    double[] data = inOrder ? d : tape.inSlots(d, 0, tape.inputs, tape.data, w.data);
    double[] c = tape.constants;
    double[] v = w.values;
    double[] a = w.adjoints;
    kernel.forward(inputs, 0, data, 0, c, v, a, y, 0, w.seeds, w.gradient, 0, tape.customs);
    for (int k = 0; k < tape.outputCount(); k++) {
      w.seeds[k] = 1;
      double[] g = inOrder ? into[k] : w.gradient;
      kernel.sweep(inputs, 0, data, 0, c, v, a, y, 0, w.seeds, g, 0, tape.customs);
      w.seeds[k] = 0;
      for (int i = 0; i < tape.inputs && !inOrder; i++) {
        into[k][i] = g[tape.leafOrder[i]];
      }
    }
    pool.giveBack(w);
  }
}
