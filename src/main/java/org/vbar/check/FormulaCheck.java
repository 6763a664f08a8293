package org.vbar.check;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.Map;

/**
 * The formulas of five published texts on backpropagation, each measured against the scalar graph:
 * values, sweeps, and central differences.
 *
 * <p>{@link #page()} is {@code docs/formulas.md}. Nothing on it is a matter of opinion: a formula
 * is written as code, run on small random networks, and compared; where it does not hold, the
 * corrected formula was compared as well.
 */
public final class FormulaCheck {
  private static final ImmutableMap<String, String> TITLES =
      ImmutableMap.of(
          "000_b16b02c62f4a6269.txt",
          "Simple MLP - Forward and Backward Pass (With Einsum) Derivation",
          "001_627893d01d2bc529.txt",
          "Backpropagation for an MLP classifier on MNIST",
          "002_6e7bf37e1a84fffe.txt",
          "The Dance of Forward Pass and Backprop",
          "003_5e1d1cd5ad3d1bee.txt",
          "ML Foundations: Understanding the Math Behind Backpropagation",
          "004_cfd6e66b3beed606.txt",
          "Basic MLP with manually-derived Backprop");

  private FormulaCheck() {}

  /**
   * Measures every formula. Takes about a second.
   *
   * @return one row per formula, in the order of the documents
   * @throws IllegalStateException if a measurement contradicts a verdict
   */
  public static ImmutableList<FormulaRow> rows() {
    return ImmutableList.<FormulaRow>builder()
        .addAll(EinsumFormulas.rows())
        .addAll(RowMajorFormulas.rows())
        .addAll(AffineFormulas.rows())
        .addAll(ColumnFormulas.rows())
        .addAll(ColumnCode.rows())
        .addAll(ClassifierFormulas.rows())
        .build();
  }

  /**
   * The page as Markdown, the same on every machine.
   *
   * @return the text of {@code docs/formulas.md}
   */
  public static String page() {
    ImmutableList<FormulaRow> rows = rows();
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Every formula, verified

        This page is generated; `FormulaPageTest` fails when it and the code disagree. To write it anew:

            mvn -q test -Dtest=FormulaPageTest -Dvbar.write=formulas

        Each formula below stands in one of five texts on backpropagation and states a value or a
        derivative. It was written as code, run on a small network with random numbers, and compared
        with what the scalar graph says: a value with the recorded value, a derivative with the reverse
        sweep and with central differences of values, which know nothing of derivatives. `< 1e-12` and
        `< 1e-7` mean that nothing but the rounding of sweeps and values, or of differences, is left;
        otherwise the largest difference of any kind is given. Where a formula does not hold, the
        corrected one was measured too, and holds. "Claimed : true" is the quotient where all entries
        are wrong by one number of samples. Formulas are quoted with Unicode in place of TeX, rows of a
        matrix separated by semicolons; "(comment)" marks those in a comment of the source, "(reading)"
        those tried beside the published one. Definitions of sizes, sets and names, and numbers drawn
        at random, have no row: there is nothing to measure.

        """);
    writeSummary(page, rows);
    for (Map.Entry<String, String> document : TITLES.entrySet()) {
      page.append("\n## ").append(document.getKey()).append("\n\n");
      page.append(document.getValue()).append("\n\n");
      page.append(
          "| place | formula | checked against | largest difference | verdict | remark |\n");
      page.append("| --- | --- | --- | --- | --- | --- |\n");
      for (FormulaRow row : of(rows, document.getKey())) {
        writeRow(page, row);
      }
    }
    return page.toString();
  }

  private static ImmutableList<FormulaRow> of(ImmutableList<FormulaRow> rows, String document) {
    return rows.stream().filter(row -> row.document().equals(document)).collect(toImmutableList());
  }

  private static void writeSummary(StringBuilder page, ImmutableList<FormulaRow> rows) {
    page.append("| document | formulas");
    for (FormulaRow.Verdict verdict : FormulaRow.Verdict.values()) {
      page.append(" | ").append(verdict.label());
    }
    page.append(" |\n| --- | --- | --- | --- | --- |\n");
    for (String document : TITLES.keySet()) {
      ImmutableList<FormulaRow> ofDocument = of(rows, document);
      page.append("| ").append(document).append(" | ").append(ofDocument.size());
      for (FormulaRow.Verdict verdict : FormulaRow.Verdict.values()) {
        long count = ofDocument.stream().filter(row -> row.verdict() == verdict).count();
        page.append(" | ").append(count);
      }
      page.append(" |\n");
    }
  }

  private static void writeRow(StringBuilder page, FormulaRow row) {
    page.append("| ").append(cell(row.place()));
    page.append(" | ").append(code(row.formula()));
    page.append(" | ").append(row.against());
    page.append(" | ").append(row.difference());
    page.append(" | ").append(emphasized(row.verdict()));
    page.append(" | ").append(cell(row.remark())).append(" |\n");
  }

  private static String emphasized(FormulaRow.Verdict verdict) {
    return switch (verdict) {
      case HOLDS -> verdict.label();
      case HOLDS_UNDER_A_CONDITION -> "*" + verdict.label() + "*";
      case DOES_NOT_HOLD -> "**" + verdict.label() + "**";
    };
  }

  private static String code(String formula) {
    return "`" + cell(formula) + "`";
  }

  /** A pipe would end the cell. */
  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
