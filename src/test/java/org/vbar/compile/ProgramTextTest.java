package org.vbar.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;

class ProgramTextTest {
  /** Four neurons Σᵢ wⱼᵢ·xᵢ, the sum of whose squares is the output. */
  private static String layer(Graph graph, IntFunction<String> nameOfWeight, String nameOfData) {
    List<Node> w = new ArrayList<>();
    for (int k = 0; k < 4 * 20; k++) {
      w.add(graph.variable(nameOfWeight.apply(k), 0.5));
    }
    NodeArray x = graph.variables(nameOfData, new double[20]);
    List<Node> squares = new ArrayList<>();
    for (int j = 0; j < 4; j++) {
      Node sum = w.get(20 * j).times(x.get(0));
      for (int i = 1; i < 20; i++) {
        sum = sum.plus(w.get(20 * j + i).times(x.get(i)));
      }
      squares.add(sum.tanh());
    }
    return CompiledFunction.compile(w, x, List.of(graph.sum(squares))).loops();
  }

  private static String weight(int k) {
    return "W[" + k / 20 + "," + k % 20 + "]";
  }

  @Test
  void loops_namedMatrixAndVector_goByTheirNames() {
    assertEquals(
        """
        for j in 0..3:
          s = W[j,0]·x[0]
          for i in 0..18: s += W[j,i + 1]·x[i + 1]
          v[40j + 39] = tanh(s)
        """,
        start(layer(new Graph(), ProgramTextTest::weight, "x")));
  }

  @Test
  void loops_namesInAnotherOrderThanRead_fallBack() {
    String text = layer(new Graph(), k -> "W[" + k * k + "]", "x");
    assertTrue(text.contains("s = input[20j]·x[0]\n"), text);
    assertTrue(text.contains("s += input[20j + i + 1]·x[i + 1]\n"), text);
  }

  @Test
  void loops_nameGivenTwice_fallsBack() {
    String text = layer(new Graph(), k -> k == 79 ? "W[0,0]" : weight(k), "u");
    assertTrue(text.contains("s += x[20j + i + 1]·u[i + 1]\n"), text);
  }

  @Test
  void loops_nameOfACounter_fallsBack() {
    String text = layer(new Graph(), ProgramTextTest::weight, "i");
    assertTrue(text.contains("s += W[j,i + 1]·d[i + 1]\n"), text);
  }

  @Test
  void loops_namesThatAreLettersOfTheText_takeThemOver() {
    String text = layer(new Graph(), k -> "v[" + k + "]", "s");
    assertEquals(
        """
        for j in 0..3:
          sum = v[20j]·s[0]
          for i in 0..18: sum += v[20j + i + 1]·s[i + 1]
          value[40j + 39] = tanh(sum)
        """,
        start(text));
  }

  @Test
  void loops_namesWithoutIndices_areUsedWhereTheyStandStill() {
    Graph graph = new Graph();
    Node a = graph.variable("a", 2);
    Node b = graph.variable(3);
    Node y = a.times(b).plus(a);
    assertEquals(
        """
        v[0] = a·x[1]
        v[1] = v[0] + a
        """,
        CompiledFunction.compile(List.of(a, b), y).loops());
  }

  private static String start(String text) {
    String[] lines = text.split("\n", 5);
    return String.join("\n", List.of(lines).subList(0, 4)) + "\n";
  }
}
