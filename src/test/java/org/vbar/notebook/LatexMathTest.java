package org.vbar.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vbar.derive.Derivation;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.xml.sax.InputSource;

class LatexMathTest {
  private static String inner(String latex) {
    return LatexMath.toMathMl(latex, false)
        .replaceFirst("^<math[^>]*>", "")
        .replaceFirst("</math>$", "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "x ~ <mi>x</mi>",
        "12.5 ~ <mn>12.5</mn>",
        "x_1^2 ~ <msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>",
        "x^{ab} ~ <msup><mi>x</mi><mrow><mi>a</mi><mi>b</mi></mrow></msup>",
        "f' ~ <msup><mi>f</mi><mo>′</mo></msup>",
        "\\frac12 ~ <mfrac><mn>1</mn><mn>2</mn></mfrac>",
        "\\sqrt[3]{x} ~ <mroot><mi>x</mi><mn>3</mn></mroot>",
        "a<b ~ <mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow>",
        "-1 ~ <mrow><mo>−</mo><mn>1</mn></mrow>",
        "\\mathbf{x} ~ <mi>𝐱</mi>",
        "\\mathcal{L} ~ <mi>ℒ</mi>",
        "\\mathbb{R} ~ <mi>ℝ</mi>",
        "\\text{if a_b} ~ <mtext>if a_b</mtext>",
        "\\sum_i ~ <munder><mo>∑</mo><mi>i</mi></munder>"
      })
  void toMathMl_formula_isTheElementsMeant(String latex, String expected) {
    assertEquals(expected, inner(latex));
  }

  @Test
  void toMathMl_environment_hasRowsAndCells() {
    String matrix = inner("\\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}");

    assertEquals(2, matrix.split("<mtr>", -1).length - 1);
    assertEquals(4, matrix.split("<mtd>", -1).length - 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\foo",
        "x_1_2",
        "x^1^2",
        "\\frac{1}",
        "{x",
        "x}",
        "\\left( x",
        "\\begin{array}x\\end{array}",
        "\\begin{cases}x",
        "a & b",
        "\\text{x",
        "x_",
        "\\"
      })
  void toMathMl_outsideTheSubset_isRefusedWithTheFormula(String latex) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> LatexMath.toMathMl(latex, false))
            .toString();

    assertTrue(message.contains("The formula " + latex), message);
  }

  /** What derivations write can be shown by a lesson. */
  @Test
  void toMathMl_everyEquationOfADerivation_isWellFormed() throws Exception {
    Graph graph = new Graph();
    Node x = graph.variable("x", 0.5);
    Node y = x.times(3).sigmoid().plus(x.square().log()).minus(x.exp().sqrt()).named("y");

    for (var step : Derivation.perElement(y).steps()) {
      String mathMl = LatexMath.toMathMl(step.equation().latex(), true);
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(mathMl)));
    }
  }
}
