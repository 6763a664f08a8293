package org.vbar.layer;

/**
 * The right operand of a product, B [rows × columns], cut into panels of {@code width} columns.
 *
 * <pre>
 *        width
 *      ┌───────┬───────┬───────┐
 *      │   0 → │   1 → │ 2 → 0 │     Row after row of panel 0, then of panel 1, …: a product reads
 * rows │     → │     → │   → 0 │     a panel as one stream. The last panel is filled up with
 *      │     → │     → │   → 0 │     columns of zeros.
 *      └───────┴───────┴───────┘
 * </pre>
 *
 * @param numbers where the panels lie
 * @param start the index of the first number
 * @param rows the rows that there is room for
 * @param columns the columns, without those that fill up
 * @param width {@link Arithmetic#panelWidth}
 */
record Panels(Numbers numbers, int start, int rows, int columns, int width) {
  /** How many numbers it takes. */
  static int length(int rows, int columns, int width) {
    return Math.multiplyExact(rows, paddedColumns(columns, width));
  }

  /** The columns with those that fill up the last panel. */
  static int paddedColumns(int columns, int width) {
    return (columns + width - 1) / width * width;
  }

  /** New panels of zeros. */
  static Panels zeros(Arithmetic arithmetic, int rows, int columns) {
    int width = arithmetic.panelWidth(columns);
    Numbers numbers = Numbers.zeros(arithmetic.precision(), length(rows, columns, width));
    return new Panels(numbers, 0, rows, columns, width);
  }

  int paddedColumns() {
    return paddedColumns(columns, width);
  }

  /** The index of the first number of the panel that begins with a column. */
  int panelStart(int firstColumn) {
    return start + firstColumn * rows;
  }

  /** The index of an element. */
  int index(int row, int column) {
    int inPanel = column % width;
    return panelStart(column - inPanel) + row * width + inPanel;
  }

  /**
   * Takes rows from {@code from} up to but without {@code to} from a row-major matrix whose rows
   * are filled up like the panels.
   */
  void packRows(int from, int to, Numbers matrix, int rowStep) {
    for (int column = 0; column < columns; column += width) {
      int panel = panelStart(column);
      for (int row = from; row < to; row++) {
        matrix.copy(row * rowStep + column, numbers, panel + row * width, width);
      }
    }
  }

  /**
   * Becomes the transpose of other panels, as far as their rows from {@code from} up to but without
   * {@code to} go.
   */
  void packTranspose(int from, int to, Panels other) {
    switch (numbers.precision()) {
      case FLOAT -> transpose(from, to, other, other.numbers.floats(), numbers.floats());
      case DOUBLE -> transpose(from, to, other, other.numbers.doubles(), numbers.doubles());
    }
  }

  private void transpose(int from, int to, Panels other, float[] source, float[] target) {
    for (int first = 0; first < other.columns; first += other.width) {
      int count = Math.min(other.width, other.columns - first);
      for (int row = from; row < to; row++) {
        int sourceRow = other.index(row, first);
        int at = index(first, row);
        for (int j = 0; j < count; j++, at += width) {
          target[at] = source[sourceRow + j];
        }
      }
    }
  }

  private void transpose(int from, int to, Panels other, double[] source, double[] target) {
    for (int first = 0; first < other.columns; first += other.width) {
      int count = Math.min(other.width, other.columns - first);
      for (int row = from; row < to; row++) {
        int sourceRow = other.index(row, first);
        int at = index(first, row);
        for (int j = 0; j < count; j++, at += width) {
          target[at] = source[sourceRow + j];
        }
      }
    }
  }
}
