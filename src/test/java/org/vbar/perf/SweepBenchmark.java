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
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.vbar.backprop.Adjoints;
import org.vbar.backprop.Backprop;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;
import org.vbar.scalar.ScalarMlp;

/**
 * Build and sweep of the network 784-128-10 (sigmoid, softmax cross-entropy) for one image: one
 * product and one sum per weight, about 203,000 op nodes, parameters recorded before. Each method
 * does the same for another representation of nodes; milliseconds per image.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SweepBenchmark {
  static final MlpSpec SPEC =
      MlpSpec.inputs(784)
          .layer(128, Activation.SIGMOID)
          .layer(10, Activation.IDENTITY)
          .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
          .build();

  private final MlpParameters parameters = MlpParameters.initialize(SPEC, Initializer.XAVIER, 1);
  private final double[] image = new double[784];
  private final double[] target = new double[10];

  private ScalarMlp network;
  private Graph.Mark mark;
  private Adjoints adjoints;

  private HeapNode.Tape tape;
  private HeapNode[][] heapParameters;
  private int heapMark;

  private ClosureNode[][] closureParameters;

  /** Records the parameters in each representation. */
  @Setup
  public void recordParameters() {
    SplittableRandom random = new SplittableRandom(1);
    for (int k = 0; k < image.length; k++) {
      image[k] = random.nextDouble();
    }
    target[3] = 1;
    network = ScalarMlp.record(new Graph(), SPEC, parameters);
    adjoints = Backprop.sweep(network.weights(0).at(0, 0));
    mark = network.graph().mark();

    tape = new HeapNode.Tape();
    heapParameters = new HeapNode[4][];
    closureParameters = new ClosureNode[4][];
    for (int l = 0; l < 2; l++) {
      heapParameters[2 * l] = heapLeaves(parameters.weights(l));
      heapParameters[2 * l + 1] = heapLeaves(parameters.biases(l));
      closureParameters[2 * l] = closureLeaves(parameters.weights(l));
      closureParameters[2 * l + 1] = closureLeaves(parameters.biases(l));
    }
    heapMark = tape.size();
  }

  /** vbar, with its own network. */
  @Benchmark
  public double columns() {
    network.graph().rewind(mark);
    Node loss = network.forward(image).loss(target);
    adjoints = Backprop.sweep(loss, adjoints);
    return adjoints.of(network.weights(0).at(0, 5));
  }

  /** vbar, each product and sum recorded through a view, as a user's own loop does. */
  @Benchmark
  public double columnsByViews() {
    Graph graph = network.graph();
    graph.rewind(mark);
    Node[] z = graph.variables("x", image).toArray(Node[]::new);
    Node[] hidden = new Node[128];
    for (int j = 0; j < 128; j++) {
      hidden[j] = neuron(z, 0, j).sigmoid();
    }
    Node[] logits = new Node[10];
    for (int j = 0; j < 10; j++) {
      logits[j] = neuron(hidden, 1, j);
    }
    adjoints = Backprop.sweep(graph.logSumExp(Arrays.asList(logits)).minus(logits[3]), adjoints);
    return adjoints.of(network.weights(0).at(0, 5));
  }

  private Node neuron(Node[] z, int layer, int j) {
    NodeArray w = network.weights(layer).column(j);
    Node sum = z[0].times(w.get(0));
    for (int i = 1; i < z.length; i++) {
      sum = sum.plus(z[i].times(w.get(i)));
    }
    return sum.plus(network.biases(layer).get(j));
  }

  /** vbar, with the parameters recorded anew in a new graph. */
  @Benchmark
  public double columnsFresh() {
    ScalarMlp fresh = ScalarMlp.record(new Graph(), SPEC, parameters);
    Node loss = fresh.forward(image).loss(target);
    return Backprop.sweep(loss).of(fresh.weights(0).at(0, 5));
  }

  /** One heap object per node. */
  @Benchmark
  public double heapObjects() {
    tape.truncate(heapMark);
    HeapNode[] z = heapLeaves(image);
    HeapNode[] hidden = new HeapNode[128];
    for (int j = 0; j < 128; j++) {
      hidden[j] = tape.sigmoid(heapNeuron(z, 0, j, 128));
    }
    HeapNode sum = null;
    HeapNode correct = null;
    for (int j = 0; j < 10; j++) {
      HeapNode logit = heapNeuron(hidden, 1, j, 10);
      HeapNode e = tape.exp(logit);
      sum = sum == null ? e : tape.plus(sum, e);
      correct = j == 3 ? logit : correct;
    }
    HeapNode loss = tape.plus(tape.log(sum), tape.times(tape.leaf(-1), correct));
    tape.sweep(loss);
    return heapParameters[0][5].adjoint;
  }

  /** Closures, hash sets and a sort, as micrograd does it. */
  @Benchmark
  public double closures() {
    ClosureNode[] z = closureLeaves(image);
    ClosureNode[] hidden = new ClosureNode[128];
    for (int j = 0; j < 128; j++) {
      hidden[j] = closureNeuron(z, 0, j, 128).sigmoid();
    }
    ClosureNode sum = null;
    ClosureNode correct = null;
    for (int j = 0; j < 10; j++) {
      ClosureNode logit = closureNeuron(hidden, 1, j, 10);
      ClosureNode e = logit.exp();
      sum = sum == null ? e : sum.plus(e);
      correct = j == 3 ? logit : correct;
    }
    ClosureNode loss = sum.log().plus(new ClosureNode(-1).times(correct));
    loss.sweep();
    return closureParameters[0][5].adjoint;
  }

  private HeapNode[] heapLeaves(double[] values) {
    HeapNode[] leaves = new HeapNode[values.length];
    for (int k = 0; k < values.length; k++) {
      leaves[k] = tape.leaf(values[k]);
    }
    return leaves;
  }

  private HeapNode heapNeuron(HeapNode[] z, int layer, int j, int outputs) {
    HeapNode[] w = heapParameters[2 * layer];
    HeapNode sum = tape.times(z[0], w[j]);
    for (int i = 1; i < z.length; i++) {
      sum = tape.plus(sum, tape.times(z[i], w[i * outputs + j]));
    }
    return tape.plus(sum, heapParameters[2 * layer + 1][j]);
  }

  private static ClosureNode[] closureLeaves(double[] values) {
    ClosureNode[] leaves = new ClosureNode[values.length];
    for (int k = 0; k < values.length; k++) {
      leaves[k] = new ClosureNode(values[k]);
    }
    return leaves;
  }

  private ClosureNode closureNeuron(ClosureNode[] z, int layer, int j, int outputs) {
    ClosureNode[] w = closureParameters[2 * layer];
    ClosureNode sum = z[0].times(w[j]);
    for (int i = 1; i < z.length; i++) {
      sum = sum.plus(z[i].times(w[i * outputs + j]));
    }
    return sum.plus(closureParameters[2 * layer + 1][j]);
  }
}
