package org.vbar.layer;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.vbar.model.Activation;

/**
 * Arithmetic with float in loops that HotSpot vectorizes, for a JVM without the Vector API.
 *
 * <p>Products round after every multiplication and every addition. Activations are computed in
 * double and rounded once.
 */
class PlainFloats implements Arithmetic {
  /*
   * As in PlainKernel, every array of an innermost loop is indexed by the loop variable itself:
   * rows of B are copied into row arrays, 32 at a time, and rows of C are summed in row arrays.
   *
   * A row of less than 64 columns is too short for a loop of vectors. There columns of A are copied
   * and columns of C are summed, in the same order of additions. A step of 784-256-10 takes 0.92
   * of its time: TrainingBenchmark, batch 64.
   */
  private static final int DEPTH = 32;
  private static final int WIDTH = 256;
  private static final int HEIGHT = 64;
  private static final int NARROW = 64;

  private final float[][] bRows = new float[DEPTH][WIDTH];
  private final float[][] sums = new float[HEIGHT][WIDTH];
  private final float[] row = new float[WIDTH];
  private final float[][] aColumns = new float[DEPTH][HEIGHT];

  @Override
  public final Precision precision() {
    return Precision.FLOAT;
  }

  @Override
  public int panelWidth(int columns) {
    return Math.min(WIDTH, (columns + 15) / 16 * 16);
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
    for (int i0 = 0; i0 < rows; i0 += HEIGHT) {
      int height = Math.min(HEIGHT, rows - i0);
      if (width < NARROW && height > width) {
        int aAt = aStart + i0 * aRowStep;
        sumColumns(
            height, depth, a.floats(), aAt, aRowStep, aColumnStep, b.floats(), bStart, width);
        storeColumns(height, width, c.floats(), cStart + i0 * cRowStep, cRowStep, add, scale);
        continue;
      }
      for (int i = 0; i < height; i++) {
        Arrays.fill(sums[i], 0, width, 0);
      }
      for (int p0 = 0; p0 < depth; p0 += DEPTH) {
        int count = Math.min(DEPTH, depth - p0);
        for (int p = 0; p < count; p++) {
          System.arraycopy(b.floats(), bStart + (p0 + p) * width, bRows[p], 0, width);
        }
        for (int i = 0; i < height; i++) {
          int at = aStart + (i0 + i) * aRowStep + p0 * aColumnStep;
          addRows(a.floats(), at, aColumnStep, count, bRows, sums[i], width);
        }
      }
      for (int i = 0; i < height; i++) {
        store(sums[i], width, c.floats(), cStart + (i0 + i) * cRowStep, add, (float) scale);
      }
    }
  }

  /** Columns of A times B into the first rows of {@code sums}, a column of C each. */
  private void sumColumns(
      int height,
      int depth,
      float[] a,
      int aStart,
      int aRowStep,
      int aColumnStep,
      float[] b,
      int bStart,
      int width) {
    for (int j = 0; j < width; j++) {
      Arrays.fill(sums[j], 0, height, 0);
    }
    for (int p0 = 0; p0 < depth; p0 += DEPTH) {
      int count = Math.min(DEPTH, depth - p0);
      for (int i = 0; i < height; i++) {
        int at = aStart + i * aRowStep + p0 * aColumnStep;
        for (int p = 0; p < count; p++) {
          aColumns[p][i] = a[at + p * aColumnStep];
        }
      }
      for (int j = 0; j < width; j++) {
        addRows(b, bStart + p0 * width + j, width, count, aColumns, sums[j], height);
      }
    }
  }

  private void storeColumns(
      int height, int width, float[] c, int start, int rowStep, boolean add, double scale) {
    float factor = (float) scale;
    for (int i = 0; i < height; i++) {
      int at = start + i * rowStep;
      for (int j = 0; j < width; j++) {
        c[at + j] = add ? c[at + j] + factor * sums[j][i] : sums[j][i];
      }
    }
  }

  /** sum += Σₚ factors[start + p · step] · rows[p], added from left to right. */
  private static void addRows(
      float[] factors, int start, int step, int depth, float[][] rows, float[] sum, int width) {
    int at = start;
    int p = 0;
    for (; p + 3 < depth; p += 4) {
      addScaledRows(
          sum,
          factors[at],
          rows[p],
          factors[at + step],
          rows[p + 1],
          factors[at + 2 * step],
          rows[p + 2],
          factors[at + 3 * step],
          rows[p + 3],
          width);
      at += 4 * step;
    }
    for (; p < depth; p++) {
      addScaledRow(sum, factors[at], rows[p], width);
      at += step;
    }
  }

  private static void addScaledRows(
      float[] sum,
      float a0,
      float[] b0,
      float a1,
      float[] b1,
      float a2,
      float[] b2,
      float a3,
      float[] b3,
      int width) {
    for (int j = 0; j < width; j++) {
      sum[j] = sum[j] + a0 * b0[j] + a1 * b1[j] + a2 * b2[j] + a3 * b3[j];
    }
  }

  private static void addScaledRow(float[] sum, float a, float[] b, int width) {
    for (int j = 0; j < width; j++) {
      sum[j] += a * b[j];
    }
  }

  /** c = sum or c += scale · sum, from {@code start} on. */
  private void store(float[] sum, int width, float[] c, int start, boolean add, float scale) {
    if (add) {
      System.arraycopy(c, start, row, 0, width);
      addScaledRow(row, scale, sum, width);
      System.arraycopy(row, 0, c, start, width);
    } else {
      System.arraycopy(sum, 0, c, start, width);
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
    DoubleUnaryOperator value = Activations.value(activation);
    DoubleUnaryOperator slope = Activations.derivative(activation);
    float[] z = a.floats();
    float[] d = derivative.floats();
    float[] b = biases.floats();
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        int at = start + i * rowStep + j;
        float x = z[at] + b[biasStart + j];
        switch (activation) {
          case IDENTITY -> {
            z[at] = x;
            d[at] = 1;
          }
          case RELU -> {
            z[at] = Math.max(x, 0f);
            d[at] = x > 0 ? 1 : x <= 0 ? 0 : x;
          }
          case SIGMOID -> {
            double e = Math.exp(-Math.abs((double) x));
            double r = 1 / (1 + e);
            z[at] = (float) (x >= 0 ? r : e * r);
            d[at] = (float) (e * r * r);
          }
          default -> {
            z[at] = (float) value.applyAsDouble(x);
            d[at] = (float) slope.applyAsDouble(x);
          }
        }
      }
    }
  }

  @Override
  public void multiplyElements(int start, int count, Numbers x, Numbers y) {
    float[] product = x.floats();
    float[] factor = y.floats();
    for (int i = start; i < start + count; i++) {
      product[i] *= factor[i];
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
    float[] sum = sums[0];
    for (int j0 = 0; j0 < columns; j0 += WIDTH) {
      int width = Math.min(WIDTH, columns - j0);
      Arrays.fill(sum, 0, width, 0);
      for (int i = 0; i < rows; i++) {
        System.arraycopy(x.floats(), start + i * rowStep + j0, row, 0, width);
        addScaledRow(sum, 1, row, width);
      }
      store(sum, width, out.floats(), outStart + j0, add, (float) scale);
    }
  }

  @Override
  public void exponentials(int start, int count, Numbers x, double shift) {
    float[] array = x.floats();
    for (int i = start; i < start + count; i++) {
      array[i] = (float) Math.exp(array[i] - shift);
    }
  }
}
