package org.vbar.layer;

import static com.google.common.base.Preconditions.checkElementIndex;

import com.google.common.collect.ImmutableList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.vbar.model.Activation;
import org.vbar.model.LayerSpec;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

/**
 * A multilayer perceptron with matrices: a forward pass over a batch, the loss, and the adjoint of
 * everything by formulas derived by hand.
 *
 * <pre>{@code
 * Network network = Network.of(spec, parameters);
 * ForwardPass pass = network.forward(x);                // X, every A and every Z
 * double loss = network.loss(pass, targets);
 * BackwardPass adjoints = network.backward(pass, targets);
 * adjoints.weights(0);                                  // W̄ of the first layer
 * }</pre>
 *
 * <p>A layer of the spec becomes two steps, a {@link Dense} one and an {@link ActivationLayer}:
 *
 * <pre>
 *   X ──dense──► A⁽¹⁾ ──φ──► Z⁽¹⁾ ──dense──► A⁽²⁾ ──φ──► Z⁽²⁾ ──loss──► ℒ
 * </pre>
 *
 * <p>The network remembers no pass. The parameters' arrays are read, not copied: whoever writes to
 * them changes the next pass, and makes an older {@link ForwardPass} unfit for {@link #backward}.
 */
public final class Network {
  private final MlpSpec spec;
  private final ImmutableList<Layer> layers;
  private final Loss loss;

  private Network(MlpSpec spec, ImmutableList<Layer> layers, Loss loss) {
    this.spec = spec;
    this.layers = layers;
    this.loss = loss;
    checkLayers();
  }

  /**
   * A network with given parameters, which it shares.
   *
   * @param spec the network's description
   * @param parameters its weights and biases, whose arrays are read at every pass. Not modified.
   * @return a new network
   * @throws IllegalArgumentException if the parameters belong to another spec
   */
  public static Network of(MlpSpec spec, MlpParameters parameters) {
    if (!spec.equals(parameters.spec())) {
      throw new IllegalArgumentException(
          "Expected parameters of %s but got %s.".formatted(spec, parameters));
    }
    ImmutableList.Builder<Layer> layers = ImmutableList.builder();
    for (int l = 0; l < spec.layers().size(); l++) {
      LayerSpec layer = spec.layers().get(l);
      layers.add(dense(parameters, l, layer));
      layers.add(new ActivationLayer(layer.outputs(), layer.activation()));
    }
    return new Network(spec, layers.build(), Loss.of(spec.loss()));
  }

  private static Dense dense(MlpParameters parameters, int l, LayerSpec layer) {
    Matrix weights = Matrix.view(layer.inputs(), layer.outputs(), parameters.weights(l));
    return parameters.spec().hasBiases()
        ? Dense.of(weights, Matrix.view(1, layer.outputs(), parameters.biases(l)))
        : Dense.withoutBiases(weights);
  }

  /**
   * A network of given steps, for those who bring their own.
   *
   * @param spec the description, which gives the widths and the loss
   * @param layers for every layer of the spec a step that computes the pre-activation and one that
   *     computes the activation, in turn
   * @return a new network
   * @throws IllegalArgumentException if the number of steps or a width does not fit the spec
   */
  public static Network of(MlpSpec spec, List<? extends Layer> layers) {
    return new Network(spec, ImmutableList.copyOf(layers), Loss.of(spec.loss()));
  }

  private void checkLayers() {
    int expected = 2 * spec.layers().size();
    if (layers.size() != expected) {
      throw new IllegalArgumentException(
          "Expected %d steps for %s but got %d: two for each layer, pre-activation and activation."
              .formatted(expected, spec, layers.size()));
    }
    for (int step = 0; step < expected; step++) {
      LayerSpec described = spec.layers().get(step / 2);
      int inputs = step % 2 == 0 ? described.inputs() : described.outputs();
      Layer layer = layers.get(step);
      if (layer.inputs() != inputs || layer.outputs() != described.outputs()) {
        throw new IllegalArgumentException(
            "Expected step %d of shape [%d × %d] but got [%d × %d]: the widths must be those of %s."
                .formatted(
                    step, inputs, described.outputs(), layer.inputs(), layer.outputs(), described));
      }
    }
  }

  /**
   * The description of the network.
   *
   * @return the spec
   */
  public MlpSpec spec() {
    return spec;
  }

