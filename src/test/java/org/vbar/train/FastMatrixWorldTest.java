package org.vbar.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vbar.data.Batch;
import org.vbar.data.LabelledImages;
import org.vbar.data.SyntheticDigits;
import org.vbar.data.ToyData;
import org.vbar.layer.Instructions;
import org.vbar.layer.Precision;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

class FastMatrixWorldTest {
  /**
   * Products are added in another order, about 1e-16 of a sum. Ten steps, and Adam's division by
   * the root of small squares, let that grow by three digits.
   */
  private static final double DOUBLE = 1e-12;

  /** Six digits of float, of weights below 1. */
  private static final double FLOAT = 2e-5;

  private static final int BATCH = 32;

  /** 21 hidden units, so that panels have gaps. */
  private static final MlpSpec DIGITS =
      MlpSpec.inputs(784)
          .layer(21, Activation.SIGMOID)
          .layer(10, Activation.IDENTITY)
          .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
          .build();

  private static final LabelledImages IMAGES = SyntheticDigits.generate(10 * BATCH - 9, 5);

  private static MlpParameters initial() {
    return MlpParameters.initialize(DIGITS, Initializer.XAVIER, 1);
  }

  /** A rule for gradients and an optimizer. */
  record Update(GradientRule rule, Optimizer optimizer, double rate) {}

  static List<Update> updates() {
    List<Update> updates = new ArrayList<>();
    for (GradientRule rule : GradientRule.values()) {
      double rate = rule == GradientRule.MEAN ? 0.1 : 0.1 / BATCH;
      updates.add(new Update(rule, Sgd.plain(), rate));
      updates.add(new Update(rule, Sgd.plain().withWeightDecay(0.01), rate));
      updates.add(new Update(rule, Sgd.momentum(0.9).withWeightDecay(0.01), rate));
      updates.add(new Update(rule, Sgd.nesterov(0.9), rate));
      updates.add(new Update(rule, Adam.standard(), 0.001));
      updates.add(new Update(rule, Adam.standard().withWeightDecay(0.01), 0.001));
    }
    return updates;
  }

  private static double[] trained(World world, Update update) {
    Trainer trainer = new Trainer(world, update.rule, update.optimizer.start(world.updateLength()));
    double loss = trainer.epoch(IMAGES, BATCH, update.rate, 3);
    double[] theta = world.parameters().toArray();
    double[] all = Arrays.copyOf(theta, theta.length + 1);
    all[theta.length] = loss;
    world.close();
    return all;
  }

