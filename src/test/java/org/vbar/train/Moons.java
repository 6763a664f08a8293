package org.vbar.train;

import java.util.Optional;
import org.vbar.data.ToyData;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

/** A training small enough to be repeated often: 100 points, 7 minibatches an epoch. */
final class Moons {
  static final MlpSpec SPEC =
      MlpSpec.inputs(2)
          .layer(8, Activation.TANH)
          .layer(1, Activation.SIGMOID)
          .loss(LossKind.BINARY_CROSS_ENTROPY)
          .build();

  static final Examples EXAMPLES = Examples.of(ToyData.twoMoons(100, 0.1, 1));

  static final TrainingPlan PLAN =
      new TrainingPlan(
          6,
          16,
          11,
          true,
          GradientRule.MEAN,
          Adam.standard().withWeightDecay(1e-3),
          LearningRate.cosine(0.05, 6).afterWarmUp(1),
          Optional.empty());

  private Moons() {}

  static World world() {
    return new MatrixWorld(MlpParameters.initialize(SPEC, Initializer.XAVIER, 1));
  }
}
