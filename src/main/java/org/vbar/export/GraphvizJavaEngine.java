package org.vbar.export;

import guru.nidi.graphviz.engine.Format;
import guru.nidi.graphviz.engine.GraphvizEngine;
import guru.nidi.graphviz.engine.GraphvizException;
import guru.nidi.graphviz.engine.Options;
import guru.nidi.graphviz.engine.Rasterizer;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Any engine of the library graphviz-java that an application has chosen, such as its server.
 *
 * <p>The engine is called directly. graphviz-java's own entry point keeps its engines in static
 * fields, switches AWT to headless for the whole process and scales a picture if a text in it says
 * {@code dpi=300}.
 */
public final class GraphvizJavaEngine implements DotEngine {
  private static final int SECONDS_TO_START = 30;

  private final GraphvizEngine engine;
  private final CompletableFuture<GraphvizEngine> started = new CompletableFuture<>();

  /** Wraps an engine and starts it. It belongs to this object from now on. */
  public GraphvizJavaEngine(GraphvizEngine engine) {
    this.engine = engine;
    engine.init(
        started::complete,
        failed ->
            started.completeExceptionally(new RenderException(failed + " could not be started")));
  }

  @Override
  public String name() {
    return engine.getClass().getSimpleName() + " of graphviz-java";
  }

  @Override
  public synchronized String svg(String dot) {
    Options options = Options.create().format(Format.SVG_STANDALONE);
    try {
      return started
          .get(SECONDS_TO_START, TimeUnit.SECONDS)
          .execute(dot, options, Rasterizer.NONE)
          .asString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RenderException("the thread was interrupted while it waited", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new RenderException("it could not be started: " + e.getMessage(), e);
    } catch (IOException | GraphvizException e) {
      throw new RenderException("it failed: " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
