package org.vbar.perf;

import java.util.Arrays;

/**
 * A network with tanh, a linear last layer and half the squared error, its gradient written by
 * hand. Parameters lie as recorded: per layer the weights neuron after neuron, then the biases.
 */
final class HandWrittenMlp implements CompiledBenchmark.HandWritten {
  private final int[] sizes;
  private final double[] target;
  private final double[][] z;
  private final double[][] zBar;

  HandWrittenMlp(int[] sizes, double[] input, double[] target) {
    this.sizes = sizes;
    this.target = target;
    this.z = new double[sizes.length][];
    this.zBar = new double[sizes.length][];
    for (int l = 0; l < sizes.length; l++) {
      z[l] = l == 0 ? input : new double[sizes[l]];
      zBar[l] = new double[sizes[l]];
    }
  }

  @Override
  public double gradient(double[] p, double[] g) {
    int at = 0;
    int last = sizes.length - 1;
    for (int l = 1; l <= last; l++) {
      int in = sizes[l - 1];
      for (int j = 0; j < sizes[l]; j++) {
        double a = 0;
        for (int i = 0; i < in; i++) {
          a += z[l - 1][i] * p[at + j * in + i];
        }
        a += p[at + in * sizes[l] + j];
        z[l][j] = l < last ? StrictMath.tanh(a) : a;
      }
      at += (in + 1) * sizes[l];
    }
    double loss = 0;
    for (int j = 0; j < sizes[last]; j++) {
      double e = z[last][j] - target[j];
      loss += e * e / 2;
      zBar[last][j] = e;
    }
    for (int l = last; l >= 1; l--) {
      int in = sizes[l - 1];
      at -= (in + 1) * sizes[l];
      double[] below = zBar[l - 1];
      double[] zIn = z[l - 1];
      Arrays.fill(below, 0);
      for (int j = 0; j < sizes[l]; j++) {
        double aBar = l < last ? zBar[l][j] * (1 - z[l][j] * z[l][j]) : zBar[l][j];
        int row = at + j * in;
        for (int i = 0; i < in; i++) {
          g[row + i] = aBar * zIn[i];
        }
        if (l > 1) {
          for (int i = 0; i < in; i++) {
            below[i] += aBar * p[row + i];
          }
        }
        g[at + in * sizes[l] + j] = aBar;
      }
    }
    return loss;
  }
}
