package org.vbar.check;

import com.google.common.math.LongMath;
import org.vbar.layer.Matrix;

/**
 * How one array of the scalar world and its counterpart in the matrix world differ.
 *
 * @param name the array, such as {@code W̄2}
 * @param shape its shape, such as {@code [4 × 2]}; both shapes if they differ
 * @param scale the largest finite magnitude in either array
 * @param largestAbsolute the largest |a − b|; infinite if a NaN, an infinity or a shape differs
 * @param largestRelative the same divided by the scale, the number that the tolerance limits; 0 if
 *     nothing differs
 * @param largestUlps the largest number of doubles between two entries, which may be another pair;
 *     {@link Long#MAX_VALUE} where {@code largestAbsolute} is infinite
 * @param row where the largest absolute difference is first found; −1 if the shapes differ
 * @param column its column; −1 if the shapes differ
 * @param scalar the entry there in the scalar world; NaN if the shapes differ
 * @param matrix the entry there in the matrix world; NaN if the shapes differ
 * @param entriesBeyond how many entries differ by more than the tolerance
 * @param lonelyZeros how many entries agree although exactly one of them is 0
 * @param notFinite how many entries agree although they are NaN or infinite
 * @param agrees whether every entry agrees
 */
public record ArrayComparison(
    String name,
    String shape,
    double scale,
    double largestAbsolute,
    double largestRelative,
    long largestUlps,
    int row,
    int column,
    double scalar,
    double matrix,
    int entriesBeyond,
    int lonelyZeros,
    int notFinite,
    boolean agrees) {

  /**
   * Compares two arrays.
   *
   * @param name what to call the array
   * @param scalar the array of the scalar world. Not modified.
   * @param matrix the array of the matrix world. Not modified.
   * @param tolerance how far entries may be apart
   * @return the comparison, after one look at every pair of entries
   */
  public static ArrayComparison of(String name, Matrix scalar, Matrix matrix, Tolerance tolerance) {
    double scale = scale(scalar, matrix);
    if (!sameShape(scalar, matrix)) {
      return new ArrayComparison(
          name,
          scalar.shape() + " ≠ " + matrix.shape(),
          scale,
          Double.POSITIVE_INFINITY,
          Double.POSITIVE_INFINITY,
          Long.MAX_VALUE,
          -1,
          -1,
          Double.NaN,
          Double.NaN,
          Math.max(scalar.array().length, matrix.array().length),
          0,
          0,
          false);
    }
    int worst = 0;
    double largest = 0;
    long ulps = 0;
    int beyond = 0;
    int lonelyZeros = 0;
    int notFinite = 0;
    for (int k = 0; k < scalar.array().length; k++) {
      double a = scalar.array()[k];
      double b = matrix.array()[k];
      double difference = difference(a, b);
      if (difference > largest) {
        largest = difference;
        worst = k;
      }
      ulps = Math.max(ulps, ulps(a, b));
      if (!tolerance.accepts(a, b, scale)) {
        beyond++;
      } else if (!Double.isFinite(a)) {
        notFinite++;
      } else if ((a == 0) != (b == 0)) {
        lonelyZeros++;
      }
    }
    return new ArrayComparison(
        name,
        scalar.shape(),
        scale,
        largest,
        largest == 0 ? 0 : largest / scale,
        ulps,
        worst / scalar.columns(),
        worst % scalar.columns(),
        scalar.array()[worst],
        matrix.array()[worst],
        beyond,
        lonelyZeros,
        notFinite,
        beyond == 0);
  }

  static boolean sameShape(Matrix a, Matrix b) {
    return a.rows() == b.rows() && a.columns() == b.columns();
  }

  /** The largest finite magnitude in either array; 0 if there is none. */
  static double scale(Matrix a, Matrix b) {
    return Math.max(largestMagnitude(a), largestMagnitude(b));
  }

  static double largestMagnitude(Matrix matrix) {
    double largest = 0;
    for (double entry : matrix.array()) {
      if (Double.isFinite(entry)) {
        largest = Math.max(largest, Math.abs(entry));
      }
    }
    return largest;
  }

  /** |a − b|; 0 for two NaN or equal infinities, infinite for a NaN or an infinity alone. */
  static double difference(double a, double b) {
    if (a == b || (Double.isNaN(a) && Double.isNaN(b))) {
      return 0;
    }
    double difference = Math.abs(a - b);
    return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
  }

  /** How many steps of {@link Math#nextUp} lead from one number to the other. */
  static long ulps(double a, double b) {
    if (difference(a, b) == 0) {
      return 0;
    }
    if (!Double.isFinite(a) || !Double.isFinite(b)) {
      return Long.MAX_VALUE;
    }
    return Math.abs(LongMath.saturatedSubtract(ordinal(a), ordinal(b)));
  }

  /** The place of a finite number among all in ascending order; 0 for both zeros. */
  private static long ordinal(double number) {
    long bits = Double.doubleToLongBits(number);
    return bits < 0 ? Long.MIN_VALUE - bits : bits;
  }

  /**
   * The verdict as tables show it.
   *
   * @return {@code ok} or {@code DIFFERS}, and how many entries deserve attention
   */
  public String verdict() {
    if (!agrees) {
      return row < 0 ? "DIFFERS in shape" : "DIFFERS in " + Figures.entries(entriesBeyond);
    }
    String text = "ok";
    if (lonelyZeros > 0) {
      text += ", 0 on one side in " + Figures.entries(lonelyZeros);
    }
    if (notFinite > 0) {
      text += ", " + Figures.entries(notFinite) + " not finite";
    }
    return text;
  }

  /** The cells of a table with the columns {@link #header}. */
  String[] cells() {
    return new String[] {
      name,
      shape,
      Figures.error(largestAbsolute),
      Figures.error(largestRelative),
      Figures.ulps(largestUlps),
      verdict()
    };
  }

  /** The columns of a table of comparisons. */
  static String[] header() {
    return new String[] {"array", "shape", "max abs", "max rel", "max ulp", "verdict"};
  }

  /** For example {@code W̄2[0,1]: 0.25 in the scalar world, 0.5 in the matrix world}. */
  public String worstEntry() {
    return row < 0
        ? "%s: shapes %s".formatted(name, shape)
        : "%s[%d,%d]: %s in the scalar world, %s in the matrix world"
            .formatted(name, row, column, scalar, matrix);
  }

  /** Name, shape, differences and verdict. */
  @Override
  public String toString() {
    return "%s %s: max abs %s, max rel %s, max ulp %s, %s; %s"
        .formatted(
            name,
            shape,
            Figures.error(largestAbsolute),
            Figures.error(largestRelative),
            Figures.ulps(largestUlps),
            verdict(),
            worstEntry());
  }
}
