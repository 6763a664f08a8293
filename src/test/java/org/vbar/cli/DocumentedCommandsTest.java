package org.vbar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs or parses every call of {@code vbar} that the pages show. */
class DocumentedCommandsTest {
  private static final Pattern CALL =
      Pattern.compile("^(?: {4}|\\$ )?(?:target/)?vbar ([a-z].*)$", Pattern.MULTILINE);
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

  @TempDir Path folder;

  @Test
  void calls_everyPage_areUnderstood() throws IOException {
    int calls = 0;
    for (Path page : pages()) {
      Matcher call = CALL.matcher(Files.readString(page));
      while (call.find()) {
        calls++;
        understands(page, words(call.group(1)));
      }
    }
    assertTrue(calls >= 4, "calls found: " + calls);
  }

  /** Graph calls run; the others take longer, so their help is asked for after their options. */
  private void understands(Path page, List<String> words) {
    List<String> call = new ArrayList<>(words);
    if (call.get(0).equals("graph")) {
      call.replaceAll(
          word -> word.matches(".*\\.(svg|png|dot)") ? folder.resolve(word).toString() : word);
    } else {
      call.add("--help");
    }
    StringWriter err = new StringWriter();
    int code =
        Vbar.run(
            new PrintWriter(new StringWriter()), new PrintWriter(err), call.toArray(String[]::new));
    assertEquals(0, code, () -> page + " shows vbar " + words + ": " + err);
  }

  private static List<String> words(String call) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(call.replaceFirst("\\s#.*", ""));
    while (word.find()) {
      words.add(word.group(1) != null ? word.group(1) : word.group(2));
    }
    return words;
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(Path.of("README.md"), Path.of("CONTRIBUTING.md")));
    try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
      docs.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages;
  }
}
