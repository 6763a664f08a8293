package org.vbar.export;

import org.vbar.export.Canvas.Paint;

/**
 * v̄ as a bar from the middle of a track: to the right if positive, to the left if negative, as
 * long as the square root of |v̄| relative to the largest one shown.
 */
final class AdjointBar {
  private AdjointBar() {}

  static void draw(Canvas canvas, Theme theme, Rect track, double vBar, double largest) {
    canvas.rect(track, track.height() / 2, Paint.fill(theme.track()));
    double part = largest > 0 ? Math.sqrt(Math.min(1, Math.abs(vBar) / largest)) : 0;
    if (Double.isInfinite(vBar)) {
      part = 1;
    }
    if (part > 0) {
      double length = Math.max(1.5, part * track.width() / 2);
      double left = vBar < 0 ? track.centreX() - length : track.centreX();
      Rect bar = new Rect(left, track.y(), length, track.height());
      canvas.rect(bar, 0, Paint.fill(theme.bar(vBar < 0)));
    }
    Rect middle = new Rect(track.centreX() - 0.6, track.y() - 1.5, 1.2, track.height() + 3);
    canvas.rect(middle, 0, Paint.fill(theme.ink()));
  }
}
