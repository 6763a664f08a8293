package org.vbar.cli;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.vbar.backprop.Adjoints;
import org.vbar.backprop.Backprop;
import org.vbar.backprop.BackwardTrace;
import org.vbar.backprop.SweepStep;
import org.vbar.check.CrossCheck;
import org.vbar.check.CrossCheckReport;
import org.vbar.check.Tolerance;
import org.vbar.export.GraphPicture;
import org.vbar.export.HtmlStepper;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.model.Activation;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;
import org.vbar.scalar.ScalarMlp;

/** The first part of the tour: a 2-2-1 classifier, one node per scalar, and its picture. */
final class ClassifierTour {
  static final MlpSpec SPEC =
      MlpSpec.inputs(2)
          .layer(2, Activation.RELU)
          .layer(2, Activation.RELU)
          .layer(1, Activation.SIGMOID)
          .withoutBiases()
          .loss(LossKind.HALF_SQUARED_ERROR)
          .build();

  /** Small numbers to follow by hand; the second neuron of layer 2 is inactive. */
  private static final double[][] WEIGHTS = {
    {0.6, -0.4, 0.3, 0.8}, {0.5, -0.7, -0.2, 0.1}, {0.9, -1.1}
  };

  private static final double[] SAMPLE = {1, 2};
  private static final double[] TARGET = {1};

  private final PrintWriter out;

  ClassifierTour(PrintWriter out) {
    this.out = out;
  }

  static MlpParameters parameters() {
    return MlpParameters.of(SPEC, WEIGHTS, new double[3][0]);
  }

  /** The loss of the sample, with everything that it depends on. */
  static Node record() {
    Node loss = ScalarMlp.record(new Graph(), SPEC, parameters()).forward(SAMPLE).loss(TARGET);
    return loss.named("loss");
  }

  /** The page on which one steps through both passes, with the matrices beside the graph. */
  static HtmlStepper stepper() {
    return MlpStepper.of(SPEC, parameters(), SAMPLE, TARGET)
        .title("2-2-1 classifier, step by step");
  }

  /** Returns whether the cross-check passed. */
  boolean run(Path folder) throws IOException {
    TourCommand.heading(out, "1  A 2-2-1 classifier, one node per scalar");
    out.println("Layers (2, ReLU), (2, ReLU), (1, sigmoid), no biases; loss ½(z3 − t)².");
    out.println("W1[i,j] leads from input i to neuron j; a is before the activation, z after it.");
    out.println("Read downwards: children come before their parents, so every v̄ is complete when");
    out.println("it is used. The rule is  v̄ = Σ over the children c of v:  c̄ · ∂c/∂v.");
    out.println();
    Node loss = record();
    out.println(table(Backprop.trace(loss)));
    draw(Backprop.sweep(loss), folder);
    return crossCheck();
  }

  private static TextTable table(BackwardTrace trace) {
    TextTable table = new TextTable("node", "formula", "value", "v̄", "Σ: child  c̄ · ∂c/∂v");
    for (SweepStep step : trace.steps()) {
      Node node = step.node();
      table.row(
          node.label(),
          node.op().isLeaf() ? "variable" : node.formula(),
          Numbers.brief(node.value()),
          Numbers.brief(step.adjoint()),
          step.contributions().isEmpty() ? "v̄ of the output is 1" : terms(step));
    }
    return table;
  }

  private static String terms(SweepStep step) {
    return step.contributions().stream()
        .map(
            term ->
                term.child().label()
                    + "  "
                    + Numbers.factor(term.childAdjoint())
                    + " · "
                    + Numbers.factor(term.localDerivative()))
        .collect(joining("   +   "));
  }

  private void draw(Adjoints adjoints, Path folder) throws IOException {
    GraphPicture picture = GraphPicture.of(adjoints).title("2-2-1 classifier: ∂loss/∂v");
    for (String format : new String[] {"dot", "svg", "png"}) {
      Pictures.write(picture, folder.resolve("classifier." + format), out);
    }
    Pictures.write(stepper(), folder.resolve("classifier.html"), out);
  }

  private boolean crossCheck() {
    TourCommand.heading(out, "2  The same network with matrices, and the cross-check");
    CrossCheckReport report =
        CrossCheck.run(SPEC, parameters(), SAMPLE, TARGET, Tolerance.ROUNDING);
    out.println("Matrices and hand-derived backward passes share no code with the graph.");
    out.println();
    out.println(report);
    return report.passed();
  }
}
