package org.vbar.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.vbar.check.CrossCheck;
import org.vbar.check.CrossCheckReport;
import org.vbar.check.Tolerance;
import org.vbar.data.Batch;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;
import org.vbar.train.MatrixWorld;
import org.vbar.train.Trainer;

/** The last part of the tour: the MNIST network per scalar, cross-checked, then trained. */
final class MnistTour {
  static final MlpSpec SPEC =
      MlpSpec.inputs(784)
          .layer(128, Activation.SIGMOID)
          .layer(10, Activation.IDENTITY)
          .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
          .build();

  private static final int CHECKED = 8;
  private static final int BATCH = 64;
  private static final double LEARNING_RATE = 0.5;
  private static final long SEED = 1;

  private final PrintWriter out;

  MnistTour(PrintWriter out) {
    this.out = out;
  }

  /** Returns whether the cross-check passed. */
  boolean run(Digits.Source digits) {
    TourCommand.heading(out, "4  MNIST: 784-128-10, sigmoid, softmax, cross-entropy");
    out.println("Images: " + digits.description());
    MlpParameters parameters = MlpParameters.initialize(SPEC, Initializer.XAVIER, SEED);
    boolean passed = crossCheck(parameters, digits.images().train().batch(0, CHECKED));
    train(parameters, digits);
    return passed;
  }

  private boolean crossCheck(MlpParameters parameters, Batch batch) {
    out.println();
    out.printf(
        "One node per scalar for a minibatch of %d images, all %s parameter derivatives compared:%n%n",
        batch.rows(), Numbers.count(SPEC.parameterCount()));
    out.flush();
    CrossCheckReport report =
        CrossCheck.run(SPEC, parameters, batch.inputs(), batch.targets(), Tolerance.ROUNDING);
    out.println(report);
    return report.passed();
  }

  private void train(MlpParameters parameters, Digits.Source digits) {
    MatrixWorld world = new MatrixWorld(parameters);
    Batch test = digits.images().test().batch();
    out.printf(
        Locale.ROOT,
        "Before training, test accuracy %.4f. One epoch of %s images with matrices, batch %d …%n",
        ToyTour.accuracy(world, test),
        Numbers.count(digits.images().train().count()),
        BATCH);
    out.flush();
    long start = System.nanoTime();
    double loss = Trainer.plain(world).epoch(digits.images().train(), BATCH, LEARNING_RATE, SEED);
    double seconds = (System.nanoTime() - start) * 1e-9;
    out.printf(
        Locale.ROOT,
        "After it: mean training loss %.4f, test accuracy %.4f on %s images (%.1f s).%n",
        loss,
        ToyTour.accuracy(world, test),
        Numbers.count(test.rows()),
        seconds);
  }
}
