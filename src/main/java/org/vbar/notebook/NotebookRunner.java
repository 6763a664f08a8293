package org.vbar.notebook;

import com.google.common.collect.ImmutableList;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.Diag;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.Status;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.UnresolvedReferenceException;
import jdk.jshell.execution.LocalExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;

/**
 * Runs the Java cells of a notebook, one after the other, on the JDK's JShell in this JVM.
 *
 * <p>While a notebook runs, standard output and the locale of the whole JVM are its own: no other
 * thread should print. One notebook runs at a time.
 */
final class NotebookRunner {
  private final Notebook notebook;
  private final Duration limit;
  private final Recorder recorder = new Recorder();

  /**
   * A runner of one notebook.
   *
   * @param limit when to stop it
   */
  NotebookRunner(Notebook notebook, Duration limit) {
    this.notebook = notebook;
    this.limit = limit;
  }

  /**
   * Runs all cells.
   *
   * @throws NotebookException if a cell does not compile, fails, or the limit is reached
   */
  ExecutedNotebook run() {
    synchronized (NotebookRunner.class) {
      PrintStream console = System.out;
      Locale locale = Locale.getDefault();
      Display.recordTo(recorder);
      System.setOut(recorder.stream());
      Locale.setDefault(Locale.ROOT);
      try (JShell shell = shell()) {
        return new ExecutedNotebook(notebook, run(shell));
      } finally {
        Locale.setDefault(locale);
        System.setOut(console);
        Display.recordTo(null);
      }
    }
  }

  private static JShell shell() {
    JShell shell = JShell.builder().executionEngine(new InThisJvm(), Map.of()).build();
    shell.addToClasspath(SnippetLoader.classPath());
    return shell;
  }

  /** Executes snippets in this JVM, with its classes. */
  private static final class InThisJvm implements ExecutionControlProvider {
    @Override
    public String name() {
      return "vbar";
    }

    @Override
    public ExecutionControl generate(ExecutionEnv environment, Map<String, String> parameters) {
      return new LocalExecutionControl(new SnippetLoader());
    }
  }

  private ImmutableList<ImmutableList<Output>> run(JShell shell) {
    AtomicBoolean late = new AtomicBoolean();
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(daemon());
    ScheduledFuture<?> alarm =
        clock.schedule(
            () -> {
              late.set(true);
              shell.stop();
            },
            limit.toMillis(),
            TimeUnit.MILLISECONDS);
    try {
      ImmutableList.Builder<ImmutableList<Output>> outputs = ImmutableList.builder();
      for (Cell cell : notebook.cells()) {
        if (cell.isJava()) {
          new CellRun(shell, cell, late).run();
        }
        outputs.add(recorder.take());
      }
      return outputs.build();
    } finally {
      alarm.cancel(false);
      clock.shutdownNow();
    }
  }

  private static ThreadFactory daemon() {
    return task -> {
      Thread thread = new Thread(task, "vbar notebook clock");
      thread.setDaemon(true);
      return thread;
    };
  }

  /** One cell, snippet by snippet. */
  private final class CellRun {
    private final JShell shell;
    private final Cell cell;
    private final AtomicBoolean late;

    CellRun(JShell shell, Cell cell, AtomicBoolean late) {
      this.shell = shell;
      this.cell = cell;
      this.late = late;
    }

    void run() {
      String rest = cell.text();
      List<SnippetEvent> last = List.of();
      while (!rest.isBlank()) {
        CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
        if (next.completeness() == Completeness.EMPTY) {
          break; // only comments are left
        }
        if (!next.completeness().isComplete()) {
          throw failure(rest, "The end of a statement is missing.");
        }
        last = shell.eval(next.source());
        for (SnippetEvent event : last) {
          requireSuccess(event, next.source());
        }
        if (late.get()) {
          throw failure(next.source(), "It ran for more than " + limit.toSeconds() + " s.");
        }
        rest = next.remaining();
      }
      last.forEach(this::requireNoValue);
    }

    private void requireSuccess(SnippetEvent event, String source) {
      if (late.get()) {
        throw failure(source, "The notebook took more than " + limit.toSeconds() + " s.");
      }
      JShellException exception = event.exception();
      if (exception != null) {
        throw failure(source, reason(exception));
      }
      if (event.causeSnippet() == null && event.status() != Status.VALID) {
        String diagnostics =
            shell
                .diagnostics(event.snippet())
                .filter(Diag::isError)
                .map(diag -> diag.getMessage(Locale.ROOT))
                .collect(Collectors.joining("\n"));
        throw failure(
            source,
            diagnostics.isEmpty()
                ? "It needs something that is not declared: " + unresolved(event.snippet())
                : "It does not compile: " + diagnostics);
      }
    }

    private String unresolved(Snippet snippet) {
      return snippet instanceof DeclarationSnippet declaration
          ? shell.unresolvedDependencies(declaration).collect(Collectors.joining(", "))
          : snippet.source();
    }

    /** Each kernel writes values in its own way; what is shown on purpose is the same in all. */
    private void requireNoValue(SnippetEvent event) {
      boolean shown =
          switch (event.snippet().subKind()) {
            case VAR_VALUE_SUBKIND, OTHER_EXPRESSION_SUBKIND, TEMP_VAR_EXPRESSION_SUBKIND -> true;
            default -> false;
          };
      if (shown && event.causeSnippet() == null && event.value() != null) {
        throw failure(
            event.snippet().source(),
            "The cell ends with the value "
                + event.value()
                + ". Give it a name, or show it with Display.text.");
      }
    }

    private String reason(JShellException exception) {
      if (exception instanceof EvalException eval) {
        String thrown = eval.getExceptionClassName() + ": " + eval.getMessage();
        JShellException cause = eval.getCause();
        return cause == null ? thrown : thrown + "\nCaused by " + reason(cause);
      }
      if (exception instanceof UnresolvedReferenceException unresolved) {
        return "It needs something that is not declared: " + unresolved(unresolved.getSnippet());
      }
      return exception.toString();
    }

    private NotebookException failure(String source, String reason) {
      int number = notebook.cells().indexOf(cell) + 1;
      int offset = Math.max(0, cell.text().indexOf(source.strip()));
      int line = cell.line() + (int) cell.text().substring(0, offset).lines().count();
      line -= offset > 0 && cell.text().charAt(offset - 1) != '\n' ? 1 : 0;
      String printed =
          recorder.take().stream()
              .map(output -> output instanceof Output.Printed p ? p.text() : "")
              .collect(Collectors.joining());
      return new NotebookException(
          "%s%s, line %d, in cell %d: %s%n%n%s%n%s"
              .formatted(
                  notebook.name(),
                  Notebook.EXTENSION,
                  line,
                  number,
                  reason,
                  source.strip().indent(4),
                  printed.isEmpty() ? "" : "The cell had printed:\n" + printed));
    }
  }
}
