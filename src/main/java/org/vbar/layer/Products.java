package org.vbar.layer;

/**
 * The three matrix products a network needs, A·B, Aᵀ·B and A·Bᵀ, as one: which operand is
 * transposed is only a matter of steps and of how B was packed into {@link Panels}.
 *
 * <p>Order of additions, which is the same for every way of cutting a product into rows: the terms
 * of an element are added from left to right in blocks of {@link #DEPTH}, each starting at 0, and
 * the blocks are added from left to right to C. So results do not depend on the number of threads.
 * They do depend on {@link Instructions}: VECTOR does not round between multiplying and adding.
 */
final class Products {
  /**
   * A panel of this depth is 32 KiB on a machine with vectors of 64 bytes: it stays in the cache.
   */
  static final int DEPTH = 256;

  private Products() {}

  /**
   * A left operand: element (i, p) is at {@code start + i · rowStep + p · columnStep}. Swapping the
   * steps transposes it.
   */
  record Left(Numbers numbers, int start, int rowStep, int columnStep) {
    Left transposed() {
      return new Left(numbers, start, columnStep, rowStep);
    }
  }

  /**
   * Where C goes: column j of row i is at {@code start + i · rowStep + (j − j % width) / width ·
   * panelStep + j % width}, with the width of B's panels. Columns that fill up the last panel are
   * written, too.
   */
  record Target(Numbers numbers, int start, int rowStep, int panelStep) {
    /** A row-major matrix, as left operands are. */
    static Target rows(Numbers numbers, int columns, int width) {
      return new Target(numbers, 0, columns, width);
    }

    /** Panels, as right operands are. */
    static Target panels(Panels panels) {
      return new Target(
          panels.numbers(), panels.start(), panels.width(), panels.rows() * panels.width());
    }
  }

  /**
   * Rows of a product: with P = A B, C = P or C += scale · P.
   *
   * <p>Costs 2 · rows · depth · columns operations.
   *
   * @param from the first row of A and C
   * @param to one more than the last row
   * @param depth how many columns of A and rows of B are multiplied
   * @param c C. Modified.
   * @param add whether C keeps what it holds
   * @param scale the factor of P if C keeps what it holds
   */
  static void multiply(
      Arithmetic arithmetic,
      int from,
      int to,
      int depth,
      Left a,
      Panels b,
      Target c,
      boolean add,
      double scale) {
    for (int p = 0; p < depth; p += DEPTH) {
      int target = c.start + from * c.rowStep;
      for (int column = 0; column < b.columns(); column += b.width()) {
        arithmetic.multiplyPanel(
            to - from,
            Math.min(DEPTH, depth - p),
            a.numbers,
            a.start + from * a.rowStep + p * a.columnStep,
            a.rowStep,
            a.columnStep,
            b.numbers(),
            b.panelStart(column) + p * b.width(),
            b.width(),
            c.numbers,
            target,
            c.rowStep,
            add || p > 0,
            add ? scale : 1);
        target += c.panelStep;
      }
    }
  }
}
