package org.vbar.compare;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.vbar.data.Mnist;

/** With DL4J; minibatches are rows pulled out of one array. */
final class Dl4jLearner implements Learner {
  private final MultiLayerNetwork network;
  private final INDArray images;
  private final INDArray targets;
  private final INDArray testImages;
  private final Digits test;

  Dl4jLearner(Mnist mnist, long seed) {
    Digits train = Digits.of(mnist.train());
    test = Digits.of(mnist.test());
    images = array(train.pixels(), train.count());
    targets = array(train.oneHot(), train.count());
    testImages = array(test.pixels(), test.count());
    network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(new Sgd(LEARNING_RATE))
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(Digits.PIXELS)
                        .nOut(HIDDEN)
                        .activation(Activation.SIGMOID)
                        .weightInit(new NormalDistribution(0, Math.sqrt(1.0 / Digits.PIXELS)))
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nIn(HIDDEN)
                        .nOut(Digits.CLASSES)
                        .activation(Activation.SOFTMAX)
                        .weightInit(new NormalDistribution(0, Math.sqrt(1.0 / HIDDEN)))
                        .build())
                .build());
    network.init();
  }

  private static INDArray array(float[] numbers, int rows) {
    return Nd4j.create(numbers, new long[] {rows, numbers.length / rows}, 'c');
  }

  @Override
  public void epoch(int[] order) {
    for (int from = 0; from < order.length; from += BATCH) {
      int[] rows = Arrays.copyOfRange(order, from, Math.min(from + BATCH, order.length));
      network.fit(Nd4j.pullRows(images, 1, rows), Nd4j.pullRows(targets, 1, rows));
    }
  }

  @Override
  public double accuracy() {
    return test.shareOf(network.output(testImages).argMax(1).toIntVector());
  }
}
