package org.vbar.export;

/**
 * Writes a drawing as an SVG document.
 *
 * <p>Every box is {@code <g id="vbar-n17" class="box op">} and every arrow {@code <g id="vbar-e5"
 * class="arrow">}, each with a {@code <title>}, so that a script can find them; the numbers are the
 * graph's indices of nodes and edges.
 */
final class SvgWriter {
  private SvgWriter() {}

  static String write(Drawing drawing, Scene scene, Style style) {
    String prefix = style.idPrefix();
    SvgCanvas svg = new SvgCanvas(prefix);
    String width = NumberText.coordinate(drawing.area().width());
    String height = NumberText.coordinate(drawing.area().height());
    svg.line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    svg.line(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%s\" height=\"%s\""
                .formatted(width, height)
            + (style.followsReader() ? " id=\"" + prefix + "\"" : "")
            + " viewBox=\"0 0 %s %s\" role=\"img\"".formatted(width, height)
            + " aria-labelledby=\"%s-title %s-desc\"".formatted(prefix, prefix)
            + " font-family=\"%s\" xml:space=\"preserve\">".formatted(Fonts.FAMILIES));
    svg.words("title", " id=\"" + prefix + "-title\"", style.titleOrDefault());
    svg.words("desc", " id=\"" + prefix + "-desc\"", scene.description());
    if (style.followsReader()) {
      svg.line("<style>@media (prefers-color-scheme:dark){");
      Theme.darkRules()
          .forEach((selector, rule) -> svg.line("#%s %s{%s}".formatted(prefix, selector, rule)));
      svg.line("}</style>");
    }
    drawing.draw(svg);
    svg.line("</svg>");
    return svg.toString();
  }
}
