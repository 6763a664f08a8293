package org.vbar.compare;

import org.vbar.data.Batch;
import org.vbar.data.LabelledImages;
import org.vbar.data.Mnist;
import org.vbar.layer.Precision;
import org.vbar.layer.Samples;
import org.vbar.layer.TrainingNetwork;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

/** With vbar's matrix world. */
final class VbarLearner implements Learner {
  private final TrainingNetwork network;
  private final Samples train;
  private final Samples test;
  private final Digits labels;

  VbarLearner(Mnist mnist, long seed) {
    MlpSpec spec =
        MlpSpec.inputs(Digits.PIXELS)
            .layer(HIDDEN, Activation.SIGMOID)
            .layer(Digits.CLASSES, Activation.IDENTITY)
            .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
            .build();
    MlpParameters parameters = MlpParameters.initialize(spec, Initializer.XAVIER, seed);
    network = TrainingNetwork.of(parameters, Precision.FLOAT, BATCH, 1);
    train = samples(mnist.train());
    test = samples(mnist.test());
    labels = Digits.of(mnist.test());
  }

  private static Samples samples(LabelledImages images) {
    Samples samples = Samples.zeros(Precision.FLOAT, images.count(), Digits.PIXELS, Digits.CLASSES);
    for (int i = 0; i < images.count(); i++) {
      Batch one = images.batch(i, i + 1);
      samples.set(i, one.inputs(), one.targets());
    }
    return samples;
  }

  @Override
  public void epoch(int[] order) {
    for (int from = 0; from < order.length; from += BATCH) {
      network.descend(train, order, from, Math.min(from + BATCH, order.length), LEARNING_RATE);
    }
  }

  @Override
  public double accuracy() {
    return labels.shareOf(network.classify(test));
  }
}