  @ParameterizedTest
  @MethodSource("updates")
  void epoch_everyOptimizer_equalsTheMatrixWorld(Update update) {
    double[] expected = trained(new MatrixWorld(initial()), update);
    for (Instructions instructions : Instructions.values()) {
      if (instructions.isAvailable()) {
        World wide = new FastMatrixWorld(initial(), Precision.DOUBLE, BATCH, 2, instructions);
        assertArrayEquals(expected, trained(wide, update), DOUBLE);
        World narrow = new FastMatrixWorld(initial(), Precision.FLOAT, BATCH, 2, instructions);
        assertArrayEquals(expected, trained(narrow, update), FLOAT);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("updates")
  void epoch_anyNumberOfThreads_givesTheSameBits(Update update) {
    for (Precision precision : Precision.values()) {
      double[] expected = trained(new FastMatrixWorld(initial(), precision, BATCH, 1), update);
      for (int threads : new int[] {2, 3, 7}) {
        World world = new FastMatrixWorld(initial(), precision, BATCH, threads);
        assertArrayEquals(expected, trained(world, update));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("updates")
  void step_examples_givesTheBitsOfTheirBatches(Update update) {
    Examples images = Examples.of(IMAGES);
    Examples some = images.select(new int[] {7, 3, 11, 3, 40});
    int[] order = {4, 0, 2, 1};
    for (Precision precision : Precision.values()) {
      try (World direct = new FastMatrixWorld(initial(), precision, BATCH, 1);
          World batches = new FastMatrixWorld(initial(), precision, BATCH, 1)) {
        Updater one = update.optimizer.start(direct.updateLength());
        Updater other = update.optimizer.start(batches.updateLength());
        for (Examples examples : List.of(images, some, images)) {
          for (int from = 0; from < 4; from += 3) {
            int to = Math.min(from + 3, 4);
            Batch batch = examples.batch(order, from, to);
            assertEquals(
                batches.step(batch, update.rule, other, update.rate),
                direct.step(examples, order, from, to, update.rule, one, update.rate),
                0.0);
          }
        }
        assertArrayEquals(batches.parameters().toArray(), direct.parameters().toArray(), 0.0);
      }
    }
  }

  /** In a JVM of its own, as for {@code TrainingNetwork}; vectors are counted there. */
  @Test
  void trainingRun_plainDescentAfterWarmUp_allocatesNothing() throws Exception {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Allocation.class.getName());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    assertEquals("0", output.strip(), "a training allocates bytes in 50 steps");
  }

  /** Prints the least number of bytes that 50 steps of a training allocate. */
  static final class Allocation implements TrainingListener {
    private static final int STEPS = 50;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final long thread = Thread.currentThread().getId();
    private long before;
    private long least = Long.MAX_VALUE;

    private Allocation() {}

    @Override
    public void stepDone(int epoch, int samplesDone, int samples, double meanLoss) {
      if (samplesDone % (2 * STEPS) == 0) {
        long allocated = threads.getThreadAllocatedBytes(thread);
        least = samplesDone == 2 * STEPS ? least : Math.min(least, allocated - before);
        before = allocated;
      }
    }

    /** Takes no arguments. */
    public static void main(String[] arguments) throws IOException {
      Allocation counter = new Allocation();
      try (World world =
          new FastMatrixWorld(initial(), Precision.FLOAT, 2, 1, Instructions.PLAIN)) {
        Examples examples = Examples.of(SyntheticDigits.generate(600, 5));
        TrainingPlan plan = TrainingPlan.plain(40, 2, 0.1, 1);
        new TrainingRun(plan, world, examples).reportedTo(counter).run();
      }
      System.out.println(counter.least);
    }
  }

  @ParameterizedTest
  @EnumSource
  void predict_everyLoss_saysWhatTheMatrixWorldSays(LossKind loss) {
    Activation last =
        switch (loss) {
          case SOFTMAX_CROSS_ENTROPY -> Activation.IDENTITY;
          case BINARY_CROSS_ENTROPY, HALF_SQUARED_ERROR, MEAN_SQUARED_ERROR -> Activation.SIGMOID;
        };
    MlpSpec spec = MlpSpec.inputs(784).layer(7, Activation.TANH).layer(10, last).loss(loss).build();
    MlpParameters parameters = MlpParameters.initialize(spec, Initializer.XAVIER, 3);
    Batch batch = SyntheticDigits.generate(23, 5).batch(); // in pieces of 10
    Prediction expected = new MatrixWorld(parameters).predict(batch);
    try (World world = new FastMatrixWorld(parameters, Precision.DOUBLE, 10, 2)) {
      Prediction given = world.predict(batch);
      assertEquals(expected.loss(), given.loss(), DOUBLE);
      for (int row = 0; row < batch.rows(); row++) {
        for (int k = 0; k < 10; k++) {
          assertEquals(expected.output(row, k), given.output(row, k), DOUBLE);
        }
      }
    }
  }

  @Test
  void evaluate_gradient_equalsTheMatrixWorld() {
    Batch batch = IMAGES.batch(0, BATCH);
    Evaluation expected = new MatrixWorld(initial()).evaluate(batch);
    try (World world = new FastMatrixWorld(initial(), Precision.DOUBLE, BATCH, 1)) {
      Evaluation given = world.evaluate(batch);
      assertEquals(expected.loss(), given.loss(), DOUBLE);
      assertArrayEquals(expected.gradient(), given.gradient(), DOUBLE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void resume_afterAnyStep_givesTheSameBits(Precision precision, @TempDir Path directory)
      throws IOException {
    MlpParameters initial = MlpParameters.initialize(Moons.SPEC, Initializer.XAVIER, 1);
    for (Optimizer optimizer : new Optimizer[] {Sgd.plain(), Adam.standard()}) {
      TrainingPlan plan = Moons.PLAN.with(optimizer);
      World uninterrupted = new FastMatrixWorld(initial, precision, 16, 1);
      new TrainingRun(plan, uninterrupted, Moons.EXAMPLES).run();
      for (int stopAfter : new int[] {1, 7, 20}) {
        CheckpointStore store =
            new CheckpointStore(directory.resolve(plan.optimizer() + "-" + stopAfter));
        TrainingRun first =
            new TrainingRun(plan, new FastMatrixWorld(initial, precision, 16, 2), Moons.EXAMPLES)
                .checkpointedIn(store, 1000);
        first.reportedTo(
            new TrainingListener() {
              private int steps;

              @Override
              public void stepDone(int epoch, int samplesDone, int samples, double meanLoss) {
                steps++;
                if (steps == stopAfter) {
                  first.requestStop();
                }
              }
            });
        first.run();
        World resumed = new FastMatrixWorld(initial, precision, 16, 3);
        TrainingRun second =
            new TrainingRun(plan, resumed, Moons.EXAMPLES).checkpointedIn(store, 1000);
        assertTrue(second.resume());
        second.run();
        assertArrayEquals(uninterrupted.parameters().toArray(), resumed.parameters().toArray());
      }
    }
  }

  @Test
  void resume_otherPrecision_isRefused(@TempDir Path directory) throws IOException {
    MlpParameters initial = MlpParameters.initialize(Moons.SPEC, Initializer.XAVIER, 1);
    CheckpointStore store = new CheckpointStore(directory);
    new TrainingRun(
            Moons.PLAN.withEpochs(1),
            new FastMatrixWorld(initial, Precision.DOUBLE, 16, 1),
            Moons.EXAMPLES)
        .checkpointedIn(store, 1000)
        .run();
    TrainingRun other =
        new TrainingRun(
                Moons.PLAN, new FastMatrixWorld(initial, Precision.FLOAT, 16, 1), Moons.EXAMPLES)
            .checkpointedIn(store, 1000);
    CheckpointException refusal = assertThrows(CheckpointException.class, other::resume);
    assertTrue(
        String.valueOf(refusal.getMessage()).contains("world: given matrix, float, "),
        refusal::toString);
  }

  @Test
  void setParameters_float_readsBackRounded() {
    try (World world = new FastMatrixWorld(initial(), Precision.FLOAT, BATCH, 1)) {
      double[] theta = initial().toArray();
      theta[5] = 0.1;
      world.setParameters(theta);
      assertEquals(0.1f, world.parameters().toArray()[5], 0);
    }
  }

  @Test
  void misuse_isRefused() {
    try (World world = new FastMatrixWorld(initial(), Precision.FLOAT, BATCH, 1)) {
      assertThrows(IllegalArgumentException.class, () -> world.predict(ToyData.xor(4, 0, 1)));
      assertThrows(
          IllegalArgumentException.class,
          () -> world.evaluate(IMAGES.batch(0, BATCH), new double[3]));
      IllegalArgumentException tooMany =
          assertThrows(
              IllegalArgumentException.class, () -> world.evaluate(IMAGES.batch(0, BATCH + 1)));
      assertTrue(String.valueOf(tooMany.getMessage()).contains("at most 32"));
    }
  }
}
