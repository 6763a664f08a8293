package org.vbar.graph;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A node with a number that is not finite, with what is needed to find the cause.
 *
 * @param node the first such node
 * @param kind which of its numbers is not finite
 * @param number that number
 * @param place for a local derivative, the place of the parent; otherwise −1
 */
public record Anomaly(Node node, Kind kind, double number, int place) {
  /** Which number is not finite. */
  public enum Kind {
    /** The value. */
    VALUE("value"),
    /** A local derivative. */
    LOCAL_DERIVATIVE("local derivative"),
    /** The adjoint. */
    ADJOINT("adjoint");

    private final String text;

    Kind(String text) {
      this.text = text;
    }
  }

  static Optional<Anomaly> firstIn(Graph graph) {
    for (Node node : graph.nodes()) {
      Optional<Anomaly> anomaly = of(node);
      if (anomaly.isPresent()) {
        return anomaly;
      }
    }
    return Optional.empty();
  }

  /**
   * The anomaly of a node's value or local derivatives, if there is one. A constant takes no
   * derivative: what is not finite on the way to one, as in (−2)³ with a constant exponent, harms
   * nobody.
   */
  public static Optional<Anomaly> of(Node node) {
    if (!Double.isFinite(node.value())) {
      return Optional.of(new Anomaly(node, Kind.VALUE, node.value(), -1));
    }
    double[] derivatives = node.localDerivatives();
    for (int k = 0; k < derivatives.length; k++) {
      if (!Double.isFinite(derivatives[k]) && node.parents().get(k).op() != Op.CONSTANT) {
        return Optional.of(new Anomaly(node, Kind.LOCAL_DERIVATIVE, derivatives[k], k));
      }
    }
    return Optional.empty();
  }

  /** What is wrong, where, with which operands, and where it was recorded. */
  public String report() {
    List<Node> parents = node.parents();
    String what =
        kind == Kind.LOCAL_DERIVATIVE
            ? "local derivative with respect to " + parents.get(place).label()
            : kind.text;
    String operands =
        parents.stream()
            .map(p -> "\n  parent " + p.label() + " = " + p.value())
            .collect(Collectors.joining());
    String site =
        node.graph()
            .recordingSite(node)
            .map(frame -> "\n  recorded at " + frame)
            .orElse(
                "\n  make the graph with Graph.Option.RECORDING_SITES to see where it was recorded");
    return "The "
        + what
        + " of "
        + node.label()
        + " is "
        + number
        + ".\n  op "
        + node.op().methodName()
        + (node.op().isLeaf() ? "" : ": " + node.label() + " = " + node.formula())
        + "\n  value "
        + node.value()
        + operands
        + site;
  }

  @Override
  public String toString() {
    return report();
  }
}
