package org.vbar.check;

import com.google.common.collect.ImmutableList;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.vbar.layer.Dense;
import org.vbar.layer.ForwardPass;
import org.vbar.layer.Matrix;
import org.vbar.layer.Network;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

/**
 * Difference quotients of the loss that a spec and its parameters define, for adjoints of both
 * worlds.
 *
 * <p>The loss is that of a network made afresh, so that a network or recording that the caller
 * brings is judged by something else. Only forward passes are used.
 */
final class ThirdOpinion {
  private final MlpSpec spec;
  private final Network network;
  private final ForwardPass pass;
  private final Matrix targets;
  private final FiniteDifference rule;
  private final int entriesPerArray;
  private final Random random;

  ThirdOpinion(
      MlpSpec spec,
      MlpParameters parameters,
      Matrix inputs,
      Matrix targets,
      FiniteDifference rule,
      int entriesPerArray,
      long seed) {
    this.spec = spec;
    this.network = Network.of(spec, parameters);
    this.pass = network.forward(inputs);
    this.targets = targets;
    this.rule = rule;
    this.entriesPerArray = entriesPerArray;
    this.random = new Random(seed);
  }

  /** What the quotients say about an array, if the loss can be computed as a function of it. */
  Optional<DifferenceComparison> about(Quantity quantity, World scalar, World matrix) {
    return loss(quantity).map(loss -> compare(quantity, loss, scalar, matrix));
  }

  /** The loss as a function of one array of the network. */
  private record LossOf(Matrix point, ToDoubleFunction<Matrix> function) {
    double at(double[] elements) {
      return function.applyAsDouble(Matrix.view(point.rows(), point.columns(), elements));
    }
  }

  private Optional<LossOf> loss(Quantity quantity) {
    int l = quantity.layer();
    return switch (quantity.role()) {
      case INPUT_ADJOINT -> Optional.of(new LossOf(pass.input(), x -> lossOf(network.forward(x))));
      case WEIGHTS_ADJOINT ->
          Optional.of(
              new LossOf(
                  dense(l).weights(),
                  w ->
                      lossWith(
                          l,
                          dense(l)
                              .biases()
                              .map(b -> Dense.of(w, b))
                              .orElseGet(() -> Dense.withoutBiases(w)))));
      case BIASES_ADJOINT ->
          dense(l)
              .biases()
              .map(biases -> new LossOf(biases, b -> lossWith(l, Dense.of(dense(l).weights(), b))));
      case PRE_ACTIVATION_ADJOINT ->
          Optional.of(
              new LossOf(
                  pass.preActivation(l), a -> lossOf(network.resumeFromPreActivation(pass, l, a))));
      case ACTIVATION_ADJOINT ->
          l == spec.layers().size() - 1 && spec.loss().isComputedFromLogits()
              ? Optional.empty()
              : Optional.of(
                  new LossOf(
                      pass.activation(l), z -> lossOf(network.resumeFromActivation(pass, l, z))));
      case INPUT, WEIGHTS, BIASES, PRE_ACTIVATION, ACTIVATION, LOSS, ACTIVATION_ADJOINT_BY_SLOPE ->
          Optional.empty();
    };
  }

  private Dense dense(int l) {
    return (Dense) network.layers().get(2 * l);
  }

  private double lossWith(int l, Dense dense) {
    return lossOf(network.withLayer(2 * l, dense).forward(pass.input()));
  }

  private double lossOf(ForwardPass changed) {
    return network.loss(changed, targets);
  }

  private DifferenceComparison compare(Quantity quantity, LossOf loss, World scalar, World matrix) {
    double[] s = scalar.array(quantity).array();
    double[] m = matrix.array(quantity).array();
    int[] sampled = sample(loss.point.array().length);
    Referee referee = new Referee(rule, loss::at, loss.point.array(), sampled);
    double scale =
        Math.max(
            Math.abs(referee.functionValue()),
            ArrayComparison.scale(scalar.array(quantity), matrix.array(quantity)));
    double relative = Tolerance.FINITE_DIFFERENCE.relative();
    double largestScalar = 0;
    double largestMatrix = 0;
    double largestError = 0;
    Verdict ofScalar = Verdict.AGREES;
    Verdict ofMatrix = Verdict.AGREES;
    for (int k = 0; k < sampled.length; k++) {
      // An array of another shape is judged by its length; the comparison reports the shape.
      double sEntry = sampled[k] < s.length ? s[sampled[k]] : Double.NaN;
      double mEntry = sampled[k] < m.length ? m[sampled[k]] : Double.NaN;
      Referee.Judgement ofS = referee.judge(k, sEntry, relative, scale);
      Referee.Judgement ofM = referee.judge(k, mEntry, relative, scale);
      ofScalar = ofScalar.or(ofS.verdict());
      ofMatrix = ofMatrix.or(ofM.verdict());
      largestScalar =
          Math.max(largestScalar, ArrayComparison.difference(sEntry, ofS.estimate().value()));
      largestMatrix =
          Math.max(largestMatrix, ArrayComparison.difference(mEntry, ofM.estimate().value()));
      largestError = Math.max(largestError, ofS.estimate().error());
    }
    return new DifferenceComparison(
        quantity.name(),
        loss.point.shape(),
        ImmutableList.copyOf(IntStream.of(sampled).boxed().toList()),
        loss.point.array().length,
        largestScalar,
        largestMatrix,
        largestError,
        ofScalar,
        ofMatrix);
  }

  private int[] sample(int size) {
    return size <= entriesPerArray
        ? IntStream.range(0, size).toArray()
        : random.ints(0, size).distinct().limit(entriesPerArray).sorted().toArray();
  }
}
