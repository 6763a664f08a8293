package org.vbar.perf;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.hipparchus.analysis.differentiation.Gradient;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.vbar.Autodiff;
import org.vbar.compile.CompiledFunction;
import org.vbar.graph.Node;

/**
 * The gradient of Rosenbrock's function of n variables: by hand, with vbar (recorded anew each time
 * and compiled) and with Hipparchus's forward-mode {@code Gradient}. What counts are ratios to
 * {@link #byHand}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class HipparchusBenchmark {
  /** How many variables. */
  @Param({"10", "100", "1000"})
  public int n;

  private double[] point;
  private double[] gradient;
  private CompiledFunction compiled;

  /** The value, which all of them compute. */
  public double value;

  /** Chooses a point and checks that all four agree there. */
  @Setup
  public void prepare() {
    point = new double[n];
    gradient = new double[n];
    for (int i = 0; i < n; i++) {
      point[i] = 1 + 0.1 * Math.sin(i);
    }
    compiled = Autodiff.compile(n, HipparchusBenchmark::rosenbrock);
    double[] expected = byHand().clone();
    for (double[] other : List.of(recorded(), compiled().clone(), hipparchus())) {
      for (int i = 0; i < n; i++) {
        if (!(Math.abs(expected[i] - other[i]) <= 1e-9 * (1 + Math.abs(expected[i])))) {
          throw new IllegalStateException(
              "Entry " + i + ": expected " + expected[i] + " but got " + other[i] + ".");
        }
      }
    }
  }

  private static Node rosenbrock(List<Node> x) {
    List<Node> terms = new ArrayList<>();
    for (int i = 0; i + 1 < x.size(); i++) {
      Node valley = x.get(i + 1).minus(x.get(i).square()).square().times(100);
      terms.add(valley.plus(x.get(i).minus(1).square()));
    }
    return x.get(0).graph().sum(terms);
  }

  /** Value and derivatives written out: the baseline. */
  @Benchmark
  public double[] byHand() {
    gradient[0] = 0;
    double sum = 0;
    for (int i = 0; i + 1 < n; i++) {
      double valley = point[i + 1] - point[i] * point[i];
      double slope = point[i] - 1;
      sum += 100 * valley * valley + slope * slope;
      gradient[i] += -400 * valley * point[i] + 2 * slope;
      gradient[i + 1] = 200 * valley;
    }
    value = sum;
    return gradient;
  }

  /** A new graph and a sweep for every gradient. */
  @Benchmark
  public double[] recorded() {
    return Autodiff.gradient(HipparchusBenchmark::rosenbrock, point);
  }

  /** Compiled once, run many times. */
  @Benchmark
  public double[] compiled() {
    value = compiled.gradient(point, gradient);
    return gradient;
  }

  /** Every number carries its n derivatives. */
  @Benchmark
  public double[] hipparchus() {
    Gradient[] x = new Gradient[n];
    for (int i = 0; i < n; i++) {
      x[i] = Gradient.variable(n, i, point[i]);
    }
    Gradient sum = Gradient.constant(n, 0);
    for (int i = 0; i + 1 < n; i++) {
      Gradient valley = x[i + 1].subtract(x[i].multiply(x[i]));
      Gradient slope = x[i].subtract(1);
      sum = sum.add(valley.multiply(valley).multiply(100)).add(slope.multiply(slope));
    }
    return sum.getGradient();
  }
}
