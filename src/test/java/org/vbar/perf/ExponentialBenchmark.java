package org.vbar.perf;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.vbar.graph.Exponential;

/** {@link Exponential} beside {@link Math#exp}, for 256 numbers; nanoseconds a number. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
@OperationsPerInvocation(ExponentialBenchmark.N)
public class ExponentialBenchmark {
  static final int N = 256;

  private final double[] x = new SplittableRandom(1).doubles(N, -3, 3).toArray();
  private final double[] powers = new double[N];
  private final double[] memory = new double[N];

  /** The array in one call. */
  @Benchmark
  public double[] array() {
    Exponential.of(powers, x, memory, N);
    return powers;
  }

  /** A call a number. */
  @Benchmark
  public double[] one() {
    for (int l = 0; l < N; l++) {
      powers[l] = Exponential.of(x[l]);
    }
    return powers;
  }

  /** The JDK's, a call a number. */
  @Benchmark
  public double[] math() {
    for (int l = 0; l < N; l++) {
      powers[l] = Math.exp(x[l]);
    }
    return powers;
  }

  /** A chain in which every number waits for the one before. */
  @Benchmark
  public double oneAfterAnother() {
    double y = x[0];
    for (int l = 0; l < N; l++) {
      y = Exponential.of(-y);
    }
    return y;
  }

  /** The same chain with the JDK's. */
  @Benchmark
  public double mathAfterAnother() {
    double y = x[0];
    for (int l = 0; l < N; l++) {
      y = Math.exp(-y);
    }
    return y;
  }
}
