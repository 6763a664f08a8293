package org.vbar.graph;

import java.util.AbstractList;
import java.util.RandomAccess;

/**
 * A matrix of consecutive nodes, as a list in row-major order.
 *
 * <p>The nodes were recorded column after column, so that those of one column, such as the weights
 * of one neuron, lie together: a neuron that reads its weights walks memory without jumps.
 */
public final class NodeMatrix extends AbstractList<Node> implements RandomAccess {
  private final NodeArray columnAfterColumn;
  private final int rows;
  private final int columns;

  NodeMatrix(NodeArray columnAfterColumn, int rows, int columns) {
    this.columnAfterColumn = columnAfterColumn;
    this.rows = rows;
    this.columns = columns;
  }

  /** The number of rows. */
  public int rows() {
    return rows;
  }

  /** The number of columns. */
  public int columns() {
    return columns;
  }

  /**
   * The node in row i and column j, both from 0.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public Node at(int i, int j) {
    if (i < 0 || i >= rows || j < 0 || j >= columns) {
      throw new IndexOutOfBoundsException(
          "Expected a place in [" + rows + " × " + columns + "] but got (" + i + ", " + j + ").");
    }
    return columnAfterColumn.get(j * rows + i);
  }

  /** The nodes of column j, from 0. */
  public NodeArray column(int j) {
    return columnAfterColumn.subList(j * rows, (j + 1) * rows);
  }

  /** The node at place k in row-major order. */
  @Override
  public Node get(int k) {
    return at(k / columns, k % columns);
  }

  @Override
  public int size() {
    return rows * columns;
  }
}
