package org.vbar.notebook;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * Writes Markdown with formulas between {@code $} or {@code $$} as HTML with MathML.
 *
 * <p>Formulas are taken out before Markdown is read, because {@code _}, {@code *} and {@code \}
 * mean something there, too, and put back afterwards. In code, {@code $} is an ordinary sign.
 */
final class MarkdownHtml {
  /** A private-use character on each side of a number: no Markdown, and in no lesson. */
  private static final char OPEN = '\uE000';

  private static final char CLOSE = '\uE001';

  /** Code, then formulas; what comes first in the text wins. */
  private static final Pattern FORMULA =
      Pattern.compile(
          "(?<code>(?<ticks>`+)(?!`).*?(?<!`)\\k<ticks>(?!`))"
              + "|(?<escaped>\\\\\\$)"
              + "|\\$\\$(?<block>.+?)\\$\\$"
              + "|\\$(?<inline>[^$\\n]+(?:\\n(?!\\n)[^$\\n]+)*)\\$",
          Pattern.DOTALL);

  private static final Pattern PLACEHOLDER = Pattern.compile(OPEN + "(\\d+)" + CLOSE);
  private static final List<TablesExtension> TABLES =
      List.of((TablesExtension) TablesExtension.create());
  private static final Parser PARSER = Parser.builder().extensions(TABLES).build();
  private static final HtmlRenderer RENDERER = HtmlRenderer.builder().extensions(TABLES).build();

  private MarkdownHtml() {}

  /**
   * Markdown as HTML.
   *
   * @throws IllegalArgumentException if it has HTML, links out of the page, images, or a formula
   *     that cannot be written as MathML
   */
  static String of(String markdown) {
    List<String> formulas = new ArrayList<>();
    Node document = PARSER.parse(withoutFormulas(markdown, formulas));
    document.accept(new Limits());
    String html = RENDERER.render(document);
    return PLACEHOLDER
        .matcher(html)
        .replaceAll(
            found -> Matcher.quoteReplacement(formulas.get(Integer.parseInt(found.group(1)))));
  }

  private static String withoutFormulas(String markdown, List<String> formulas) {
    return FORMULA
        .matcher(markdown)
        .replaceAll(
            found -> {
              Matcher matcher = (Matcher) found;
              String block = matcher.group("block");
              String inline = matcher.group("inline");
              if (block == null && inline == null) {
                return Matcher.quoteReplacement(
                    matcher.group("escaped") == null ? found.group() : "$");
              }
              formulas.add(
                  block == null
                      ? LatexMath.toMathMl(inline, false)
                      : LatexMath.toMathMl(block.strip(), true));
              return "" + OPEN + (formulas.size() - 1) + CLOSE;
            });
  }

  /** A lesson is one file that works anywhere, and so it holds nothing that leads out of it. */
  private static final class Limits extends AbstractVisitor {
    @Override
    public void visit(HtmlBlock html) {
      throw refused("HTML, " + html.getLiteral());
    }

    @Override
    public void visit(HtmlInline html) {
      throw refused("HTML, " + html.getLiteral());
    }

    @Override
    public void visit(Image image) {
      throw refused("an image, " + image.getDestination());
    }

    @Override
    public void visit(Link link) {
      if (!link.getDestination().startsWith("#")) {
        throw refused("a link to " + link.getDestination());
      }
      visitChildren(link);
    }

    private static IllegalArgumentException refused(String what) {
      return new IllegalArgumentException(
          "A Markdown cell has "
              + what
              + ". Use Markdown without HTML, and Display for pictures; name a page instead of"
              + " linking to it, so that the exports work wherever they are copied to.");
    }
  }
}
