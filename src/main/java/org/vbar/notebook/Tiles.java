package org.vbar.notebook;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.stream.Collectors.joining;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.vbar.layer.Matrix;

/**
 * Matrices as grids of coloured cells, side by side, as an SVG picture for light and dark pages.
 *
 * <pre>{@code
 * String svg = Tiles.titled("A Hessian").add("n = 4", hessian).numbers("%.1f").toSvg();
 * }</pre>
 *
 * <p>A cell is blue above 0 and orange below, the stronger the farther from 0, relative to the
 * largest magnitude of its own matrix; 0 is the colour of the page. With {@link #ink} every cell is
 * a grey between 0 and the largest number instead. The same calls give the same text on every
 * machine and JDK. The methods that add or set something change this picture and return it.
 */
public final class Tiles {
  private static final int LEVELS = 20;
  private static final double MARGIN = 24;
  private static final double GAP = 22;
  private static final double CAPTION = 13;

  private final String title;
  private final List<Panel> panels = new ArrayList<>();
  private Optional<String> format = Optional.empty();
  private boolean ink;
  private int perRow = 5;
  private double cell = 0;
  private List<String> rowLabels = List.of();
  private List<String> columnLabels = List.of();

  private record Panel(String caption, Matrix matrix) {
    double largest() {
      return DoubleStream.of(matrix.array())
          .filter(Double::isFinite)
          .map(Math::abs)
          .max()
          .orElse(0);
    }
  }

  private Tiles(String title) {
    this.title = title;
  }

  /** A picture without matrices, with a line over it. */
  public static Tiles titled(String title) {
    return new Tiles(title);
  }

  /** A further matrix, copied, with a line under it. */
  @CanIgnoreReturnValue
  public Tiles add(String caption, Matrix matrix) {
    panels.add(new Panel(caption, matrix.copy()));
    return this;
  }

  /** A further matrix of given rows, such as a Hessian, with a line under it. */
  @CanIgnoreReturnValue
  public Tiles add(String caption, double[][] rows) {
    panels.add(new Panel(caption, Matrix.ofRows(rows)));
    return this;
  }

  /** Words before the rows of every matrix, from the top. */
  @CanIgnoreReturnValue
  public Tiles rowLabels(String... labels) {
    rowLabels = List.of(labels);
    return this;
  }

  /** Words over the columns of every matrix, from the left. */
  @CanIgnoreReturnValue
  public Tiles columnLabels(String... labels) {
    columnLabels = List.of(labels);
    return this;
  }

  /** Writes every number but 0 into its cell, as {@link String#format} does in the root locale. */
  @CanIgnoreReturnValue
  public Tiles numbers(String numberFormat) {
    format = Optional.of(numberFormat);
    return this;
  }

  /** Shows numbers from 0 up as ink on paper, for images. */
  @CanIgnoreReturnValue
  public Tiles ink() {
    ink = true;
    return this;
  }

  /**
   * How many matrices stand beside each other; 5 if nothing is said.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  @CanIgnoreReturnValue
  public Tiles perRow(int count) {
    checkArgument(count >= 1, "Expected at least 1 matrix in a row but got %s.", count);
    perRow = count;
    return this;
  }

  /**
   * The width of a cell in pixels; chosen to fill the page if nothing is said.
   *
   * @throws IllegalArgumentException if it is not above 0
   */
  @CanIgnoreReturnValue
  public Tiles cell(double pixels) {
    checkArgument(pixels > 0, "Expected a cell of more than 0 pixels but got %s.", pixels);
    cell = pixels;
    return this;
  }

  /**
   * The picture.
   *
   * @throws IllegalStateException if there is no matrix
   */
  public String toSvg() {
    if (panels.isEmpty()) {
      throw new IllegalStateException(
          "The picture \"" + title + "\" has no matrix to show; add one.");
    }
    return new Drawing().svg();
  }

  private String description() {
    return panels.stream()
        .map(
            panel ->
                "%s: %d rows, %d columns, largest magnitude %s."
                    .formatted(
                        panel.caption,
                        panel.matrix.rows(),
                        panel.matrix.columns(),
                        Sheet.number(panel.largest(), 3)))
        .collect(joining(" "));
  }

  /** One drawing of the picture. */
  private final class Drawing {
    private final Sheet sheet = new Sheet();
    private final int abreast = Math.min(perRow, panels.size());
    private final double before =
        rowLabels.stream().mapToDouble(label -> Sheet.widthOf(label, CAPTION) + 8).max().orElse(0);
    private final double side = cell > 0 ? cell : fittingCell();

    private boolean hasBelow() {
      return panels.stream()
          .flatMapToDouble(p -> DoubleStream.of(p.matrix.array()))
          .anyMatch(e -> e < 0);
    }

    private double fittingCell() {
      int columns = panels.stream().mapToInt(p -> p.matrix.columns()).max().orElse(1);
      double room = (632 - (abreast - 1) * GAP) / abreast - before;
      return Math.max(
          1, Math.min(format.isPresent() ? 64 : 36, Math.floor(room / columns * 4) / 4));
    }

