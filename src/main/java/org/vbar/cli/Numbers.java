package org.vbar.cli;

import java.util.Locale;

/** Numbers as the command line prints them. */
final class Numbers {
  private Numbers() {}

  /** Four significant digits without needless zeros. */
  static String brief(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e6) {
      return Long.toString((long) value);
    }
    double magnitude = Math.abs(value);
    if (magnitude < 1e-4 || magnitude >= 1e6 || !Double.isFinite(value)) {
      return Double.isFinite(value)
          ? String.format(Locale.ROOT, "%.3e", value)
          : Double.toString(value);
    }
    int decimals = (int) Math.max(0, 3 - Math.floor(Math.log10(magnitude)));
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
  }

  /** The same in parentheses if it is negative. */
  static String factor(double value) {
    String text = brief(value);
    return text.startsWith("-") ? "(" + text + ")" : text;
  }

  /** With thousands separated. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
