package org.vbar.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.vbar.graph.Op;

class NeedsTest {
  @Test
  void needs_wellKnownOps_areFoundByProbing() {
    assertTrue(Needs.value(Op.EXP, 0));
    assertFalse(Needs.operand(Op.EXP, 0, 0));
    assertFalse(Needs.value(Op.SIN, 0));
    assertTrue(Needs.operand(Op.SIN, 0, 0));
    assertTrue(Needs.operand(Op.TIMES, 0, 1));
    assertFalse(Needs.operand(Op.TIMES, 0, 0));
    assertTrue(Needs.operand(Op.LEAKY_RELU, 0, 0));
    assertFalse(Needs.operand(Op.PLUS, 0, 0));
    assertTrue(Needs.operand(Op.POW, 1, 1));
  }

  @Test
  void choice_writtenOutForGeneratedCode_isTheTables() {
    for (double condition : new double[] {0, -0.0, 1, -2, Double.NaN}) {
      double[] table = new double[3];
      Op.WHERE.localDerivatives(new double[] {condition, 3, 4}, 3, table);
      assertEquals(table[1], Support.ifTrue(condition));
      assertEquals(table[2], Support.ifFalse(condition));
    }
  }
}
