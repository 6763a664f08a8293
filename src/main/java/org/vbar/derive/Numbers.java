package org.vbar.derive;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as derivations show them. */
final class Numbers {
  private static final MathContext SHOWN = new MathContext(6);

  private Numbers() {}

  /** Whether a number is written as 1E-7, which some notations show as a product. */
  static boolean hasPowerOfTen(double value) {
    return text(value).contains("E");
  }

  /** Six significant digits without needless zeros: {@code 0.5}, {@code -1.25}, {@code 3.1E-7}. */
  static String text(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "∞" : "-∞";
    }
    if (value == 0) {
      return "0";
    }
    BigDecimal rounded = new BigDecimal(value).round(SHOWN).stripTrailingZeros();
    int exponent = rounded.precision() - rounded.scale() - 1;
    return exponent < -5 || exponent > 8 ? rounded.toString() : rounded.toPlainString();
  }
}
