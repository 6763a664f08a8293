package org.vbar.notebook;

import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.vbar.export.GraphPicture;
import org.vbar.export.GraphperEngine;

/**
 * Shows pictures, tables and formulas from a cell of a lesson.
 *
 * <p>Where they go depends on where the cell runs: into the exports when a lesson is run by {@link
 * Notebooks}, into the page in Jupyter with the kernel {@code rapaio-jupyter-kernel}, and as plain
 * text to standard output everywhere else, such as in {@code jshell}.
 */
public final class Display {
  private static final AtomicInteger PICTURES = new AtomicInteger();

  private static volatile @Nullable Recorder recorder;

  private Display() {}

  /** From now on into a recorder, or, if it is null, to wherever the process runs. */
  static void recordTo(@Nullable Recorder next) {
    recorder = next;
    PICTURES.set(0);
  }

  /**
   * Prints something as text.
   *
   * @param value anything; its {@code toString} is shown
   */
  public static void text(@Nullable Object value) {
    System.out.println(value);
  }

  /**
   * Shows an SVG picture.
   *
   * @param svg an SVG document
   * @param alt what is to be seen, for those who cannot see it and where no picture can be shown
   */
  public static void svg(String svg, String alt) {
    int start = svg.indexOf("<svg");
    if (start < 0) {
      throw new IllegalArgumentException("Expected an SVG document but got no element svg.");
    }
    // Without the XML declaration, which is no HTML.
    show(new Output.Rich(Output.Rich.HTML, svg.substring(start).strip(), alt));
  }

  /**
   * Shows a picture of a graph, laid out by the engine in pure Java so that it is the same on every
   * machine, with ids that no other picture of the lesson has, in light or dark as the reader's
   * system asks.
   *
   * @param picture the picture. Modified: its engine, ids and theme are set.
   * @param alt what is to be seen
   */
  public static void graph(GraphPicture picture, String alt) {
    String svg =
        picture
            .engines(new GraphperEngine())
            .idPrefix("g" + PICTURES.incrementAndGet())
            .followingTheReader()
            .toSvg();
    svg(svg, alt);
  }

  /**
   * Shows HTML without scripts, links and style attributes, such as a table or MathML.
   *
   * @param html HTML for a place where a {@code div} may stand
   * @param text the same as plain text
   */
  public static void html(String html, String text) {
    show(new Output.Rich(Output.Rich.HTML, html.strip(), text));
  }

  /**
   * Shows a PNG picture.
   *
   * @param png the bytes of a PNG file. Not modified.
   * @param alt what is to be seen
   */
  public static void png(byte[] png, String alt) {
    show(new Output.Rich(Output.Rich.PNG, Base64.getEncoder().encodeToString(png), alt));
  }

  /**
   * Shows a formula on a line of its own.
   *
   * @param latex LaTeX without delimiters, in the subset that {@code docs/notebooks.md} lists
   */
  public static void math(String latex) {
    show(new Output.Rich(Output.Rich.LATEX, "$$" + latex + "$$", latex));
  }

  private static void show(Output.Rich output) {
    Recorder current = recorder;
    if (current != null) {
      current.show(output);
    } else if (JupyterKernel.isPresent()) {
      JupyterKernel.show(output);
    } else {
      System.out.println(output.text());
    }
  }
}
