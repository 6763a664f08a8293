package org.vbar.export;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.font.TextLayout;
import java.awt.geom.Path2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.util.HashMap;
import java.util.Map;
import org.vbar.export.Curve.Point;

/** Pixels, drawn by Java2D with the platform's sans-serif font and its fallbacks. */
final class PixelCanvas implements Canvas {
  private final BufferedImage image;
  private final Graphics2D graphics;
  private final Map<Letters, Font> fonts = new HashMap<>();

  /**
   * An empty image.
   *
   * @param scale pixels per point
   */
  PixelCanvas(Rect area, double scale) {
    int width = Math.max(1, (int) Math.round(area.width() * scale));
    int height = Math.max(1, (int) Math.round(area.height() * scale));
    image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    graphics = image.createGraphics();
    graphics.scale(scale, scale);
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
  }

  /** What was drawn. Nothing can be drawn after this. */
  BufferedImage image() {
    graphics.dispose();
    return image;
  }

  @Override
  public void open(String id, String classes, String title) {
    // Pixels have no parts.
  }

  @Override
  public void close() {
    // Pixels have no parts.
  }

  @Override
  public void rect(Rect place, double corner, Paint paint) {
    // Java2D and SVG both cut a radius that is larger than half the side.
    paint(
        new RoundRectangle2D.Double(
            place.x(), place.y(), place.width(), place.height(), 2 * corner, 2 * corner),
        paint);
  }

  @Override
  public void curve(Curve curve, Paint paint) {
    Path2D path = new Path2D.Double();
    Point start = curve.points().get(0);
    path.moveTo(start.x(), start.y());
    for (int k = 3; k < curve.points().size(); k += 3) {
      Point first = curve.points().get(k - 2);
      Point second = curve.points().get(k - 1);
      Point end = curve.points().get(k);
      path.curveTo(first.x(), first.y(), second.x(), second.y(), end.x(), end.y());
    }
    paint(path, paint);
  }

  @Override
  public void polygon(Paint paint, Point... corners) {
    Path2D path = new Path2D.Double();
    path.moveTo(corners[0].x(), corners[0].y());
    for (Point corner : corners) {
      path.lineTo(corner.x(), corner.y());
    }
    path.closePath();
    paint(path, paint);
  }

  private void paint(Shape shape, Paint paint) {
    paint
        .fill()
        .ifPresent(
            colour -> {
              graphics.setColor(Color.decode(colour));
              graphics.fill(shape);
            });
    paint
        .stroke()
        .ifPresent(
            colour -> {
              graphics.setColor(Color.decode(colour));
              graphics.setStroke(stroke(paint));
              graphics.draw(shape);
            });
  }

  private static BasicStroke stroke(Paint paint) {
    float width = (float) paint.width();
    if (paint.dashes().isEmpty()) {
      return new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    }
    float[] dashes = new float[paint.dashes().size()];
    for (int k = 0; k < dashes.length; k++) {
      dashes[k] = paint.dashes().get(k);
    }
    return new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, dashes, 0);
  }

  @Override
  public void text(double x, double baseline, Anchor anchor, Letters letters, String visible) {
    if (visible.isEmpty()) {
      return; // AWT refuses a layout of nothing
    }
    Font font = fonts.computeIfAbsent(letters, PixelCanvas::font);
    TextLayout layout = new TextLayout(visible, font, graphics.getFontRenderContext());
    double width = layout.getAdvance();
    double left =
        switch (anchor) {
          case START -> x;
          case MIDDLE -> x - width / 2;
          case END -> x - width;
        };
    graphics.setColor(Color.decode(letters.colour()));
    layout.draw(graphics, (float) left, (float) baseline);
  }

  private static Font font(Letters letters) {
    return new Font(Font.SANS_SERIF, letters.bold() ? Font.BOLD : Font.PLAIN, 1)
        .deriveFont((float) letters.size());
  }
}
