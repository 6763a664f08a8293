package org.vbar.perf;

import java.util.Locale;
import java.util.Random;
import org.vbar.layer.Instructions;
import org.vbar.layer.Precision;
import org.vbar.layer.ProductsOfStep;
import org.vbar.layer.Samples;
import org.vbar.layer.TrainingNetwork;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

/**
 * Seconds for an epoch of 60,000 × 784 through 784-256-10, beside the seconds of its matrix
 * products alone.
 *
 * <p>All variants take turns, some milliseconds each, and an epoch is reckoned from the least time
 * of each: other work on the machine can only add to a time, and short turns are likely to be free
 * of it now and then. {@code main} takes the number of samples per turn (60,000 times whole epochs)
 * and the number of turns, then, to time only that, a precision and instructions.
 */
public final class TrainingBenchmark {
  private static final int SAMPLES = 60_000;
  private static final MlpSpec SPEC =
      MlpSpec.inputs(784)
          .layer(256, Activation.SIGMOID)
          .layer(10, Activation.IDENTITY)
          .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
          .build();

  private TrainingBenchmark() {}

  /** One thing to time: what it does with samples from a first one on, for some steps. */
  private interface Steps {
    void run(int from, int to);
  }

  private static final class Variant {
    final Steps steps;
    int from;
    double least = Double.POSITIVE_INFINITY;

    Variant(Steps steps) {
      this.steps = steps;
    }

    void time(int samples) {
      from = from + samples > SAMPLES ? 0 : from;
      long start = System.nanoTime();
      steps.run(from, from + samples);
      least = Math.min(least, 1e-9 * (System.nanoTime() - start));
      from += samples;
    }

    double epoch(int samples) {
      return least * SAMPLES / samples;
    }
  }

  /** Prints a table. */
  public static void main(String[] args) {
    int perTurn = args.length > 0 ? Integer.parseInt(args[0]) : 2560;
    int turns = args.length > 1 ? Integer.parseInt(args[1]) : 500;
    System.out.printf(
        Locale.ROOT, "Java %s, %s instructions are best%n", Runtime.version(), Instructions.best());
    for (Precision precision : Precision.values()) {
      if (args.length > 2 && !args[2].equals(precision.name())) {
        continue;
      }
      Samples samples = samples(precision);
      for (int batchSize : new int[] {64, 256}) {
        for (Instructions instructions : Instructions.values()) {
          if (instructions.isAvailable()
              && (args.length < 4 || args[3].equals(instructions.name()))) {
            compare(samples, precision, batchSize, instructions, perTurn, turns);
          }
        }
      }
    }
  }

  private static Samples samples(Precision precision) {
    Random random = new Random(1);
    Samples samples = Samples.zeros(precision, SAMPLES, 784, 10);
    for (int i = 0; i < SAMPLES; i++) {
      double[] target = new double[10];
      target[i % 10] = 1;
      samples.set(i, random.doubles(784).toArray(), target);
    }
    return samples;
  }

  private static void compare(
      Samples samples,
      Precision precision,
      int batchSize,
      Instructions instructions,
      int perTurn,
      int turns) {
    int[] order = new Random(2).ints(0, SAMPLES).distinct().limit(SAMPLES).toArray();
    ProductsOfStep products = new ProductsOfStep(SPEC, precision, batchSize, instructions);
    MlpParameters parameters = MlpParameters.initialize(SPEC, Initializer.XAVIER, 1);
    try (TrainingNetwork single =
            TrainingNetwork.of(parameters, precision, batchSize, 1, instructions);
        TrainingNetwork pair =
            TrainingNetwork.of(parameters, precision, batchSize, 2, instructions)) {
      Variant alone = new Variant((from, to) -> run(products, batchSize, from, to));
      Variant one = new Variant((from, to) -> run(single, samples, order, batchSize, from, to));
      Variant two = new Variant((from, to) -> run(pair, samples, order, batchSize, from, to));
      for (int i = 0; i < turns; i++) {
        alone.time(perTurn);
        one.time(perTurn);
        two.time(perTurn);
      }
      double epoch = one.epoch(perTurn);
      System.out.printf(
          Locale.ROOT,
          "%-6s %-6s batch %3d: products %.4f s, 1 thread %.4f s (%.3f × products), 2 threads %.4f s"
              + " (%.2f × as fast)%n",
          precision,
          instructions,
          batchSize,
          alone.epoch(perTurn),
          epoch,
          epoch / alone.epoch(perTurn),
          two.epoch(perTurn),
          epoch / two.epoch(perTurn));
    }
    gflops(products, batchSize);
  }

  private static void run(ProductsOfStep products, int batchSize, int start, int end) {
    for (int from = start; from < end; from += batchSize) {
      products.step();
    }
  }

  private static void run(
      TrainingNetwork network, Samples samples, int[] order, int batchSize, int start, int end) {
    for (int from = start; from < end; from += batchSize) {
      network.descend(samples, order, from, Math.min(from + batchSize, end), 0.01);
    }
  }

  private static void gflops(ProductsOfStep products, int batchSize) {
    String[] names = {"X W", "Xᵀ Ā", "Z W", "Zᵀ Ā", "Ā Wᵀ"};
    Runnable[] runs = {
      () -> products.forward(0),
      () -> products.weightsAdjoint(0),
      () -> products.forward(1),
      () -> products.weightsAdjoint(1),
      () -> products.inputAdjoint(1)
    };
    StringBuilder line = new StringBuilder("    GFLOP/s:");
    for (int i = 0; i < runs.length; i++) {
      double operations = 2.0 * batchSize * (i < 2 ? 784 * 256 : 256 * 10);
      int repeats = (int) (2e8 / operations);
      double least = Double.POSITIVE_INFINITY;
      for (int turn = 0; turn < 200; turn++) {
        long start = System.nanoTime();
        for (int r = 0; r < repeats; r++) {
          runs[i].run();
        }
        least = Math.min(least, 1e-9 * (System.nanoTime() - start));
      }
      line.append(
          String.format(Locale.ROOT, "  %s %.0f", names[i], operations * repeats / least / 1e9));
    }
    System.out.println(line);
  }
}
