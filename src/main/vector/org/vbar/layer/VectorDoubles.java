package org.vbar.layer;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Arithmetic with double in vectors of the machine's width: {@link VectorFloats} in the other
 * precision.
 *
 * <p>Products use fused multiply-add. Activations are those of {@link PlainDoubles}.
 */
final class VectorDoubles extends PlainDoubles {
  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final boolean TALL = SPECIES.vectorBitSize() >= 512;

  /** Sums on their way to a C that keeps what it holds. */
  private final double[] tile = new double[8 * 2 * LANES];

  @Override
  public int panelWidth(int columns) {
    return columns <= LANES ? LANES : 2 * LANES;
  }

  @Override
  public void multiplyPanel(
      int rows,
      int depth,
      Numbers a,
      int aStart,
      int aRowStep,
      int aColumnStep,
      Numbers b,
      int bStart,
      int width,
      Numbers c,
      int cStart,
      int cRowStep,
      boolean add,
      double scale) {
    double[] out = add ? tile : c.doubles();
    int tall = width == LANES || TALL ? 8 : 4;
    int height;
    for (int i = 0; i < rows; i += height) {
      height = rows - i >= tall ? tall : rows - i >= 4 && width > LANES ? 4 : 1;
      int to = cStart + i * cRowStep;
      multiplyTile(
          height,
          depth,
          a.doubles(),
          aStart + i * aRowStep,
          aRowStep,
          aColumnStep,
          b.doubles(),
          bStart,
          width,
          out,
          add ? 0 : to,
          add ? width : cRowStep);
      if (add) {
        addTile(height, width, scale, c.doubles(), to, cRowStep);
      }
    }
  }

  private static void multiplyTile(
      int height,
      int depth,
      double[] a,
      int aStart,
      int aRowStep,
      int aColumnStep,
      double[] b,
      int bStart,
      int width,
      double[] c,
      int cStart,
      int cRowStep) {
    if (width == LANES) {
      if (height == 8) {
        narrow8(depth, a, aStart, aRowStep, aColumnStep, b, bStart, c, cStart, cRowStep);
      } else {
        narrow1(depth, a, aStart, aColumnStep, b, bStart, c, cStart);
      }
    } else if (height == 8) {
      tile8(depth, a, aStart, aRowStep, aColumnStep, b, bStart, c, cStart, cRowStep);
    } else if (height == 4) {
      tile4(depth, a, aStart, aRowStep, aColumnStep, b, bStart, c, cStart, cRowStep);
    } else {
      tile1(depth, a, aStart, aColumnStep, b, bStart, c, cStart);
    }
  }

  /** c += scale · tile. */
  private void addTile(int height, int width, double scale, double[] c, int start, int rowStep) {
    DoubleVector factor = DoubleVector.broadcast(SPECIES, scale);
    for (int i = 0; i < height; i++) {
      for (int j = 0; j < width; j += LANES) {
        int at = start + i * rowStep + j;
        factor
            .fma(
                DoubleVector.fromArray(SPECIES, tile, i * width + j),
                DoubleVector.fromArray(SPECIES, c, at))
            .intoArray(c, at);
      }
    }
  }

