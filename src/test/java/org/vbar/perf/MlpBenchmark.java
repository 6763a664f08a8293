package org.vbar.perf;

import java.util.ArrayList;
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
import org.vbar.compile.CompiledFunction;
import org.vbar.compile.Tier;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.layer.BackwardPass;
import org.vbar.model.Initializer;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;
import org.vbar.scalar.ScalarMlp;

/**
 * Gradients of a network for one sample, compiled, by closures in the style of micrograd, and by
 * matrix layers; microseconds per gradient.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MlpBenchmark {
  @Param({"16-16-16-1", "784-128-10"})
  public String layers = "16-16-16-1";

  private double[] gradient = {};
  private Forms forms = new Forms(new int[] {1, 1, 1});

  /** One network in all forms, at the same parameters, which lie as recorded. */
  static final class Forms {
    final MlpParameters parameters;
    final double[] point;
    final CompiledFunction compiled;
    final ClosureMlp closures;
    final HandWrittenMlp handWritten;
    final MatrixMlp matrices;

    Forms(int[] sizes) {
      MlpSpec spec = CompiledBenchmark.spec(sizes);
      parameters = MlpParameters.initialize(spec, Initializer.XAVIER, 1);
      double[] x = new SplittableRandom(1).doubles(sizes[0]).toArray();
      double[] t = new double[sizes[sizes.length - 1]];
      t[0] = 1;
      ScalarMlp mlp = ScalarMlp.record(new Graph(), spec, parameters);
      Node loss = mlp.forward(x).loss(t);
      List<Node> inputs = new ArrayList<>(mlp.parameters());
      inputs.sort(Comparator.comparingInt(Node::index));
      point = inputs.stream().mapToDouble(Node::value).toArray();
      compiled = CompiledFunction.compile(inputs, loss).withTier(Tier.BYTECODE);
      closures = new ClosureMlp(sizes, x, t);
      handWritten = new HandWrittenMlp(sizes, x, t);
      matrices = new MatrixMlp(spec, parameters, x, t);
    }
  }

  /** Makes all forms. */
  @Setup(Level.Trial)
  public void make() {
    forms =
        new Forms(layers.startsWith("784") ? new int[] {784, 128, 10} : new int[] {16, 16, 16, 1});
    gradient = new double[forms.point.length];
  }

  /** Bytecode. */
  @Benchmark
  public double bytecode() {
    return forms.compiled.gradient(forms.point, gradient);
  }

  /** Closures, recorded anew for every gradient. */
  @Benchmark
  public double closures() {
    return forms.closures.gradient(forms.point, gradient);
  }

  /** Loops written by hand. */
  @Benchmark
  public double handWritten() {
    return forms.handWritten.gradient(forms.point, gradient);
  }

  /** The layers' forward and backward pass. */
  @Benchmark
  public BackwardPass matrices() {
    return forms.matrices.gradient();
  }
}
