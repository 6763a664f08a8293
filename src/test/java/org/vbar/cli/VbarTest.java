package org.vbar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VbarTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Vbar.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tour", "graph", "check", "train", "predict", "data", "notebooks"})
  void help_everyCommand_saysItsUsage(String command) {
    assertEquals(0, run(command, "--help"));
    assertTrue(out.toString().startsWith("Usage: vbar " + command), out.toString());
  }

  @Test
  void graph_readmeExample_printsGradientAndWritesPictures(@TempDir Path folder)
      throws IOException {
    Path svg = folder.resolve("out.svg");
    Path dot = folder.resolve("out.dot");
    assertEquals(
        0,
        run(
            "graph",
            "relu(w*x+b)^2",
            "--at",
            "w=1,x=2,b=-1",
            "--svg",
            svg.toString(),
            "--dot",
            dot.toString()));
    assertTrue(out.toString().contains("∂y/∂variable"), out.toString());
    assertTrue(out.toString().replaceAll("\\s+", " ").contains("w 1.0 4.0"), out.toString());
    assertTrue(Files.readString(svg).contains("<svg"));
    assertTrue(Files.readString(dot).startsWith("digraph"), Files.readString(dot));
  }

  @Test
  void graph_anomaly_isNamed() {
    assertEquals(0, run("graph", "log(x)", "--at", "x=0"));
    assertTrue(out.toString().contains("value of y is -Infinity"), out.toString());
  }

  @Test
  void graph_mistake_isOneSentenceWithoutAStackTrace() {
    assertEquals(1, run("graph", "relu(w*", "--at", "w=1"));
    assertTrue(err.toString().startsWith("Expected a number, a variable"), err.toString());
    assertTrue(!err.toString().contains("\tat "), err.toString());
  }

  @Test
  void graph_fileThatCannotBeWritten_isOneSentenceWithItsName(@TempDir Path folder) {
    for (String file : new String[] {"page.txt", "none/page.html", "."}) {
      String path = folder.resolve(file).toString();
      assertEquals(1, run("graph", "x*x", "--at", "x=1", "--html", path));
      assertTrue(err.toString().contains(path), err.toString());
      assertTrue(!err.toString().contains("\tat "), err.toString());
    }
    assertTrue(err.toString().contains("ends in .html after --html"), err.toString());
  }

  @Test
  void graph_noExpression_isACallError() {
    assertEquals(2, run("graph"));
    assertTrue(err.toString().contains("EXPRESSION"), err.toString());
  }

  @Test
  void unknownCommand_isACallError() {
    assertEquals(2, run("derive"));
    assertTrue(err.toString().contains("derive"), err.toString());
  }

  @Test
  void check_classifier_passes() {
    assertEquals(0, run("check", "--batch", "5"));
    assertTrue(out.toString().contains("5 samples"), out.toString());
  }

  @Test
  void check_tooLargeBatch_saysTheLimit() {
    assertEquals(1, run("check", "--batch", "1000"));
    assertTrue(err.toString().contains("between 1 and 64"), err.toString());
  }

  @Test
  void mnistFolder_missing_isOneSentence(@TempDir Path folder) {
    assertEquals(1, run("train", "--mnist", folder.resolve("nowhere").toString()));
    assertTrue(err.toString().contains("nowhere"), err.toString());
    assertTrue(!err.toString().contains("\tat "), err.toString());
  }

  @Test
  void train_wrongRate_isRefused() {
    assertEquals(2, run("train", "--rate", "-1"));
    assertTrue(err.toString().contains("positive --rate"), err.toString());
  }
}
