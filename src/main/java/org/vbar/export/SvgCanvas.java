package org.vbar.export;

import java.util.stream.Collectors;

/**
 * SVG text as it is drawn: one element a line, attributes only, no style sheet, so that every
 * viewer and every sanitizer understands it.
 */
final class SvgCanvas implements Canvas {
  private final StringBuilder text = new StringBuilder();
  private final String idPrefix;

  SvgCanvas(String idPrefix) {
    this.idPrefix = idPrefix;
  }

  void line(String line) {
    text.append(line).append('\n');
  }

  /** A title or a description; its text may have several lines. */
  void words(String element, String attributes, String words) {
    String visible = VisibleText.lines(words).stream().collect(Collectors.joining("\n"));
    line("<" + element + attributes + ">" + XmlEscaper.escaped(visible) + "</" + element + ">");
  }

  @Override
  public void open(String id, String classes, String title) {
    line("<g id=\"" + idPrefix + "-" + id + "\" class=\"" + classes + "\">");
    words("title", "", title);
  }

  @Override
  public void close() {
    line("</g>");
  }

  @Override
  public void rect(Rect place, double corner, Paint paint) {
    line(
        "<rect"
            + attribute("x", place.x())
            + attribute("y", place.y())
            + attribute("width", place.width())
            + attribute("height", place.height())
            + (corner > 0 ? attribute("rx", corner) : "")
            + attributes(paint)
            + "/>");
  }

  @Override
  public void curve(Curve curve, Paint paint) {
    StringBuilder path = new StringBuilder();
    for (int k = 0; k < curve.points().size(); k++) {
      path.append(k == 0 ? "M" : k == 1 ? "C" : " ").append(point(curve.points().get(k)));
    }
    line("<path d=\"" + path + "\"" + attributes(paint) + " stroke-linecap=\"round\"/>");
  }

  @Override
  public void polygon(Paint paint, Curve.Point... corners) {
    StringBuilder points = new StringBuilder();
    for (Curve.Point corner : corners) {
      points.append(points.isEmpty() ? "" : " ").append(point(corner));
    }
    line("<polygon points=\"" + points + "\"" + attributes(paint) + "/>");
  }

  @Override
  public void text(double x, double baseline, Anchor anchor, Letters letters, String visible) {
    String where =
        switch (anchor) {
          case START -> "start";
          case MIDDLE -> "middle";
          case END -> "end";
        };
    line(
        "<text"
            + attribute("x", x)
            + attribute("y", baseline)
            + attribute("text-anchor", where)
            + attribute("font-size", letters.size())
            + (letters.bold() ? attribute("font-weight", "bold") : "")
            + attribute("fill", letters.colour())
            + ">"
            + XmlEscaper.escaped(visible)
            + "</text>");
  }

  private static String attributes(Paint paint) {
    String dashes =
        paint.dashes().stream().map(d -> Integer.toString(d)).collect(Collectors.joining(" "));
    return attribute("fill", paint.fill().orElse("none"))
        + paint
            .stroke()
            .map(c -> attribute("stroke", c) + attribute("stroke-width", paint.width()))
            .orElse("")
        + (dashes.isEmpty() ? "" : attribute("stroke-dasharray", dashes));
  }

  private static String attribute(String name, double value) {
    return attribute(name, NumberText.coordinate(value));
  }

  private static String attribute(String name, String value) {
    return " " + name + "=\"" + value + "\"";
  }

  private static String point(Curve.Point p) {
    return NumberText.coordinate(p.x()) + "," + NumberText.coordinate(p.y());
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
