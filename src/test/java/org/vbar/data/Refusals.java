package org.vbar.data;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/** What the tests of this package expect of an error: its type, and every part of its message. */
final class Refusals {
  private Refusals() {}

  static void assertRefused(
      Class<? extends Exception> type, Executable executable, String... parts) {
    String message = String.valueOf(assertThrows(type, executable).getMessage());
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  static void assertIllegal(String part, Executable executable) {
    assertRefused(IllegalArgumentException.class, executable, part);
  }
}
