package org.vbar.notebook;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.stream.Collectors.joining;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;

/**
 * Curves, points and contour lines over two labelled axes, as an SVG picture for light and dark
 * pages.
 *
 * <pre>{@code
 * String svg =
 *     Plot.titled("Loss").xAxis("epoch").yLogAxis("mean loss")
 *         .line("training", losses)
 *         .toSvg();
 * }</pre>
 *
 * <p>The same calls give the same text on every machine and JDK. Series differ by colour, dashes
 * and markers. What is not finite, or not above 0 on a logarithmic axis, leaves a gap. The methods
 * that add something change this plot and return it.
 */
public final class Plot {
  private static final double WIDTH = 680;
  private static final double LEFT = 78;
  private static final double RIGHT = 24;
  private static final double PLOT_HEIGHT = 300;
  private static final double BOTTOM = 56;
  private static final double LEGEND_LINE = 22;
  private static final double SMALL = 13;
  private static final int MARKED_POINTS = 24;
  private static final String[] DASHES = {"", "8 4", "2 4", "12 4 2 4", "5 3", "1 5"};

  private final String title;
  private final List<Series> series = new ArrayList<>();
  private final List<Note> notes = new ArrayList<>();
  private Optional<Contours> contours = Optional.empty();
  private Scale x = new Scale("x", false, Optional.empty());
  private Scale y = new Scale("y", false, Optional.empty());

  private record Scale(String label, boolean logarithmic, Optional<double[]> range) {
    Axis around(double least, double most) {
      return range
          .map(ends -> new Axis(label, logarithmic, ends[0], ends[1]))
          .orElseGet(() -> Axis.around(label, logarithmic, least, most));
    }
  }

  /** Numbers under one name; joined by a line or not. */
  private static final class Series {
    private final String name;
    private final double[] x;
    private final double[] y;
    private final boolean joined;

    Series(String name, double[] x, double[] y, boolean joined) {
      this.name = name;
      this.x = x;
      this.y = y;
      this.joined = joined;
    }
  }

  private record Note(double x, double y, String words) {}

  private static final class Contours {
    private final DoubleBinaryOperator function;
    private final double[] levels;

    Contours(DoubleBinaryOperator function, double[] levels) {
      this.function = function;
      this.levels = levels;
    }
  }

  private Plot(String title) {
    this.title = title;
  }

  /** An empty plot with a line over it. */
  public static Plot titled(String title) {
    return new Plot(title);
  }

  /** The axis from left to right. */
  @CanIgnoreReturnValue
  public Plot xAxis(String label) {
    x = new Scale(label, false, x.range);
    return this;
  }

  /** The axis from left to right, with powers of ten equally far apart. */
  @CanIgnoreReturnValue
  public Plot xLogAxis(String label) {
    x = new Scale(label, true, x.range);
    return this;
  }

  /** The axis from bottom to top. */
  @CanIgnoreReturnValue
  public Plot yAxis(String label) {
    y = new Scale(label, false, y.range);
    return this;
  }

  /** The axis from bottom to top, with powers of ten equally far apart. */
  @CanIgnoreReturnValue
  public Plot yLogAxis(String label) {
    y = new Scale(label, true, y.range);
    return this;
  }

  /**
   * What is shown from left to right, instead of all there is. Drawing fails with {@link
   * IllegalArgumentException} unless low is less than high, and above 0 on a logarithmic axis.
   */
  @CanIgnoreReturnValue
  public Plot xRange(double low, double high) {
    x = new Scale(x.label, x.logarithmic, Optional.of(new double[] {low, high}));
    return this;
  }

  /** What is shown from bottom to top, like {@link #xRange}. */
  @CanIgnoreReturnValue
  public Plot yRange(double low, double high) {
    y = new Scale(y.label, y.logarithmic, Optional.of(new double[] {low, high}));
    return this;
  }

  /**
   * A curve through points, in their order.
   *
   * @param name what the legend calls it
   * @param xs from left to right, at least one. Copied.
   * @param ys as many, from bottom to top. Copied.
   * @throws IllegalArgumentException if there is none or the numbers differ
   */
  @CanIgnoreReturnValue
  public Plot line(String name, double[] xs, double[] ys) {
    return add(name, xs, ys, true);
  }

  /** A curve through points at 1, 2, 3, …, as {@link #line(String, double[], double[])}. */
  @CanIgnoreReturnValue
  public Plot line(String name, double... ys) {
    return line(name, IntStream.rangeClosed(1, ys.length).asDoubleStream().toArray(), ys);
  }

