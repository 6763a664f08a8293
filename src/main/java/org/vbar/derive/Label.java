package org.vbar.derive;

import com.google.common.base.Strings;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A node's label taken apart: {@code W1[0,2]} has the letters W, the digits 1 and the place 0,2.
 *
 * @param letters at least one letter
 * @param digits what follows directly, may be empty
 * @param place what stands in brackets, may be empty
 * @param mark what tells nodes of one name apart, such as {@code #7}, may be empty
 */
record Label(String letters, String digits, String place, String mark) {
  private static final Pattern FORM =
      Pattern.compile("(\\p{IsAlphabetic}+)(\\d*)(?:\\[([\\p{IsAlphabetic}\\d,]+)])?(#\\d+)?");

  /** What can stand in a formula without being taken for a part of it. */
  private static final Pattern CLEAR =
      Pattern.compile("[\\p{IsAlphabetic}_][\\p{IsAlphabetic}\\p{M}\\d_.#'′\\[\\],]*");

  /** The parts, or empty for a label of another form, which is written as it is. */
  static Optional<Label> of(String label) {
    Matcher matcher = FORM.matcher(label);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new Label(
            matcher.group(1),
            matcher.group(2),
            Strings.nullToEmpty(matcher.group(3)),
            Strings.nullToEmpty(matcher.group(4))));
  }

  /**
   * A label as formulas show it: as it is, or in quotation marks if it could be taken for a formula
   * itself, as a + b, or for nothing. What has no shape or would change the line becomes U+FFFD.
   */
  static String shown(String label) {
    if (CLEAR.matcher(label).matches()) {
      return label;
    }
    StringBuilder shown = new StringBuilder("“");
    label.codePoints().forEach(c -> shown.appendCodePoint(isVisible(c) ? c : 0xFFFD));
    return shown.append('”').toString();
  }

  private static boolean isVisible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** Whether the letters are one variable, as x, rather than a word, as loss. */
  boolean isOneLetter() {
    return letters.codePointCount(0, letters.length()) == 1;
  }
}
