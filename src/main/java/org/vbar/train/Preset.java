package org.vbar.train;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.ImmutableList;
import java.util.Optional;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.vbar.data.Mnist;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

/**
 * A training that reproduces a document about backpropagation: its network, its first parameters,
 * its update, on examples that the document names or, where it names none, on ones that fit.
 *
 * @param name how to call it, such as {@code 003}
 * @param source the document
 * @param note what the document leaves open, and where its text and its program disagree
 * @param spec the network
 * @param initializer how the first weights are drawn
 * @param uniformBiases whether the first biases are drawn from [0, 1) instead of being 0
 * @param plan how to train, with seed 0
 * @param data what to train on
 */
public record Preset(
    String name,
    String source,
    String note,
    MlpSpec spec,
    Initializer initializer,
    boolean uniformBiases,
    TrainingPlan plan,
    PresetData data) {

  private static final ImmutableList<Preset> ALL =
      ImmutableList.of(
          oneSampleAtATime(),
          rowMajorMinibatch(),
          biasAsColumnOfOnes(),
          sumsForWeights(),
          meansForAll(),
          twoTwoOne());

  /** All presets, ordered by name. */
  public static ImmutableList<Preset> all() {
    return ALL;
  }

  /**
   * The preset of a name.
   *
   * @throws IllegalArgumentException if there is none, with the names that there are
   */
  public static Preset named(String name) {
    return ALL.stream()
        .filter(preset -> preset.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no preset %s: choose one of %s."
                        .formatted(
                            name, ALL.stream().map(Preset::name).collect(toImmutableList()))));
  }

  private static Preset oneSampleAtATime() {
    return new Preset(
        "000",
        "Simple MLP - Forward and Backward Pass (With Einsum) Derivation, 2025",
        "The program makes one step on one random sample. Here it makes it on one digit after"
            + " another, for 1 epoch. Its loss has log(y + 1e-8); ours is exact, and the gradient"
            + " y - t is the same.",
        digits(500, Activation.SIGMOID),
        Initializer.GAUSSIAN_SMALL,
        false,
        TrainingPlan.plain(1, 1, 0.01, 0),
        PresetData.MNIST);
  }

  private static Preset rowMajorMinibatch() {
    return new Preset(
        "001",
        "Backpropagation for an MLP classifier on MNIST, 2023",
        "Any differentiable activation will do: tanh here, others by withActivation. The hidden"
            + " size h = 128, the minibatch size m = 64, the learning rate 0.5 and the first"
            + " weights are ours. Of the factors 1/m in the text's last lines only one is applied,"
            + " as the mean loss demands; the text writes it again for the first layer.",
        digits(128, Activation.TANH),
        Initializer.XAVIER,
        false,
        TrainingPlan.plain(10, 64, 0.5, 0),
        PresetData.MNIST);
  }

  private static Preset biasAsColumnOfOnes() {
    return new Preset(
        "002",
        "The Dance of Forward Pass and Backprop, 2020",
        "Two hidden layers of 8 sigmoids, the squared error, and a column of ones appended to the"
            + " input in place of biases. Examples, sizes and learning rate are ours. The program's"
            + " dW lacks the transposed input and multiplies by the label; the formulas of"
            + " the text are used.",
        MlpSpec.inputs(3)
            .layer(8, Activation.SIGMOID)
            .layer(8, Activation.SIGMOID)
            .layer(1, Activation.SIGMOID)
            .withoutBiases()
            .loss(LossKind.MEAN_SQUARED_ERROR)
            .build(),
        Initializer.GAUSSIAN,
        false,
        TrainingPlan.plain(400, 20, 1, 0),
        PresetData.MOONS_WITH_ONES);
  }

  private static Preset sumsForWeights() {
    return new Preset(
        "003",
        "ML Foundations: Understanding the Math Behind Backpropagation, 2024",
        "The program's update: gradients of weights are summed over the minibatch, those of biases"
            + " averaged, both times 0.01. The text speaks of averages; 003-mean does that. The text"
            + " has 128 hidden units, the program 256, which are used. First biases are uniform in"
            + " [0, 1) as in the program. Claimed: about 98 % of the test digits after 20 epochs.",
        digits(256, Activation.SIGMOID),
        Initializer.XAVIER,
        true,
        TrainingPlan.plain(20, 64, 0.01, 0).with(GradientRule.SUM_FOR_WEIGHTS_MEAN_FOR_BIASES),
        PresetData.MNIST);
  }

  private static Preset meansForAll() {
    Preset exact = sumsForWeights();
    return new Preset(
        "003-mean",
        exact.source,
        "As 003, but with the mean over the minibatch for weights and biases, and the learning rate"
            + " 64 · 0.01 = 0.64, so that weights move as they do there.",
        exact.spec,
        exact.initializer,
        true,
        TrainingPlan.plain(20, 64, 0.64, 0),
        PresetData.MNIST);
  }

  private static Preset twoTwoOne() {
    return new Preset(
        "004",
        "Basic MLP with manually-derived Backprop, Asinari 2023",
        "[(2, ReLU), (2, ReLU), (1, Sigmoid)] without biases, ℒ = ½(a₃ - t)², the output rounded"
            + " for decisions. Examples and numbers of the training are ours. Without biases the"
            + " decision boundary is made of rays from (0, 0), which cannot follow the moons.",
        MlpSpec.inputs(2)
            .layer(2, Activation.RELU)
            .layer(2, Activation.RELU)
            .layer(1, Activation.SIGMOID)
            .withoutBiases()
            .loss(LossKind.HALF_SQUARED_ERROR)
            .build(),
        Initializer.HE,
        false,
        TrainingPlan.plain(200, 10, 0.1, 0),
        PresetData.CENTRED_MOONS);
  }

  private static MlpSpec digits(int hidden, Activation activation) {
    return MlpSpec.inputs(784)
        .layer(hidden, activation)
        .layer(10, Activation.IDENTITY)
        .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
        .build();
  }

  /** The first parameters: weights from the initializer, biases 0 or from [0, 1). */
  public MlpParameters initialize(long seed) {
    MlpParameters parameters = MlpParameters.initialize(spec, initializer, seed);
    if (uniformBiases) {
      // Another stream than the weights', whose seed is the given one.
      UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(~seed);
      for (int l = 0; l < spec.layers().size(); l++) {
        double[] biases = parameters.biases(l);
        for (int j = 0; j < biases.length; j++) {
          biases[j] = random.nextDouble();
        }
      }
    }
    return parameters;
  }

  /** How to train, with a seed for the order of samples. */
  public TrainingPlan plan(long seed) {
    return plan.withSeed(seed);
  }

  /**
   * The same with another activation in the hidden layers.
   *
   * @param activation φ
   */
  public Preset withActivation(Activation activation) {
    MlpSpec.Builder changed = MlpSpec.inputs(spec.inputs());
    int last = spec.layers().size() - 1;
    for (int l = 0; l < last; l++) {
      changed.layer(spec.layers().get(l).outputs(), activation);
    }
    changed.layer(spec.outputs(), spec.layers().get(last).activation()).loss(spec.loss());
    MlpSpec other = (spec.hasBiases() ? changed : changed.withoutBiases()).build();
    return new Preset(
        name + " with " + activation.label(),
        source,
        note,
        other,
        initializer,
        uniformBiases,
        plan,
        data);
  }

  /** The name, the source and the network. */
  @Override
  public String toString() {
    return name + ": " + spec + " (" + source + ")";
  }

  /**
   * The examples.
   *
   * @param mnist the digits, if the preset needs them
   * @throws IllegalArgumentException if they are needed and absent
   */
  public Examples.Split examples(Optional<Mnist> mnist) {
    return data.examples(mnist);
  }
}
