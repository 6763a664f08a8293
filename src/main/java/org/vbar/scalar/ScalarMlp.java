package org.vbar.scalar;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;
import org.vbar.graph.NodeMatrix;
import org.vbar.model.Activation;
import org.vbar.model.LayerSpec;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

/**
 * A multilayer perceptron recorded scalar by scalar: the parameters once, then any number of
 * samples.
 *
 * <p>With A = X W + b and Z = φ(A) for each layer l = 1, 2, …, neuron j of a sample is
 *
 * <pre>
 *   aₗ[j] = zₗ₋₁[0]·Wₗ[0,j] + zₗ₋₁[1]·Wₗ[1,j] + … + bₗ[j]        zₗ[j] = φ(aₗ[j])
 * </pre>
 *
 * <p>one product and one sum per weight, added from left to right, the bias last. Nodes are named
 * as in these formulas and grouped as {@code layer 1 / neuron 3}.
 *
 * <p>For a training loop, take a {@link Graph#mark} after recording the parameters and rewind to it
 * after each sample.
 */
public final class ScalarMlp {
  private final Graph graph;
  private final MlpSpec spec;
  private final ImmutableList<NodeMatrix> weights;
  private final ImmutableList<NodeArray> biases;
  private final ImmutableList<Labels> labels;

  /** The texts of one layer, made once rather than for every sample. */
  private record Labels(
      String group,
      ImmutableList<String> neurons,
      ImmutableList<String> preActivations,
      ImmutableList<String> activations) {
    static Labels of(int layer, int outputs) {
      return new Labels(
          "layer " + layer,
          each(outputs, j -> "neuron " + j),
          each(outputs, j -> "a" + layer + "[" + j + "]"),
          each(outputs, j -> "z" + layer + "[" + j + "]"));
    }

    private static ImmutableList<String> each(int count, IntFunction<String> text) {
      return IntStream.range(0, count).mapToObj(text).collect(toImmutableList());
    }
  }

  private ScalarMlp(
      Graph graph,
      MlpSpec spec,
      ImmutableList<NodeMatrix> weights,
      ImmutableList<NodeArray> biases,
      ImmutableList<Labels> labels) {
    this.graph = graph;
    this.spec = spec;
    this.weights = weights;
    this.biases = biases;
    this.labels = labels;
  }

  /**
   * Records the parameters as variables {@code W1[i,j]}, {@code b1[j]}, {@code W2[i,j]} and so on.
   *
   * @throws IllegalArgumentException if the parameters are of another spec
   */
  public static ScalarMlp record(Graph graph, MlpSpec spec, MlpParameters parameters) {
    if (!parameters.spec().equals(spec)) {
      throw new IllegalArgumentException(
          "Expected parameters of " + spec + " but got those of " + parameters.spec() + ".");
    }
    var weights = ImmutableList.<NodeMatrix>builder();
    var biases = ImmutableList.<NodeArray>builder();
    var labels = ImmutableList.<Labels>builder();
    for (int l = 0; l < spec.layers().size(); l++) {
      LayerSpec layer = spec.layers().get(l);
      weights.add(
          graph.matrix("W" + (l + 1), layer.inputs(), layer.outputs(), parameters.weights(l)));
      biases.add(graph.variables("b" + (l + 1), parameters.biases(l)));
      labels.add(Labels.of(l + 1, layer.outputs()));
    }
    return new ScalarMlp(graph, spec, weights.build(), biases.build(), labels.build());
  }

  /** The graph that holds the parameters. */
  public Graph graph() {
    return graph;
  }

  /** What was recorded. */
  public MlpSpec spec() {
    return spec;
  }

  /** The weights [in × out] of a layer, counted from 0. */
  public NodeMatrix weights(int layer) {
    return weights.get(layer);
  }

  /** The biases of a layer, counted from 0; empty without biases. */
  public NodeArray biases(int layer) {
    return biases.get(layer);
  }

  /** All parameters in the order of {@link MlpParameters#toArray}: W₁, b₁, W₂, b₂, … */
  public List<Node> parameters() {
    List<Node> parameters = new ArrayList<>(spec.parameterCount());
    for (int l = 0; l < weights.size(); l++) {
      parameters.addAll(weights.get(l));
      parameters.addAll(biases.get(l));
    }
    return parameters;
  }

