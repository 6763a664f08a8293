package org.vbar.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vbar.model.Activation;

class VectorArithmeticTest {
  private static final double NORMAL = Float.MIN_NORMAL;

  @BeforeEach
  void needsTheModule() {
    assumeTrue(Instructions.VECTOR.isAvailable(), "no module jdk.incubator.vector");
  }

  @Test
  void exponentials_floats_areWithinTwoUlp() {
    assertWithin(2, -87, 88, StrictMath::exp, VectorArithmeticTest::exponentials);
  }

  @Test
  void exponentials_subnormalResults_areWithinTwoUlp() {
    assertWithin(2, -104, -87, StrictMath::exp, VectorArithmeticTest::exponentials);
  }

  @Test
  void exponentials_extremes_areLimits() {
    float[] x = new float[64];
    x[0] = Float.NEGATIVE_INFINITY;
    x[1] = Float.POSITIVE_INFINITY;
    x[2] = Float.NaN;
    x[3] = -1000;
    x[4] = 89;
    float[] y = exponentials(x);
    assertEquals(0f, y[0]);
    assertEquals(Float.POSITIVE_INFINITY, y[1]);
    assertEquals(Float.NaN, y[2]);
    assertEquals(0f, y[3]);
    assertEquals(Float.POSITIVE_INFINITY, y[4]);
    assertEquals(1f, y[5]);
  }

  @Test
  void sigmoid_floats_isWithinThreeUlp() {
    DoubleUnaryOperator sigmoid =
        x -> x >= 0 ? 1 / (1 + StrictMath.exp(-x)) : StrictMath.exp(x) / (1 + StrictMath.exp(x));
    assertWithin(3, -86, 86, sigmoid, x -> activate(Activation.SIGMOID, x, false));
  }

  @Test
  void sigmoid_derivativeOfFloats_isWithinSixUlp() {
    DoubleUnaryOperator derivative =
        x -> {
          double e = StrictMath.exp(-Math.abs(x));
          return e / ((1 + e) * (1 + e));
        };
    assertWithin(6, -86, 86, derivative, x -> activate(Activation.SIGMOID, x, true));
  }

  @Test
  void tanh_floats_isWithinThreeUlp() {
    assertWithin(3, -12, 12, StrictMath::tanh, x -> activate(Activation.TANH, x, false));
    assertWithin(3, -1, 1, StrictMath::tanh, x -> activate(Activation.TANH, x, false));
  }

  @Test
  void tanh_derivativeOfFloats_isWithinSixUlp() {
    DoubleUnaryOperator derivative = x -> 1 / (StrictMath.cosh(x) * StrictMath.cosh(x));
    assertWithin(6, -40, 40, derivative, x -> activate(Activation.TANH, x, true));
  }

  @Test
  void activate_specialNumbers_agreesWithPlain() {
    float[] special = new float[64];
    special[0] = Float.NaN;
    special[1] = Float.POSITIVE_INFINITY;
    special[2] = Float.NEGATIVE_INFINITY;
    special[3] = -0f;
    special[4] = 1e-30f;
    special[5] = -1e-30f;
    special[6] = 200;
    special[7] = -200;
    for (Activation activation : Activation.values()) {
      for (boolean derivative : new boolean[] {false, true}) {
        float[] expected = activate(Instructions.PLAIN, activation, special, derivative);
        float[] actual = activate(Instructions.VECTOR, activation, special, derivative);
        for (int i = 0; i < 9; i++) {
          String where = activation + " at " + special[i];
          if (Float.isFinite(expected[i])) {
            assertEquals(expected[i], actual[i], Math.ulp(expected[i]), where);
          } else {
            assertEquals(expected[i], actual[i], where);
          }
        }
      }
    }
  }

  private interface Function {
    float[] apply(float[] x);
  }

  /** Compares at 200,000 places, where the result is a normal number or an error is one in size. */
  private static void assertWithin(
      int ulps, double low, double high, DoubleUnaryOperator exact, Function function) {
    int count = 200_000 / 64 * 64;
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) (low + (high - low) * i / count);
    }
    float[] y = function.apply(x.clone());
    for (int i = 0; i < count; i++) {
      double expected = exact.applyAsDouble(x[i]);
      double unit =
          Math.abs(expected) < NORMAL ? Float.MIN_VALUE : Math.ulp((float) Math.abs(expected));
      assertTrue(
          Math.abs(y[i] - expected) <= ulps * unit,
          "at %s: expected %s but got %s".formatted(x[i], expected, y[i]));
    }
  }

  private static float[] exponentials(float[] x) {
    Numbers numbers = numbers(x);
    Instructions.VECTOR.arithmetic(Precision.FLOAT).exponentials(0, x.length, numbers, 0);
    return numbers.floats();
  }

  private static float[] activate(Activation activation, float[] x, boolean derivative) {
    return activate(Instructions.VECTOR, activation, x, derivative);
  }

  private static float[] activate(
      Instructions instructions, Activation activation, float[] x, boolean derivative) {
    Numbers values = numbers(x);
    Numbers slopes = Numbers.zeros(Precision.FLOAT, x.length);
    Numbers biases = Numbers.zeros(Precision.FLOAT, x.length);
    instructions
        .arithmetic(Precision.FLOAT)
        .activate(activation, 1, x.length, values, 0, x.length, biases, 0, slopes);
    return derivative ? slopes.floats() : values.floats();
  }

  private static Numbers numbers(float[] x) {
    Numbers numbers = Numbers.zeros(Precision.FLOAT, x.length);
    System.arraycopy(x, 0, numbers.floats(), 0, x.length);
    return numbers;
  }
}
