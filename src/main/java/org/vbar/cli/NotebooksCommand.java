package org.vbar.cli;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.vbar.notebook.NotebookException;
import org.vbar.notebook.Notebooks;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vbar notebooks}: runs the lessons and writes their exports. */
@Command(
    name = "notebooks",
    description = "Runs the lessons of a checkout and writes them as Jupyter notebooks and pages.",
    mixinStandardHelpOptions = true)
final class NotebooksCommand implements Callable<Integer> {
  @Option(
      names = "--from",
      paramLabel = "FOLDER",
      description = "Where the lessons are (default: ${DEFAULT-VALUE}).")
  private Path from = Notebooks.SOURCES;

  @Option(
      names = "--to",
      paramLabel = "FOLDER",
      description = "Where the exports go (default: ${DEFAULT-VALUE}).")
  private Path to = Notebooks.EXPORTS;

  @Option(
      names = "--check",
      description = "Write nothing; fail if an export differs from what would be written.")
  private boolean check;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (!Files.isDirectory(from)) {
      throw new CommandException(
          "There is no folder " + from + " with lessons; run this in a checkout of vbar.");
    }
    PrintWriter out = spec.commandLine().getOut();
    Notebooks notebooks = run();
    if (check) {
      ImmutableList<String> differences = notebooks.differences(to);
      differences.forEach(out::println);
      return differences.isEmpty() ? 0 : 1;
    }
    notebooks.write(to);
    out.println("Wrote " + notebooks.files().size() + " files to " + to + ".");
    return 0;
  }

  private Notebooks run() throws IOException {
    try {
      return Notebooks.run(from);
    } catch (NotebookException | IllegalArgumentException e) {
      throw new CommandException(String.valueOf(e.getMessage()));
    }
  }
}
