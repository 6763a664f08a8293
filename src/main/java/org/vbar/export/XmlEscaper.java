package org.vbar.export;

/** Text as XML character data or as a quoted attribute value. */
final class XmlEscaper {
  private XmlEscaper() {}

  /** Expects text without characters that XML forbids: see {@link VisibleText}. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        case '\n' -> escaped.append("&#10;");
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }
}
