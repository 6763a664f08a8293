package org.vbar.compile;

import org.vbar.graph.CustomOp;
import org.vbar.graph.Op;

/** What generated code calls for ops with any number of operands. */
final class Support {
  private Support() {}

  static double value(Op op, double[] operands) {
    return op.evaluate(operands);
  }

  static double[] derivatives(Op op, double[] operands, double y) {
    double[] into = new double[operands.length];
    op.localDerivatives(operands, y, into);
    return into;
  }

  static double value(CustomOp op, double[] operands) {
    return op.value(operands);
  }

  static double[] derivatives(CustomOp op, double[] operands, double y) {
    double[] into = new double[operands.length];
    op.localDerivatives(operands, y, into);
    return into;
  }

  /** The derivative of a choice for the operand that a true condition chooses. */
  static double ifTrue(double condition) {
    return Double.isNaN(condition) ? Double.NaN : condition != 0 ? 1 : 0;
  }

  /** The derivative of a choice for the operand that a false condition chooses. */
  static double ifFalse(double condition) {
    return Double.isNaN(condition) ? Double.NaN : condition != 0 ? 0 : 1;
  }
}
