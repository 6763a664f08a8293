package org.vbar.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.vbar.backprop.Adjoints;
import org.vbar.backprop.Backprop;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;

class TextTreeTest {
  @Test
  void toString_exampleOfTheJavadoc_isAsDrawn() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Node w = graph.variable("w", 3);
    Node b = graph.variable("b", 1);
    Node y = x.times(w).plus(b).named("y");
    assertEquals(
        """
        y = v3 + b = 7   v̄ +1
        ├─ v3 = x·w = 6   v̄ +1   ∂ 1   ◀
        │  ├─ x = 2   v̄ +3   ∂ 3   ◀
        │  └─ w = 3   v̄ +2   ∂ 2
        └─ b = 1   v̄ +1   ∂ 1
        """,
        TextTree.of(Backprop.sweep(y)).toString());
  }

  @Test
  void toString_sharedNode_isWrittenOnce() {
    Node x = new Graph().variable("x", 0);
    Node s = x.exp().named("s");
    assertEquals(
        """
        y = s·s = 1
        ├─ s = exp(x) = 1   ∂ 1
        │  └─ x = 0   ∂ 1
        └─ s   ∂ 1   (see above)
        """,
        TextTree.of(s.times(s).named("y")).toString());
  }

  @Test
  void toString_depthAndLines_cut() {
    Adjoints adjoints = PictureFixtures.chain(100_000);
    assertEquals(
        """
        y = sin(v99999) = 0.005477   v̄ +1
        └─ v99999 = sin(v99998) = 0.005477   v̄ +1   ∂ 1   ◀   …
        """,
        TextTree.of(adjoints).depth(1).toString());
    assertEquals(21, TextTree.of(adjoints).toString().lines().count());
    assertTrue(
        TextTree.of(adjoints).depth(50).lines(3).toString().endsWith("\n… more than 3 lines\n"));
  }

  @Test
  void toString_hostileLabels_stayOnTheirLines() {
    String text = TextTree.of(PictureFixtures.hostile()).toString();
    assertEquals(2 + PictureFixtures.HOSTILE_LABELS.size(), text.lines().count());
    assertTrue(text.contains("two␊lines"), text);
    assertTrue(text.contains("\\N \\G \\E \\l \\r \\n typed"), text);
    assertTrue(text.codePoints().noneMatch(c -> Character.isISOControl(c) && c != '\n'), text);
  }

  @Test
  void settings_outOfRange_areRefused() {
    TextTree tree = TextTree.of(PictureFixtures.square());
    assertThrows(IllegalArgumentException.class, () -> tree.depth(-1));
    assertThrows(IllegalArgumentException.class, () -> tree.lines(0));
  }
}
