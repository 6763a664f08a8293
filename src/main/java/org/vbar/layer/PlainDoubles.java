package org.vbar.layer;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.vbar.model.Activation;

/**
 * Arithmetic with double in loops that HotSpot vectorizes, for a JVM without the Vector API.
 *
 * <p>Products round after every multiplication and every addition. Activations are those of {@link
 * Activations}.
 */
class PlainDoubles implements Arithmetic {
  /*
   * As in PlainKernel, every array of an innermost loop is indexed by the loop variable itself:
   * rows of B are copied into row arrays, 32 at a time, and rows of C are summed in row arrays.
   */
  private static final int DEPTH = 32;
  private static final int WIDTH = 128;
  private static final int HEIGHT = 64;

  private final double[][] bRows = new double[DEPTH][WIDTH];
  private final double[][] sums = new double[HEIGHT][WIDTH];
  private final double[] row = new double[WIDTH];

  @Override
  public final Precision precision() {
    return Precision.DOUBLE;
  }

  @Override
  public int panelWidth(int columns) {
    return Math.min(WIDTH, (columns + 7) / 8 * 8);
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
      for (int i = 0; i < height; i++) {
        Arrays.fill(sums[i], 0, width, 0);
      }
      for (int p0 = 0; p0 < depth; p0 += DEPTH) {
        int count = Math.min(DEPTH, depth - p0);
        for (int p = 0; p < count; p++) {
          System.arraycopy(b.doubles(), bStart + (p0 + p) * width, bRows[p], 0, width);
        }
        for (int i = 0; i < height; i++) {
          int at = aStart + (i0 + i) * aRowStep + p0 * aColumnStep;
          addRow(a.doubles(), at, aColumnStep, count, sums[i], width);
        }
      }
      for (int i = 0; i < height; i++) {
        store(sums[i], width, c.doubles(), cStart + (i0 + i) * cRowStep, add, scale);
      }
    }
  }

  private void addRow(double[] a, int start, int step, int depth, double[] sum, int width) {
    int at = start;
    int p = 0;
    for (; p + 3 < depth; p += 4) {
      addScaledRows(
          sum,
          a[at],
          bRows[p],
          a[at + step],
          bRows[p + 1],
          a[at + 2 * step],
          bRows[p + 2],
          a[at + 3 * step],
          bRows[p + 3],
          width);
      at += 4 * step;
    }
    for (; p < depth; p++) {
      addScaledRow(sum, a[at], bRows[p], width);
      at += step;
    }
  }

  private static void addScaledRows(
      double[] sum,
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
      sum[j] = sum[j] + a0 * b0[j] + a1 * b1[j] + a2 * b2[j] + a3 * b3[j];
    }
  }

  private static void addScaledRow(double[] sum, double a, double[] b, int width) {
    for (int j = 0; j < width; j++) {
      sum[j] += a * b[j];
    }
  }

  /** c = sum or c += scale · sum, from {@code start} on. */
  private void store(double[] sum, int width, double[] c, int start, boolean add, double scale) {
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
    double[] z = a.doubles();
    double[] d = derivative.doubles();
    double[] b = biases.doubles();
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        int at = start + i * rowStep + j;
        double x = z[at] + b[biasStart + j];
        switch (activation) {
          case IDENTITY -> {
            z[at] = x;
            d[at] = 1;
          }
          case RELU -> {
            z[at] = Math.max(x, 0.0);
            d[at] = x > 0 ? 1 : x <= 0 ? 0 : x;
          }
          case SIGMOID -> {
            double e = Math.exp(-Math.abs(x));
            double r = 1 / (1 + e);
            z[at] = (x >= 0 ? r : e * r);
            d[at] = (e * r * r);
          }
          default -> {
            z[at] = value.applyAsDouble(x);
            d[at] = slope.applyAsDouble(x);
          }
        }
      }
    }
  }

  @Override
  public void multiplyElements(int start, int count, Numbers x, Numbers y) {
    double[] product = x.doubles();
    double[] factor = y.doubles();
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
    double[] sum = sums[0];
    for (int j0 = 0; j0 < columns; j0 += WIDTH) {
      int width = Math.min(WIDTH, columns - j0);
      Arrays.fill(sum, 0, width, 0);
      for (int i = 0; i < rows; i++) {
        System.arraycopy(x.doubles(), start + i * rowStep + j0, row, 0, width);
        addScaledRow(sum, 1, row, width);
      }
      store(sum, width, out.doubles(), outStart + j0, add, scale);
    }
  }

  @Override
  public void exponentials(int start, int count, Numbers x, double shift) {
    double[] array = x.doubles();
    for (int i = start; i < start + count; i++) {
      array[i] = Math.exp(array[i] - shift);
    }
  }
}
