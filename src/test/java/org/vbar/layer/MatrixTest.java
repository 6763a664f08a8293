package org.vbar.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class MatrixTest {
  private static final Matrix A = Matrix.of(2, 3, 1, 2, 3, 4, 5, 6);
  private static final Matrix B = Matrix.of(3, 2, 7, 8, 9, 10, 11, 12);

  @Test
  void times_twoByThreeAndThreeByTwo_isTheProduct() {
    assertEquals(Matrix.of(2, 2, 58, 64, 139, 154), A.times(B));
  }

  @Test
  void transposeTimes_ofTranspose_isTheProduct() {
    assertEquals(A.times(B), A.transpose().transposeTimes(B));
  }

  @Test
  void timesTranspose_ofTranspose_isTheProduct() {
    assertEquals(A.times(B), A.timesTranspose(B.transpose()));
  }

  @Test
  void transpose_ofTwoByThree_swapsIndices() {
    assertEquals(Matrix.of(3, 2, 1, 4, 2, 5, 3, 6), A.transpose());
  }

  @Test
  void elementwise_sameShape_combinesElements() {
    Matrix other = Matrix.of(2, 3, 6, 5, 4, 3, 2, 1);

    assertEquals(Matrix.of(2, 3, 7, 7, 7, 7, 7, 7), A.plus(other));
    assertEquals(Matrix.of(2, 3, -5, -3, -1, 1, 3, 5), A.minus(other));
    assertEquals(Matrix.of(2, 3, 6, 10, 12, 12, 10, 6), A.hadamard(other));
    assertEquals(Matrix.of(2, 3, 2, 4, 6, 8, 10, 12), A.scaled(2));
    assertEquals(Matrix.of(2, 3, 1, 4, 9, 16, 25, 36), A.map(x -> x * x));
  }

  @Test
  void addRow_ofTwoRows_addsToEach() {
    assertEquals(Matrix.of(2, 3, 11, 22, 33, 14, 25, 36), A.addRow(Matrix.of(1, 3, 10, 20, 30)));
  }

  @Test
  void columnSums_ofTwoRows_isOneRow() {
    assertEquals(Matrix.of(1, 3, 5, 7, 9), A.columnSums());
  }

  @Test
  void operations_leaveTheirOperands() {
    Matrix a = A.copy();

    Matrix sum = a.plus(a);
    Matrix shifted = a.addRow(Matrix.of(1, 3, 1, 1, 1));

    assertEquals(A, a);
    assertNotSame(sum.array(), a.array());
    assertNotSame(shifted.array(), a.array());
  }

  @Test
  void of_givenArrayChangedLater_keepsItsElements() {
    double[] elements = {1, 2};
    Matrix copied = Matrix.of(1, 2, elements);
    Matrix shared = Matrix.view(1, 2, elements);

    elements[0] = 9;
    shared.set(0, 1, 8);

    assertEquals(Matrix.of(1, 2, 1, 2), copied);
    assertEquals(Matrix.of(1, 2, 9, 8), shared);
    assertArrayEquals(new double[] {9, 8}, elements);
  }

  @Test
  void ofRows_ofEqualLengths_copiesRows() {
    assertEquals(A, Matrix.ofRows(new double[][] {{1, 2, 3}, {4, 5, 6}}));
  }

  @Test
  void equals_nanAndShape_areDistinguished() {
    assertEquals(Matrix.of(1, 1, Double.NaN), Matrix.of(1, 1, Double.NaN));
    assertEquals(A.hashCode(), A.copy().hashCode());
    assertNotEquals(Matrix.of(2, 3, 1, 2, 3, 4, 5, 6), Matrix.of(3, 2, 1, 2, 3, 4, 5, 6));
    assertNotEquals(Matrix.of(1, 1, 0.0), Matrix.of(1, 1, -0.0));
    assertNotEquals(A, A.scaled(2));
  }

  @Test
  void toString_smallAndLarge_isReadable() {
    assertEquals("[2 × 3] {1.0, 2.0, 3.0; 4.0, 5.0, 6.0}", A.toString());
    assertEquals(
        "[1 × 784] {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, …}", Matrix.zeros(1, 784).toString());
    assertEquals(
        "[9 × 1] {0.0; 0.0; 0.0; 0.0; 0.0; 0.0; 0.0; 0.0; …}", Matrix.zeros(9, 1).toString());
  }

  @Test
  void products_ofShapesThatDoNotFit_sayWhatWasExpected() {
    refuses(
        "Expected a right operand of shape [3 × n] but got [2 × 3]: its rows must equal the left"
            + " operand's columns.",
        () -> use(A.times(A)));
    refuses(
        "Expected a right operand of shape [2 × n] but got [3 × 2]: its rows must equal the rows of"
            + " the left operand, which is transposed.",
        () -> use(A.transposeTimes(B)));
    refuses(
        "Expected a right operand of shape [n × 3] but got [3 × 2]: its columns, being transposed,"
            + " must equal the left operand's columns.",
        () -> use(A.timesTranspose(B)));
  }

  @Test
  void elementwise_otherShape_isRefused() {
    String message =
        "Expected a right operand of shape [2 × 3] but got [3 × 2]: element-wise operations need"
            + " operands of the same shape.";
    refuses(message, () -> use(A.plus(B)));
    refuses(message, () -> use(A.minus(B)));
    refuses(message, () -> use(A.hadamard(B)));
  }

  @Test
  void addRow_columnVector_isRefused() {
    refuses(
        "Expected a right operand of shape [1 × 3] but got [3 × 1]: a row is added to every row of"
            + " the left operand.",
        () -> use(A.addRow(Matrix.zeros(3, 1))));
  }

  @Test
  void factories_ofNoElements_areRefused() {
    refuses("Expected at least 1 row and 1 column but got [0 × 3].", () -> use(Matrix.zeros(0, 3)));
    refuses(
        "Expected at least 1 row and 1 column but got [0 × 0].",
        () -> use(Matrix.ofRows(new double[0][0])));
    refuses(
        "Expected at most 2147483647 elements, which one Java array can hold, but got [65536 ×"
            + " 65536].",
        () -> use(Matrix.zeros(1 << 16, 1 << 16)));
  }

  @Test
  void factories_ofWrongLengths_areRefused() {
    refuses(
        "Expected 4 elements for a matrix of shape [2 × 2] but got 3.",
        () -> use(Matrix.of(2, 2, 1, 2, 3)));
    refuses(
        "Expected 2 columns in row 1 but got 1: all rows must be as long as the first.",
        () -> use(Matrix.ofRows(new double[][] {{1, 2}, {3}})));
  }

  @Test
  void at_outside_isRefused() {
    assertThrows(IndexOutOfBoundsException.class, () -> A.at(0, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> A.at(-1, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> A.copy().set(2, 0, 1));
  }

  private static void refuses(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  private static void use(Matrix ignored) {}
}
