package org.vbar.cli;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.vbar.testing.Browser;

/** Tests of one browser, which begin in a wide window with light colours. */
abstract class InBrowser {
  @TempDir static Path folder;

  static Browser browser; // null where there is none, and tests are skipped

  @BeforeAll
  static void start() {
    browser = Browser.start(folder.resolve("profile"));
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void wideAndLight() {
    browser.device("light", 1440, 1000);
  }

  static boolean holds(String script) {
    return Boolean.TRUE.equals(browser.run("return " + script));
  }
}