  /** Points without a line, otherwise like {@link #line(String, double[], double[])}. */
  @CanIgnoreReturnValue
  public Plot points(String name, double[] xs, double[] ys) {
    return add(name, xs, ys, false);
  }

  private Plot add(String name, double[] xs, double[] ys, boolean joined) {
    checkArgument(
        xs.length == ys.length && xs.length > 0,
        "Expected as many x as y, at least 1, but \"%s\" got %s and %s.",
        name,
        xs.length,
        ys.length);
    series.add(new Series(name, xs.clone(), ys.clone(), joined));
    return this;
  }

  /** Words beside a small ring at a point. */
  @CanIgnoreReturnValue
  public Plot note(double atX, double atY, String words) {
    notes.add(new Note(atX, atY, words));
    return this;
  }

  /**
   * The lines on which a function of x and y has given values, under the curves. The ranges of both
   * axes must be given.
   *
   * @param function called about 20,000 times
   * @param levels the values. Copied.
   */
  @CanIgnoreReturnValue
  public Plot contours(DoubleBinaryOperator function, double... levels) {
    contours = Optional.of(new Contours(function, levels.clone()));
    return this;
  }

  /**
   * The picture.
   *
   * @throws IllegalStateException if there is nothing to draw
   */
  public String toSvg() {
    Axis across = axis(x, true);
    Axis up = axis(y, false);
    return new Drawing(across, up).svg();
  }

