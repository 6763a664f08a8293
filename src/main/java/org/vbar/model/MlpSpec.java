package org.vbar.model;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The description of a multilayer perceptron: its layers, whether they have biases, and its loss.
 *
 * <pre>{@code
 * MlpSpec spec =
 *     MlpSpec.inputs(784)
 *         .layer(128, Activation.SIGMOID)
 *         .layer(10, Activation.IDENTITY)
 *         .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
 *         .build();
 * }</pre>
 *
 * <p>Layers are counted from 0, so layer {@code l} holds what the literature writes W⁽ˡ⁺¹⁾.
 * Immutable; two specs are equal if they describe the same network.
 */
public final class MlpSpec {
  private final ImmutableList<LayerSpec> layers;
  private final boolean biases;
  private final LossKind loss;
  private final int parameterCount;

  private MlpSpec(ImmutableList<LayerSpec> layers, boolean biases, LossKind loss) {
    this.layers = layers;
    this.biases = biases;
    this.loss = loss;
    this.parameterCount = countParameters(layers, biases);
    checkLoss(layers.get(layers.size() - 1), loss);
  }

  /**
   * Starts a description.
   *
   * @param inputs the number of inputs, at least 1
   * @return a builder without layers
   */
  public static Builder inputs(int inputs) {
    return new Builder(inputs);
  }

  /**
   * The number of inputs of the first layer.
   *
   * @return the width of a sample
   */
  public int inputs() {
    return layers.get(0).inputs();
  }

  /**
   * The number of outputs of the last layer.
   *
   * @return the width of a target
   */
  public int outputs() {
    return layers.get(layers.size() - 1).outputs();
  }

  /**
   * The layers from input to output.
   *
   * @return at least one layer, each with as many inputs as its predecessor has outputs
   */
  public ImmutableList<LayerSpec> layers() {
    return layers;
  }

  /**
   * The loss.
   *
   * @return the loss, which fits the last layer
   */
  public LossKind loss() {
    return loss;
  }

  /**
   * Whether every layer adds a bias, or none does.
   *
   * @return true unless built with {@link Builder#withoutBiases()}
   */
  public boolean hasBiases() {
    return biases;
  }

  /**
   * The number of weights and biases.
   *
   * @return Σ over layers of inputs · outputs, plus outputs if there are biases
   */
  public int parameterCount() {
    return parameterCount;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MlpSpec that
        && layers.equals(that.layers)
        && biases == that.biases
        && loss == that.loss;
  }

  @Override
  public int hashCode() {
    return Objects.hash(layers, biases, loss);
  }

  /** The network as {@code 784-128-10 (sigmoid, identity), softmax cross-entropy}. */
  @Override
  public String toString() {
    String widths = layers.stream().map(layer -> "-" + layer.outputs()).collect(joining());
    String activations =
        layers.stream().map(layer -> layer.activation().label()).collect(joining(", "));
    return "%d%s (%s), %s%s"
        .formatted(inputs(), widths, activations, loss.label(), biases ? "" : ", without biases");
  }

  private static int countParameters(ImmutableList<LayerSpec> layers, boolean biases) {
    long count = 0;
    for (LayerSpec layer : layers) {
      count += layer.weightCount() + (biases ? layer.outputs() : 0);
      if (count > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "Expected at most %d parameters, which one Java array can hold, but the layers up to %s have %d."
                .formatted(Integer.MAX_VALUE, layer, count));
      }
    }
    return (int) count;
  }

  private static void checkLoss(LayerSpec last, LossKind loss) {
    switch (loss) {
      case BINARY_CROSS_ENTROPY -> requireActivation(last, loss, Activation.SIGMOID);
      case SOFTMAX_CROSS_ENTROPY -> {
        requireActivation(last, loss, Activation.IDENTITY);
        requireTwoOutputs(last);
      }
      case HALF_SQUARED_ERROR, MEAN_SQUARED_ERROR -> {
        // Any last layer will do.
      }
    }
  }

  private static void requireActivation(LayerSpec last, LossKind loss, Activation expected) {
    if (last.activation() != expected) {
      throw new IllegalArgumentException(
          "Expected a last layer with %s for %s but got %s: the loss itself is computed from the logits."
              .formatted(expected, loss, last.activation()));
    }
  }

  private static void requireTwoOutputs(LayerSpec last) {
    if (last.outputs() < 2) {
      throw new IllegalArgumentException(
          "Expected at least 2 outputs for SOFTMAX_CROSS_ENTROPY but got 1, whose softmax is always 1:"
              + " use BINARY_CROSS_ENTROPY with a last SIGMOID layer.");
    }
  }

  /** Collects the layers of an {@link MlpSpec} from input to output. */
  public static final class Builder {
    private final ImmutableList.Builder<LayerSpec> layers = ImmutableList.builder();
    private int width;
    private boolean biases = true;
    private @Nullable LossKind loss;

    private Builder(int inputs) {
      if (inputs < 1) {
        throw new IllegalArgumentException(
            "Expected a network with at least 1 input but got %d.".formatted(inputs));
      }
      this.width = inputs;
    }

    /**
     * Appends a fully connected layer.
     *
     * @param outputs the number of outputs, at least 1
     * @param activation the activation of every output
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder layer(int outputs, Activation activation) {
      layers.add(new LayerSpec(width, outputs, activation));
      width = outputs;
      return this;
    }

    /**
     * Leaves the biases out of all layers.
     *
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder withoutBiases() {
      biases = false;
      return this;
    }

    /**
     * Chooses the loss.
     *
     * @param loss the loss; there is no default
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder loss(LossKind loss) {
      this.loss = requireNonNull(loss, "loss");
      return this;
    }

    /**
     * Builds the description.
     *
     * @return the description
     * @throws IllegalStateException if a layer or the loss is missing
     * @throws IllegalArgumentException if the loss does not fit the last layer, or there are more
     *     parameters than one array can hold
     */
    public MlpSpec build() {
      ImmutableList<LayerSpec> built = layers.build();
      if (built.isEmpty()) {
        throw new IllegalStateException(
            "Expected at least 1 layer but got none: call layer(outputs, activation) before build().");
      }
      if (loss == null) {
        throw new IllegalStateException(
            "Expected a loss but got none: call loss(LossKind) before build().");
      }
      return new MlpSpec(built, biases, loss);
    }
  }
}
