package org.vbar.derive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.vbar.backprop.Backprop;
import org.vbar.backprop.BackwardTrace;
import org.vbar.graph.CustomOp;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.Op;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;
import org.vbar.scalar.ScalarMlp;
import org.vbar.scalar.ScalarPass;

class NodeDerivationTest {
  private static final double ROUNDING = 1e-12;

  /**
   * The classifier [(2, ReLU), (2, ReLU), (1, Sigmoid)] with the names of "Basic MLP with
   * manually-derived Backprop".
   */
  private static final class Classifier {
    final Graph graph = new Graph();
    final Node[] x = {graph.variable("x11", 1), graph.variable("x12", 1.75)};
    final Node[][] w1 = weights("W1", 0.5, -0.25, 0.75, 0.5);
    final Node[][] w2 = weights("W2", 1.5, 0.5, -1, 0.25);
    final Node[] w3 = {graph.variable("w311", 0.8), graph.variable("w312", -1.25)};
    final Node[] l1 = layer("l1", w1, x);
    final Node[] a1 = relu("a1", l1);
    final Node[] l2 = layer("l2", w2, a1);
    final Node[] a2 = relu("a2", l2);
    final Node l3 = sum(w3, a2).named("l3");
    final Node a3 = l3.sigmoid().named("a3");
    final Node t = graph.constant("t", 1);
    final Node loss = a3.minus(t).square().times(0.5).named("L");

