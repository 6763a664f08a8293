package org.vbar.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.vbar.check.CrossCheck;
import org.vbar.check.CrossCheckReport;
import org.vbar.check.Tolerance;
import org.vbar.data.Batch;
import org.vbar.data.ToyData;
import org.vbar.model.Initializer;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vbar check}: compares the two worlds on a network. */
@Command(
    name = "check",
    description = "Computes a network per scalar and with matrices and compares every derivative.",
    mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
  /** A network with data to check it on. */
  enum Preset {
    /** The 2-2-1 classifier on two moons. */
    CLASSIFIER,
    /** The network 784-128-10 on digits. */
    MNIST
  }

  @Option(
      names = "--network",
      description = "classifier or mnist (default: ${DEFAULT-VALUE}).",
      defaultValue = "classifier")
  private Preset preset;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Samples in the minibatch (default: ${DEFAULT-VALUE}).",
      defaultValue = "8")
  private int batch;

  @Option(
      names = "--seed",
      description = "Seed of the initial parameters (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  private long seed;

  @Mixin private Digits digits;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    MlpSpec network = preset == Preset.MNIST ? MnistTour.SPEC : ClassifierTour.SPEC;
    Batch data = data();
    MlpParameters parameters = MlpParameters.initialize(network, Initializer.XAVIER, seed);
    CrossCheckReport report =
        CrossCheck.run(network, parameters, data.inputs(), data.targets(), Tolerance.ROUNDING);
    PrintWriter out = spec.commandLine().getOut();
    out.println(network + ", " + batch + " samples");
    out.println();
    out.println(report);
    return report.passed() ? 0 : 1;
  }

  private Batch data() throws IOException {
    if (batch < 1 || batch > 64) {
      throw new CommandException(
          "Expected --batch between 1 and 64 but got " + batch + ": every scalar becomes a node.");
    }
    return preset == Preset.MNIST
        ? digits.load(Path.of("target", "tour", "digits")).images().train().batch(0, batch)
        : ToyData.twoMoons(batch, 0.1, seed);
  }
}