  /**
   * The steps, two for each layer of the spec: layer l has the dense step 2l and the activation
   * step 2l + 1.
   *
   * @return the steps from input to output
   */
  public ImmutableList<Layer> layers() {
    return layers;
  }

  /**
   * This network with one step replaced; the other steps are shared.
   *
   * @param index the step as in {@link #layers()}: 2l for the dense one of layer l, 2l + 1 for its
   *     activation
   * @param layer the new step, of the same widths
   * @return a new network
   * @throws IndexOutOfBoundsException if there is no such step
   * @throws IllegalArgumentException if the widths differ
   */
  public Network withLayer(int index, Layer layer) {
    checkElementIndex(index, layers.size(), "step");
    List<Layer> changed = new ArrayList<>(layers);
    changed.set(index, layer);
    return new Network(spec, ImmutableList.copyOf(changed), loss);
  }

  /**
   * This network with another loss; the steps are shared.
   *
   * @param other the new loss
   * @return a new network
   */
  public Network withLoss(Loss other) {
    return new Network(spec, layers, other);
  }

  /**
   * Computes all pre-activations and activations.
   *
   * @param x the batch X [m × inputs]. Not modified.
   * @return the pass, which keeps X
   * @throws IllegalArgumentException if X has the wrong number of columns
   */
  public ForwardPass forward(Matrix x) {
    if (x.columns() != spec.inputs()) {
      throw new IllegalArgumentException(
          "Expected an input of shape [m × %d] but got %s: the columns must equal the first layer's inputs."
              .formatted(spec.inputs(), x.shape()));
    }
    return run(ImmutableList.of(), x);
  }

  /**
   * Continues a pass from a changed pre-activation: what came before stays, what comes after is
   * computed anew. So the loss becomes a function of that pre-activation, which can be probed.
   *
   * @param pass a pass of this network
   * @param layer the layer, from 0
   * @param preActivation the A to continue from, of the same shape as the pass's. Not modified.
   * @return a new pass
   * @throws IndexOutOfBoundsException if there is no such layer
   * @throws IllegalArgumentException if the shape differs
   */
  public ForwardPass resumeFromPreActivation(ForwardPass pass, int layer, Matrix preActivation) {
    return resume(pass, Steps.preActivation(layer, spec.layers().size()), preActivation);
  }

  /**
   * Continues a pass from a changed activation, like {@link #resumeFromPreActivation}.
   *
   * <p>From the last layer nothing is left to compute, and a loss that is computed from logits does
   * not see the change: see {@link LossKind#isComputedFromLogits()}.
   *
   * @param pass a pass of this network
   * @param layer the layer, from 0
   * @param activation the Z to continue from, of the same shape as the pass's. Not modified.
   * @return a new pass
   * @throws IndexOutOfBoundsException if there is no such layer
   * @throws IllegalArgumentException if the shape differs
   */
  public ForwardPass resumeFromActivation(ForwardPass pass, int layer, Matrix activation) {
    return resume(pass, Steps.activation(layer, spec.layers().size()), activation);
  }

  private ForwardPass resume(ForwardPass pass, int index, Matrix value) {
    Matrix replaced = pass.value(index);
    if (value.rows() != replaced.rows() || value.columns() != replaced.columns()) {
      throw new IllegalArgumentException(
          "Expected a value of shape %s but got %s: it must take the place of the pass's value."
              .formatted(replaced.shape(), value.shape()));
    }
    return run(pass.valuesBefore(index), value);
  }

  /** Runs the steps that read {@code value} and what follows from it. */
  private ForwardPass run(ImmutableList<Matrix> before, Matrix value) {
    ImmutableList.Builder<Matrix> values = ImmutableList.builder();
    values.addAll(before).add(value);
    Matrix last = value;
    for (Layer layer : layers.subList(before.size(), layers.size())) {
      last = layer.forward(last);
      values.add(last);
    }
    return new ForwardPass(values.build());
  }

  /**
   * Computes the loss ℒ of a pass, a mean over the batch.
   *
   * @param pass a pass of this network
   * @param targets T [m × outputs]. Not modified.
   * @return ℒ
   * @throws IllegalArgumentException if the targets have another shape
   */
  public double loss(ForwardPass pass, Matrix targets) {
    checkTargets(pass, targets);
    return loss.value(pass.preActivation(last()), pass.output(), targets);
  }

