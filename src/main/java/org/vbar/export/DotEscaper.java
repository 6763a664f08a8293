package org.vbar.export;

import java.util.stream.Collectors;

/**
 * Text as a double-quoted DOT string that shows exactly that text.
 *
 * <p>DOT reads three languages in one string: the quoted string itself (where {@code \"} is a
 * quote), the label escapes ({@code \N} is the node's name, {@code \l} a left-justified line break)
 * and HTML entities (an ampersand starts one). A backslash is therefore doubled, an ampersand
 * becomes an entity, a line break becomes {@code \n}, and control characters, which no picture can
 * show, become their pictures. {@code <}, braces and pipes have no meaning in a quoted label of a
 * shape that is not a record.
 */
public final class DotEscaper {
  private DotEscaper() {}

  /** The text in quotes, for a label or any other attribute, or as an id. */
  public static String quoted(String text) {
    return '"'
        + VisibleText.lines(text).stream()
            .map(DotEscaper::escapedLine)
            .collect(Collectors.joining("\\n"))
        + '"';
  }

  private static String escapedLine(String line) {
    StringBuilder escaped = new StringBuilder(line.length());
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      switch (c) {
        case '\\' -> escaped.append("\\\\");
        case '"' -> escaped.append("\\\"");
        case '&' -> escaped.append("&amp;");
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }
}
