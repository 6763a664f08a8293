package org.vbar.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.vbar.export.Box.Kind;
import org.vbar.export.Canvas.Anchor;
import org.vbar.export.Canvas.Letters;
import org.vbar.export.Canvas.Paint;

/**
 * What the signs of a picture mean: only those that occur in it, in rows as wide as the picture.
 */
final class Legend {
  private static final double FONT = 10.5;
  private static final double ROW = 20;
  private static final double SIGN = 28;
  private static final double GAP = 6;
  private static final double BETWEEN = 20;

  private record Entry(Sign sign, String text) {
    double width() {
      return SIGN + GAP + TextWidth.of(text, FONT, false);
    }
  }

  /** Draws one sign into a place. */
  private interface Sign {
    void draw(Canvas canvas, Rect place);
  }

  private final List<List<Entry>> rows;
  private final Optional<Theme> theme;

  private Legend(List<List<Entry>> rows, Optional<Theme> theme) {
    this.rows = rows;
    this.theme = theme;
  }

  static Legend none() {
    return new Legend(List.of(), Optional.empty());
  }

  static Legend of(Scene scene, Theme theme, double width) {
    List<List<Entry>> rows = new ArrayList<>();
    double right = Double.POSITIVE_INFINITY;
    for (Entry entry : entries(scene, theme)) {
      if (right + entry.width() > width) {
        rows.add(new ArrayList<>());
        right = 0;
      }
      rows.get(rows.size() - 1).add(entry);
      right += entry.width() + BETWEEN;
    }
    return new Legend(rows, Optional.of(theme));
  }

  private static List<Entry> entries(Scene scene, Theme theme) {
    List<Entry> entries = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      if (scene.boxes().stream().anyMatch(box -> box.kind() == kind && !box.output())) {
        entries.add(new Entry(shape(theme, kind, false), text(kind)));
      }
    }
    entries.add(new Entry(shape(theme, Kind.OP, true), "output"));
    boolean edges = scene.arrows().stream().anyMatch(arrow -> arrow.label().size() == 1);
    if (edges) {
      entries.add(new Entry(arrow(theme), "number: local derivative ∂child/∂parent"));
    }
    if (scene.arrows().stream().anyMatch(arrow -> arrow.label().size() > 1)) {
      entries.add(new Entry(arrow(theme), "edges put together, Σ |c̄·∂c/∂p|"));
    }
    if (!scene.hasAdjoints()) {
      return entries;
    }
    if (scene.boxes().stream().anyMatch(box -> box.vBar().isPresent())) {
      entries.add(new Entry(bar(theme, 1), "v̄ > 0"));
      entries.add(new Entry(bar(theme, -1), "v̄ < 0 (length: √|v̄|)"));
    }
    if (scene.arrows().stream().anyMatch(Arrow::onPath)) {
      entries.add(new Entry(path(theme), "path of largest contribution |c̄·∂c/∂p|"));
    }
    return entries;
  }

  private static String text(Kind kind) {
    return switch (kind) {
      case VARIABLE -> "variable";
      case CONSTANT -> "constant";
      case OP -> "operation";
      case GROUP -> "group of nodes";
      case ARRAY -> "array of leaves";
      case REST -> "not shown";
    };
  }

  private static Sign shape(Theme theme, Kind kind, boolean output) {
    Box box =
        new Box(
            "",
            kind,
            output,
            false,
            List.of(),
            List.of(),
            List.of(),
            OptionalDouble.empty(),
            "",
            Optional.empty());
    return (canvas, place) -> {
      double above = kind.isStack() ? 4 : 0; // the cards behind take some of the height
      Rect higher = new Rect(place.x(), place.y() - above, place.width(), place.height() + above);
      BoxShape.draw(canvas, theme, box, higher, 1.2, 2.5);
    };
  }

  private static Sign arrow(Theme theme) {
    return (canvas, place) -> line(canvas, place, theme.arrow(), 1.4);
  }

  private static Sign path(Theme theme) {
    return (canvas, place) -> {
      canvas.rect(place, place.height() / 2, Paint.fill(theme.halo()));
      line(canvas, place.grown(-2), theme.path(), 3.2);
    };
  }

  private static void line(Canvas canvas, Rect place, String colour, double width) {
    double y = place.centreY();
    double neck = place.right() - 4 - 1.5 * width;
    canvas.rect(
        new Rect(place.x(), y - width / 2, neck - place.x() + 1, width), 0, Paint.fill(colour));
    canvas.polygon(
        Paint.fill(colour),
        new Curve.Point(place.right(), y),
        new Curve.Point(neck, y - 2.5 - width / 2),
        new Curve.Point(neck, y + 2.5 + width / 2));
  }

  private static Sign bar(Theme theme, int sign) {
    return (canvas, place) ->
        AdjointBar.draw(
            canvas,
            theme,
            new Rect(place.x(), place.centreY() - Card.BAR / 2, place.width(), Card.BAR),
            sign,
            1.5);
  }

  double height() {
    return rows.size() * ROW;
  }

  void draw(Canvas canvas, double left, double top) {
    theme.ifPresent(colours -> draw(canvas, left, top, colours));
  }

  private void draw(Canvas canvas, double left, double top, Theme colours) {
    canvas.open("legend", "legend", "Legend");
    double y = top;
    for (List<Entry> row : rows) {
      double x = left;
      for (Entry entry : row) {
        entry.sign.draw(canvas, new Rect(x, y + 3, SIGN, 14));
        Letters letters = new Letters(FONT, false, colours.muted());
        canvas.text(x + SIGN + GAP, y + 14, Anchor.START, letters, entry.text);
        x += entry.width() + BETWEEN;
      }
      y += ROW;
    }
    canvas.close();
  }
}
