package org.vbar.export;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** DOT text as it is written: indented statements, every value quoted by {@link DotEscaper}. */
final class DotText {
  private final StringBuilder text = new StringBuilder();
  private int depth;

  /** Opens a block, for example {@code digraph "vbar"}. */
  void open(String keyword, String id) {
    line(keyword + " " + DotEscaper.quoted(id) + " {");
    depth++;
  }

  void close() {
    depth--;
    line("}");
  }

  /** Writes {@code graph}, {@code node} or {@code edge} with attributes. */
  void defaults(String keyword, Map<String, String> attributes) {
    line(keyword + list(attributes) + ";");
  }

  void node(String id, Map<String, String> attributes) {
    line(DotEscaper.quoted(id) + list(attributes) + ";");
  }

  void edge(String from, String to, Map<String, String> attributes) {
    line(DotEscaper.quoted(from) + " -> " + DotEscaper.quoted(to) + list(attributes) + ";");
  }

  /** Attributes from names and values in turn, in this order. */
  static Map<String, String> attributes(String... namesAndValues) {
    Map<String, String> attributes = new LinkedHashMap<>();
    for (int k = 0; k < namesAndValues.length; k += 2) {
      attributes.put(namesAndValues[k], namesAndValues[k + 1]);
    }
    return attributes;
  }

  private static String list(Map<String, String> attributes) {
    return attributes.entrySet().stream()
        .map(a -> a.getKey() + "=" + DotEscaper.quoted(a.getValue()))
        .collect(Collectors.joining(", ", " [", "]"));
  }

  private void line(String line) {
    text.append("  ".repeat(depth)).append(line).append('\n');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
