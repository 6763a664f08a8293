package org.vbar.perf;

import java.util.Arrays;

/**
 * The integration of {@link CompiledBenchmark#rungeKutta} with its gradient written by hand: all
 * states and stages are kept going forward, and the steps are taken back one by one.
 */
final class HandWrittenRungeKutta implements CompiledBenchmark.HandWritten {
  private static final double H = 0.01;
  private static final double HALF = 0.005;
  private static final double SIXTH = 0.01 / 6;

  private final int n;

  /** Per step: the points at which its four slopes are taken, the first being the state. */
  private final double[][][] stages;

  private final double[][] k;
  private final double[][] kBar;
  private final double[] stageBar;

  HandWrittenRungeKutta(int n, int steps) {
    this.n = n;
    this.stages = new double[steps + 1][4][n];
    this.k = new double[4][n];
    this.kBar = new double[4][n];
    this.stageBar = new double[n];
  }

  @Override
  public double gradient(double[] start, double[] g) {
    int steps = stages.length - 1;
    System.arraycopy(start, 0, stages[0][0], 0, n);
    for (int s = 0; s < steps; s++) {
      step(stages[s], stages[s + 1][0]);
    }
    double sum = 0;
    for (double last : stages[steps][0]) {
      sum += last;
    }
    Arrays.fill(g, 1);
    for (int s = steps - 1; s >= 0; s--) {
      stepBack(stages[s], g);
    }
    return sum;
  }

  private void step(double[][] at, double[] next) {
    slope(at[0], k[0]);
    move(at[0], HALF, k[0], at[1]);
    slope(at[1], k[1]);
    move(at[0], HALF, k[1], at[2]);
    slope(at[2], k[2]);
    move(at[0], H, k[2], at[3]);
    slope(at[3], k[3]);
    double[] y = at[0];
    for (int i = 0; i < n; i++) {
      next[i] = y[i] + SIXTH * (k[0][i] + 2 * (k[1][i] + k[2][i]) + k[3][i]);
    }
  }

  private void slope(double[] y, double[] into) {
    for (int i = 0; i + 1 < n; i++) {
      into[i] = y[i] * y[i + 1];
    }
    into[n - 1] = y[n - 1] * y[0];
  }

  private void move(double[] y, double by, double[] slope, double[] into) {
    for (int i = 0; i < n; i++) {
      into[i] = y[i] + by * slope[i];
    }
  }

  private void stepBack(double[][] at, double[] yBar) {
    for (int i = 0; i < n; i++) {
      kBar[0][i] = SIXTH * yBar[i];
      kBar[1][i] = 2 * SIXTH * yBar[i];
      kBar[2][i] = 2 * SIXTH * yBar[i];
      kBar[3][i] = SIXTH * yBar[i];
    }
    for (int stage = 3; stage >= 1; stage--) {
      slopeBack(at[stage], kBar[stage], stageBar);
      double by = stage == 3 ? H : HALF;
      double[] before = kBar[stage - 1];
      for (int i = 0; i < n; i++) {
        yBar[i] += stageBar[i];
        before[i] += by * stageBar[i];
      }
    }
    slopeBack(at[0], kBar[0], stageBar);
    for (int i = 0; i < n; i++) {
      yBar[i] += stageBar[i];
    }
  }

  private void slopeBack(double[] y, double[] slopeBar, double[] into) {
    into[0] = slopeBar[0] * y[1] + slopeBar[n - 1] * y[n - 1];
    for (int i = 1; i + 1 < n; i++) {
      into[i] = slopeBar[i] * y[i + 1] + slopeBar[i - 1] * y[i - 1];
    }
    into[n - 1] = slopeBar[n - 1] * y[0] + slopeBar[n - 2] * y[n - 2];
  }
}
