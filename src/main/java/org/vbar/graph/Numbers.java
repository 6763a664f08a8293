package org.vbar.graph;

/** Numbers as they stand in formulas. */
final class Numbers {
  private Numbers() {}

  /** A number without a needless fraction: {@code 2} rather than {@code 2.0}. */
  static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** The same in parentheses if it is negative, so that it can follow an operator. */
  static String operand(double value) {
    String text = text(value);
    return text.startsWith("-") ? "(" + text + ")" : text;
  }
}
