package org.vbar.layer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;

/** Comparisons and random matrices that several tests share. */
final class Expect {
  private Expect() {}

  /** |actual − expected| ≤ tolerance · |expected|; so 0 and infinities must be met exactly. */
  static void relative(double expected, double actual, double tolerance, String what) {
    boolean same = expected == actual || (Double.isNaN(expected) && Double.isNaN(actual));
    assertTrue(
        same || Math.abs(actual - expected) <= tolerance * Math.abs(expected),
        () -> "%s: expected %s but got %s".formatted(what, expected, actual));
  }

  /** |actual − expected| ≤ tolerance · max(1, |expected|). */
  static void near(double expected, double actual, double tolerance, String what) {
    assertTrue(
        Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
        () -> "%s: expected %s but got %s".formatted(what, expected, actual));
  }

  /** Standard Gaussian elements. */
  static Matrix gaussian(Random random, int rows, int columns) {
    return Matrix.zeros(rows, columns).map(zero -> random.nextGaussian());
  }

  /** One-hot rows of random classes; 0 or 1 if there is one column. */
  static Matrix oneHot(Random random, int rows, int columns) {
    Matrix result = Matrix.zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      int label = random.nextInt(Math.max(2, columns));
      if (label < columns) {
        result.set(i, label, 1);
      }
    }
    return result;
  }
}
