package org.vbar.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vbar.check.FiniteDifference.Estimate;
import org.vbar.check.FiniteDifference.Gradient;
import org.vbar.check.FiniteDifference.Kink;

class FiniteDifferenceTest {
  private static final FiniteDifference CENTRAL = FiniteDifference.central();
  private static final FiniteDifference FIVE_POINT = FiniteDifference.fivePoint();

  /** A function with its derivative. */
  private record Known(String name, DoubleUnaryOperator f, DoubleUnaryOperator derivative) {}

  private static final List<Known> KNOWN =
      List.of(
          new Known("exp", Math::exp, Math::exp),
          new Known("sin", Math::sin, Math::cos),
          new Known("cube", x -> x * x * x, x -> 3 * x * x),
          new Known("log(2 + x)", x -> Math.log(2 + x), x -> 1 / (2 + x)),
          new Known("tanh", Math::tanh, x -> 1 / (Math.cosh(x) * Math.cosh(x))),
          new Known("constant", x -> 7, x -> 0),
          new Known("large offset", x -> 1e6 + x, x -> 1));

  @Test
  void derivative_ofKnownFunctions_isWithinItsErrorEstimate() {
    for (Known known : KNOWN) {
      for (double x = -1.5; x <= 1.5; x += 0.125) {
        for (FiniteDifference rule : List.of(CENTRAL, FIVE_POINT)) {
          Estimate estimate = rule.derivative(known.f, x);
          double error = Math.abs(estimate.value() - known.derivative.applyAsDouble(x));
          String what =
              known.name + " at " + x + ", " + rule + ": " + estimate + " is off by " + error;
          assertTrue(error <= 4 * estimate.error(), what);
          assertEquals(Optional.empty(), estimate.kink(), what);
        }
      }
    }
  }

  @Test
  void derivative_ofSmoothFunction_hasTheAccuracyThatTheToleranceAssumes() {
    assertEquals(Math.E, CENTRAL.derivative(Math::exp, 1).value(), 1e-9);
    assertEquals(Math.E, FIVE_POINT.derivative(Math::exp, 1).value(), 1e-11);
  }

  @Test
  void fivePoint_quarticPolynomial_hasNoTruncationError() {
    Estimate estimate = FIVE_POINT.derivative(x -> x * x * x * x, 1);

    assertEquals(4, estimate.value(), 1e-11);
  }

  @Test
  void derivative_atLargeArgument_takesLargeSteps() {
    Estimate estimate = CENTRAL.derivative(x -> x * x, 1e8);

    assertEquals(2e8, estimate.value(), 1);
    assertTrue(estimate.step() > 100);
  }

