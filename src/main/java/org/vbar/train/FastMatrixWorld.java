package org.vbar.train;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.vbar.data.Batch;
import org.vbar.data.Permutation;
import org.vbar.layer.Instructions;
import org.vbar.layer.Numbers;
import org.vbar.layer.Precision;
import org.vbar.layer.Samples;
import org.vbar.layer.TrainingNetwork;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

/**
 * The network with matrices at the machine's limit: a {@link TrainingNetwork} in float or double on
 * several threads.
 *
 * <p>In double it takes the steps of {@link MatrixWorld} up to rounding. In float an optimizer
 * still computes and remembers in double, and each parameter is rounded once a step. The number of
 * threads does not change a bit; the precision and the kind of {@link Instructions} do, so {@link
 * #description} names them.
 *
 * <p>Not safe for use by several threads at once. Close it to end its threads.
 */
public final class FastMatrixWorld implements World {
  /**
   * How many float parameters are turned into doubles and back at a time, and how many examples
   * into samples.
   */
  private static final int CHUNK = 1024;

  private final MlpParameters parameters;
  private final int batchSize;
  private final Instructions instructions;
  private final TrainingNetwork network;
  private final Samples samples;
  private final int[] identity;

  /** The examples that the last step chose from, if all of them are kept. */
  private @Nullable Examples kept;

  /** All of {@link #kept}. */
  private Samples keptSamples;

  /** Whether the network's parameters are newer than {@link #parameters}. */
  private boolean stale;

  /**
   * Uses the best instructions that this JVM has.
   *
   * @param parameters the first parameters. Copied, and rounded in float.
   * @param precision what to compute with
   * @param batchSize the largest number of samples in a step, at least 1
   * @param threads at least 1; the caller's is one of them
   */
  public FastMatrixWorld(
      MlpParameters parameters, Precision precision, int batchSize, int threads) {
    this(parameters, precision, batchSize, threads, Instructions.best());
  }

  /**
   * Uses given instructions.
   *
   * @param parameters the first parameters. Copied, and rounded in float.
   * @param precision what to compute with
   * @param batchSize the largest number of samples in a step, at least 1
   * @param threads at least 1; the caller's is one of them
   * @param instructions plain loops, or vectors if the JVM has them
   */
  public FastMatrixWorld(
      MlpParameters parameters,
      Precision precision,
      int batchSize,
      int threads,
      Instructions instructions) {
    this.parameters = parameters.copy();
    this.batchSize = batchSize;
    this.instructions = instructions;
    this.network = TrainingNetwork.of(parameters, precision, batchSize, threads, instructions);
    this.samples =
        Samples.zeros(
            precision, batchSize, parameters.spec().inputs(), parameters.spec().outputs());
    this.keptSamples = samples;
    this.identity = Permutation.identity(batchSize);
    this.stale = true;
  }

  @Override
  public String name() {
    return "matrix";
  }

  @Override
  public String description() {
    return String.join(
            ", ", name(), network.precision().toString(), instructions.toString() + " instructions")
        .toLowerCase(Locale.ROOT);
  }

  /** A copy of the parameters; to change them, call {@link #setParameters}. */
  @Override
  public MlpParameters parameters() {
    if (stale) {
      network.copyParametersTo(parameters);
      stale = false;
    }
    return parameters;
  }

  @Override
  public void setParameters(double[] theta) {
    parameters.setAll(theta);
    network.setParameters(parameters);
    stale = true;
  }

