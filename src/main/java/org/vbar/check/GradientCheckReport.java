package org.vbar.check;

import com.google.common.collect.ImmutableList;
import java.util.Optional;

/** What a {@link GradientCheck} found: one entry per point and input, and what is to be said. */
public final class GradientCheckReport {
  private final Tolerance tolerance;
  private final FiniteDifference rule;
  private final int points;
  private final ImmutableList<Entry> entries;
  private final ImmutableList<String> findings;
  private final int evaluations;

  GradientCheckReport(
      Tolerance tolerance,
      FiniteDifference rule,
      int points,
      ImmutableList<Entry> entries,
      ImmutableList<String> findings,
      int evaluations) {
    this.tolerance = tolerance;
    this.rule = rule;
    this.points = points;
    this.entries = entries;
    this.findings = findings;
    this.evaluations = evaluations;
  }

  /**
   * One derivative, computed three times.
   *
   * @param point which point, from 0
   * @param input which input, from 0
   * @param x the value of the input
   * @param sweep the derivative by the reverse sweep
   * @param forward the derivative by forward mode
   * @param difference the derivative by differences
   * @param modesAgree whether sweep and forward mode agree to rounding
   * @param verdict what to make of it
   */
  public record Entry(
      int point,
      int input,
      double x,
      double sweep,
      double forward,
      FiniteDifference.Estimate difference,
      boolean modesAgree,
      Verdict verdict) {
    /**
     * The verdict in words, with what explains it.
     *
     * @return for example {@code kink at x[2]: left 0, right 1; the sweep chose 0}
     */
    public String explanation() {
      if (!modesAgree) {
        return "DISAGREES: sweep and forward mode differ";
      }
      Optional<FiniteDifference.Kink> kink = difference.kink();
      if (kink.isPresent()) {
        return "kink at x[%d]: left %s, right %s; the sweep chose %s%s"
            .formatted(
                input,
                Figures.slope(kink.get().left()),
                Figures.slope(kink.get().right()),
                Figures.slope(sweep),
                Verdict.isBetween(sweep, kink.get()) ? "" : ", which is not between them");
      }
      if (verdict == Verdict.UNDECIDED) {
        return Double.isNaN(difference.value())
            ? "undecided: the function is not finite around x[%d]".formatted(input)
            : "undecided: differences are too noisy here";
      }
      return verdict.toString();
    }
  }

  /**
   * Whether nothing disagrees: all verdicts are others than {@link Verdict#DISAGREES}, and there
   * are no findings.
   *
   * @return true also if differences could not decide; see {@link #decided}
   */
  public boolean passed() {
    return findings.isEmpty() && firstFailure().isEmpty();
  }

  /**
   * Whether every derivative was confirmed: no verdict is {@link Verdict#UNDECIDED} or worse.
   *
   * @return false if differences were too noisy for an entry
   */
  public boolean decided() {
    return entries.stream().allMatch(e -> e.verdict().compareTo(Verdict.UNDECIDED) < 0);
  }

  /**
   * All entries, point by point.
   *
   * @return one for every point and input
   */
  public ImmutableList<Entry> entries() {
    return entries;
  }

  /**
   * The first entry that disagrees.
   *
   * @return the entry, or empty if none does
   */
  public Optional<Entry> firstFailure() {
    return entries.stream().filter(e -> e.verdict() == Verdict.DISAGREES).findFirst();
  }

  /**
   * What is wrong with custom ops.
   *
   * @return sentences; none if all is well
   */
  public ImmutableList<String> findings() {
    return findings;
  }

  /**
   * How often the function was evaluated for differences.
   *
   * @return the number of evaluations
   */
  public int evaluations() {
    return evaluations;
  }

  /** A table of all entries, the findings and the result. */
  @Override
  public String toString() {
    TextTable table =
        new TextTable(
            "point", "input", "x", "sweep", "forward", "difference", "± error", "verdict");
    for (Entry e : entries) {
      table.row(
          Integer.toString(e.point()),
          "x[" + e.input() + "]",
          Figures.value(e.x()),
          Figures.value(e.sweep()),
          Figures.value(e.forward()),
          Figures.value(e.difference().value()),
          Figures.error(e.difference().error()),
          e.explanation());
    }
    StringBuilder text = new StringBuilder();
    text.append("Gradient check: sweep, forward mode and ").append(rule).append('\n');
    text.append("tolerance ").append(tolerance);
    text.append(points == 1 ? "" : ", " + points + " points").append("\n\n").append(table);
    text.append('\n');
    findings.forEach(finding -> text.append(finding).append('\n'));
    return text.append(result()).append('\n').toString();
  }

  private String result() {
    if (!passed()) {
      long disagreeing = entries.stream().filter(e -> e.verdict() == Verdict.DISAGREES).count();
      return "FAILED: %d of %d derivatives disagree.".formatted(disagreeing, entries.size());
    }
    return decided() ? "Passed." : "Passed, but not every derivative could be decided.";
  }
}
