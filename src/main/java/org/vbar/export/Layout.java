package org.vbar.export;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where everything in a picture is.
 *
 * @param boxes the place of each box, by id
 * @param frames the place of each frame, by id
 * @param curves the line of each arrow, by id; two lines with the label between them if it has one
 * @param labels the place of the label of each arrow that has one, by the arrow's id
 */
record Layout(
    Map<String, Rect> boxes,
    Map<String, Rect> frames,
    Map<String, List<Curve>> curves,
    Map<String, Rect> labels) {

  /** Around everything. */
  Rect bounds() {
    Stream<Rect> all =
        Stream.of(
                boxes.values().stream(),
                frames.values().stream(),
                labels.values().stream(),
                curves.values().stream().flatMap(List::stream).map(Curve::bounds))
            .flatMap(s -> s);
    return all.reduce(Rect::union).orElse(new Rect(0, 0, 0, 0));
  }

  Layout moved(double dx, double dy) {
    Map<String, List<Curve>> lines = new HashMap<>();
    curves.forEach((id, parts) -> lines.put(id, parts.stream().map(c -> c.moved(dx, dy)).toList()));
    return new Layout(moved(boxes, dx, dy), moved(frames, dx, dy), lines, moved(labels, dx, dy));
  }

  /** The same with above and below exchanged. */
  Layout upsideDown() {
    Map<String, List<Curve>> lines = new HashMap<>();
    curves.forEach((id, parts) -> lines.put(id, parts.stream().map(Curve::upsideDown).toList()));
    return new Layout(upsideDown(boxes), upsideDown(frames), lines, upsideDown(labels));
  }

  private static Map<String, Rect> upsideDown(Map<String, Rect> places) {
    Map<String, Rect> turned = new LinkedHashMap<>();
    places.forEach((id, place) -> turned.put(id, place.upsideDown()));
    return turned;
  }

  private static Map<String, Rect> moved(Map<String, Rect> places, double dx, double dy) {
    Map<String, Rect> moved = new LinkedHashMap<>();
    places.forEach((id, place) -> moved.put(id, place.moved(dx, dy)));
    return moved;
  }

  /** The place of an arrow's label. */
  Optional<Rect> label(Arrow arrow) {
    return Optional.ofNullable(labels.get(arrow.id()));
  }
}
