package org.vbar.cli;

import com.google.common.base.Ascii;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.vbar.data.LabelledImages;
import org.vbar.data.Mnist;
import org.vbar.layer.Precision;
import org.vbar.model.MlpParameters;
import org.vbar.train.Adam;
import org.vbar.train.Examples;
import org.vbar.train.FastMatrixWorld;
import org.vbar.train.LearningRate;
import org.vbar.train.Optimizer;
import org.vbar.train.Preset;
import org.vbar.train.PresetData;
import org.vbar.train.ScalarWorld;
import org.vbar.train.Sgd;
import org.vbar.train.TrainingOutcome;
import org.vbar.train.TrainingPlan;
import org.vbar.train.TrainingRun;
import org.vbar.train.World;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vbar train PRESET}: trains a network, in either world, and keeps all about it. */
@Command(
    name = "train",
    description =
        "Trains a network and writes the model, pictures and a record of the run into a folder."
            + " Ctrl-C finishes the step and saves; --resume continues as if nothing had happened.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Presets, each from a text about backpropagation:",
      "  000       784-500-10, sigmoid, one digit at a time",
      "  001       784-128-10, tanh, minibatches",
      "  002       3-8-8-1, squared error, a column of ones for the biases, points of the plane",
      "  003       784-256-10, sigmoid; gradients of weights summed, of biases averaged",
      "  003-mean  the same with averages and 64 times the learning rate",
      "  004       2-2-2-1, ReLU, no biases, points of the plane",
      "",
      "Example:",
      "  vbar train 003 --epochs 20 --out runs/003"
    })
final class TrainCommand implements Callable<Integer> {
  /** What a shell says of a program that Ctrl-C ended. */
  static final int INTERRUPTED = 130;

  private static final int MOST_THREADS_BY_DEFAULT = 8;

  /** A world may judge more samples at a time than it learns from. */
  private static final int LEAST_CAPACITY = 64;

  private static final double RATE_OF_ADAM = 0.001;
  private static final double MOMENTUM = 0.9;

  /** How the network is computed. */
  enum WorldName {
    /** One node per scalar. */
    SCALAR,
    /** With matrices. */
    MATRIX
  }

  /** How a gradient moves the parameters. */
  enum OptimizerName {
    /** Plain gradient descent. */
    SGD,
    /** With momentum. */
    MOMENTUM,
    /** With momentum in Nesterov's form. */
    NESTEROV,
    /** Adam. */
    ADAM
  }

  @Parameters(
      arity = "0..1",
      paramLabel = "PRESET",
      defaultValue = "001",
      description = "What to train, see below (default: ${DEFAULT-VALUE}).")
  private String presetName;

  @Option(
      names = "--world",
      description = "matrix, or scalar: one node per scalar (default: ${DEFAULT-VALUE}).",
      defaultValue = "matrix")
  private WorldName worldName;

  @Option(
      names = "--precision",
      description = "float or double, of the matrix world (default: float); scalar is double.")
  private @Nullable Precision precision;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Threads that share a step; the result does not depend on them (default: one per"
              + " processor, at most 8).")
  private int threads =
      Math.min(MOST_THREADS_BY_DEFAULT, Runtime.getRuntime().availableProcessors());

  @Option(names = "--epochs", paramLabel = "N", description = "Default: the preset's.")
  private @Nullable Integer epochs;

