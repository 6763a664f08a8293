package org.vbar.export;

import java.awt.Font;
import java.awt.font.FontRenderContext;

/** Whether Java can draw text on this machine. */
final class Fonts {
  /** In SVG: what people have on their machines, widest first, so that no text is too wide. */
  static final String FAMILIES = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif";

  static final String HINT =
      "this Java finds no fonts to draw text with. Install fontconfig and a font (Debian: apt"
          + " install fontconfig fonts-dejavu-core; Alpine: apk add fontconfig ttf-dejavu)";

  private Fonts() {}

  /** Tries to measure a text. */
  static boolean areMissing() {
    try {
      Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
      return font.getStringBounds("v", new FontRenderContext(null, true, true)).isEmpty();
    } catch (Error | RuntimeException broken) {
      // A JDK without fonts answers with InternalError, Error, a linkage error or a null pointer,
      // depending on its version and on what is missing.
      return true;
    }
  }
}
