package org.vbar.cli;

import com.google.common.util.concurrent.Uninterruptibles;
import java.util.concurrent.CountDownLatch;

/**
 * While open, makes Ctrl-C (and a polite kill) ask some work to stop, and keeps the JVM alive until
 * the work has saved what it has and closed this.
 *
 * <p>The JVM then ends with the code of the signal, 130 for Ctrl-C.
 */
final class StopOnInterrupt implements AutoCloseable {
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook;

  StopOnInterrupt(Runnable requestStop) {
    hook =
        new Thread(
            () -> {
              requestStop.run();
              Uninterruptibles.awaitUninterruptibly(finished);
            },
            "vbar-stop");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Lets the JVM end. */
  @Override
  public void close() {
    finished.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // Interrupted: the hook is running, and the latch that it waits for is open.
      return;
    }
  }
}
