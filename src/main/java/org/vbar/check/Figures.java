package org.vbar.check;

import java.util.Locale;

/** Numbers as the tables of this package write them. */
final class Figures {
  private static final long LONGEST = 999_999;

  private Figures() {}

  /** An error: 0, or three digits and an exponent. */
  static String error(double error) {
    if (error == 0 || !Double.isFinite(error)) {
      return special(error);
    }
    return String.format(Locale.ROOT, "%.2e", error);
  }

  /** A value: whole numbers as such, others with at most seven digits. */
  static String value(double value) {
    if (!Double.isFinite(value) || (value == Math.rint(value) && Math.abs(value) <= LONGEST)) {
      return special(value);
    }
    String text = String.format(Locale.ROOT, "%.6e", value);
    int e = text.indexOf('e');
    int exponent = Integer.parseInt(text.substring(e + 1));
    if (exponent < -4 || exponent > 6) {
      return withoutTrailingZeros(text.substring(0, e)) + text.substring(e);
    }
    return withoutTrailingZeros(String.format(Locale.ROOT, "%." + (6 - exponent) + "f", value));
  }

  /** A slope beside a kink: rounded where that removes only the noise of its last digits. */
  static String slope(double slope) {
    double thousandths = Math.rint(slope * 1000) / 1000;
    boolean noise = Math.abs(slope - thousandths) <= 1e-4 * Math.max(1, Math.abs(slope));
    return value(noise ? thousandths : slope);
  }

  private static String special(double number) {
    if (Double.isInfinite(number)) {
      return number > 0 ? "∞" : "−∞";
    }
    return Double.isNaN(number) ? "NaN" : Long.toString((long) number);
  }

  private static String withoutTrailingZeros(String digits) {
    return digits.contains(".") ? digits.replaceFirst("\\.?0+$", "") : digits;
  }

  /** A number of ulps: in full if it is short. */
  static String ulps(long ulps) {
    if (ulps == Long.MAX_VALUE) {
      return "∞";
    }
    return ulps <= LONGEST
        ? Long.toString(ulps)
        : String.format(Locale.ROOT, "%.1e", (double) ulps);
  }

  /** {@code 1 entry}, {@code 3 entries}. */
  static String entries(int count) {
    return count == 1 ? "1 entry" : count + " entries";
  }
}
