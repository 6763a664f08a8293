package org.vbar.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProductsTest {
  /** Around the edges of tiles (8 and 4 rows), vectors, panels (16 to 256) and blocks of depth. */
  private static final int[] ROWS = {1, 3, 4, 7, 8, 9, 13, 65};

  private static final int[] COLUMNS = {1, 7, 8, 10, 16, 17, 33, 128, 130, 257};
  private static final int[] DEPTHS = {1, 2, 5, 33, 256, 257, 514};

  static List<Arithmetic> arithmetics() {
    List<Arithmetic> all = new ArrayList<>();
    for (Instructions instructions : Instructions.values()) {
      for (Precision precision : Precision.values()) {
        if (instructions.isAvailable()) {
          all.add(instructions.arithmetic(precision));
        }
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("arithmetics")
  void multiply_shapesAcrossTileEdges_equalsTripleLoop(Arithmetic arithmetic) {
    for (int rows : ROWS) {
      for (int columns : COLUMNS) {
        for (int depth : DEPTHS) {
          Case product = new Case(arithmetic, rows, columns, depth, new Random(rows + columns));
          product.multiply(0, rows, false, 1);
          product.assertEqualsTripleLoop(false, 1);
          product.multiply(0, rows, true, -0.5);
          product.assertEqualsTripleLoop(true, -0.5);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("arithmetics")
  void multiply_leftTransposed_equalsProductOfTranspose(Arithmetic arithmetic) {
    for (int rows : ROWS) {
      Case product = new Case(arithmetic, rows, 33, 70, new Random(rows));
      Numbers expected = product.multiply(0, rows, false, 1);
      Numbers transposed = Numbers.zeros(arithmetic.precision(), rows * 70);
      for (int i = 0; i < rows; i++) {
        for (int p = 0; p < 70; p++) {
          transposed.set(p * rows + i, product.left.numbers().at(i * 70 + p));
        }
      }
      product.left = new Products.Left(transposed, 0, rows, 1).transposed();
      assertSame(expected, product.multiply(0, rows, false, 1));
    }
  }

  @ParameterizedTest
  @MethodSource("arithmetics")
  void multiply_rightPackedAsTranspose_equalsProductWithTranspose(Arithmetic arithmetic) {
    for (int columns : COLUMNS) {
      Case product = new Case(arithmetic, 9, columns, 37, new Random(columns));
      Numbers expected = product.multiply(0, 9, false, 1);
      Panels transposed = Panels.zeros(arithmetic, columns, 37);
      transposed.packTranspose(0, 37, product.right);
      Panels back = Panels.zeros(arithmetic, 37, columns);
      back.packTranspose(0, columns, transposed);
      product.right = back;
      assertSame(expected, product.multiply(0, 9, false, 1));
    }
  }

  @ParameterizedTest
  @MethodSource("arithmetics")
  void multiply_cutBetweenRows_isTheSameToTheLastBit(Arithmetic arithmetic) {
    Case product = new Case(arithmetic, 29, 40, 300, new Random(5));
    Numbers whole = product.multiply(0, 29, false, 1);
    for (int cut : new int[] {1, 5, 8, 20}) {
      Case again = new Case(arithmetic, 29, 40, 300, new Random(5));
      again.multiply(cut, 29, false, 1);
      assertSame(whole, again.multiply(0, cut, false, 1));
    }
  }

  private static void assertSame(Numbers expected, Numbers actual) {
    for (int i = 0; i < expected.length(); i++) {
      assertEquals(expected.at(i), actual.at(i), 0.0);
    }
  }

  /** Random operands and their product. */
  private static final class Case {
    private final Arithmetic arithmetic;
    private final int rows;
    private final int columns;
    private final int depth;
    private final Numbers c;
    private final Products.Target target;
    private final double[] before;
    private Products.Left left;
    private Panels right;

    Case(Arithmetic arithmetic, int rows, int columns, int depth, Random random) {
      this.arithmetic = arithmetic;
      this.rows = rows;
      this.columns = columns;
      this.depth = depth;
      Numbers a = Numbers.zeros(arithmetic.precision(), rows * depth);
      for (int i = 0; i < a.length(); i++) {
        a.set(i, random.nextGaussian());
      }
      left = new Products.Left(a, 0, depth, 1);
      right = Panels.zeros(arithmetic, depth, columns);
      for (int p = 0; p < depth; p++) {
        for (int j = 0; j < columns; j++) {
          right.numbers().set(right.index(p, j), random.nextGaussian());
        }
      }
      c = Numbers.zeros(arithmetic.precision(), rows * right.paddedColumns());
      target = Products.Target.rows(c, right.paddedColumns(), right.width());
      before = new double[c.length()];
    }

    Numbers multiply(int from, int to, boolean add, double scale) {
      for (int i = 0; i < before.length; i++) {
        before[i] = c.at(i);
      }
      Products.multiply(arithmetic, from, to, depth, left, right, target, add, scale);
      return c;
    }

    void assertEqualsTripleLoop(boolean add, double scale) {
      double unit = arithmetic.precision() == Precision.FLOAT ? 1e-6 : 1e-15;
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          double sum = 0;
          double size = 1;
          for (int p = 0; p < depth; p++) {
            double term = left.numbers().at(i * depth + p) * right.numbers().at(right.index(p, j));
            sum += term;
            size += Math.abs(term);
          }
          int at = i * right.paddedColumns() + j;
          double expected = add ? before[at] + scale * sum : sum;
          assertEquals(expected, c.at(at), 4 * unit * size);
        }
      }
    }
  }
}
