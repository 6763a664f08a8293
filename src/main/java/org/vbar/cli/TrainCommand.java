package org.vbar.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.vbar.data.Batch;
import org.vbar.data.LabelledImages;
import org.vbar.model.Initializer;
import org.vbar.model.MlpParameters;
import org.vbar.train.MatrixWorld;
import org.vbar.train.ScalarWorld;
import org.vbar.train.Trainer;
import org.vbar.train.World;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vbar train}: trains the network 784-128-10 on digits, in either world. */
@Command(
    name = "train",
    description = "Trains 784-128-10 (sigmoid, softmax cross-entropy) on MNIST or drawn digits.",
    mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
  /** How the network is computed. */
  enum WorldName {
    /** One node per scalar. */
    SCALAR,
    /** With matrices. */
    MATRIX
  }

  @Option(
      names = "--world",
      description = "matrix, or scalar: one node per scalar (default: ${DEFAULT-VALUE}).",
      defaultValue = "matrix")
  private WorldName worldName;

  @Option(names = "--epochs", defaultValue = "3", description = "Default: ${DEFAULT-VALUE}.")
  private int epochs;

  @Option(names = "--batch", defaultValue = "64", description = "Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(names = "--rate", defaultValue = "0.5", description = "Default: ${DEFAULT-VALUE}.")
  private double rate;

  @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--images", paramLabel = "N", description = "Train on the first N images only.")
  private int images = Integer.MAX_VALUE;

  @Mixin private Digits digits;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    checkPositive("--epochs", epochs);
    checkPositive("--batch", batch);
    checkPositive("--images", images);
    if (!(rate > 0) || Double.isInfinite(rate)) {
      throw new CommandException("Expected a positive --rate but got " + rate + ".");
    }
    PrintWriter out = spec.commandLine().getOut();
    Digits.Source source = digits.load(Path.of("target", "tour", "digits"));
    out.println("Images: " + source.description());
    LabelledImages train = source.images().train();
    train = train.take(Math.min(images, train.count()));
    Batch test = source.images().test().batch();
    MlpParameters parameters = MlpParameters.initialize(MnistTour.SPEC, Initializer.XAVIER, seed);
    MatrixWorld matrix = new MatrixWorld(parameters);
    World world = worldName == WorldName.MATRIX ? matrix : new ScalarWorld(parameters);
    Trainer trainer = Trainer.plain(world);
    for (int epoch = 1; epoch <= epochs; epoch++) {
      double loss = trainer.epoch(train, batch, rate, seed + epoch - 1);
      out.printf(
          Locale.ROOT,
          "epoch %d  mean training loss %.6f  test accuracy %.4f%n",
          epoch,
          loss,
          ToyTour.accuracy(matrix, test));
      out.flush();
    }
    return 0;
  }

  private static void checkPositive(String option, int value) {
    if (value < 1) {
      throw new CommandException("Expected " + option + " of at least 1 but got " + value + ".");
    }
  }
}
