package org.vbar.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NotebooksTest {
  private static final String REGENERATE =
      "Write the exports anew: mvn -q compile exec:java -Dexec.args=notebooks";

  @TempDir private Path folder;
  private Notebooks lessons;

  @BeforeAll
  void runEveryLesson() throws IOException {
    lessons = Notebooks.run(Notebooks.SOURCES);
  }

  @Test
  void exports_committed_areWhatTheLessonsShow() throws IOException {
    assertEquals(List.of(), lessons.differences(Notebooks.EXPORTS), REGENERATE);
    assertEquals(
        2 * 8 + 1, lessons.files().size(), "eight lessons, each in two formats, and an index");
  }

  @Test
  void ipynb_everyLesson_hasTheFormOfNbformat45() {
    lessons
        .files()
        .forEach(
            (name, text) -> {
              if (name.endsWith(".ipynb")) {
                checkNotebook(name, JsonParser.parseString(text).getAsJsonObject());
              }
            });
  }

  private static void checkNotebook(String name, JsonObject notebook) {
    assertEquals(
        Set.of("cells", "metadata", "nbformat", "nbformat_minor"), notebook.keySet(), name);
    assertEquals(4, notebook.get("nbformat").getAsInt());
    assertEquals(5, notebook.get("nbformat_minor").getAsInt());
    Set<String> ids = new HashSet<>();
    for (JsonElement element : notebook.getAsJsonArray("cells")) {
      JsonObject cell = element.getAsJsonObject();
      String id = cell.get("id").getAsString();
      assertTrue(id.matches("[a-zA-Z0-9_-]{1,64}") && ids.add(id), name + ": " + id);
      boolean code = cell.get("cell_type").getAsString().equals("code");
      assertEquals(
          code
              ? Set.of("cell_type", "execution_count", "id", "metadata", "outputs", "source")
              : Set.of("cell_type", "id", "metadata", "source"),
          cell.keySet(),
          name + ": " + id);
      if (code) {
        checkOutputs(name + ": " + id, cell.getAsJsonArray("outputs"));
      }
    }
  }

  private static void checkOutputs(String where, JsonArray outputs) {
    for (JsonElement element : outputs) {
      JsonObject output = element.getAsJsonObject();
      switch (output.get("output_type").getAsString()) {
        case "stream" -> assertEquals("stdout", output.get("name").getAsString(), where);
        case "display_data" -> {
          assertTrue(output.has("data") && output.has("metadata"), where);
          assertFalse(output.getAsJsonObject("data").has("image/svg+xml"), where);
        }
        default -> throw new AssertionError(where + ": " + output);
      }
    }
  }

  @Test
  void html_everyPage_needsNoNetworkAndNoFolderOfThisMachine() {
    lessons
        .files()
        .forEach(
            (name, text) -> {
              assertFalse(text.contains("src=\"http") || text.contains("file:/"), name);
              assertFalse(text.contains("<script"), name);
              assertFalse(text.contains(System.getProperty("user.dir")), name);
            });
  }

  @Test
  void run_failingCell_saysWhichAndWhy() throws IOException {
    Files.writeString(
        folder.resolve("01-wrong.jsh"),
        """
        // %% [markdown]
        // # Wrong

        // %%
        import org.vbar.notebook.Lesson;

        // %%
        int two = 1 + 1;
        Lesson.check(two == 3, "one and one are three");
        """);

    String message = assertThrows(NotebookException.class, () -> Notebooks.run(folder)).toString();

    assertTrue(message.contains("01-wrong.jsh"), message);
    assertTrue(message.contains("one and one are three"), message);
  }

  @Test
  void run_codeThatDoesNotCompile_saysWhere() throws IOException {
    Files.writeString(
        folder.resolve("02-broken.jsh"),
        """
        // %% [markdown]
        // # Broken

        // %%
        int two = "two";
        """);

    String message = assertThrows(NotebookException.class, () -> Notebooks.run(folder)).toString();

    assertTrue(message.contains("02-broken.jsh, line 5"), message);
  }

  @Test
  void differences_changedMissingAndForeignFile_areNamed() throws IOException {
    Path exports = folder.resolve("exports");
    lessons.write(exports);
    assertEquals(List.of(), lessons.differences(exports));
    Files.writeString(exports.resolve("index.html"), "other");
    Files.delete(exports.resolve("01-one-neuron.html"));
    Files.writeString(exports.resolve("99-no-lesson.html"), "");

    List<String> differences = lessons.differences(exports);

    assertEquals(3, differences.size(), differences.toString());
    assertTrue(differences.get(0).endsWith("01-one-neuron.html is missing."));
    assertTrue(differences.get(1).endsWith("99-no-lesson.html belongs to no lesson."));
    assertTrue(differences.get(2).contains("index.html differs"));
  }
}
