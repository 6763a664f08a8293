package org.vbar.layer;

import static com.google.common.base.Preconditions.checkElementIndex;
import static com.google.common.base.Preconditions.checkPositionIndexes;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import org.vbar.model.LayerSpec;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

/**
 * A multilayer perceptron that is made for training at the machine's limit: the network that {@link
 * Network} computes readably, in float or double, in memory reserved once, on several threads.
 *
 * <pre>{@code
 * try (TrainingNetwork network = TrainingNetwork.of(parameters, Precision.FLOAT, 64, 2)) {
 *   for (int from = 0; from < order.length; from += 64) {
 *     network.descend(samples, order, from, Math.min(from + 64, order.length), learningRate);
 *   }
 *   network.copyParametersTo(parameters);
 * }
 * }</pre>
 *
 * <p>The parameters are copied when the network is made. A step allocates nothing. For one
 * precision and one kind of {@link Instructions} a step's result is the same to the last bit
 * whatever the number of threads; float or double, and PLAIN or VECTOR, agree up to rounding.
 *
 * <p>For one caller at a time. Close it to end its threads.
 */
public final class TrainingNetwork implements AutoCloseable {
  /*
   * A step is two tasks, each split among the threads without anything to add up afterwards:
   *
   *   by rows of the batch   copy X, all layers forward, loss, all layers backward to Ā
   *   by rows of W           W̄ = Xᵀ Ā, added to W at once if that is all an update does; Wᵀ
   *
   * Splitting a batch into shards with a gradient each would need only one meeting of the threads
   * instead of two, but as many gradients as shards, which are four times larger than a batch of 64
   * images and have to be added; and the sum would depend on the number of shards.
   *
   * Rows are split in multiples of 8, the height of a tile in VectorFloats.
   */
  private static final int TILE = 8;

  /** Changes parameters as an optimizer does, element by element. */
  @FunctionalInterface
  public interface Update {
    /**
     * Changes a range of the parameters. Called on several threads at once for different ranges.
     *
     * <p>Between the parameters are some that do not exist, where both numbers are 0 and must stay
     * so: a rule that maps (0, 0) to 0 need not care.
     *
     * @param parameters θ. Modified.
     * @param gradient θ̄, at the same indices. Not modified.
     * @param from the first index
     * @param to one more than the last index
     */
    void apply(Numbers parameters, Numbers gradient, int from, int to);
  }

  private final MlpSpec spec;
  private final int batchSize;
  private final Precision precision;
  private final Crew crew;
  private final ImmutableList<Arithmetic> arithmetics;
  private final Numbers parameters;
  private final Numbers gradient;
  private final Numbers inputs;
  private final ImmutableList<Stage> stages;
  private final ImmutableList<SampleLoss> sampleLosses;
  private final double[] losses;

  private final Crew.Task propagate = this::propagate;
  private final Crew.Task descend = this::descend;
  private final Crew.Task differentiate = this::differentiate;
  private final Crew.Task classify = this::classify;
  private final Crew.Task predict = this::predict;
  private final Crew.Task update = this::update;
  private final Crew.Task refresh = this::refresh;

  // What the present task is about.
  private Samples samples;
  private int[] order = {};
  private int first;
  private int m;
  private double weightRate;
  private double biasRate;
  private int[] classes = {};
  private Update rule = (theta, thetaBar, from, to) -> {};

