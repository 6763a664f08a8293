package org.vbar.check;

import java.util.function.ToDoubleFunction;
import org.vbar.check.FiniteDifference.Estimate;
import org.vbar.check.FiniteDifference.Gradient;

/**
 * Judges derivatives of one function at one point by difference quotients, and looks twice before
 * it sends one off.
 *
 * <p>The estimated error of a quotient is drawn from few values, so for a noisy function it can be
 * small by chance. A derivative is therefore refuted only if quotients with two steps refute it,
 * the second step sixteen times as wide, so that noise counts a sixteenth.
 */
final class Referee {
  private static final double WIDENING = 16;

  private final FiniteDifference rule;
  private final ToDoubleFunction<double[]> function;
  private final double[] point;
  private final int[] coordinates;
  private final Gradient gradient;
  private int evaluations;

  /** Takes the quotients for the given coordinates. */
  Referee(
      FiniteDifference rule,
      ToDoubleFunction<double[]> function,
      double[] point,
      int... coordinates) {
    this.rule = rule;
    this.function = function;
    this.point = point;
    this.coordinates = coordinates;
    this.gradient = rule.gradientAt(function, point, coordinates);
    this.evaluations = gradient.evaluations();
  }

  /**
   * A verdict with the quotient that it rests on.
   *
   * @param verdict the verdict
   * @param estimate the quotient
   */
  record Judgement(Verdict verdict, Estimate estimate) {}

  /**
   * Judges a derivative.
   *
   * @param k the place of its coordinate among those given
   * @param derivative the derivative
   * @param relative the relative difference to allow besides the quotient's error
   * @param scale the size that derivatives have here
   */
  Judgement judge(int k, double derivative, double relative, double scale) {
    Estimate estimate = gradient.estimates().get(k);
    Verdict verdict = Verdict.of(derivative, estimate, relative, scale);
    if (verdict == Verdict.DISAGREES && estimate.kink().isEmpty()) {
      Gradient wider =
          rule.withStep(Math.min(1, WIDENING * rule.step()))
              .gradientAt(function, point, coordinates[k]);
      evaluations += wider.evaluations();
      Estimate second = wider.estimates().get(0);
      Verdict secondVerdict = Verdict.of(derivative, second, relative, scale);
      // A kink that only the wide step reaches does not excuse what the narrow one refutes.
      if (secondVerdict == Verdict.AGREES || secondVerdict == Verdict.UNDECIDED) {
        return new Judgement(secondVerdict, second);
      }
    }
    return new Judgement(verdict, estimate);
  }

  /** The function at the point. */
  double functionValue() {
    return gradient.functionValue();
  }

  /** How often the function was called so far. */
  int evaluations() {
    return evaluations;
  }
}
