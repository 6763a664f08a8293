package org.vbar.export;

import org.vbar.graph.Node;
import org.vbar.graph.Op;

/** Formulas as they stand in pictures: one line, without the operands if there are many. */
final class FormulaText {
  private static final int MOST_OPERANDS = 6;

  private FormulaText() {}

  /** For example {@code w·x} or {@code sum(784 parents)}, at most {@code length} long. */
  static String of(Node node, int length) {
    int operands = node.localDerivatives().length;
    if (operands <= MOST_OPERANDS) {
      return VisibleText.shortened(node.formula(), length);
    }
    String name = node.op() == Op.CUSTOM ? node.customOp().name() : node.op().methodName();
    return VisibleText.shortened(name + "(" + NumberText.count(operands, "parent") + ")", length);
  }
}
