package org.vbar.perf;

import java.util.Arrays;
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
import org.vbar.graph.NodeArray;

/** Hessian-vector products of Rosenbrock's function with 1,000 inputs; microseconds a product. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HessianVectorBenchmark {
  static final int N = 1_000;

  private final double[] point = new SplittableRandom(1).doubles(N, -2, 2).toArray();
  private final double[] vector = new SplittableRandom(2).doubles(N, -1, 1).toArray();
  private final double[] product = new double[N];
  private final CompiledFunction generated = compiled().withTier(Tier.BYTECODE);

  static CompiledFunction compiled() {
    NodeArray x = new Graph().variables("x", new double[N]);
    return CompiledFunction.compile(x, CompiledBenchmark.rosenbrock(x));
  }

  /**
   * The derivative of {@link CompiledBenchmark#rosenbrock(double[], double[])}'s gradient along v.
   */
  static void rosenbrockProduct(double[] x, double[] v, double[] out) {
    Arrays.fill(out, 0);
    for (int i = 0; i + 1 < x.length; i++) {
      double bend = x[i + 1] - x[i] * x[i];
      double change = v[i + 1] - 2 * x[i] * v[i];
      out[i] += 2 * v[i] - 400 * (change * x[i] + bend * v[i]);
      out[i + 1] += 200 * change;
    }
  }

  /** Bytecode. */
  @Benchmark
  public double[] bytecode() {
    generated.hessianVectorProduct(point, vector, product);
    return product;
  }

  /** A loop written by hand. */
  @Benchmark
  public double[] handWritten() {
    rosenbrockProduct(point, vector, product);
    return product;
  }
}