  private TrainingNetwork(
      MlpSpec spec, Instructions instructions, Precision precision, int batchSize, int threads) {
    this.spec = spec;
    this.batchSize = batchSize;
    this.precision = precision;
    this.losses = new double[batchSize];
    ImmutableList.Builder<Arithmetic> perThread = ImmutableList.builder();
    ImmutableList.Builder<SampleLoss> lossPerThread = ImmutableList.builder();
    for (int i = 0; i < threads; i++) {
      perThread.add(instructions.arithmetic(precision));
      lossPerThread.add(new SampleLoss(spec.loss(), spec.outputs()));
    }
    this.arithmetics = perThread.build();
    this.sampleLosses = lossPerThread.build();
    Arithmetic arithmetic = arithmetics.get(0);
    int length = 0;
    for (LayerSpec layer : spec.layers()) {
      length = Math.addExact(length, Stage.parameterLength(arithmetic, layer));
    }
    this.parameters = Numbers.zeros(precision, length);
    this.gradient = Numbers.zeros(precision, length);
    this.inputs = Numbers.zeros(precision, Math.multiplyExact(batchSize, spec.inputs()));
    this.stages = stages(arithmetic);
    this.samples = Samples.zeros(precision, 1, spec.inputs(), spec.outputs());
    this.crew = new Crew(threads);
  }

  private ImmutableList<Stage> stages(Arithmetic arithmetic) {
    List<Stage> made = new ArrayList<>();
    Products.Left input = new Products.Left(inputs, 0, spec.inputs(), 1);
    int start = 0;
    for (LayerSpec layer : spec.layers()) {
      Stage stage =
          new Stage(
              arithmetic, layer, spec.hasBiases(), parameters, gradient, start, batchSize, input);
      made.add(stage);
      input = stage.output();
      start += Stage.parameterLength(arithmetic, layer);
    }
    return ImmutableList.copyOf(made);
  }

  /**
   * A network with the best instructions this JVM has.
   *
   * @param parameters the description with weights and biases, which are copied. Not modified.
   * @param precision what to compute with
   * @param batchSize the largest number of samples in a step, at least 1
   * @param threads how many threads share a step, at least 1; the caller's is one of them
   * @return a new network
   * @throws IllegalArgumentException if a number is below 1
   */
  public static TrainingNetwork of(
      MlpParameters parameters, Precision precision, int batchSize, int threads) {
    return of(parameters, precision, batchSize, threads, Instructions.best());
  }