  @Option(names = "--batch", paramLabel = "N", description = "Default: the preset's.")
  private @Nullable Integer batch;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = "The learning rate (default: the preset's; 0.001 for adam).")
  private @Nullable Double rate;

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      description = "sgd, momentum, nesterov or adam (default: the preset's).")
  private @Nullable OptimizerName optimizer;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "Of the first weights and of the order (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--images", paramLabel = "N", description = "Train on the first N images only.")
  private int images = Integer.MAX_VALUE;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The run's folder (default: target/runs/PRESET).")
  private @Nullable Path folder;

  @Option(names = "--resume", description = "Continue from the folder's checkpoint, if any.")
  private boolean resume;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "WHEN",
      defaultValue = "30s",
      converter = CheckpointInterval.Converter.class,
      description = "Such as 30s, 5m or 1h, or a number of steps (default: ${DEFAULT-VALUE}).")
  private CheckpointInterval checkpointEvery;

  @Option(names = "--quiet", description = "Print warnings and errors only.")
  private boolean quiet;

  @Mixin private Digits digits;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Preset preset = preset();
    TrainingPlan plan = plan(preset);
    checkOptions();
    RunFolder run =
        new RunFolder(folder == null ? Path.of("target", "runs", preset.name()) : folder);
    say(preset.toString());
    say("Note: " + preset.note());
    Optional<Mnist> mnist =
        preset.data() == PresetData.MNIST ? Optional.of(images()) : Optional.empty();
    run.prepare(resume);
    try (World world = world(preset.initialize(seed), plan.batchSize())) {
      say("World: " + world.description() + "; threads: " + threads);
      return train(preset, plan, world, run, mnist);
    }
  }

  private int train(
      Preset preset, TrainingPlan plan, World world, RunFolder folder, Optional<Mnist> mnist)
      throws IOException {
    Examples.Split examples = preset.examples(mnist);
    TrainingRun run =
        new TrainingRun(plan, world, examples.training()).validatedOn(examples.validation());
    checkpointEvery.apply(run, folder.checkpoints());
    run.reportedTo(new TrainProgress(out(), spec.commandLine().getErr(), display(), plan.epochs()));
    if (resume) {
      say(run.resume() ? "Continuing from the checkpoint." : "No checkpoint yet: starting anew.");
    }
    StopOnInterrupt interrupt = new StopOnInterrupt(run::requestStop);
    TrainingOutcome outcome;
    try {
      outcome = run.run();
      folder.writeRecord(preset.name(), plan, world, examples.training(), outcome);
      if (outcome.ending() == TrainingOutcome.Ending.STOPPED_ON_REQUEST) {
        say("Stopped and saved in " + folder.path() + ": continue with --resume.");
        return INTERRUPTED;
      }
    } finally {
      interrupt.close();
    }
    folder.writeModel(world.parameters());
    folder.writePictures(
        preset.name(), world, examples.validation(), mnist.map(Mnist::test), outcome);
    say("Model, pictures and record: " + folder.path());
    return 0;
  }

  private Preset preset() {
    try {
      return Preset.named(presetName);
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private TrainingPlan plan(Preset preset) {
    TrainingPlan plan = preset.plan(seed);
    if (epochs != null) {
      plan = plan.withEpochs(checkPositive("--epochs", epochs));
    }
    if (batch != null) {
      plan = plan.withBatchSize(checkPositive("--batch", batch));
    }
    if (optimizer != null) {
      plan = plan.with(optimizer(optimizer));
      if (optimizer == OptimizerName.ADAM) {
        plan = plan.with(LearningRate.constant(RATE_OF_ADAM));
      }
    }
    if (rate != null) {
      if (!(rate > 0) || Double.isInfinite(rate)) {
        throw usage("Expected a positive --rate but got " + rate + ".");
      }
      plan = plan.with(LearningRate.constant(rate));
    }
    return plan;
  }

  private static Optimizer optimizer(OptimizerName name) {
    return switch (name) {
      case SGD -> Sgd.plain();
      case MOMENTUM -> Sgd.momentum(MOMENTUM);
      case NESTEROV -> Sgd.nesterov(MOMENTUM);
      case ADAM -> Adam.standard();
    };
  }

  private void checkOptions() {
    checkPositive("--images", images);
    checkPositive("--threads", threads);
    if (worldName == WorldName.SCALAR && precision == Precision.FLOAT) {
      throw usage("Expected --precision double for the scalar world but got float.");
    }
  }

  private int checkPositive(String option, int value) {
    if (value < 1) {
      throw usage("Expected " + option + " of at least 1 but got " + value + ".");
    }
    return value;
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private World world(MlpParameters parameters, int batchSize) {
    return worldName == WorldName.SCALAR
        ? new ScalarWorld(parameters, threads)
        : new FastMatrixWorld(
            parameters,
            precision == null ? Precision.FLOAT : precision,
            Math.max(LEAST_CAPACITY, batchSize),
            threads);
  }

  private Mnist images() throws IOException {
    Digits.Source source = digits.load(Path.of("target", "tour", "digits"));
    say("Images: " + source.description());
    LabelledImages all = source.images().train();
    return new Mnist(all.take(Math.min(images, all.count())), source.images().test());
  }

  private TrainProgress.Display display() {
    if (quiet) {
      return TrainProgress.Display.NONE;
    }
    return Ascii.equalsIgnoreCase("true", System.getProperty("vbar.terminal", "false"))
        ? TrainProgress.Display.BAR
        : TrainProgress.Display.LINES;
  }

  private void say(String line) {
    if (!quiet) {
      out().println(line);
      out().flush();
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
