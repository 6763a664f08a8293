package org.vbar.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vbar.train.RunRecord;
import org.vbar.train.TrainingOutcome;

/** Ends a real {@code vbar train} by a signal and continues it. */
class InterruptedTrainingTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"INT, 2, 130", "TERM, 15, 143"})
  void signal_runningTraining_savesAndResumesToTheBit(String name, int number, int code)
      throws Exception {
    assumeFalse(System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("windows"));
    assumeFalse(isIgnored(number), "whoever started this JVM had it ignore the signal");
    Path interrupted = folder.resolve("interrupted");
    String said = interrupt(interrupted, name, code);
    assertTrue(said.contains("Stopped and saved in " + interrupted), said);
    RunRecord record = RunRecord.read(interrupted.resolve("run.json"));
    assertEquals(TrainingOutcome.Ending.STOPPED_ON_REQUEST, record.ending());

    String epochs = String.valueOf(record.epochs().size() + 2);
    Path whole = folder.resolve("whole");
    assertEquals(0, train(interrupted, epochs, "--resume"));
    assertEquals(0, train(whole, epochs, "--quiet"));
    assertArrayEquals(
        Files.readAllBytes(whole.resolve("model.safetensors")),
        Files.readAllBytes(interrupted.resolve("model.safetensors")));
  }

  private static int train(Path run, String epochs, String option) {
    StringWriter ignored = new StringWriter();
    return Vbar.run(
        new PrintWriter(ignored),
        new PrintWriter(ignored),
        "train",
        "002",
        "--epochs",
        epochs,
        "--out",
        run.toString(),
        option);
  }

  /** Returns what the process printed. */
  private static String interrupt(Path run, String signal, int code)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
      command.add("--add-modules=jdk.incubator.vector"); // the same bits as in this JVM
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Vbar.class.getName()));
    command.addAll(List.of("train", "002", "--epochs", "1000000", "--out", run.toString()));
    command.addAll(List.of("--checkpoint-every", "1h"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    StringBuilder said = new StringBuilder();
    try (BufferedReader lines = process.inputReader()) {
      String line = lines.readLine();
      while (line != null) {
        said.append(line).append('\n');
        if (line.startsWith("epoch 3:")) {
          String kill = "kill -" + signal + " " + process.pid(); // the shell's own, on any PATH
          new ProcessBuilder("/bin/sh", "-c", kill).start().waitFor();
        }
        line = lines.readLine();
      }
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), said::toString);
    } finally {
      process.destroyForcibly();
    }
    assertEquals(code, process.exitValue(), said::toString);
    return said.toString();
  }

  /** Whether this JVM, and so its children, ignore a signal, as far as the system tells. */
  private static boolean isIgnored(int signal) throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("SigIgn:")) {
        return new BigInteger(line.substring("SigIgn:".length()).strip(), 16).testBit(signal - 1);
      }
    }
    return false;
  }
}
