package org.vbar.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vbar.Autodiff;
import org.vbar.backprop.AdjointGraph;
import org.vbar.backprop.Adjoints;
import org.vbar.backprop.Backprop;
import org.vbar.backprop.Tangents;
import org.vbar.check.CrossCheck;
import org.vbar.check.CrossCheckReport;
import org.vbar.check.GradientCheck;
import org.vbar.check.GradientCheckReport;
import org.vbar.check.Tolerance;
import org.vbar.compile.CompiledFunction;
import org.vbar.compile.SumOrder;
import org.vbar.data.Batch;
import org.vbar.data.ToyData;
import org.vbar.derive.Derivation;
import org.vbar.derive.DerivationStep;
import org.vbar.derive.Layout;
import org.vbar.export.Direction;
import org.vbar.export.GraphPicture;
import org.vbar.export.Theme;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.layer.Einsum;
import org.vbar.layer.ForwardPass;
import org.vbar.layer.Matrix;
import org.vbar.layer.Network;
import org.vbar.layer.Precision;
import org.vbar.layer.Tensor;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;
import org.vbar.train.Adam;
import org.vbar.train.CheckpointStore;
import org.vbar.train.Examples;
import org.vbar.train.FastMatrixWorld;
import org.vbar.train.MatrixWorld;
import org.vbar.train.Models;
import org.vbar.train.Trainer;
import org.vbar.train.TrainingOutcome;
import org.vbar.train.TrainingPlan;
import org.vbar.train.TrainingRun;
import org.vbar.train.World;

/** The examples of the user guide. */
class GuideTest {
  @TempDir Path folder;

