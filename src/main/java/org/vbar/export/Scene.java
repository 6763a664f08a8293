package org.vbar.export;

import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * What a picture shows, before anything has a place.
 *
 * @param boxes in construction order of their first nodes
 * @param frames outer ones first
 * @param notes what was left out or put together, for the caption
 * @param hasAdjoints whether v̄ is shown
 * @param description the picture in words, for people who do not see it
 * @param boxOf of the index of a node, the place of its box among the boxes; -1 if it has none
 */
record Scene(
    List<Box> boxes,
    List<Arrow> arrows,
    List<Frame> frames,
    List<String> notes,
    boolean hasAdjoints,
    String description,
    IntUnaryOperator boxOf) {

  /** With more arrows than this, they carry no numbers and their places need not be the best. */
  static final int MANY_ARROWS = 600;

  /** The largest finite |v̄| that a bar shows; 0 if there is none. */
  double largestAdjoint() {
    return boxes.stream()
        .flatMap(box -> box.vBar().stream().boxed())
        .mapToDouble(Math::abs)
        .filter(Double::isFinite)
        .max()
        .orElse(0);
  }

  /** The largest finite contribution that an arrow carries; 0 if there is none. */
  double largestContribution() {
    return arrows.stream()
        .mapToDouble(Arrow::contribution)
        .filter(Double::isFinite)
        .max()
        .orElse(0);
  }
}
