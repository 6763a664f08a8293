package org.vbar.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.vbar.graph.CustomOp;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;

class GradientCheckTest {
  private static GradientCheckReport run(GradientCheck check) {
    return check.run(Tolerance.FINITE_DIFFERENCE);
  }

  private static GradientCheckReport run(Function<List<Node>, Node> function, double... point) {
    return run(GradientCheck.of(function, point));
  }

  private static void assertConfirmed(GradientCheckReport report) {
    assertTrue(report.passed() && report.decided(), report::toString);
  }

  @Test
  void run_smoothFunctions_confirmsEveryDerivative() {
    assertConfirmed(run(v -> v.get(0).times(v.get(1)).sin(), 1, 2));
    assertConfirmed(run(v -> v.get(0).exp().dividedBy(v.get(1).square().plus(1)), 0.3, -2));
    assertConfirmed(run(v -> v.get(0).graph().logSumExp(v), 1, 2, 3, 700));
    assertConfirmed(run(v -> v.get(0).times(v.get(0)), 0));
    assertConfirmed(run(v -> v.get(0).sigmoid().log(), -3));
    assertConfirmed(run(v -> v.get(1).times(3), 1, 2));
  }

  @Test
  void run_derivativesOfVeryDifferentSize_areJudgedOneByOne() {
    CustomOp wrong =
        new Scaled("small one wrong", new double[] {1e6, 1e-3}, new double[] {1e6, 2e-3});

    GradientCheckReport report = run(GradientCheck.of(wrong, 1e-6, 1.0));

    assertEquals(1, report.firstFailure().orElseThrow().input());
  }

  @Test
  void run_randomPoints_areReproducible() {
    GradientCheck check =
        GradientCheck.of(v -> v.get(0).tanh().times(v.get(1)), 1, 1).atRandomPoints(10, -2, 2, 42);

    GradientCheckReport report = run(check);

    assertConfirmed(report);
    assertEquals(22, report.entries().size());
    assertEquals(report.toString(), run(check).toString());
    assertTrue(
        report.entries().stream().skip(2).allMatch(e -> e.x() >= -2 && e.x() < 2),
        report::toString);
  }

  @Test
  void run_kinks_areExplainedAndPass() {
    GradientCheckReport report = run(v -> v.get(0).times(v.get(1)).plus(v.get(2).relu()), 2, 3, 0);

    assertTrue(report.passed(), report::toString);
    GradientCheckReport.Entry kink = report.entries().get(2);
    assertEquals(Verdict.KINK, kink.verdict());
    assertEquals("kink at x[2]: left 0, right 1; the sweep chose 0", kink.explanation());
  }

  @Test
  void run_kinkBetweenTheSlopes_isExplained() {
    assertEquals(
        "kink at x[0]: left -1, right 1; the sweep chose 0",
        run(v -> v.get(0).abs(), 0).entries().get(0).explanation());
    assertEquals(
        "kink at x[0]: left 0, right 1; the sweep chose 0.5",
        run(v -> v.get(0).max(v.get(1)), 2, 2).entries().get(0).explanation());
    assertEquals(
        "kink at x[0]: left 0.01, right 1; the sweep chose 0.01",
        run(v -> v.get(0).leakyRelu(0.01), 0).entries().get(0).explanation());
  }

  @Test
  void run_branchInJava_isAKink() {
    GradientCheckReport report =
        run(v -> v.get(0).greaterThan(1).isTrue() ? v.get(0).times(3).minus(2) : v.get(0), 1);

    assertEquals(
        "kink at x[0]: left 1, right 3; the sweep chose 1", report.entries().get(0).explanation());
  }

  @Test
  void run_wrongSlopeAtKink_isNotExcused() {
    CustomOp wrong = unary("wrong relu", x -> Math.max(x, 0), x -> x > 0 ? 1 : 5);

    GradientCheckReport report = run(GradientCheck.of(wrong, 0.0));

    assertFalse(report.passed());
    assertEquals(
        List.of(
            "Custom op wrong relu at [0.0] gives the local derivative 5 for argument 0 at a kink"
                + " with slope 0 on the left and 1 on the right."),
        report.findings());
  }

