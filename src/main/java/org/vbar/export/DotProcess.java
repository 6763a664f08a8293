package org.vbar.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Splitter;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Graphviz's own {@code dot} as a process of its own: DOT into its standard input, SVG out of its
 * standard output, no shell, no files, killed with its children when its time is over.
 */
public final class DotProcess implements DotEngine {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
  private static final int LARGEST_ANSWER = 1 << 26;
  private static final int LARGEST_COMPLAINT = 1 << 12;
  private static final List<String> PROGRAMS = List.of("dot", "dot.exe");

  private final String path;
  private final Duration timeout;

  private DotProcess(String path, Duration timeout) {
    this.path = path;
    this.timeout = timeout;
  }

  /**
   * The first {@code dot} in the folders of a search path such as the environment variable PATH.
   * Folders that are not absolute are passed over, so that no program of the current folder is run.
   *
   * @param path folders; empty or null for none
   */
  public static DotProcess onPath(@Nullable String path) {
    return new DotProcess(path == null ? "" : path, DEFAULT_TIMEOUT);
  }

  /** The same with another time limit than 30 seconds. */
  public DotProcess withTimeout(Duration limit) {
    return new DotProcess(path, limit);
  }

  /** Where the program is, if it is there. */
  public Optional<Path> program() {
    for (String folder : Splitter.on(File.pathSeparatorChar).omitEmptyStrings().split(path)) {
      Optional<Path> program = programIn(folder);
      if (program.isPresent()) {
        return program;
      }
    }
    return Optional.empty();
  }

  private static Optional<Path> programIn(String folder) {
    Path absolute;
    try {
      absolute = Path.of(folder);
    } catch (InvalidPathException notAFolder) {
      return Optional.empty(); // PATH may hold anything; such an entry holds no program
    }
    return PROGRAMS.stream()
        .map(absolute::resolve)
        .filter(program -> absolute.isAbsolute() && Files.isRegularFile(program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  @Override
  public String name() {
    return "dot";
  }

  @Override
  public String svg(String dot) {
    Path program =
        program().orElseThrow(() -> new RenderException("there is no dot program on the PATH"));
    Process process;
    try {
      process = new ProcessBuilder(program.toString(), "-Tsvg").start();
    } catch (IOException e) {
      throw new RenderException(program + " could not be started: " + e.getMessage(), e);
    }
    try {
      return answer(process, dot);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RenderException("the thread was interrupted while it waited for " + program, e);
    } catch (TimeoutException e) {
      throw new RenderException(
          program + " did not finish within " + timeout.toMillis() + " ms and was stopped", e);
    } catch (ExecutionException e) {
      throw new RenderException("reading from " + program + " failed: " + e.getCause(), e);
    } finally {
      // The children first: a killed parent would leave them without one.
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private String answer(Process process, String dot)
      throws InterruptedException, TimeoutException, ExecutionException {
    long end = System.nanoTime() + timeout.toNanos();
    FutureTask<byte[]> answer = started(() -> read(process.getInputStream(), LARGEST_ANSWER));
    FutureTask<byte[]> complaint = started(() -> read(process.getErrorStream(), LARGEST_COMPLAINT));
    FutureTask<Boolean> question = started(() -> write(process.getOutputStream(), dot));
    byte[] svg = answer.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    if (svg.length == LARGEST_ANSWER) {
      throw new RenderException("dot printed more than " + LARGEST_ANSWER + " bytes");
    }
    if (!process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      throw new TimeoutException("no exit");
    }
    if (process.exitValue() != 0) {
      byte[] why = complaint.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      throw new RenderException(
          "dot stopped with exit code "
              + process.exitValue()
              + (why.length == 0 ? "" : ": " + new String(why, UTF_8).strip()));
    }
    question.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    return new String(svg, UTF_8);
  }

  /** Reads to the end; what is over the limit is read and dropped, so that the writer can go on. */
  private static byte[] read(InputStream in, int limit) throws IOException {
    try (in) {
      byte[] bytes = in.readNBytes(limit);
      if (bytes.length < limit || limit == LARGEST_ANSWER) {
        return bytes;
      }
      in.transferTo(OutputStream.nullOutputStream());
      return bytes;
    }
  }

  private static boolean write(OutputStream out, String dot) throws IOException {
    try (out) {
      out.write(dot.getBytes(UTF_8));
      return true;
    }
  }

  private static <T> FutureTask<T> started(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(task, "vbar dot pipe");
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  /** For example {@code dot on the PATH}. */
  @Override
  public String toString() {
    return "dot on the PATH";
  }
}
