package org.vbar.layer;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that do the parts of a task together, again and again, without allocating anything.
 *
 * <p>The caller's thread does part 0 and a thread of the crew each other part. A step of a small
 * network takes a tenth of a millisecond, so whoever waits looks again for about as long before it
 * goes to sleep.
 */
final class Crew implements AutoCloseable {
  /** Does one part of a task. */
  interface Task {
    void run(int part);
  }

  private static final int LOOKS_BEFORE_SLEEP = 20_000;

  private final Thread[] workers;
  private final AtomicInteger unfinished = new AtomicInteger();
  private final AtomicInteger round = new AtomicInteger();
  private volatile boolean closed;
  private volatile @Nullable Throwable failure;
  private @Nullable Task task;
  private @Nullable Thread caller;

  Crew(int size) {
    workers = new Thread[size - 1];
    for (int i = 0; i < workers.length; i++) {
      int part = i + 1;
      workers[i] = new Thread(() -> work(part), "vbar-" + part);
      workers[i].setDaemon(true);
      workers[i].start();
    }
  }

  int size() {
    return workers.length + 1;
  }

  /** Runs all parts and returns when all are done. What one of them throws is thrown here. */
  void run(Task newTask) {
    if (closed) {
      throw new IllegalStateException("This network is closed: make a new one.");
    }
    if (workers.length == 0) {
      newTask.run(0);
      return;
    }
    task = newTask;
    caller = Thread.currentThread();
    unfinished.set(workers.length);
    round.incrementAndGet();
    for (Thread worker : workers) {
      LockSupport.unpark(worker);
    }
    try {
      newTask.run(0);
    } finally {
      awaitWorkers();
    }
    rethrow();
  }

  /** An interrupted thread cannot park, so the interrupt is put off until the others are done. */
  private void awaitWorkers() {
    boolean interrupted = false;
    for (int looks = 0; unfinished.get() > 0; looks++) {
      pause(looks);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void rethrow() {
    Throwable thrown = failure;
    failure = null;
    if (thrown != null) {
      throw new IllegalStateException("A thread of the network failed.", thrown);
    }
  }

  private void work(int part) {
    int done = 0;
    while (true) {
      for (int looks = 0; round.get() == done; looks++) {
        if (closed) {
          return;
        }
        pause(looks);
      }
      done++;
      Task current = task;
      Thread waiting = caller;
      try {
        if (current != null) {
          current.run(part);
        }
      } catch (Throwable t) {
        failure = t;
      }
      if (unfinished.decrementAndGet() == 0) {
        LockSupport.unpark(waiting);
      }
    }
  }

  private static void pause(int looks) {
    if (looks < LOOKS_BEFORE_SLEEP) {
      Thread.onSpinWait();
    } else {
      LockSupport.park();
    }
  }

  /** Ends the threads. */
  @Override
  public void close() {
    closed = true;
    for (Thread worker : workers) {
      LockSupport.unpark(worker);
    }
  }
}
