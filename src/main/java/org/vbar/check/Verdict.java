package org.vbar.check;

import static com.google.common.base.Preconditions.checkArgument;

/** What a difference quotient says about a derivative. Later ones are worse. */
public enum Verdict {
  /** The two agree. */
  AGREES("ok"),

  /**
   * The function has a kink there, so there is no derivative to compare with. Sweeps take a fixed
   * slope at each op's kink, such as relu′(0) = 0. For one op it lies between the slopes on both
   * sides; for a function with several ops at their kinks at once, what the sweep makes of them
   * need not.
   */
  KINK("kink"),

  /** The difference quotient is too inaccurate there to tell, or the function is not finite. */
  UNDECIDED("undecided"),

  /** The two differ by more than the tolerance and the quotient's error explain. */
  DISAGREES("DISAGREES");

  /** An estimated error may be this much too small. */
  private static final double ERROR_MARGIN = 4;

  /** How much of its size a slope beside a kink may be off: the function bends there, too. */
  private static final double SLOPE_MARGIN = 1e-3;

  /** The accuracy from which on a finite quotient refutes an infinite derivative. */
  private static final double CLEAR = 1e-2;

  private final String text;

  Verdict(String text) {
    this.text = text;
  }

  /** The verdict as tables show it. */
  @Override
  public String toString() {
    return text;
  }

  /** The worse of two verdicts. */
  Verdict or(Verdict other) {
    return compareTo(other) >= 0 ? this : other;
  }

  /**
   * Judges a derivative by a difference quotient.
   *
   * <p>Entry by entry, unlike {@link Tolerance}: the quotient's own error is known here, so nothing
   * has to be allowed for cancellation.
   *
   * @param derivative the derivative to judge
   * @param estimate the difference quotient
   * @param relative the relative difference to allow besides the quotient's error
   * @param scale the size that derivatives have here; a quotient whose error is larger than
   *     relative · scale agrees with nothing
   */
  static Verdict of(
      double derivative, FiniteDifference.Estimate estimate, double relative, double scale) {
    checkArgument(relative >= 0, "Expected a relative tolerance of 0 or more, not %s.", relative);
    if (Double.isNaN(estimate.value())) {
      return UNDECIDED;
    }
    if (Double.isNaN(derivative)) {
      return DISAGREES;
    }
    if (estimate.kink().isPresent()) {
      return KINK;
    }
    if (Double.isInfinite(derivative)) {
      return estimate.error() > CLEAR * Math.abs(estimate.value()) ? UNDECIDED : DISAGREES;
    }
    double gap = Math.abs(derivative - estimate.value());
    double allowed = relative * Math.max(Math.abs(derivative), Math.abs(estimate.value()));
    double error = ERROR_MARGIN * estimate.error();
    if (gap > allowed + error) {
      return DISAGREES;
    }
    return gap <= allowed || error <= relative * scale ? AGREES : UNDECIDED;
  }

  /** Whether a derivative lies between the slopes on both sides of a kink. */
  static boolean isBetween(double derivative, FiniteDifference.Kink kink) {
    double low = Math.min(kink.left(), kink.right());
    double high = Math.max(kink.left(), kink.right());
    double margin = SLOPE_MARGIN * Math.max(Math.abs(low), Math.abs(high));
    return derivative >= low - margin && derivative <= high + margin;
  }
}
