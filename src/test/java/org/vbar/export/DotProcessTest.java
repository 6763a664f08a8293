package org.vbar.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A dot that is missing, hangs, fails or talks nonsense. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DotProcessTest {
  private static final String DOT = "digraph { a -> b }";

  @TempDir private Path folder;

  private DotProcess script(String... lines) throws IOException {
    Path dot = folder.resolve("dot");
    Files.writeString(dot, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(dot, PosixFilePermissions.fromString("rwxr-xr-x"));
    return DotProcess.onPath(folder.toString());
  }

  @Test
  void svg_emptyPath_saysThatDotIsMissing() {
    for (String path : new String[] {"", null, File.pathSeparator, folder.toString()}) {
      DotProcess dot = DotProcess.onPath(path);
      assertEquals(Optional.empty(), dot.program());
      RenderException e = assertThrows(RenderException.class, () -> dot.svg(DOT));
      assertEquals("there is no dot program on the PATH", e.getMessage());
    }
  }

  @Test
  void program_relativeFolder_isPassedOver() throws IOException {
    script("true");
    Path here = Path.of("").toAbsolutePath();
    String relative = here.relativize(folder.toAbsolutePath()).toString();
    assertEquals(Optional.empty(), DotProcess.onPath(relative).program());
    assertEquals(
        Optional.of(folder.resolve("dot")),
        DotProcess.onPath(relative + File.pathSeparator + folder).program());
  }

  @Test
  void svg_program_getsTheDotTextAndGivesItsOutput() throws IOException {
    assertEquals("-Tsvg\n" + DOT, script("echo $1", "cat").svg(DOT));
  }

  @Test
  void svg_programThatHangs_isKilledWithItsChildren() throws IOException {
    Path pid = folder.resolve("pid");
    DotProcess dot = script("sleep 600 &", "echo $! > " + pid, "wait");
    DotProcess hasty = dot.withTimeout(Duration.ofSeconds(2));
    RenderException e = assertThrows(RenderException.class, () -> hasty.svg(DOT));
    assertTrue(e.toString().contains("did not finish within 2000 ms"), e.getMessage());
    long child = Long.parseLong(Files.readString(pid).strip());
    ProcessHandle.of(child).ifPresent(handle -> handle.onExit().join());
    assertFalse(ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false));
  }

  @Test
  void svg_programThatClosesItsOutputAndHangs_isKilled() throws IOException {
    DotProcess dot = script("exec >&-", "exec sleep 600").withTimeout(Duration.ofSeconds(2));
    assertThrows(RenderException.class, () -> dot.svg(DOT));
  }

  @Test
  void svg_programThatFails_givesItsComplaint() throws IOException {
    DotProcess dot = script("echo 'syntax error in line 1' >&2", "exit 3");
    RenderException e = assertThrows(RenderException.class, () -> dot.svg(DOT));
    assertEquals("dot stopped with exit code 3: syntax error in line 1", e.getMessage());
  }

  @Test
  void svg_programThatCrashes_givesItsExitCode() throws IOException {
    DotProcess dot = script("kill -9 $$");
    RenderException e = assertThrows(RenderException.class, () -> dot.svg(DOT));
    assertTrue(e.toString().contains("dot stopped with exit code 137"), e.getMessage());
  }

  @Test
  void svg_programThatCannotBeStarted_saysSo() throws IOException {
    Path dot = folder.resolve("dot");
    Files.writeString(dot, "#!/there/is/no/such/interpreter\n");
    Files.setPosixFilePermissions(dot, PosixFilePermissions.fromString("rwxr-xr-x"));
    DotProcess process = DotProcess.onPath(folder.toString());
    RenderException e = assertThrows(RenderException.class, () -> process.svg(DOT));
    assertTrue(e.toString().contains("could not be started"), e.getMessage());
  }

  @Test
  void svg_programThatPrintsForEver_isStopped() throws IOException {
    DotProcess dot = script("exec yes");
    RenderException e = assertThrows(RenderException.class, () -> dot.svg(DOT));
    assertTrue(e.toString().contains("dot printed more than"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo garbage",
        "true",
        "echo '<svg></svg>'",
        "echo '<svg><g id=\"n0\"><polygon points=\"NaN,1\"/></g></svg>'",
        "echo '<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><svg>&e;</svg>'",
        "exit 1"
      })
  void toSvg_programThatTalksNonsense_fallsBackToTheNextEngine(String line) throws IOException {
    GraphPicture picture = GraphPicture.of(PictureFixtures.square());
    picture.engines(script("cat > /dev/null", line), new GraphperEngine());
    Path file = folder.resolve("square.svg");
    List<String> notes = picture.write(file).notes();
    assertTrue(notes.get(0).startsWith("Not laid out by dot: "), notes::toString);
    assertEquals("Laid out by graph-support.", notes.get(1));
    assertEquals(2, TestSvg.parse(Files.readString(file)).ofClass("box").size());
  }

  @Test
  void svg_interruptedThread_staysInterrupted() throws IOException {
    DotProcess dot = script("sleep 600");
    Thread.currentThread().interrupt();
    assertThrows(RenderException.class, () -> dot.svg(DOT));
    assertTrue(Thread.interrupted());
  }
}
