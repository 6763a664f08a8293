package org.vbar.export;

/**
 * Cuts an SVG into several that lie over each other, so that a browser draws anew, and walks
 * through, only those few that a step changes. The order, and so what covers what, stays.
 *
 * <p>The frames stay in the first SVG; each other one has arrows, frame titles or boxes only.
 */
final class SvgSheets {
  private static final int PARTS = 64;

  private final StringBuilder page = new StringBuilder();
  private String rootOfSheet = "";
  private String kind = "frame";
  private int parts;
  private int depth;

  private SvgSheets() {}

  /** The sheets of an SVG of {@link SvgWriter}, one after the other, and an empty one on top. */
  static String of(String svg) {
    SvgSheets sheets = new SvgSheets();
    svg.lines().forEach(sheets::line);
    return sheets.page.append(sheets.rootOfSheet).append("\n</svg>\n").toString();
  }

  private void line(String line) {
    if (line.startsWith("<svg")) {
      rootOfSheet = rootOfSheet(line);
    } else if (line.startsWith("<") && !line.startsWith("</")) {
      if (depth == 0) {
        part(line);
      }
      depth += line.startsWith("<g ") ? 1 : 0;
    } else if (line.equals("</g>")) {
      depth--;
    }
    page.append(line).append('\n');
  }

  private void part(String line) {
    String next = kindOf(line);
    boolean first = kind.equals("frame") && next.isEmpty(); // title, background
    if (first || next.equals("frame")) {
      return;
    }
    if (!next.equals(kind) || parts == PARTS) {
      page.append("</svg>\n").append(rootOfSheet).append('\n');
      kind = next;
      parts = 0;
    }
    parts++;
  }

  private static String kindOf(String line) {
    return line.contains(" class=\"arrow")
        ? "arrow"
        : line.contains(" class=\"box") ? "box" : line.contains(" class=\"frame") ? "frame" : "";
  }

  /** The same size and letters, but no picture with a name of its own. */
  private static String rootOfSheet(String root) {
    return root.replaceFirst(" role=\"img\" aria-labelledby=\"[^\"]*\"", " role=\"none\"")
        .replaceFirst(">$", " class=\"sheet\">");
  }
}
