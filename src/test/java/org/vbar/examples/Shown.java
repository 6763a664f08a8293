package org.vbar.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Holds the outputs that the pages show to what the examples print. */
final class Shown {
  private Shown() {}

  /** Fails unless the page in {@code docs} has a text block with exactly this output. */
  static void on(String page, Object output) throws IOException {
    String block = "```text\n" + output.toString().strip() + "\n```";
    String text = Files.readString(Path.of("docs").resolve(page));
    assertTrue(text.contains(block), () -> page + " does not show this output:\n" + block);
  }
}
