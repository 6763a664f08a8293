package org.vbar.compile;

import org.vbar.graph.CustomOp;
import org.vbar.graph.Op;

/**
 * One op for a block of points: loops over arrays that HotSpot vectorizes where the op allows it.
 *
 * <p>Each gives the bits of the op table. Ops whose rows have a jump in them are written without
 * one, because at points in no order a processor guesses half of the jumps wrong.
 */
final class LaneKernels {
  /** Twice this factor lifts the smallest positive number above 1. */
  static final double LIFT = 0x1p1023;

  private static final int COLUMNS_ADDED = 8;

  private LaneKernels() {}

  // ---- Rows ----

  /** Reads one number of every row. */
  static void gather(double[] out, double[] rows, int at, int count, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = rows[at + l * count];
    }
  }

  /** Writes one number of every row. */
  static void scatter(double[] rows, int at, int count, double[] a, int n) {
    for (int l = 0; l < n; l++) {
      rows[at + l * count] = a[l];
    }
  }

  // ---- Values ----

  static void value(Op op, double[] out, double[] a, double[] b, int n) {
    switch (op) {
      case PLUS -> plus(out, a, b, n);
      case MINUS -> minus(out, a, b, n);
      case TIMES -> times(out, a, b, n);
      case DIVIDED_BY -> dividedBy(out, a, b, n);
      case NEGATED -> negated(out, a, n);
      case SQUARE -> times(out, a, a, n);
      case RELU -> relu(out, a, n);
      case SQRT -> sqrt(out, a, n);
      case ABS -> abs(out, a, n);
      case RECIPROCAL -> reciprocal(out, a, n);
      case MIN -> min(out, a, b, n);
      case MAX -> max(out, a, b, n);
      default -> {
        if (op.arity() == Op.Arity.UNARY) {
          unary(op, out, a, n);
        } else {
          binary(op, out, a, b, n);
        }
      }
    }
  }

  private static void plus(double[] out, double[] a, double[] b, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = a[l] + b[l];
    }
  }

  private static void minus(double[] out, double[] a, double[] b, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = a[l] - b[l];
    }
  }

  private static void times(double[] out, double[] a, double[] b, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = a[l] * b[l];
    }
  }

  private static void dividedBy(double[] out, double[] a, double[] b, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = a[l] / b[l];
    }
  }

  private static void negated(double[] out, double[] a, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = -a[l];
    }
  }

  private static void relu(double[] out, double[] a, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = Math.max(a[l], 0.0);
    }
  }

  private static void sqrt(double[] out, double[] a, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = Math.sqrt(a[l]);
    }
  }

  private static void abs(double[] out, double[] a, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = Math.abs(a[l]);
    }
  }

  private static void reciprocal(double[] out, double[] a, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = 1 / a[l];
    }
  }

  private static void min(double[] out, double[] a, double[] b, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = Math.min(a[l], b[l]);
    }
  }

  private static void max(double[] out, double[] a, double[] b, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = Math.max(a[l], b[l]);
    }
  }

  private static void unary(Op op, double[] out, double[] a, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = op.evaluate(a[l]);
    }
  }

  private static void binary(Op op, double[] out, double[] a, double[] b, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = op.evaluate(a[l], b[l]);
    }
  }

  static void parameter(Op op, double[] out, double[] a, double parameter, int n) {
    if (op == Op.POW_CONSTANT) {
      power(out, a, parameter, n);
      return;
    }
    for (int l = 0; l < n; l++) {
      out[l] = op.evaluate(a[l], parameter);
    }
  }

  static void productPlus(double[] out, double[] a, double[] b, double[] c, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = a[l] * b[l] + c[l];
    }
  }

  static void sumOfProducts(double[] out, double[] a, double[] b, double[] c, double[] d, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = a[l] * b[l] + c[l] * d[l];
    }
  }

  static void minusAbsolute(double[] out, double[] a, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = -Math.abs(a[l]);
    }
  }

  /**
   * σ(x) = 1/(1 + e) for x > 0 and e/(1 + e) otherwise, with e = e^−|x|. Without a jump the
   * numerator is the smaller one of 1 and e + relu(x) lifted above 1.
   */
  static void sigmoid(double[] out, double[] x, double[] e, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = Math.min(Math.max(x[l], 0.0) * LIFT * LIFT + e[l], 1.0) / (1 + e[l]);
    }
  }

  static void choice(double[] out, double[] condition, double[] a, double[] b, int n) {
    for (int l = 0; l < n; l++) {
      double c = condition[l];
      out[l] = Double.isNaN(c) ? Double.NaN : c != 0 ? a[l] : b[l];
    }
  }

  static void many(Op op, CustomOp[] customs, int extra, double[] out, double[][] v, int n) {
    double[] operands = new double[v.length];
    for (int l = 0; l < n; l++) {
      gather(operands, v, l);
      out[l] =
          op == Op.CUSTOM ? Support.value(customs[extra], operands) : Support.value(op, operands);
    }
  }

  private static void gather(double[] operands, double[][] v, int l) {
    for (int k = 0; k < operands.length; k++) {
      operands[k] = v[k][l];
    }
  }

  /** With a loop for each exponent that is a product, because HotSpot vectorizes these. */
  private static void power(double[] out, double[] a, double exponent, int n) {
    if (exponent == 2) {
      times(out, a, a, n);
    } else if (exponent == 3) {
      cube(out, a, n);
    } else if (exponent == 4) {
      fourthPower(out, a, n);
    } else if (exponent == -1) {
      reciprocal(out, a, n);
    } else if (exponent == -2) {
      reciprocalSquare(out, a, n);
    } else {
      for (int l = 0; l < n; l++) {
        out[l] = Op.POW_CONSTANT.evaluate(a[l], exponent);
      }
    }
  }

  private static void cube(double[] out, double[] a, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = Op.POW_CONSTANT.evaluate(a[l], 3);
    }
  }

  private static void fourthPower(double[] out, double[] a, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = Op.POW_CONSTANT.evaluate(a[l], 4);
    }
  }

  private static void reciprocalSquare(double[] out, double[] a, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = Op.POW_CONSTANT.evaluate(a[l], -2);
    }
  }

  // ---- Local derivatives ----

  static void derivative(Op op, double[] out, double[] x, double[] y, int n) {
    switch (op) {
      case SQRT -> halfOf(out, y, n);
      case LOG -> reciprocal(out, x, n);
      case RECIPROCAL -> minusSquare(out, y, n);
      default -> {
        for (int l = 0; l < n; l++) {
          out[l] = op.localDerivative(x[l], y[l]);
        }
      }
    }
  }

  private static void halfOf(double[] out, double[] y, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = 0.5 / y[l];
    }
  }

  private static void minusSquare(double[] out, double[] y, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = -(y[l] * y[l]);
    }
  }

  static void sigmoidDerivative(double[] out, double[] e, int n) {
    for (int l = 0; l < n; l++) {
      double d = 1 + e[l];
      out[l] = e[l] / (d * d);
    }
  }

  static void left(Op op, double[] out, double[] a, double[] b, double[] y, int n) {
    if (op == Op.DIVIDED_BY) {
      reciprocal(out, b, n);
      return;
    }
    for (int l = 0; l < n; l++) {
      out[l] = op.leftDerivative(a[l], b[l], y[l]);
    }
  }

  static void right(Op op, double[] out, double[] a, double[] b, double[] y, int n) {
    if (op == Op.DIVIDED_BY) {
      quotient(out, b, y, n);
      return;
    }
    for (int l = 0; l < n; l++) {
      out[l] = op.rightDerivative(a[l], b[l], y[l]);
    }
  }

  private static void quotient(double[] out, double[] b, double[] y, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = -y[l] / b[l];
    }
  }

  static void parameterDerivative(
      Op op, double[] out, double[] a, double parameter, double[] y, int n) {
    if (op == Op.POW_CONSTANT && parameter != 0) {
      power(out, a, parameter - 1, n);
      for (int l = 0; l < n; l++) {
        out[l] = parameter * out[l];
      }
      return;
    }
    for (int l = 0; l < n; l++) {
      out[l] = op.leftDerivative(a[l], parameter, y[l]);
    }
  }

  static void choiceDerivative(double[] out, double[] condition, int operand, int n) {
    for (int l = 0; l < n; l++) {
      double c = condition[l];
      out[l] = operand == 0 ? 0 : operand == 1 ? Support.ifTrue(c) : Support.ifFalse(c);
    }
  }

  static void manyDerivatives(
      Op op, CustomOp[] customs, int extra, double[][] outs, double[][] v, double[] y, int n) {
    double[] operands = new double[v.length];
    for (int l = 0; l < n; l++) {
      gather(operands, v, l);
      double[] derivatives =
          op == Op.CUSTOM
              ? Support.derivatives(customs[extra], operands, y[l])
              : Support.derivatives(op, operands, y[l]);
      for (int k = 0; k < outs.length; k++) {
        outs[k][l] = derivatives[k];
      }
    }
  }

  // ---- Adjoints ----

  static void first(double[] out, double[] a, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = 0.0 + a[l];
    }
  }

  static void add(double[] out, double[] a, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = out[l] + a[l];
    }
  }

  static void firstNegated(double[] out, double[] a, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = 0.0 - a[l];
    }
  }

  static void subtract(double[] out, double[] a, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = out[l] - a[l];
    }
  }

  static void firstProduct(double[] out, double[] a, double[] b, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = 0.0 + a[l] * b[l];
    }
  }

  static void addProduct(double[] out, double[] a, double[] b, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = out[l] + a[l] * b[l];
    }
  }

  /** relu′ is written without a jump: relu's value lifted above 1 and cut there. */
  static void firstStep(double[] out, double[] a, double[] relu, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = 0.0 + a[l] * Math.min(relu[l] * LIFT * LIFT, 1.0);
    }
  }

  static void addStep(double[] out, double[] a, double[] relu, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = out[l] + a[l] * Math.min(relu[l] * LIFT * LIFT, 1.0);
    }
  }

  static void firstTwice(double[] out, double[] a, double[] b, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = 0.0 + a[l] * (2 * b[l]);
    }
  }

  static void addTwice(double[] out, double[] a, double[] b, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = out[l] + a[l] * (2 * b[l]);
    }
  }

  static void addNumber(double[] out, double number, int n) {
    for (int l = 0; l < n; l++) {
      out[l] = out[l] + number;
    }
  }

  /** The number of columns for {@link #addUp}, at least as large as a given one. */
  static int addedTogether(int columns) {
    return (columns + COLUMNS_ADDED - 1) / COLUMNS_ADDED * COLUMNS_ADDED;
  }

  /**
   * sums[k] += columns[k][l] for l = from, …, to − 1; eight columns at a time, because an addition
   * waits for the one before in its own column only.
   */
  static void addUp(double[] sums, double[][] columns, int from, int to) {
    for (int k = 0; k < columns.length; k += COLUMNS_ADDED) {
      addUp(
          sums,
          k,
          columns[k],
          columns[k + 1],
          columns[k + 2],
          columns[k + 3],
          columns[k + 4],
          columns[k + 5],
          columns[k + 6],
          columns[k + 7],
          from,
          to);
    }
  }

  private static void addUp(
      double[] sums,
      int at,
      double[] a,
      double[] b,
      double[] c,
      double[] d,
      double[] e,
      double[] f,
      double[] g,
      double[] h,
      int from,
      int to) {
    double sumA = sums[at];
    double sumB = sums[at + 1];
    double sumC = sums[at + 2];
    double sumD = sums[at + 3];
    double sumE = sums[at + 4];
    double sumF = sums[at + 5];
    double sumG = sums[at + 6];
    double sumH = sums[at + 7];
    for (int l = from; l < to; l++) {
      sumA += a[l];
      sumB += b[l];
      sumC += c[l];
      sumD += d[l];
      sumE += e[l];
      sumF += f[l];
      sumG += g[l];
      sumH += h[l];
    }
    sums[at] = sumA;
    sums[at + 1] = sumB;
    sums[at + 2] = sumC;
    sums[at + 3] = sumD;
    sums[at + 4] = sumE;
    sums[at + 5] = sumF;
    sums[at + 6] = sumG;
    sums[at + 7] = sumH;
  }
}