  @Override
  public int updateLength() {
    return network.updateLength();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the batch or the gradient does not fit the network, or the
   *     batch is larger than the world was made for
   */
  @Override
  public double evaluate(Batch batch, double[] gradient) {
    Settings.checkGradient(gradient, parameters.count());
    take(batch);
    double loss = network.differentiate(samples, identity, 0, batch.rows());
    MlpParameters adjoints = MlpParameters.zeros(parameters.spec());
    network.copyGradientTo(adjoints);
    System.arraycopy(adjoints.toArray(), 0, gradient, 0, gradient.length);
    return loss;
  }

  @Override
  public double step(Batch batch, GradientRule rule, Updater updater, double learningRate) {
    take(batch);
    return step(samples, identity, 0, batch.rows(), rule, updater, learningRate);
  }

  /**
   * {@inheritDoc}
   *
   * <p>The first step copies all examples, if a fourth of the heap has room for them: 188 MB for
   * the images of MNIST in float. Plain descent then allocates nothing.
   */
  @Override
  public double step(
      Examples examples,
      int[] order,
      int from,
      int to,
      GradientRule rule,
      Updater updater,
      double learningRate) {
    if (!fits(examples)) {
      return step(examples.batch(order, from, to), rule, updater, learningRate);
    }
    if (!examples.equals(kept)) {
      keptSamples = samplesOf(examples);
      kept = examples;
    }
    return step(keptSamples, order, from, to, rule, updater, learningRate);
  }

  /** Whether a copy of all examples fits one array and takes at most a fourth of the heap. */
  private boolean fits(Examples examples) {
    int columns = parameters.spec().inputs() + parameters.spec().outputs();
    long numbers = (long) examples.count() * columns;
    int bytes = network.precision() == Precision.FLOAT ? Float.BYTES : Double.BYTES;
    return numbers <= Integer.MAX_VALUE && numbers * bytes <= Runtime.getRuntime().maxMemory() / 4;
  }

  private Samples samplesOf(Examples examples) {
    int count = examples.count();
    int[] order = Permutation.identity(count);
    MlpSpec spec = parameters.spec();
    Samples all = Samples.zeros(network.precision(), count, spec.inputs(), spec.outputs());
    for (int from = 0; from < count; from += CHUNK) {
      Batch batch = examples.batch(order, from, Math.min(from + CHUNK, count));
      Settings.checkFits(batch, spec);
      all.set(from, batch.inputs(), batch.targets());
    }
    return all;
  }

  private double step(
      Samples chosen,
      int[] order,
      int start,
      int end,
      GradientRule rule,
      Updater updater,
      double learningRate) {
    double weightScale = rule == GradientRule.MEAN ? 1 : end - start;
    stale = true;
    if (updater.isPlainDescent()) {
      return network.descend(chosen, order, start, end, learningRate * weightScale, learningRate);
    }
    double loss = network.differentiate(chosen, order, start, end);
    if (weightScale != 1) {
      network.scaleWeightAdjoints(weightScale);
    }
    Updater.Step step = updater.begin(learningRate);
    network.update((theta, adjoints, from, to) -> update(step, theta, adjoints, from, to));
    return loss;
  }

  private static void update(Updater.Step step, Numbers theta, Numbers adjoints, int from, int to) {
    if (theta.precision() == Precision.DOUBLE) {
      step.update(theta.doubles(), adjoints.doubles(), from, to - from, from);
      return;
    }
    double[] thetaChunk = new double[CHUNK];
    double[] adjointChunk = new double[CHUNK];
    for (int first = from; first < to; first += CHUNK) {
      int count = Math.min(CHUNK, to - first);
      widen(theta.floats(), first, count, thetaChunk);
      widen(adjoints.floats(), first, count, adjointChunk);
      step.update(thetaChunk, adjointChunk, 0, count, first);
      round(thetaChunk, count, theta.floats(), first);
    }
  }

  private static void widen(float[] from, int start, int count, double[] to) {
    for (int i = 0; i < count; i++) {
      to[i] = from[start + i];
    }
  }

  private static void round(double[] from, int count, float[] to, int start) {
    for (int i = 0; i < count; i++) {
      to[start + i] = (float) from[i];
    }
  }

  @Override
  public Prediction predict(Batch batch) {
    Settings.checkFits(batch, parameters.spec());
    int rows = batch.rows();
    double[] outputs = new double[rows * batch.targetColumns()];
    double sum = 0;
    for (int from = 0; from < rows; from += batchSize) {
      int to = Math.min(from + batchSize, rows);
      samples.set(
          0,
          Arrays.copyOfRange(batch.inputs(), from * batch.columns(), to * batch.columns()),
          Arrays.copyOfRange(
              batch.targets(), from * batch.targetColumns(), to * batch.targetColumns()));
      double mean =
          network.predict(samples, identity, 0, to - from, outputs, from * batch.targetColumns());
      sum += mean * (to - from);
    }
    return new Prediction(parameters.spec(), outputs, sum / rows);
  }

  private void take(Batch batch) {
    Settings.checkFits(batch, parameters.spec());
    checkArgument(
        batch.rows() <= batchSize,
        "Expected at most %s samples, for which this world was made, but got %s.",
        batchSize,
        batch.rows());
    samples.set(0, batch.inputs(), batch.targets());
  }

  @Override
  public void close() {
    network.close();
  }
}
