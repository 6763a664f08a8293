package org.vbar.data;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The skeletons of the ten digits: pen strokes, in two ways of writing where people differ.
 *
 * <p>A stroke is written as the points that the pen passes, x to the right and y down, in a box
 * about 64 wide and 100 high. A smooth curve runs through them (a Catmull-Rom spline, which needs
 * no arithmetic beyond + and ×); a point given twice in a row is a corner, and a stroke that ends
 * where it starts closes smoothly.
 */
final class DigitGlyphs {
  private static final int STEPS_PER_SPAN = 6;

  private static final ImmutableList<ImmutableList<Glyph>> WAYS_TO_WRITE =
      ImmutableList.of(
          ways(glyph("34,0 19,7 8,25 4,50 8,75 19,93 34,100 49,93 60,75 64,50 60,25 49,7 34,0")),
          ways(glyph("32,0 32,100"), glyph("18,33 27,19 34,0 34,0 34,100")),
          ways(
              glyph("5,24 15,6 34,0 53,8 57,28 44,54 22,80 4,98 4,98 64,97"),
              glyph("6,20 22,2 44,3 54,22 44,54 26,84 12,97 3,90 10,80 26,86 44,97 64,94")),
          ways(glyph("6,12 26,0 47,6 51,26 38,42 20,48 20,48 46,53 59,72 49,93 26,100 3,89")),
          ways(
              glyph("12,2 8,28 5,56 5,56 62,52", "50,8 47,100"),
              glyph("46,0 -6,62 -6,62 64,62", "46,0 40,100")),
          ways(glyph("13,3 9,43 9,43 31,37 54,47 60,70 46,93 22,100 2,90", "13,3 58,0")),
          ways(glyph("46,0 24,22 8,52 7,80 24,99 44,97 57,80 50,61 32,56 14,66 7,80")),
          ways(
              glyph("2,5 60,2 60,2 42,44 26,100"),
              glyph("2,5 60,2 60,2 42,44 26,100", "18,54 56,50")),
          ways(
              glyph(
                  "54,14 34,0 13,10 13,30 33,47 55,66 57,86 34,100 10,87 12,66 33,47 53,31 54,14")),
          ways(
              glyph("56,16 36,0 12,12 8,34 24,50 44,42 56,16 56,16 54,56 46,100"),
              glyph("56,16 36,0 12,12 8,34 24,50 44,42 56,16 56,16 58,56 46,90 24,100 7,91")));

  private DigitGlyphs() {}

  /**
   * One way to write a digit.
   *
   * @param strokes each [x₀, y₀, x₁, y₁, …], the corners of a polyline fine enough to look smooth
   */
  record Glyph(ImmutableList<double[]> strokes) {}

  /** Returns the ways to write a digit, at least one. */
  static ImmutableList<Glyph> of(int digit) {
    return WAYS_TO_WRITE.get(digit);
  }

  private static ImmutableList<Glyph> ways(Glyph... glyphs) {
    return ImmutableList.copyOf(glyphs);
  }

  private static Glyph glyph(String... strokes) {
    return new Glyph(Arrays.stream(strokes).map(DigitGlyphs::stroke).collect(toImmutableList()));
  }

  /** Returns the polyline of a spline through points that are written "x,y x,y …". */
  private static double[] stroke(String written) {
    double[] points =
        Splitter.onPattern("[ ,]")
            .splitToStream(written)
            .mapToDouble(Double::parseDouble)
            .toArray();
    int last = points.length / 2 - 1;
    boolean closed = points[0] == points[2 * last] && points[1] == points[2 * last + 1];
    List<Double> polyline = new ArrayList<>(List.of(points[0], points[1]));
    for (int i = 0; i < last; i++) {
      int before = i > 0 ? i - 1 : closed ? last - 1 : 0;
      int after = i + 2 <= last ? i + 2 : closed ? 1 : last;
      for (int step = 1; step <= STEPS_PER_SPAN; step++) {
        double t = (double) step / STEPS_PER_SPAN;
        for (int axis = 0; axis < 2; axis++) {
          polyline.add(
              catmullRom(
                  points[2 * before + axis],
                  points[2 * i + axis],
                  points[2 * i + 2 + axis],
                  points[2 * after + axis],
                  t));
        }
      }
    }
    return polyline.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /**
   * Returns the uniform Catmull-Rom spline at t: b at 0, c at 1, with tangents (c − a) / 2 and (d −
   * b) / 2.
   */
  private static double catmullRom(double a, double b, double c, double d, double t) {
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
  }
}
