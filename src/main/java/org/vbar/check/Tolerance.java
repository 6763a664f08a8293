package org.vbar.check;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/**
 * How far two computations of one array may be apart, and why that far.
 *
 * <p>Two entries a and b agree if
 *
 * <pre>
 *   |a − b| ≤ relative · scale        scale = the largest finite magnitude in either array
 * </pre>
 *
 * <p>The scale is that of the whole array and not of the entry, because of cancellation. An entry
 * of a gradient is a sum; if its terms cancel to a millionth of their size, the rounding of the
 * terms is a million times larger relative to the entry. Two right computations that add in a
 * different order then differ, entry by entry, by an arbitrary relative amount, but never by more
 * than some ulps of the terms, whose size the largest entry tells well enough. The price: a mistake
 * smaller than {@code relative} times the largest entry is not seen.
 *
 * <p>What follows from the rule, and what is added to it:
 *
 * <ul>
 *   <li>There is no absolute tolerance. If one array is 0 everywhere, the other has to be 0, too;
 *       1e-300 is then as wrong as 1.
 *   <li>An entry that is 0 in one array only can be cancellation, and passes if it is small enough,
 *       but {@link ArrayComparison#lonelyZeros} counts it and tables show the count.
 *   <li>NaN agrees with NaN only, and an infinity with the infinity of the same sign only.
 *   <li>0 and −0 agree.
 * </ul>
 *
 * @param name what tables call it
 * @param relative the largest relative difference, from 0 to less than 1
 * @param reason why this number
 */
public record Tolerance(String name, double relative, String reason) {
  /** Equal numbers: 0 ulp apart. */
  public static final Tolerance EXACT =
      new Tolerance("EXACT", 0, "both sides do the same operations in the same order");

  /** Relative 1e-12: the same mathematics in another order of operations. */
  public static final Tolerance ROUNDING =
      new Tolerance(
          "ROUNDING",
          1e-12,
          "a sum of n terms is off by at most n · 1.1e-16 of the sum of their magnitudes, so this"
              + " allows for thousands of terms, or for fewer that cancel");

  /** Relative 1e-6: a derivative against a difference quotient with its default step. */
  public static final Tolerance FINITE_DIFFERENCE =
      new Tolerance(
          "FINITE_DIFFERENCE",
          1e-6,
          "central differences with step h = 6e-6 are off by h²/6 · |f‴| ≈ 6e-12 · |f‴| plus"
              + " 2.2e-16 · |f|/h ≈ 4e-11 · |f|, which leaves room for functions"
              + " 10,000 times larger than their derivative; wrong formulas are off by far more");

  /**
   * Checks the number.
   *
   * @throws IllegalArgumentException if {@code relative} is not in [0, 1)
   */
  public Tolerance {
    requireNonNull(name, "name");
    requireNonNull(reason, "reason");
    if (!(relative >= 0 && relative < 1)) {
      throw new IllegalArgumentException(
          "Expected a relative tolerance from 0 to less than 1 but got "
              + relative
              + ": with 1 or more, 0 would agree with everything.");
    }
  }

  /**
   * A tolerance of your own.
   *
   * @param relative the largest relative difference, from 0 to less than 1
   * @param reason why this number
   * @return a tolerance called {@code relative …}
   * @throws IllegalArgumentException if the number is out of range
   */
  public static Tolerance relative(double relative, String reason) {
    return new Tolerance("relative " + number(relative), relative, reason);
  }

  /**
   * Whether two entries agree.
   *
   * @param a one entry
   * @param b the other
   * @param scale the largest finite magnitude in either array
   * @return true if they are equal, both NaN, or at most relative · scale apart
   */
  public boolean accepts(double a, double b, double scale) {
    return a == b || (Double.isNaN(a) && Double.isNaN(b)) || Math.abs(a - b) <= relative * scale;
  }

  private static String number(double number) {
    return String.format(Locale.ROOT, "%.1e", number);
  }

  /** For example {@code ROUNDING (relative 1.0e-12)}. */
  @Override
  public String toString() {
    String text = "relative " + number(relative);
    return name.equals(text) ? name : name + " (" + text + ")";
  }
}
