package org.vbar.train;

import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.common.util.concurrent.Uninterruptibles;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Threads that share numbered blocks of work, each with a worker of its own.
 *
 * @param <W> what a thread works with
 */
final class BlockThreads<W> implements AutoCloseable {
  /** Does one block. */
  interface Task<W> {
    void run(W worker, int block);
  }

  private final ImmutableList<W> workers;
  private final ExecutorService executor;

  /** A thread for each worker. They are daemons: a world that nobody closes keeps no JVM alive. */
  BlockThreads(List<W> workers) {
    this.workers = ImmutableList.copyOf(workers);
    this.executor =
        Executors.newFixedThreadPool(
            workers.size(),
            new ThreadFactoryBuilder().setDaemon(true).setNameFormat("scalar-world-%d").build());
  }

  /**
   * Runs all blocks, each on the first thread that is free, and returns when no thread is at work
   * any more. An interrupt waits until then.
   *
   * @param begin what each worker does before its first block
   * @throws IllegalStateException if a block failed, with the failure as cause
   */
  void run(int blocks, Consumer<W> begin, Task<W> task) {
    AtomicInteger next = new AtomicInteger();
    int threads = Math.min(workers.size(), blocks);
    if (threads == 1) {
      work(workers.get(0), next, blocks, begin, task);
      return;
    }
    List<Future<?>> running = new ArrayList<>();
    for (W worker : workers.subList(0, threads)) {
      running.add(executor.submit(() -> work(worker, next, blocks, begin, task)));
    }
    await(running);
  }

  private static <W> void work(
      W worker, AtomicInteger next, int blocks, Consumer<W> begin, Task<W> task) {
    begin.accept(worker);
    for (int block = next.getAndIncrement(); block < blocks; block = next.getAndIncrement()) {
      task.run(worker, block);
    }
  }

  private static void await(List<Future<?>> running) {
    @Nullable Throwable failure = null;
    for (Future<?> future : running) {
      try {
        Uninterruptibles.getUninterruptibly(future);
      } catch (ExecutionException e) {
        if (failure == null) {
          failure = e.getCause();
        }
      }
    }
    if (failure != null) {
      throw new IllegalStateException(
          "A sample could not be computed: " + failure.getMessage(), failure);
    }
  }

  @Override
  public void close() {
    executor.shutdown();
  }
}