  @Test
  void run_severalOpsAtTheirKinks_areExplainedAndPass() {
    GradientCheckReport report =
        run(v -> v.get(0).relu().times(3).minus(v.get(0).negated().relu()), 0);

    assertTrue(report.passed(), report::toString);
    assertEquals(
        "kink at x[0]: left 1, right 3; the sweep chose 0, which is not between them",
        report.entries().get(0).explanation());
  }

  @Test
  void run_jump_isUndecided() {
    GradientCheckReport report = run(v -> v.get(0).heaviside(), 0);

    assertTrue(report.passed(), report::toString);
    assertFalse(report.decided());
    assertEquals(
        "undecided: differences are too noisy here", report.entries().get(0).explanation());
  }

  @Test
  void run_borderOfTheDomain_isUndecided() {
    GradientCheckReport report = run(v -> v.get(0).sqrt(), 0);

    assertEquals(
        "undecided: the function is not finite around x[0]", report.entries().get(0).explanation());
    assertTrue(report.toString().contains("Passed, but not every derivative could be decided."));
  }

  @Test
  void run_infiniteDerivative_isUndecided() {
    assertEquals(Verdict.UNDECIDED, run(v -> v.get(0).cbrt(), 0).entries().get(0).verdict());
  }

  @Test
  void run_noisyFunction_isUndecidedInsteadOfWrong() {
    // Rounding to 1e-9 is noise to a step of 4e-6.
    CustomOp coarse = unary("coarse", x -> Math.rint(Math.sin(x) * 1e9) / 1e9, Math::cos);
    for (double x = 0.1; x < 1.5; x += 0.1) {
      GradientCheckReport report = run(GradientCheck.of(coarse, x));
      assertTrue(report.passed(), report::toString);
    }
    assertFalse(run(GradientCheck.of(coarse, 0.1).atRandomPoints(20, 0.1, 1.5, 1)).decided());
  }

  @Test
  void run_finerStep_decidesWhatACoarseOneCannot() {
    GradientCheck check = GradientCheck.of(v -> v.get(0).log(), 1e-4);

    assertFalse(run(check).decided());
    assertConfirmed(run(check.withFiniteDifference(FiniteDifference.central().withStep(1e-9))));
  }

  @Test
  void run_rightCustomOp_isConfirmedAtRandomPoints() {
    CustomOp softsign =
        unary(
            "softsign",
            x -> x / (1 + Math.abs(x)),
            x -> 1 / ((1 + Math.abs(x)) * (1 + Math.abs(x))));

    assertConfirmed(run(GradientCheck.of(softsign, 0.5).atRandomPoints(50, -3, 3, 7)));
  }

  @Test
  void run_wrongCustomOpInAFunction_isNamed() {
    CustomOp wrong = unary("cube", x -> x * x * x, x -> 2 * x * x);

    GradientCheckReport report =
        run(v -> v.get(0).graph().apply(wrong, v.get(0)).times(v.get(1)), 2, 5);

    assertFalse(report.passed());
    assertEquals(0, report.firstFailure().orElseThrow().input());
    assertEquals(
        List.of(
            "Custom op cube at [2.0] gives the local derivative 8 for argument 0 where differences"
                + " of its value give 12."),
        report.findings());
    assertTrue(report.toString().endsWith("FAILED: 1 of 2 derivatives disagree.\n"));
  }

  @Test
  void run_customOpWithWrongNodes_isNamed() {
    CustomOp wrong =
        new Scaled("twice", new double[] {2}, new double[] {2}) {
          @Override
          public List<Node> localDerivativeNodes(List<Node> arguments, Node value) {
            return List.of(arguments.get(0).graph().constant(3));
          }
        };

    assertEquals(
        List.of(
            "Custom op twice at [1.0] gives the local derivative for argument 0 as the number 2 but"
                + " as a node of value 3."),
        run(GradientCheck.of(wrong, 1.0)).findings());
  }

  @Test
  void run_customOpWithTooFewNodes_isNamed() {
    CustomOp wrong =
        new Scaled("twice", new double[] {2}, new double[] {2}) {
          @Override
          public List<Node> localDerivativeNodes(List<Node> arguments, Node value) {
            return List.of();
          }
        };

    assertEquals(
        List.of("Custom op twice at [1.0] gives 0 local derivatives as nodes for 1 arguments."),
        run(GradientCheck.of(wrong, 1.0)).findings());
  }

