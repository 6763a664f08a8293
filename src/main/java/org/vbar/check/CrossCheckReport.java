package org.vbar.check;

import static java.util.stream.Collectors.joining;

import com.google.common.collect.ImmutableList;
import java.util.Optional;
import org.vbar.model.MlpSpec;

/**
 * What a {@link CrossCheck} found: one comparison per array, in the order in which a network
 * computes them, and where the worlds part.
 */
public final class CrossCheckReport {
  private final MlpSpec spec;
  private final int samples;
  private final Tolerance tolerance;
  private final ImmutableList<ArrayComparison> comparisons;
  private final ImmutableList<String> notCompared;
  private final ImmutableList<DifferenceComparison> differences;
  private final Optional<Diagnosis> diagnosis;

  CrossCheckReport(
      MlpSpec spec,
      int samples,
      Tolerance tolerance,
      ImmutableList<ArrayComparison> comparisons,
      ImmutableList<String> notCompared,
      ImmutableList<DifferenceComparison> differences,
      Optional<Diagnosis> diagnosis) {
    this.spec = spec;
    this.samples = samples;
    this.tolerance = tolerance;
    this.comparisons = comparisons;
    this.notCompared = notCompared;
    this.differences = differences;
    this.diagnosis = diagnosis;
  }

  /**
   * Whether all arrays agree and no difference quotient disagrees with them.
   *
   * @return true if nothing speaks against either world
   */
  public boolean passed() {
    return firstFailure().isEmpty() && firstRefuted().isEmpty();
  }

  /**
   * All comparisons in an order in which each array is computed from earlier ones: what is given,
   * forward to the loss, and from the loss back to the input.
   *
   * @return one comparison for each array
   */
  public ImmutableList<ArrayComparison> comparisons() {
    return comparisons;
  }

  /**
   * The comparison of one array.
   *
   * @param name such as {@code loss}, {@code A1}, {@code W̄2}
   * @return its comparison
   * @throws IllegalArgumentException if there is no comparison of that name
   */
  public ArrayComparison comparison(String name) {
    String wanted = Quantity.normalized(name);
    return comparisons.stream()
        .filter(comparison -> comparison.name().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Expected the name of a compared array but got %s: choose from %s."
                        .formatted(
                            name,
                            comparisons.stream()
                                .map(ArrayComparison::name)
                                .collect(joining(", ")))));
  }

  /**
   * The first array that disagrees, where the mistake is: everything it is computed from agrees.
   *
   * @return its comparison, or empty if all arrays agree
   */
  public Optional<ArrayComparison> firstFailure() {
    return comparisons.stream().filter(comparison -> !comparison.agrees()).findFirst();
  }

  /**
   * What kind of mistake the first failure looks like.
   *
   * @return a diagnosis of {@link #firstFailure}, or empty if all arrays agree
   */
  public Optional<Diagnosis> diagnosis() {
    return diagnosis;
  }

  /**
   * The arrays that only one world has, with the reason.
   *
   * @return sentences such as {@code Z̄3: the scalar graph computes …}
   */
  public ImmutableList<String> notCompared() {
    return notCompared;
  }

  /**
   * The third opinion, if it was asked for.
   *
   * @return one for each array of adjoints on which the loss depends; none without {@link
   *     CrossCheck#withFiniteDifferences(int, long)}
   */
  public ImmutableList<DifferenceComparison> differences() {
    return differences;
  }

  private Optional<DifferenceComparison> firstRefuted() {
    return differences.stream().filter(difference -> !difference.agrees()).findFirst();
  }

  /** Tables of all comparisons and differences, what was not compared, and the diagnosis. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append("Cross-check of ").append(spec).append('\n');
    text.append(samples == 1 ? "1 sample" : samples + " samples");
    text.append(", tolerance ").append(tolerance).append("\n\n");
    TextTable table = new TextTable(ArrayComparison.header());
    comparisons.forEach(comparison -> table.row(comparison.cells()));
    text.append(table);
    if (!differences.isEmpty()) {
      TextTable opinions = new TextTable(DifferenceComparison.header());
      differences.forEach(difference -> opinions.row(difference.cells()));
      text.append("\nDifferences, tolerance ")
          .append(Tolerance.FINITE_DIFFERENCE)
          .append("\n\n")
          .append(opinions);
    }
    if (!notCompared.isEmpty()) {
      text.append("\nNot compared\n");
      notCompared.forEach(array -> text.append("  ").append(array).append('\n'));
    }
    return text.append('\n').append(result()).append('\n').toString();
  }

  private String result() {
    Optional<ArrayComparison> failure = firstFailure();
    if (failure.isPresent()) {
      return "FAILED: the worlds part at %s.\n%s%s\n%s"
          .formatted(
              failure.get().name(),
              diagnosis.map(d -> d + ".\n").orElse(""),
              "Worst entry: " + failure.get().worstEntry() + ".",
              opinionOn(failure.get().name()))
          .stripTrailing();
    }
    return firstRefuted()
        .map(
            refuted ->
                "FAILED: the worlds agree, but not with differences, first at %s."
                    .formatted(refuted.name()))
        .orElse("Passed: %d arrays agree.".formatted(comparisons.size()));
  }

  private String opinionOn(String name) {
    return differences.stream()
        .filter(difference -> difference.name().equals(name))
        .map(CrossCheckReport::opinion)
        .findFirst()
        .orElse("");
  }

  private static String opinion(DifferenceComparison difference) {
    boolean againstScalar = difference.scalar() == Verdict.DISAGREES;
    boolean againstMatrix = difference.matrix() == Verdict.DISAGREES;
    if (againstScalar && againstMatrix) {
      return "Differences agree with neither world.";
    }
    if (againstScalar || againstMatrix) {
      return "Differences disagree with the %s world only."
          .formatted(againstScalar ? "scalar" : "matrix");
    }
    return "Differences cannot tell which world is wrong.";
  }
}
