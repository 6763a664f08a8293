package org.vbar.export;

import java.util.List;
import java.util.Optional;

/** Where a picture is drawn: SVG text or pixels. Lengths are points, y goes downwards. */
interface Canvas {
  /**
   * How a shape is painted.
   *
   * @param fill the colour of its area
   * @param stroke the colour of its line
   * @param width of its line
   * @param dashes lengths of dash and gap; empty for a continuous line
   */
  record Paint(Optional<String> fill, Optional<String> stroke, double width, List<Integer> dashes) {
    static Paint fill(String colour) {
      return new Paint(Optional.of(colour), Optional.empty(), 0, List.of());
    }

    static Paint stroke(String colour, double width) {
      return new Paint(Optional.empty(), Optional.of(colour), width, List.of());
    }

    static Paint both(String fill, String stroke, double width) {
      return new Paint(Optional.of(fill), Optional.of(stroke), width, List.of());
    }

    Paint dashed(int dash, int gap) {
      return new Paint(fill, stroke, width, List.of(dash, gap));
    }
  }

  /** Where a line of text stands relative to its x. */
  enum Anchor {
    /** It starts there. */
    START,
    /** Its middle is there. */
    MIDDLE,
    /** It ends there. */
    END
  }

  /** How a text looks. */
  record Letters(double size, boolean bold, String colour) {}

  /**
   * Begins a part of the picture, until {@link #close}.
   *
   * @param id unique in the picture
   * @param classes what kind of part it is, separated by spaces
   * @param title what it says in full
   */
  void open(String id, String classes, String title);

  /** Ends a part of the picture. */
  void close();

  void rect(Rect place, double corner, Paint paint);

  void curve(Curve curve, Paint paint);

  void polygon(Paint paint, Curve.Point... corners);

  /** One line of visible text. */
  void text(double x, double baseline, Anchor anchor, Letters letters, String visible);
}
