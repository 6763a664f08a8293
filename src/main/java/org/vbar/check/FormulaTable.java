package org.vbar.check;

import static org.vbar.check.FormulaRow.Verdict.DOES_NOT_HOLD;
import static org.vbar.check.FormulaRow.Verdict.HOLDS;
import static org.vbar.check.FormulaRow.Verdict.HOLDS_UNDER_A_CONDITION;

import com.google.common.collect.ImmutableList;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.function.Supplier;
import org.vbar.layer.Matrix;

/**
 * The rows of one document as they are measured.
 *
 * <p>A formula is never declared right or wrong: {@link Claim#holds}, {@link Claim#onlyIf} and
 * {@link Claim#wrong} measure it and refuse to write a row that the measurement contradicts.
 */
final class FormulaTable {
  /** For sweeps and values: rounding of a few operations on numbers of order 1. */
  private static final double ROUNDING = 1e-12;

  /** For five-point differences with a step of 3e-4, of logarithms of small probabilities too. */
  private static final double FINITE_DIFFERENCE = 1e-7;

  private static final String SHAPES = "shapes do not fit";

  private final String document;
  private final ImmutableList.Builder<FormulaRow> rows = ImmutableList.builder();
  private Truth truth;
  private String place = "";

  FormulaTable(String document, Truth truth) {
    this.document = document;
    this.truth = truth;
  }

  /** Names the place of the rows that follow. */
  FormulaTable at(String newPlace) {
    place = newPlace;
    return this;
  }

  /** Changes the computation for the rows that follow. */
  FormulaTable of(Truth other) {
    truth = other;
    return this;
  }

  ImmutableList<FormulaRow> rows() {
    return rows.build();
  }

  /** A formula for the value of a named array. */
  Claim value(String formula, String name, Supplier<Matrix> claimed) {
    return new Claim(formula, claimed, new ValueOf(name));
  }

  /** A formula for ∂of/∂by; see {@link Truth#sweep} for the shape. */
  Claim derivative(String formula, String of, String by, Supplier<Matrix> claimed) {
    return new Claim(formula, claimed, new DerivativeOf(of, by));
  }

  /** Several formulas for one derivative that all hold. */
  void derivatives(String of, String by, Supplier<Matrix> claimed, String... formulas) {
    for (String formula : formulas) {
      derivative(formula, of, by, claimed).holds();
    }
  }

  private sealed interface Subject permits ValueOf, DerivativeOf {
    String against();

    Measured measure(Truth truth, Supplier<Matrix> claimed);
  }

  private record ValueOf(String name) implements Subject {
    @Override
    public String against() {
      return "scalar graph";
    }

    @Override
    public Measured measure(Truth truth, Supplier<Matrix> claimed) {
      return Measured.of(claimed, truth.value(name), truth.value(name), "< 1e-12");
    }
  }

  private record DerivativeOf(String of, String by) implements Subject {
    @Override
    public String against() {
      return "sweep; differences";
    }

    @Override
    public Measured measure(Truth truth, Supplier<Matrix> claimed) {
      return Measured.of(
          claimed, truth.sweep(of, by), truth.differences(of, by), "< 1e-12; < 1e-7");
    }
  }

