package org.vbar.notebook;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Runs lessons and writes what they show: for each {@code NAME.jsh} a Jupyter notebook {@code
 * NAME.ipynb} and a web page {@code NAME.html}, and a page {@code index.html} for all.
 *
 * <p>The files are the same to the byte from run to run and from JDK to JDK, so that they can be
 * committed and compared.
 */
public final class Notebooks {
  /** Where the lessons are, in a checkout. */
  public static final Path SOURCES = Path.of("src", "notebooks");

  /** Where the exports are, in a checkout. */
  public static final Path EXPORTS = Path.of("notebooks-export");

  /** A lesson should be read in one sitting, and run while the reader watches. */
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final ImmutableSortedMap<String, String> files;

  private Notebooks(ImmutableSortedMap<String, String> files) {
    this.files = files;
  }

  /**
   * Runs every lesson of a folder, in the order of their names. Standard output and the default
   * locale belong to the lessons meanwhile.
   *
   * @param folder a folder with {@code .jsh} files
   * @return what they show, to be written or compared
   * @throws IOException if the folder cannot be read
   * @throws NotebookException if a cell fails
   * @throws IllegalArgumentException if there is no lesson, or one is not written as it should be
   */
  public static Notebooks run(Path folder) throws IOException {
    List<Path> sources = list(folder, Notebook.EXTENSION);
    if (sources.isEmpty()) {
      throw new IllegalArgumentException(
          "Expected lessons in " + folder + " but there is no file *" + Notebook.EXTENSION + ".");
    }
    List<ExecutedNotebook> lessons = new ArrayList<>();
    ImmutableSortedMap.Builder<String, String> files = ImmutableSortedMap.naturalOrder();
    for (Path source : sources) {
      ExecutedNotebook lesson = new NotebookRunner(Notebook.read(source), LIMIT).run();
      lessons.add(lesson);
      files.put(lesson.notebook().name() + ".ipynb", IpynbWriter.write(lesson));
      files.put(lesson.notebook().name() + ".html", HtmlWriter.page(lesson));
    }
    files.put("index.html", HtmlWriter.index(lessons));
    return new Notebooks(files.buildOrThrow());
  }

  private static ImmutableList<Path> list(Path folder, String extension) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(extension))
          .sorted()
          .collect(ImmutableList.toImmutableList());
    }
  }

  /** The exports: contents by file name. */
  public ImmutableSortedMap<String, String> files() {
    return files;
  }

  /**
   * Writes the exports, and deletes exports of lessons that are no more.
   *
   * @param folder is made if it does not exist
   * @throws IOException if a file cannot be written
   */
  public void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String extension : new String[] {".ipynb", ".html"}) {
      for (Path old : list(folder, extension)) {
        if (!files.containsKey(String.valueOf(old.getFileName()))) {
          Files.delete(old);
        }
      }
    }
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue(), UTF_8);
    }
  }

  /**
   * What differs between the exports and the files of a folder.
   *
   * @param folder as written by {@link #write}
   * @return one sentence per file; empty if all are the same to the byte
   * @throws IOException if a file cannot be read
   */
  public ImmutableList<String> differences(Path folder) throws IOException {
    ImmutableList.Builder<String> differences = ImmutableList.builder();
    TreeSet<String> names = new TreeSet<>(files.keySet());
    if (Files.isDirectory(folder)) {
      try (Stream<Path> found = Files.list(folder)) {
        found.forEach(file -> names.add(String.valueOf(file.getFileName())));
      }
    }
    for (String name : names) {
      Path file = folder.resolve(name);
      String expected = files.get(name);
      if (expected == null) {
        differences.add(file + " belongs to no lesson.");
      } else if (!Files.exists(file)) {
        differences.add(file + " is missing.");
      } else {
        String actual = Files.readString(file, UTF_8);
        if (!actual.equals(expected)) {
          differences.add(file + " differs " + firstDifference(actual, expected));
        }
      }
    }
    return differences.build();
  }

  private static String firstDifference(String file, String now) {
    List<String> before = file.lines().toList();
    List<String> after = now.lines().toList();
    int k = 0;
    while (k < before.size() && k < after.size() && before.get(k).equals(after.get(k))) {
      k++;
    }
    return "from line %d on: it has%n    %s%nbut now there is%n    %s"
        .formatted(k + 1, shortened(before, k), shortened(after, k));
  }

  private static String shortened(List<String> lines, int k) {
    String line = k < lines.size() ? lines.get(k) : "nothing";
    return line.length() > 200 ? line.substring(0, 200) + "…" : line;
  }
}
