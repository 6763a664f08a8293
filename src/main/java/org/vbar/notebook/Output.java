package org.vbar.notebook;

/** Something that a cell shows. */
sealed interface Output {
  /**
   * What was printed.
   *
   * @param text lines that end with a line feed
   */
  record Printed(String text) implements Output {}

  /**
   * Something that is more than text.
   *
   * @param mimeType {@code text/html} (also for SVG, which some kernels refuse under its own type),
   *     {@code text/latex} or {@code image/png}
   * @param data HTML, LaTeX with its delimiters, or base64
   * @param text what to show where only text can be shown
   */
  record Rich(String mimeType, String data, String text) implements Output {
    static final String HTML = "text/html";
    static final String LATEX = "text/latex";
    static final String PNG = "image/png";
  }
}
