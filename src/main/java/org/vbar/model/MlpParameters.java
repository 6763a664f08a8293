package org.vbar.model;

import com.google.common.collect.ImmutableList;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ContinuousSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * The weights and biases of a multilayer perceptron as plain arrays.
 *
 * <p>Layers are counted from 0. The weights of a layer are row-major [inputs × outputs]: element
 * {@code i * outputs + j} leads from input i to output j, as in A = X W + b.
 *
 * <p>{@link #weights(int)} and {@link #biases(int)} return the arrays themselves, so that whatever
 * reads them sees an optimizer's update at once. Not safe for use by several threads while one of
 * them writes.
 */
public final class MlpParameters {
  private final MlpSpec spec;
  private final double[][] weights;
  private final double[][] biases;

  private MlpParameters(MlpSpec spec, double[][] weights, double[][] biases) {
    this.spec = spec;
    this.weights = weights;
    this.biases = biases;
  }

  /**
   * Draws weights; biases are 0.
   *
   * <p>A seed gives the same bits on every JDK and platform: one xoroshiro128++ stream, read by the
   * ziggurat sampler of Commons RNG, whose numbers are products and sums only, fills W⁽¹⁾, W⁽²⁾, …
   * in row-major order. Biases take no numbers from the stream, so a network with biases starts
   * with the weights of the same network without.
   *
   * @param spec the network
   * @param initializer the standard deviation of each layer's weights
   * @param seed any number
   * @return new parameters
   */
  public static MlpParameters initialize(MlpSpec spec, Initializer initializer, long seed) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    ContinuousSampler gaussian = ZigguratSampler.NormalizedGaussian.of(random);
    MlpParameters parameters = zeros(spec);
    for (int l = 0; l < parameters.weights.length; l++) {
      double deviation = initializer.standardDeviation(spec.layers().get(l));
      double[] layer = parameters.weights[l];
      for (int i = 0; i < layer.length; i++) {
        layer[i] = deviation * gaussian.sample();
      }
    }
    return parameters;
  }

  /**
   * Parameters that are all 0, to be filled.
   *
   * @param spec the network
   * @return new parameters
   */
  public static MlpParameters zeros(MlpSpec spec) {
    ImmutableList<LayerSpec> layers = spec.layers();
    double[][] weights = new double[layers.size()][];
    double[][] biases = new double[layers.size()][];
    for (int l = 0; l < layers.size(); l++) {
      weights[l] = new double[(int) layers.get(l).weightCount()];
      biases[l] = new double[spec.hasBiases() ? layers.get(l).outputs() : 0];
    }
    return new MlpParameters(spec, weights, biases);
  }

  /**
   * Parameters with given values, which are copied.
   *
   * @param spec the network
   * @param weights for each layer inputs · outputs numbers, row-major [inputs × outputs]. Not
   *     modified.
   * @param biases for each layer as many numbers as outputs, or none if the network has no biases.
   *     Not modified.
   * @return new parameters
   * @throws IllegalArgumentException if a number of layers or a length is wrong
   */
  public static MlpParameters of(MlpSpec spec, double[][] weights, double[][] biases) {
    MlpParameters parameters = zeros(spec);
    copyInto(parameters.weights, weights, "weights");
    copyInto(parameters.biases, biases, "biases");
    return parameters;
  }

  private static void copyInto(double[][] to, double[][] from, String what) {
    if (from.length != to.length) {
      throw new IllegalArgumentException(
          "Expected %s for %d layers but got %d: one array for each layer of the network."
              .formatted(what, to.length, from.length));
    }
    for (int l = 0; l < to.length; l++) {
      if (from[l].length != to[l].length) {
        throw new IllegalArgumentException(
            "Expected %d %s for layer %d but got %d: the length must match the network's layer."
                .formatted(to[l].length, what, l, from[l].length));
      }
      System.arraycopy(from[l], 0, to[l], 0, to[l].length);
    }
  }

  /**
   * The network these parameters belong to.
   *
   * @return the description
   */
  public MlpSpec spec() {
    return spec;
  }

  /**
   * The weights of a layer.
   *
   * @param layer the layer, from 0
   * @return the array itself, row-major [inputs × outputs]; writing to it changes the parameters
   * @throws IndexOutOfBoundsException if there is no such layer
   */
  public double[] weights(int layer) {
    return weights[layer];
  }

  /**
   * The biases of a layer.
   *
   * @param layer the layer, from 0
   * @return the array itself, as long as the layer has outputs, or of length 0 without biases;
   *     writing to it changes the parameters
   * @throws IndexOutOfBoundsException if there is no such layer
   */
  public double[] biases(int layer) {
    return biases[layer];
  }

  /**
   * The number of weights and biases.
   *
   * @return {@link MlpSpec#parameterCount()}
   */
  public int count() {
    return spec.parameterCount();
  }

  /**
   * Parameters of the same network that share nothing with these.
   *
   * @return a deep copy
   */
  public MlpParameters copy() {
    return of(spec, weights, biases);
  }

  /**
   * All parameters in one array: W⁽¹⁾ row-major, b⁽¹⁾, W⁽²⁾, b⁽²⁾, …
   *
   * @return a new array of length {@link #count()}
   */
  public double[] toArray() {
    double[] all = new double[count()];
    int offset = 0;
    for (int l = 0; l < weights.length; l++) {
      System.arraycopy(weights[l], 0, all, offset, weights[l].length);
      offset += weights[l].length;
      System.arraycopy(biases[l], 0, all, offset, biases[l].length);
      offset += biases[l].length;
    }
    return all;
  }

  /**
   * Overwrites all parameters, in the order of {@link #toArray()}.
   *
   * @param all {@link #count()} numbers. Not modified.
   * @throws IllegalArgumentException if the length is wrong
   */
  public void setAll(double[] all) {
    if (all.length != count()) {
      throw new IllegalArgumentException(
          "Expected %d parameters for %s but got %d.".formatted(count(), spec, all.length));
    }
    int offset = 0;
    for (int l = 0; l < weights.length; l++) {
      System.arraycopy(all, offset, weights[l], 0, weights[l].length);
      offset += weights[l].length;
      System.arraycopy(all, offset, biases[l], 0, biases[l].length);
      offset += biases[l].length;
    }
  }

  /** The network and the number of its parameters. */
  @Override
  public String toString() {
    return "%d parameters of %s".formatted(count(), spec);
  }
}
