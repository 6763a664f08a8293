package org.vbar.notebook;

/**
 * The colours of a lesson's pictures, each for a light and for a dark page.
 *
 * <p>The first six are those of Okabe and Ito, which people with any kind of colour vision can tell
 * apart; lines differ by dashes and markers as well.
 */
enum Ink {
  BLUE("#0072B2", "#56B4E9"),
  ORANGE("#D55E00", "#F0A030"),
  GREEN("#009E73", "#2FC79B"),
  PINK("#B0508A", "#E59BC8"),
  GOLD("#9A6A00", "#F0E442"),
  SKY("#3A8FC0", "#9AD4F5"),
  /** A cell with a number above 0; letters stay readable on it. */
  ABOVE("#2F8FCB", "#1F78B4"),
  /** A cell with a number below 0; letters stay readable on it. */
  BELOW("#E57220", "#B85410"),
  PAPER("#FFFFFF", "#12161C"),
  TEXT("#1B1F24", "#F0F3F6"),
  MUTED("#505A64", "#B4BDC7"),
  GRID("#DDE2E7", "#2E3640"),
  AXIS("#8C959F", "#78838F");

  private final String light;
  private final String dark;

  Ink(String light, String dark) {
    this.light = light;
    this.dark = dark;
  }

  /** What a drawing programme without style sheets shows. */
  String light() {
    return light;
  }

  String dark() {
    return dark;
  }

  String cssName() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** One of the six colours for series, in turn. */
  static Ink series(int index) {
    return values()[index % 6];
  }
}
