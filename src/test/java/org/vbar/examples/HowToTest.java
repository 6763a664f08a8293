package org.vbar.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vbar.backprop.Backprop;
import org.vbar.check.FiniteDifference;
import org.vbar.check.GradientCheck;
import org.vbar.check.GradientCheckReport;
import org.vbar.check.Tolerance;
import org.vbar.graph.CustomOp;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;
import org.vbar.train.Models;

/** The examples of the how-to pages. */
class HowToTest {
  @TempDir Path folder;

  // tag::custom-op
  /** f(a, b) = a²·b. */
  static final class SquareTimes implements CustomOp {
    @Override
    public String name() {
      return "squareTimes";
    }

    @Override
    public double value(double[] arguments) {
      return arguments[0] * arguments[0] * arguments[1];
    }

    @Override
    public void localDerivatives(double[] arguments, double value, double[] into) {
      into[0] = 2 * arguments[0] * arguments[1];
      into[1] = arguments[0] * arguments[0];
    }

    @Override
    public List<Node> localDerivativeNodes(List<Node> arguments, Node value) {
      Node a = arguments.get(0);
      return List.of(a.times(arguments.get(1)).times(2), a.square());
    }
  }

  // end::custom-op

  @Test
  void customOp_page_isTrue() {
    // tag::custom-op-use
    Graph graph = new Graph();
    Node a = graph.variable("a", 3.0);
    Node b = graph.variable("b", 0.5);
    Node y = graph.apply(new SquareTimes(), a, b);
    double[] gradient = Backprop.sweep(y).gradient(List.of(a, b));
    // end::custom-op-use
    assertArrayEquals(new double[] {3, 9}, gradient);

    // tag::custom-op-check
    GradientCheckReport report =
        GradientCheck.of(new SquareTimes(), 3.0, 0.5)
            .atRandomPoints(20, -2, 2, 1)
            .run(Tolerance.FINITE_DIFFERENCE);
    // end::custom-op-check
    assertTrue(report.passed(), report::toString);
  }

  // tag::own-function
  /** A value and a gradient written by hand, with no node in sight. */
  static double energy(double[] x) {
    return Math.exp(x[0]) * Math.cos(x[1]);
  }

  static double[] slope(double[] x) {
    return new double[] {Math.exp(x[0]) * Math.cos(x[1]), -Math.exp(x[0]) * Math.sin(x[1])};
  }

  // end::own-function

  @Test
  void ownGradient_page_isTrue() {
    // tag::own-check
    double[] x = {0.3, 1.1};
    FiniteDifference.Gradient estimate =
        FiniteDifference.fivePoint().gradient(HowToTest::energy, x);
    boolean right = true;
    for (int k = 0; k < x.length; k++) {
      double off = Math.abs(slope(x)[k] - estimate.values()[k]);
      right &= off <= 1e-7 * Math.abs(slope(x)[k]) + 4 * estimate.errors()[k];
    }
    // end::own-check
    assertTrue(right);
    assertFalse(Math.abs(slope(x)[1] + estimate.values()[1]) < 0.1, "a wrong sign is far off");
  }

  @Test
  void nan_page_isTrue() throws IOException {
    // tag::nan
    Graph graph = new Graph(Graph.Option.RECORDING_SITES);
    Node x = graph.variable("x", -1.0);
    Node bad = x.times(2).named("u").log().named("bad");
    bad.plus(1).exp();
    String report = graph.check().orElseThrow().report();
    // end::nan
    assertEquals(Double.NaN, bad.value());
    assertTrue(report.contains("recorded at org.vbar.examples.HowToTest"), report);
    Shown.on("how-to/debug-a-nan.md", report.replaceAll("\\n  recorded at .*", ""));
  }

  @Test
  void onnx_page_isTrue() throws IOException {
    MlpSpec spec =
        MlpSpec.inputs(3)
            .layer(4, Activation.RELU)
            .layer(2, Activation.IDENTITY)
            .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
            .build();
    MlpParameters parameters = MlpParameters.initialize(spec, Initializer.XAVIER, 1);
    // tag::onnx
    Models.writeOnnx(folder.resolve("model.onnx"), parameters);
    Models.write(folder.resolve("model.safetensors"), parameters);
    MlpParameters read = Models.read(folder.resolve("model.safetensors"));
    // end::onnx
    assertTrue(Files.size(folder.resolve("model.onnx")) > 0);
    assertArrayEquals(parameters.toArray(), read.toArray());
  }
}
