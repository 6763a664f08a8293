package org.vbar.export;

/**
 * How large a box is drawn, and where its lines stand.
 *
 * @param width in points, with the cards behind the front one of a stack
 * @param height in points, with the cards behind the front one of a stack
 * @param inset how far text keeps from the left and right border
 */
record Card(double width, double height, double inset) {
  static final double HEADING = 13;
  static final double DETAIL = 11;
  static final double HEADING_LINE = 17;
  static final double DETAIL_LINE = 15;
  static final double BAR_LINE = 11;
  static final double BAR = 5;
  static final double PADDING = 8;

  /** How far the cards behind the front one of a stack look out, all together. */
  static final double STACK = 7;

  private static final double SIDE = 11;
  private static final double GAP = 14;
  private static final double NARROWEST = 46;
  private static final double NARROWEST_WITH_BAR = 84;

  static Card of(Box box) {
    double text = box.vBar().isPresent() ? NARROWEST_WITH_BAR : NARROWEST;
    for (String line : box.heading()) {
      text = Math.max(text, TextWidth.of(line, HEADING, true));
    }
    for (String line : box.details()) {
      text = Math.max(text, TextWidth.of(line, DETAIL, false));
    }
    for (Box.Row row : box.rows()) {
      double label = TextWidth.of(row.label(), DETAIL, false);
      double number = TextWidth.of(row.number(), DETAIL, true);
      double longest = Math.max(number, TextWidth.of(row.longest(), DETAIL, true));
      text = Math.max(text, label + GAP + longest);
    }
    double height =
        2 * PADDING
            + HEADING_LINE * box.heading().size()
            + DETAIL_LINE * (box.details().size() + box.rows().size())
            + (box.vBar().isPresent() ? BAR_LINE : 0);
    double stack = box.kind().isStack() ? STACK : 0;
    double inset = SIDE + (box.kind() == Box.Kind.VARIABLE ? corner(box, height) * 0.35 : 0);
    return new Card(Math.ceil(text + 2 * inset) + stack, height + stack, inset);
  }

  /** The part of a box's place that carries its text: in front of the stack, if it is one. */
  static Rect front(Box box, Rect place) {
    return box.kind().isStack()
        ? new Rect(place.x(), place.y() + STACK, place.width() - STACK, place.height() - STACK)
        : place;
  }

  /** The radius of a box's corners: variables have round ends, constants sharp corners. */
  static double corner(Box box, double height) {
    return switch (box.kind()) {
      case VARIABLE -> Math.min(height / 2, 34);
      case CONSTANT -> 0;
      case OP, GROUP, ARRAY, REST -> 7;
    };
  }
}
