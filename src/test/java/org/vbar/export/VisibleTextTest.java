package org.vbar.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class VisibleTextTest {
  @Test
  void lines_lineBreaks_breakLines() {
    assertEquals(List.of("a", "b", "", "c"), VisibleText.lines("a\nb\r\n\nc"));
  }

  @Test
  void lines_controlCharacters_becomeTheirPictures() {
    assertEquals(List.of("␀␇␛␉␍␡"), VisibleText.lines("\u0000\u0007\u001b\t\r\u007f"));
  }

  @Test
  void lines_whatXmlCannotHold_becomesTheReplacementCharacter() {
    assertEquals(List.of("a�b�c�"), VisibleText.lines("a\ud800b\uffffc\u0080"));
  }

  @Test
  void lines_whatTurnsTheTextAfterIt_becomesTheReplacementCharacter() {
    assertEquals(List.of("\ufffda\ufffdb\ufffd"), VisibleText.lines("\u202ea\u2066b\u2069"));
  }

  @Test
  void isolated_wordsFromRightToLeft_standBetweenMarks() {
    assertEquals("x·y = 3", VisibleText.isolated("x·y = 3"));
    assertEquals("∂v2/∂\u2068שלום\u2069 = 3", VisibleText.isolated("∂v2/∂שלום = 3"));
    assertEquals(
        "\u2068שלום עולם\u2069 - \u2068مرحبا\u2069", VisibleText.isolated("שלום עולם - مرحبا"));
  }

  @Test
  void line_lineBreak_isASign() {
    assertEquals("a␊b", VisibleText.line("a\nb"));
  }

  @Test
  void shortened_longText_endsInAnEllipsis() {
    assertEquals("abc", VisibleText.shortened("abc", 3));
    assertEquals("ab…", VisibleText.shortened("abcd", 3));
    assertEquals("😀😀…", VisibleText.shortened("😀😀😀😀", 3));
  }

  @Test
  void wrapped_longText_joinsToTheSameText() {
    String typed = "a few words and 😀 faces ".repeat(400) + "e\u0301".repeat(500);
    List<String> lines = VisibleText.wrapped(typed);
    assertEquals(typed, String.join("", lines));
    assertTrue(lines.stream().allMatch(line -> line.length() < 450), lines::toString);
  }

  @Test
  void wrapped_combiningMarks_stayWithTheirLetters() {
    List<String> lines = VisibleText.wrapped("e\u0301".repeat(100), 10);
    assertEquals(10, lines.size());
    assertTrue(lines.stream().allMatch(line -> line.equals("e\u0301".repeat(10))));
  }
}