  @Test
  void run_customOpThatBreaksItsContract_isNamed() {
    CustomOp wrong =
        new CustomOp() {
          private int calls;

          @Override
          public String name() {
            return "sloppy";
          }

          @Override
          public double value(double[] arguments) {
            return 1e9 + calls++;
          }

          @Override
          public void localDerivatives(double[] arguments, double value, double[] into) {
            arguments[0] = 7;
          }
        };

    List<String> findings = run(GradientCheck.of(wrong, 1.0)).findings();

    assertTrue(findings.get(0).contains("for the same arguments"), findings::toString);
    assertTrue(
        findings.get(1).contains("changes the arguments that localDerivatives is given"),
        findings::toString);
    assertTrue(
        findings.get(2).contains("leaves the local derivative for argument 0 unset"),
        findings::toString);
  }

  @Test
  void toString_isATable() {
    // Exact in binary, so the same everywhere.
    GradientCheckReport report = run(v -> v.get(0).times(v.get(1)).plus(v.get(2).abs()), 2, -3, 0);

    assertEquals(
        """
        Gradient check: sweep, forward mode and central differences with step 6.06e-06
        tolerance FINITE_DIFFERENCE (relative 1.0e-06)

        point  input   x  sweep  forward  difference   ± error  verdict
        0      x[0]    2     -3       -3          -3  1.75e-10  ok
        0      x[1]   -3      2        2           2  8.73e-11  ok
        0      x[2]    0      0        0           0  3.49e-10  kink at x[2]: left -1, right 1; the sweep chose 0

        Passed.
        """,
        report.toString());
  }

  @Test
  void evaluations_ofTwoPoints_areCounted() {
    assertEquals(
        2 * (1 + 2 * 4),
        run(GradientCheck.of(v -> v.get(0).plus(v.get(1)), 1, 2).at(3, 4)).evaluations());
  }

  @Test
  void of_badPoints_isRefused() {
    assertRefused(
        "Expected at least one input but got none.", () -> GradientCheck.of(v -> v.get(0)));
    assertRefused(
        "Expected a finite point but input 0 is NaN.",
        () -> GradientCheck.of(v -> v.get(0), Double.NaN));
    GradientCheck check = GradientCheck.of(v -> v.get(0), 1);
    assertRefused(
        "Expected a point of 1 coordinates, as the first has, but got 2.", () -> check.at(1, 2));
    assertRefused(
        "Expected coordinates from low to a higher high but got 1.0 and 1.0.",
        () -> check.atRandomPoints(1, 1, 1, 0));
  }

  @Test
  void run_resultOfAnotherGraph_isRefused() {
    Node foreign = new Graph().variable("y", 1);
    GradientCheck check = GradientCheck.of(v -> foreign, 1);

    Exception refused = assertThrows(IllegalArgumentException.class, () -> run(check));
    assertTrue(String.valueOf(refused.getMessage()).contains("of another graph"));
  }

  private static void assertRefused(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  private static CustomOp unary(
      String name, DoubleUnaryOperator f, DoubleUnaryOperator derivative) {
    return new CustomOp() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public double value(double[] arguments) {
        return f.applyAsDouble(arguments[0]);
      }

      @Override
      public void localDerivatives(double[] arguments, double value, double[] into) {
        into[0] = derivative.applyAsDouble(arguments[0]);
      }
    };
  }

  /** Σ cₖ xₖ with local derivatives that may be wrong. */
  private static class Scaled implements CustomOp {
    private final String name;
    private final double[] factors;
    private final double[] derivatives;

    Scaled(String name, double[] factors, double[] derivatives) {
      this.name = name;
      this.factors = factors;
      this.derivatives = derivatives;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public double value(double[] arguments) {
      double sum = 0;
      for (int k = 0; k < factors.length; k++) {
        sum += factors[k] * arguments[k];
      }
      return sum;
    }

    @Override
    public void localDerivatives(double[] arguments, double value, double[] into) {
      System.arraycopy(derivatives, 0, into, 0, into.length);
    }
  }
}