  /**
   * Differences of a claim.
   *
   * @param exact from sweeps or values
   * @param differences from central differences
   * @param factor claimed by true if that is the same for all entries, else NaN
   * @param bound what a difference is below that is only rounding, as text
   */
  private record Measured(
      boolean fits, double exact, double differences, double factor, String bound) {
    static Measured of(Supplier<Matrix> claimed, Matrix exact, Matrix differences, String bound) {
      Matrix claim;
      try {
        claim = claimed.get();
      } catch (IllegalArgumentException refusal) {
        return new Measured(false, Double.NaN, Double.NaN, Double.NaN, bound);
      }
      if (claim.rows() != exact.rows() || claim.columns() != exact.columns()) {
        return new Measured(false, Double.NaN, Double.NaN, Double.NaN, bound);
      }
      return new Measured(
          true, largest(claim, exact), largest(claim, differences), factor(claim, exact), bound);
    }

    private static double largest(Matrix a, Matrix b) {
      double largest = 0;
      for (double difference : a.minus(b).array()) {
        // Not Math.abs(x) > largest: a NaN must not pass.
        largest = Math.abs(difference) <= largest ? largest : Math.abs(difference);
      }
      return largest;
    }

    private static double factor(Matrix claim, Matrix exact) {
      double factor = Double.NaN;
      for (int k = 0; k < claim.array().length; k++) {
        if (exact.array()[k] != 0) {
          double ratio = claim.array()[k] / exact.array()[k];
          factor = Double.isNaN(factor) ? ratio : factor;
          if (!(Math.abs(ratio - factor) <= 1e-9 * Math.abs(factor))) {
            return Double.NaN;
          }
        } else if (claim.array()[k] != 0) {
          return Double.NaN;
        }
      }
      return factor;
    }

    boolean holds() {
      return fits && exact <= ROUNDING && differences <= FINITE_DIFFERENCE;
    }

    /** Rounding as a bound, so that the page is the same on every machine. */
    String text() {
      if (!fits) {
        return SHAPES;
      }
      if (holds()) {
        return bound;
      }
      return rounded(Math.max(exact, differences), 2);
    }
  }

  /** Whether a factor is a number of samples, and not 1. */
  private static boolean isWhole(double factor) {
    return factor > 1.5 && Math.abs(factor - Math.rint(factor)) < 1e-9;
  }

  private static String rounded(double value, int digits) {
    return new BigDecimal(value).round(new MathContext(digits)).stripTrailingZeros().toString();
  }

  /** A published formula that waits for its verdict. */
  final class Claim {
    private final String formula;
    private final Subject subject;
    private final Truth whereMeasured = truth;
    private final Measured measured;

    private Claim(String formula, Supplier<Matrix> claimed, Subject subject) {
      this.formula = formula;
      this.subject = subject;
      this.measured = subject.measure(truth, claimed);
    }

    /** The formula holds as published. */
    void holds() {
      expect(measured.holds(), "should hold, but the difference is " + measured.text());
      add(HOLDS, "");
    }

    /** The formula holds under a condition, here in one reading of it. */
    void onlyIf(String condition, Supplier<Matrix> reading) {
      onlyIf(condition, whereMeasured, reading);
    }

    /** The formula holds under a condition, which another computation satisfies. */
    void onlyIf(String condition, Truth where, Supplier<Matrix> claimed) {
      expect(!measured.holds(), "holds without the condition: " + condition);
      Measured under = subject.measure(where, claimed);
      expect(under.holds(), "does not hold if " + condition + ": " + under.text());
      add(HOLDS_UNDER_A_CONDITION, condition);
    }

    /** The formula does not hold, and a corrected one does. */
    void wrong(String mistake, String correction, Supplier<Matrix> corrected) {
      expect(!measured.holds(), "holds, although expected wrong: " + mistake);
      Measured right = subject.measure(whereMeasured, corrected);
      expect(right.holds(), "has a correction that does not hold: " + right.text());
      String factor =
          isWhole(measured.factor) || isWhole(1 / measured.factor)
              ? " Claimed : true = %s.".formatted(rounded(measured.factor, 3))
              : "";
      add(DOES_NOT_HOLD, mistake + "." + factor + " Correct: `" + correction + "`");
    }

    private void expect(boolean condition, String problem) {
      if (!condition) {
        throw new IllegalStateException(
            "%s, %s: %s %s.".formatted(document, place, formula, problem));
      }
    }

    private void add(FormulaRow.Verdict verdict, String remark) {
      rows.add(
          new FormulaRow(
              document, place, formula, subject.against(), measured.text(), verdict, remark));
    }
  }
}
