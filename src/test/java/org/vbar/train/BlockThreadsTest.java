package org.vbar.train;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.Uninterruptibles;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class BlockThreadsTest {
  @Test
  void run_oneThreadFails_waitsForTheOthersAndThenThrows() {
    try (BlockThreads<Integer> threads = new BlockThreads<>(List.of(0, 1))) {
      CountDownLatch bothBegan = new CountDownLatch(2);
      AtomicBoolean otherIsDone = new AtomicBoolean();
      IllegalStateException thrown =
          assertThrows(
              IllegalStateException.class,
              () ->
                  threads.run(
                      2,
                      worker -> {},
                      (worker, block) -> {
                        bothBegan.countDown();
                        Uninterruptibles.awaitUninterruptibly(bothBegan);
                        if (worker == 0) {
                          throw new ArithmeticException("no such sample");
                        }
                        Uninterruptibles.sleepUninterruptibly(Duration.ofMillis(300));
                        otherIsDone.set(true);
                      }));
      assertTrue(otherIsDone.get(), "the other thread was still at work");
      assertTrue(String.valueOf(thrown.getMessage()).contains("no such sample"));
    }
  }

  @Test
  void run_interrupted_finishesTheWorkAndKeepsTheInterrupt() {
    try (BlockThreads<Integer> threads = new BlockThreads<>(List.of(0, 1))) {
      AtomicBoolean[] done = {new AtomicBoolean(), new AtomicBoolean()};
      Thread.currentThread().interrupt();
      threads.run(2, worker -> {}, (worker, block) -> done[block].set(true));
      assertTrue(Thread.interrupted());
      assertTrue(done[0].get() && done[1].get());
    }
  }

  @Test
  void close_endsTheThreads() throws InterruptedException {
    BlockThreads<Integer> threads = new BlockThreads<>(List.of(0, 1));
    Thread[] atWork = {Thread.currentThread(), Thread.currentThread()};
    CountDownLatch bothBegan = new CountDownLatch(2);
    threads.run(
        2,
        worker -> {},
        (worker, block) -> {
          bothBegan.countDown();
          Uninterruptibles.awaitUninterruptibly(bothBegan);
          atWork[block] = Thread.currentThread();
        });
    threads.close();
    for (Thread thread : atWork) {
      thread.join(10_000);
      assertFalse(thread.isAlive());
    }
  }
}
