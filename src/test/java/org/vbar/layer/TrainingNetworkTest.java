package org.vbar.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

class TrainingNetworkTest {
  private static final int ROWS = 29;

  /** Every hidden activation with every loss, and every last activation that the loss allows. */
  static List<MlpSpec> specs() {
    List<MlpSpec> specs = new ArrayList<>();
    for (Activation activation : Activation.values()) {
      for (LossKind loss : LossKind.values()) {
        Activation last =
            switch (loss) {
              case BINARY_CROSS_ENTROPY -> Activation.SIGMOID;
              case SOFTMAX_CROSS_ENTROPY -> Activation.IDENTITY;
              case HALF_SQUARED_ERROR, MEAN_SQUARED_ERROR -> activation;
            };
        specs.add(
            MlpSpec.inputs(19)
                .layer(35, activation)
                .layer(9, activation)
                .layer(3, last)
                .loss(loss)
                .build());
      }
    }
    specs.add(
        MlpSpec.inputs(5)
            .layer(4, Activation.TANH)
            .layer(1, Activation.SIGMOID)
            .withoutBiases()
            .loss(LossKind.BINARY_CROSS_ENTROPY)
            .build());
    return specs;
  }

  @ParameterizedTest
  @MethodSource("specs")
  void differentiate_double_equalsNetworkUpToRounding(MlpSpec spec) {
    for (Instructions instructions : Instructions.values()) {
      if (instructions.isAvailable()) {
        assertEqualsNetwork(spec, Precision.DOUBLE, instructions, 1e-12);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void differentiate_float_equalsNetworkToSixDigits(MlpSpec spec) {
    for (Instructions instructions : Instructions.values()) {
      if (instructions.isAvailable()) {
        assertEqualsNetwork(spec, Precision.FLOAT, instructions, 5e-6);
      }
    }
  }

  private static void assertEqualsNetwork(
      MlpSpec spec, Precision precision, Instructions instructions, double tolerance) {
    MlpParameters parameters = parameters(spec);
    double[] inputs = inputs(spec);
    double[] targets = targets(spec);
    Network network = Network.of(spec, parameters);
    Matrix t = Matrix.view(ROWS, spec.outputs(), targets);
    ForwardPass pass = network.forward(Matrix.view(ROWS, spec.inputs(), inputs));
    double[] expected = network.backward(pass, t).gradient();
    double size = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    try (TrainingNetwork fast = TrainingNetwork.of(parameters, precision, 64, 2, instructions)) {
      Samples samples = Samples.of(precision, spec.inputs(), inputs, spec.outputs(), targets);
      double loss = fast.differentiate(samples, identity(), 0, ROWS);
      assertEquals(network.loss(pass, t), loss, tolerance * Math.max(1, Math.abs(loss)));
      MlpParameters gradient = MlpParameters.zeros(spec);
      fast.copyGradientTo(gradient);
      assertArrayEquals(expected, gradient.toArray(), tolerance * size);
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void descend_anyNumberOfThreads_isTheSameToTheLastBit(Precision precision) {
    MlpSpec spec = specs().get(0);
    for (Instructions instructions : Instructions.values()) {
      if (instructions.isAvailable()) {
        double[] expected = trained(spec, precision, instructions, 1);
        for (int threads : new int[] {2, 3, 7}) {
          assertArrayEquals(expected, trained(spec, precision, instructions, threads), 0.0);
        }
      }
    }
  }

  private static double[] trained(
      MlpSpec spec, Precision precision, Instructions instructions, int threads) {
    MlpParameters parameters = parameters(spec);
    Samples samples =
        Samples.of(precision, spec.inputs(), inputs(spec), spec.outputs(), targets(spec));
    double[] losses = new double[30];
    try (TrainingNetwork network =
        TrainingNetwork.of(parameters, precision, 20, threads, instructions)) {
      for (int step = 0; step < 30; step++) {
        int from = step % 10;
        losses[step] = network.descend(samples, identity(), from, from + 1 + step % 20, 0.01);
      }
      network.copyParametersTo(parameters);
    }
    return IntStream.concat(IntStream.range(0, 30), IntStream.range(30, 30 + parameters.count()))
        .mapToDouble(i -> i < 30 ? losses[i] : parameters.toArray()[i - 30])
        .toArray();
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void update_plainDescent_equalsDescend(Precision precision) {
    MlpSpec spec = specs().get(0);
    Samples samples =
        Samples.of(precision, spec.inputs(), inputs(spec), spec.outputs(), targets(spec));
    MlpParameters fused = parameters(spec);
    MlpParameters separate = parameters(spec);
    try (TrainingNetwork network =
            TrainingNetwork.of(fused, precision, ROWS, 1, Instructions.PLAIN);
        TrainingNetwork other =
            TrainingNetwork.of(separate, precision, ROWS, 2, Instructions.PLAIN)) {
      for (int step = 0; step < 5; step++) {
        double loss = network.descend(samples, identity(), 0, ROWS, 0.125);
        assertEquals(loss, other.differentiate(samples, identity(), 0, ROWS), 0.0);
        other.update(
            (theta, thetaBar, from, to) -> {
              for (int i = from; i < to; i++) {
                theta.set(i, theta.at(i) - 0.125 * thetaBar.at(i));
              }
            });
      }
      network.copyParametersTo(fused);
      other.copyParametersTo(separate);
    }
    assertArrayEquals(fused.toArray(), separate.toArray(), 0.0);
  }

  /**
   * In a JVM of its own: HotSpot removes the vectors' objects only where it inlines, and what it
   * inlines depends on what else the JVM has run.
   */
  @Test
  void descend_plainAfterWarmUp_allocatesNothing() throws Exception {
    assertAllocatesNothing(Instructions.PLAIN);
  }

  /** In {@code full}: what HotSpot inlines differs from JVM to JVM. */
  @Test
  @Tag("full")
  void descend_vectorsAfterWarmUp_allocatesNothing() throws Exception {
    assumeTrue(Instructions.VECTOR.isAvailable(), "the module jdk.incubator.vector is not there");
    assertAllocatesNothing(Instructions.VECTOR);
  }

  private static void assertAllocatesNothing(Instructions instructions) throws Exception {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules=jdk.incubator.vector",
            "-cp",
            System.getProperty("java.class.path"),
            Allocation.class.getName(),
            instructions.name());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    assertEquals("0", output.strip(), instructions + " allocates bytes in 100 steps");
  }

  /** Prints the least number of bytes that 100 steps allocate. */
  static final class Allocation {
    private Allocation() {}

    /** Takes the name of the instructions. */
    public static void main(String[] arguments) {
      MlpSpec spec =
          MlpSpec.inputs(19)
              .layer(35, Activation.SIGMOID)
              .layer(9, Activation.TANH)
              .layer(3, Activation.IDENTITY)
              .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
              .build();
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      Samples samples =
          Samples.of(Precision.FLOAT, spec.inputs(), inputs(spec), spec.outputs(), targets(spec));
      int[] order = identity();
      try (TrainingNetwork network =
          TrainingNetwork.of(
              parameters(spec), Precision.FLOAT, ROWS, 1, Instructions.valueOf(arguments[0]))) {
        long id = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 200 && least > 0; round++) {
          long before = threads.getThreadAllocatedBytes(id);
          for (int step = 0; step < 100; step++) {
            network.descend(samples, order, 0, ROWS, 0.01);
          }
          least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
        }
        System.out.println(least);
      }
    }
  }

  @Test
  void classify_moreSamplesThanABatch_equalsNetwork() {
    for (MlpSpec spec : specs()) {
      if (spec.outputs() == 1 || spec.loss() == LossKind.SOFTMAX_CROSS_ENTROPY) {
        MlpParameters parameters = parameters(spec);
        Samples samples =
            Samples.of(
                Precision.DOUBLE, spec.inputs(), inputs(spec), spec.outputs(), targets(spec));
        try (TrainingNetwork network = TrainingNetwork.of(parameters, Precision.DOUBLE, 8, 2)) {
          assertArrayEquals(
              Network.of(spec, parameters).classify(Matrix.view(ROWS, spec.inputs(), inputs(spec))),
              network.classify(samples));
        }
      }
    }
  }

  @Test
  void descend_samplesThatDoNotFit_areRefused() {
    MlpSpec spec = specs().get(0);
    Samples samples =
        Samples.of(Precision.FLOAT, spec.inputs(), inputs(spec), spec.outputs(), targets(spec));
    try (TrainingNetwork network = TrainingNetwork.of(parameters(spec), Precision.FLOAT, 8, 2)) {
      assertThrows(
          IllegalArgumentException.class, () -> network.descend(samples, identity(), 0, 9, 1));
      assertThrows(
          IllegalArgumentException.class, () -> network.descend(samples, identity(), 3, 3, 1));
      assertThrows(
          IndexOutOfBoundsException.class,
          () -> network.descend(samples, new int[] {ROWS}, 0, 1, 1));
      Samples other = Samples.zeros(Precision.DOUBLE, 4, spec.inputs(), spec.outputs());
      assertThrows(
          IllegalArgumentException.class, () -> network.descend(other, identity(), 0, 1, 1));
    }
  }

  @Test
  void descend_closedNetwork_isRefused() {
    MlpSpec spec = specs().get(0);
    Samples samples = Samples.zeros(Precision.FLOAT, 4, spec.inputs(), spec.outputs());
    TrainingNetwork network = TrainingNetwork.of(parameters(spec), Precision.FLOAT, 8, 2);
    network.close();
    assertThrows(IllegalStateException.class, () -> network.descend(samples, identity(), 0, 1, 1));
  }

  private static MlpParameters parameters(MlpSpec spec) {
    MlpParameters parameters = MlpParameters.initialize(spec, Initializer.XAVIER, 7);
    for (int l = 0; l < spec.layers().size(); l++) {
      Arrays.setAll(parameters.biases(l), j -> 0.1 * j - 0.2);
    }
    return parameters;
  }

  private static double[] inputs(MlpSpec spec) {
    return new Random(3).doubles((long) ROWS * spec.inputs(), -1, 1).toArray();
  }

  /** One-hot rows, or 0 and 1 in turn for one output. */
  private static double[] targets(MlpSpec spec) {
    double[] targets = new double[ROWS * spec.outputs()];
    for (int i = 0; i < ROWS; i++) {
      targets[i * spec.outputs() + i % spec.outputs()] = spec.outputs() == 1 ? i % 2 : 1;
    }
    return targets;
  }

  private static int[] identity() {
    return IntStream.range(0, ROWS).toArray();
  }
}
