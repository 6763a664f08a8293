package org.vbar.layer;

/**
 * Matrix products as plain loops that HotSpot turns into vector instructions.
 *
 * <p>Every element of C is c + a₀ b₀ + a₁ b₁ + …, added from left to right with k ascending and
 * each product rounded, so the result equals three nested loops bit for bit.
 */
final class PlainKernel implements MatrixKernel {
  /*
   * HotSpot (17 to 25) vectorizes a loop if all its arrays are indexed by the loop variable itself.
   * An offset into a flat array keeps it scalar, so tiles of B and C are copied into row arrays, and
   * the innermost loop, addScaledRows, sees nothing but rows.
   *
   *              n                    One tile of B is 32 rows of 128 columns: 32 KiB, which stays
   *          ┌───┬───┐                in the first-level cache while 64 rows of C pass by.
   *        k │ B │   │  DEPTH         Taking four rows of B at a time reads and writes a row of C
   *          ├───┼───┤                once for four products; with eight, JDK 17 was
   *          │   │   │                three times slower.
   *          └───┴───┘
   *    k       WIDTH                  Measured in double, one thread, AVX-512, GFLOP/s (JDK 17 / 25):
   *  ┌───┐   ┌───┬───┐                64 × 784 × 128: 23 / 23; without tiles 16 / 16;
   *  │ A │ m │ C │   │  HEIGHT        with tiles of 64 rows 18 / 18.
   *  └───┘   └───┴───┘
   */
  private static final int DEPTH = 32;
  private static final int WIDTH = 128;
  private static final int HEIGHT = 64;

  @Override
  public void addProduct(int m, int n, int k, double[] a, double[] b, double[] c) {
    multiply(m, n, k, new Left(a, k, 1), b, false, c);
  }

  @Override
  public void addTransposeProduct(int m, int n, int k, double[] a, double[] b, double[] c) {
    multiply(m, n, k, new Left(a, 1, m), b, false, c);
  }

  @Override
  public void addProductTranspose(int m, int n, int k, double[] a, double[] b, double[] c) {
    multiply(m, n, k, new Left(a, k, 1), b, true, c);
  }

  /** The left operand, whose element (i, p) is at {@code i * rowStep + p * columnStep}. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Left(double[] array, int rowStep, int columnStep) {}

  private static void multiply(
      int m, int n, int k, Left a, double[] b, boolean transposeB, double[] c) {
    double[][] bTile = new double[Math.min(DEPTH, k)][Math.min(WIDTH, n)];
    double[][] cTile = new double[Math.min(HEIGHT, m)][Math.min(WIDTH, n)];
    for (int i0 = 0; i0 < m; i0 += HEIGHT) {
      int height = Math.min(HEIGHT, m - i0);
      for (int j0 = 0; j0 < n; j0 += WIDTH) {
        int width = Math.min(WIDTH, n - j0);
        loadRows(c, i0, j0, n, cTile, height, width);
        for (int p0 = 0; p0 < k; p0 += DEPTH) {
          int depth = Math.min(DEPTH, k - p0);
          if (transposeB) {
            loadColumns(b, p0, j0, k, bTile, depth, width);
          } else {
            loadRows(b, p0, j0, n, bTile, depth, width);
          }
          addTile(a, i0, p0, bTile, depth, cTile, height, width);
        }
        storeRows(cTile, height, width, c, i0, j0, n);
      }
    }
  }

  /** Copies rows i0… and columns j0… of a matrix with {@code columns} columns. */
  private static void loadRows(
      double[] from, int i0, int j0, int columns, double[][] tile, int height, int width) {
    for (int i = 0; i < height; i++) {
      System.arraycopy(from, (i0 + i) * columns + j0, tile[i], 0, width);
    }
  }

  /** Copies columns i0… and rows j0… of a matrix with {@code columns} columns, as rows. */
  private static void loadColumns(
      double[] from, int i0, int j0, int columns, double[][] tile, int height, int width) {
    for (int j = 0; j < width; j++) {
      int start = (j0 + j) * columns + i0;
      for (int i = 0; i < height; i++) {
        tile[i][j] = from[start + i];
      }
    }
  }

  private static void storeRows(
      double[][] tile, int height, int width, double[] to, int i0, int j0, int columns) {
    for (int i = 0; i < height; i++) {
      System.arraycopy(tile[i], 0, to, (i0 + i) * columns + j0, width);
    }
  }

  private static void addTile(
      Left a,
      int i0,
      int p0,
      double[][] bTile,
      int depth,
      double[][] cTile,
      int height,
      int width) {
    for (int i = 0; i < height; i++) {
      int start = (i0 + i) * a.rowStep + p0 * a.columnStep;
      addRow(a.array, start, a.columnStep, bTile, depth, cTile[i], width);
    }
  }

  /** One row of C: c += Σₚ a[start + p · step] · b[p]. */
  private static void addRow(
      double[] a, int start, int step, double[][] b, int depth, double[] c, int width) {
    int at = start;
    int p = 0;
    for (; p + 3 < depth; p += 4) {
      addScaledRows(
          c,
          a[at],
          b[p],
          a[at + step],
          b[p + 1],
          a[at + 2 * step],
          b[p + 2],
          a[at + 3 * step],
          b[p + 3],
          width);
      at += 4 * step;
    }
    for (; p < depth; p++) {
      addScaledRow(c, a[at], b[p], width);
      at += step;
    }
  }

  private static void addScaledRows(
      double[] c,
      double a0,
      double[] b0,
      double a1,
      double[] b1,
      double a2,
      double[] b2,
      double a3,
      double[] b3,
      int width) {
    for (int j = 0; j < width; j++) {
      c[j] = c[j] + a0 * b0[j] + a1 * b1[j] + a2 * b2[j] + a3 * b3[j];
    }
  }

  private static void addScaledRow(double[] c, double a, double[] b, int width) {
    for (int j = 0; j < width; j++) {
      c[j] += a * b[j];
    }
  }
}
