package org.vbar.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.vbar.graph.Node;
import org.vbar.layer.Matrix;

/** A row is written only if the measurement agrees with its verdict. */
class FormulaTableTest {
  private final Truth square =
      new Truth(
          r -> {
            Recording.Array x = r.leaf("x", Matrix.of(1, 2, 3, -2));
            r.name("y", x.map(Node::square).sum());
          });
  private final FormulaTable table = new FormulaTable("a text", square).at("a place");

  private Matrix right() {
    return square.value("x").scaled(2);
  }

  private Matrix wrong() {
    return square.value("x").scaled(6);
  }

  private static Matrix misfit() {
    return Matrix.of(2, 1, 6, -4);
  }

  @Test
  void holds_rightFormula_writesTheRow() {
    table.derivative("∂y/∂x = 2x", "y", "x", this::right).holds();
    FormulaRow row = table.rows().get(0);
    assertEquals(FormulaRow.Verdict.HOLDS, row.verdict());
    assertEquals("< 1e-12; < 1e-7", row.difference());
  }

  @Test
  void holds_wrongFormulaOrShape_isRefused() {
    FormulaTable.Claim factor = table.derivative("∂y/∂x = 6x", "y", "x", this::wrong);
    assertThrows(IllegalStateException.class, factor::holds);
    FormulaTable.Claim shape =
        table.derivative("∂y/∂x = (2x)ᵀ", "y", "x", FormulaTableTest::misfit);
    assertThrows(IllegalStateException.class, shape::holds);
    assertTrue(table.rows().isEmpty());
  }

  @Test
  void wrong_factor_isMeasured() {
    table.derivative("∂y/∂x = 6x", "y", "x", this::wrong).wrong("3 too many", "2x", this::right);
    FormulaRow row = table.rows().get(0);
    assertEquals(FormulaRow.Verdict.DOES_NOT_HOLD, row.verdict());
    assertEquals("3 too many. Claimed : true = 3. Correct: `2x`", row.remark());
    assertEquals("12", row.difference());
  }

  @Test
  void wrong_rightFormulaOrWrongCorrection_isRefused() {
    FormulaTable.Claim good = table.derivative("∂y/∂x = 2x", "y", "x", this::right);
    assertThrows(IllegalStateException.class, () -> good.wrong("nothing", "2x", this::right));
    FormulaTable.Claim bad = table.derivative("∂y/∂x = 6x", "y", "x", this::wrong);
    assertThrows(IllegalStateException.class, () -> bad.wrong("3", "6x", this::wrong));
  }

  @Test
  void onlyIf_conditionThatDoesNotHelpOrIsNotNeeded_isRefused() {
    FormulaTable.Claim good = table.derivative("∂y/∂x = 2x", "y", "x", this::right);
    assertThrows(IllegalStateException.class, () -> good.onlyIf("any", this::right));
    FormulaTable.Claim bad = table.derivative("∂y/∂x = 6x", "y", "x", this::wrong);
    assertThrows(IllegalStateException.class, () -> bad.onlyIf("any", this::wrong));
  }

  @Test
  void truth_jacobian_sweepAndDifferencesAgree() {
    Truth truth =
        new Truth(
            r -> {
              Recording.Array x = r.leaf("x", Matrix.of(2, 1, 0.5, -1));
              r.name("z", r.name("y", x.map(Node::sin)).map(Node::exp).softmax());
            });
    Matrix sweep = truth.sweep("z", "y");
    Matrix differences = truth.differences("z", "y");
    for (int k = 0; k < 4; k++) {
      assertEquals(sweep.array()[k], differences.array()[k], 1e-11);
    }
  }
}
