package org.vbar.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vbar.export.HtmlStepper;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

class MlpStepperTest {
  @TempDir Path folder;

  @Test
  void docs_anyGraph_isWritten() throws IOException {
    // tag::any
    Graph graph = new Graph();
    Node x = graph.variable("x", 2.0);
    Node w = graph.variable("w", -3.0);
    Node y = x.times(w).tanh().plus(x).named("y");
    HtmlStepper.write(y, Path.of("target/y.html"));
    // end::any
    assertTrue(Files.readString(Path.of("target/y.html")).startsWith("<!DOCTYPE html>"));
  }

  @Test
  void docs_network_hasMatrices() throws IOException {
    // tag::network
    MlpSpec spec =
        MlpSpec.inputs(2)
            .layer(3, Activation.TANH)
            .layer(1, Activation.SIGMOID)
            .loss(LossKind.HALF_SQUARED_ERROR)
            .build();
    MlpParameters parameters = MlpParameters.initialize(spec, Initializer.XAVIER, 1);
    double[] inputs = {1, 2, 3, 4}; // two samples
    double[] targets = {0, 1};
    MlpStepper.of(spec, parameters, inputs, targets).write(Path.of("target/network.html"));
    // end::network
    String page = Files.readString(Path.of("target/network.html"));
    assertTrue(page.contains("\"W\u03041\"") && page.contains("X\u1d40 · A\u03041"));
  }

  /** Every loss with the activation it is made for; the lengths of all matrices are checked. */
  @ParameterizedTest
  @EnumSource(LossKind.class)
  void of_everyLoss_isWritten(LossKind loss) throws IOException {
    MlpSpec spec =
        MlpSpec.inputs(2)
            .layer(2, Activation.IDENTITY)
            .layer(
                2,
                loss == LossKind.SOFTMAX_CROSS_ENTROPY ? Activation.IDENTITY : Activation.SIGMOID)
            .loss(loss)
            .build();
    MlpParameters parameters = MlpParameters.initialize(spec, Initializer.XAVIER, 1);
    Path page = folder.resolve("page.html");
    MlpStepper.of(spec, parameters, new double[] {1, 2}, new double[] {0, 1}).write(page);
    assertTrue(Files.readString(page).contains("\"X\u0304\""));
  }
}
