package org.vbar.compare;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import org.vbar.data.Mnist;

/** With DJL and PyTorch, as its tutorials train; its data set chooses the order. */
final class DjlLearner implements Learner {
  private final Trainer trainer;
  private final ArrayDataset train;
  private final NDArray test;
  private final Digits testDigits;

  DjlLearner(Mnist mnist) {
    NDManager manager = NDManager.newBaseManager("PyTorch");
    Digits digits = Digits.of(mnist.train());
    testDigits = Digits.of(mnist.test());
    train =
        new ArrayDataset.Builder()
            .setData(images(manager, digits))
            .optLabels(manager.create(digits.labels()))
            .setSampling(BATCH, true)
            .build();
    test = images(manager, testDigits);

    Model model = Model.newInstance("digits", "PyTorch");
    model.setBlock(
        new SequentialBlock()
            .add(linear(Digits.PIXELS, HIDDEN))
            .add(Activation::sigmoid)
            .add(linear(HIDDEN, Digits.CLASSES)));
    trainer =
        model.newTrainer(
            new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .optOptimizer(
                    Optimizer.sgd()
                        .setLearningRateTracker(Tracker.fixed((float) LEARNING_RATE))
                        .build()));
    trainer.initialize(new Shape(BATCH, Digits.PIXELS));
  }

  private static NDArray images(NDManager manager, Digits digits) {
    return manager.create(digits.pixels(), new Shape(digits.count(), Digits.PIXELS));
  }

  private static Block linear(int inputs, int units) {
    Linear linear = Linear.builder().setUnits(units).build();
    linear.setInitializer(
        new NormalInitializer((float) Math.sqrt(1.0 / inputs)), Parameter.Type.WEIGHT);
    return linear;
  }

  @Override
  public void epoch(int[] order) throws Exception {
    for (Batch batch : trainer.iterateDataset(train)) {
      EasyTrain.trainBatch(trainer, batch);
      trainer.step();
      batch.close();
    }
  }

  @Override
  public double accuracy() {
    try (NDArray scores = trainer.evaluate(new NDList(test)).singletonOrThrow();
        NDArray found = scores.argMax(1)) {
      int[] classes = new int[testDigits.count()];
      for (int i = 0; i < classes.length; i++) {
        classes[i] = (int) found.getLong(i);
      }
      return testDigits.shareOf(classes);
    }
  }
}
