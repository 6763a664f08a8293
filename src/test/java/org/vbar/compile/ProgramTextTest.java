package org.vbar.compile;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.base.Splitter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

  @Test
  void loops_sumsInUseAtTheSameTime_haveNamesOfTheirOwn() {
    NodeArray x = new Graph().variables("x", new double[100]);
    Node a = dot(x, 0, 50);
    Node b = dot(x, 20, 70);
    assertEquals(
        """
        s = x[0]·x[50]
        for i in 0..8: s += x[i + 1]·x[i + 51]
        t = x[20]·x[70]
        for i in 0..8: t += x[i + 21]·x[i + 71]
        v[38] = s·t
        v[39] = v[38] + s
        """,
        CompiledFunction.compile(x, a.times(b).plus(a)).loops());
  }

  @Test
  void loops_sumOfSums_keepsBothApart() {
    NodeArray x = new Graph().variables("x", new double[110]);
    Node total = x.get(0);
    for (int j = 0; j < 10; j++) {
      total = total.plus(dot(x, 10 * j, 100).tanh());
    }
    assertEquals(
        """
        s = x[0]·x[100]
        for i in 0..8: s += x[i + 1]·x[i + 101]
        v[19] = tanh(s)
        t = x[0] + v[19]
        for j in 0..8:
          s = x[10j + 10]·x[100]
          for i in 0..8: s += x[10j + i + 11]·x[i + 101]
          v[21j + 40] = tanh(s)
          t += v[21j + 40]
        """,
        CompiledFunction.compile(x, total).loops());
  }

  private static Node dot(NodeArray x, int a, int b) {
    Node sum = x.get(a).times(x.get(b));
    for (int i = 1; i < 10; i++) {
      sum = sum.plus(x.get(a + i).times(x.get(b + i)));
    }
    return sum;
  }

  @Test
  void loops_namesThatAreNoWords_fallBack() {
    Graph graph = new Graph();
    List<Node> inputs = new ArrayList<>();
    for (String name : List.of("σ₁", "a + b", "", "x\nfor j in 0..3:", "f(x)", "w'")) {
      inputs.add(graph.variable(name, 1));
    }
    Node y = inputs.get(0).plus(inputs.get(1)).times(inputs.get(2)).minus(inputs.get(3));
    y = y.times(inputs.get(4)).plus(inputs.get(5));
    assertEquals(
        """
        v[0] = σ₁ + x[1]
        v[1] = v[0]·x[2]
        v[2] = v[1] - x[3]
        v[3] = v[2]·x[4]
        v[4] = v[3] + w'
        """,
        CompiledFunction.compile(inputs, y).loops());
  }

  /** Runs the text itself, as a reader would. */
  @Test
  void loops_randomLoops_sayWhatIsComputed() {
    for (long seed = 0; seed < 5_000; seed++) {
      double[] point = new SplittableRandom(seed).doubles(60, 0.1, 0.9).toArray();
      NodeArray x = new Graph().variables("x", point);
      CompiledFunction f = CompiledFunction.compile(x, loops(new SplittableRandom(seed), x));
      String text = f.loops();
      String what = "seed " + seed + "\n" + text;
      assertEquals(f.value(point), new TextMachine(point).run(text), what);
    }
  }

  /** Sums that follow, use, continue and contain each other. */
  private static Node loops(SplittableRandom random, NodeArray x) {
    List<Node> results = new ArrayList<>(x.subList(0, 3));
    int parts = 1 + random.nextInt(4);
    for (int part = 0; part < parts; part++) {
      Node a = results.get(random.nextInt(results.size()));
      Node s = results.get(results.size() - 1);
      Node t = results.get(random.nextInt(results.size()));
      int from = random.nextInt(20);
      int turns = 4 + random.nextInt(6);
      int kind = random.nextInt(8);
      List<Node> terms = new ArrayList<>();
      for (int i = 0; i < turns; i++) {
        Node y = x.get(from + i);
        switch (kind) {
          case 0 -> s = s.plus(y.times(a));
          case 1 -> {
            s = s.plus(y);
            t = t.plus(s.times(y));
          }
          case 2 -> {
            t = t.plus(s.tanh());
            s = s.plus(y);
          }
          case 3 -> {
            s = s.plus(y.times(y));
            results.add(s);
          }
          case 4 -> terms.add(neuron(x, 2 * i, from).tanh());
          case 5 -> s = s.plus(neuron(x, i, from).sin());
          case 6 -> {
            for (int j = 0; j < 5; j++) {
              s = s.plus(x.get(7 * i % 40 + j));
            }
          }
          default -> s = s.times(y).plus(a);
        }
      }
      for (Node term : terms) {
        s = s.plus(term.times(t));
      }
      results.add(t);
      results.add(s);
    }
    return results.get(results.size() - 1).times(results.get(results.size() / 2));
  }

  private static Node neuron(NodeArray x, int a, int b) {
    Node sum = x.get(a).times(x.get(b));
    for (int i = 1; i < 6; i++) {
      sum = sum.plus(x.get(a + i).times(x.get(b + i)));
    }
    return sum;
  }

  /** Computes what a text of sums, differences, products, sines and tanhs says. */
  private static final class TextMachine {
    private static final String OPERAND = "[a-z]+\\[[^]]*]|[a-z]+[0-9]*|[0-9][0-9.E-]*";
    private static final Pattern LOOP = Pattern.compile("for ([a-z]) in 0..([0-9]+):(.*)");
    private static final Pattern STATEMENT = Pattern.compile("(" + OPERAND + ") (\\+?)= (.*)");
    private static final Pattern BINARY =
        Pattern.compile("(" + OPERAND + ")( \\+ | - |·)(" + OPERAND + ")");
    private static final Pattern UNARY = Pattern.compile("(sin|tanh)\\((" + OPERAND + ")\\)");

    private final double[] point;
    private final Map<String, Double> variables = new HashMap<>();
    private final Map<String, Integer> counters = new HashMap<>();
    private double last;

    TextMachine(double[] point) {
      this.point = point;
    }

    double run(String text) {
      run(text.lines().toList(), "");
      return last;
    }

    private void run(List<String> lines, String indent) {
      for (int at = 0; at < lines.size(); ) {
        String line = lines.get(at++).substring(indent.length());
        Matcher loop = LOOP.matcher(line);
        if (!loop.matches()) {
          statement(line);
          continue;
        }
        int first = at;
        while (at < lines.size() && lines.get(at).startsWith(indent + "  ")) {
          at++;
        }
        List<String> body = lines.subList(first, at);
        for (int turn = 0; turn <= Integer.parseInt(loop.group(2)); turn++) {
          counters.put(loop.group(1), turn);
          if (loop.group(3).isEmpty()) {
            run(body, indent + "  ");
          } else {
            statement(loop.group(3).strip());
          }
        }
      }
    }

    private void statement(String line) {
      Matcher statement = STATEMENT.matcher(line);
      assertTrue(statement.matches(), line);
      String name = name(statement.group(1));
      double value = value(statement.group(3));
      last = statement.group(2).isEmpty() ? value : read(name) + value;
      variables.put(name, last);
    }

    private double value(String formula) {
      Matcher unary = UNARY.matcher(formula);
      if (unary.matches()) {
        double x = read(name(unary.group(2)));
        return unary.group(1).equals("sin") ? Math.sin(x) : StrictMath.tanh(x);
      }
      Matcher binary = BINARY.matcher(formula);
      if (!binary.matches()) {
        return read(name(formula));
      }
      double a = read(name(binary.group(1)));
      double b = read(name(binary.group(3)));
      return switch (binary.group(2).strip()) {
        case "+" -> a + b;
        case "-" -> a - b;
        default -> a * b;
      };
    }

    /** An operand with its index computed. */
    private String name(String operand) {
      int open = operand.indexOf('[');
      if (open < 0) {
        return operand;
      }
      int index = 0;
      for (String term :
          Splitter.on(" + ").split(operand.substring(open + 1, operand.length() - 1))) {
        String counter = term.replaceAll("[-0-9]", "");
        String factor = term.replaceAll("[a-z]", "");
        int times = counter.isEmpty() ? 1 : requireNonNull(counters.get(counter), term);
        index += (factor.isEmpty() ? 1 : Integer.parseInt(factor)) * times;
      }
      return operand.substring(0, open + 1) + index + "]";
    }

    private double read(String name) {
      if (Character.isDigit(name.charAt(0))) {
        return Double.parseDouble(name);
      }
      return name.startsWith("x[")
          ? point[Integer.parseInt(name.substring(2, name.length() - 1))]
          : requireNonNull(variables.get(name), name + " was not computed");
    }
  }

  private static String start(String text) {
    String[] lines = text.split("\n", 5);
    return String.join("\n", List.of(lines).subList(0, 4)) + "\n";
  }
}
