package org.vbar.export;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text that somebody typed, as lines that any file format can hold and any reader can see.
 *
 * <p>Nothing is dropped: a control character becomes its picture (U+0007 becomes ␇), what XML
 * cannot hold and what would turn the direction of the text that follows becomes U+FFFD, and only
 * line breaks break lines. Joining wrapped lines gives the typed text.
 */
final class VisibleText {
  private static final Pattern LINE_BREAK = Pattern.compile("\r\n|[\n\u0085\u2028\u2029]");
  private static final Pattern GRAPHEME = Pattern.compile("\\X", Pattern.DOTALL);
  private static final String RIGHT_TO_LEFT_LETTER =
      "[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\\x{10800}-\\x{10fff}\\x{1e800}-\\x{1efff}]+";
  private static final Pattern RIGHT_TO_LEFT =
      Pattern.compile(RIGHT_TO_LEFT_LETTER + "(?:\\h+" + RIGHT_TO_LEFT_LETTER + ")*");
  private static final int SHORTEST_WRAP = 28;

  private VisibleText() {}

  /** The lines that were typed. */
  static List<String> lines(String typed) {
    return LINE_BREAK.splitAsStream(typed).map(VisibleText::withoutControls).toList();
  }

  /** One line, with a visible sign for every line break. */
  static String line(String typed) {
    return withoutControls(LINE_BREAK.matcher(typed).replaceAll("␊"));
  }

  /** One line of at most {@code length} graphemes; what is cut is replaced by an ellipsis. */
  static String shortened(String typed, int length) {
    // A grapheme may be long, so cut only what is surely too long before counting.
    List<String> graphemes = graphemes(line(typed));
    return graphemes.size() <= length
        ? String.join("", graphemes)
        : String.join("", graphemes.subList(0, length - 1)) + "…";
  }

  /**
   * The same with every run of words that are read from right to left between invisible marks, so
   * that the signs and numbers after it stay where they belong.
   */
  static String isolated(String visible) {
    return RIGHT_TO_LEFT.matcher(visible).replaceAll("\u2068$0\u2069");
  }

  /**
   * The lines that were typed, wrapped so that a long text becomes a block that is about four times
   * as wide as high in characters, which is twice in inches.
   */
  static List<String> wrapped(String typed) {
    int columns = Math.max(SHORTEST_WRAP, (int) Math.ceil(Math.sqrt(4.0 * typed.length())));
    return wrapped(typed, columns);
  }

  /** The lines that were typed, each wrapped after at most {@code columns} graphemes. */
  static List<String> wrapped(String typed, int columns) {
    List<String> lines = new ArrayList<>();
    for (String line : lines(typed)) {
      wrap(graphemes(line), columns, lines);
    }
    return lines;
  }

  private static void wrap(List<String> graphemes, int columns, List<String> into) {
    int from = 0;
    while (graphemes.size() - from > columns) {
      int to = from + columns;
      int space = graphemes.subList(from + columns / 2, to).lastIndexOf(" ");
      if (space >= 0) {
        to = from + columns / 2 + space + 1;
      }
      into.add(String.join("", graphemes.subList(from, to)));
      from = to;
    }
    into.add(String.join("", graphemes.subList(from, graphemes.size())));
  }

  private static List<String> graphemes(String line) {
    List<String> graphemes = new ArrayList<>();
    Matcher matcher = GRAPHEME.matcher(line);
    while (matcher.find()) {
      graphemes.add(matcher.group());
    }
    return graphemes;
  }

  private static String withoutControls(String typed) {
    StringBuilder text = new StringBuilder(typed.length());
    typed.codePoints().map(VisibleText::visible).forEach(text::appendCodePoint);
    return text.toString();
  }

  private static int visible(int c) {
    if (c < 0x20) {
      return 0x2400 + c;
    }
    if (c == 0x7F) {
      return 0x2421;
    }
    boolean control = c >= 0x80 && c < 0xA0;
    boolean halfPair = c >= 0xD800 && c < 0xE000;
    boolean noncharacter = (c & 0xFFFE) == 0xFFFE;
    boolean turns = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    return control || halfPair || noncharacter || turns ? 0xFFFD : c;
  }
}
