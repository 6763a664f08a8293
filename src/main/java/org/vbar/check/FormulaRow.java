package org.vbar.check;

/**
 * One published formula and what measuring it gave.
 *
 * @param document the document's file name
 * @param place where in the document: its heading, and the equation's number if it has one
 * @param formula the formula as published, on one line
 * @param against what it was compared with
 * @param difference the largest difference, as text; a bound where only rounding is left
 * @param verdict whether it holds
 * @param remark the condition, or what is wrong and the corrected formula; empty if it holds
 */
public record FormulaRow(
    String document,
    String place,
    String formula,
    String against,
    String difference,
    Verdict verdict,
    String remark) {
  /** Whether a formula holds. */
  public enum Verdict {
    /** As published. */
    HOLDS("holds"),
    /** Under a condition that the document does not state, or in one reading of two. */
    HOLDS_UNDER_A_CONDITION("holds under a condition"),
    /** Not as published; a corrected formula holds. */
    DOES_NOT_HOLD("does not hold");

    private final String label;

    Verdict(String label) {
      this.label = label;
    }

    /**
     * The verdict in words.
     *
     * @return for example {@code holds}
     */
    public String label() {
      return label;
    }
  }
}
