package org.vbar.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ToyDataTest {
  /** Positions computed from formulas in another way may differ by rounding only. */
  private static final double ROUNDING = 1e-12;

  private interface Generator {
    Batch generate(int n, double noise, long seed);
  }

  private static final Map<String, Generator> GENERATORS =
      Map.of(
          "xor", ToyData::xor,
          "twoMoons", ToyData::twoMoons,
          "circles", ToyData::circles,
          "spiral", ToyData::spiral);

  @Test
  void sets_sameSeed_areTheSameOnEveryJdk() {
    assertEquals(
        "48e11fa8a626d6fdf8858b0f446705c6012391381560d23df27515f87d6813ea",
        hash(ToyData.xor(100, 0.1, 42)));
    assertEquals(
        "ca0c13e58a38a6ff4c27d95d5ee79fd4b527ef0ddf7d38cc345673b9082fe4ff",
        hash(ToyData.twoMoons(100, 0.1, 42)));
    assertEquals(
        "a0fa93ecca146ed680443bc348bb73297927d0794122054697c8068937a84c5b",
        hash(ToyData.circles(100, 0.1, 42)));
    assertEquals(
        "542ee8b4e704e1e91034d1c157134274a7f7fe39eed81d62febcc35222d29c45",
        hash(ToyData.spiral(100, 0.1, 42)));
  }

  @Test
  void sets_anySize_alternateBetweenTheClasses() {
    GENERATORS.forEach(
        (name, generator) -> {
          for (int n : new int[] {1, 2, 3, 101}) {
            Batch batch = generator.generate(n, 0.1, 1);
            assertEquals(n, batch.rows(), name);
            assertEquals(2, batch.columns(), name);
            assertEquals(1, batch.targetColumns(), name);
            for (int row = 0; row < n; row++) {
              assertEquals(row % 2, batch.labels()[row], name);
              assertEquals(row % 2, batch.targets()[row], name);
              assertTrue(Double.isFinite(batch.inputs()[2 * row]), name);
              assertTrue(Double.isFinite(batch.inputs()[2 * row + 1]), name);
            }
          }
        });
  }

  @Test
  void sets_noise_hasTheStandardDeviationAskedFor() {
    GENERATORS.forEach(
        (name, generator) -> {
          int n = 20_000;
          double[] exact = generator.generate(n, 0, 1).inputs();
          double[] noisy = generator.generate(n, 0.25, 1).inputs();
          double squares = 0;
          for (int i = 0; i < exact.length; i++) {
            squares += (noisy[i] - exact[i]) * (noisy[i] - exact[i]);
          }
          assertEquals(0.25, Math.sqrt(squares / exact.length), 0.005, name);
        });
  }

  @Test
  void sets_otherSeed_isOther() {
    GENERATORS.forEach(
        (name, generator) ->
            assertFalse(
                Arrays.equals(
                    generator.generate(10, 0.1, 1).inputs(),
                    generator.generate(10, 0.1, 2).inputs()),
                name));
  }

  @Test
  void sets_badArguments_areRefused() {
    GENERATORS.forEach(
        (name, generator) -> {
          assertThrows(IllegalArgumentException.class, () -> generator.generate(0, 0, 1), name);
          assertThrows(IllegalArgumentException.class, () -> generator.generate(4, -0.1, 1), name);
          assertThrows(
              IllegalArgumentException.class, () -> generator.generate(4, Double.NaN, 1), name);
          assertThrows(
              IllegalArgumentException.class,
              () -> generator.generate(4, Double.POSITIVE_INFINITY, 1),
              name);
          assertThrows(
              IllegalArgumentException.class,
              () -> generator.generate(Integer.MAX_VALUE, 0, 1),
              name);
        });
  }

  @Test
  void xor_fourWithoutNoise_isTheTruthTable() {
    Batch batch = ToyData.xor(4, 0, 1);

    assertArrayEquals(new double[] {0, 0, 0, 1, 1, 1, 1, 0}, batch.inputs());
    assertArrayEquals(new double[] {0, 1, 0, 1}, batch.targets());
  }

  @Test
  void twoMoons_withoutNoise_areHalfCircles() {
    Batch batch = ToyData.twoMoons(101, 0, 1);
    for (int row = 0; row < batch.rows(); row++) {
      double x = batch.inputs()[2 * row];
      double y = batch.inputs()[2 * row + 1];
      boolean upper = batch.labels()[row] == 0;
      assertEquals(1, upper ? Math.hypot(x, y) : Math.hypot(x - 1, y - 0.5), ROUNDING);
      assertTrue(upper ? y >= -ROUNDING : y <= 0.5 + ROUNDING);
    }
    assertArrayEquals(new double[] {1, 0, 0, 0.5}, Arrays.copyOf(batch.inputs(), 4), ROUNDING);
    assertEquals(-1, batch.inputs()[200], ROUNDING);
  }

  @Test
  void circles_withoutNoise_haveTheirRadius() {
    Batch batch = ToyData.circles(100, 0, 1);
    for (int row = 0; row < batch.rows(); row++) {
      double radius = Math.hypot(batch.inputs()[2 * row], batch.inputs()[2 * row + 1]);
      assertEquals(batch.labels()[row] == 0 ? 1 : 0.5, radius, ROUNDING);
    }
  }

  @Test
  void spiral_withoutNoise_hasOppositeArms() {
    double[] inputs = ToyData.spiral(100, 0, 1).inputs();
    for (int pair = 0; pair < 50; pair++) {
      assertEquals(inputs[4 * pair], -inputs[4 * pair + 2], ROUNDING);
      assertEquals(inputs[4 * pair + 1], -inputs[4 * pair + 3], ROUNDING);
      assertEquals(
          0.1 + 0.9 * pair / 49, Math.hypot(inputs[4 * pair], inputs[4 * pair + 1]), ROUNDING);
    }
  }

  private static String hash(Batch batch) {
    Hasher hasher = Hashing.sha256().newHasher();
    Arrays.stream(batch.inputs()).forEach(hasher::putDouble);
    return hasher.hash().toString();
  }
}
