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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.vbar.compile.CompiledFunction;
import org.vbar.compile.SumOrder;
import org.vbar.compile.Tier;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;

/**
 * Sums of 1,000 terms in the recorded order and in any order, microseconds per call: of inputs, of
 * squares, of 500 products, of reciprocals of squares, and of Rosenbrock's terms.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
public class SumOrderBenchmark {
  @Param({"inputs", "squares", "products", "reciprocals", "rosenbrock"})
  public String work = "inputs";

  @Param({"RECORDED", "ANY"})
  public SumOrder order = SumOrder.RECORDED;

  private double[] point = {};
  private double[] gradient = {};
  private CompiledFunction function = compiled(List.of(new Graph().variable(0)), SumOrder.RECORDED);

  /** Records the work. */
  @Setup
  public void record() {
    point = new SplittableRandom(1).doubles(1_000, -2, 2).toArray();
    gradient = new double[point.length];
    function = compiled(new Graph().variables("x", point), order);
  }

  private CompiledFunction compiled(List<Node> x, SumOrder order) {
    return CompiledFunction.compile(x, output(x)).withTier(Tier.BYTECODE).withSumOrder(order);
  }

  private Node output(List<Node> x) {
    if (work.equals("rosenbrock")) {
      return CompiledBenchmark.rosenbrock(x);
    }
    Node sum = x.get(0).graph().constant(0);
    int terms = work.equals("products") ? x.size() / 2 : x.size();
    for (int i = 0; i < terms; i++) {
      Node term =
          switch (work) {
            case "inputs" -> x.get(i);
            case "squares" -> x.get(i).square();
            case "products" -> x.get(i).times(x.get(i + terms));
            default -> x.get(i).square().plus(1).reciprocal();
          };
      sum = sum.plus(term);
    }
    return sum.square(); // so that the gradient needs the sum
  }

  /** The value alone. */
  @Benchmark
  public double value() {
    return function.value(point);
  }

  /** Value and gradient. */
  @Benchmark
  public double gradient() {
    return function.gradient(point, gradient);
  }
}
