package org.vbar.export;

/** Which way a picture flows, from the leaves to the output. */
public enum Direction {
  /** Leaves on the left, output on the right. */
  LEFT_TO_RIGHT("LR"),
  /** Leaves at the top, output at the bottom. */
  TOP_TO_BOTTOM("TB");

  private final String rankdir;

  Direction(String rankdir) {
    this.rankdir = rankdir;
  }

  /** The value of DOT's {@code rankdir}. */
  String rankdir() {
    return rankdir;
  }
}
