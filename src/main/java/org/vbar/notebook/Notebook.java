package org.vbar.notebook;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A lesson as it is written: a file that JShell runs as it is, divided into cells by lines that
 * start with {@code // %%}.
 *
 * <pre>{@code
 * // %% [markdown]
 * // # A title
 * //
 * // Some *Markdown* and a formula: $y = x^2$.
 *
 * // %%
 * double y = 3 * 3;
 * }</pre>
 *
 * @param name the name of the file without its extension, such as {@code 01-one-neuron}
 * @param cells at least one, the first of them Markdown that starts with the title
 */
record Notebook(String name, ImmutableList<Cell> cells) {
  private static final String MARK = "// %%";
  private static final String MARKDOWN_MARK = "// %% [markdown]";
  static final String EXTENSION = ".jsh";

  /** Reads a file. */
  static Notebook read(Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    if (!name.endsWith(EXTENSION)) {
      throw new IllegalArgumentException(
          "Expected the name of a notebook to end in " + EXTENSION + " but got " + file + ".");
    }
    return parse(
        name.substring(0, name.length() - EXTENSION.length()), Files.readString(file, UTF_8));
  }

  /**
   * Reads a text.
   *
   * @throws IllegalArgumentException if it is not divided into cells as described above; the
   *     message names the line
   */
  static Notebook parse(String name, String text) {
    Parser parser = new Parser(name);
    text.lines().forEach(parser::line);
    return new Notebook(name, parser.cells());
  }

  /** The first heading. */
  String title() {
    return cells.get(0).text().lines().findFirst().orElseThrow().substring(2).strip();
  }

  private static final class Parser {
    private final String name;
    private final ImmutableList.Builder<Cell> cells = ImmutableList.builder();
    private final List<String> lines = new ArrayList<>();
    private Cell.Kind kind = Cell.Kind.JAVA;
    private int number;
    private int start;

    Parser(String name) {
      this.name = name;
    }

    void line(String line) {
      number++;
      if (line.startsWith(MARK)) {
        finishCell();
        kind =
            switch (line.stripTrailing()) {
              case MARK -> Cell.Kind.JAVA;
              case MARKDOWN_MARK -> Cell.Kind.MARKDOWN;
              default ->
                  throw wrong(number, "expected " + MARK + " or " + MARKDOWN_MARK + ": " + line);
            };
        start = number + 1;
      } else if (start == 0) {
        if (!line.isBlank()) {
          throw wrong(number, "expected a first line " + MARKDOWN_MARK + " but got: " + line);
        }
      } else {
        lines.add(kind == Cell.Kind.JAVA ? line.stripTrailing() : uncommented(line));
      }
    }

    private String uncommented(String line) {
      if (line.isBlank() || line.stripTrailing().equals("//")) {
        return "";
      }
      if (!line.startsWith("// ")) {
        throw wrong(
            number, "a line of a Markdown cell must start with \"// \" but this does not: " + line);
      }
      return line.substring(3).stripTrailing();
    }

    private void finishCell() {
      int first = start;
      while (!lines.isEmpty() && lines.get(0).isEmpty()) {
        lines.remove(0);
        first++;
      }
      while (!lines.isEmpty() && lines.get(lines.size() - 1).isEmpty()) {
        lines.remove(lines.size() - 1);
      }
      if (start > 0) {
        if (lines.isEmpty()) {
          throw wrong(start - 1, "this cell is empty; fill it or remove its first line");
        }
        cells.add(new Cell(kind, first, String.join("\n", lines)));
      }
      lines.clear();
    }

    ImmutableList<Cell> cells() {
      finishCell();
      ImmutableList<Cell> all = cells.build();
      if (all.isEmpty() || all.get(0).isJava() || !all.get(0).text().startsWith("# ")) {
        throw wrong(1, "expected a Markdown cell that starts with a heading \"# \"");
      }
      return all;
    }

    private IllegalArgumentException wrong(int line, String what) {
      return new IllegalArgumentException(name + EXTENSION + ", line " + line + ": " + what + ".");
    }
  }
}