    private Node[][] weights(String name, double... values) {
      Node[][] w = new Node[2][2];
      for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 2; j++) {
          w[i][j] = graph.variable(name + (i + 1) + (j + 1), values[2 * i + j]);
        }
      }
      return w;
    }

    private static Node sum(Node[] w, Node[] a) {
      return w[0].times(a[0]).plus(w[1].times(a[1]));
    }

    private static Node[] layer(String name, Node[][] w, Node[] a) {
      return new Node[] {sum(w[0], a).named(name + "1"), sum(w[1], a).named(name + "2")};
    }

    private static Node[] relu(String name, Node[] l) {
      return new Node[] {l[0].relu().named(name + "1"), l[1].relu().named(name + "2")};
    }
  }

  /** The equation of a node without its numbers. */
  private static String symbols(Derivation derivation, Node node) {
    Equation equation = derivation.step(node).orElseThrow().equation();
    return new Equation(equation.left(), equation.rights().subList(0, 2)).text();
  }

  @Test
  void perNamedNode_classifier_writesEquations3To11() {
    Classifier c = new Classifier();
    Derivation d = Derivation.perNamedNode(c.loss);

    assertEquals("L̄ = 1", d.steps().get(0).equation().text());
    assertEquals("ā3 = L̄·∂L/∂a3 = L̄·(a3 - t)", symbols(d, c.a3)); // (3), with L̄ = 1
    assertEquals("l̄3 = ā3·∂a3/∂l3 = ā3·σ(l3)·(1 - σ(l3))", symbols(d, c.l3)); // (4)
    for (int i = 0; i < 2; i++) {
      String n = Integer.toString(i + 1);
      assertEquals( // (5)
          "w̄31N = l̄3·∂l3/∂w31N = l̄3·a2N".replace("N", n), symbols(d, c.w3[i]));
      assertEquals( // (6)
          "ā2N = l̄3·∂l3/∂a2N = l̄3·w31N".replace("N", n), symbols(d, c.a2[i]));
      assertEquals( // (7)
          "l̄2N = ā2N·∂a2N/∂l2N = ā2N·θ(l2N)".replace("N", n), symbols(d, c.l2[i]));
      assertEquals( // (9)
          "ā1N = l̄21·∂l21/∂a1N + l̄22·∂l22/∂a1N = l̄21·W21N + l̄22·W22N".replace("N", n),
          symbols(d, c.a1[i]));
      assertEquals( // (10)
          "l̄1N = ā1N·∂a1N/∂l1N = ā1N·θ(l1N)".replace("N", n), symbols(d, c.l1[i]));
      for (int j = 0; j < 2; j++) {
        String k = Integer.toString(j + 1);
        assertEquals( // (8)
            "W̄2NK = l̄2N·∂l2N/∂W2NK = l̄2N·a1K".replace("N", n).replace("K", k),
            symbols(d, c.w2[i][j]));
        assertEquals( // (11)
            "W̄1NK = l̄1N·∂l1N/∂W1NK = l̄1N·x1K".replace("N", n).replace("K", k),
            symbols(d, c.w1[i][j]));
      }
    }
    // ℒ, a₃, l₃, 2 each of a, l twice, 10 weights and 2 inputs.
    assertEquals(3 + 8 + 10 + 2, d.steps().size());
    checkNumbers(c.loss);
  }

  @Test
  void perNamedNode_recordedNetwork_passesThroughItsProductsAndSums() {
    MlpSpec spec =
        MlpSpec.inputs(3)
            .layer(2, Activation.RELU)
            .layer(1, Activation.SIGMOID)
            .loss(LossKind.HALF_SQUARED_ERROR)
            .build();
    MlpParameters parameters = MlpParameters.initialize(spec, Initializer.XAVIER, 3);
    ScalarMlp network = ScalarMlp.record(new Graph(), spec, parameters);
    ScalarPass pass = network.forward(0.5, -1, 2);
    Node loss = pass.loss(1).named("L");
    Derivation d = Derivation.perNamedNode(loss);
    assertEquals(
        "W̄1[2,1] = ā1[1]·∂a1[1]/∂W1[2,1] = ā1[1]·x[2]", symbols(d, network.weights(0).at(2, 1)));
    assertEquals("b̄1[0] = ā1[0]·∂a1[0]/∂b1[0] = ā1[0]", symbols(d, network.biases(0).get(0)));
    assertEquals(
        "x̄[0] = ā1[0]·∂a1[0]/∂x[0] + ā1[1]·∂a1[1]/∂x[0] = ā1[0]·W1[0,0] + ā1[1]·W1[0,1]",
        symbols(d, pass.inputs().get(0)));
    assertEquals("z̄2[0] = L̄·∂L/∂z2[0] = L̄·(z2[0] - t[0])", symbols(d, pass.outputs().get(0)));
    checkNumbers(loss);
  }

  @Test
  void perElement_sameNodeTwice_addsBothLocalDerivatives() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 3);
    Node y = x.times(x).named("y");
    assertEquals(
        "x̄ = ȳ·∂y/∂x = ȳ·(x + x) = 1·(3 + 3) = 6",
        Derivation.perElement(y).step(x).orElseThrow().equation().text());
  }

  @Test
  void perElement_unnamedNodes_writesEveryNode() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Node y = x.sin().times(0.5).named("y");
    assertEquals(
        """
        v1: sin(x) = 0.909297

        ȳ = 1
            The output's derivative with respect to itself.
        v̄1 = ȳ·∂y/∂v1 = 0.5·ȳ = 1·0.5 = 0.5
            The backprop rule with one child.
        x̄ = v̄1·∂v1/∂x = v̄1·cos(x) = 0.5·(-0.416147) = -0.208073
            The backprop rule with one child.
        """,
        Derivation.perElement(y).text());
    assertEquals(
        "x̄ = ȳ·∂y/∂x = 0.5·ȳ·cos(x) = 1·(-0.208073) = -0.208073",
        Derivation.perNamedNode(y).step(x).orElseThrow().equation().text());
  }

  @Test
  void latexAndMathml_sameEquation_carryTheSameParts() {
    Classifier c = new Classifier();
    Equation equation = Derivation.perNamedNode(c.loss).step(c.w3[0]).orElseThrow().equation();
    assertTrue(
        equation
            .latex()
            .startsWith(
                "\\bar{w}_{311} = \\bar{l}_{3} \\cdot \\frac{\\partial l_{3}}{\\partial"
                    + " w_{311}} = \\bar{l}_{3} \\cdot a_{21} = "),
        equation.latex());
    assertTrue(
        equation.mathml().contains("<msub><mover><mi>w</mi><mo>¯</mo></mover><mn>311</mn></msub>"),
        equation.mathml());
  }

  @Test
  void latex_greekNames_areCommands() {
    Graph graph = new Graph();
    Node alpha = graph.variable("α", 2);
    Node lambda = graph.variable("λ2", 3);
    Derivation d = Derivation.perElement(alpha.times(lambda).exp().named("Ω"));
    String latex = d.latex();
    assertTrue(latex.contains("\\item v2: $\\alpha${}$\\cdot${}$\\lambda$2 = 6"), latex);
    assertTrue(latex.contains("\\bar{\\alpha} = \\bar{v}_{2} \\cdot"), latex);
    assertTrue(latex.contains("\\bar{\\lambda}_{2} = "), latex);
    assertTrue(latex.chars().allMatch(c -> c < 128), latex);
  }

  @Test
  void mathml_longNamesAndSmallNumbers_needNoFontForMathematics() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Node y = x.times(1e-9).named("loss2");
    String mathml = Derivation.perElement(y).step(x).orElseThrow().equation().mathml();
    assertTrue(
        mathml.contains(
            "<mi>bar</mi><mo>\u2061</mo><mo>(</mo><msub><mi>loss</mi><mn>2</mn></msub><mo>)</mo>"),
        mathml);
    assertTrue(
        mathml.contains(
            "<mn>1</mn><mo>·</mo><msup><mn>10</mn><mrow><mo>−</mo><mn>9</mn></mrow></msup>"),
        mathml);
    WellFormed.check(Derivation.perElement(y).mathml());
  }

  @Test
  void allForms_hostileLabels_areEscaped() {
    Graph graph = new Graph();
    Node x = graph.variable("</math><script>\u0000\"&'", 2);
    Node y = x.sin().named("\\input{x}$_%^~#&{}");
    Derivation derivation = Derivation.perElement(y);
    WellFormed.check(derivation.mathml());
    String latex = derivation.latex();
    assertTrue(
        latex.contains(
            "\\text{“\\textbackslash{}input\\{x\\}\\$\\_\\%\\textasciicircum{}\\textasciitilde{}\\#\\&\\{\\}”}"),
        latex);
    assertEquals(-1, latex.indexOf('\u0000'));
    assertEquals(-1, derivation.text().indexOf('\u0000'));
  }

  private static final class Triple implements CustomOp {
    @Override
    public String name() {
      return "triple";
    }

    @Override
    public double value(double[] arguments) {
      return 3 * arguments[0];
    }

    @Override
    public void localDerivatives(double[] arguments, double value, double[] into) {
      into[0] = 3;
    }
  }

  @Test
  void perElement_customOp_keepsItsLocalDerivativeAsASymbol() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Node y = graph.apply(new Triple(), x).named("y");
    assertEquals(
        "x̄ = ȳ·∂y/∂x = ȳ·∂y/∂x = 1·3 = 3",
        Derivation.perElement(y).step(x).orElseThrow().equation().text());
  }

  private static String equation(Derivation derivation, Node node) {
    return derivation.step(node).orElseThrow().equation().text();
  }

  @Test
  void perElement_namesLikeFormulas_areQuotedOnOneLine() {
    Graph graph = new Graph();
    Node sum = graph.variable("a + b", 2);
    Node lines = graph.variable("x\ny = 7\u202E", 3);
    Node loss = sum.times(lines).named("x_1");
    Derivation d = Derivation.perElement(loss);
    assertEquals(
        "bar(“a + b”) = bar(x_1)·∂x_1/∂“a + b” = bar(x_1)·“x\uFFFDy = 7\uFFFD” = 1·3 = 3",
        equation(d, sum));
    assertEquals(6, d.text().lines().count());
  }

  @Test
  void perElement_oneNameForSeveralNodes_tellsThemApart() {
    Graph graph = new Graph();
    Node first = graph.variable("x", 2);
    Node second = graph.variable("x", 5);
    Node third = graph.variable("v4", 7);
    Node y = first.times(second).times(third.sin()).named("y");
    Derivation d = Derivation.perElement(y);
    // v3 = x·x and v4 = sin are nodes without a name.
    assertEquals("x#0·x#1 = 10", d.symbols().get("v3"));
    assertEquals("sin(v4#2) = 0.656987", d.symbols().get("v4#4"));
    assertEquals("x̄#0 = v̄3·∂v3/∂x#0 = v̄3·x#1 = 0.656987·5 = 3.28493", equation(d, first));
    Equation equation = d.step(first).orElseThrow().equation();
    assertTrue(equation.latex().startsWith("\\bar{x}\\#0 = "), equation.latex());
    assertTrue(
        equation.mathml().contains("<mo>¯</mo></mover><mtext>#0</mtext>"), equation.mathml());
    assertEquals(
        d.steps().size(), d.steps().stream().map(s -> s.equation().subject()).distinct().count());
  }

  @Test
  void perNamedNode_minibatch_tellsTheSamplesApart() {
    MlpSpec spec =
        MlpSpec.inputs(1)
            .layer(1, Activation.IDENTITY)
            .loss(LossKind.HALF_SQUARED_ERROR)
            .withoutBiases()
            .build();
    MlpParameters parameters = MlpParameters.initialize(spec, Initializer.XAVIER, 3);
    ScalarMlp network = ScalarMlp.record(new Graph(), spec, parameters);
    Node loss = network.minibatch(new double[] {2, 3}, new double[] {0, 0}).loss();
    Node w = network.weights(0).at(0, 0);
    // Nodes 1 and 2 are the input and the pre-activation of the first sample, 8 and 9 of the
    // second.
    assertEquals(
        "W̄1[0,0] = ā1[0]#2·∂a1[0]#2/∂W1[0,0] + ā1[0]#9·∂a1[0]#9/∂W1[0,0]"
            + " = ā1[0]#2·x[0]#1 + ā1[0]#9·x[0]#8",
        symbols(Derivation.perNamedNode(loss), w));
  }

  @Test
  void perNamedNode_sharedNodeWithoutAName_isDefined() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Node shared = x.minus(3);
    Node y = shared.times(shared.cos()).named("y");
    Derivation d = Derivation.perNamedNode(y);
    assertEquals(Map.of("v2", "x - 3 = -1"), d.symbols());
    assertTrue(d.text().startsWith("v2: x - 3 = -1\n\nȳ = 1\n"), d.text());
    checkNumbers(y);
  }

  @Test
  void perNamedNode_operandOfACustomOp_keepsItsStep() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Node y = graph.apply(new Triple(), x.sin()).named("y");
    Derivation d = Derivation.perNamedNode(y);
    assertEquals("x̄ = v̄1·∂v1/∂x = v̄1·cos(x) = 3·(-0.416147) = -1.24844", equation(d, x));
    Node unnamed = graph.apply(new Triple(), x);
    assertEquals(
        "triple(x) = 6", Derivation.perElement(unnamed.exp()).symbols().get(unnamed.label()));
  }

  @Test
  void perElement_constantOutput_isOneStep() {
    Node c = new Graph().constant("c", 3);
    assertEquals(
        "c̄ = 1\n    The output is a constant: no other node has a derivative.\n",
        Derivation.perElement(c).text());
    assertEquals(1, Derivation.perNamedNode(c).steps().size());
  }

  @Test
  void equations_negativeNumbersAndSmallExponents_readAsOnPaper() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    Node y = x.plus(-3).sin().plus(x.pow(2)).plus(x.pow(1)).named("y");
    assertEquals(
        "x̄ = ȳ·∂y/∂x = ȳ·(cos(x - 3) + 2·x + 1) = 1·(0.540302 + 4 + 1) = 5.5403",
        equation(Derivation.perNamedNode(y), x));
    Node p = graph.variable("p", 2);
    Node power = x.pow(p).named("f");
    assertEquals(
        "x̄ = f̄·∂f/∂x = f̄·p·x^(p - 1) = 1·4 = 4", equation(Derivation.perElement(power), x));
    Node minus = x.minus(x.exp()).named("g");
    assertEquals(
        "x̄ = ḡ·∂g/∂x = ḡ·(-exp(x) + 1) = 1·(-7.38906 + 1) = -6.38906",
        equation(Derivation.perNamedNode(minus), x));
    Node difference = x.minus(p).pow(3).negated().named("h");
    assertEquals(
        "p̄ = h̄·∂h/∂p = 3·h̄·(x - p)² = 1·0 = 0",
        equation(Derivation.perNamedNode(difference), p));
    Node tiny = graph.constant(1e-7).pow(x).named("q");
    Equation equation = Derivation.perElement(tiny).step(x).orElseThrow().equation();
    assertTrue(
        equation.latex().contains("{\\left(1 \\cdot 10^{-7}\\right)}^{x}"), equation.latex());
  }

  @Test
  void perNamedNode_deepAndLongFormulas_stayBounded() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 1);
    Node deep = x;
    for (int i = 0; i < 3000; i++) {
      deep = deep.sin();
    }
    assertTrue(Derivation.perNamedNode(deep.named("y")).text().length() < 2_000_000);
    List<Node> terms = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      terms.add(graph.variable("t" + i, 1));
    }
    Node sum = graph.sum(terms).sin().named("z");
    // Each of the 1,000 derivatives would hold all 1,000 terms.
    assertTrue(Derivation.perNamedNode(sum).text().length() < 200_000);
  }

  @Test
  void bothDetails_longSum_isNotRecursive() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 1);
    Node sum = x;
    for (int i = 0; i < 2500; i++) {
      sum = sum.plus(1);
    }
    Node y = sum.sin().named("y");
    assertEquals(2502, Derivation.perElement(y).steps().size());
    assertTrue(Derivation.perNamedNode(y).steps().size() >= 2);
  }

  @Test
  void bothDetails_randomGraphs_evaluateToTheSweep() {
    for (int seed = 0; seed < 30; seed++) {
      checkNumbers(randomGraph(new Random(seed)));
    }
  }

  private static Node randomGraph(Random random) {
    Graph graph = new Graph();
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      nodes.add(graph.variable("x" + i, random.nextGaussian()));
    }
    nodes.add(graph.constant(0.5));
    for (int i = 0; i < 25; i++) {
      Node a = nodes.get(random.nextInt(nodes.size()));
      Node b = nodes.get(random.nextInt(nodes.size()));
      Node c =
          switch (random.nextInt(12)) {
            case 0 -> a.plus(b);
            case 1 -> a.minus(b);
            case 2, 3 -> a.times(b);
            case 4 -> a.dividedBy(b.square().plus(1));
            case 5 -> a.tanh();
            case 6 -> a.sigmoid();
            case 7 -> a.negated();
            case 8 -> a.pow(3).tanh();
            case 9 -> graph.logSumExp(List.of(a, b, a));
            case 10 -> a.max(b);
            default -> graph.dot(List.of(a, b), List.of(b, b)).sin();
          };
      nodes.add(random.nextBoolean() ? c.named("n" + i) : c);
    }
    return graph.sum(nodes.subList(nodes.size() - 5, nodes.size())).named("y");
  }

  /** Evaluates every side of every equation, in both details. */
  private static void checkNumbers(Node output) {
    BackwardTrace trace = Backprop.trace(output);
    for (Derivation derivation :
        List.of(Derivation.perElement(output), Derivation.perNamedNode(output))) {
      Scope scope = new Scope();
      for (Node node : output.graph().nodes()) {
        scope.put(Symbol.of(node), node.value());
        scope.put(Symbol.of(node).barred(), trace.of(node));
      }
      int evaluated = 0;
      for (Node node : output.graph().nodes()) {
        DerivationStep step = derivation.step(node).orElse(null);
        if (step == null) {
          continue;
        }
        List<Expression> rights = step.equation().rights();
        // The rule in symbols holds with the numbers of its own last lines as ∂c/∂v.
        List<Expression> sides = rights.size() == 1 ? rights : rights.subList(1, rights.size());
        for (Expression side : sides) {
          double value = side.evaluate(scope).at(0, 0);
          double expected = trace.of(node);
          assertEquals(expected, value, ROUNDING * Math.max(1, Math.abs(expected)));
          evaluated++;
        }
        if (rights.size() > 1) {
          checkRule(node, rights, scope, trace);
        }
      }
      assertTrue(evaluated > 0);
      WellFormed.check(derivation.mathml());
      WellFormed.checkBraces(derivation.latex());
    }
  }

  /** Takes ∂c/∂v from the graph: the sum over paths on which only unnamed nodes lie. */
  private static void checkRule(
      Node node, List<Expression> rights, Scope scope, BackwardTrace trace) {
    Expression.Sum rule = (Expression.Sum) rights.get(0);
    Expression.Sum numbers = (Expression.Sum) rights.get(2);
    for (int k = 0; k < rule.terms().size(); k++) {
      Expression.Product term = (Expression.Product) rule.terms().get(k);
      Expression.Product number = (Expression.Product) numbers.terms().get(k);
      Symbol child = ((Expression.Partial) term.factors().get(1)).of();
      assertEquals(child.barred(), term.factors().get(0));
      assertEquals(Symbol.of(node), ((Expression.Partial) term.factors().get(1)).by());
      assertEquals(
          trace.of(node.graph().node(child.mark())),
          number.factors().get(0).evaluate(scope).at(0, 0));
      scope.put(term.factors().get(1), number.factors().get(1).evaluate(scope));
    }
    double expected = trace.of(node);
    assertEquals(
        expected, rule.evaluate(scope).at(0, 0), ROUNDING * Math.max(1, Math.abs(expected)));
    assertTrue(node.op() != Op.CONSTANT);
  }
}
