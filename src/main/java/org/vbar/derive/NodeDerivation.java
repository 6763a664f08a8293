package org.vbar.derive;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.ImmutableList;
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
   * How far formulas of nodes without a name are put into others, so that no recursion overflows.
   */
  private static final int DEEPEST = 1000;

  private final BackwardTrace trace;
  private final boolean namedOnly;

  /** For each node that is passed through, how many such nodes its formula holds below it. */
  private final Map<Integer, Integer> passedDepth = new HashMap<>();

  private NodeDerivation(BackwardTrace trace, boolean namedOnly) {
    this.trace = trace;
    this.namedOnly = namedOnly;
    findPassed();
  }

  static Derivation of(Node output, boolean namedOnly) {
    NodeDerivation author = new NodeDerivation(Backprop.trace(output), namedOnly);
    Map<Node, DerivationStep> steps = new LinkedHashMap<>();
    for (SweepStep step : author.trace.steps()) {
      if (!author.isPassed(step.node())) {
        steps.put(step.node(), author.write(step));
      }
    }
    return new Derivation(Map.of(), ImmutableList.copyOf(steps.values()), steps);
  }

  private void findPassed() {
    for (SweepStep step : ImmutableList.copyOf(trace.steps()).reverse()) {
      Node node = step.node();
      if (namedOnly
          && node.name().isEmpty()
          && !node.op().isLeaf()
          && node.op() != Op.CUSTOM
          && step.contributions().size() == 1) {
        int depth = 1;
        for (Node parent : node.parents()) {
          depth = Math.max(depth, 1 + passedDepth.getOrDefault(parent.index(), 0));
        }
        if (depth <= DEEPEST) {
          passedDepth.put(node.index(), depth);
        }
      }
    }
  }

  private boolean isPassed(Node node) {
    return passedDepth.containsKey(node.index());
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
    Symbol bar = Symbol.of(step.node()).barred();
    Expression result = Expression.number(step.adjoint());
    if (step.contributions().isEmpty()) {
      return step(new Equation(bar, result), "The output's derivative with respect to itself.");
    }
    List<Expression> rule = new ArrayList<>();
    List<Expression> substituted = new ArrayList<>();
    List<Expression> numbers = new ArrayList<>();
    for (Term term : terms(step)) {
      Symbol child = Symbol.of(term.child);
      Expression number = Expression.number(term.childAdjoint);
      rule.add(
          Expression.product(
              child.barred(), new Expression.Partial(child, Symbol.of(step.node()))));
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
    Node parent = child.parents().get(edge.place());
    if (child.op() == Op.CUSTOM) {
      return new Expression.Partial(Symbol.of(child), Symbol.of(parent));
    }
    // A sum of n terms has n edges: without this, each would copy the formulas of all other terms.
    if (child.op() == Op.PLUS || child.op() == Op.SUM) {
      return Expression.number(1);
    }
    if (child.op() == Op.MINUS) {
      return Expression.number(edge.place() == 0 ? 1 : -1);
    }
    ImmutableList<Expression> operands =
        child.parents().stream().map(this::name).collect(toImmutableList());
    return LocalDerivatives.of(child.op(), operands, child.parameter(), edge.place(), name(child));
  }

  /** A node's symbol, a constant's number, or the formula of a node that is passed through. */
  private Expression name(Node node) {
    if (node.op() == Op.CONSTANT && node.name().isEmpty()) {
      return Expression.number(node.value());
    }
    if (!isPassed(node)) {
      return Symbol.of(node);
    }
    ImmutableList<Expression> operands =
        node.parents().stream().map(this::name).collect(toImmutableList());
    return LocalDerivatives.value(node.op(), operands, node.parameter());
  }
}
