package org.vbar.export;

import java.util.ArrayList;
import java.util.List;

/**
 * A chain of cubic Bézier curves.
 *
 * @param points the start, then two control points and an end for each curve
 */
record Curve(List<Point> points) {
  private static final int STEPS = 32;

  /** A place, y downwards. */
  record Point(double x, double y) {
    Point moved(double dx, double dy) {
      return new Point(x + dx, y + dy);
    }
  }

  Curve {
    points = List.copyOf(points);
  }

  Point end() {
    return points.get(points.size() - 1);
  }

  /** The unit vector in which the curve arrives at its end. */
  Point arrival() {
    Point end = end();
    for (int k = points.size() - 2; k >= 0; k--) {
      double dx = end.x() - points.get(k).x();
      double dy = end.y() - points.get(k).y();
      double length = Math.hypot(dx, dy);
      if (length > 0.5) {
        return new Point(dx / length, dy / length);
      }
    }
    return new Point(1, 0);
  }

  /** Mirrored at the line y = 0. */
  Curve upsideDown() {
    return new Curve(points.stream().map(p -> new Point(p.x(), -p.y())).toList());
  }

  Curve moved(double dx, double dy) {
    return new Curve(points.stream().map(p -> p.moved(dx, dy)).toList());
  }

  /** The same curve with its end, and the control point before it, moved. */
  Curve withEndMoved(double dx, double dy) {
    List<Point> moved = new ArrayList<>(points);
    for (int k = points.size() - 2; k < points.size(); k++) {
      moved.set(k, points.get(k).moved(dx, dy));
    }
    return new Curve(moved);
  }

  /** Whether the curve passes through a rectangle. */
  boolean crosses(Rect place) {
    for (int k = 3; k < points.size(); k += 3) {
      for (int step = 0; step <= STEPS; step++) {
        if (place.contains(at(k, step / (double) STEPS))) {
          return true;
        }
      }
    }
    return false;
  }

  /** The point of the curve that ends at point {@code k}, by Bernstein's formula. */
  private Point at(int k, double t) {
    double s = 1 - t;
    double[] weights = {s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t};
    double x = 0;
    double y = 0;
    for (int j = 0; j < weights.length; j++) {
      x += weights[j] * points.get(k - 3 + j).x();
      y += weights[j] * points.get(k - 3 + j).y();
    }
    return new Point(x, y);
  }

  /** The smallest rectangle around all points, which the curve does not leave. */
  Rect bounds() {
    Rect bounds = new Rect(end().x(), end().y(), 0, 0);
    for (Point p : points) {
      bounds = bounds.union(new Rect(p.x(), p.y(), 0, 0));
    }
    return bounds;
  }
}
