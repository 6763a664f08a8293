package org.vbar.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vbar.model.Activation;

class ActivationsTest {
  /** Reference numbers from 700 digits: activations.py beside activations.csv. */
  @ParameterizedTest
  @CsvFileSource(resources = "activations.csv", useHeadersInDisplayName = true)
  void activation_atReferencePoint_hasReferenceValueAndDerivative(
      Activation activation, double x, double value, double derivative) {
    // Φ near 0 is e^(−x²/2): one rounding of its argument x/√2 costs x² times as much in Φ.
    double tolerance = activation == Activation.GELU ? 1e-13 : 2e-15;

    Expect.relative(value, value(activation, x), tolerance, "value");
    Expect.relative(derivative, derivative(activation, x), tolerance * 4, "derivative");
  }

  @ParameterizedTest
  @CsvSource({
    "IDENTITY, -2, -2, 1",
    "IDENTITY, 3, 3, 1",
    "RELU, -2, 0, 0",
    "RELU, 0, 0, 0",
    "RELU, -0.0, 0, 0",
    "RELU, 3, 3, 1",
    "RELU, 4.9e-324, 4.9e-324, 1",
    "LEAKY_RELU, -2, -0.02, 0.01",
    "LEAKY_RELU, 0, 0, 0.01",
    "LEAKY_RELU, 3, 3, 1",
    "SIGMOID, 0, 0.5, 0.25",
    "TANH, 0, 0, 1",
    "SOFTPLUS, 0, 0.6931471805599453, 0.5",
    "GELU, 0, 0, 0.5",
    "SILU, 0, 0, 0.5",
  })
  void activation_atKinkOrSimplePoint_isExact(
      Activation activation, double x, double value, double derivative) {
    Expect.relative(value, value(activation, x), 0, "value");
    Expect.relative(derivative, derivative(activation, x), 0, "derivative");
  }

  @ParameterizedTest
  @CsvSource({
    "IDENTITY, -Infinity, 1, Infinity, 1",
    "RELU, 0, 0, Infinity, 1",
    "LEAKY_RELU, -Infinity, 0.01, Infinity, 1",
    "SIGMOID, 0, 0, 1, 0",
    "TANH, -1, 0, 1, 0",
    "SOFTPLUS, 0, 0, Infinity, 1",
    "GELU, 0, 0, Infinity, 1",
    "SILU, 0, 0, Infinity, 1",
  })
  void activation_atInfinity_isItsLimit(
      Activation activation, double left, double leftSlope, double right, double rightSlope) {
    for (double x : new double[] {Double.NEGATIVE_INFINITY, -1e300}) {
      double value = x == -1e300 && Double.isInfinite(left) ? value(activation, x) : left;
      Expect.relative(value, value(activation, x), 0, "value at " + x);
      Expect.relative(leftSlope, derivative(activation, x), 0, "derivative at " + x);
    }
    Expect.relative(right, value(activation, Double.POSITIVE_INFINITY), 0, "value at ∞");
    Expect.relative(rightSlope, derivative(activation, Double.POSITIVE_INFINITY), 0, "slope at ∞");
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void activation_ofNan_isNan(Activation activation) {
    assertTrue(Double.isNaN(value(activation, Double.NaN)));
    // The identity's slope is 1 wherever it is asked for.
    assertEquals(
        activation != Activation.IDENTITY, Double.isNaN(derivative(activation, Double.NaN)));
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void derivative_betweenKinks_isTheSlopeOfTheValue(Activation activation) {
    double h = 1e-3;
    for (double x = -6.05; x < 6; x += 0.1) {
      double inner = value(activation, x + h) - value(activation, x - h);
      double outer = value(activation, x + 2 * h) - value(activation, x - 2 * h);
      double slope = (8 * inner - outer) / (12 * h);
      Expect.near(slope, derivative(activation, x), 1e-11, "φ′(" + x + ")");
    }
  }

  @Test
  void sigmoidDerivative_ofOppositePoints_isTheSameToTheBit() {
    for (double x : new double[] {1e-9, 0.7, 36.7, 700, 745}) {
      assertEquals(derivative(Activation.SIGMOID, x), derivative(Activation.SIGMOID, -x));
      assertEquals(derivative(Activation.TANH, x), derivative(Activation.TANH, -x));
    }
  }

  private static double value(Activation activation, double x) {
    return Activations.value(activation).applyAsDouble(x);
  }

  private static double derivative(Activation activation, double x) {
    return Activations.derivative(activation).applyAsDouble(x);
  }
}
