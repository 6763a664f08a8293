package org.vbar.graph;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * e^x, one number at a time or for an array, with the same bits both ways and on every machine.
 *
 * <p>{@link Math#exp} may give other last bits on other machines, and HotSpot cannot vectorize it.
 * Here x = (k/128)·ln 2 + r with a whole k and |r| ≤ ln 2/256, so e^x = 2^(k/128)·e^r: the first
 * factor comes from a table, the second from its Taylor series up to r⁵, whose next term is below
 * 10⁻¹⁸. The reduction of x keeps 90 bits of ln 2 in two parts, and the table has a correction
 * beyond each entry's last bit (the method of P. T. P. Tang, <i>Table-driven implementation of the
 * exponential function</i>, ACM TOMS 15, 1989). Errors stay below 0.51 ulp, and below 1.01 ulp
 * where the result is subnormal; {@code ExponentialTest} measures them.
 *
 * <p>{@code ExponentialBenchmark} compares it with {@link Math#exp}.
 */
public final class Exponential {
  private static final int TABLE_BITS = 7;
  private static final int ENTRIES = 1 << TABLE_BITS;
  private static final int FRACTION_BITS = 52;
  private static final int STEP_BITS = FRACTION_BITS - TABLE_BITS;

  /** Beyond these, e^x is 0 and ∞. */
  private static final double LOWEST = -750;

  private static final double HIGHEST = 710;

  /** Up to this |x|, e^x and what is added to it are normal numbers. */
  private static final double NEAR = 650;

  /** Added to a number below 2⁵¹ it leaves the nearest whole number in the last bits. */
  private static final double ROUNDER = 0x1.8p52;

  private static final double PER_STEP;

  /** ln 2/128, its first 32 bits and the rest; k times the first part is exact. */
  private static final double STEP_HIGH;

  private static final double STEP_LOW;

  /** The bits of 2^(i/128) less i·2⁴⁵, so that adding k·2⁴⁵ for any k gives 2^(k/128). */
  private static final long[] POWERS = new long[ENTRIES];

  /** What is missing in an entry, as a part of it. */
  private static final double[] CORRECTIONS = new double[ENTRIES];

  static {
    MathContext digits = new MathContext(50);
    BigDecimal root = BigDecimal.valueOf(2);
    for (int bit = 0; bit < TABLE_BITS; bit++) {
      root = root.sqrt(digits);
    }
    BigDecimal power = BigDecimal.ONE;
    for (int i = 0; i < ENTRIES; i++) {
      double rounded = power.doubleValue();
      POWERS[i] = Double.doubleToRawLongBits(rounded) - ((long) i << STEP_BITS);
      BigDecimal missing = power.subtract(new BigDecimal(rounded));
      CORRECTIONS[i] = missing.divide(power, digits).doubleValue();
      power = power.multiply(root, digits);
    }
    BigDecimal ln2 = new BigDecimal("0.69314718055994530941723212145817656807550013436026");
    BigDecimal step = ln2.divide(BigDecimal.valueOf(ENTRIES));
    PER_STEP = BigDecimal.ONE.divide(step, digits).doubleValue();
    long high = Double.doubleToRawLongBits(step.doubleValue()) & (-1L << 21);
    STEP_HIGH = Double.longBitsToDouble(high);
    STEP_LOW = step.subtract(new BigDecimal(STEP_HIGH)).doubleValue();
  }

  private Exponential() {}

  /**
   * e^x: 0 at −∞, 1 at ±0, ∞ at ∞, NaN at NaN.
   *
   * @param x the exponent
   * @return e to the power of x
   */
  public static double of(double x) {
    if (!(Math.abs(x) <= NEAR)) {
      return far(x);
    }
    double place = place(x);
    return power(place, beyondOne(x, place));
  }

  /**
   * e^x for the first numbers of an array, each with the bits of {@link #of}.
   *
   * <p>All but a look into the table is vectorized by HotSpot.
   *
   * @param powers receives the results. Modified.
   * @param x the exponents
   * @param memory any array at least as long as the others, not one of them. Modified.
   * @param n how many
   */
  public static void of(double[] powers, double[] x, double[] memory, int n) {
    for (int l = 0; l < n; l++) {
      double place = place(x[l]);
      memory[l] = place;
      powers[l] = beyondOne(x[l], place);
    }
    for (int l = 0; l < n; l++) {
      powers[l] = Math.abs(x[l]) <= NEAR ? power(memory[l], powers[l]) : far(x[l]);
    }
  }

  /** k, in the last bits of a large number. */
  private static double place(double x) {
    return x * PER_STEP + ROUNDER;
  }

  /** e^r − 1 for what the whole number k in {@code place} leaves of x. */
  private static double beyondOne(double x, double place) {
    double k = place - ROUNDER;
    double r = x - k * STEP_HIGH - k * STEP_LOW;
    double square = r * r;
    return r + square * (1.0 / 2 + r * (1.0 / 6)) + square * square * (1.0 / 24 + r * (1.0 / 120));
  }

  /** 2^(k/128)·(1 + q). */
  private static double power(double place, double q) {
    long k = Double.doubleToRawLongBits(place);
    int i = (int) k & (ENTRIES - 1);
    double power = Double.longBitsToDouble(POWERS[i] + (k << STEP_BITS));
    return power + power * (q + CORRECTIONS[i]);
  }

  /** The power of two in halves, so that of numbers that are not normal only a product rounds. */
  private static double far(double x) {
    double limited = Math.min(Math.max(x, LOWEST), HIGHEST);
    double place = place(limited);
    int k = (int) Double.doubleToRawLongBits(place);
    int exponent = k >> TABLE_BITS;
    int half = exponent >> 1;
    double power = power(place - (double) exponent * ENTRIES, beyondOne(limited, place));
    return power * Math.scalb(1.0, half) * Math.scalb(1.0, exponent - half);
  }
}
