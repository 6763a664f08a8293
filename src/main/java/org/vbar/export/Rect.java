package org.vbar.export;

/** A rectangle: its left upper corner and its size, y downwards. */
record Rect(double x, double y, double width, double height) {
  static Rect centred(double x, double y, double width, double height) {
    return new Rect(x - width / 2, y - height / 2, width, height);
  }

  double centreX() {
    return x + width / 2;
  }

  double centreY() {
    return y + height / 2;
  }

  double right() {
    return x + width;
  }

  double bottom() {
    return y + height;
  }

  boolean contains(Curve.Point point) {
    return point.x() >= x && point.x() <= right() && point.y() >= y && point.y() <= bottom();
  }

  Rect grown(double by) {
    return new Rect(x - by, y - by, width + 2 * by, height + 2 * by);
  }

  /** Mirrored at the line y = 0. */
  Rect upsideDown() {
    return new Rect(x, -bottom(), width, height);
  }

  Rect moved(double dx, double dy) {
    return new Rect(x + dx, y + dy, width, height);
  }

  Rect union(Rect other) {
    double left = Math.min(x, other.x);
    double top = Math.min(y, other.y);
    return new Rect(
        left,
        top,
        Math.max(right(), other.right()) - left,
        Math.max(bottom(), other.bottom()) - top);
  }
}