  /**
   * Computes the adjoint of every value of a pass and of every parameter, from the loss back to the
   * input.
   *
   * @param pass a pass of this network, made with the parameters as they are now. Not modified.
   * @param targets T [m × outputs]. Not modified.
   * @return the adjoints, after twice the work of the forward pass
   * @throws IllegalArgumentException if the targets have another shape
   */
  public BackwardPass backward(ForwardPass pass, Matrix targets) {
    checkTargets(pass, targets);
    Deque<Matrix> values = new ArrayDeque<>();
    Deque<ImmutableList<Matrix>> parameters = new ArrayDeque<>();
    Matrix adjoint = loss.activationAdjoint(pass.preActivation(last()), pass.output(), targets);
    values.addFirst(adjoint);
    for (int step = layers.size() - 1; step >= 0; step--) {
      parameters.addFirst(layers.get(step).parameterAdjoints(pass.value(step), adjoint));
      adjoint = inputAdjoint(step, pass, adjoint, targets);
      values.addFirst(adjoint);
    }
    return new BackwardPass(ImmutableList.copyOf(values), ImmutableList.copyOf(parameters));
  }

  /** The adjoint of a step's input, which the loss may know better for the last step. */
  private Matrix inputAdjoint(int step, ForwardPass pass, Matrix outputAdjoint, Matrix targets) {
    Matrix x = pass.value(step);
    Optional<Matrix> fused =
        step == layers.size() - 1 ? loss.fusedPreActivationAdjoint(x, targets) : Optional.empty();
    return fused.orElseGet(() -> layers.get(step).backward(x, outputAdjoint));
  }

  private void checkTargets(ForwardPass pass, Matrix targets) {
    if (targets.rows() != pass.batchSize() || targets.columns() != spec.outputs()) {
      throw new IllegalArgumentException(
          "Expected targets of shape [%d × %d] but got %s: one row for each sample and one column for each output."
              .formatted(pass.batchSize(), spec.outputs(), targets.shape()));
    }
  }

  private int last() {
    return spec.layers().size() - 1;
  }

  /**
   * Computes what the network says about samples: probabilities with a cross-entropy loss,
   * otherwise the last activations.
   *
   * @param x the batch X [m × inputs]. Not modified.
   * @return [m × outputs]; with softmax cross-entropy the softmax of the logits, row by row
   * @throws IllegalArgumentException if X has the wrong number of columns
   */
  public Matrix predict(Matrix x) {
    Matrix output = forward(x).output();
    return spec.loss() == LossKind.SOFTMAX_CROSS_ENTROPY ? softmaxRows(output) : output;
  }

  private static Matrix softmaxRows(Matrix logits) {
    Matrix probabilities = Matrix.zeros(logits.rows(), logits.columns());
    for (int i = 0; i < logits.rows(); i++) {
      Softmax softmax = Softmax.ofRow(logits, i);
      for (int j = 0; j < logits.columns(); j++) {
        probabilities.set(i, j, softmax.probability(j));
      }
    }
    return probabilities;
  }

  /**
   * Decides on a class for every sample: the output that is largest, the first of equals; for one
   * sigmoid output its value rounded to 0 or 1, with ½ rounded to 1.
   *
   * <p>For inference only: neither function has a useful derivative.
   *
   * @param x the batch X [m × inputs]. Not modified.
   * @return m classes, from 0
   * @throws IllegalArgumentException if X has the wrong number of columns
   * @throws IllegalStateException if there is one output and it is no sigmoid
   */
  public int[] classify(Matrix x) {
    boolean binary = spec.outputs() == 1;
    if (binary && spec.layers().get(last()).activation() != Activation.SIGMOID) {
      throw new IllegalStateException(
          "Expected several outputs or one with SIGMOID but the network is %s: use predict(x)."
              .formatted(spec));
    }
    Matrix output = forward(x).output();
    int[] classes = new int[output.rows()];
    for (int i = 0; i < classes.length; i++) {
      classes[i] =
          binary
              ? (int) Math.round(output.at(i, 0))
              : Softmax.indexOfLargest(output.array(), i * output.columns(), output.columns());
    }
    return classes;
  }

  /** The spec. */
  @Override
  public String toString() {
    return spec.toString();
  }
}