  @Test
  void derivative_ofNoisyFunction_admitsTheNoise() {
    // The noise is that of pseudo-random numbers with a fixed seed, so this is no gamble.
    Random random = new Random(1);
    int admitted = 0;
    for (int trial = 0; trial < 100; trial++) {
      Estimate estimate = CENTRAL.derivative(x -> Math.sin(x) + 1e-9 * random.nextGaussian(), 0.5);
      double error = Math.abs(estimate.value() - Math.cos(0.5));
      admitted += error <= 4 * estimate.error() ? 1 : 0;
    }
    assertTrue(admitted >= 95, "admitted in " + admitted + " of 100 trials");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, 0, 0.25, 3})
  void derivative_atKink_tellsBothSlopes(double slope) {
    DoubleUnaryOperator function = x -> (x > 2 ? x - 2 : slope * (x - 2)) + Math.sin(x);
    for (FiniteDifference rule : List.of(CENTRAL, FIVE_POINT)) {
      Kink kink = rule.derivative(function, 2).kink().orElseThrow();

      assertEquals(slope + Math.cos(2), kink.left(), 0.02);
      assertEquals(1 + Math.cos(2), kink.right(), 0.02);
    }
  }

  @Test
  void derivative_closeToKink_isNeverConfidentlyWrong() {
    for (double distance = 1e-7; distance < 1e-4; distance *= 1.1) {
      double at = distance;
      Estimate estimate = CENTRAL.derivative(Math::abs, at);

      assertTrue(
          estimate.kink().isPresent() || Math.abs(estimate.value() - 1) <= 4 * estimate.error(),
          () -> "at " + at + ": " + estimate);
    }
  }

  @Test
  void derivative_strongCurvature_isNoKink() {
    Estimate estimate = CENTRAL.derivative(x -> 1e4 * x * x, 0);

    assertEquals(Optional.empty(), estimate.kink());
    assertEquals(0, estimate.value(), 1e-9);
  }

  @Test
  void derivative_atJump_isHopelesslyInaccurate() {
    Estimate estimate = CENTRAL.derivative(x -> x > 0 ? 1 : 0, 0);

    assertEquals(Optional.empty(), estimate.kink());
    assertTrue(4 * estimate.error() > Math.abs(estimate.value()), estimate::toString);
  }

  @Test
  void derivative_closeToTheBorderOfTheDomain_shrinksTheStep() {
    Estimate estimate = CENTRAL.derivative(Math::log, 1e-6);

    assertTrue(estimate.step() < 1e-6, estimate::toString);
    assertEquals(1e6, estimate.value(), 4 * estimate.error());
  }

  @Test
  void derivative_atTheBorderOfTheDomain_isNan() {
    Estimate estimate = CENTRAL.derivative(Math::sqrt, 0);

    assertTrue(Double.isNaN(estimate.value()));
    assertEquals(Double.POSITIVE_INFINITY, estimate.error());
  }

  @Test
  void derivative_ofNan_isNan() {
    assertTrue(Double.isNaN(CENTRAL.derivative(x -> Double.NaN, 1).value()));
  }

  @Test
  void withStep_smallerThanTheScaleOfTheFunction_isMoreAccurate() {
    DoubleUnaryOperator fast = x -> Math.sin(1e4 * x);

    double coarse = CENTRAL.derivative(fast, 0.1).value();
    double fine = CENTRAL.withStep(1e-8).derivative(fast, 0.1).value();

    double exact = 1e4 * Math.cos(1e3);
    assertTrue(Math.abs(fine - exact) < Math.abs(coarse - exact));
  }

  @Test
  void gradient_ofSeveralInputs_isInOrderAndCountsEvaluations() {
    int[] calls = {0};

    Gradient gradient =
        CENTRAL.gradient(
            p -> {
              calls[0]++;
              return p[0] * p[1] + p[2];
            },
            2,
            3,
            4);

    assertArrayEquals(new double[] {3, 2, 1}, gradient.values(), 1e-9);
    assertEquals(10, gradient.functionValue());
    assertEquals(1 + 3 * 4, gradient.evaluations());
    assertEquals(calls[0], gradient.evaluations());
    assertEquals(3, gradient.errors().length);
  }

  @Test
  void gradient_byFivePoints_takesSixEvaluationsEach() {
    assertEquals(1 + 2 * 6, FIVE_POINT.gradient(p -> p[0] + p[1], 1, 2).evaluations());
  }

  @Test
  void gradientAt_someCoordinates_leavesThePointAlone() {
    double[] point = {1, 2, 3};

    Gradient gradient = CENTRAL.gradientAt(p -> p[0] + 10 * p[1] + 100 * p[2], point, 2, 0);

    assertArrayEquals(new double[] {100, 1}, gradient.values(), 1e-7);
    assertArrayEquals(new double[] {1, 2, 3}, point);
  }

  @Test
  void gradient_functionThrows_passesTheExceptionOn() {
    assertThrows(
        ArithmeticException.class,
        () ->
            CENTRAL.derivative(
                x -> {
                  throw new ArithmeticException("on purpose");
                },
                1));
  }

  @Test
  void gradient_pointNotFinite_isRefused() {
    Exception refused =
        assertThrows(IllegalArgumentException.class, () -> CENTRAL.gradient(p -> 0, 1, Double.NaN));
    assertEquals(
        "Expected a finite point for differences but coordinate 1 is NaN.", refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 2, Double.NaN})
  void withStep_outOfRange_isRefused(double step) {
    assertThrows(IllegalArgumentException.class, () -> CENTRAL.withStep(step));
  }
}
