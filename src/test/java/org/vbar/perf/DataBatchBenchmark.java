package org.vbar.perf;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.vbar.compile.CompiledFunction;
import org.vbar.compile.Tier;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;

/**
 * The 2-2-1 classifier of {@link BatchBenchmark} as in training: the weights in common, two
 * coordinates and a target as data, and the sum over 100,000 points of the loss and its gradient by
 * the weights, in one thread; milliseconds.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DataBatchBenchmark {
  private static final int ROWS = 100_000;
  private static final int WEIGHTS = 6;
  private static final int DATA = 3;

  private final double[] weights = new SplittableRandom(2).doubles(WEIGHTS, -1, 1).toArray();
  private final double[] samples = new SplittableRandom(3).doubles(ROWS * DATA, -1, 1).toArray();
  final double[] sum = new double[WEIGHTS];
  private final CompiledFunction sample = sample();

  private static CompiledFunction sample() {
    NodeArray w = new Graph().variables("w", new double[WEIGHTS]);
    NodeArray d = w.get(0).graph().variables("d", new double[DATA]);
    Node h1 = d.get(0).times(w.get(0)).plus(d.get(1).times(w.get(1))).relu();
    Node h2 = d.get(0).times(w.get(2)).plus(d.get(1).times(w.get(3))).relu();
    Node p = h1.times(w.get(4)).plus(h2.times(w.get(5))).sigmoid();
    Node loss = p.minus(d.get(2)).square().times(0.5);
    return CompiledFunction.compile(w, d, List.of(loss)).withTier(Tier.BYTECODE).withThreads(1);
  }

  /** One call for the sum over all samples. */
  @Benchmark
  public double sumInOneCall() {
    return sample.gradientSum(weights, samples, sum);
  }

  /** One call per sample, added up. */
  @Benchmark
  public double sumOfCalls() {
    double[] point = Arrays.copyOf(weights, WEIGHTS + DATA);
    double[] gradient = new double[WEIGHTS];
    Arrays.fill(sum, 0);
    double loss = 0;
    for (int r = 0; r < ROWS; r++) {
      System.arraycopy(samples, r * DATA, point, WEIGHTS, DATA);
      loss += sample.gradient(point, gradient);
      for (int k = 0; k < WEIGHTS; k++) {
        sum[k] += gradient[k];
      }
    }
    return loss;
  }

  /** A loop written by hand. */
  @Benchmark
  public double sumByHand() {
    double[] w = weights;
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double loss = 0;
    for (int r = 0; r < ROWS; r++) {
      int at = r * DATA;
      double x = samples[at];
      double y = samples[at + 1];
      double a1 = x * w[0] + y * w[1];
      double a2 = x * w[2] + y * w[3];
      double h1 = Math.max(a1, 0);
      double h2 = Math.max(a2, 0);
      double p = 1 / (1 + Math.exp(-(h1 * w[4] + h2 * w[5])));
      double e = p - samples[at + 2];
      loss += 0.5 * e * e;
      double aBar = e * p * (1 - p);
      double a1Bar = a1 > 0 ? aBar * w[4] : 0;
      double a2Bar = a2 > 0 ? aBar * w[5] : 0;
      s0 += a1Bar * x;
      s1 += a1Bar * y;
      s2 += a2Bar * x;
      s3 += a2Bar * y;
      s4 += aBar * h1;
      s5 += aBar * h2;
    }
    sum[0] = s0;
    sum[1] = s1;
    sum[2] = s2;
    sum[3] = s3;
    sum[4] = s4;
    sum[5] = s5;
    return loss;
  }
}
