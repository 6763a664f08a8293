package org.vbar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vbar.backprop.Adjoints;
import org.vbar.backprop.Backprop;
import org.vbar.export.GraphPicture;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;

/** Holds the README and the pages in {@code docs} to code that compiles and links that lead on. */
class DocumentationTest {
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]*)(#[^)]*)?\\)");
  private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);
  private static final Pattern REGION =
      Pattern.compile("// tag::([\\w-]+)[^\n]*\n(.*?)[^\n]*// end::\\1", Pattern.DOTALL);

  @Test
  void readme_gradient_isRight() throws IOException {
    // tag::gradient
    Graph graph = new Graph();
    Node x = graph.variable("x", 2.0);
    Node w = graph.variable("w", -3.0);
    Node b = graph.constant("b", 6.88);
    Node y = x.times(w).plus(b).tanh().named("y");

    Adjoints adjoints = Backprop.sweep(y);
    double slope = adjoints.of(w); // ∂y/∂w
    GraphPicture.of(adjoints).write(Path.of("target/y.svg"));
    // end::gradient
    double tanh = Math.tanh(0.88);
    assertEquals(2 * (1 - tanh * tanh), slope, 1e-14);
    assertTrue(Files.readString(Path.of("target/y.svg")).contains("<svg"));
  }

  @Test
  void readme_facade_isRight() {
    // tag::facade
    double[] gradient = Autodiff.gradient(v -> v.get(0).times(v.get(1)).sin(), 1.0, 2.0);
    // end::facade
    assertEquals(2 * Math.cos(2), gradient[0], 1e-15);
    assertEquals(Math.cos(2), gradient[1], 1e-15);
  }

  @Test
  void javaBlocks_everyPage_areRegionsOfCompiledTests() throws IOException {
    Set<String> regions = regions();
    int blocks = 0;
    for (Path page : pages()) {
      Matcher matcher = BLOCK.matcher(Files.readString(page));
      while (matcher.find()) {
        blocks++;
        assertTrue(
            regions.contains(matcher.group(1).strip()),
            page + " has a block that is no tagged region of a test:\n" + matcher.group(1));
      }
    }
    assertTrue(blocks >= 20, "blocks found: " + blocks);
  }

  @Test
  void links_everyPage_leadToFilesAndHeadings() throws IOException {
    int links = 0;
    for (Path page : pages()) {
      Matcher matcher = LINK.matcher(Files.readString(page));
      while (matcher.find()) {
        if (!matcher.group(1).contains("://")) {
          links++;
          checkLink(page, matcher.group(1), matcher.group(2));
        }
      }
    }
    assertTrue(links >= 40, "links found: " + links);
  }

  private static void checkLink(Path page, String file, @Nullable String anchor)
      throws IOException {
    Path target = file.isEmpty() ? page : page.toAbsolutePath().resolveSibling(file).normalize();
    assertTrue(Files.exists(target), page + " links to " + file);
    if (anchor != null && target.toString().endsWith(".md")) {
      assertTrue(
          anchors(Files.readString(target)).contains(anchor.substring(1)),
          page + " links to " + file + anchor);
    }
  }

  /** The anchors of a page's headings, as GitHub makes them. */
  private static Set<String> anchors(String page) {
    return HEADING
        .matcher(page)
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  @Test
  void anchors_ofHeadings_areThoseOfGitHub() {
    assertEquals(
        Set.of("build-and-sweep", "v̄-twice".replace("\u0304", "")),
        anchors("# Build and sweep\ntext\n## v̄, twice\n"));
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(Path.of("README.md"), Path.of("CONTRIBUTING.md")));
    try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
      docs.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages;
  }

  /** Every tagged region of the tests, moved to the left margin. */
  private static Set<String> regions() throws IOException {
    Set<String> regions = new HashSet<>();
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
        Matcher region = REGION.matcher(Files.readString(file));
        while (region.find()) {
          regions.add(region.group(2).stripTrailing().stripIndent().strip());
        }
      }
    }
    return regions;
  }
}
