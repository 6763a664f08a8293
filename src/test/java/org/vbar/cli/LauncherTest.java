package org.vbar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the launcher with a {@code java} that only says how it was called. */
class LauncherTest {
  @TempDir Path folder;

  private String call(String... arguments) throws Exception {
    assumeFalse(System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("windows"));
    Path java = folder.resolve("java");
    Files.writeString(java, "#!/bin/sh\nprintf '%s|' \"$@\"\n");
    assertTrue(java.toFile().setExecutable(true));
    ProcessBuilder launcher = new ProcessBuilder("/bin/sh", "src/main/launcher/vbar");
    launcher.command().addAll(List.of(arguments));
    launcher.environment().compute("PATH", (name, path) -> folder + File.pathSeparator + path);
    Process process = launcher.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor());
    return said;
  }

  @Test
  void train_getsTheVectorModule_othersDoNot() throws Exception {
    String train = call("train", "a b");
    assertTrue(train.contains("|--add-modules|jdk.incubator.vector|"), train);
    assertTrue(train.endsWith("|org.vbar.cli.Vbar|train|a b|"), train);
    assertFalse(call("graph", "x").contains("incubator"));
    assertFalse(call().contains("incubator"));
  }

  @Test
  void redirected_isNoTerminal() throws Exception {
    assertFalse(call("train").contains("vbar.terminal"));
  }
}
