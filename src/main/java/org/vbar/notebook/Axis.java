package org.vbar.notebook;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;

/**
 * One axis of a plot: from numbers to places between 0 and 1, and back.
 *
 * @param label what is counted
 * @param logarithmic whether equal factors, instead of equal differences, are equally far
 * @param low the number at 0
 * @param high the number at 1
 */
record Axis(String label, boolean logarithmic, double low, double high) {
  private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  private static final int MOST_TICKS = 8;
  private static final double FEW_POWERS = 2000;

  Axis {
    checkArgument(
        low < high && Double.isFinite(low) && Double.isFinite(high) && (!logarithmic || low > 0),
        "Expected a range from low to a higher high%s but the axis \"%s\" got %s to %s.",
        logarithmic ? " above 0" : "",
        label,
        low,
        high);
  }

  /** An axis on which all the numbers have a place, with round numbers at its ends. */
  static Axis around(String label, boolean logarithmic, double least, double most) {
    if (logarithmic) {
      double low = roundedDown(least);
      double high = 1 / roundedDown(1 / most);
      return new Axis(label, true, low, low < high ? high : 10 * low);
    }
    double spread = most > least ? most - least : Math.max(1, Math.abs(most));
    double step = step(spread);
    double low = StrictMath.floor(least / step + 1e-9) * step;
    double high = StrictMath.ceil(most / step - 1e-9) * step;
    return new Axis(label, false, low, low < high ? high : low + step);
  }

  /** 1, 2 or 5 times a power of ten, as large as the number allows. */
  private static double roundedDown(double number) {
    double power = power(StrictMath.floor(StrictMath.log10(number) + 1e-9));
    double digits = number / power * (1 + 1e-9);
    return power * (digits >= 5 ? 5 : digits >= 2 ? 2 : 1);
  }

  /** Whether a number can be shown at all. */
  static boolean isPlottable(double number, boolean logarithmic) {
    return Double.isFinite(number) && (!logarithmic || number > 0);
  }

  /** The place of a number, from 0 to 1 for those within the range. */
  double place(double number) {
    return logarithmic
        ? (StrictMath.log10(number) - StrictMath.log10(low))
            / (StrictMath.log10(high) - StrictMath.log10(low))
        : (number - low) / (high - low);
  }

  /** The number at a place. */
  double numberAt(double place) {
    return logarithmic
        ? power(StrictMath.log10(low) + place * (StrictMath.log10(high) - StrictMath.log10(low)))
        : low + place * (high - low);
  }

  /** A number with a line and a label. */
  record Tick(double number, String text) {}

  /** Round numbers within the range. */
  List<Tick> ticks() {
    return logarithmic ? powersOfTen() : multiples();
  }

  private List<Tick> powersOfTen() {
    int first = (int) StrictMath.ceil(StrictMath.log10(low) - 1e-9);
    int last = (int) StrictMath.floor(StrictMath.log10(high) + 1e-9);
    int every = Math.max(1, (last - first + MOST_TICKS) / MOST_TICKS);
    List<Tick> ticks = new ArrayList<>();
    if (high / low < FEW_POWERS) {
      for (int exponent = first - 1; exponent <= last; exponent++) {
        for (int digit : new int[] {1, 2, 5}) {
          double number = digit * power(exponent);
          if (number >= low * (1 - 1e-9) && number <= high * (1 + 1e-9)) {
            ticks.add(new Tick(number, Sheet.number(number, 1)));
          }
        }
      }
      return ticks;
    }
    for (int exponent = first; exponent <= last; exponent++) {
      if (Math.floorMod(exponent, every) == 0) {
        ticks.add(new Tick(power(exponent), powerText(exponent)));
      }
    }
    return ticks;
  }

  private List<Tick> multiples() {
    double step = step(high - low);
    List<Tick> ticks = new ArrayList<>();
    long first = (long) StrictMath.ceil(low / step - 1e-9);
    for (long k = first; k * step <= high + step * 1e-9; k++) {
      ticks.add(new Tick(k * step, Sheet.number(k * step, 6)));
    }
    return ticks;
  }

  /** 1, 2 or 5 times a power of ten, such that a range has 4 to 8 of them. */
  private static double step(double range) {
    double rough = range / MOST_TICKS;
    double power = power(StrictMath.floor(StrictMath.log10(rough)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * power >= rough * (1 - 1e-9)) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private static double power(double exponent) {
    return StrictMath.pow(10, exponent);
  }

  /** For example 10⁻⁸; 1 and 10 as they are. */
  private static String powerText(int exponent) {
    if (exponent == 0 || exponent == 1) {
      return exponent == 0 ? "1" : "10";
    }
    StringBuilder text = new StringBuilder("10");
    for (char c : Integer.toString(exponent).toCharArray()) {
      text.append(c == '-' ? '⁻' : SUPERSCRIPTS.charAt(c - '0'));
    }
    return text.toString();
  }
}
