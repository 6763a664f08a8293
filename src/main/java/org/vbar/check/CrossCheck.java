package org.vbar.check;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vbar.graph.Graph;
import org.vbar.layer.Matrix;
import org.vbar.layer.Network;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;
import org.vbar.scalar.ScalarBatch;
import org.vbar.scalar.ScalarMlp;

/**
 * A comparison of everything that the scalar world and the matrix world compute for one minibatch
 * of one network.
 *
 * <pre>{@code
 * CrossCheckReport report =
 *     CrossCheck.run(spec, parameters, inputs, targets, Tolerance.ROUNDING);
 * assertTrue(report.passed(), report::toString);
 * }</pre>
 *
 * <p>Compared are the inputs and parameters themselves, every pre-activation A and activation Z,
 * the loss, and the adjoint of all of these. The scalar world's nodes, one set per sample, are
 * gathered into matrices with one row per sample. Arrays are named as the scalar world names its
 * nodes: A1, Z1 and W1 belong to the first layer, and a bar marks an adjoint.
 *
 * <p>Either side can be replaced, to check an implementation of one's own: {@link #withNetwork} and
 * {@link #withScalars}. Difference quotients give a third opinion on request: {@link
 * #withFiniteDifferences}. Immutable.
 */
public final class CrossCheck {
  private final MlpSpec spec;
  private final MlpParameters parameters;
  private final Matrix inputs;
  private final Matrix targets;
  private final @Nullable Network network;
  private final @Nullable Scalars scalars;
  private final @Nullable Sampling sampling;

  /** A recording of the caller's. */
  private record Scalars(ScalarMlp mlp, ScalarBatch batch) {}

  /** Which differences to take. */
  private record Sampling(FiniteDifference rule, int entriesPerArray, long seed) {}

  private CrossCheck(
      MlpSpec spec,
      MlpParameters parameters,
      Matrix inputs,
      Matrix targets,
      @Nullable Network network,
      @Nullable Scalars scalars,
      @Nullable Sampling sampling) {
    this.spec = spec;
    this.parameters = parameters;
    this.inputs = inputs;
    this.targets = targets;
    this.network = network;
    this.scalars = scalars;
    this.sampling = sampling;
  }

  /**
   * Compares both worlds.
   *
   * @param spec the network
   * @param parameters its weights and biases. Not modified.
   * @param inputs row-major [batch × in]. Not modified.
   * @param targets row-major [batch × out]. Not modified.
   * @param tolerance how far entries may be apart, usually {@link Tolerance#ROUNDING}
   * @return the report
   * @throws IllegalArgumentException if the parameters are of another spec, the lengths do not fit,
   *     or a number is NaN
   */
  public static CrossCheckReport run(
      MlpSpec spec,
      MlpParameters parameters,
      double[] inputs,
      double[] targets,
      Tolerance tolerance) {
    return of(spec, parameters, inputs, targets).run(tolerance);
  }

  /**
   * Compares both worlds.
   *
   * @param spec the network
   * @param parameters its weights and biases. Not modified.
   * @param inputs X [batch × in]. Not modified.
   * @param targets T [batch × out]. Not modified.
   * @param tolerance how far entries may be apart, usually {@link Tolerance#ROUNDING}
   * @return the report
   * @throws IllegalArgumentException if the parameters are of another spec, the shapes do not fit,
   *     or a number is NaN
   */
  public static CrossCheckReport run(
      MlpSpec spec, MlpParameters parameters, Matrix inputs, Matrix targets, Tolerance tolerance) {
    return of(spec, parameters, inputs, targets).run(tolerance);
  }

  /**
   * A check to be run, or to be changed before.
   *
   * @param spec the network
   * @param parameters its weights and biases, which are read when the check runs
   * @param inputs row-major [batch × in]. Not modified.
   * @param targets row-major [batch × out]. Not modified.
   * @return a check of vbar's two worlds without differences
   * @throws IllegalArgumentException if the parameters are of another spec or the lengths do not
   *     fit
   */
  public static CrossCheck of(
      MlpSpec spec, MlpParameters parameters, double[] inputs, double[] targets) {
    int batch = inputs.length / spec.inputs();
    if (batch == 0
        || inputs.length != batch * spec.inputs()
        || targets.length != batch * spec.outputs()) {
      throw new IllegalArgumentException(
          "Expected inputs [batch × %d] and targets [batch × %d] but got %d and %d numbers."
              .formatted(spec.inputs(), spec.outputs(), inputs.length, targets.length));
    }
    return of(
        spec,
        parameters,
        Matrix.of(batch, spec.inputs(), inputs),
        Matrix.of(batch, spec.outputs(), targets));
  }

  /**
   * A check to be run, or to be changed before.
   *
   * @param spec the network
   * @param parameters its weights and biases, which are read when the check runs
   * @param inputs X [batch × in], read when the check runs
   * @param targets T [batch × out], read when the check runs
   * @return a check of vbar's two worlds without differences
   * @throws IllegalArgumentException if the parameters are of another spec or the shapes do not fit
   */
  public static CrossCheck of(
      MlpSpec spec, MlpParameters parameters, Matrix inputs, Matrix targets) {
    if (!spec.equals(parameters.spec())) {
      throw new IllegalArgumentException(
          "Expected parameters of %s but got %s.".formatted(spec, parameters));
    }
    if (inputs.columns() != spec.inputs()
        || targets.columns() != spec.outputs()
        || inputs.rows() != targets.rows()) {
      throw new IllegalArgumentException(
          "Expected inputs [batch × %d] and targets [batch × %d] but got %s and %s."
              .formatted(spec.inputs(), spec.outputs(), inputs.shape(), targets.shape()));
    }
    return new CrossCheck(spec, parameters, inputs, targets, null, null, null);
  }

