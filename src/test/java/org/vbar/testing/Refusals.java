package org.vbar.testing;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.function.Executable;

/** What code says when it refuses something. */
public final class Refusals {
  private Refusals() {}

  /** The message of an exception that must be thrown; empty if it has none. */
  public static String refusal(Class<? extends RuntimeException> type, Executable action) {
    String message = assertThrows(type, action).getMessage();
    return message == null ? "" : message;
  }
}
