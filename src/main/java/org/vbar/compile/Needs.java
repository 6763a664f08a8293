package org.vbar.compile;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.vbar.graph.Op;

/**
 * What the local derivatives of a unary or binary op read: its operands, its value, or neither.
 *
 * <p>Found out by asking the op table at probing points rather than by a second table: a derivative
 * reads an argument if NaN in its place gives NaN or if some change of it changes the derivative.
 */
final class Needs {
  private static final double[] PROBES = {-2, -1, -0.5, 0, 0.25, 0.5, 1, 2, 3};

  /** Filled op by op: probing all of them would take the first compilation some 50 ms. */
  private static final Map<Op, boolean[][]> KNOWN = new ConcurrentHashMap<>();

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

  private static boolean[][] known(Op op) {
    return KNOWN.computeIfAbsent(
        op,
        key ->
            switch (key.arity()) {
              case UNARY -> new boolean[][] {unary(key)};
              case UNARY_WITH_PARAMETER, BINARY ->
                  new boolean[][] {binary(key, true), binary(key, false)};
              case LEAF, N_ARY ->
                  throw new IllegalArgumentException(
                      "Expected an op of one or two operands but got " + key + ".");
            });
  }

  /** Whether the derivative for operand {@code k} reads operand {@code j}. */
  static boolean operand(Op op, int k, int j) {
    return op.arity() == Op.Arity.N_ARY ? op != Op.WHERE || j == 0 : known(op)[k][j];
  }

  /** Whether the derivative for operand {@code k} reads the op's value. */
  static boolean value(Op op, int k) {
    return op.arity() == Op.Arity.N_ARY ? op != Op.WHERE : known(op)[k][2];
  }
}