  /**
   * A network with chosen instructions.
   *
   * @param parameters the description with weights and biases, which are copied. Not modified.
   * @param precision what to compute with
   * @param batchSize the largest number of samples in a step, at least 1
   * @param threads how many threads share a step, at least 1; the caller's is one of them
   * @param instructions plain loops or vectors
   * @return a new network
   * @throws IllegalArgumentException if a number is below 1
   * @throws IllegalStateException if this JVM does not have the instructions
   */
  public static TrainingNetwork of(
      MlpParameters parameters,
      Precision precision,
      int batchSize,
      int threads,
      Instructions instructions) {
    if (batchSize < 1 || threads < 1) {
      throw new IllegalArgumentException(
          "Expected a batch size and a number of threads of at least 1 but got %d and %d."
              .formatted(batchSize, threads));
    }
    TrainingNetwork network =
        new TrainingNetwork(parameters.spec(), instructions, precision, batchSize, threads);
    network.setParameters(parameters);
    return network;
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
   * The precision.
   *
   * @return that of the samples it takes
   */
  public Precision precision() {
    return precision;
  }

  /**
   * One step of plain stochastic gradient descent on the mean loss of some samples, θ ← θ − η θ̄.
   *
   * <p>W̄ is never stored but added to W tile by tile: with at most 256 samples θ is rounded once,
   * beyond that once for each 256 samples.
   *
   * @param batch the samples to choose from. Not modified.
   * @param indices which samples, in which order. Not modified.
   * @param from the first index to take
   * @param to one more than the last; at most the batch size more than {@code from}
   * @param eta η, the learning rate
   * @return the mean loss before the step
   * @throws IllegalArgumentException if the samples have other widths or another precision than the
   *     network, or there are none or too many
   * @throws IndexOutOfBoundsException if an index is out of range
   */
  public double descend(Samples batch, int[] indices, int from, int to, double eta) {
    return descend(batch, indices, from, to, eta, eta);
  }

  /**
   * As {@link #descend(Samples, int[], int, int, double)}, with learning rates of their own for
   * weights and biases.
   *
   * @param batch the samples to choose from. Not modified.
   * @param indices which samples, in which order. Not modified.
   * @param from the first index to take
   * @param to one more than the last; at most the batch size more than {@code from}
   * @param eta η of weights
   * @param etaOfBiases η of biases
   * @return the mean loss before the step
   * @throws IllegalArgumentException if the samples have other widths or another precision than the
   *     network, or there are none or too many
   * @throws IndexOutOfBoundsException if an index is out of range
   */
  public double descend(
      Samples batch, int[] indices, int from, int to, double eta, double etaOfBiases) {
    prepare(batch, indices, from, to);
    weightRate = eta;
    biasRate = etaOfBiases;
    crew.run(propagate);
    crew.run(descend);
    return meanLoss();
  }

  /**
   * Computes the mean loss of some samples and its gradient, which {@link #update} then uses.
   *
   * @param batch the samples to choose from. Not modified.
   * @param indices which samples, in which order. Not modified.
   * @param from the first index to take
   * @param to one more than the last; at most the batch size more than {@code from}
   * @return the mean loss
   * @throws IllegalArgumentException if the samples have other widths or another precision than the
   *     network, or there are none or too many
   * @throws IndexOutOfBoundsException if an index is out of range
   */
  public double differentiate(Samples batch, int[] indices, int from, int to) {
    prepare(batch, indices, from, to);
    crew.run(propagate);
    crew.run(differentiate);
    return meanLoss();
  }

  /**
   * Multiplies the weights' part of the gradient of the last {@link #differentiate} by a factor and
   * leaves that of the biases as it is.
   *
   * @param factor any number
   */
  public void scaleWeightAdjoints(double factor) {
    stages.forEach(stage -> stage.scaleWeightsAdjoint(factor));
  }

  /**
   * Changes the parameters by a rule that reads the gradient of the last {@link #differentiate}.
   *
   * @param newRule the rule
   */
  public void update(Update newRule) {
    rule = newRule;
    crew.run(update);
    crew.run(refresh);
  }

  /**
   * How many numbers an {@link Update} is called for, so that an optimizer can keep as many of its
   * own.
   *
   * @return at least the number of parameters, with what fills up panels
   */
  public int updateLength() {
    return parameters.length();
  }

  /**
   * Decides on a class for every sample, as {@link Network#classify} does.
   *
   * @param batch the samples. Not modified.
   * @return a class for each of them, from 0
   * @throws IllegalArgumentException if the samples have other widths or another precision than the
   *     network
   */
  public int[] classify(Samples batch) {
    int[] all = new int[batch.count()];
    int[] indices = new int[batch.count()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = i;
    }
    classes = all;
    for (int from = 0; from < all.length; from += batchSize) {
      prepare(batch, indices, from, Math.min(from + batchSize, all.length));
      crew.run(classify);
    }
    return all;
  }

  /**
   * Runs samples forward.
   *
   * @param batch the samples to choose from. Not modified.
   * @param indices which samples, in which order. Not modified.
   * @param from the first index to take
   * @param to one more than the last; at most the batch size more than {@code from}
   * @param outputs where the last activations go, [to − from × outputs] from {@code start} on;
   *     logits with softmax cross-entropy. Modified.
   * @param start the first number of {@code outputs} to write
   * @return the mean loss
   * @throws IllegalArgumentException if the samples have other widths or another precision than the
   *     network, or there are none or too many
   * @throws IndexOutOfBoundsException if an index is out of range
   */
  public double predict(
      Samples batch, int[] indices, int from, int to, double[] outputs, int start) {
    checkPositionIndexes(start, start + (to - from) * spec.outputs(), outputs.length);
    prepare(batch, indices, from, to);
    crew.run(predict);
    Stage last = stages.get(stages.size() - 1);
    boolean fromProbability = spec.loss() == LossKind.BINARY_CROSS_ENTROPY;
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < spec.outputs(); j++) {
        double output = last.values().at(i * last.rowStep() + j);
        outputs[start + i * spec.outputs() + j] =
            fromProbability ? Activations.sigmoid(output) : output;
      }
    }
    return meanLoss();
  }

  /**
   * Overwrites the parameters.
   *
   * @param from parameters of the same spec. Not modified.
   * @throws IllegalArgumentException if they belong to another spec
   */
  public void setParameters(MlpParameters from) {
    checkSpec(from);
    for (int l = 0; l < stages.size(); l++) {
      transfer(stages.get(l), from.weights(l), from.biases(l), parameters, true);
    }
    crew.run(refresh);
  }

  /**
   * Copies the parameters out.
   *
   * @param to parameters of the same spec. Modified.
   * @throws IllegalArgumentException if they belong to another spec
   */
  public void copyParametersTo(MlpParameters to) {
    copyTo(to, parameters);
  }

  /**
   * Copies the gradient of the last {@link #differentiate} out, each adjoint where its parameter
   * is.
   *
   * @param to numbers of the same spec. Modified.
   * @throws IllegalArgumentException if they belong to another spec
   */
  public void copyGradientTo(MlpParameters to) {
    copyTo(to, gradient);
  }

  private void copyTo(MlpParameters to, Numbers from) {
    checkSpec(to);
    for (int l = 0; l < stages.size(); l++) {
      transfer(stages.get(l), to.weights(l), to.biases(l), from, false);
    }
  }

  private void checkSpec(MlpParameters other) {
    if (!spec.equals(other.spec())) {
      throw new IllegalArgumentException(
          "Expected parameters of %s but got %s.".formatted(spec, other));
    }
  }

  /** Copies between plain arrays and panels. */
  private static void transfer(
      Stage stage, double[] weights, double[] biases, Numbers numbers, boolean in) {
    int outputs = stage.outputs();
    for (int i = 0; i < weights.length; i++) {
      transfer(weights, i, numbers, stage.weightIndex(i / outputs, i % outputs), in);
    }
    for (int j = 0; j < biases.length; j++) {
      transfer(biases, j, numbers, stage.biasIndex(j), in);
    }
  }

  private static void transfer(double[] array, int i, Numbers numbers, int index, boolean in) {
    if (in) {
      numbers.set(index, array[i]);
    } else {
      array[i] = numbers.at(index);
    }
  }

  private void prepare(Samples batch, int[] indices, int from, int to) {
    checkPositionIndexes(from, to, indices.length);
    if (batch.inputColumns() != spec.inputs()
        || batch.targetColumns() != spec.outputs()
        || batch.precision() != precision) {
      throw new IllegalArgumentException(
          "Expected %s samples with %d inputs and %d targets but got %s with %d and %d."
              .formatted(
                  precision,
                  spec.inputs(),
                  spec.outputs(),
                  batch.precision(),
                  batch.inputColumns(),
                  batch.targetColumns()));
    }
    if (from == to || to - from > batchSize) {
      throw new IllegalArgumentException(
          "Expected 1 to %d samples but got %d: the batch size was fixed when the network was made."
              .formatted(batchSize, to - from));
    }
    for (int i = from; i < to; i++) {
      checkElementIndex(indices[i], batch.count(), "sample");
    }
    samples = batch;
    order = indices;
    first = from;
    m = to - from;
  }

  /** Where part {@code part} of {@code rows} rows begins; part + 1 says where it ends. */
  private int split(int rows, int part) {
    int tiles = (rows + TILE - 1) / TILE;
    return Math.min(rows, (int) ((long) tiles * part / crew.size()) * TILE);
  }

  private void forward(int part, int from, int to, boolean linearLast) {
    samples.fetch(order, first + from, first + to);
    for (int i = from; i < to; i++) {
      samples.copyInput(order[first + i], inputs, i * spec.inputs());
    }
    for (int l = 0; l < stages.size(); l++) {
      boolean linear = linearLast && l == stages.size() - 1;
      stages.get(l).forward(arithmetics.get(part), from, to, linear);
    }
  }

  private void propagate(int part) {
    int from = split(m, part);
    int to = split(m, part + 1);
    if (from == to) {
      return;
    }
    boolean fromLogits = spec.loss().isComputedFromLogits();
    forward(part, from, to, fromLogits);
    evaluateLosses(part, from, to);
    Arithmetic arithmetic = arithmetics.get(part);
    for (int l = stages.size() - 1; l >= 0; l--) {
      Stage stage = stages.get(l);
      if (l < stages.size() - 1 || !fromLogits) {
        stage.backwardThroughActivation(arithmetic, from, to);
      }
      stage.packAdjoints(from, to);
      if (l > 0) {
        // The adjoint of the samples themselves is nobody's concern: no product for layer 0.
        stage.backwardToInput(arithmetic, from, to, stages.get(l - 1));
      }
    }
  }

  /** The loss of rows and its adjoint. */
  private void evaluateLosses(int part, int from, int to) {
    Stage last = stages.get(stages.size() - 1);
    SampleLoss loss = sampleLosses.get(part);
    for (int i = from; i < to; i++) {
      losses[i] =
          loss.ofRow(
              arithmetics.get(part),
              last.values(),
              i * last.rowStep(),
              spec.outputs(),
              samples.targets(),
              order[first + i] * spec.outputs(),
              1.0 / m,
              last.adjoints(),
              last.rowStep());
    }
  }

  private void predict(int part) {
    int from = split(m, part);
    int to = split(m, part + 1);
    if (from < to) {
      forward(part, from, to, spec.loss().isComputedFromLogits());
      evaluateLosses(part, from, to);
    }
  }

  private void descend(int part) {
    parameterAdjoints(part, true);
    refresh(part);
  }

  private void differentiate(int part) {
    parameterAdjoints(part, false);
  }

  private void parameterAdjoints(int part, boolean descending) {
    for (int l = 0; l < stages.size(); l++) {
      Stage stage = stages.get(l);
      stage.parameterAdjoints(
          arithmetics.get(part),
          m,
          split(stage.inputs(), part),
          split(stage.inputs(), part + 1),
          descending,
          -weightRate,
          -biasRate);
    }
  }

  /** Brings copies of Wᵀ up to date. */
  private void refresh(int part) {
    for (int l = 1; l < stages.size(); l++) {
      Stage stage = stages.get(l);
      stage.packTranspose(split(stage.inputs(), part), split(stage.inputs(), part + 1));
    }
  }

  private void update(int part) {
    int from = split(parameters.length(), part);
    int to = split(parameters.length(), part + 1);
    rule.apply(parameters, gradient, from, to);
  }

  private void classify(int part) {
    int from = split(m, part);
    int to = split(m, part + 1);
    if (from == to) {
      return;
    }
    forward(part, from, to, spec.loss().isComputedFromLogits());
    Stage last = stages.get(stages.size() - 1);
    for (int i = from; i < to; i++) {
      classes[first + i] = classOf(last.values(), i * last.rowStep());
    }
  }

  private int classOf(Numbers outputs, int start) {
    if (spec.outputs() == 1) {
      // σ(a) ≥ ½ is a ≥ 0.
      return outputs.at(start) >= (spec.loss().isComputedFromLogits() ? 0 : 0.5) ? 1 : 0;
    }
    int largest = 0;
    for (int j = 1; j < spec.outputs(); j++) {
      largest = outputs.at(start + j) > outputs.at(start + largest) ? j : largest;
    }
    return largest;
  }

  private double meanLoss() {
    double sum = 0;
    for (int i = 0; i < m; i++) {
      sum += losses[i];
    }
    return sum / m;
  }

  /** Ends the network's threads; no step can be taken afterwards. */
  @Override
  public void close() {
    crew.close();
  }

  /** The spec and the precision. */
  @Override
  public String toString() {
    return "%s in %s".formatted(spec, precision);
  }
}
