package org.vbar.export;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.graphper.draw.ExecuteException;
import org.graphper.parser.DotParser;

/**
 * Graphviz's layout in pure Java, by the library graph-support: for machines without {@code dot}.
 *
 * <p>It recurses along paths of the graph, so it runs on a thread with a large stack of its own.
 */
public final class GraphperEngine implements DotEngine {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(2);
  private static final long STACK_BYTES = 1L << 29;

  private final Duration timeout;

  /** Creates an engine with a time limit of two minutes. */
  public GraphperEngine() {
    this(DEFAULT_TIMEOUT);
  }

  /** Creates an engine with a time limit. */
  public GraphperEngine(Duration timeout) {
    this.timeout = timeout;
  }

  @Override
  public String name() {
    return "graph-support";
  }

  @Override
  public String svg(String dot) {
    FutureTask<String> task = new FutureTask<>(() -> draw(dot));
    Thread thread = new Thread(null, task, "vbar graph-support", STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RenderException("the thread was interrupted while it waited", e);
    } catch (TimeoutException e) {
      throw new RenderException("it did not finish within " + timeout.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw new RenderException(reason(e), e);
    } finally {
      task.cancel(true);
    }
  }

  /** True: graph-support turns a picture from top to bottom by 90 degrees. */
  @Override
  public boolean placesFirstRowLast() {
    return true;
  }

  private static String draw(String dot) throws ExecuteException {
    return DotParser.parse(dot).toSvgStr();
  }

  private static String reason(ExecutionException e) {
    // graph-support asks AWT for the list of fonts before it does anything.
    return Fonts.areMissing() ? Fonts.HINT : "it failed: " + e.getMessage();
  }

  /** {@code graph-support, in pure Java}. */
  @Override
  public String toString() {
    return "graph-support, in pure Java";
  }
}
