package org.vbar.perf;

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
 * The 2-2-1 classifier (ReLU, sigmoid, half the squared error; eight inputs: two coordinates and
 * six weights) at 100,000 points in one thread; milliseconds for all gradients.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BatchBenchmark {
  private static final int ROWS = 100_000;
  private static final int N = 8;

  private final double[] points = new SplittableRandom(1).doubles(ROWS * N, -1, 1).toArray();
  final double[] values = new double[ROWS];
  private final double[] gradients = new double[ROWS * N];
  private final CompiledFunction f = classifier();

  private static CompiledFunction classifier() {
    NodeArray v = new Graph().variables("v", new double[N]);
    Node h1 = v.get(0).times(v.get(2)).plus(v.get(1).times(v.get(3))).relu();
    Node h2 = v.get(0).times(v.get(4)).plus(v.get(1).times(v.get(5))).relu();
    Node p = h1.times(v.get(6)).plus(h2.times(v.get(7))).sigmoid();
    Node loss = p.minus(1).square().times(0.5);
    return CompiledFunction.compile(v, List.of(loss)).withTier(Tier.BYTECODE).withThreads(1);
  }

  /** One call for all points. */
  @Benchmark
  public double[] batch() {
    f.gradientBatch(points, values, gradients);
    return gradients;
  }

  /** One call per point. */
  @Benchmark
  public double[] oneCallEach() {
    double[] point = new double[N];
    double[] gradient = new double[N];
    for (int r = 0; r < ROWS; r++) {
      System.arraycopy(points, r * N, point, 0, N);
      values[r] = f.gradient(point, gradient);
      System.arraycopy(gradient, 0, gradients, r * N, N);
    }
    return gradients;
  }

  /** A loop written by hand. */
  @Benchmark
  public double[] handWritten() {
    for (int r = 0; r < ROWS; r++) {
      int at = r * N;
      double x = points[at];
      double y = points[at + 1];
      double a1 = x * points[at + 2] + y * points[at + 3];
      double a2 = x * points[at + 4] + y * points[at + 5];
      double h1 = Math.max(a1, 0);
      double h2 = Math.max(a2, 0);
      double a = h1 * points[at + 6] + h2 * points[at + 7];
      double p = 1 / (1 + Math.exp(-a));
      double e = p - 1;
      values[r] = 0.5 * e * e;
      double aBar = e * p * (1 - p);
      double a1Bar = a1 > 0 ? aBar * points[at + 6] : 0;
      double a2Bar = a2 > 0 ? aBar * points[at + 7] : 0;
      gradients[at] = a1Bar * points[at + 2] + a2Bar * points[at + 4];
      gradients[at + 1] = a1Bar * points[at + 3] + a2Bar * points[at + 5];
      gradients[at + 2] = a1Bar * x;
      gradients[at + 3] = a1Bar * y;
      gradients[at + 4] = a2Bar * x;
      gradients[at + 5] = a2Bar * y;
      gradients[at + 6] = aBar * h1;
      gradients[at + 7] = aBar * h2;
    }
    return gradients;
  }
}
