package org.vbar.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.vbar.layer.Matrix;

class ArrayComparisonTest {
  private static ArrayComparison compare(Matrix scalar, Matrix matrix) {
    return ArrayComparison.of("W1", scalar, matrix, Tolerance.ROUNDING);
  }

  private static ArrayComparison compareRows(double[] scalar, double[] matrix) {
    return compare(Matrix.of(1, scalar.length, scalar), Matrix.of(1, matrix.length, matrix));
  }

  @Test
  void of_oneEntryWrong_tellsWhereAndByHowMuch() {
    ArrayComparison comparison =
        compare(Matrix.of(2, 3, 1, 2, 3, 4, 5, 8), Matrix.of(2, 3, 1, 2, 3, 4, 7, 8));

    assertFalse(comparison.agrees());
    assertEquals("[2 × 3]", comparison.shape());
    assertEquals(2, comparison.largestAbsolute());
    assertEquals(0.25, comparison.largestRelative());
    assertEquals(8, comparison.scale());
    assertEquals(1, comparison.row());
    assertEquals(1, comparison.column());
    assertEquals(5, comparison.scalar());
    assertEquals(7, comparison.matrix());
    assertEquals(1, comparison.entriesBeyond());
    assertEquals("DIFFERS in 1 entry", comparison.verdict());
    assertEquals(
        "W1[1,1]: 5.0 in the scalar world, 7.0 in the matrix world", comparison.worstEntry());
  }

  @Test
  void of_neighbours_areOneUlpApartAndAgree() {
    ArrayComparison comparison =
        compareRows(new double[] {-0.3, 0.1}, new double[] {-0.3, Math.nextUp(0.1)});

    assertTrue(comparison.agrees());
    assertEquals(1, comparison.largestUlps());
    assertEquals("ok", comparison.verdict());
  }

  @Test
  void ulps_acrossZero_countBothSides() {
    assertEquals(2, ArrayComparison.ulps(Double.MIN_VALUE, -Double.MIN_VALUE));
    assertEquals(0, ArrayComparison.ulps(0.0, -0.0));
    assertEquals(Long.MAX_VALUE, ArrayComparison.ulps(Double.MAX_VALUE, -Double.MAX_VALUE));
    assertEquals(Long.MAX_VALUE, ArrayComparison.ulps(Double.NaN, 0));
    assertEquals(0, ArrayComparison.ulps(Double.NaN, Double.NaN));
  }

  @Test
  void of_tinyNumbersWhereAllShouldBeZero_differ() {
    ArrayComparison comparison = compareRows(new double[2], new double[] {0, 1e-300});

    assertFalse(comparison.agrees());
    assertEquals(1, comparison.largestRelative());
  }

  @Test
  void of_zeroBesideLargeEntries_agreesButIsCounted() {
    ArrayComparison comparison = compareRows(new double[] {1, 0, 0}, new double[] {1, 1e-17, 0});

    assertTrue(comparison.agrees());
    assertEquals(1, comparison.lonelyZeros());
    assertEquals("ok, 0 on one side in 1 entry", comparison.verdict());
  }

  @Test
  void of_nanOnBothSides_agreesButIsCounted() {
    double nan = Double.NaN;
    double infinity = Double.POSITIVE_INFINITY;

    ArrayComparison comparison =
        compareRows(new double[] {nan, infinity, 1}, new double[] {nan, infinity, 1});

    assertTrue(comparison.agrees());
    assertEquals(0, comparison.largestAbsolute());
    assertEquals("ok, 2 entries not finite", comparison.verdict());
  }

  @Test
  void of_nanOnOneSide_isTheWorstDifference() {
    ArrayComparison comparison =
        compareRows(new double[] {1, 2, 3}, new double[] {100, Double.NaN, 3});

    assertEquals(1, comparison.column());
    assertEquals(Double.POSITIVE_INFINITY, comparison.largestAbsolute());
    assertEquals(Double.POSITIVE_INFINITY, comparison.largestRelative());
    assertEquals(2, comparison.entriesBeyond());
  }

  @Test
  void of_infinityOnOneSide_doesNotRaiseTheScale() {
    ArrayComparison comparison =
        compareRows(new double[] {1, 2}, new double[] {1, Double.POSITIVE_INFINITY});

    assertFalse(comparison.agrees());
    assertEquals(2, comparison.scale());
  }

  @Test
  void of_otherShape_differs() {
    ArrayComparison comparison = compare(Matrix.zeros(2, 3), Matrix.zeros(3, 2));

    assertFalse(comparison.agrees());
    assertEquals("[2 × 3] ≠ [3 × 2]", comparison.shape());
    assertEquals("DIFFERS in shape", comparison.verdict());
    assertEquals("W1: shapes [2 × 3] ≠ [3 × 2]", comparison.worstEntry());
  }

  @Test
  void toString_hasEverything() {
    assertEquals(
        "W1 [1 × 2]: max abs 1.00e+00, max rel 5.00e-01, max ulp 4.5e+15, DIFFERS in 1 entry;"
            + " W1[0,0]: 1.0 in the scalar world, 2.0 in the matrix world",
        compareRows(new double[] {1, 2}, new double[] {2, 2}).toString());
  }
}