  private Axis axis(Scale scale, boolean across) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (Series s : series) {
      for (int k = 0; k < s.x.length; k++) {
        if (Axis.isPlottable(s.x[k], x.logarithmic) && Axis.isPlottable(s.y[k], y.logarithmic)) {
          double number = across ? s.x[k] : s.y[k];
          least = Math.min(least, number);
          most = Math.max(most, number);
        }
      }
    }
    if (least > most && scale.range.isEmpty()) {
      throw new IllegalStateException(
          "The plot \""
              + title
              + "\" has no finite point and no range to show; add a line, or give xRange and"
              + " yRange.");
    }
    return scale.around(least, most);
  }

  /** What the picture says, for those who do not see it. */
  private String description(Axis across, Axis up) {
    String curves =
        series.stream()
            .map(s -> s.name + " (" + s.x.length + (s.x.length == 1 ? " point)" : " points)"))
            .collect(joining(", "));
    return "%s from %s to %s against %s from %s to %s. %s"
        .formatted(
            up.label(),
            Sheet.number(up.low(), 3),
            Sheet.number(up.high(), 3),
            across.label(),
            Sheet.number(across.low(), 3),
            Sheet.number(across.high(), 3),
            curves.isEmpty() ? "" : "Shown: " + curves + ".");
  }

  /** One drawing of the plot. */
  private final class Drawing {
    private final Sheet sheet = new Sheet();
    private final Axis across;
    private final Axis up;
    private final double width = WIDTH - LEFT - RIGHT;
    private double top;

    Drawing(Axis across, Axis up) {
      this.across = across;
      this.up = up;
    }

    String svg() {
      sheet.text(LEFT, 28, "start", 16, Ink.TEXT, " font-weight=\"bold\"", title);
      top = 42 + legend(42);
      axes();
      sheet.openWindow(LEFT, top, width, PLOT_HEIGHT);
      contours.ifPresent(this::contourLines);
      for (int k = 0; k < series.size(); k++) {
        draw(series.get(k), k);
      }
      sheet.closeWindow();
      notes.forEach(this::draw);
      return sheet.toSvg(WIDTH, top + PLOT_HEIGHT + BOTTOM, title, description(across, up));
    }

    private double toX(double number) {
      return across.place(number) * width;
    }

    private double toY(double number) {
      return (1 - up.place(number)) * PLOT_HEIGHT;
    }

    /** Returns its height. */
    private double legend(double y) {
      double left = LEFT;
      double line = y;
      for (int k = 0; k < series.size(); k++) {
        Series s = series.get(k);
        double needed = 44 + Sheet.widthOf(s.name, SMALL) + 18;
        if (left > LEFT && left + needed > WIDTH) {
          left = LEFT;
          line += LEGEND_LINE;
        }
        if (s.joined) {
          sheet.line(left, line + 8, left + 34, line + 8, stroke(k));
        }
        marker(k, left + 17, line + 8);
        sheet.text(left + 42, line + 12.5, "start", SMALL, Ink.TEXT, s.name);
        left += needed;
      }
      return series.isEmpty() ? 6 : line - y + LEGEND_LINE + 6;
    }

    private void axes() {
      for (Axis.Tick tick : across.ticks()) {
        double at = LEFT + toX(tick.number());
        sheet.line(at, top, at, top + PLOT_HEIGHT, sheet.stroke(Ink.GRID, 1));
        sheet.text(at, top + PLOT_HEIGHT + 18, "middle", SMALL, Ink.MUTED, tick.text());
      }
      for (Axis.Tick tick : up.ticks()) {
        double at = top + toY(tick.number());
        sheet.line(LEFT, at, LEFT + width, at, sheet.stroke(Ink.GRID, 1));
        sheet.text(LEFT - 8, at + 4.5, "end", SMALL, Ink.MUTED, tick.text());
      }
      sheet.path(
          "M%sV%sH%s"
              .formatted(
                  Sheet.at(LEFT, top), Sheet.number(top + PLOT_HEIGHT), Sheet.number(LEFT + width)),
          sheet.stroke(Ink.AXIS, 1.5));
      double middle = top + PLOT_HEIGHT / 2;
      sheet.text(LEFT + width / 2, top + PLOT_HEIGHT + 42, "middle", 14, Ink.TEXT, across.label());
      sheet.text(
          20,
          middle,
          "middle",
          14,
          Ink.TEXT,
          " transform=\"rotate(-90 20 " + Sheet.number(middle) + ")\"",
          up.label());
    }

    private String stroke(int index) {
      String dash = DASHES[index % DASHES.length];
      return sheet.stroke(Ink.series(index), 2.5)
          + (dash.isEmpty() ? "" : " stroke-dasharray=\"" + dash + "\"");
    }

    private void draw(Series s, int index) {
      StringBuilder path = new StringBuilder();
      boolean penDown = false;
      for (int k = 0; k < s.x.length; k++) {
        boolean shown =
            Axis.isPlottable(s.x[k], across.logarithmic())
                && Axis.isPlottable(s.y[k], up.logarithmic());
        if (shown && s.joined) {
          path.append(penDown ? "L" : "M").append(Sheet.at(toX(s.x[k]), toY(s.y[k])));
        }
        penDown = shown;
      }
      if (!path.isEmpty()) {
        sheet.path(path.toString(), stroke(index));
      }
      if (s.joined && s.x.length > MARKED_POINTS) {
        return; // a band of markers would hide the curve
      }
      for (int k = 0; k < s.x.length; k++) {
        if (Axis.isPlottable(s.x[k], across.logarithmic())
            && Axis.isPlottable(s.y[k], up.logarithmic())) {
          marker(index, toX(s.x[k]), toY(s.y[k]));
        }
      }
    }

    private void marker(int index, double atX, double atY) {
      Ink ink = Ink.series(index);
      switch (index % 4) {
        case 0 -> sheet.circle(atX, atY, 4, sheet.fill(ink));
        case 1 -> sheet.rect(atX - 4, atY - 4, 8, 8, sheet.fill(ink));
        case 2 -> sheet.path("M" + Sheet.at(atX, atY - 5) + "l5 9h-10z", sheet.fill(ink));
        default -> sheet.path("M" + Sheet.at(atX, atY - 6) + "l5 6l-5 6l-5 -6z", sheet.fill(ink));
      }
    }

    private void draw(Note note) {
      double atX = LEFT + toX(note.x);
      double atY = top + toY(note.y);
      boolean toTheLeft = atX + 12 + Sheet.widthOf(note.words, SMALL) > WIDTH - 4;
      sheet.circle(atX, atY, 6, sheet.stroke(Ink.TEXT, 1.5));
      sheet.text(
          toTheLeft ? atX - 11 : atX + 11,
          atY - 9 - SMALL < top ? atY + 9 + SMALL : atY - 9, // beneath rather than over the legend
          toTheLeft ? "end" : "start",
          SMALL,
          Ink.TEXT,
          note.words);
    }

    private void contourLines(Contours wanted) {
      ContourLines lines =
          new ContourLines(
              (placeX, placeY) ->
                  wanted.function.applyAsDouble(across.numberAt(placeX), up.numberAt(1 - placeY)));
      for (double level : wanted.levels) {
        String path = lines.path(level, width, PLOT_HEIGHT);
        if (!path.isEmpty()) {
          sheet.path(path, sheet.stroke(Ink.AXIS, 1));
        }
      }
    }
  }
}
