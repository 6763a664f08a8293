package org.vbar.export;

import java.lang.Character.UnicodeScript;
import java.util.EnumSet;
import java.util.Set;

/**
 * How wide a text will be, from the widths of DejaVu Sans, so that pictures come out the same on
 * machines with other fonts or none. Verdana is as wide, Helvetica and Arial are narrower.
 */
final class TextWidth {
  private static final double BOLD = 1.11;
  private static final double OTHER = 0.66;
  private static final double WIDE = 1.25;

  /** Advance widths of U+0020 to U+007E in thousandths of the font size. */
  private static final int[] ASCII = {
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838
  };

  private static final Set<UnicodeScript> WIDE_SCRIPTS =
      EnumSet.of(
          UnicodeScript.HAN, UnicodeScript.HIRAGANA, UnicodeScript.KATAKANA, UnicodeScript.HANGUL);

  private TextWidth() {}

  /** The width of a line at a font size, both in the same unit. */
  static double of(String line, double fontSize, boolean bold) {
    double width = line.codePoints().mapToDouble(TextWidth::of).sum();
    return width * fontSize * (bold ? BOLD : 1);
  }

  private static double of(int c) {
    if (c >= ' ' && c < 0x7F) {
      return ASCII[c - ' '] / 1000.0;
    }
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
      case Character.OTHER_SYMBOL -> WIDE;
      default -> c > 0xFFFF || WIDE_SCRIPTS.contains(UnicodeScript.of(c)) ? WIDE : OTHER;
    };
  }
}
