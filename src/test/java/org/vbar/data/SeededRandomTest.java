package org.vbar.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SeededRandomTest {
  @Test
  void stream_sameSeed_isTheSameOnEveryJdk() {
    SeededRandom random = new SeededRandom(42);

    assertEquals(0.9083704228825028, random.uniform(0, 1));
    assertEquals(647, random.below(1000));
    assertEquals(-0.2632133685608674, random.gaussian());
  }

  @Test
  void uniform_manyDraws_fillTheInterval() {
    SeededRandom random = new SeededRandom(1);
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < 10_000; i++) {
      double drawn = random.uniform(-2, 3);
      low = Math.min(low, drawn);
      high = Math.max(high, drawn);
    }

    assertTrue(low >= -2 && low < -1.99, "lowest " + low);
    assertTrue(high < 3 && high > 2.99, "highest " + high);
  }

  @Test
  void gaussian_manyDraws_haveMomentsOfTheStandardNormal() {
    SeededRandom random = new SeededRandom(2);
    int draws = 100_000;
    double[] moments = new double[5];
    for (int i = 0; i < draws; i++) {
      double drawn = random.gaussian();
      double power = 1;
      for (int order = 1; order < moments.length; order++) {
        power *= drawn;
        moments[order] += power / draws;
      }
    }

    assertArrayEquals(new double[] {0, 0, 1, 0, 3}, moments, 0.05);
  }
}