  /**
   * Records one sample's way through the network. The inputs become variables {@code x[k]}.
   *
   * @param inputs one number per input. Not modified.
   * @throws IllegalArgumentException if the number of inputs is wrong
   */
  public ScalarPass forward(double... inputs) {
    if (inputs.length != spec.inputs()) {
      throw new IllegalArgumentException(
          "Expected "
              + spec.inputs()
              + " inputs but got "
              + inputs.length
              + ": the network is "
              + spec
              + ".");
    }
    NodeArray x = graph.variables("x", inputs);
    var preActivations = ImmutableList.<ImmutableList<Node>>builder();
    var activations = ImmutableList.<ImmutableList<Node>>builder();
    List<Node> z = x;
    for (int l = 0; l < weights.size(); l++) {
      List<Node> layerInputs = z;
      int layer = l;
      var a = ImmutableList.<Node>builder();
      var outputs = ImmutableList.<Node>builder();
      graph.inGroup(labels.get(l).group, () -> recordLayer(layer, layerInputs, a, outputs));
      preActivations.add(a.build());
      z = outputs.build();
      activations.add(ImmutableList.copyOf(z));
    }
    return new ScalarPass(spec, x, preActivations.build(), activations.build());
  }

  private void recordLayer(
      int l,
      List<Node> z,
      ImmutableList.Builder<Node> preActivations,
      ImmutableList.Builder<Node> activations) {
    LayerSpec layer = spec.layers().get(l);
    Labels names = labels.get(l);
    for (int j = 0; j < layer.outputs(); j++) {
      int neuron = j;
      graph.inGroup(
          names.neurons.get(j),
          () -> {
            Node a = preActivation(l, neuron, z).named(names.preActivations.get(neuron));
            preActivations.add(a);
            boolean identity = layer.activation() == Activation.IDENTITY;
            activations.add(
                identity
                    ? a
                    : activate(layer.activation(), a).named(names.activations.get(neuron)));
          });
    }
  }

  /** Σᵢ z[i]·W[i,j] + b[j], from left to right. */
  private Node preActivation(int l, int j, List<Node> z) {
    NodeArray w = weights.get(l).column(j);
    Node sum = graph.sumOfProducts(z, w);
    return spec.hasBiases() ? sum.plus(biases.get(l).get(j)) : sum;
  }

  private static Node activate(Activation activation, Node a) {
    return switch (activation) {
      case IDENTITY -> a;
      case RELU -> a.relu();
      case LEAKY_RELU -> a.leakyRelu(Activation.LEAKY_SLOPE);
      case SIGMOID -> a.sigmoid();
      case TANH -> a.tanh();
      case SOFTPLUS -> a.softplus();
      case GELU -> a.gelu();
      case SILU -> a.silu();
    };
  }

  /**
   * Records a minibatch: each sample in a group of its own, and the mean of their losses.
   *
   * @param inputs row-major [batch × in]. Not modified.
   * @param targets row-major [batch × out]. Not modified.
   * @throws IllegalArgumentException if there is no sample or the lengths do not fit each other
   */
  public ScalarBatch minibatch(double[] inputs, double[] targets) {
    int batch = inputs.length / spec.inputs();
    if (batch == 0
        || inputs.length != batch * spec.inputs()
        || targets.length != batch * spec.outputs()) {
      throw new IllegalArgumentException(
          "Expected inputs [batch × %d] and targets [batch × %d] but got %d and %d numbers."
              .formatted(spec.inputs(), spec.outputs(), inputs.length, targets.length));
    }
    List<ScalarPass> passes = new ArrayList<>();
    List<Node> losses = new ArrayList<>();
    for (int s = 0; s < batch; s++) {
      double[] x = row(inputs, s, spec.inputs());
      double[] t = row(targets, s, spec.outputs());
      graph.inGroup(
          "sample " + s,
          () -> {
            ScalarPass pass = forward(x);
            passes.add(pass);
            losses.add(pass.loss(t));
          });
    }
    return new ScalarBatch(passes, graph.sum(losses).dividedBy(batch).named("loss"));
  }

  private static double[] row(double[] matrix, int row, int columns) {
    double[] copy = new double[columns];
    System.arraycopy(matrix, row * columns, copy, 0, columns);
    return copy;
  }
}
