package org.vbar.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code vbar}. Without a subcommand it gives the tour. */
@Command(
    name = "vbar",
    description = "Scalar reverse-mode automatic differentiation that you can see.",
    mixinStandardHelpOptions = true,
    version = "vbar 0.1.0",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      TourCommand.class,
      GraphCommand.class,
      CheckCommand.class,
      TrainCommand.class,
      PredictCommand.class,
      DataCommand.class,
      NotebooksCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Vbar implements Runnable {
  @Spec private CommandSpec spec;

  private Vbar() {}

  /**
   * Runs a command and, if it fails, ends the JVM with exit code 1 (it failed), 2 (it was called
   * wrongly) or 130 (it was interrupted).
   */
  public static void main(String[] arguments) {
    int code = run(stream(FileDescriptor.out), stream(FileDescriptor.err), arguments);
    if (code != 0) {
      System.exit(code);
    }
  }

  /** Runs a command and returns its exit code. */
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    return new CommandLine(new Vbar())
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Vbar::explain)
        .execute(arguments.length == 0 ? new String[] {"tour"} : arguments);
  }

  /** v̄ and Σ need UTF-8, whatever the locale says. */
  private static PrintWriter stream(FileDescriptor descriptor) {
    return new PrintWriter(
        new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8),
        true,
        StandardCharsets.UTF_8);
  }

  /** A sentence for what the user can mend, a stack trace for what is our mistake. */
  private static int explain(
      Exception failure, CommandLine command, CommandLine.ParseResult parseResult) {
    if (failure instanceof CommandException || failure instanceof java.io.IOException) {
      command.getErr().println(message(failure));
    } else {
      failure.printStackTrace(command.getErr());
    }
    command.getErr().flush();
    return 1;
  }

  private static String message(Exception failure) {
    return failure instanceof java.nio.file.NoSuchFileException missing
            && missing.getReason() == null
        ? "There is no file or folder " + missing.getFile() + "."
        : String.valueOf(failure.getMessage());
  }

  /** Reached only with options but no subcommand. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "Expected a command: tour, graph, check, train, predict, data or notebooks.");
  }
}
