package org.vbar.backprop;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.vbar.graph.Columns;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.Op;

/**
 * The record of a reverse sweep in pull form: for every node that the output depends on, from the
 * output down, v̄ as the Σ over its children, term by term.
 *
 * <p>Children come before their parents. Constants take no derivative and have no step. The
 * adjoints equal those of {@link Backprop#sweep} to the last bit.
 */
public final class BackwardTrace {
  private final Adjoints adjoints;
  private final List<SweepStep> steps;
  private final Map<Integer, SweepStep> byIndex = new HashMap<>();

  private BackwardTrace(Adjoints adjoints, List<SweepStep> steps) {
    this.adjoints = adjoints;
    this.steps = List.copyOf(steps);
    for (SweepStep step : steps) {
      byIndex.put(step.node().index(), step);
    }
  }

  /** One edge from a child down to the node whose Σ is wanted. */
  private record Edge(int child, int place, double derivative) {}

  static BackwardTrace from(Node output) {
    Graph graph = output.graph();
    Columns columns = graph.columns();
    output.value(); // refuses a dropped node
    BitSet ancestors = Backprop.ancestors(columns, output.index());
    Map<Integer, List<Edge>> edgesTo = new HashMap<>();
    double[] adjoints = new double[output.index() + 1];
    List<SweepStep> steps = new ArrayList<>();
    for (int i = output.index(); i >= 0; i--) {
      if (!ancestors.get(i)) {
        continue;
      }
      List<SweepStep.Contribution> contributions = new ArrayList<>();
      double sum = i == output.index() ? 1 : 0;
      for (Edge edge : edgesTo.getOrDefault(i, List.of())) {
        double childAdjoint = adjoints[edge.child];
        sum += childAdjoint * edge.derivative;
        contributions.add(
            new SweepStep.Contribution(
                graph.node(edge.child), edge.place, childAdjoint, edge.derivative, sum));
      }
      adjoints[i] = sum;
      edgesTo.remove(i);
      if (columns.op(i) != Op.CONSTANT) {
        steps.add(new SweepStep(graph.node(i), sum, contributions));
      }
      int first = columns.firstEdge(i);
      for (int e = columns.endEdge(i) - 1; e >= first; e--) {
        edgesTo
            .computeIfAbsent(columns.parent(e), p -> new ArrayList<>())
            .add(new Edge(i, e - first, columns.derivative(e)));
      }
    }
    return new BackwardTrace(new Adjoints(output, adjoints), steps);
  }

  /** The node that was swept from. */
  public Node output() {
    return adjoints.output();
  }

  /** The steps in sweep order: the output first. */
  public List<SweepStep> steps() {
    return steps;
  }

  /** The step of a node; empty for a constant and for a node that the output does not depend on. */
  public Optional<SweepStep> step(Node node) {
    return Optional.ofNullable(byIndex.get(node.index())).filter(step -> step.node().equals(node));
  }

  /** v̄ of a node, with the refusals of {@link Adjoints#of}. */
  public double of(Node node) {
    return adjoints.of(node);
  }

  /** One line per step: the node, v̄, the rule in symbols and in numbers. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (SweepStep step : steps) {
      text.append(SweepStep.bar(step.node()))
          .append(" = ")
          .append(step.rule())
          .append(" = ")
          .append(step.numbers())
          .append(" = ")
          .append(step.adjoint())
          .append('\n');
    }
    return text.toString();
  }
}
