package org.vbar.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Comparisons of numbers by relative difference, where NaN equals NaN and ∞ equals ∞. */
final class Compare {
  /** What additions in another order and a shared node may change. */
  static final double ROUNDING = 1e-12;

  private Compare() {}

  static void close(String what, double[] expected, double[] actual, double tolerance) {
    assertEquals(expected.length, actual.length, what);
    double scale = 0;
    for (double value : expected) {
      if (Double.isFinite(value)) {
        scale = Math.max(scale, Math.abs(value));
      }
    }
    for (int k = 0; k < expected.length; k++) {
      if (!same(expected[k], actual[k])
          && !(Math.abs(expected[k] - actual[k]) <= tolerance * Math.max(scale, 1e-300))) {
        throw new AssertionError(
            what + "[" + k + "]: expected " + expected[k] + " but was " + actual[k]);
      }
    }
  }

  static void same(String what, double[] expected, double[] actual) {
    assertEquals(expected.length, actual.length, what);
    for (int k = 0; k < expected.length; k++) {
      if (!same(expected[k], actual[k])) {
        throw new AssertionError(
            what + "[" + k + "]: expected " + expected[k] + " but was " + actual[k]);
      }
    }
  }

  /** The same bits, with all NaN alike. */
  static boolean same(double a, double b) {
    return Double.doubleToLongBits(a) == Double.doubleToLongBits(b);
  }
}
