package org.vbar.data;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * Two classes of points in the plane, which a small network learns in seconds and whose decision
 * boundary can be drawn.
 *
 * <p>Each set is a {@link Batch} with inputs [n × 2], targets [n × 1] of 0 or 1 and the same
 * labels. The classes alternate from row to row, so any even range of rows is balanced. Normal
 * noise is added to both coordinates; the same arguments give the same numbers on every JDK. Time
 * is linear in n.
 *
 * <p>All methods throw {@link IllegalArgumentException} if n is less than 1, or the noise is
 * negative or not finite.
 */
public final class ToyData {
  private static final double SPIRAL_TURNS = 1.5;
  private static final double SPIRAL_START_RADIUS = 0.1;

  private ToyData() {}

  /**
   * Returns the corners of the unit square, with target x₀ xor x₁. Rows visit (0,0), (0,1), (1,1),
   * (1,0) in turn, so {@code xor(4, 0, seed)} is the truth table.
   *
   * @param n how many points
   * @param noise standard deviation around a corner; sides have length 1
   * @param seed any number
   * @return inputs [n × 2] and targets [n × 1]
   */
  public static Batch xor(int n, double noise, long seed) {
    return points(
        n,
        noise,
        seed,
        (label, pair) -> {
          double first = pair % 2;
          return new double[] {first, label == 0 ? first : 1 - first};
        });
  }

  /**
   * Returns two half circles of radius 1 that reach into each other: class 0 is the upper half
   * around (0, 0), class 1 the lower half around (1, 0.5). The set is that of scikit-learn's {@code
   * make_moons}.
   *
   * @param n how many points, evenly spaced along the arcs
   * @param noise standard deviation around the arc
   * @param seed any number
   * @return inputs [n × 2] and targets [n × 1]
   */
  public static Batch twoMoons(int n, double noise, long seed) {
    double lastOfArc = Math.max(1, pairs(n) - 1);
    return points(
        n,
        noise,
        seed,
        (label, pair) -> {
          double angle = Math.PI * pair / lastOfArc;
          double x = StrictMath.cos(angle);
          double y = StrictMath.sin(angle);
          return label == 0 ? new double[] {x, y} : new double[] {1 - x, 0.5 - y};
        });
  }

  /**
   * Returns two circles around (0, 0): class 0 has radius 1, class 1 has radius 0.5.
   *
   * @param n how many points, evenly spaced along the circles
   * @param noise standard deviation around the circle
   * @param seed any number
   * @return inputs [n × 2] and targets [n × 1]
   */
  public static Batch circles(int n, double noise, long seed) {
    int pairs = pairs(n);
    return points(
        n, noise, seed, (label, pair) -> polar(label == 0 ? 1 : 0.5, 2 * Math.PI * pair / pairs));
  }

  /**
   * Returns two spiral arms around (0, 0), half a turn apart. Each winds one and a half times while
   * its radius grows from 0.1 to 1.
   *
   * @param n how many points, evenly spaced in angle
   * @param noise standard deviation around the arm; arms are about 0.3 apart
   * @param seed any number
   * @return inputs [n × 2] and targets [n × 1]
   */
  public static Batch spiral(int n, double noise, long seed) {
    double lastOfArm = Math.max(1, pairs(n) - 1);
    return points(
        n,
        noise,
        seed,
        (label, pair) -> {
          double along = pair / lastOfArm;
          double radius = SPIRAL_START_RADIUS + (1 - SPIRAL_START_RADIUS) * along;
          return polar(radius, Math.PI * (2 * SPIRAL_TURNS * along + label));
        });
  }

  /** Returns how many points class 0 has: half of all, and the odd one. */
  private static int pairs(int n) {
    return n - n / 2;
  }

  private static double[] polar(double radius, double angle) {
    return new double[] {radius * StrictMath.cos(angle), radius * StrictMath.sin(angle)};
  }

  /**
   * Where a point lies before noise: rows 2k and 2k + 1 are the points of classes 0 and 1 of pair
   * k.
   */
  private interface Shape {
    double[] point(int label, int pair);
  }

  private static Batch points(int n, double noise, long seed, Shape shape) {
    checkArgument(n >= 1, "Expected at least 1 point but got %s.", n);
    checkArgument(
        noise >= 0 && Double.isFinite(noise),
        "Expected noise to be a standard deviation of 0 or more but got %s.",
        noise);
    SeededRandom random = new SeededRandom(seed);
    double[] inputs = new double[Batch.arrayLength(n, 2)];
    int[] labels = new int[n];
    for (int row = 0; row < n; row++) {
      labels[row] = row % 2;
      double[] point = shape.point(labels[row], row / 2);
      inputs[2 * row] = point[0] + noise * random.gaussian();
      inputs[2 * row + 1] = point[1] + noise * random.gaussian();
    }
    return Batch.binary(2, inputs, labels);
  }
}
