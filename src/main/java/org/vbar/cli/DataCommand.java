package org.vbar.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.vbar.data.Mnist;
import org.vbar.data.MnistDownload;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vbar data}: gets examples to train on. */
@Command(
    name = "data",
    description = "Gets examples to train on.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = DataCommand.MnistCommand.class)
final class DataCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Reached only without a subcommand. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Expected what to get: vbar data mnist.");
  }

  /** {@code vbar data mnist}: downloads the four files of MNIST. */
  @Command(
      name = "mnist",
      description =
          "Downloads the four files of MNIST and verifies their SHA-256. What an interrupted"
              + " download left is continued; a file that is there and right is not loaded again.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  vbar data mnist",
        "  vbar data mnist --mirror https://example.org/mnist/"
      })
  static final class MnistCommand implements Callable<Integer> {
    @Option(
        names = "--out",
        paramLabel = "DIR",
        defaultValue = Mnist.DEFAULT_DIRECTORY,
        description = "Where the files go (default: ${DEFAULT-VALUE}, where vbar looks for them).")
    private Path directory;

    @Option(
        names = "--mirror",
        paramLabel = "URL",
        description =
            "The address of a folder with train-images-idx3-ubyte.gz and the other three. Repeat"
                + " the option to name more, which are asked in this order (default: copies that"
                + " are open to all).")
    private @Nullable List<URI> mirrors;

    @Option(
        names = "--patience",
        paramLabel = "SECONDS",
        defaultValue = "30",
        description = "How long a server may be silent (default: ${DEFAULT-VALUE}).")
    private int patience;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
      if (patience < 1) {
        throw usage("Expected a --patience of at least 1 second but got " + patience + ".");
      }
      PrintWriter out = spec.commandLine().getOut();
      try {
        List<URI> asked = mirrors == null ? MnistDownload.PUBLIC_MIRRORS : mirrors;
        new MnistDownload(asked, Duration.ofSeconds(patience), line -> say(out, line))
            .into(directory);
      } catch (IllegalArgumentException e) {
        throw usage(String.valueOf(e.getMessage()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CommandException(
            "Interrupted; run the same command again to load what is missing.");
      }
      out.println("MNIST is in " + directory + ".");
      return 0;
    }

    private static void say(PrintWriter out, String line) {
      out.println(line);
      out.flush();
    }

    private ParameterException usage(String message) {
      return new ParameterException(spec.commandLine(), message);
    }
  }
}
