package org.vbar.check;

import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.vbar.graph.CustomOp;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;

/** Checks one custom op for one list of arguments against what {@link CustomOp} promises. */
final class CustomOpCheck {
  private final CustomOp op;
  private final double[] arguments;
  private final double value;
  private final double[] derivatives;
  private final ImmutableList.Builder<String> findings = ImmutableList.builder();

  private CustomOpCheck(CustomOp op, double[] arguments) {
    this.op = op;
    this.arguments = arguments;
    this.value = op.value(arguments.clone());
    this.derivatives = new double[arguments.length];
  }

  /** What is wrong with the op, in sentences; nothing if all is well. */
  static ImmutableList<String> findings(
      CustomOp op, double[] arguments, FiniteDifference rule, Tolerance tolerance) {
    CustomOpCheck check = new CustomOpCheck(op, arguments);
    check.repeat();
    check.differentiate();
    check.compareWithDifferences(rule, tolerance);
    check.compareWithNodes();
    return check.findings.build();
  }

  private void repeat() {
    double again = op.value(arguments.clone());
    if (Double.compare(value, again) != 0) {
      report("gives %s and then %s for the same arguments".formatted(value, again));
    }
  }

  private void differentiate() {
    double[] given = arguments.clone();
    Arrays.fill(derivatives, Double.NaN);
    op.localDerivatives(given, value, derivatives);
    if (!Arrays.equals(given, arguments)) {
      report("changes the arguments that localDerivatives is given");
    }
    double[] again = new double[derivatives.length];
    op.localDerivatives(arguments.clone(), value, again);
    for (int k = 0; k < derivatives.length; k++) {
      if (Double.isNaN(derivatives[k]) && !Double.isNaN(again[k])) {
        report("leaves the local derivative for argument %d unset".formatted(k));
        derivatives[k] = again[k];
      }
    }
  }

  private void compareWithDifferences(FiniteDifference rule, Tolerance tolerance) {
    for (double argument : arguments) {
      if (!Double.isFinite(argument)) {
        return;
      }
    }
    int[] all = IntStream.range(0, arguments.length).toArray();
    Referee referee = new Referee(rule, point -> op.value(point.clone()), arguments, all);
    double largest = GradientCheck.largestFinite(derivatives);
    for (int k = 0; k < derivatives.length; k++) {
      double scale = Math.max(largest, Math.abs(value) / Math.max(1, Math.abs(arguments[k])));
      Referee.Judgement judgement = referee.judge(k, derivatives[k], tolerance.relative(), scale);
      if (judgement.verdict() == Verdict.DISAGREES) {
        report(
            "gives the local derivative %s for argument %d where differences of its value give %s"
                .formatted(
                    Figures.value(derivatives[k]), k, Figures.value(judgement.estimate().value())));
      }
      reportSlopeOutsideOfKink(k, judgement.estimate().kink());
    }
  }

  private void reportSlopeOutsideOfKink(int k, Optional<FiniteDifference.Kink> kink) {
    if (kink.isPresent() && !Verdict.isBetween(derivatives[k], kink.get())) {
      report(
          "gives the local derivative %s for argument %d at a kink with slope %s on the left and %s on the right"
              .formatted(
                  Figures.value(derivatives[k]),
                  k,
                  Figures.slope(kink.get().left()),
                  Figures.slope(kink.get().right())));
    }
  }

  private void compareWithNodes() {
    Optional<List<Node>> nodes = derivativeNodes();
    if (nodes.isEmpty()) {
      return;
    }
    if (nodes.get().size() != derivatives.length) {
      report(
          "gives %d local derivatives as nodes for %d arguments"
              .formatted(nodes.get().size(), derivatives.length));
      return;
    }
    double[] values = nodes.get().stream().mapToDouble(Node::value).toArray();
    double scale =
        Math.max(GradientCheck.largestFinite(values), GradientCheck.largestFinite(derivatives));
    for (int k = 0; k < values.length; k++) {
      if (!Tolerance.ROUNDING.accepts(values[k], derivatives[k], scale)) {
        report(
            "gives the local derivative for argument %d as the number %s but as a node of value %s"
                .formatted(k, Figures.value(derivatives[k]), Figures.value(values[k])));
      }
    }
  }

  /** The derivatives as nodes, which an op need not offer. */
  private Optional<List<Node>> derivativeNodes() {
    Graph graph = new Graph(Graph.Option.NAN_LEAVES);
    List<Node> variables = graph.variables("x", arguments);
    Node node = graph.apply(op, variables);
    try {
      return Optional.of(op.localDerivativeNodes(variables, node));
    } catch (UnsupportedOperationException numbersOnly) {
      return Optional.empty();
    }
  }

  private void report(String what) {
    findings.add("Custom op %s at %s %s.".formatted(op.name(), Arrays.toString(arguments), what));
  }
}
