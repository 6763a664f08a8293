package org.vbar.perf;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.vbar.data.LabelledImages;
import org.vbar.data.Mnist;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;
import org.vbar.train.MatrixWorld;
import org.vbar.train.Prediction;
import org.vbar.train.ScalarWorld;
import org.vbar.train.Trainer;
import org.vbar.train.World;

/**
 * An epoch of MNIST through 784-128-10 with one node per scalar, timed, and how far its losses and
 * weights are from those of the double matrix world.
 *
 * <p>{@code main} takes the folder of MNIST, the mode, the number of threads and the number of
 * images.
 */
public final class ScalarTrainingBenchmark {
  private static final int BATCH = 64;
  private static final double RATE = 0.5;
  private static final MlpSpec SPEC =
      MlpSpec.inputs(784)
          .layer(128, Activation.SIGMOID)
          .layer(10, Activation.IDENTITY)
          .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
          .build();

  private ScalarTrainingBenchmark() {}

  /** Prints the figures of one epoch. */
  public static void main(String[] args) throws IOException {
    Mnist mnist = Mnist.load(Path.of(args[0]));
    ScalarWorld.Mode mode = ScalarWorld.Mode.valueOf(args[1]);
    int threads = Integer.parseInt(args[2]);
    LabelledImages images = mnist.train().take(Integer.parseInt(args[3]));
    MlpParameters initial = MlpParameters.initialize(SPEC, Initializer.XAVIER, 1);
    long start = System.nanoTime();
    World scalar = new ScalarWorld(initial.copy(), threads, mode);
    double made = seconds(start);
    World matrix = new MatrixWorld(initial.copy());
    Trainer scalarTrainer = Trainer.plain(scalar);
    Trainer matrixTrainer = Trainer.plain(matrix);
    start = System.nanoTime();
    double loss = scalarTrainer.epoch(images, BATCH, RATE, 1);
    double scalarTime = seconds(start);
    start = System.nanoTime();
    double matrixLoss = matrixTrainer.epoch(images, BATCH, RATE, 1);
    double matrixTime = seconds(start);
    System.out.printf(
        Locale.ROOT,
        "Java %s, %s, %d threads, %d images: made in %.2f s, epoch %.2f s, matrix world %.2f s%n"
            + "mean loss %.15f and %.15f, largest difference of a parameter %.2e%n",
        Runtime.version(),
        mode,
        threads,
        images.count(),
        made,
        scalarTime,
        matrixTime,
        loss,
        matrixLoss,
        largestDifference(scalar, matrix));
    System.out.printf(
        Locale.ROOT,
        "test accuracy of both: %.4f and %.4f%n",
        accuracy(scalar, mnist.test()),
        accuracy(matrix, mnist.test()));
  }

  private static double accuracy(World world, LabelledImages images) {
    Prediction prediction = world.predict(images.batch());
    int right = 0;
    for (int k = 0; k < images.count(); k++) {
      right += prediction.classOf(k) == images.label(k) ? 1 : 0;
    }
    return (double) right / images.count();
  }

  private static double seconds(long start) {
    return 1e-9 * (System.nanoTime() - start);
  }

  private static double largestDifference(World one, World other) {
    double[] a = one.parameters().toArray();
    double[] b = other.parameters().toArray();
    double largest = 0;
    for (int k = 0; k < a.length; k++) {
      largest = Math.max(largest, Math.abs(a[k] - b[k]));
    }
    return largest;
  }
}
