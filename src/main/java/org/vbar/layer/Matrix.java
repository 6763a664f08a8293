package org.vbar.layer;

import static com.google.common.base.Preconditions.checkElementIndex;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A matrix of doubles in one flat row-major array, with at least one row and one column.
 *
 * <p>Operations return new matrices and leave their operands alone; only {@link #set} and writes to
 * {@link #array()} change a matrix. Products add with the summation index ascending, so that a
 * result does not depend on the machine. NaN and infinities go through as in IEEE 754: no zero is
 * skipped.
 */
@CheckReturnValue
public final class Matrix {
  static final MatrixKernel KERNEL = new PlainKernel();

  /** The rows and columns that {@link #toString} writes out. */
  private static final int SHOWN = 8;

  private final int rows;
  private final int columns;
  private final double[] elements;

  private Matrix(int rows, int columns, double[] elements) {
    this.rows = rows;
    this.columns = columns;
    this.elements = elements;
  }

  /**
   * A matrix of zeros.
   *
   * @param rows at least 1
   * @param columns at least 1
   * @return a new matrix [rows × columns]
   * @throws IllegalArgumentException if a size is below 1 or one array cannot hold the elements
   */
  public static Matrix zeros(int rows, int columns) {
    return new Matrix(rows, columns, new double[checkSize(rows, columns)]);
  }

  /**
   * A matrix of given elements, which are copied.
   *
   * @param rows at least 1
   * @param columns at least 1
   * @param elements rows · columns numbers, row by row. Not modified.
   * @return a new matrix [rows × columns]
   * @throws IllegalArgumentException if a size is below 1 or the number of elements differs
   */
  public static Matrix of(int rows, int columns, double... elements) {
    return view(rows, columns, elements.clone());
  }

  /**
   * A matrix of given rows, which are copied.
   *
   * @param rows at least one row, all of the same length, at least 1. Not modified.
   * @return a new matrix
   * @throws IllegalArgumentException if there is no element or the lengths differ
   */
  public static Matrix ofRows(double[][] rows) {
    Matrix result = zeros(rows.length, rows.length == 0 ? 0 : rows[0].length);
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != result.columns) {
        throw new IllegalArgumentException(
            "Expected %d columns in row %d but got %d: all rows must be as long as the first."
                .formatted(result.columns, i, rows[i].length));
      }
      System.arraycopy(rows[i], 0, result.elements, i * result.columns, result.columns);
    }
    return result;
  }

  /**
   * A matrix on top of an array, which is shared: a change of one is a change of the other.
   *
   * @param rows at least 1
   * @param columns at least 1
   * @param elements rows · columns numbers, row by row
   * @return a matrix [rows × columns]
   * @throws IllegalArgumentException if a size is below 1 or the length differs
   */
  public static Matrix view(int rows, int columns, double[] elements) {
    if (checkSize(rows, columns) != elements.length) {
      throw new IllegalArgumentException(
          "Expected %d elements for a matrix of shape [%d × %d] but got %d."
              .formatted(rows * columns, rows, columns, elements.length));
    }
    return new Matrix(rows, columns, elements);
  }

  private static int checkSize(int rows, int columns) {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "Expected at least 1 row and 1 column but got [%d × %d].".formatted(rows, columns));
    }
    long size = (long) rows * columns;
    if (size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "Expected at most %d elements, which one Java array can hold, but got [%d × %d]."
              .formatted(Integer.MAX_VALUE, rows, columns));
    }
    return (int) size;
  }

  /**
   * The number of rows.
   *
   * @return at least 1
   */
  public int rows() {
    return rows;
  }

  /**
   * The number of columns.
   *
   * @return at least 1
   */
  public int columns() {
    return columns;
  }

  /**
   * The shape as errors show it, such as {@code "[64 × 784]"}.
   *
   * @return rows and columns in brackets
   */
  public String shape() {
    return "[%d × %d]".formatted(rows, columns);
  }

  /**
   * One element.
   *
   * @param row from 0
   * @param column from 0
   * @return the element
   * @throws IndexOutOfBoundsException if there is no such element
   */
  public double at(int row, int column) {
    return elements[index(row, column)];
  }

  /**
   * Changes one element.
   *
   * @param row from 0
   * @param column from 0
   * @param value the new element
   * @throws IndexOutOfBoundsException if there is no such element
   */
  public void set(int row, int column, double value) {
    elements[index(row, column)] = value;
  }

  private int index(int row, int column) {
    return checkElementIndex(row, rows, "row") * columns
        + checkElementIndex(column, columns, "column");
  }

  /**
   * The elements, row by row.
   *
   * @return the array itself, not a copy; writing to it changes the matrix
   */
  public double[] array() {
    return elements;
  }

  /**
   * The same elements in an array of their own.
   *
   * @return a new matrix
   */
  public Matrix copy() {
    return new Matrix(rows, columns, elements.clone());
  }

  /**
   * The matrix product, C = A · B with C[i,j] = Σₖ A[i,k] · B[k,j].
   *
   * @param right B, with as many rows as this matrix has columns
   * @return a new matrix [rows × right.columns], after 2 · rows · columns · right.columns
   *     operations
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public Matrix times(Matrix right) {
    check(
        right.rows == columns,
        right,
        "[%d × n]".formatted(columns),
        "its rows must equal the left operand's columns");
    Matrix product = zeros(rows, right.columns);
    KERNEL.addProduct(rows, right.columns, columns, elements, right.elements, product.elements);
    return product;
  }

  /**
   * The product with this matrix transposed, C = Aᵀ · B with C[i,j] = Σₖ A[k,i] · B[k,j].
   *
   * @param right B, with as many rows as this matrix
   * @return a new matrix [columns × right.columns], after 2 · rows · columns · right.columns
   *     operations
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public Matrix transposeTimes(Matrix right) {
    check(
        right.rows == rows,
        right,
        "[%d × n]".formatted(rows),
        "its rows must equal the rows of the left operand, which is transposed");
    Matrix product = zeros(columns, right.columns);
    KERNEL.addTransposeProduct(
        columns, right.columns, rows, elements, right.elements, product.elements);
    return product;
  }

  /**
   * The product with the right operand transposed, C = A · Bᵀ with C[i,j] = Σₖ A[i,k] · B[j,k].
   *
   * @param right B, with as many columns as this matrix
   * @return a new matrix [rows × right.rows], after 2 · rows · columns · right.rows operations
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public Matrix timesTranspose(Matrix right) {
    check(
        right.columns == columns,
        right,
        "[n × %d]".formatted(columns),
        "its columns, being transposed, must equal the left operand's columns");
    Matrix product = zeros(rows, right.rows);
    KERNEL.addProductTranspose(
        rows, right.rows, columns, elements, right.elements, product.elements);
    return product;
  }

  /**
   * The transpose, C[j,i] = A[i,j].
   *
   * @return a new matrix [columns × rows]
   */
  public Matrix transpose() {
    Matrix result = zeros(columns, rows);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        result.elements[j * rows + i] = elements[i * columns + j];
      }
    }
    return result;
  }

  /**
   * The sum, A + B.
   *
   * @param right B, of the same shape
   * @return a new matrix of the same shape
   * @throws IllegalArgumentException if the shapes differ
   */
  public Matrix plus(Matrix right) {
    return combine(right, (a, b) -> a + b);
  }

  /**
   * The difference, A − B.
   *
   * @param right B, of the same shape
   * @return a new matrix of the same shape
   * @throws IllegalArgumentException if the shapes differ
   */
  public Matrix minus(Matrix right) {
    return combine(right, (a, b) -> a - b);
  }

  /**
   * The element-wise product A ∘ B.
   *
   * @param right B, of the same shape
   * @return a new matrix of the same shape
   * @throws IllegalArgumentException if the shapes differ
   */
  public Matrix hadamard(Matrix right) {
    return combine(right, (a, b) -> a * b);
  }

  /**
   * Every element of two matrices combined, C[i,j] = f(A[i,j], B[i,j]).
   *
   * @param right B, of the same shape
   * @param function f
   * @return a new matrix of the same shape
   * @throws IllegalArgumentException if the shapes differ
   */
  public Matrix combine(Matrix right, DoubleBinaryOperator function) {
    check(
        right.rows == rows && right.columns == columns,
        right,
        shape(),
        "element-wise operations need operands of the same shape");
    Matrix result = zeros(rows, columns);
    for (int i = 0; i < elements.length; i++) {
      result.elements[i] = function.applyAsDouble(elements[i], right.elements[i]);
    }
    return result;
  }

  /**
   * The multiple s · A.
   *
   * @param factor s
   * @return a new matrix of the same shape
   */
  public Matrix scaled(double factor) {
    return map(a -> factor * a);
  }

  /**
   * A function of every element, C[i,j] = f(A[i,j]).
   *
   * @param function f
   * @return a new matrix of the same shape
   */
  public Matrix map(DoubleUnaryOperator function) {
    Matrix result = zeros(rows, columns);
    for (int i = 0; i < elements.length; i++) {
      result.elements[i] = function.applyAsDouble(elements[i]);
    }
    return result;
  }

  /**
   * A row added to every row, C[i,j] = A[i,j] + b[0,j].
   *
   * @param row b [1 × columns]
   * @return a new matrix of the same shape as this one
   * @throws IllegalArgumentException if the shape of the row does not fit
   */
  public Matrix addRow(Matrix row) {
    check(
        row.rows == 1 && row.columns == columns,
        row,
        "[1 × %d]".formatted(columns),
        "a row is added to every row of the left operand");
    Matrix result = copy();
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        result.elements[i * columns + j] += row.elements[j];
      }
    }
    return result;
  }

  /**
   * The sum of every column, c[0,j] = Σᵢ A[i,j], the rows added from first to last.
   *
   * @return a new matrix [1 × columns]
   */
  public Matrix columnSums() {
    Matrix sums = zeros(1, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        sums.elements[j] += elements[i * columns + j];
      }
    }
    return sums;
  }

  private static void check(boolean fits, Matrix right, String expected, String reason) {
    if (!fits) {
      throw new IllegalArgumentException(
          "Expected a right operand of shape %s but got %s: %s."
              .formatted(expected, right.shape(), reason));
    }
  }

  /** Equal shapes and equal elements, compared like {@link Double#equals}: NaN equals NaN. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Matrix that
        && rows == that.rows
        && columns == that.columns
        && Arrays.equals(elements, that.elements);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * rows + columns) + Arrays.hashCode(elements);
  }

  /** The shape and the first rows and columns, such as {@code [2 × 2] {1.0, 2.0; 3.0, 4.0}}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(shape()).append(" {");
    for (int i = 0; i < Math.min(rows, SHOWN); i++) {
      text.append(i == 0 ? "" : "; ");
      for (int j = 0; j < Math.min(columns, SHOWN); j++) {
        text.append(j == 0 ? "" : ", ").append(at(i, j));
      }
      text.append(columns > SHOWN ? ", …" : "");
    }
    return text.append(rows > SHOWN ? "; …}" : "}").toString();
  }
}
