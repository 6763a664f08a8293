package org.vbar.graph;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names, numbers and free text as LaTeX that shows them as they are, whatever they contain. */
public final class LatexText {
  private static final Pattern SIMPLE = Pattern.compile("([A-Za-z])([0-9]*)");
  private static final Pattern POWER_OF_TEN = Pattern.compile("E(-?[0-9]+)");

  private LatexText() {}

  /** A name in math mode: {@code x}, {@code v_{17}}, or text if it is not that simple. */
  static String name(String name) {
    Matcher simple = SIMPLE.matcher(name);
    if (!simple.matches()) {
      return "\\text{" + escaped(name) + "}";
    }
    String digits = simple.group(2);
    return simple.group(1) + (digits.isEmpty() ? "" : "_{" + digits + "}");
  }

  /** A number of a formula in math mode. */
  static String number(String number) {
    String powers = POWER_OF_TEN.matcher(number).replaceAll(" \\\\cdot 10^{$1}");
    return powers
        .replace("−", "-")
        .replace("∞", "\\infty")
        .replace("Infinity", "\\infty")
        .replace("NaN", "\\mathrm{NaN}");
  }

  /** Text that LaTeX writes as it is in text mode; control characters become spaces. */
  public static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints().forEach(c -> append(escaped, c));
    return escaped.toString();
  }

  private static void append(StringBuilder escaped, int c) {
    switch (c) {
      case '\\' -> escaped.append("\\textbackslash{}");
      case '{', '}', '$', '&', '#', '%', '_' -> escaped.append('\\').appendCodePoint(c);
      case '^' -> escaped.append("\\textasciicircum{}");
      case '~' -> escaped.append("\\textasciitilde{}");
      case '<' -> escaped.append("\\textless{}");
      case '>' -> escaped.append("\\textgreater{}");
      default -> escaped.appendCodePoint(Character.isISOControl(c) ? ' ' : c);
    }
  }
}
