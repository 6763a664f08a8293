package org.vbar.compare;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.vbar.data.Mnist;
import org.vbar.data.Permutation;

/**
 * The median time of an epoch of MNIST after three epochs of warm-up, and the accuracy after all.
 * {@code main} takes the system, {@code vbar}, {@code djl} or {@code dl4j}, and the epochs.
 */
public final class MnistEpochs {
  private static final int WARM_UP = 3;

  private MnistEpochs() {}

  /** Trains, prints, and writes the time and the accuracy. */
  public static void main(String[] args) throws Exception {
    int epochs = Integer.parseInt(args[1]);
    Path folder = Mnist.find(Optional.empty()).orElseThrow();
    Mnist mnist = Mnist.load(folder);
    Learner learner = learner(args[0], mnist);
    double[] seconds = new double[epochs];
    double processor = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      int[] order = Permutation.shuffled(mnist.train().count(), epoch);
      processor = epoch == WARM_UP ? processorSeconds() : processor;
      long start = System.nanoTime();
      learner.epoch(order);
      seconds[epoch] = 1e-9 * (System.nanoTime() - start);
    }
    processor = processorSeconds() - processor;
    double[] timed = Arrays.copyOfRange(seconds, WARM_UP, epochs);
    double cores = processor / Arrays.stream(timed).sum();
    Arrays.sort(timed);
    double median = timed[timed.length / 2];
    double accuracy = learner.accuracy();
    System.out.printf(
        "mnist %s: first %.3f s, median %.3f s, least %.3f s, %.2f cores, accuracy %.4f%n",
        args[0], seconds[0], median, timed[0], cores, accuracy);
    Measured.write("mnist", args[0], 1e6 * median, new double[] {accuracy});
  }

  private static Learner learner(String system, Mnist mnist) throws IOException {
    return switch (system) {
      case "vbar" -> new VbarLearner(mnist, 1);
      case "djl" -> new DjlLearner(mnist);
      case "dl4j" -> new Dl4jLearner(mnist, 1);
      default -> throw new IllegalArgumentException("Nobody trains with " + system + ".");
    };
  }

  private static double processorSeconds() {
    var bean =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return 1e-9 * bean.getProcessCpuTime();
  }
}
