package org.vbar.check;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Derivatives from function values alone, by central differences, with an estimate of their error
 * and a look at both sides for kinks.
 *
 * <p>Two rules, with D(h) = [f(x + h) − f(x − h)] / 2h:
 *
 * <pre>
 *   central      D(h)                       truncation h²/6 · f‴    h = ∛ε · max(1, |x|)
 *   five-point   [4 D(h) − D(2h)] / 3       truncation h⁴/30 · f⁽⁵⁾  h = ε^(1/5) · max(1, |x|)
 * </pre>
 *
 * <p>ε = 2.2e-16. Rounding contributes about ε |f| / h, and each h makes the two errors about equal
 * for a function that varies on the scale of max(1, |x|): 6e-6 and 7e-4. A function that varies
 * faster, such as log near 0, wants a smaller step: {@link #withStep}. Steps are rounded to powers
 * of two, so that x + h is exact as a rule, and the width that was really used divides. If a value
 * is not finite, the step is made smaller, up to eight times by a factor of 8, in case x lies close
 * to the border of the domain.
 *
 * <p><b>The error estimate</b> is the sum of the truncation error as the rule's values for h and 2h
 * show it, of the rounding ε max|f| / h, and of a quarter of the amount by which the derivatives
 * from the left and from the right differ without a kink, which is noise. It is an estimate and no
 * bound: take a few times as much.
 *
 * <p><b>Kinks.</b> Where those one-sided derivatives differ by more than rounding explains, six
 * more values up to x ± 16h decide. Next to a kink, the slopes on the two sides differ by the same
 * amount at every distance; for a smooth function the difference grows with the distance, and for a
 * noisy one it falls.
 *
 * <p>Costs 4 (central) or 6 (five-point) evaluations per coordinate, 6 more at a suspected kink,
 * and one for all. Immutable.
 */
public final class FiniteDifference {
  private static final double EPSILON = Math.ulp(1.0);
  private static final int SHRINKINGS = 8;
  private static final double SHRINKING = 8;

  private final boolean fivePoint;
  private final double relativeStep;

  private FiniteDifference(boolean fivePoint, double relativeStep) {
    this.fivePoint = fivePoint;
    this.relativeStep = relativeStep;
  }

  /**
   * A derivative with its error.
   *
   * @param value the derivative; NaN if the function is not finite around the point
   * @param error an estimate of the error, a few times of which should be allowed; infinite if the
   *     value is NaN
   * @param step the step h that was used
   * @param kink the slopes on both sides, if they differ
   */
  public record Estimate(double value, double error, double step, Optional<Kink> kink) {}

  /**
   * Two slopes that meet at a point, or closer to it than four steps.
   *
   * @param left the slope on the left
   * @param right the slope on the right
   */
  public record Kink(double left, double right) {}

  /**
   * Derivatives along several coordinates.
   *
   * @param functionValue f(x)
   * @param estimates one for each coordinate that was asked for
   * @param evaluations how often the function was called
   */
  public record Gradient(double functionValue, ImmutableList<Estimate> estimates, int evaluations) {
    /**
     * The derivatives alone.
     *
     * @return a new array
     */
    public double[] values() {
      return estimates.stream().mapToDouble(Estimate::value).toArray();
    }

    /**
     * The error estimates alone.
     *
     * @return a new array
     */
    public double[] errors() {
      return estimates.stream().mapToDouble(Estimate::error).toArray();
    }
  }

  /**
   * The central rule: short steps, so it stays away from kinks.
   *
   * @return the rule with h = ∛ε · max(1, |x|)
   */
  public static FiniteDifference central() {
    return new FiniteDifference(false, Math.cbrt(EPSILON));
  }

  /**
   * The five-point rule: some hundred times as accurate for smooth functions, but it looks as far
   * as x ± 3e-3.
   *
   * @return the rule with h = ε^(1/5) · max(1, |x|)
   */
  public static FiniteDifference fivePoint() {
    return new FiniteDifference(true, Math.pow(EPSILON, 0.2));
  }

  /**
   * The same rule with another step.
   *
   * @param step h for |x| ≤ 1, and h / |x| beyond; rounded down to a power of two
   * @return a new rule
   * @throws IllegalArgumentException if the step is not in (0, 1]
   */
  public FiniteDifference withStep(double step) {
    if (!(step > 0 && step <= 1)) {
      throw new IllegalArgumentException(
          "Expected a step greater than 0 and at most 1 but got " + step + ".");
    }
    return new FiniteDifference(fivePoint, step);
  }

  /** The step relative to max(1, |x|). */
  double step() {
    return relativeStep;
  }

  /**
   * The derivative of a function of one number.
   *
   * @param function f
   * @param x where, finite
   * @return f′(x)
   * @throws IllegalArgumentException if x is not finite
   */
  public Estimate derivative(DoubleUnaryOperator function, double x) {
    return gradient(point -> function.applyAsDouble(point[0]), x).estimates().get(0);
  }

  /**
   * The gradient of a function.
   *
   * @param function f; it gets one array, which changes from call to call, and must neither keep
   *     nor change it
   * @param point where, finite. Not modified.
   * @return ∂f/∂x for every coordinate
   * @throws IllegalArgumentException if a coordinate is not finite
   */
  public Gradient gradient(ToDoubleFunction<double[]> function, double... point) {
    return gradientAt(function, point, IntStream.range(0, point.length).toArray());
  }

  /**
   * Some coordinates of the gradient of a function.
   *
   * @param function f; it gets one array, which changes from call to call, and must neither keep
   *     nor change it
   * @param point where, finite. Not modified.
   * @param coordinates the coordinates, from 0. Not modified.
   * @return ∂f/∂x for these coordinates, in their order
   * @throws IllegalArgumentException if a coordinate of the point is not finite
   * @throws IndexOutOfBoundsException if there is no such coordinate
   */
  public Gradient gradientAt(
      ToDoubleFunction<double[]> function, double[] point, int... coordinates) {
    for (int k = 0; k < point.length; k++) {
      if (!Double.isFinite(point[k])) {
        throw new IllegalArgumentException(
            "Expected a finite point for differences but coordinate %d is %s."
                .formatted(k, point[k]));
      }
    }
    Values values = new Values(function, point.clone());
    double center = values.at(0, 0);
    List<Estimate> estimates = new ArrayList<>();
    for (int coordinate : coordinates) {
      estimates.add(estimate(values, coordinate, center));
    }
    return new Gradient(center, ImmutableList.copyOf(estimates), values.evaluations);
  }

  /** The function along one coordinate at a time, with a count of its calls. */
  private static final class Values {
    private final ToDoubleFunction<double[]> function;
    private final double[] point;
    private int evaluations;

    Values(ToDoubleFunction<double[]> function, double[] point) {
      this.function = function;
      this.point = point;
    }

    /** The function with the given coordinate set to {@code x + shift}; the point is restored. */
    double at(int coordinate, double shift) {
      evaluations++;
      if (shift == 0) {
        return function.applyAsDouble(point);
      }
      double x = point[coordinate];
      point[coordinate] = x + shift;
      try {
        return function.applyAsDouble(point);
      } finally {
        point[coordinate] = x;
      }
    }

    /** What x ± shift are really apart. */
    double width(int coordinate, double shift) {
      return (point[coordinate] + shift) - (point[coordinate] - shift);
    }
  }

  /** Values at x − kh and x + kh. */
  private record Pair(double below, double above, double width) {
    static Pair at(Values values, int coordinate, double shift) {
      return new Pair(
          values.at(coordinate, -shift),
          values.at(coordinate, shift),
          values.width(coordinate, shift));
    }

    boolean isFinite() {
      return Double.isFinite(below) && Double.isFinite(above);
    }

    /** D: the slope of the chord. */
    double slope() {
      return (above - below) / width;
    }

    /** The slope right of x minus the slope left of it, both over half the width. */
    double bend(double center) {
      return ((above - center) - (center - below)) / (width / 2);
    }

    double largest() {
      return Math.max(Math.abs(below), Math.abs(above));
    }
  }

  private Estimate estimate(Values values, int coordinate, double center) {
    double h = powerOfTwo(relativeStep * Math.max(1, Math.abs(values.point[coordinate])));
    for (int attempt = 0; Double.isFinite(center) && attempt <= SHRINKINGS; attempt++) {
      Pair one = Pair.at(values, coordinate, h);
      Pair two = Pair.at(values, coordinate, 2 * h);
      Pair four = fivePoint ? Pair.at(values, coordinate, 4 * h) : two;
      if (one.isFinite() && two.isFinite() && four.isFinite()) {
        double rounding =
            EPSILON * Math.max(Math.abs(center), Math.max(one.largest(), four.largest())) / h;
        return estimate(values, coordinate, h, rounding, center, one, two, four);
      }
      h /= SHRINKING;
    }
    return new Estimate(Double.NaN, Double.POSITIVE_INFINITY, h, Optional.empty());
  }

  private Estimate estimate(
      Values values,
      int coordinate,
      double h,
      double rounding,
      double center,
      Pair one,
      Pair two,
      Pair four) {
    double value = one.slope();
    double truncation = Math.abs(value - two.slope()) / 3;
    if (fivePoint) {
      value = (4 * one.slope() - two.slope()) / 3;
      truncation = Math.abs(value - (4 * two.slope() - four.slope()) / 3) / 15;
    }
    double bend = Math.max(Math.abs(one.bend(center)), Math.abs(two.bend(center)));
    // Left and right derivatives of second order differ by this: see the class comment.
    double sides = Math.abs(2 * one.bend(center) - two.bend(center));
    Optional<Kink> kink = Optional.empty();
    if (sides > 16 * rounding) {
      kink = kink(values, coordinate, h, bend);
    }
    double noise = kink.isPresent() ? 0 : sides / 4;
    return new Estimate(value, truncation + rounding + noise, h, kink);
  }

  /** The slopes further out on both sides, if they meet in a kink. */
  private static Optional<Kink> kink(Values values, int coordinate, double h, double bend) {
    Pair near = Pair.at(values, coordinate, 4 * h);
    Pair middle = Pair.at(values, coordinate, 8 * h);
    Pair far = Pair.at(values, coordinate, 16 * h);
    double left = (near.below - middle.below) / (4 * h);
    double right = (middle.above - near.above) / (4 * h);
    double bendFurtherOut =
        (far.above - middle.above) / (8 * h) - (middle.below - far.below) / (8 * h);
    double jump = right - left;
    boolean same = Math.abs(bendFurtherOut - jump) <= Math.abs(jump) / 4;
    return same && Math.abs(jump) >= bend / 4
        ? Optional.of(new Kink(left, right))
        : Optional.empty();
  }

  private static double powerOfTwo(double step) {
    return Math.scalb(1.0, Math.getExponent(step));
  }

  /** The rule and its step. */
  @Override
  public String toString() {
    return (fivePoint ? "five-point" : "central")
        + " differences with step "
        + Figures.error(relativeStep);
  }
}
