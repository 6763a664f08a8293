package org.vbar.compile;

import java.util.EnumMap;
import java.util.Map;
import org.vbar.graph.Op;

/**
 * What the local derivatives of a unary or binary op read: its operands, its value, or neither.
 *
 * <p>Found out by asking the op table at probing points rather than by a second table: a derivative
 * reads an argument if NaN in its place gives NaN or if some change of it changes the derivative.
 */
final class Needs {
  private static final double[] PROBES = {-2, -1, -0.5, 0, 0.25, 0.5, 1, 2, 3};
  private static final Map<Op, boolean[][]> KNOWN = new EnumMap<>(Op.class);

  static {
    for (Op op : Op.values()) {
      switch (op.arity()) {
        case UNARY -> KNOWN.put(op, new boolean[][] {unary(op)});
        case UNARY_WITH_PARAMETER, BINARY ->
            KNOWN.put(op, new boolean[][] {binary(op, true), binary(op, false)});
        case LEAF, N_ARY -> {}
      }
    }
  }

  private Needs() {}

  private interface Derivative {
    double at(double a, double b, double y);
  }

  private static boolean[] unary(Op op) {
    return probe((a, b, y) -> op.localDerivative(a, y));
  }

  private static boolean[] binary(Op op, boolean left) {
    if (op == Op.POLYGAMMA) {
      return new boolean[] {true, true, true};
    }
    return probe(left ? op::leftDerivative : op::rightDerivative);
  }

  /** Whether a derivative reads the left operand, the right one and the value. */
  private static boolean[] probe(Derivative d) {
    boolean[] reads = new boolean[3];
    for (double a : PROBES) {
      for (double b : PROBES) {
        for (double y : PROBES) {
          double at = d.at(a, b, y);
          for (double other : PROBES) {
            reads[0] |= differ(at, d.at(other, b, y));
            reads[1] |= differ(at, d.at(a, other, y));
            reads[2] |= differ(at, d.at(a, b, other));
          }
          reads[0] |= differ(at, d.at(Double.NaN, b, y));
          reads[1] |= differ(at, d.at(a, Double.NaN, y));
          reads[2] |= differ(at, d.at(a, b, Double.NaN));
        }
      }
    }
    return reads;
  }

  private static boolean differ(double a, double b) {
    return Double.doubleToLongBits(a) != Double.doubleToLongBits(b);
  }

  /** Whether the derivative for operand {@code k} reads operand {@code j}. */
  static boolean operand(Op op, int k, int j) {
    boolean[][] known = KNOWN.get(op);
    return known == null || known[k][j];
  }

  /** The same for ops of any number of operands. */
  static boolean derivative(Op op, int k, int j) {
    return op.arity() == Op.Arity.N_ARY ? op != Op.WHERE || j == 0 : operand(op, k, j);
  }

  /** Whether the derivative for operand {@code k} reads the op's value. */
  static boolean value(Op op, int k) {
    boolean[][] known = KNOWN.get(op);
    return known == null ? op != Op.WHERE : known[k][2];
  }
}
