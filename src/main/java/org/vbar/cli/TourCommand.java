package org.vbar.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vbar tour}: what vbar does, from a graph of forty nodes to MNIST. */
@Command(
    name = "tour",
    description = "Shows what vbar does, from a graph of forty nodes to MNIST, in under a minute.",
    mixinStandardHelpOptions = true)
final class TourCommand implements Callable<Integer> {
  @Mixin private Digits digits;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder for pictures and drawn digits (default: ${DEFAULT-VALUE}).",
      defaultValue = "target/tour")
  private Path folder;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Files.createDirectories(folder);
    boolean passed = new ClassifierTour(out).run(folder);
    new ToyTour(out).run();
    passed &= new MnistTour(out).run(digits.load(folder.resolve("digits")));
    if (!passed) {
      throw new CommandException("The two worlds disagree: see the tables above.");
    }
    return 0;
  }

  /** A heading between the parts of the tour. */
  static void heading(PrintWriter out, String text) {
    out.println();
    out.println("━━ " + text + " " + "━".repeat(Math.max(0, 94 - text.length())));
    out.println();
  }
}
