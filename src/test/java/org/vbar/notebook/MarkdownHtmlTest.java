package org.vbar.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkdownHtmlTest {
  @Test
  void of_formulaWithMarkdownSigns_isNotReadAsMarkdown() {
    String html = MarkdownHtml.of("From $a_1 * b_2$ to *c*.");

    assertTrue(html.contains("<msub><mi>a</mi><mn>1</mn></msub><mo>*</mo>"), html);
    assertTrue(html.contains("<em>c</em>"), html);
  }

  @Test
  void of_doubleDollar_isAFormulaOnItsOwnLine() {
    assertTrue(MarkdownHtml.of("$$x$$").contains("display=\"block\""));
    assertTrue(MarkdownHtml.of("$x$").contains("display=\"inline\""));
  }

  @Test
  void of_dollarInCodeOrEscaped_staysADollar() {
    assertEquals("<p>it is <code>$x$</code> for $5</p>\n", MarkdownHtml.of("it is `$x$` for \\$5"));
  }

  @Test
  void of_table_isATable() {
    assertTrue(MarkdownHtml.of("| a | b |\n| --- | --- |\n| 1 | $x$ |").contains("<td>1</td>"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<b>x</b>",
        "<div>\nx\n</div>",
        "![x](x.png)",
        "[x](https://example.org)",
        "[x](y.md)"
      })
  void of_whatLeadsOutOfThePage_isRefused(String markdown) {
    assertThrows(IllegalArgumentException.class, () -> MarkdownHtml.of(markdown));
  }
}
