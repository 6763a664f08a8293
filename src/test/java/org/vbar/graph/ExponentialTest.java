package org.vbar.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ExponentialTest {
  private static final MathContext DIGITS = new MathContext(60);
  private static final double[] EDGES = {
    0.0,
    -0.0,
    1,
    -1,
    Double.MIN_VALUE,
    -Double.MIN_VALUE,
    650,
    -650,
    Math.nextUp(650.0),
    -Math.nextUp(650.0),
    709.782712893384,
    709.7827128933841,
    -708.3964185322641,
    -745.1332191019411,
    -745.1332191019412,
    -750,
    1e300,
    -1e300,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN
  };

  /** The Taylor series of x/1024, squared ten times. */
  private static BigDecimal exact(double x) {
    BigDecimal part = new BigDecimal(x).divide(BigDecimal.valueOf(1024), DIGITS);
    BigDecimal term = BigDecimal.ONE;
    BigDecimal sum = BigDecimal.ONE;
    for (int n = 1; n < 50; n++) {
      term = term.multiply(part, DIGITS).divide(BigDecimal.valueOf(n), DIGITS);
      sum = sum.add(term);
    }
    return sum.pow(1024, DIGITS);
  }

  private static double error(double x) {
    BigDecimal exact = exact(x);
    BigDecimal difference = new BigDecimal(Exponential.of(x)).subtract(exact).abs();
    BigDecimal unit = new BigDecimal(Math.ulp(exact.doubleValue()));
    return difference.divide(unit, DIGITS).doubleValue();
  }

  @Test
  void of_anyNumber_isWithinTheErrorPromised() {
    SplittableRandom random = new SplittableRandom(1);
    for (double width : new double[] {1e-9, 1e-3, 1, 30, 600, 708}) {
      for (int k = 0; k < 400; k++) {
        double x = random.nextDouble(-width, width);
        assertTrue(error(x) < 0.51, "e^" + x + " is wrong by " + error(x) + " ulp");
      }
    }
    for (int k = 0; k < 400; k++) { // subnormal results
      double x = random.nextDouble(-745, -708);
      assertTrue(error(x) < 1.01, "e^" + x + " is wrong by " + error(x) + " ulp");
    }
  }

  @Test
  void of_edges_isAsDocumented() {
    assertEquals(1, Exponential.of(0.0));
    assertEquals(1, Exponential.of(-0.0));
    assertEquals(0.0, Exponential.of(Double.NEGATIVE_INFINITY));
    assertEquals(Double.POSITIVE_INFINITY, Exponential.of(Double.POSITIVE_INFINITY));
    assertEquals(Double.NaN, Exponential.of(Double.NaN));
    for (double x : EDGES) {
      double expected = StrictMath.exp(x);
      double error = Math.abs(Exponential.of(x) - expected);
      assertTrue(
          Exponential.of(x) == expected || !(error > Math.ulp(expected)),
          "e^" + x + " is " + Exponential.of(x) + " instead of " + expected);
    }
  }

  @Test
  void of_array_hasTheBitsOfOneAtATime() {
    SplittableRandom random = new SplittableRandom(2);
    double[] x = new double[20_000];
    for (int l = 0; l < x.length; l++) {
      x[l] = l < EDGES.length ? EDGES[l] : random.nextDouble(-760, 720);
    }
    double[] powers = new double[x.length];
    for (int round = 0; round < 20; round++) { // also when HotSpot has compiled it
      Exponential.of(powers, x, new double[x.length], x.length);
      for (int l = 0; l < x.length; l++) {
        assertEquals(
            Double.doubleToLongBits(Exponential.of(x[l])),
            Double.doubleToLongBits(powers[l]),
            "e^" + x[l]);
      }
    }
  }

  @Test
  void of_fewerThanTheArrayHolds_leavesTheRest() {
    double[] powers = {-1, -1, -1};
    Exponential.of(powers, new double[] {0, 1, 2}, new double[3], 2);
    assertEquals(-1, powers[2]);
    assertEquals(Math.E, powers[1]);
  }
}
