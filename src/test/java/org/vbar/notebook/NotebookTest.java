package org.vbar.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NotebookTest {
  private static final String HEAD = "// %% [markdown]\n// # Title\n\n// %%\n";

  @Test
  void parse_cells_haveKindLineAndTextWithoutEmptyEnds() {
    Notebook notebook =
        Notebook.parse("x", "// %% [markdown]\n// # A\n//\n// b\n\n// %%\n\nint c;\n\nint d;\n\n");

    assertEquals(
        ImmutableList.of(
            new Cell(Cell.Kind.MARKDOWN, 2, "# A\n\nb"),
            new Cell(Cell.Kind.JAVA, 8, "int c;\n\nint d;")),
        notebook.cells());
    assertEquals("A", notebook.title());
  }

  @ParameterizedTest
  @CsvSource({
    "'int x;\n', 'line 1'",
    "'// %%\nint x;\n', 'line 1'",
    "'// %% [markdown]\n// no title\n', 'line 1'",
    "'// %% [markdown]\n// # A\nint x;\n', 'line 3'",
    "'// %% [markdown]\n// # A\n// %% [raw]\n', 'line 3'",
    "'// %% [markdown]\n// # A\n// %%\n\n', 'line 3'",
    "'', 'line 1'"
  })
  void parse_malformed_namesTheLine(String text, String line) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Notebook.parse("x", text)).toString();

    assertTrue(message.contains("x.jsh, " + line + ":"), message);
  }

  private static ImmutableList<Output> outputs(String java) {
    Notebook notebook = Notebook.parse("x", HEAD + java);
    return new NotebookRunner(notebook, Duration.ofMinutes(1)).run().outputs().get(1);
  }

  @Test
  void run_printedAndShown_stayInOrder() {
    ImmutableList<Output> outputs =
        outputs(
            """
            System.out.println("a");
            org.vbar.notebook.Display.html("<b>b</b>", "b");
            System.out.println(String.format("%.1f", 1.5));
            """);

    assertEquals(
        ImmutableList.of(
            new Output.Printed("a\n"),
            new Output.Rich("text/html", "<b>b</b>", "b"),
            new Output.Printed("1.5\n")),
        outputs);
  }

  @Test
  void run_overTheLimit_stopsAndSaysWhere() {
    Notebook notebook = Notebook.parse("x", HEAD + "int k = 0;\nwhile (true) {\n  k++;\n}\n");
    NotebookRunner runner = new NotebookRunner(notebook, Duration.ofSeconds(1));

    String message = assertThrows(NotebookException.class, runner::run).toString();

    assertTrue(message.contains("x.jsh, line 6, in cell 2"), message);
    assertTrue(message.contains("more than 1 s"), message);
  }

  @Test
  void run_cellThatEndsWithAValue_isRefused() {
    String message = assertThrows(NotebookException.class, () -> outputs("1 + 1")).toString();

    assertTrue(message.contains("line 5, in cell 2: The cell ends with the value 2"), message);
  }

  @Test
  void page_scriptLinkOrRepeatedId_isRefused() {
    for (String html :
        new String[] {
          "<script>x</script>",
          "<a href=\"https://example.org\">x</a>",
          "<b onclick=\"x\">x</b>",
          "<i id=\"a\"></i><i id=\"a\"></i>"
        }) {
      Notebook notebook = Notebook.parse("x", HEAD + "int x;");
      ExecutedNotebook executed =
          new ExecutedNotebook(
              notebook,
              ImmutableList.of(
                  ImmutableList.of(),
                  ImmutableList.of(new Output.Rich("text/html", html, "text"))));

      assertThrows(IllegalArgumentException.class, () -> HtmlWriter.page(executed), html);
    }
  }
}
