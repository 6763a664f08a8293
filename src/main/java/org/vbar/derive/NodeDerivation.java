package org.vbar.derive;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.Multiset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.vbar.backprop.Backprop;
import org.vbar.backprop.BackwardTrace;
import org.vbar.backprop.SweepStep;
import org.vbar.graph.Node;
import org.vbar.graph.Op;

/**
 * The author of per-element derivations: reads a backward trace and writes each v̄ as a sum over
 * children.
 *
 * <p>In a derivation of named nodes, a node without a name and with one child is passed through:
 * the path from v up to the next node with a step gives ∂c/∂v as the product of its local
 * derivatives.
 */
final class NodeDerivation {
  /**
   * How large a formula may become that is put into others: more could not be read, and without an
   * end it would overflow the stack and the memory.
   */
  private static final int LARGEST = 100;

  private final BackwardTrace trace;
  private final boolean namedOnly;

  /** For each node that is passed through, how many ops and operands its formula has in all. */
  private final Map<Integer, Integer> passedSize = new HashMap<>();

  /** Nodes by index with their names; names that several nodes have are told apart. */
  private final Map<Integer, Symbol> symbols = new TreeMap<>();

  private final Map<Integer, ImmutableList<Expression>> operands = new HashMap<>();

  private NodeDerivation(BackwardTrace trace, boolean namedOnly) {
    this.trace = trace;
    this.namedOnly = namedOnly;
    findPassed();
    nameNodes();
  }

  static Derivation of(Node output, boolean namedOnly) {
    NodeDerivation author = new NodeDerivation(Backprop.trace(output), namedOnly);
    Map<Node, DerivationStep> steps = new LinkedHashMap<>();
    for (SweepStep step : author.trace.steps()) {
      if (!author.isPassed(step.node())) {
        steps.put(step.node(), author.write(step));
      }
    }
    if (steps.isEmpty()) {
      Equation one = new Equation(author.symbol(output).barred(), Expression.number(1));
      steps.put(output, step(one, "The output is a constant: no other node has a derivative."));
    }
    return new Derivation(author.definitions(), ImmutableList.copyOf(steps.values()), steps);
  }

  private void findPassed() {
    for (SweepStep step : ImmutableList.copyOf(trace.steps()).reverse()) {
      Node node = step.node();
      if (namedOnly
          && node.name().isEmpty()
          && !node.op().isLeaf()
          && node.op() != Op.CUSTOM
          && step.contributions().size() == 1
          // ∂c/∂v of a custom op c stays a symbol, in which v needs a name.
          && step.contributions().get(0).child().op() != Op.CUSTOM) {
        int size = 1;
        for (Node parent : node.parents()) {
          size += passedSize.getOrDefault(parent.index(), 1);
        }
        if (size <= LARGEST) {
          passedSize.put(node.index(), size);
        }
      }
    }
  }

  private void nameNodes() {
    Map<Integer, Node> nodes = new TreeMap<>();
    nodes.put(trace.output().index(), trace.output());
    for (SweepStep step : trace.steps()) {
      nodes.put(step.node().index(), step.node());
      step.node().parents().forEach(parent -> nodes.put(parent.index(), parent));
    }
    nodes.values().removeIf(node -> isPassed(node) || isPlainNumber(node));
    Multiset<String> labels = HashMultiset.create();
    nodes.values().forEach(node -> labels.add(node.label()));
    nodes.forEach(
        (index, node) -> {
          String label = node.label();
          symbols.put(
              index, Symbol.of(node, labels.count(label) == 1 ? label : label + "#" + index));
        });
  }

  private Symbol symbol(Node node) {
    Symbol symbol = symbols.get(node.index());
    return symbol == null ? Symbol.of(node) : symbol;
  }

  /** A constant without a name, which is written as its number. */
  private static boolean isPlainNumber(Node node) {
    return node.op() == Op.CONSTANT && node.name().isEmpty();
  }

  /** What the nodes without a name are, in order of recording: v3 is x·y + 1, and its value. */
  private Map<String, String> definitions() {
    Map<String, String> definitions = new LinkedHashMap<>();
    for (Map.Entry<Integer, Symbol> entry : symbols.entrySet()) {
      Node node = trace.output().graph().node(entry.getKey());
      if (node.name().isEmpty()) {
        definitions.put(entry.getValue().write(new TextNotation()), definition(node));
      }
    }
    return definitions;
  }

