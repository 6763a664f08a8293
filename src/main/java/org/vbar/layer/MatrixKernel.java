package org.vbar.layer;

/**
 * The three matrix products a network needs, each added to what C already holds.
 *
 * <p>All arrays are row-major without gaps; C is [m × n] and must not be A or B. Callers have
 * checked the lengths. Each costs 2 m n k floating-point operations.
 */
interface MatrixKernel {
  /**
   * C += A · B.
   *
   * @param m the rows of A and C
   * @param n the columns of B and C
   * @param k the columns of A and rows of B
   * @param a [m × k]. Not modified.
   * @param b [k × n]. Not modified.
   * @param c [m × n]. Modified.
   */
  void addProduct(int m, int n, int k, double[] a, double[] b, double[] c);

  /**
   * C += Aᵀ · B.
   *
   * @param m the columns of A and rows of C
   * @param n the columns of B and C
   * @param k the rows of A and B
   * @param a [k × m]. Not modified.
   * @param b [k × n]. Not modified.
   * @param c [m × n]. Modified.
   */
  void addTransposeProduct(int m, int n, int k, double[] a, double[] b, double[] c);

  /**
   * C += A · Bᵀ.
   *
   * @param m the rows of A and C
   * @param n the rows of B and columns of C
   * @param k the columns of A and B
   * @param a [m × k]. Not modified.
   * @param b [n × k]. Not modified.
   * @param c [m × n]. Modified.
   */
  void addProductTranspose(int m, int n, int k, double[] a, double[] b, double[] c);
}
