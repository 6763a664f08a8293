package org.vbar.data;

import java.util.Arrays;

/**
 * A square of pixels that a round pen draws line segments on, anti-aliased by distance.
 *
 * <p>The canvas keeps, for every pixel centre, the squared distance to the nearest segment; the
 * pen's width is chosen when the ink is read. Pixel centres have whole coordinates.
 */
final class InkCanvas {
  /** No pen is wider, so pixels further from a segment need not be looked at. */
  private static final double REACH = 3.5;

  /** Over how many pixels the edge of a stroke fades, as it does when a scan is scaled down. */
  private static final double EDGE = 1.3;

  private final int side;
  private final double[] squaredDistances;

  InkCanvas(int side) {
    this.side = side;
    squaredDistances = new double[side * side];
    clear();
  }

  void clear() {
    Arrays.fill(squaredDistances, Double.POSITIVE_INFINITY);
  }

  /** Draws a segment from (x0, y0) to (x1, y1), in pixels; what lies outside is cut off. */
  void segment(double x0, double y0, double x1, double y1) {
    double dx = x1 - x0;
    double dy = y1 - y0;
    double squaredLength = dx * dx + dy * dy;
    int firstRow = clamp(Math.min(y0, y1) - REACH);
    int lastRow = clamp(Math.max(y0, y1) + REACH);
    int firstColumn = clamp(Math.min(x0, x1) - REACH);
    int lastColumn = clamp(Math.max(x0, x1) + REACH);
    for (int row = firstRow; row <= lastRow; row++) {
      for (int column = firstColumn; column <= lastColumn; column++) {
        double along = (column - x0) * dx + (row - y0) * dy;
        double t = squaredLength > 0 ? Math.max(0, Math.min(1, along / squaredLength)) : 0;
        double awayX = column - x0 - t * dx;
        double awayY = row - y0 - t * dy;
        int pixel = row * side + column;
        squaredDistances[pixel] = Math.min(squaredDistances[pixel], awayX * awayX + awayY * awayY);
      }
    }
  }

  /**
   * Returns the ink of a pixel for a pen of some radius, at most 2.5 pixels: from 0, none, to 1,
   * full.
   */
  double ink(int pixel, double radius) {
    double depth = (radius - Math.sqrt(squaredDistances[pixel])) / EDGE + 0.5;
    return Math.max(0, Math.min(1, depth));
  }

  private int clamp(double coordinate) {
    return (int) Math.max(0, Math.min(side - 1, coordinate));
  }
}
