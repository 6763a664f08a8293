package org.vbar.layer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CrewTest {
  private static final int PATIENCE = 5_000;

  @Test
  void run_interruptedCaller_sleepsAndKeepsTheInterrupt() {
    Thread caller = Thread.currentThread();
    boolean[] slept = {false};
    try (Crew crew = new Crew(2)) {
      caller.interrupt();
      crew.run(
          part -> {
            for (int wait = 0; part == 1 && !slept[0] && wait < PATIENCE; wait++) {
              sleep();
              slept[0] = caller.getState() == Thread.State.WAITING;
            }
          });
    }
    assertTrue(Thread.interrupted(), "the interrupt was lost");
    assertTrue(slept[0], "the caller never slept");
  }

  private static void sleep() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
