package org.vbar.export;

/** How the title of a frame is drawn: on one line, shortened if it is long. */
final class FrameTitle {
  static final double FONT = 11;
  private static final int LONGEST = 40;

  private FrameTitle() {}

  static String text(Frame frame) {
    return VisibleText.shortened(frame.group().name(), LONGEST);
  }

  static double width(Frame frame) {
    return TextWidth.of(text(frame), FONT, true);
  }
}