  private static void tile8(
      int depth,
      double[] a,
      int aStart,
      int aRowStep,
      int aColumnStep,
      double[] b,
      int bStart,
      double[] c,
      int cStart,
      int cRowStep) {
    DoubleVector s00 = DoubleVector.zero(SPECIES);
    DoubleVector s01 = DoubleVector.zero(SPECIES);
    DoubleVector s10 = DoubleVector.zero(SPECIES);
    DoubleVector s11 = DoubleVector.zero(SPECIES);
    DoubleVector s20 = DoubleVector.zero(SPECIES);
    DoubleVector s21 = DoubleVector.zero(SPECIES);
    DoubleVector s30 = DoubleVector.zero(SPECIES);
    DoubleVector s31 = DoubleVector.zero(SPECIES);
    DoubleVector s40 = DoubleVector.zero(SPECIES);
    DoubleVector s41 = DoubleVector.zero(SPECIES);
    DoubleVector s50 = DoubleVector.zero(SPECIES);
    DoubleVector s51 = DoubleVector.zero(SPECIES);
    DoubleVector s60 = DoubleVector.zero(SPECIES);
    DoubleVector s61 = DoubleVector.zero(SPECIES);
    DoubleVector s70 = DoubleVector.zero(SPECIES);
    DoubleVector s71 = DoubleVector.zero(SPECIES);
    int at = aStart;
    int from = bStart;
    for (int p = 0; p < depth; p++) {
      DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, from);
      DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, from + LANES);
      DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[at]);
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
      DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[at + aRowStep]);
      s10 = a1.fma(b0, s10);
      s11 = a1.fma(b1, s11);
      DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[at + 2 * aRowStep]);
      s20 = a2.fma(b0, s20);
      s21 = a2.fma(b1, s21);
      DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[at + 3 * aRowStep]);
      s30 = a3.fma(b0, s30);
      s31 = a3.fma(b1, s31);
      DoubleVector a4 = DoubleVector.broadcast(SPECIES, a[at + 4 * aRowStep]);
      s40 = a4.fma(b0, s40);
      s41 = a4.fma(b1, s41);
      DoubleVector a5 = DoubleVector.broadcast(SPECIES, a[at + 5 * aRowStep]);
      s50 = a5.fma(b0, s50);
      s51 = a5.fma(b1, s51);
      DoubleVector a6 = DoubleVector.broadcast(SPECIES, a[at + 6 * aRowStep]);
      s60 = a6.fma(b0, s60);
      s61 = a6.fma(b1, s61);
      DoubleVector a7 = DoubleVector.broadcast(SPECIES, a[at + 7 * aRowStep]);
      s70 = a7.fma(b0, s70);
      s71 = a7.fma(b1, s71);
      at += aColumnStep;
      from += 2 * LANES;
    }
    s00.intoArray(c, cStart);
    s01.intoArray(c, cStart + LANES);
    s10.intoArray(c, cStart + cRowStep);
    s11.intoArray(c, cStart + cRowStep + LANES);
    s20.intoArray(c, cStart + 2 * cRowStep);
    s21.intoArray(c, cStart + 2 * cRowStep + LANES);
    s30.intoArray(c, cStart + 3 * cRowStep);
    s31.intoArray(c, cStart + 3 * cRowStep + LANES);
    s40.intoArray(c, cStart + 4 * cRowStep);
    s41.intoArray(c, cStart + 4 * cRowStep + LANES);
    s50.intoArray(c, cStart + 5 * cRowStep);
    s51.intoArray(c, cStart + 5 * cRowStep + LANES);
    s60.intoArray(c, cStart + 6 * cRowStep);
    s61.intoArray(c, cStart + 6 * cRowStep + LANES);
    s70.intoArray(c, cStart + 7 * cRowStep);
    s71.intoArray(c, cStart + 7 * cRowStep + LANES);
  }

  private static void tile4(
      int depth,
      double[] a,
      int aStart,
      int aRowStep,
      int aColumnStep,
      double[] b,
      int bStart,
      double[] c,
      int cStart,
      int cRowStep) {
    DoubleVector s00 = DoubleVector.zero(SPECIES);
    DoubleVector s01 = DoubleVector.zero(SPECIES);
    DoubleVector s10 = DoubleVector.zero(SPECIES);
    DoubleVector s11 = DoubleVector.zero(SPECIES);
    DoubleVector s20 = DoubleVector.zero(SPECIES);
    DoubleVector s21 = DoubleVector.zero(SPECIES);
    DoubleVector s30 = DoubleVector.zero(SPECIES);
    DoubleVector s31 = DoubleVector.zero(SPECIES);
    int at = aStart;
    int from = bStart;
    for (int p = 0; p < depth; p++) {
      DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, from);
      DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, from + LANES);
      DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[at]);
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
      DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[at + aRowStep]);
      s10 = a1.fma(b0, s10);
      s11 = a1.fma(b1, s11);
      DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[at + 2 * aRowStep]);
      s20 = a2.fma(b0, s20);
      s21 = a2.fma(b1, s21);
      DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[at + 3 * aRowStep]);
      s30 = a3.fma(b0, s30);
      s31 = a3.fma(b1, s31);
      at += aColumnStep;
      from += 2 * LANES;
    }
    s00.intoArray(c, cStart);
    s01.intoArray(c, cStart + LANES);
    s10.intoArray(c, cStart + cRowStep);
    s11.intoArray(c, cStart + cRowStep + LANES);
    s20.intoArray(c, cStart + 2 * cRowStep);
    s21.intoArray(c, cStart + 2 * cRowStep + LANES);
    s30.intoArray(c, cStart + 3 * cRowStep);
    s31.intoArray(c, cStart + 3 * cRowStep + LANES);
  }

  private static void tile1(
      int depth,
      double[] a,
      int aStart,
      int aColumnStep,
      double[] b,
      int bStart,
      double[] c,
      int cStart) {
    DoubleVector s00 = DoubleVector.zero(SPECIES);
    DoubleVector s01 = DoubleVector.zero(SPECIES);
    int at = aStart;
    int from = bStart;
    for (int p = 0; p < depth; p++) {
      DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, from);
      DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, from + LANES);
      DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[at]);
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
      at += aColumnStep;
      from += 2 * LANES;
    }
    s00.intoArray(c, cStart);
    s01.intoArray(c, cStart + LANES);
  }

  private static void narrow8(
      int depth,
      double[] a,
      int aStart,
      int aRowStep,
      int aColumnStep,
      double[] b,
      int bStart,
      double[] c,
      int cStart,
      int cRowStep) {
    DoubleVector s00 = DoubleVector.zero(SPECIES);
    DoubleVector s10 = DoubleVector.zero(SPECIES);
    DoubleVector s20 = DoubleVector.zero(SPECIES);
    DoubleVector s30 = DoubleVector.zero(SPECIES);
    DoubleVector s40 = DoubleVector.zero(SPECIES);
    DoubleVector s50 = DoubleVector.zero(SPECIES);
    DoubleVector s60 = DoubleVector.zero(SPECIES);
    DoubleVector s70 = DoubleVector.zero(SPECIES);
    int at = aStart;
    int from = bStart;
    for (int p = 0; p < depth; p++) {
      DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, from);
      s00 = DoubleVector.broadcast(SPECIES, a[at]).fma(b0, s00);
      s10 = DoubleVector.broadcast(SPECIES, a[at + aRowStep]).fma(b0, s10);
      s20 = DoubleVector.broadcast(SPECIES, a[at + 2 * aRowStep]).fma(b0, s20);
      s30 = DoubleVector.broadcast(SPECIES, a[at + 3 * aRowStep]).fma(b0, s30);
      s40 = DoubleVector.broadcast(SPECIES, a[at + 4 * aRowStep]).fma(b0, s40);
      s50 = DoubleVector.broadcast(SPECIES, a[at + 5 * aRowStep]).fma(b0, s50);
      s60 = DoubleVector.broadcast(SPECIES, a[at + 6 * aRowStep]).fma(b0, s60);
      s70 = DoubleVector.broadcast(SPECIES, a[at + 7 * aRowStep]).fma(b0, s70);
      at += aColumnStep;
      from += LANES;
    }
    s00.intoArray(c, cStart);
    s10.intoArray(c, cStart + cRowStep);
    s20.intoArray(c, cStart + 2 * cRowStep);
    s30.intoArray(c, cStart + 3 * cRowStep);
    s40.intoArray(c, cStart + 4 * cRowStep);
    s50.intoArray(c, cStart + 5 * cRowStep);
    s60.intoArray(c, cStart + 6 * cRowStep);
    s70.intoArray(c, cStart + 7 * cRowStep);
  }

  private static void narrow1(
      int depth,
      double[] a,
      int aStart,
      int aColumnStep,
      double[] b,
      int bStart,
      double[] c,
      int cStart) {
    DoubleVector s00 = DoubleVector.zero(SPECIES);
    int at = aStart;
    int from = bStart;
    for (int p = 0; p < depth; p++) {
      DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, from);
      s00 = DoubleVector.broadcast(SPECIES, a[at]).fma(b0, s00);
      at += aColumnStep;
      from += LANES;
    }
    s00.intoArray(c, cStart);
  }

  @Override
  public void multiplyElements(int start, int count, Numbers x, Numbers y) {
    double[] product = x.doubles();
    double[] factor = y.doubles();
    for (int i = start; i < start + count; i += LANES) {
      DoubleVector.fromArray(SPECIES, product, i)
          .mul(DoubleVector.fromArray(SPECIES, factor, i))
          .intoArray(product, i);
    }
  }

  @Override
  public void sumRows(
      int rows,
      int columns,
      Numbers x,
      int start,
      int rowStep,
      Numbers out,
      int outStart,
      boolean add,
      double scale) {
    for (int j = 0; j < columns; j += LANES) {
      DoubleVector sum = DoubleVector.zero(SPECIES);
      for (int i = 0; i < rows; i++) {
        sum = sum.add(DoubleVector.fromArray(SPECIES, x.doubles(), start + i * rowStep + j));
      }
      if (add) {
        // c += scale · sum
        sum =
            DoubleVector.broadcast(SPECIES, scale)
                .fma(sum, DoubleVector.fromArray(SPECIES, out.doubles(), outStart + j));
      }
      sum.intoArray(out.doubles(), outStart + j);
    }
  }
}
