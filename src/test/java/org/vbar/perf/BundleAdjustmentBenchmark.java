package org.vbar.perf;

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

/** Jacobians of {@link BundleAdjustment} at 30,000 observations; milliseconds for all of them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BundleAdjustmentBenchmark {
  private final double[][] points = BundleAdjustment.observations(30_000);
  private final double[] values = new double[BundleAdjustment.OUTPUTS];
  private final double[][] jacobian = new double[BundleAdjustment.OUTPUTS][BundleAdjustment.INPUTS];
  private final CompiledFunction generated = BundleAdjustment.compiled().withTier(Tier.BYTECODE);

  /** Bytecode. */
  @Benchmark
  public double bytecode() {
    double sum = 0;
    for (double[] point : points) {
      generated.jacobian(point, values, jacobian);
      sum += jacobian[1][0];
    }
    return sum;
  }

  /** The formulas of the derivatives, written by hand. */
  @Benchmark
  public double handWritten() {
    double sum = 0;
    for (double[] point : points) {
      BundleAdjustment.jacobian(point, values, jacobian);
      sum += jacobian[1][0];
    }
    return sum;
  }
}
