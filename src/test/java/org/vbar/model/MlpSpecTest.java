package org.vbar.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class MlpSpecTest {
  private static MlpSpec.Builder digits() {
    return MlpSpec.inputs(784).layer(128, Activation.SIGMOID).layer(10, Activation.IDENTITY);
  }

  @Test
  void spec_ofDigits_describesItself() {
    MlpSpec spec = digits().loss(LossKind.SOFTMAX_CROSS_ENTROPY).build();

    assertEquals(784, spec.inputs());
    assertEquals(10, spec.outputs());
    assertEquals(LossKind.SOFTMAX_CROSS_ENTROPY, spec.loss());
    assertTrue(spec.hasBiases());
    assertEquals(
        List.of(
            new LayerSpec(784, 128, Activation.SIGMOID),
            new LayerSpec(128, 10, Activation.IDENTITY)),
        spec.layers());
    assertEquals("784-128-10 (sigmoid, identity), softmax cross-entropy", spec.toString());
  }

  @Test
  void parameterCount_withBiases_countsWeightsAndBiases() {
    MlpSpec spec = digits().loss(LossKind.SOFTMAX_CROSS_ENTROPY).build();

    assertEquals(784 * 128 + 128 + 128 * 10 + 10, spec.parameterCount());
  }

  @Test
  void parameterCount_withoutBiases_countsWeightsOnly() {
    MlpSpec spec =
        MlpSpec.inputs(2)
            .layer(2, Activation.RELU)
            .layer(2, Activation.LEAKY_RELU)
            .layer(1, Activation.SIGMOID)
            .withoutBiases()
            .loss(LossKind.HALF_SQUARED_ERROR)
            .build();

    assertFalse(spec.hasBiases());
    assertEquals(4 + 4 + 2, spec.parameterCount());
    assertEquals(
        "2-2-2-1 (relu, leaky relu, sigmoid), half squared error, without biases", spec.toString());
  }

  @Test
  void equals_sameDescription_isEqual() {
    MlpSpec one = digits().loss(LossKind.SOFTMAX_CROSS_ENTROPY).build();
    MlpSpec same = digits().loss(LossKind.SOFTMAX_CROSS_ENTROPY).build();

    assertEquals(one, same);
    assertEquals(one.hashCode(), same.hashCode());
    assertNotEquals(one, digits().loss(LossKind.MEAN_SQUARED_ERROR).build());
    assertNotEquals(one, digits().withoutBiases().loss(LossKind.SOFTMAX_CROSS_ENTROPY).build());
  }

  @Test
  void build_withoutLayer_saysWhatToCall() {
    MlpSpec.Builder builder = MlpSpec.inputs(2).loss(LossKind.MEAN_SQUARED_ERROR);

    assertEquals(
        "Expected at least 1 layer but got none: call layer(outputs, activation) before build().",
        assertThrows(IllegalStateException.class, builder::build).getMessage());
  }

  @Test
  void build_withoutLoss_saysWhatToCall() {
    assertEquals(
        "Expected a loss but got none: call loss(LossKind) before build().",
        assertThrows(IllegalStateException.class, digits()::build).getMessage());
  }

  @Test
  void build_binaryCrossEntropyWithoutSigmoid_isRefused() {
    MlpSpec.Builder builder = digits().loss(LossKind.BINARY_CROSS_ENTROPY);

    assertEquals(
        "Expected a last layer with SIGMOID for BINARY_CROSS_ENTROPY but got IDENTITY: the loss"
            + " itself is computed from the logits.",
        assertThrows(IllegalArgumentException.class, builder::build).getMessage());
  }

  @Test
  void build_softmaxCrossEntropyWithSigmoid_isRefused() {
    MlpSpec.Builder builder =
        MlpSpec.inputs(3).layer(2, Activation.SIGMOID).loss(LossKind.SOFTMAX_CROSS_ENTROPY);

    assertEquals(
        "Expected a last layer with IDENTITY for SOFTMAX_CROSS_ENTROPY but got SIGMOID: the loss"
            + " itself is computed from the logits.",
        assertThrows(IllegalArgumentException.class, builder::build).getMessage());
  }

  @Test
  void build_softmaxCrossEntropyWithOneOutput_isRefused() {
    MlpSpec.Builder builder =
        MlpSpec.inputs(3).layer(1, Activation.IDENTITY).loss(LossKind.SOFTMAX_CROSS_ENTROPY);

    assertEquals(
        "Expected at least 2 outputs for SOFTMAX_CROSS_ENTROPY but got 1, whose softmax is always"
            + " 1: use BINARY_CROSS_ENTROPY with a last SIGMOID layer.",
        assertThrows(IllegalArgumentException.class, builder::build).getMessage());
  }

  @Test
  void build_squaredErrors_acceptEveryLastActivation() {
    for (Activation activation : Activation.values()) {
      for (LossKind loss : List.of(LossKind.HALF_SQUARED_ERROR, LossKind.MEAN_SQUARED_ERROR)) {
        assertEquals(loss, MlpSpec.inputs(1).layer(1, activation).loss(loss).build().loss());
      }
    }
  }

  @Test
  void build_moreParametersThanAnArrayHolds_isRefused() {
    MlpSpec.Builder builder =
        MlpSpec.inputs(1 << 16).layer(1 << 16, Activation.TANH).loss(LossKind.MEAN_SQUARED_ERROR);

    assertEquals(
        "Expected at most 2147483647 parameters, which one Java array can hold, but the layers up to"
            + " 65536-65536 (tanh) have 4295032832.",
        assertThrows(IllegalArgumentException.class, builder::build).getMessage());
  }

  @Test
  void inputs_zero_isRefused() {
    assertEquals(
        "Expected a network with at least 1 input but got 0.",
        assertThrows(IllegalArgumentException.class, () -> MlpSpec.inputs(0)).getMessage());
  }

  @Test
  void layer_zeroOutputs_isRefused() {
    MlpSpec.Builder builder = MlpSpec.inputs(2);

    assertEquals(
        "Expected a layer with at least 1 input and 1 output but got [2 × 0].",
        assertThrows(IllegalArgumentException.class, () -> builder.layer(0, Activation.RELU))
            .getMessage());
  }

  @Test
  void label_ofEveryName_isLowerCaseWords() {
    assertEquals("leaky relu", Activation.LEAKY_RELU.label());
    assertEquals("784-128 (gelu)", new LayerSpec(784, 128, Activation.GELU).toString());
    for (LossKind loss : LossKind.values()) {
      assertEquals(
          loss.name().replace('_', ' '), loss.label().replace('-', ' ').toUpperCase(Locale.ROOT));
      assertEquals(loss.name().endsWith("CROSS_ENTROPY"), loss.isComputedFromLogits());
    }
  }
}
