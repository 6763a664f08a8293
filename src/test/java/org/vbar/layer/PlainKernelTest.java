package org.vbar.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainKernelTest {
  private static final MatrixKernel KERNEL = new PlainKernel();

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "1, 1, 5",
    "1, 7, 1",
    "7, 1, 1",
    "1, 129, 3",
    "65, 1, 33",
    "2, 3, 4",
    "3, 127, 31",
    "63, 128, 32",
    "64, 129, 33",
    "65, 10, 35",
    "64, 10, 128",
    "10, 784, 64",
    "129, 257, 66",
    "64, 128, 784"
  })
  void products_anyShape_equalThreeLoopsBitForBit(int m, int n, int k) {
    Random random = new Random(m * 1_000_003L + n * 1009L + k);
    Matrix a = Expect.gaussian(random, m, k);
    Matrix b = Expect.gaussian(random, k, n);
    Matrix start = Expect.gaussian(random, m, n);
    double[] expected = threeLoops(a, b, start);

    double[] product = start.array().clone();
    KERNEL.addProduct(m, n, k, a.array(), b.array(), product);
    assertArrayEquals(expected, product);

    double[] transposeProduct = start.array().clone();
    KERNEL.addTransposeProduct(m, n, k, a.transpose().array(), b.array(), transposeProduct);
    assertArrayEquals(expected, transposeProduct);

    double[] productTranspose = start.array().clone();
    KERNEL.addProductTranspose(m, n, k, a.array(), b.transpose().array(), productTranspose);
    assertArrayEquals(expected, productTranspose);
  }

  private static double[] threeLoops(Matrix a, Matrix b, Matrix start) {
    Matrix c = start.copy();
    for (int i = 0; i < c.rows(); i++) {
      for (int j = 0; j < c.columns(); j++) {
        double sum = c.at(i, j);
        for (int k = 0; k < a.columns(); k++) {
          sum += a.at(i, k) * b.at(k, j);
        }
        c.set(i, j, sum);
      }
    }
    return c.array();
  }

  @Test
  void addProduct_zeroTimesInfinity_isNotSkipped() {
    double[] c = {0, 0};

    KERNEL.addProduct(
        1, 2, 1, new double[] {0}, new double[] {Double.POSITIVE_INFINITY, Double.NaN}, c);

    assertTrue(Double.isNaN(c[0]));
    assertTrue(Double.isNaN(c[1]));
  }

  @Test
  void addProduct_twice_adds() {
    double[] c = {1};

    KERNEL.addProduct(1, 1, 2, new double[] {2, 3}, new double[] {5, 7}, c);
    KERNEL.addProduct(1, 1, 2, new double[] {2, 3}, new double[] {5, 7}, c);

    assertEquals(63, c[0]);
  }
}
