package org.vbar.check;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.vbar.backprop.Adjoints;
import org.vbar.backprop.Backprop;
import org.vbar.check.Quantity.Role;
import org.vbar.graph.Node;
import org.vbar.layer.BackwardPass;
import org.vbar.layer.Dense;
import org.vbar.layer.ForwardPass;
import org.vbar.layer.Matrix;
import org.vbar.layer.Network;
import org.vbar.model.MlpSpec;
import org.vbar.scalar.ScalarBatch;
import org.vbar.scalar.ScalarMlp;
import org.vbar.scalar.ScalarPass;

/** All arrays as one of the two worlds computed them, and why an array is missing. */
final class World {
  private final String name;
  private final Map<Quantity, Matrix> arrays = new HashMap<>();
  private final Map<Quantity, String> missing = new HashMap<>();

  private World(String name) {
    this.name = name;
  }

  /** What sentences call this world: {@code scalar} or {@code matrix}. */
  String name() {
    return name;
  }

  /** The array, if this world has it. */
  Optional<Matrix> find(Quantity quantity) {
    return Optional.ofNullable(arrays.get(quantity));
  }

  /** An array that this world has. */
  Matrix array(Quantity quantity) {
    return requireNonNull(arrays.get(quantity), () -> quantity + " is missing");
  }

  Matrix array(Role role, int layer) {
    return array(new Quantity(role, layer));
  }

  /** Why this world does not have an array. */
  Optional<String> reasonMissing(Quantity quantity) {
    return Optional.ofNullable(missing.get(quantity));
  }

  private void noteMissing(Quantity quantity, String reason) {
    missing.put(quantity, Quantity.normalized(reason));
  }

  private void put(Role role, int layer, Matrix array) {
    arrays.put(new Quantity(role, layer), array);
  }

  // ---- The scalar world ----

  /**
   * Gathers the nodes of a recorded minibatch into matrices: one row per sample, as the other world
   * has it. Sweeps once.
   */
  static World ofScalars(ScalarMlp mlp, ScalarBatch batch) {
    World world = new World("scalar");
    MlpSpec spec = mlp.spec();
    Adjoints adjoints = Backprop.sweep(batch.loss());
    List<ScalarPass> passes = batch.passes();
    world.arrays.put(Quantity.LOSS, Matrix.of(1, 1, batch.loss().value()));
    world.put(Role.INPUT, -1, rows(passes, ScalarPass::inputs, Node::value));
    world.put(Role.INPUT_ADJOINT, -1, rows(passes, ScalarPass::inputs, adjoints::of));
    for (int l = 0; l < spec.layers().size(); l++) {
      int layer = l;
      List<Node> weights = mlp.weights(l);
      int outputs = spec.layers().get(l).outputs();
      world.put(Role.WEIGHTS, l, matrix(weights, outputs, Node::value));
      world.put(Role.WEIGHTS_ADJOINT, l, matrix(weights, outputs, adjoints::of));
      if (spec.hasBiases()) {
        List<Node> biases = mlp.biases(l);
        world.put(Role.BIASES, l, matrix(biases, outputs, Node::value));
        world.put(Role.BIASES_ADJOINT, l, matrix(biases, outputs, adjoints::of));
      }
      world.put(Role.PRE_ACTIVATION, l, rows(passes, p -> p.preActivations(layer), Node::value));
      world.put(
          Role.PRE_ACTIVATION_ADJOINT, l, rows(passes, p -> p.preActivations(layer), adjoints::of));
      world.put(Role.ACTIVATION, l, rows(passes, p -> p.activations(layer), Node::value));
      world.put(Role.ACTIVATION_ADJOINT, l, rows(passes, p -> p.activations(layer), adjoints::of));
    }
    if (Quantity.leavesOutputUnused(spec)) {
      world.replaceUnusedOutput(spec.layers().size() - 1);
    }
    return world;
  }

  /**
   * A loss that is computed from logits leaves the nodes of the last activation without children.
   * Their adjoint is 0, and rightly so, but it is not what the other world calls Z̄. What can be
   * compared is φ′ ∘ Z̄, which is Ā.
   */
  private void replaceUnusedOutput(int last) {
    Quantity unused = new Quantity(Role.ACTIVATION_ADJOINT, last);
    arrays.remove(unused);
    noteMissing(
        unused,
        ("the scalar graph computes the loss from the logits A%d and does not use Z%d; the matrix"
                + " world's formula is checked by its product with φ′(A%d), which must be A\u0304%d")
            .formatted(last + 1, last + 1, last + 1, last + 1));
    put(Role.ACTIVATION_ADJOINT_BY_SLOPE, last, array(Role.PRE_ACTIVATION_ADJOINT, last));
  }

