package org.vbar.check;

/**
 * Where two worlds part, and what kind of mistake it looks like.
 *
 * <p>A guess from the numbers: it says what mistake would give exactly these numbers, not that it
 * was made. All arrays before this one agree, in the order of {@link CrossCheckReport#comparisons},
 * so the mistake lies in the step that computes this one.
 *
 * @param array the first array that disagrees, such as {@code W̄2}
 * @param kind the kind of mistake
 * @param text a sentence for people
 */
public record Diagnosis(String array, Kind kind, String text) {
  /** Kinds of mistakes that leave a trace in the numbers. */
  public enum Kind {
    /** The shapes differ, and the transpose does not explain it. */
    SHAPE,
    /** The arrays differ by a few ulps: the tolerance is narrower than rounding. */
    ROUNDING,
    /** One world has NaN or infinities where the other has numbers. */
    NOT_FINITE,
    /** The worlds were given different inputs or parameters. */
    DIFFERENT_PARAMETERS,
    /** The arrays differ only where a pre-activation is 0: φ′(0) is another. */
    KINK,
    /** One array is 0 everywhere. */
    ZERO,
    /** The arrays are opposite. */
    SIGN,
    /** The arrays differ by a constant factor, such as 1/m. */
    FACTOR,
    /** A product with a factor transposed or in another order, or the result transposed. */
    TRANSPOSE,
    /** Another activation or its derivative; φ′ = 1 means that φ′ was left out. */
    ACTIVATION,
    /** The biases are left out. */
    BIAS,
    /** One sample only, where all of the batch should be summed. */
    BATCH,
    /** The array of another layer. */
    LAYER,
    /** Another loss. */
    LOSS,
    /** The columns or rows in another order. */
    PERMUTATION,
    /** None of these. */
    UNKNOWN
  }

  /** Array and sentence. */
  @Override
  public String toString() {
    return array + ": " + text;
  }
}
