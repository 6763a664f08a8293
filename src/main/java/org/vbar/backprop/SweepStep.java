package org.vbar.backprop;

import java.util.List;
import java.util.stream.Collectors;
import org.vbar.graph.Node;

/**
 * One step of a backward trace: the adjoint of one node as the Σ of its contributions.
 *
 * @param node the node v
 * @param adjoint v̄
 * @param contributions the terms in the order of addition; none for the output, whose v̄ is 1
 */
public record SweepStep(Node node, double adjoint, List<Contribution> contributions) {
  /** Copies the list. */
  public SweepStep {
    contributions = List.copyOf(contributions);
  }

  /**
   * One term of the backprop rule: c̄ · ∂c/∂v.
   *
   * @param child the node c that consumes v
   * @param place which argument of c is v, from 0
   * @param childAdjoint c̄
   * @param localDerivative ∂c/∂v for that argument
   * @param sumSoFar v̄ after this term was added
   */
  public record Contribution(
      Node child, int place, double childAdjoint, double localDerivative, double sumSoFar) {
    /** c̄ · ∂c/∂v. */
    public double product() {
      return childAdjoint * localDerivative;
    }
  }

  /** The rule for this node in symbols, for example {@code c̄·∂c/∂v + d̄·∂d/∂v}. */
  public String rule() {
    if (contributions.isEmpty()) {
      return "1";
    }
    return contributions.stream()
        .map(c -> bar(c.child()) + "·∂" + c.child().label() + "/∂" + node.label())
        .collect(Collectors.joining(" + "));
  }

  /** The rule for this node in numbers, for example {@code 0.5·(-2) + 1·3}. */
  public String numbers() {
    if (contributions.isEmpty()) {
      return "1";
    }
    return contributions.stream()
        .map(c -> factor(c.childAdjoint()) + "·" + factor(c.localDerivative()))
        .collect(Collectors.joining(" + "));
  }

  /** The name of a node's adjoint: {@code x̄}, or {@code bar(W1[0,2])} for a longer label. */
  public static String bar(Node node) {
    String label = node.label();
    return label.codePointCount(0, label.length()) == 1 ? label + "\u0304" : "bar(" + label + ")";
  }

  private static String factor(double number) {
    String text = Double.toString(number);
    return text.startsWith("-") ? "(" + text + ")" : text;
  }
}
