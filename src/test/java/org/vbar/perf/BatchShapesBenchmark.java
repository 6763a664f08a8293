package org.vbar.perf;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.vbar.compile.CompiledFunction;
import org.vbar.compile.Tier;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;

/**
 * Gradients of small functions with inputs of several numbers, at 20,000 points in one thread: one
 * call for all beside one call each. Nanoseconds a point.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
@OperationsPerInvocation(BatchShapesBenchmark.POINTS)
public class BatchShapesBenchmark {
  static final int POINTS = 20_000;

  /**
   * Pairs: the square of the sum of products of inputs in pairs. Ring: the same with each input's
   * product with the next. Product: of all inputs. Squares: the power of e of their sum.
   */
  @Param({
    "Rosenbrock 2",
    "product 5",
    "ring 5",
    "squares 3",
    "squares 8",
    "ring 8",
    "pairs 16",
    "ring 16",
    "squares 16"
  })
  String shape = "";

  private int n;
  private double[] points = {};
  private double[] values = {};
  private double[] gradients = {};
  private CompiledFunction f = compiled("squares", 1);

  private static CompiledFunction compiled(String name, int n) {
    NodeArray x = new Graph().variables("x", new double[n]);
    Node output = x.get(n - 1);
    switch (name) {
      case "Rosenbrock" -> {
        Node valley = x.get(1).minus(x.get(0).square()).square();
        output = x.get(0).minus(1).square().plus(valley.times(100));
      }
      case "pairs" -> {
        output = x.get(0).times(x.get(n / 2));
        for (int k = 1; k < n / 2; k++) {
          output = output.plus(x.get(k).times(x.get(k + n / 2)));
        }
        output = output.square();
      }
      case "ring" -> {
        output = x.get(n - 1).times(x.get(0));
        for (int k = 1; k < n; k++) {
          output = output.plus(x.get(k - 1).times(x.get(k)));
        }
        output = output.square();
      }
      case "product" -> {
        for (int k = 0; k < n - 1; k++) {
          output = output.times(x.get(k));
        }
      }
      case "squares" -> {
        output = output.square();
        for (int k = 0; k < n - 1; k++) {
          output = output.plus(x.get(k).square());
        }
        output = output.exp();
      }
      default -> throw new IllegalArgumentException("There is no shape " + name + ".");
    }
    return CompiledFunction.compile(x, List.of(output)).withTier(Tier.BYTECODE).withThreads(1);
  }

  /** Compiles the function and chooses the points. */
  @Setup
  public void compile() {
    String[] words = shape.split(" ", 2);
    n = Integer.parseInt(words[1]);
    f = compiled(words[0], n);
    points = new SplittableRandom(1).doubles((long) POINTS * n, 0.1, 1).toArray();
    values = new double[POINTS];
    gradients = new double[POINTS * n];
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
    double[] point = new double[n];
    double[] gradient = new double[n];
    for (int r = 0; r < POINTS; r++) {
      System.arraycopy(points, r * n, point, 0, n);
      values[r] = f.gradient(point, gradient);
      System.arraycopy(gradient, 0, gradients, r * n, n);
    }
    return gradients;
  }
}
