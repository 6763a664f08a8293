package org.vbar.notebook;

import java.util.function.DoubleBinaryOperator;

/**
 * The lines on which a function on the unit square has a given value, by marching squares: in each
 * cell of a grid, the edges whose ends lie on different sides of the value are joined by a stroke,
 * at places found by linear interpolation.
 */
final class ContourLines {
  private static final int COLUMNS = 160;
  private static final int ROWS = 120;

  private final double[][] values = new double[ROWS + 1][COLUMNS + 1];

  /** Evaluates the function once at every corner. */
  ContourLines(DoubleBinaryOperator function) {
    for (int row = 0; row <= ROWS; row++) {
      for (int column = 0; column <= COLUMNS; column++) {
        values[row][column] =
            function.applyAsDouble((double) column / COLUMNS, (double) row / ROWS);
      }
    }
  }

  /** The lines of one value as SVG path data on an area of the given size; empty if none. */
  String path(double level, double width, double height) {
    StringBuilder path = new StringBuilder();
    for (int row = 0; row < ROWS; row++) {
      for (int column = 0; column < COLUMNS; column++) {
        new Cell(row, column, level, width / COLUMNS, height / ROWS).appendTo(path);
      }
    }
    return path.toString();
  }

  /** One cell for one level. */
  private final class Cell {
    private final int row;
    private final int column;
    private final double level;
    private final double unitX;
    private final double unitY;

    Cell(int row, int column, double level, double unitX, double unitY) {
      this.row = row;
      this.column = column;
      this.level = level;
      this.unitX = unitX;
      this.unitY = unitY;
    }

    /** Corners and edges go round: top left, top right, bottom right, bottom left. */
    private double corner(int k) {
      return values[row + (k >> 1)][column + ((k + 1) % 4 >> 1)] - level;
    }

    void appendTo(StringBuilder path) {
      String open = "";
      for (int k = 0; k < 4; k++) {
        double from = corner(k);
        double to = corner((k + 1) % 4);
        if (from < 0 == to < 0 || !Double.isFinite(from) || !Double.isFinite(to)) {
          continue;
        }
        String crossing = crossing(k, from / (from - to));
        if (open.isEmpty()) {
          open = crossing;
        } else {
          path.append('M').append(open).append('L').append(crossing);
          open = "";
        }
      }
    }

    /** The point at a part of the way along an edge. */
    private String crossing(int edge, double part) {
      double across = edge == 0 ? part : edge == 1 ? 1 : edge == 2 ? 1 - part : 0;
      double down = edge == 0 ? 0 : edge == 1 ? part : edge == 2 ? 1 : 1 - part;
      return Sheet.at((column + across) * unitX, (row + down) * unitY);
    }
  }
}
