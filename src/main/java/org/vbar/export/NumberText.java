package org.vbar.export;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as they stand in pictures: four significant digits, the same in every locale. */
final class NumberText {
  private static final MathContext FOUR_DIGITS = new MathContext(4);
  private static final int SMALLEST_PLAIN_EXPONENT = -4;
  private static final int LARGEST_PLAIN_EXPONENT = 6;

  private NumberText() {}

  /** For example {@code 0.1235}, {@code -24.7}, {@code 1.5e-7}, {@code NaN}, {@code -∞}. */
  static String of(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "∞" : "-∞";
    }
    BigDecimal rounded = new BigDecimal(value).round(FOUR_DIGITS);
    if (rounded.signum() == 0) {
      return "0";
    }
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (exponent >= SMALLEST_PLAIN_EXPONENT && exponent <= LARGEST_PLAIN_EXPONENT) {
      return rounded.stripTrailingZeros().toPlainString();
    }
    return rounded.movePointLeft(exponent).stripTrailingZeros().toPlainString() + "e" + exponent;
  }

  /** The same with a plus sign before positive numbers, so that a sign is always a glyph. */
  static String signed(double value) {
    return (value > 0 ? "+" : "") + of(value);
  }

  /** A range, or one number if both ends look the same. */
  static String range(double from, double to) {
    String first = of(from);
    String last = of(to);
    return first.equals(last) ? first : first + " … " + last;
  }

  /** For example {@code 203,530}. */
  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** For example {@code 1 node} or {@code 2,000 nodes}. */
  static String count(long count, String singular) {
    return count(count) + " " + singular + (count == 1 ? "" : "s");
  }

  /** A coordinate with at most two decimals. */
  static String coordinate(double value) {
    return BigDecimal.valueOf(Math.round(value * 100), 2).stripTrailingZeros().toPlainString();
  }
}
