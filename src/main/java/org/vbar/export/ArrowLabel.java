package org.vbar.export;

import java.util.List;

/** How large the numbers on an arrow are drawn. */
final class ArrowLabel {
  static final double FONT = 10.5;
  static final double LINE = 13;
  private static final double PADDING = 5;

  private ArrowLabel() {}

  static double width(Arrow arrow) {
    double text = 0;
    for (String line : arrow.label()) {
      text = Math.max(text, TextWidth.of(line, FONT, arrow.onPath()));
    }
    return Math.ceil(text + 2 * PADDING);
  }

  static double height(Arrow arrow) {
    List<String> lines = arrow.label();
    return LINE * lines.size() + 3;
  }
}