  private static Matrix matrix(List<Node> nodes, int columns, ToDoubleFunction<Node> number) {
    Matrix matrix = Matrix.zeros(nodes.size() / columns, columns);
    for (int k = 0; k < nodes.size(); k++) {
      matrix.array()[k] = number.applyAsDouble(nodes.get(k));
    }
    return matrix;
  }

  /** The nodes of one sample. */
  private interface NodesOfPass {
    List<Node> of(ScalarPass pass);
  }

  private static Matrix rows(
      List<ScalarPass> passes, NodesOfPass nodes, ToDoubleFunction<Node> number) {
    Matrix matrix = Matrix.zeros(passes.size(), nodes.of(passes.get(0)).size());
    for (int i = 0; i < matrix.rows(); i++) {
      List<Node> row = nodes.of(passes.get(i));
      for (int j = 0; j < matrix.columns(); j++) {
        matrix.set(i, j, number.applyAsDouble(row.get(j)));
      }
    }
    return matrix;
  }

  // ---- The matrix world ----

  /**
   * Runs a network forward and backward.
   *
   * @param batch the other world's recording, which lends its φ′ where Z̄ has no counterpart
   */
  static World ofMatrices(Network network, Matrix inputs, Matrix targets, ScalarBatch batch) {
    World world = new World("matrix");
    MlpSpec spec = network.spec();
    ForwardPass pass = network.forward(inputs);
    BackwardPass adjoints = network.backward(pass, targets);
    world.arrays.put(Quantity.LOSS, Matrix.of(1, 1, network.loss(pass, targets)));
    world.put(Role.INPUT, -1, inputs);
    world.put(Role.INPUT_ADJOINT, -1, adjoints.input());
    for (int l = 0; l < spec.layers().size(); l++) {
      world.putParameters(network, l);
      world.put(Role.WEIGHTS_ADJOINT, l, adjoints.weights(l));
      if (spec.hasBiases()) {
        world.put(Role.BIASES_ADJOINT, l, adjoints.biases(l));
      }
      world.put(Role.PRE_ACTIVATION, l, pass.preActivation(l));
      world.put(Role.PRE_ACTIVATION_ADJOINT, l, adjoints.preActivation(l));
      world.put(Role.ACTIVATION, l, pass.activation(l));
      world.put(Role.ACTIVATION_ADJOINT, l, adjoints.activation(l));
    }
    if (Quantity.leavesOutputUnused(spec)) {
      world.putOutputBySlope(spec.layers().size() - 1, batch);
    }
    return world;
  }

  /** φ′ ∘ Z̄ with φ′ from the scalar graph: the local derivatives of the output nodes. */
  private void putOutputBySlope(int last, ScalarBatch batch) {
    Matrix slopes = rows(batch.passes(), ScalarPass::outputs, z -> z.localDerivative(0));
    Matrix adjoint = array(Role.ACTIVATION_ADJOINT, last);
    if (Double.isFinite(Arrays.stream(adjoint.array()).map(Math::abs).sum())) {
      put(Role.ACTIVATION_ADJOINT_BY_SLOPE, last, adjoint.hadamard(slopes));
    } else {
      noteMissing(
          new Quantity(Role.ACTIVATION_ADJOINT_BY_SLOPE, last),
          "Z\u0304%d overflows where the network is sure and wrong".formatted(last + 1));
    }
  }

  private void putParameters(Network network, int l) {
    boolean hasBiases = network.spec().hasBiases();
    if (network.layers().get(2 * l) instanceof Dense dense) {
      put(Role.WEIGHTS, l, dense.weights());
      dense.biases().ifPresent(biases -> put(Role.BIASES, l, biases));
    }
    noteHidden(Role.WEIGHTS, l);
    if (hasBiases) {
      noteHidden(Role.BIASES, l);
    }
  }

  private void noteHidden(Role role, int l) {
    Quantity quantity = new Quantity(role, l);
    if (!arrays.containsKey(quantity)) {
      noteMissing(quantity, "the network's step " + 2 * l + " does not show them");
    }
  }
}
