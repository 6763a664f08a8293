package org.vbar.notebook;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.xml.XmlEscapers;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * An SVG picture in the making: shapes in user units from the top left, with the colours of {@link
 * Ink}.
 *
 * <p>Colours are attributes, for a light page; a short style sheet changes them where the reader's
 * system asks for a dark one. There are no ids, so many pictures fit on one page, and no clock, no
 * random number and no font is asked, so a picture is the same text on every machine.
 */
final class Sheet {
  private static final String FAMILIES = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif";

  /** The width of a letter, on average, as a part of the font size. */
  private static final double LETTER = 0.6;

  private final StringBuilder shapes = new StringBuilder();
  private final Set<Ink> fills = EnumSet.of(Ink.PAPER);
  private final Set<Ink> strokes = EnumSet.noneOf(Ink.class);

  /** A closed or open path. */
  void path(String d, String attributes) {
    shapes.append("<path d=\"").append(d).append('"').append(attributes).append("/>\n");
  }

  void line(double x1, double y1, double x2, double y2, String attributes) {
    path("M" + at(x1, y1) + "L" + at(x2, y2), attributes);
  }

  void rect(double x, double y, double width, double height, String attributes) {
    shapes.append("<rect x=\"").append(number(x)).append("\" y=\"").append(number(y));
    shapes.append("\" width=\"").append(number(width)).append("\" height=\"");
    shapes.append(number(height)).append('"').append(attributes).append("/>\n");
  }

  void circle(double x, double y, double radius, String attributes) {
    shapes.append("<circle cx=\"").append(number(x)).append("\" cy=\"").append(number(y));
    shapes.append("\" r=\"").append(number(radius)).append('"').append(attributes).append("/>\n");
  }

  /** Text on a baseline; the anchor is start, middle or end. */
  void text(double x, double y, String anchor, double size, Ink ink, String words) {
    text(x, y, anchor, size, ink, "", words);
  }

  void text(
      double x, double y, String anchor, double size, Ink ink, String attributes, String words) {
    shapes.append("<text x=\"").append(number(x)).append("\" y=\"").append(number(y)).append('"');
    if (!anchor.equals("start")) {
      shapes.append(" text-anchor=\"").append(anchor).append('"');
    }
    shapes.append(" font-size=\"").append(number(size)).append('"').append(fill(ink));
    shapes.append(attributes).append('>').append(escaped(words)).append("</text>\n");
  }

  /** A window: what is drawn until {@link #closeWindow} is cut off at its border. */
  void openWindow(double x, double y, double width, double height) {
    shapes.append("<svg x=\"").append(number(x)).append("\" y=\"").append(number(y));
    shapes.append("\" width=\"").append(number(width)).append("\" height=\"");
    shapes.append(number(height)).append("\">\n");
  }

  void closeWindow() {
    shapes.append("</svg>\n");
  }

  String fill(Ink ink) {
    fills.add(ink);
    return " class=\"f-" + ink.cssName() + "\" fill=\"" + ink.light() + "\"";
  }

  String stroke(Ink ink, double width) {
    strokes.add(ink);
    return " class=\"s-"
        + ink.cssName()
        + "\" fill=\"none\" stroke=\""
        + ink.light()
        + "\" stroke-width=\""
        + number(width)
        + "\" stroke-linejoin=\"round\" stroke-linecap=\"round\"";
  }

  /** The whole picture, with a title and a description for those who do not see it. */
  String toSvg(double width, double height, String title, String description) {
    String size = " width=\"" + number(width) + "\" height=\"" + number(height) + "\"";
    StringBuilder svg = new StringBuilder();
    svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"vbar-picture\"").append(size);
    svg.append(" viewBox=\"0 0 ").append(number(width)).append(' ').append(number(height));
    svg.append("\" role=\"img\" font-family=\"").append(FAMILIES);
    svg.append("\">\n<title>").append(escaped(title));
    svg.append("</title>\n<desc>").append(escaped(description)).append("</desc>\n");
    svg.append("<style>@media (prefers-color-scheme:dark){");
    for (Ink ink : fills) {
      svg.append(rule("f", "fill", ink));
    }
    for (Ink ink : strokes) {
      svg.append(rule("s", "stroke", ink));
    }
    svg.append("}</style>\n<rect").append(size).append(fill(Ink.PAPER)).append("/>\n");
    return svg.append(shapes).append("</svg>\n").toString();
  }

  private static String rule(String prefix, String property, Ink ink) {
    return ".vbar-picture ."
        + prefix
        + "-"
        + ink.cssName()
        + "{"
        + property
        + ":"
        + ink.dark()
        + "}";
  }

  static String at(double x, double y) {
    return number(x) + " " + number(y);
  }

  /** A coordinate with at most two decimals. */
  static String number(double value) {
    checkArgument(Double.isFinite(value), "Expected a finite coordinate but got %s.", value);
    return plain(BigDecimal.valueOf(Math.round(value * 100), 2));
  }

  /** A number for people, with at most so many significant digits. */
  static String number(double value, int digits) {
    return plain(new BigDecimal(value).round(new MathContext(digits)));
  }

  private static String plain(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  /** About how wide a text is. */
  static double widthOf(String words, double size) {
    return LETTER * size * words.codePoints().filter(c -> !isCombining(c)).count();
  }

  private static boolean isCombining(int c) {
    return Character.getType(c) == Character.NON_SPACING_MARK;
  }

  /** Words in lines that are at most so wide. */
  static List<String> wrapped(String words, double size, double width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : words.split(" ", -1)) {
      String longer = line.isEmpty() ? word : line + " " + word;
      if (!line.isEmpty() && widthOf(longer, size) > width) {
        lines.add(line.toString());
        line = new StringBuilder(word);
      } else {
        line = new StringBuilder(longer);
      }
    }
    lines.add(line.toString());
    return lines;
  }

  private static String escaped(String words) {
    return XmlEscapers.xmlAttributeEscaper().escape(words);
  }
}
