package org.vbar.layer;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.vbar.model.Activation;

/**
 * Arithmetic with float in vectors of the machine's width, through {@code jdk.incubator.vector}.
 *
 * <p>Products use fused multiply-add: one rounding for a product and its addition. exp, σ and tanh
 * are polynomials, within 2 units in the last place.
 *
 * <p>Loaded by name and only where the module is present: see {@link Instructions}.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // digits as Cephes prints them
final class VectorFloats extends PlainFloats {
  /*
   * A tile of C, 8 rows by 2 vectors, stays in 16 registers while a panel of B passes by:
   *
   *               b0 │ b1      one row of the panel, read once for 8 rows of A
   *            ┌─────┼─────┐
   *      a0 ×  │ s00 │ s01 │   Each step of p is 2 loads, 8 broadcasts and 16 multiply-adds, and
   *      …     │  …  │  …  │   each sum is an independent chain, long enough apart to hide the
   *      a7 ×  │ s70 │ s71 │   latency of 4 cycles on two ports.
   *            └─────┴─────┘
   *
   * With 16 registers instead of 32 (no AVX-512) a tile of 8 rows spills, so 4 are taken there.
   * Each tile is a method of its own and has no masks: JDK 25's compilers refused larger ones ("out
   * of virtual registers") and left them to the interpreter. It only stores its sums: with a choice
   * between storing and adding for each of 16 vectors, JDK 17 stopped inlining and put vectors on
   * the heap.
   *
   * Single rows left over are computed alone. All tiles add in the same order, so a row's bits do
   * not depend on the tile it is in.
   */
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final boolean TALL = SPECIES.vectorBitSize() >= 512;

  /** Sums on their way to a C that keeps what it holds. */
  private final float[] tile = new float[8 * 2 * LANES];

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
    float[] out = add ? tile : c.floats();
    int tall = width == LANES || TALL ? 8 : 4;
    int height;
    for (int i = 0; i < rows; i += height) {
      height = rows - i >= tall ? tall : rows - i >= 4 && width > LANES ? 4 : 1;
      int to = cStart + i * cRowStep;
      multiplyTile(
          height,
          depth,
          a.floats(),
          aStart + i * aRowStep,
          aRowStep,
          aColumnStep,
          b.floats(),
          bStart,
          width,
          out,
          add ? 0 : to,
          add ? width : cRowStep);
      if (add) {
        addTile(height, width, (float) scale, c.floats(), to, cRowStep);
      }
    }
  }

  private static void multiplyTile(
      int height,
      int depth,
      float[] a,
      int aStart,
      int aRowStep,
      int aColumnStep,
      float[] b,
      int bStart,
      int width,
      float[] c,
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
  private void addTile(int height, int width, float scale, float[] c, int start, int rowStep) {
    FloatVector factor = FloatVector.broadcast(SPECIES, scale);
    for (int i = 0; i < height; i++) {
      for (int j = 0; j < width; j += LANES) {
        int at = start + i * rowStep + j;
        factor
            .fma(
                FloatVector.fromArray(SPECIES, tile, i * width + j),
                FloatVector.fromArray(SPECIES, c, at))
            .intoArray(c, at);
      }
    }
  }

  private static void tile8(
      int depth,
      float[] a,
      int aStart,
      int aRowStep,
      int aColumnStep,
      float[] b,
      int bStart,
      float[] c,
      int cStart,
      int cRowStep) {
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s01 = FloatVector.zero(SPECIES);
    FloatVector s10 = FloatVector.zero(SPECIES);
    FloatVector s11 = FloatVector.zero(SPECIES);
    FloatVector s20 = FloatVector.zero(SPECIES);
    FloatVector s21 = FloatVector.zero(SPECIES);
    FloatVector s30 = FloatVector.zero(SPECIES);
    FloatVector s31 = FloatVector.zero(SPECIES);
    FloatVector s40 = FloatVector.zero(SPECIES);
    FloatVector s41 = FloatVector.zero(SPECIES);
    FloatVector s50 = FloatVector.zero(SPECIES);
    FloatVector s51 = FloatVector.zero(SPECIES);
    FloatVector s60 = FloatVector.zero(SPECIES);
    FloatVector s61 = FloatVector.zero(SPECIES);
    FloatVector s70 = FloatVector.zero(SPECIES);
    FloatVector s71 = FloatVector.zero(SPECIES);
    int at = aStart;
    int from = bStart;
    for (int p = 0; p < depth; p++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, from);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, from + LANES);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + aRowStep]);
      s10 = a1.fma(b0, s10);
      s11 = a1.fma(b1, s11);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2 * aRowStep]);
      s20 = a2.fma(b0, s20);
      s21 = a2.fma(b1, s21);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + 3 * aRowStep]);
      s30 = a3.fma(b0, s30);
      s31 = a3.fma(b1, s31);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[at + 4 * aRowStep]);
      s40 = a4.fma(b0, s40);
      s41 = a4.fma(b1, s41);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[at + 5 * aRowStep]);
      s50 = a5.fma(b0, s50);
      s51 = a5.fma(b1, s51);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[at + 6 * aRowStep]);
      s60 = a6.fma(b0, s60);
      s61 = a6.fma(b1, s61);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[at + 7 * aRowStep]);
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
      float[] a,
      int aStart,
      int aRowStep,
      int aColumnStep,
      float[] b,
      int bStart,
      float[] c,
      int cStart,
      int cRowStep) {
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s01 = FloatVector.zero(SPECIES);
    FloatVector s10 = FloatVector.zero(SPECIES);
    FloatVector s11 = FloatVector.zero(SPECIES);
    FloatVector s20 = FloatVector.zero(SPECIES);
    FloatVector s21 = FloatVector.zero(SPECIES);
    FloatVector s30 = FloatVector.zero(SPECIES);
    FloatVector s31 = FloatVector.zero(SPECIES);
    int at = aStart;
    int from = bStart;
    for (int p = 0; p < depth; p++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, from);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, from + LANES);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + aRowStep]);
      s10 = a1.fma(b0, s10);
      s11 = a1.fma(b1, s11);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2 * aRowStep]);
      s20 = a2.fma(b0, s20);
      s21 = a2.fma(b1, s21);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + 3 * aRowStep]);
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
      float[] a,
      int aStart,
      int aColumnStep,
      float[] b,
      int bStart,
      float[] c,
      int cStart) {
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s01 = FloatVector.zero(SPECIES);
    int at = aStart;
    int from = bStart;
    for (int p = 0; p < depth; p++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, from);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, from + LANES);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
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
      float[] a,
      int aStart,
      int aRowStep,
      int aColumnStep,
      float[] b,
      int bStart,
      float[] c,
      int cStart,
      int cRowStep) {
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s10 = FloatVector.zero(SPECIES);
    FloatVector s20 = FloatVector.zero(SPECIES);
    FloatVector s30 = FloatVector.zero(SPECIES);
    FloatVector s40 = FloatVector.zero(SPECIES);
    FloatVector s50 = FloatVector.zero(SPECIES);
    FloatVector s60 = FloatVector.zero(SPECIES);
    FloatVector s70 = FloatVector.zero(SPECIES);
    int at = aStart;
    int from = bStart;
    for (int p = 0; p < depth; p++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, from);
      s00 = FloatVector.broadcast(SPECIES, a[at]).fma(b0, s00);
      s10 = FloatVector.broadcast(SPECIES, a[at + aRowStep]).fma(b0, s10);
      s20 = FloatVector.broadcast(SPECIES, a[at + 2 * aRowStep]).fma(b0, s20);
      s30 = FloatVector.broadcast(SPECIES, a[at + 3 * aRowStep]).fma(b0, s30);
      s40 = FloatVector.broadcast(SPECIES, a[at + 4 * aRowStep]).fma(b0, s40);
      s50 = FloatVector.broadcast(SPECIES, a[at + 5 * aRowStep]).fma(b0, s50);
      s60 = FloatVector.broadcast(SPECIES, a[at + 6 * aRowStep]).fma(b0, s60);
      s70 = FloatVector.broadcast(SPECIES, a[at + 7 * aRowStep]).fma(b0, s70);
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
      float[] a,
      int aStart,
      int aColumnStep,
      float[] b,
      int bStart,
      float[] c,
      int cStart) {
    FloatVector s00 = FloatVector.zero(SPECIES);
    int at = aStart;
    int from = bStart;
    for (int p = 0; p < depth; p++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, from);
      s00 = FloatVector.broadcast(SPECIES, a[at]).fma(b0, s00);
      at += aColumnStep;
      from += LANES;
    }
    s00.intoArray(c, cStart);
  }

  @Override
  public void multiplyElements(int start, int count, Numbers x, Numbers y) {
    float[] product = x.floats();
    float[] factor = y.floats();
    for (int i = start; i < start + count; i += LANES) {
      FloatVector.fromArray(SPECIES, product, i)
          .mul(FloatVector.fromArray(SPECIES, factor, i))
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
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int i = 0; i < rows; i++) {
        sum = sum.add(FloatVector.fromArray(SPECIES, x.floats(), start + i * rowStep + j));
      }
      if (add) {
        // c += scale · sum
        sum =
            FloatVector.broadcast(SPECIES, (float) scale)
                .fma(sum, FloatVector.fromArray(SPECIES, out.floats(), outStart + j));
      }
      sum.intoArray(out.floats(), outStart + j);
    }
  }

  @Override
  public void activate(
      Activation activation,
      int rows,
      int columns,
      Numbers a,
      int start,
      int rowStep,
      Numbers biases,
      int biasStart,
      Numbers derivative) {
    float[] z = a.floats();
    float[] d = derivative.floats();
    float[] b = biases.floats();
    for (int i = 0; i < rows; i++) {
      int row = start + i * rowStep;
      switch (activation) {
        case IDENTITY -> identity(columns, z, d, row, b, biasStart);
        case RELU -> rectify(0, columns, z, d, row, b, biasStart);
        case LEAKY_RELU ->
            rectify((float) Activation.LEAKY_SLOPE, columns, z, d, row, b, biasStart);
        case SIGMOID -> sigmoid(columns, z, d, row, b, biasStart);
        case TANH -> tanh(columns, z, d, row, b, biasStart);
        case SOFTPLUS, GELU, SILU ->
            super.activate(activation, 1, columns, a, row, rowStep, biases, biasStart, derivative);
      }
    }
  }

  private static FloatVector biased(float[] z, int at, float[] b, int from) {
    return FloatVector.fromArray(SPECIES, z, at).add(FloatVector.fromArray(SPECIES, b, from));
  }

  private static void identity(int columns, float[] z, float[] d, int at, float[] b, int from) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    for (int j = 0; j < columns; j += LANES) {
      biased(z, at + j, b, from + j).intoArray(z, at + j);
      one.intoArray(d, at + j);
    }
  }

  /** max(x, slope · x); a NaN stays one in both results. */
  private static void rectify(
      float slope, int columns, float[] z, float[] d, int at, float[] b, int from) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    for (int j = 0; j < columns; j += LANES) {
      FloatVector x = biased(z, at + j, b, from + j);
      VectorMask<Float> left = x.compare(VectorOperators.LE, 0);
      VectorMask<Float> unordered = x.compare(VectorOperators.NE, x);
      x.blend(slope == 0 ? FloatVector.zero(SPECIES) : x.mul(slope), left).intoArray(z, at + j);
      one.blend(slope, left).blend(x, unordered).intoArray(d, at + j);
    }
  }

  /** With e = e^−|x|: σ(x) = 1/(1 + e) or e/(1 + e), and σ′(x) = e/(1 + e)². */
  private static void sigmoid(int columns, float[] z, float[] d, int at, float[] b, int from) {
    for (int j = 0; j < columns; j += LANES) {
      FloatVector x = biased(z, at + j, b, from + j);
      x.intoArray(z, at + j);
      x.abs().neg().intoArray(d, at + j);
    }
    exponentials(columns, d, at, 0);
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    for (int j = 0; j < columns; j += LANES) {
      FloatVector e = FloatVector.fromArray(SPECIES, d, at + j);
      FloatVector upper = one.div(e.add(one));
      FloatVector lower = e.mul(upper);
      FloatVector x = FloatVector.fromArray(SPECIES, z, at + j);
      upper.blend(lower, x.compare(VectorOperators.LT, 0)).intoArray(z, at + j);
      lower.mul(upper).intoArray(d, at + j);
    }
  }

  /**
   * With e = e^−2|x|: |tanh(x)| = (1 − e)/(1 + e), near 0 a polynomial, and tanh′(x) = 4e/(1 + e)².
   */
  private static void tanh(int columns, float[] z, float[] d, int at, float[] b, int from) {
    for (int j = 0; j < columns; j += LANES) {
      FloatVector x = biased(z, at + j, b, from + j);
      x.intoArray(z, at + j);
      x.abs().mul(-2).intoArray(d, at + j);
    }
    exponentials(columns, d, at, 0);
    tanhOfExponentials(columns, z, d, at);
  }

  /** Near 0, |x| &lt; 0.625: x + x³ P(x²), after Moshier's Cephes, {@code tanhf}. */
  private static void tanhOfExponentials(int columns, float[] z, float[] d, int at) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    for (int j = 0; j < columns; j += LANES) {
      FloatVector x = FloatVector.fromArray(SPECIES, z, at + j);
      FloatVector e = FloatVector.fromArray(SPECIES, d, at + j);
      FloatVector r = one.div(e.add(one));
      FloatVector far = one.sub(e).mul(r);
      FloatVector square = x.mul(x);
      FloatVector near =
          FloatVector.broadcast(SPECIES, -5.70498872745E-3f)
              .fma(square, FloatVector.broadcast(SPECIES, 2.06390887954E-2f))
              .fma(square, FloatVector.broadcast(SPECIES, -5.37397155531E-2f))
              .fma(square, FloatVector.broadcast(SPECIES, 1.33314422036E-1f))
              .fma(square, FloatVector.broadcast(SPECIES, -3.33332819422E-1f))
              .mul(square)
              .fma(x, x);
      far.blend(far.neg(), x.compare(VectorOperators.LT, 0))
          .blend(near, x.abs().compare(VectorOperators.LT, 0.625f))
          .intoArray(z, at + j);
      e.mul(4).mul(r).mul(r).intoArray(d, at + j);
    }
  }

  @Override
  public void exponentials(int start, int count, Numbers x, double shift) {
    exponentials(count, x.floats(), start, (float) shift);
  }

  /**
   * x ← e^(x − shift), with eˣ = 2ⁿ e^r, n the integer nearest to x / log 2 and |r| ≤ ½ log 2,
   * after Cephes, {@code expf}. Adding 1.5 · 2²³ rounds to an integer, which is then in the lowest
   * bits. 2ⁿ is two factors, so that results below the smallest normal number are right, too.
   *
   * <p>One loop over an array, not a method from vector to vector: in some JVMs HotSpot did not
   * inline such a method and left its argument and its result on the heap.
   */
  private static void exponentials(int count, float[] x, int start, float shift) {
    FloatVector magic = FloatVector.broadcast(SPECIES, 0x1.8p23f);
    for (int i = start; i < start + count; i += LANES) {
      FloatVector bounded = FloatVector.fromArray(SPECIES, x, i).sub(shift).max(-110f).min(100f);
      FloatVector shifted = bounded.fma(FloatVector.broadcast(SPECIES, 1.44269504f), magic);
      FloatVector n = shifted.sub(magic);
      FloatVector r =
          n.fma(
              FloatVector.broadcast(SPECIES, 2.12194440e-4f),
              n.fma(FloatVector.broadcast(SPECIES, -0.693359375f), bounded));
      FloatVector result =
          FloatVector.broadcast(SPECIES, 1.9875691500E-4f)
              .fma(r, FloatVector.broadcast(SPECIES, 1.3981999507E-3f))
              .fma(r, FloatVector.broadcast(SPECIES, 8.3334519073E-3f))
              .fma(r, FloatVector.broadcast(SPECIES, 4.1665795894E-2f))
              .fma(r, FloatVector.broadcast(SPECIES, 1.6666665459E-1f))
              .fma(r, FloatVector.broadcast(SPECIES, 5.0000001201E-1f))
              .fma(r.mul(r), r)
              .add(1);
      IntVector power = shifted.reinterpretAsInts().sub(Float.floatToRawIntBits(0x1.8p23f));
      IntVector half = power.lanewise(VectorOperators.ASHR, 1);
      IntVector rest = power.sub(half);
      result
          .mul(half.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats())
          .mul(rest.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats())
          .intoArray(x, i);
    }
  }
}
