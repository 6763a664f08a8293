package org.vbar.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MlpParametersTest {
  private static final MlpSpec SMALL =
      MlpSpec.inputs(3)
          .layer(2, Activation.TANH)
          .layer(1, Activation.SIGMOID)
          .loss(LossKind.BINARY_CROSS_ENTROPY)
          .build();
  private static final MlpSpec DIGITS =
      MlpSpec.inputs(784)
          .layer(128, Activation.SIGMOID)
          .layer(10, Activation.IDENTITY)
          .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
          .build();

  @Test
  void initialize_seed42_givesTheseNumbers() {
    MlpParameters parameters = MlpParameters.initialize(SMALL, Initializer.GAUSSIAN, 42);

    assertArrayEquals(
        new double[] {
          -0.42776649576580933,
          1.4308210310622642,
          -0.19325340477128977,
          0.8675451565164296,
          1.0523617266080285,
          0.3169560112807769
        },
        parameters.weights(0));
    assertArrayEquals(new double[] {1.0522135421888645, 0.1364067131726824}, parameters.weights(1));
  }

  @Test
  void initialize_seed42_givesTheseBits() {
    MlpParameters parameters = MlpParameters.initialize(DIGITS, Initializer.XAVIER, 42);

    assertEquals(
        "60a0d21e829c2510df5ef9df321e7fd4cc0aebccb4504822638c7f75bf7a1acc",
        sha256(parameters.toArray()));
  }

  private static String sha256(double[] numbers) {
    Hasher hasher = Hashing.sha256().newHasher();
    for (double number : numbers) {
      hasher.putDouble(number);
    }
    return hasher.hash().toString();
  }

  @ParameterizedTest
  @EnumSource(Initializer.class)
  void initialize_manyWeights_haveTheStandardDeviation(Initializer initializer) {
    MlpParameters parameters = MlpParameters.initialize(DIGITS, initializer, 7);

    double[] weights = parameters.weights(0);
    double mean = Arrays.stream(weights).average().orElseThrow();
    double variance =
        Arrays.stream(weights).map(w -> (w - mean) * (w - mean)).average().orElseThrow();
    double expected = initializer.standardDeviation(DIGITS.layers().get(0));
    // 100,352 weights: the mean scatters by 0.003 deviations, the deviation by 0.0022 of itself.
    assertEquals(0, mean, 0.015 * expected);
    assertEquals(expected, Math.sqrt(variance), 0.012 * expected);
  }

  @Test
  void standardDeviation_ofEachRule_followsItsFormula() {
    LayerSpec layer = new LayerSpec(8, 24, Activation.RELU);

    assertEquals(Math.sqrt(1.0 / 8), Initializer.XAVIER.standardDeviation(layer));
    assertEquals(0.25, Initializer.GLOROT.standardDeviation(layer));
    assertEquals(0.5, Initializer.HE.standardDeviation(layer));
    assertEquals(1, Initializer.GAUSSIAN.standardDeviation(layer));
    assertEquals(0.01, Initializer.GAUSSIAN_SMALL.standardDeviation(layer));
  }

  @Test
  void initialize_biases_areZeroAndTakeNoRandomNumbers() {
    MlpSpec without =
        MlpSpec.inputs(3)
            .layer(2, Activation.TANH)
            .layer(1, Activation.SIGMOID)
            .withoutBiases()
            .loss(LossKind.BINARY_CROSS_ENTROPY)
            .build();
    MlpParameters withBiases = MlpParameters.initialize(SMALL, Initializer.HE, 3);
    MlpParameters bare = MlpParameters.initialize(without, Initializer.HE, 3);

    assertArrayEquals(new double[2], withBiases.biases(0));
    assertArrayEquals(new double[1], withBiases.biases(1));
    assertArrayEquals(new double[0], bare.biases(0));
    assertArrayEquals(withBiases.weights(1), bare.weights(1));
  }

  @Test
  void initialize_otherSeed_givesOtherNumbers() {
    assertNotEquals(
        MlpParameters.initialize(SMALL, Initializer.HE, 3).weights(0)[0],
        MlpParameters.initialize(SMALL, Initializer.HE, 4).weights(0)[0]);
  }

  @Test
  void toArray_ofTwoLayers_isWeightsThenBiasesPerLayer() {
    MlpParameters parameters =
        MlpParameters.of(
            SMALL, new double[][] {{1, 2, 3, 4, 5, 6}, {9, 10}}, new double[][] {{7, 8}, {11}});

    assertEquals(11, parameters.count());
    assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, parameters.toArray());
    assertSame(SMALL, parameters.spec());
    assertEquals(
        "11 parameters of 3-2-1 (tanh, sigmoid), binary cross-entropy", parameters.toString());
  }

  @Test
  void setAll_ofToArray_restores() {
    MlpParameters source = MlpParameters.initialize(SMALL, Initializer.GAUSSIAN, 5);
    MlpParameters target = MlpParameters.zeros(SMALL);

    target.setAll(source.toArray());

    assertArrayEquals(source.weights(0), target.weights(0));
    assertArrayEquals(source.weights(1), target.weights(1));
    assertArrayEquals(source.toArray(), target.toArray());
  }

  @Test
  void weights_written_changeTheParameters() {
    MlpParameters parameters = MlpParameters.zeros(SMALL);

    parameters.weights(0)[1] = 7;
    parameters.biases(1)[0] = 8;

    assertArrayEquals(new double[] {0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 8}, parameters.toArray());
  }

  @Test
  void copy_changed_leavesTheOriginal() {
    MlpParameters original = MlpParameters.initialize(SMALL, Initializer.GAUSSIAN, 5);
    double[] before = original.toArray();

    MlpParameters copy = original.copy();
    copy.weights(0)[0]++;
    copy.biases(0)[0]++;

    assertArrayEquals(before, original.toArray());
  }

  @Test
  void of_givenArraysChangedLater_keepsItsNumbers() {
    double[][] weights = {{1, 2, 3, 4, 5, 6}, {9, 10}};
    MlpParameters parameters = MlpParameters.of(SMALL, weights, new double[][] {{7, 8}, {11}});

    weights[0][0] = 99;

    assertEquals(1, parameters.weights(0)[0]);
  }

  @Test
  void of_wrongLengths_saysWhichLayer() {
    double[][] weights = {{1, 2, 3, 4, 5, 6}, {9, 10}};

    assertEquals(
        "Expected 2 biases for layer 0 but got 1: the length must match the network's layer.",
        assertThrows(
                IllegalArgumentException.class,
                () -> MlpParameters.of(SMALL, weights, new double[][] {{7}, {11}}))
            .getMessage());
    assertEquals(
        "Expected weights for 2 layers but got 1: one array for each layer of the network.",
        assertThrows(
                IllegalArgumentException.class,
                () -> MlpParameters.of(SMALL, new double[][] {{1}}, new double[][] {{7}, {11}}))
            .getMessage());
  }

  @Test
  void setAll_wrongLength_isRefused() {
    MlpParameters parameters = MlpParameters.zeros(SMALL);

    assertEquals(
        "Expected 11 parameters for 3-2-1 (tanh, sigmoid), binary cross-entropy but got 2.",
        assertThrows(IllegalArgumentException.class, () -> parameters.setAll(new double[2]))
            .getMessage());
  }
}