  /**
   * This check with the caller's network as the matrix world.
   *
   * @param other a network of the same spec
   * @return a new check
   * @throws IllegalArgumentException if the network is of another spec
   */
  public CrossCheck withNetwork(Network other) {
    if (!other.spec().equals(spec)) {
      throw new IllegalArgumentException(
          "Expected a network of %s but got one of %s.".formatted(spec, other.spec()));
    }
    return new CrossCheck(spec, parameters, inputs, targets, other, scalars, sampling);
  }

  /**
   * This check with the caller's recording as the scalar world.
   *
   * @param mlp where the parameters are recorded
   * @param batch the minibatch, one pass for each sample, and its loss
   * @return a new check
   * @throws IllegalArgumentException if the recording is of another spec or of another number of
   *     samples
   */
  public CrossCheck withScalars(ScalarMlp mlp, ScalarBatch batch) {
    if (!mlp.spec().equals(spec) || batch.passes().size() != inputs.rows()) {
      throw new IllegalArgumentException(
          "Expected a recording of %d samples of %s but got %d of %s."
              .formatted(inputs.rows(), spec, batch.passes().size(), mlp.spec()));
    }
    return new CrossCheck(
        spec, parameters, inputs, targets, network, new Scalars(mlp, batch), sampling);
  }

  /**
   * This check with central differences as a third opinion about every array of adjoints, judged by
   * {@link Tolerance#FINITE_DIFFERENCE}. They differentiate the loss that spec and parameters
   * define, whatever network or recording is checked, and so tell which world is wrong.
   *
   * <p>Costs about five forward passes for each entry.
   *
   * @param entriesPerArray how many entries of an array to look at; all if it has no more
   * @param seed chooses the entries of larger arrays; the report lists them
   * @return a new check
   * @throws IllegalArgumentException if the number is below 1
   */
  public CrossCheck withFiniteDifferences(int entriesPerArray, long seed) {
    return withFiniteDifferences(FiniteDifference.central(), entriesPerArray, seed);
  }

  /**
   * As {@link #withFiniteDifferences(int, long)}, with another rule.
   *
   * @param rule the rule
   * @param entriesPerArray how many entries of an array to look at; all if it has no more
   * @param seed chooses the entries of larger arrays; the report lists them
   * @return a new check
   * @throws IllegalArgumentException if the number is below 1
   */
  public CrossCheck withFiniteDifferences(FiniteDifference rule, int entriesPerArray, long seed) {
    if (entriesPerArray < 1) {
      throw new IllegalArgumentException(
          "Expected at least 1 entry for each array but got " + entriesPerArray + ".");
    }
    return new CrossCheck(
        spec,
        parameters,
        inputs,
        targets,
        network,
        scalars,
        new Sampling(requireNonNull(rule, "rule"), entriesPerArray, seed));
  }

  /**
   * Runs the check.
   *
   * @param tolerance how far entries may be apart, usually {@link Tolerance#ROUNDING}
   * @return the report, after one recording and one sweep of all samples
   * @throws IllegalArgumentException if a number is NaN
   */
  public CrossCheckReport run(Tolerance tolerance) {
    Scalars recording = scalars == null ? record() : scalars;
    World scalar = World.ofScalars(recording.mlp, recording.batch);
    World matrix =
        World.ofMatrices(
            network == null ? Network.of(spec, parameters) : network,
            inputs,
            targets,
            recording.batch);
    ImmutableList<Quantity> quantities = Quantity.inOrder(spec);
    List<ArrayComparison> comparisons = new ArrayList<>();
    List<Quantity> compared = new ArrayList<>();
    List<String> notCompared = new ArrayList<>();
    Optional<Diagnosis> diagnosis = Optional.empty();
    for (Quantity quantity : quantities) {
      Optional<String> reason =
          scalar.reasonMissing(quantity).or(() -> matrix.reasonMissing(quantity));
      if (reason.isPresent()) {
        notCompared.add(quantity.name() + ": " + reason.get());
        continue;
      }
      ArrayComparison comparison =
          ArrayComparison.of(
              quantity.name(), scalar.array(quantity), matrix.array(quantity), tolerance);
      if (!comparison.agrees() && diagnosis.isEmpty()) {
        diagnosis =
            Optional.of(Diagnostician.of(spec, targets, quantity, scalar, matrix, tolerance));
      }
      comparisons.add(comparison);
      compared.add(quantity);
    }
    return new CrossCheckReport(
        spec,
        inputs.rows(),
        tolerance,
        ImmutableList.copyOf(comparisons),
        ImmutableList.copyOf(notCompared),
        differences(compared, scalar, matrix, sampling),
        diagnosis);
  }

  private Scalars record() {
    ScalarMlp mlp = ScalarMlp.record(new Graph(), spec, parameters);
    return new Scalars(mlp, mlp.minibatch(inputs.array(), targets.array()));
  }

  private ImmutableList<DifferenceComparison> differences(
      List<Quantity> compared, World scalar, World matrix, @Nullable Sampling wanted) {
    if (wanted == null) {
      return ImmutableList.of();
    }
    ThirdOpinion opinion =
        new ThirdOpinion(
            spec, parameters, inputs, targets, wanted.rule, wanted.entriesPerArray, wanted.seed);
    ImmutableList.Builder<DifferenceComparison> differences = ImmutableList.builder();
    for (Quantity quantity : compared) {
      opinion.about(quantity, scalar, matrix).ifPresent(differences::add);
    }
    return differences.build();
  }
}
