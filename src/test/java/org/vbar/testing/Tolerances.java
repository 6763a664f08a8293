package org.vbar.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Supplier;

/** The tolerances that tests use by name, each with its reason, and comparisons that obey them. */
public final class Tolerances {
  /** Relative, 0: both sides compute the same IEEE operations in the same order. */
  public static final double EXACT = 0;

  /** Relative: both sides compute the same formula, with different roundings on the way. */
  public static final double ROUNDING = 1e-12;

  /**
   * Relative: one side is a central difference of numbers of type {@code double}, whose best step
   * leaves about ε^⅔.
   */
  public static final double FINITE_DIFFERENCE = 1e-7;

  /** The step of a central difference relative to the operand: about ε^⅓. */
  public static final double STEP = 6e-6;

  private Tolerances() {}

  /** Whether two numbers have the same bits, where all NaNs count as one. */
  public static boolean sameBits(double a, double b) {
    return Double.doubleToLongBits(a) == Double.doubleToLongBits(b);
  }

  /** Whether two numbers are equal, or differ by no more than a part of the larger one. */
  public static boolean isClose(double expected, double actual, double relative) {
    return isClose(expected, actual, relative, 0);
  }

  /**
   * Whether two numbers are equal, or differ by no more than a part of the larger of them and of a
   * scale, for sums whose terms cancel. NaN equals NaN; the four smallest subnormal numbers equal.
   */
  public static boolean isClose(double expected, double actual, double relative, double scale) {
    if (expected == actual || (Double.isNaN(expected) && Double.isNaN(actual))) {
      return true;
    }
    double largest = Math.max(Math.max(Math.abs(expected), Math.abs(actual)), Math.abs(scale));
    return Math.abs(expected - actual)
        <= (Double.isInfinite(largest) ? 0 : relative * largest + 4 * Double.MIN_VALUE);
  }

  /** Fails unless {@link #isClose(double, double, double)}. */
  public static void assertClose(
      double expected, double actual, double relative, Supplier<String> what) {
    assertClose(expected, actual, relative, 0, what);
  }

  /** Fails unless {@link #isClose(double, double, double, double)}. */
  public static void assertClose(
      double expected, double actual, double relative, double scale, Supplier<String> what) {
    assertTrue(
        isClose(expected, actual, relative, scale),
        () ->
            what.get()
                + ": expected "
                + expected
                + " but was "
                + actual
                + ", which is off by "
                + Math.abs(expected - actual)
                    / Math.max(Math.abs(expected), Math.max(Math.abs(actual), Math.abs(scale)))
                + " where "
                + relative
                + " is allowed");
  }

  /** Fails unless {@link #isClose(double, double, double)}. */
  public static void assertClose(double expected, double actual, double relative) {
    assertClose(expected, actual, relative, () -> "number");
  }

  /** Fails unless the bits are the same, where all NaNs count as one. */
  public static void assertSameBits(double expected, double actual, Supplier<String> what) {
    if (!sameBits(expected, actual)) {
      assertEquals(expected, actual, what);
    }
  }
}