    String svg() {
      sheet.text(MARGIN, 28, "start", 16, Ink.TEXT, " font-weight=\"bold\"", title);
      double wide = Sheet.widthOf(title, 17);
      double y = 46 + (columnLabels.isEmpty() ? 0 : 16);
      for (int from = 0; from < panels.size(); from += abreast) {
        double x = MARGIN + before;
        double tall = 0;
        for (Panel panel : panels.subList(from, Math.min(from + abreast, panels.size()))) {
          double across = panel.matrix.columns() * side;
          double down = panel.matrix.rows() * side;
          draw(panel, x, y);
          double captionWidth = Sheet.widthOf(panel.caption, CAPTION);
          sheet.text(x + across / 2, y + down + 19, "middle", CAPTION, Ink.MUTED, panel.caption);
          x += Math.max(across, captionWidth) + GAP + before;
          tall = Math.max(tall, down);
        }
        wide = Math.max(wide, x - MARGIN - GAP - before);
        y += tall + 19 + GAP + (columnLabels.isEmpty() ? 0 : 16);
      }
      return sheet.toSvg(
          wide + 2 * MARGIN, y + (hasBelow() && !ink ? scale(y) : 0), title, description());
    }

    private void draw(Panel panel, double x, double y) {
      Matrix matrix = panel.matrix;
      double largest = panel.largest();
      sheet.rect(x, y, matrix.columns() * side, matrix.rows() * side, sheet.stroke(Ink.GRID, 1));
      for (int level = 1; level <= LEVELS; level++) {
        runs(matrix, largest, level, x, y, ink ? Ink.TEXT : Ink.ABOVE);
        if (!ink) {
          runs(matrix, largest, -level, x, y, Ink.BELOW);
        }
      }
      format.ifPresent(pattern -> numbers(pattern, matrix, x, y));
      for (int i = 0; i < Math.min(rowLabels.size(), matrix.rows()); i++) {
        double middle = y + (i + 0.5) * side + 4.5;
        sheet.text(x - 6, middle, "end", CAPTION, Ink.MUTED, rowLabels.get(i));
      }
      for (int j = 0; j < Math.min(columnLabels.size(), matrix.columns()); j++) {
        double middle = x + (j + 0.5) * side;
        sheet.text(middle, y - 6, "middle", CAPTION, Ink.MUTED, columnLabels.get(j));
      }
    }

    /** All cells of one strength as one path, neighbours joined. */
    private void runs(Matrix matrix, double largest, int level, double x, double y, Ink colour) {
      StringBuilder path = new StringBuilder();
      for (int i = 0; i < matrix.rows(); i++) {
        for (int j = 0; j < matrix.columns(); j++) {
          int start = j;
          while (j < matrix.columns() && level(matrix.at(i, j), largest) == level) {
            j++;
          }
          if (j > start) {
            String length = Sheet.number((j - start) * side);
            path.append('M').append(Sheet.at(x + start * side, y + i * side));
            path.append('h').append(length).append('v').append(Sheet.number(side));
            path.append("h-").append(length).append('z');
          }
        }
      }
      if (!path.isEmpty()) {
        double opacity = Math.abs(level) / (double) LEVELS;
        sheet.path(
            path.toString(),
            sheet.fill(colour)
                + (opacity < 1 ? " fill-opacity=\"" + Sheet.number(opacity) + "\"" : "")
                + " shape-rendering=\"crispEdges\"");
      }
    }

    /** From −20 to 20; only 0 itself and what is not finite are 0. */
    private int level(double number, double largest) {
      if (number == 0 || !Double.isFinite(number)) {
        return 0;
      }
      int strength = (int) Math.max(1, Math.round(LEVELS * Math.abs(number) / largest));
      return number > 0 ? strength : -strength;
    }

    private void numbers(String pattern, Matrix matrix, double x, double y) {
      double size = Math.min(14, side * 0.3);
      for (int i = 0; i < matrix.rows(); i++) {
        for (int j = 0; j < matrix.columns(); j++) {
          if (matrix.at(i, j) != 0) {
            sheet.text(
                x + (j + 0.5) * side,
                y + (i + 0.5) * side + size * 0.36,
                "middle",
                size,
                Ink.TEXT,
                String.format(Locale.ROOT, pattern, matrix.at(i, j)));
          }
        }
      }
    }

    /** What the colours mean. Returns its height. */
    private double scale(double y) {
      double x = MARGIN;
      for (int level = -LEVELS; level <= LEVELS; level += 4, x += 14) {
        if (level != 0) {
          sheet.rect(
              x,
              y,
              14,
              10,
              sheet.fill(level > 0 ? Ink.ABOVE : Ink.BELOW)
                  + " fill-opacity=\""
                  + Sheet.number(Math.abs(level) / (double) LEVELS)
                  + "\"");
        }
      }
      sheet.rect(MARGIN, y, x - MARGIN, 10, sheet.stroke(Ink.GRID, 1));
      sheet.text(x + 10, y + 9.5, "start", 12, Ink.MUTED, "below 0 … above 0, up to the largest");
      return 30;
    }
  }
}
