package org.vbar.export;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DotEscaperTest {
  static Stream<String> hostileLabels() {
    return PictureFixtures.HOSTILE_LABELS.stream();
  }

  @Test
  void quoted_whatDotReads_isEscaped() {
    assertEquals("\"\\\"\\\\\"", DotEscaper.quoted("\"\\"));
    assertEquals("\"\\\\N\"", DotEscaper.quoted("\\N"));
    assertEquals("\"a\\nb\"", DotEscaper.quoted("a\nb"));
    assertEquals("\"&amp;lt;\"", DotEscaper.quoted("&lt;"));
  }

  @ParameterizedTest
  @MethodSource("hostileLabels")
  void quoted_hostileLabel_readsBackAsTyped(String label) {
    assertEquals(String.join("\n", VisibleText.lines(label)), read(DotEscaper.quoted(label)));
  }

  /** Reads a quoted string as Graphviz does: the string, the label escapes, the entities. */
  private static String read(String quoted) {
    StringBuilder text = new StringBuilder();
    assertEquals('"', quoted.charAt(0));
    int i = 1;
    for (; quoted.charAt(i) != '"'; i++) {
      if (quoted.charAt(i) == '\\') {
        i++;
        text.append(quoted.charAt(i) == 'n' ? '\n' : quoted.charAt(i));
      } else {
        text.append(quoted.charAt(i));
      }
    }
    assertEquals(quoted.length() - 1, i, "the string ended early");
    return text.toString().replace("&amp;", "&");
  }
}
