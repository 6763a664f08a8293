package org.vbar.data;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * The random numbers of this package: xoroshiro128++ from a 64-bit seed, the same stream on every
 * JDK and platform.
 *
 * <p>The generator is named here, and only here, because {@code java.util.random} may fall back to
 * another algorithm and the normal samplers of libraries call {@code Math.log}, whose last bit is
 * the platform's choice.
 */
final class SeededRandom {
  private final UniformRandomProvider source;

  SeededRandom(long seed) {
    source = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
  }

  /** Returns a number drawn uniformly from [low, high). */
  double uniform(double low, double high) {
    return low + (high - low) * source.nextDouble();
  }

  /** Returns an integer drawn uniformly from [0, bound). */
  int below(int bound) {
    return source.nextInt(bound);
  }

  /** Returns a standard normal number, by Marsaglia's polar method. */
  double gaussian() {
    while (true) {
      double u = uniform(-1, 1);
      double v = uniform(-1, 1);
      double s = u * u + v * v;
      if (s > 0 && s < 1) {
        return u * Math.sqrt(-2 * StrictMath.log(s) / s);
      }
    }
  }

  /**
   * Reorders an array by the Fisher-Yates shuffle: each order is equally likely.
   *
   * @param values Modified.
   */
  void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = below(i + 1);
      int swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }
}