  @Test
  void quickStart_page_isTrue() throws IOException {
    PrintStream console = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(printed, true, UTF_8));
      First.main(new String[0]);
    } finally {
      System.setOut(console);
    }
    Shown.on("quick-start.md", printed.toString(UTF_8).replace("\r\n", "\n"));
    assertTrue(Files.readString(Path.of("target/first.svg")).contains("<svg"));
  }

  @Test
  void graph_page_isTrue() throws IOException {
    // tag::graph-record
    Graph graph = new Graph();
    Node x = graph.variable("x", 3.0);
    Node y = x.square().plus(x.times(2)).named("y");
    String text = y.label() + " = " + y.formula() + " = " + y.value();
    // end::graph-record
    assertEquals(15, y.value());
    Shown.on("guide/graph.md", text);

    // tag::graph-rewind
    Graph.Mark mark = graph.mark();
    Node dropped = x.sin();
    graph.rewind(mark);
    // end::graph-rewind
    assertThrows(IllegalStateException.class, dropped::value);

    // tag::graph-where
    Node huber = Node.where(x.abs().lessThan(1), x.square().times(0.5), x.abs().minus(0.5));
    // end::graph-where
    assertEquals(2.5, huber.value());
  }

  @Test
  void backprop_page_isTrue() throws IOException {
    // tag::backprop-trace
    Graph graph = new Graph();
    Node x = graph.variable("x", 3.0);
    Node y = x.times(x).named("y");
    String text = Backprop.trace(y).toString();
    // end::backprop-trace
    Shown.on("guide/backprop.md", text);

    // tag::backprop-sweep
    Adjoints adjoints = Backprop.sweep(y);
    double slope = adjoints.of(x);
    double[] gradient = adjoints.gradient(List.of(x));
    // end::backprop-sweep
    assertEquals(6, slope);
    assertArrayEquals(new double[] {6}, gradient);

    // tag::backprop-second
    Node first = AdjointGraph.of(y, List.of(x)).of(x);
    double second = Backprop.sweep(first).of(x);
    // end::backprop-second
    assertEquals(2, second);

    // tag::backprop-forward
    double tangent = Tangents.along(x).of(y);
    // end::backprop-forward
    assertEquals(6, tangent);
  }

  @Test
  void compile_page_isTrue() {
    // tag::compile
    CompiledFunction f =
        Autodiff.compile(2, v -> v.get(0).square().times(v.get(1)).plus(v.get(1).exp()));
    double[] gradient = new double[2];
    double value = f.gradient(new double[] {3, 0}, gradient);
    double[][] hessian = f.hessian(3, 0);
    // end::compile
    assertEquals(1, value);
    assertArrayEquals(new double[] {0, 10}, gradient);
    assertArrayEquals(new double[] {0, 6}, hessian[0]);
    assertArrayEquals(new double[] {6, 1}, hessian[1]);

    // tag::compile-batch
    double[] points = {3, 0, 1, 0};
    double[] values = new double[2];
    double[] gradients = new double[4];
    f.gradientBatch(points, values, gradients);
    // end::compile-batch
    assertArrayEquals(new double[] {0, 10, 0, 2}, gradients);
  }

  @Test
  void sumInAnyOrder() {
    // tag::sum-order
    CompiledFunction f =
        Autodiff.compile(1_000, x -> x.get(0).graph().sum(x).square()).withSumOrder(SumOrder.ANY);
    // end::sum-order
    double[] tenths = new double[1_000];
    Arrays.fill(tenths, 0.1);
    double recorded = f.withSumOrder(SumOrder.RECORDED).value(tenths);
    assertEquals(1e4, f.value(tenths), 1e-9);
    assertTrue(Math.abs(f.value(tenths) - 1e4) < Math.abs(recorded - 1e4));
  }

  // tag::spec
  static MlpSpec classifier() {
    return MlpSpec.inputs(2)
        .layer(8, Activation.TANH)
        .layer(1, Activation.SIGMOID)
        .loss(LossKind.BINARY_CROSS_ENTROPY)
        .build();
  }

  // end::spec

  @Test
  void layers_page_isTrue() throws IOException {
    // tag::layers
    MlpParameters parameters = MlpParameters.initialize(classifier(), Initializer.XAVIER, 1);
    Network network = Network.of(classifier(), parameters);
    Matrix inputs = Matrix.ofRows(new double[][] {{0, 1}, {1, 1}, {1, 0}});
    Matrix targets = Matrix.ofRows(new double[][] {{1}, {0}, {1}});
    ForwardPass pass = network.forward(inputs);
    Matrix weightAdjoints = network.backward(pass, targets).weights(0);
    String shapes = pass.output().shape() + " " + weightAdjoints.shape();
    // end::layers
    Shown.on("guide/layers.md", shapes);

    // tag::cross-check
    CrossCheckReport report =
        CrossCheck.run(classifier(), parameters, inputs, targets, Tolerance.ROUNDING);
    // end::cross-check
    assertTrue(report.passed(), report::toString);
  }

  @Test
  void equations_page_isTrue() throws IOException {
    // tag::derivation-graph
    Graph graph = new Graph();
    Node w = graph.variable("w", 2.0);
    Node x = graph.variable("x", 3.0);
    Node shifted = w.times(x).minus(4);
    Node loss = shifted.times(shifted).times(0.5).named("L");
    Derivation derivation = Derivation.perNamedNode(loss);
    String equations = derivation.text();
    // end::derivation-graph
    Shown.on("guide/equations.md", equations);

    // tag::derivation-network
    Derivation matrices = Derivation.vectorized(classifier());
    Derivation columns = Derivation.vectorized(classifier(), Layout.COLUMNS);
    DerivationStep step = matrices.step("W̄⁽²⁾").orElseThrow();
    String reason = step.equation() + "  " + step.shape() + "\n" + step.reasons().get(0);
    // end::derivation-network
    Shown.on("guide/equations.md", reason);
    assertEquals("W̄⁽²⁾[j,k] = Σᵢ Z⁽¹⁾[i,j]·Ā⁽²⁾[i,k]", step.perElement().orElseThrow().text());
    assertEquals("[1 × 8]", columns.step("W̄⁽²⁾").orElseThrow().shape());

    // tag::einsum
    Einsum layer = Einsum.parse("hi,i->h");
    Tensor weights = Tensor.of(new int[] {2, 3}, 1, 2, 3, 4, 5, 6);
    Tensor values = layer.contract(weights, Tensor.vector(1, 0, -1));
    Einsum ofWeights = layer.gradientOf(0);
    Einsum ofInputs = layer.gradientOf(1);
    String derivatives = ofWeights + "   " + ofInputs;
    // end::einsum
    Shown.on("guide/equations.md", derivatives);
    assertEquals(Tensor.vector(-2, -2), values);
  }

  @Test
  void checking_page_isTrue() {
    // tag::gradient-check
    GradientCheckReport report =
        GradientCheck.of(v -> v.get(0).times(v.get(1)).sin(), 1.0, 2.0)
            .run(Tolerance.FINITE_DIFFERENCE);
    // end::gradient-check
    assertTrue(report.passed(), report::toString);
  }

  @Test
  void pictures_page_isTrue() throws IOException {
    Graph graph = new Graph();
    Node x = graph.variable("x", 0.5);
    Node y = x.sin().times(x).named("y");
    // tag::picture
    GraphPicture picture =
        GraphPicture.of(Backprop.sweep(y))
            .title("x·sin x")
            .theme(Theme.DARK)
            .direction(Direction.LEFT_TO_RIGHT);
    picture.write(folder.resolve("y.svg"));
    String dot = picture.toDot();
    String tree = picture.toText();
    // end::picture
    assertTrue(Files.readString(folder.resolve("y.svg")).contains("x·sin x"));
    assertTrue(dot.contains("rankdir"), dot);
    Shown.on("guide/pictures.md", tree);
  }

  @Test
  void training_page_isTrue() {
    // tag::train
    Batch moons = ToyData.twoMoons(100, 0.1, 1);
    MatrixWorld world =
        new MatrixWorld(MlpParameters.initialize(classifier(), Initializer.XAVIER, 1));
    Trainer trainer = Trainer.plain(world);
    double before = trainer.step(moons, 1.0);
    for (int step = 0; step < 300; step++) {
      trainer.step(moons, 1.0);
    }
    double after = world.predict(moons).loss();
    // end::train
    assertTrue(after < before / 2, before + " → " + after);
    assertFalse(Arrays.equals(new double[8], world.parameters().biases(0)));
  }

  @Test
  void trainingRun_page_isTrue() throws IOException {
    // tag::training-run
    MlpParameters first = MlpParameters.initialize(classifier(), Initializer.XAVIER, 1);
    Examples moons = Examples.of(ToyData.twoMoons(400, 0.1, 1));
    Examples.Split split = moons.split(0.25, 1);
    TrainingPlan plan = TrainingPlan.plain(20, 16, 0.05, 1).with(Adam.standard());
    TrainingOutcome outcome;
    try (World world = new FastMatrixWorld(first, Precision.DOUBLE, plan.batchSize(), 2)) {
      TrainingRun run = new TrainingRun(plan, world, split.training());
      run.validatedOn(split.validation());
      run.checkpointedIn(new CheckpointStore(folder), Duration.ofSeconds(30));
      run.resume(); // continues if there is a checkpoint
      outcome = run.run();
      Models.write(folder.resolve("model.safetensors"), world.parameters());
    }
    double loss = outcome.epochs().get(19).validationLoss();
    // end::training-run
    assertTrue(loss < outcome.epochs().get(0).validationLoss() / 2, outcome::toString);
    assertEquals(first.spec(), Models.read(folder.resolve("model.safetensors")).spec());
  }
}
