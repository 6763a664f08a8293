package org.vbar.notebook;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Equations between matrices with every matrix drawn to scale, as an SVG picture.
 *
 * <pre>{@code
 * String svg =
 *     ShapePicture.titled("Forward")
 *         .size("m", 5).size("in", 3).size("out", 4)
 *         .equation("A[m,out] = X[m,in] W[in,out]")
 *         .toSvg();
 * }</pre>
 *
 * <p>Each index has one colour: equal sides have equal colours and lengths. Where two matrices are
 * multiplied and the inner sizes differ, a cross says so. The methods that add something change
 * this picture and return it.
 */
public final class ShapePicture {
  private static final Pattern EQUATION = Pattern.compile("\\s*(\\S+?)\\[(\\w+),(\\w+)]\\s*(=)?");
  private static final double UNIT = 22;
  private static final double MARGIN = 24;

  private final String title;
  private final Map<String, Integer> sizes = new LinkedHashMap<>();
  private final List<List<Block>> equations = new ArrayList<>();

  /** One matrix; {@code equals} if the equals sign stands after it. */
  private record Block(String symbol, String rows, String columns, boolean equals) {}

  private ShapePicture(String title) {
    this.title = title;
  }

  /** A picture without equations, with a line over it. */
  public static ShapePicture titled(String title) {
    return new ShapePicture(title);
  }

  /**
   * An index and how many values it takes.
   *
   * @throws IllegalArgumentException if the size is not 1 to 12
   */
  @CanIgnoreReturnValue
  public ShapePicture size(String index, int size) {
    checkArgument(
        size >= 1 && size <= 12, "Expected a size of 1 to 12 for %s but got %s.", index, size);
    sizes.put(index, size);
    return this;
  }

  /**
   * A further line.
   *
   * @param equation symbols with their rows and columns in brackets; the first of them is followed
   *     by an equals sign
   * @throws IllegalArgumentException if the equation cannot be read or an index has no size
   */
  @CanIgnoreReturnValue
  public ShapePicture equation(String equation) {
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = EQUATION.matcher(equation);
    int end = 0;
    while (matcher.find() && matcher.start() == end) {
      blocks.add(
          new Block(
              matcher.group(1), index(matcher, 2), index(matcher, 3), matcher.group(4) != null));
      end = matcher.end();
    }
    checkArgument(
        end == equation.length() && blocks.size() > 1 && blocks.get(0).equals(),
        "Expected an equation such as \"A[m,out] = X[m,in] W[in,out]\" but got \"%s\".",
        equation);
    equations.add(blocks);
    return this;
  }

  private String index(Matcher matcher, int group) {
    String index = matcher.group(group);
    checkArgument(
        sizes.containsKey(index),
        "The index %s has no size; give it one with size(\"%s\", …) first.",
        index,
        index);
    return index;
  }

  /**
   * The picture.
   *
   * @throws IllegalStateException if there is no equation
   */
  public String toSvg() {
    if (equations.isEmpty()) {
      throw new IllegalStateException(
          "The picture \"" + title + "\" has no equation to show; add one.");
    }
    return new Drawing().svg();
  }

  private String description() {
    return equations.stream()
        .map(
            blocks ->
                blocks.stream()
                    .map(
                        b ->
                            "%s [%d × %d]%s"
                                .formatted(
                                    b.symbol,
                                    sizes.get(b.rows),
                                    sizes.get(b.columns),
                                    b.equals ? " =" : ""))
                    .collect(Collectors.joining(" ")))
        .collect(Collectors.joining("; "));
  }

  /** One drawing of the picture. */
  private final class Drawing {
    private final Sheet sheet = new Sheet();
    private final List<String> indices = List.copyOf(sizes.keySet());

    private int size(String index) {
      return sizes.getOrDefault(index, 1);
    }

    String svg() {
      sheet.text(MARGIN, 28, "start", 16, Ink.TEXT, " font-weight=\"bold\"", title);
      String legend =
          indices.stream()
              .map(index -> index + " = " + size(index))
              .collect(Collectors.joining(",   "));
      sheet.text(MARGIN, 48, "start", 13, Ink.MUTED, legend);
      double wide = MARGIN + Sheet.widthOf(title, 17);
      double y = 80;
      for (List<Block> equation : equations) {
        double tall = equation.stream().mapToInt(b -> size(b.rows)).max().orElse(1) * UNIT;
        double x = MARGIN + 22;
        for (int k = 0; k < equation.size(); k++) {
          Block block = equation.get(k);
          draw(block, x, y + (tall - size(block.rows) * UNIT) / 2);
          x += size(block.columns) * UNIT;
          if (k + 1 < equation.size()) {
            x += between(block, equation.get(k + 1), x, y + tall / 2);
          }
        }
        wide = Math.max(wide, x);
        y += tall + 58;
      }
      return sheet.toSvg(wide + MARGIN, y - 10, title, description());
    }

    private void draw(Block block, double x, double y) {
      double across = size(block.columns) * UNIT;
      double down = size(block.rows) * UNIT;
      sheet.rect(x, y, across, down, sheet.fill(Ink.GRID) + " fill-opacity=\"0.45\"");
      StringBuilder grid = new StringBuilder();
      for (int i = 1; i < size(block.rows); i++) {
        grid.append('M').append(Sheet.at(x, y + i * UNIT)).append('h').append(Sheet.number(across));
      }
      for (int j = 1; j < size(block.columns); j++) {
        grid.append('M').append(Sheet.at(x + j * UNIT, y)).append('v').append(Sheet.number(down));
      }
      if (!grid.isEmpty()) {
        sheet.path(grid.toString(), sheet.stroke(Ink.AXIS, 0.5));
      }
      sheet.line(x, y, x, y + down, stroke(block.rows));
      sheet.line(x + across, y, x + across, y + down, stroke(block.rows));
      sheet.line(x, y, x + across, y, stroke(block.columns));
      sheet.line(x, y + down, x + across, y + down, stroke(block.columns));
      sheet.text(x - 6, y + down / 2 + 4, "end", 12, Ink.MUTED, block.rows);
      sheet.text(x + across / 2, y - 8, "middle", 12, Ink.MUTED, block.columns);
      sheet.text(
          x + across / 2,
          y + down + 20,
          "middle",
          15,
          Ink.TEXT,
          " font-weight=\"bold\"",
          block.symbol);
    }

    private String stroke(String index) {
      return sheet.stroke(Ink.series(indices.indexOf(index)), 4);
    }

    /** The sign between two matrices. Returns the room for it and the next index. */
    private double between(Block left, Block right, double x, double y) {
      double room = 44 + Sheet.widthOf(right.rows, 12);
      double middle = x + 20;
      if (left.equals) {
        sheet.text(middle, y + 7, "middle", 20, Ink.TEXT, "=");
      } else if (left.columns.equals(right.rows)) {
        sheet.circle(middle, y, 3, sheet.fill(Ink.series(indices.indexOf(right.rows))));
      } else {
        sheet.path(
            "M%sl14 14m0 -14l-14 14".formatted(Sheet.at(middle - 7, y - 7)),
            sheet.stroke(Ink.ORANGE, 4));
      }
      return room;
    }
  }
}