  private String definition(Node node) {
    String value = Numbers.text(node.value());
    if (node.op().isLeaf()) {
      return "a variable, " + value;
    }
    Notation notation = new TextNotation();
    String formula =
        node.op() == Op.CUSTOM
            ? notation.function(
                Label.shown(node.customOp().name()),
                operands(node).stream().map(operand -> operand.write(notation)).toList())
            : LocalDerivatives.value(node.op(), operands(node), node.parameter()).write(notation);
    return formula + " = " + value;
  }

  private boolean isPassed(Node node) {
    return passedSize.containsKey(node.index());
  }

  /** All ways from a node to one child, with their local derivatives multiplied up. */
  private static final class Term {
    final Node child;
    final double childAdjoint;
    final List<Expression> derivatives = new ArrayList<>();
    final List<Expression> numbers = new ArrayList<>();

    Term(Node child, double childAdjoint) {
      this.child = child;
      this.childAdjoint = childAdjoint;
    }
  }

  private DerivationStep write(SweepStep step) {
    Symbol bar = symbol(step.node()).barred();
    Expression result = Expression.number(step.adjoint());
    if (step.contributions().isEmpty()) {
      return step(new Equation(bar, result), "The output's derivative with respect to itself.");
    }
    List<Expression> rule = new ArrayList<>();
    List<Expression> substituted = new ArrayList<>();
    List<Expression> numbers = new ArrayList<>();
    for (Term term : terms(step)) {
      Symbol child = symbol(term.child);
      Expression number = Expression.number(term.childAdjoint);
      rule.add(
          Expression.product(child.barred(), new Expression.Partial(child, symbol(step.node()))));
      substituted.add(child.barred().times(Expression.sum(term.derivatives)));
      // Not Expression.product, which would multiply the numbers.
      numbers.add(new Expression.Product(ImmutableList.of(number, Expression.sum(term.numbers))));
    }
    Equation equation =
        new Equation(
            bar,
            new Expression.Sum(ImmutableList.copyOf(rule)),
            new Expression.Sum(ImmutableList.copyOf(substituted)),
            new Expression.Sum(ImmutableList.copyOf(numbers)),
            result);
    return step(equation, reason(rule.size()));
  }

  private static String reason(int children) {
    return children == 1
        ? "The backprop rule with one child."
        : "The backprop rule: a sum over %d children.".formatted(children);
  }

  private static DerivationStep step(Equation equation, String reason) {
    return new DerivationStep(equation, "scalar", Optional.empty(), ImmutableList.of(reason));
  }

  /** The terms of v̄, children in construction order. */
  private List<Term> terms(SweepStep step) {
    Map<Integer, Term> terms = new TreeMap<>();
    for (SweepStep.Contribution edge : ImmutableList.copyOf(step.contributions()).reverse()) {
      List<Expression> path = new ArrayList<>();
      double number = edge.localDerivative();
      SweepStep.Contribution last = edge;
      path.add(derivative(last));
      while (isPassed(last.child())) {
        last = trace.step(last.child()).orElseThrow().contributions().get(0);
        path.add(0, derivative(last));
        number *= last.localDerivative();
      }
      SweepStep.Contribution top = last;
      Term term =
          terms.computeIfAbsent(
              top.child().index(), index -> new Term(top.child(), top.childAdjoint()));
      term.derivatives.add(Expression.product(path));
      term.numbers.add(Expression.number(number));
    }
    return List.copyOf(terms.values());
  }

  /** ∂c/∂v of one edge as a formula; for a custom op as a symbol. */
  private Expression derivative(SweepStep.Contribution edge) {
    Node child = edge.child();
    // A sum of n terms has n edges, whose formulas need no operands.
    return switch (child.op()) {
      case CUSTOM ->
          new Expression.Partial(symbol(child), symbol(child.parents().get(edge.place())));
      case PLUS, SUM -> Expression.number(1);
      case MINUS -> Expression.number(edge.place() == 0 ? 1 : -1);
      default ->
          LocalDerivatives.of(
              child.op(), operands(child), child.parameter(), edge.place(), name(child));
    };
  }

  /** The operands of a node; once for all of its edges. */
  private ImmutableList<Expression> operands(Node node) {
    ImmutableList<Expression> known = operands.get(node.index());
    if (known == null) {
      known = node.parents().stream().map(this::name).collect(toImmutableList());
      operands.put(node.index(), known);
    }
    return known;
  }

  /** A node's symbol, a constant's number, or the formula of a node that is passed through. */
  private Expression name(Node node) {
    if (isPlainNumber(node)) {
      return Expression.number(node.value());
    }
    return isPassed(node)
        ? LocalDerivatives.value(node.op(), operands(node), node.parameter())
        : symbol(node);
  }
}
