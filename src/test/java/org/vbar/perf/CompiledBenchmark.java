package org.vbar.perf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.vbar.backprop.Backprop;
import org.vbar.compile.CompiledFunction;
import org.vbar.compile.Tier;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;
import org.vbar.scalar.ScalarMlp;

/**
 * Gradients by compiled functions beside hand-written ones of the same functions; microseconds per
 * gradient. {@code mlp} is 16-16-16-1 with tanh (1,091 ops), {@code images} is 784-128-10
 * (203,412), {@code rosenbrock} has 1,000 inputs (7,991), {@code mixture} is a log-likelihood of
 * 1,000 points with d = 2 and K = 5, {@code mixtureWide} with d = 10 and K = 25, and {@code
 * rungeKutta} has 1,000 unknowns and 100 steps (1,601,000).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CompiledBenchmark {
  @Param({"mlp", "images", "rosenbrock", "mixture", "mixtureWide", "rungeKutta"})
  public String work = "mlp";

  private double[] point = {};
  private double[] gradient = {};
  private CompiledFunction generated = recorded(List.of(), new Graph().constant(0));
  private CompiledFunction interpreted = generated;
  private HandWritten hand = (x, g) -> 0;

  /** A function with a gradient written by hand. */
  interface HandWritten {
    double gradient(double[] x, double[] g);
  }

  private static CompiledFunction recorded(List<Node> inputs, Node output) {
    return CompiledFunction.compile(inputs, output);
  }

  /** Records the work and compares all forms with each other. */
  @Setup(Level.Trial)
  public void record() {
    Graph graph = new Graph();
    List<Node> inputs;
    Node output;
    switch (work) {
      case "mlp", "images" -> {
        int[] sizes = work.equals("mlp") ? new int[] {16, 16, 16, 1} : new int[] {784, 128, 10};
        MlpSpec spec = spec(sizes);
        ScalarMlp mlp =
            ScalarMlp.record(graph, spec, MlpParameters.initialize(spec, Initializer.XAVIER, 1));
        double[] x = new SplittableRandom(1).doubles(sizes[0]).toArray();
        double[] t = new double[sizes[sizes.length - 1]];
        t[0] = 1;
        output = mlp.forward(x).loss(t);
        inputs = new ArrayList<>(mlp.parameters());
        inputs.sort(Comparator.comparingInt(Node::index));
        hand = new HandWrittenMlp(sizes, x, t);
      }
      case "rosenbrock" -> {
        inputs = graph.variables("x", new SplittableRandom(1).doubles(1_000, -2, 2).toArray());
        output = rosenbrock(inputs);
        hand = CompiledBenchmark::rosenbrock;
      }
      case "mixture", "mixtureWide" -> {
        boolean wide = work.equals("mixtureWide");
        HandWrittenMixture mixture =
            wide ? new HandWrittenMixture(10, 25, 1_000) : new HandWrittenMixture(2, 5, 1_000);
        inputs = graph.variables("p", mixture.start());
        output = mixture.record(graph, inputs);
        hand = mixture;
      }
      default -> {
        double[] start = new double[1_000];
        for (int i = 0; i < start.length; i++) {
          start[i] = 0.5 + 0.4 * Math.sin(i);
        }
        inputs = graph.variables("y", start);
        output = rungeKutta(inputs, 100);
        hand = new HandWrittenRungeKutta(1_000, 100);
      }
    }
    point = inputs.stream().mapToDouble(Node::value).toArray();
    gradient = new double[point.length];
    generated = recorded(inputs, output).withTier(Tier.BYTECODE);
    interpreted = recorded(inputs, output).withTier(Tier.INTERPRETER);
    System.out.println(generated.statistics());
    double[] swept = Backprop.sweep(output).gradient(inputs);
    double[] own = generated.gradient(point);
    double[] other = own.clone();
    hand.gradient(point, other);
    compare(own, other);
    compare(own, swept);
  }

  private static void compare(double[] a, double[] b) {
    for (int k = 0; k < a.length; k++) {
      if (!(Math.abs(a[k] - b[k]) <= 1e-9 * (1 + Math.abs(a[k])))) {
        throw new IllegalStateException("Gradients differ at " + k + ": " + a[k] + ", " + b[k]);
      }
    }
  }

  static MlpSpec spec(int[] sizes) {
    if (sizes.length == 3) {
      return MlpSpec.inputs(sizes[0])
          .layer(sizes[1], Activation.TANH)
          .layer(sizes[2], Activation.IDENTITY)
          .loss(LossKind.HALF_SQUARED_ERROR)
          .build();
    }
    return MlpSpec.inputs(sizes[0])
        .layer(sizes[1], Activation.TANH)
        .layer(sizes[2], Activation.TANH)
        .layer(sizes[3], Activation.IDENTITY)
        .loss(LossKind.HALF_SQUARED_ERROR)
        .build();
  }

  static Node rosenbrock(List<Node> x) {
    Node sum = x.get(0).graph().constant(0);
    for (int i = 0; i + 1 < x.size(); i++) {
      Node bend = x.get(i + 1).minus(x.get(i).square());
      sum = sum.plus(bend.square().times(100).plus(x.get(i).minus(1).square()));
    }
    return sum;
  }

  static double rosenbrock(double[] x, double[] g) {
    Arrays.fill(g, 0);
    double sum = 0;
    for (int i = 0; i + 1 < x.length; i++) {
      double bend = x[i + 1] - x[i] * x[i];
      double off = x[i] - 1;
      sum += 100 * bend * bend + off * off;
      g[i] += 2 * off - 400 * bend * x[i];
      g[i + 1] += 200 * bend;
    }
    return sum;
  }

  /** y′ᵢ = yᵢ·yᵢ₊₁ in a ring, classical steps of 0.01; the sum of the last state. */
  static Node rungeKutta(List<Node> start, int steps) {
    Graph graph = start.get(0).graph();
    Node h = graph.constant(0.01);
    Node half = graph.constant(0.005);
    Node sixth = graph.constant(0.01 / 6);
    Node two = graph.constant(2);
    List<Node> y = start;
    for (int s = 0; s < steps; s++) {
      List<Node> k1 = slope(y);
      List<Node> k2 = slope(moved(y, half, k1));
      List<Node> k3 = slope(moved(y, half, k2));
      List<Node> k4 = slope(moved(y, h, k3));
      List<Node> next = new ArrayList<>();
      for (int i = 0; i < y.size(); i++) {
        Node middle = two.times(k2.get(i).plus(k3.get(i)));
        next.add(y.get(i).plus(sixth.times(k1.get(i).plus(middle).plus(k4.get(i)))));
      }
      y = next;
    }
    return graph.sum(y);
  }

  private static List<Node> slope(List<Node> y) {
    List<Node> slope = new ArrayList<>();
    for (int i = 0; i < y.size(); i++) {
      slope.add(y.get(i).times(y.get((i + 1) % y.size())));
    }
    return slope;
  }

  private static List<Node> moved(List<Node> y, Node by, List<Node> slope) {
    List<Node> moved = new ArrayList<>();
    for (int i = 0; i < y.size(); i++) {
      moved.add(y.get(i).plus(by.times(slope.get(i))));
    }
    return moved;
  }

  /** Bytecode. */
  @Benchmark
  public double bytecode() {
    return generated.gradient(point, gradient);
  }

  /** The flat interpreter. */
  @Benchmark
  public double interpreter() {
    return interpreted.gradient(point, gradient);
  }

  /** Loops written by hand. */
  @Benchmark
  public double handWritten() {
    return hand.gradient(point, gradient);
  }
}
