package org.vbar.notebook;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import com.google.common.html.HtmlEscapers;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes web pages that need nothing but themselves: no script, no font, no address. They follow
 * the reader's choice of a light or a dark page and can be printed.
 *
 * <p>The pages forbid the browser to load or run anything; the only styles that they allow are
 * their own, by hash.
 */
final class HtmlWriter {
  private static final String STYLE = style();
  private static final Pattern STYLE_ELEMENT =
      Pattern.compile("<style[^>]*>(.*?)</style>", Pattern.DOTALL);
  private static final Pattern STYLE_ATTRIBUTE = Pattern.compile("<[^>]* style=\"([^\"]*)\"");
  private static final Pattern ID = Pattern.compile("<[^>]* id=\"([^\"]*)\"");
  private static final Pattern FORBIDDEN =
      Pattern.compile(
          "<script|<iframe|<object|<embed|<link|<form|<foreignObject|<base|<meta"
              + "|<[^>]* on[a-z]+=|@import|url\\(|javascript:"
              + "|(?:href|src|action|data)=\"(?!#|data:image/png;base64,)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern IMPORTS = Pattern.compile("(?:(?:import [^\\n]*;|//[^\\n]*|)\\n?)*");

  private HtmlWriter() {}

  private static String style() {
    try {
      return Resources.toString(Resources.getResource(HtmlWriter.class, "page.css"), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The page of a lesson. */
  static String page(ExecutedNotebook executed) {
    Notebook notebook = executed.notebook();
    StringBuilder body = new StringBuilder("<article>\n");
    for (int k = 0; k < notebook.cells().size(); k++) {
      Cell cell = notebook.cells().get(k);
      try {
        body.append(cell.isJava() ? code(cell.text()) : MarkdownHtml.of(cell.text()));
        for (Output output : executed.outputs().get(k)) {
          body.append(output(output));
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            notebook.name() + Notebook.EXTENSION + ", line " + cell.line() + ": " + e.getMessage(),
            e);
      }
    }
    body.append("</article>\n");
    requireClosed(notebook.name(), body);
    requireUniqueIds(notebook.name(), body);
    return document(notebook.title(), body.toString());
  }

  /** A page that leads to the lessons, which lie beside it. */
  static String index(List<ExecutedNotebook> lessons) {
    StringBuilder body = new StringBuilder("<article>\n<h1>vbar in lessons</h1>\n");
    body.append(
        "<p>Reverse-mode differentiation from one neuron on. Every number and every picture was"
            + " computed by the code beside it, and every line that starts with ✓ was checked.</p>\n"
            + "<ol class=\"lessons\">\n");
    for (ExecutedNotebook lesson : lessons) {
      Notebook notebook = lesson.notebook();
      body.append("<li><a href=\"").append(escaped(notebook.name())).append(".html\">");
      body.append(escaped(notebook.title().replaceFirst("^\\d+\\W+", ""))).append("</a>");
      body.append("<p>").append(summary(notebook)).append("</p></li>\n");
    }
    body.append("</ol>\n</article>\n");
    return document("vbar in lessons", body.toString());
  }

  /** The first paragraph under the title. */
  private static String summary(Notebook notebook) {
    String text = notebook.cells().get(0).text();
    String[] paragraphs = text.split("\n\n+", -1);
    String html = paragraphs.length < 2 ? "" : MarkdownHtml.of(paragraphs[1]);
    return html.strip().replaceFirst("^<p>", "").replaceFirst("</p>$", "");
  }

  private static String code(String java) {
    String block = "<pre class=\"code\"><code>" + JavaHtml.of(java) + "</code></pre>\n";
    return IMPORTS.matcher(java).matches()
        ? "<details><summary>Imports</summary>\n" + block + "</details>\n"
        : block;
  }

  private static String output(Output output) {
    if (output instanceof Output.Printed printed) {
      return "<pre class=\"printed\">" + printed(printed.text()) + "</pre>\n";
    }
    Output.Rich rich = (Output.Rich) output;
    return switch (rich.mimeType()) {
      case Output.Rich.PNG ->
          "<figure><img src=\"data:image/png;base64,%s\" alt=\"%s\"></figure>\n"
              .formatted(rich.data(), escaped(rich.text()));
      case Output.Rich.LATEX ->
          "<div class=\"formula\">" + LatexMath.toMathMl(rich.text(), true) + "</div>\n";
      default ->
          rich.data().startsWith("<svg")
              ? "<figure>\n%s\n<figcaption>%s</figcaption></figure>\n"
                  .formatted(rich.data(), escaped(rich.text()))
              : "<div class=\"shown\">\n" + rich.data() + "\n</div>\n";
    };
  }

  private static String printed(String text) {
    StringBuilder html = new StringBuilder();
    text.lines()
        .forEach(
            line ->
                html.append(
                        line.startsWith("✓")
                            ? "<span class=\"true\">" + escaped(line) + "</span>"
                            : escaped(line))
                    .append('\n'));
    return html.toString();
  }

  private static String document(String title, String body) {
    String head = "<style>\n" + STYLE + "</style>\n</head>\n<body>\n" + body + "</body>\n</html>\n";
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"UTF-8\">\n"
        + "<meta http-equiv=\"Content-Security-Policy\" content=\""
        + policy(head)
        + "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        + "<meta name=\"color-scheme\" content=\"light dark\">\n<title>"
        + escaped(title)
        + "</title>\n"
        + head;
  }

  private static String policy(String html) {
    Set<String> styles = hashes(STYLE_ELEMENT, html);
    Set<String> attributes = hashes(STYLE_ATTRIBUTE, html);
    return "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; style-src "
        + String.join(" ", styles)
        + (attributes.isEmpty() ? "" : " 'unsafe-hashes' " + String.join(" ", attributes));
  }

  private static Set<String> hashes(Pattern pattern, String html) {
    Set<String> hashes = new TreeSet<>();
    Matcher matcher = pattern.matcher(html);
    while (matcher.find()) {
      byte[] hash = Hashing.sha256().hashString(matcher.group(1), UTF_8).asBytes();
      hashes.add("'sha256-" + Base64.getEncoder().encodeToString(hash) + "'");
    }
    return hashes;
  }

  private static void requireClosed(String name, CharSequence html) {
    Matcher matcher = FORBIDDEN.matcher(html);
    if (matcher.find()) {
      throw new IllegalArgumentException(
          name
              + ": an output has \""
              + matcher.group()
              + "\", but a page may neither run a script nor lead out of itself.");
    }
  }

  private static void requireUniqueIds(String name, CharSequence html) {
    Set<String> ids = new HashSet<>();
    Matcher matcher = ID.matcher(html);
    while (matcher.find()) {
      if (!ids.add(matcher.group(1))) {
        throw new IllegalArgumentException(
            name
                + ": two elements have the id "
                + matcher.group(1)
                + "; show graphs with Display.graph, which gives each picture ids of its own.");
      }
    }
  }

  private static String escaped(String text) {
    return HtmlEscapers.htmlEscaper().escape(text);
  }
}
