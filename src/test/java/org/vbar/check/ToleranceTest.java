package org.vbar.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToleranceTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;
  private static final List<Tolerance> NAMED =
      List.of(Tolerance.EXACT, Tolerance.ROUNDING, Tolerance.FINITE_DIFFERENCE);

  @Test
  void exact_neighbours_differ() {
    assertTrue(Tolerance.EXACT.accepts(0.1, 0.1, 1));
    assertFalse(Tolerance.EXACT.accepts(0.1, Math.nextUp(0.1), 1));
    assertFalse(Tolerance.EXACT.accepts(0, Double.MIN_VALUE, 1));
  }

  @Test
  void accepts_differenceAtTheLimit_agrees() {
    Tolerance quarter = Tolerance.relative(0.25, "exact in binary");

    assertTrue(quarter.accepts(8, 6, 8));
    assertFalse(quarter.accepts(8, Math.nextDown(6.0), 8));
  }

  @Test
  void accepts_smallEntryOfLargeArray_isMeasuredByTheArray() {
    assertTrue(Tolerance.ROUNDING.accepts(1e-13, -1e-13, 1));
    assertFalse(Tolerance.ROUNDING.accepts(1e-13, -1e-13, 0.1));
  }

  @Test
  void accepts_nan_agreesWithNanOnly() {
    for (Tolerance tolerance : NAMED) {
      assertTrue(tolerance.accepts(Double.NaN, Double.NaN, 1));
      for (double other : new double[] {0, 1, INFINITY, -INFINITY}) {
        assertFalse(tolerance.accepts(Double.NaN, other, 1));
        assertFalse(tolerance.accepts(other, Double.NaN, 1));
      }
    }
  }

  @Test
  void accepts_infinity_agreesWithItsOwnSignOnly() {
    for (Tolerance tolerance : NAMED) {
      assertTrue(tolerance.accepts(INFINITY, INFINITY, 1));
      assertTrue(tolerance.accepts(-INFINITY, -INFINITY, 1));
      assertFalse(tolerance.accepts(INFINITY, -INFINITY, 1));
      assertFalse(tolerance.accepts(INFINITY, Double.MAX_VALUE, Double.MAX_VALUE));
      assertFalse(tolerance.accepts(-Double.MAX_VALUE, -INFINITY, Double.MAX_VALUE));
    }
  }

  @Test
  void accepts_zeros_agreeWithEitherSign() {
    assertTrue(Tolerance.EXACT.accepts(0.0, -0.0, 0));
  }

  @Test
  void accepts_differenceThatOverflows_differs() {
    assertFalse(
        Tolerance.FINITE_DIFFERENCE.accepts(Double.MAX_VALUE, -Double.MAX_VALUE, Double.MAX_VALUE));
  }

  @Test
  void accepts_subnormalEntries_areNotRoundedAway() {
    assertFalse(Tolerance.ROUNDING.accepts(Double.MIN_VALUE, 0, Double.MIN_VALUE));
    assertFalse(
        Tolerance.ROUNDING.accepts(Double.MIN_NORMAL, 2 * Double.MIN_NORMAL, Double.MIN_NORMAL));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-12, 1, 2, Double.NaN, Double.POSITIVE_INFINITY})
  void relative_outOfRange_isRefused(double relative) {
    Exception refused =
        assertThrows(
            IllegalArgumentException.class, () -> Tolerance.relative(relative, "no reason"));
    assertTrue(
        String.valueOf(refused.getMessage()).contains("from 0 to less than 1 but got " + relative));
  }

  @Test
  void toString_hasNameAndNumber() {
    assertEquals("ROUNDING (relative 1.0e-12)", Tolerance.ROUNDING.toString());
    assertEquals("relative 1.0e-09", Tolerance.relative(1e-9, "because").toString());
    assertEquals("because", Tolerance.relative(1e-9, "because").reason());
  }
}
