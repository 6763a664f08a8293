package org.vbar.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vbar.data.Batch;
import org.vbar.data.LabelledImages;
import org.vbar.data.Mnist;
import org.vbar.data.SyntheticDigits;
import org.vbar.layer.Matrix;
import org.vbar.layer.Network;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

class ModelsTest {
  /** The rounding of float in sums of 784 terms of size 1. */
  private static final double FLOAT_ROUNDING = 2e-5;

  @TempDir Path directory;

  private static MlpParameters small(Activation hidden, boolean biases) {
    MlpSpec.Builder spec =
        MlpSpec.inputs(3)
            .layer(4, hidden)
            .layer(2, Activation.IDENTITY)
            .loss(LossKind.SOFTMAX_CROSS_ENTROPY);
    MlpParameters parameters =
        MlpParameters.initialize(
            (biases ? spec : spec.withoutBiases()).build(), Initializer.GAUSSIAN, 1);
    for (int l = 0; biases && l < 2; l++) {
      Arrays.setAll(parameters.biases(l), j -> 0.1 * (j + 1));
    }
    return parameters;
  }

  @Test
  void read_written_givesTheSameBits() throws IOException {
    Path file = directory.resolve("model.safetensors");
    for (Activation activation : Activation.values()) {
      for (boolean biases : new boolean[] {true, false}) {
        MlpParameters parameters = small(activation, biases);
        Models.write(file, parameters);
        MlpParameters read = Models.read(file);
        assertEquals(parameters.spec(), read.spec());
        assertArrayEquals(parameters.toArray(), read.toArray());
      }
    }
  }

  @Test
  void write_layout_isThatOfTheFormat() {
    byte[] bytes =
        Models.toSafetensors(small(Activation.TANH, true)).write(Safetensors.Precision.F32);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) buffer.getLong();
    assertEquals(0, length % 8);
    String header = new String(bytes, 8, length, StandardCharsets.UTF_8);
    assertTrue(
        header.contains("\"W1\":{\"dtype\":\"F32\",\"shape\":[3,4],\"data_offsets\":[0,48]}"),
        header);
    assertEquals(8 + length + 4 * (12 + 4 + 8 + 2), bytes.length);
  }

  private static byte[] file(String header, int dataBytes) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }

  @Test
  void read_hostileHeaders_areRefused() {
    String[] headers = {
      "",
      " {}",
      "[]",
      "{",
      "{}{}",
      "{\"a\": 1}",
      "{\"a\": {}}",
      tensor("F16", "[4]", "[0, 8]"),
      tensor("F64", "[2]", "[0, 8]"),
      tensor("F64", "[1]", "[0, 16]"),
      tensor("F64", "[1]", "[8, 0]"),
      tensor("F64", "[1]", "[-8, 0]"),
      tensor("F64", "[1]", "[0, 8, 8]"),
      tensor("F64", "[1]", "[0, 1e400]"),
      tensor("F64", "[1]", "[0, 8.5]"),
      tensor("F64", "[0]", "[0, 8]"),
      tensor("F64", "[-1]", "[0, 8]"),
      tensor("F64", "[9223372036854775807, 9223372036854775807]", "[0, 8]"),
      tensor("F64", "[4294967296, 4294967296, 1]", "[0, 8]"),
      tensor("F64", "\"1\"", "[0, 8]"),
      tensor("F64", "[1]", "[0, 8]").replace("}}", "}, \"a\": {}}"),
      tensor("F64", "[1]", "[0, 8]")
          .replace(
              "}}", "}, \"b\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [4, 8]}}"),
      "{\"__metadata__\": {\"a\": 1}, " + tensor("F64", "[1]", "[0, 8]").substring(1),
      "{\"a\":" + "[".repeat(100_000),
    };
    for (String header : headers) {
      assertThrows(
          ModelFormatException.class, () -> Safetensors.read(file(header, 8)), () -> header);
    }
  }

  private static String tensor(String dtype, String shape, String offsets) {
    return "{\"a\": {\"dtype\": \"%s\", \"shape\": %s, \"data_offsets\": %s}}"
        .formatted(dtype, shape, offsets);
  }

  @Test
  void read_header_mayNotClaimMoreThanTheFileHas() {
    for (long length : new long[] {-1, 0, 1, 9, 100_000_001, Long.MAX_VALUE, Long.MIN_VALUE}) {
      byte[] bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
      assertThrows(ModelFormatException.class, () -> Safetensors.read(bytes));
    }
    assertThrows(ModelFormatException.class, () -> Safetensors.read(new byte[7]));
  }

  @Test
  void read_truncatedOrChanged_isRefusedOrDiffersInNumbersOnly() throws IOException {
    byte[] good =
        Models.toSafetensors(small(Activation.TANH, true)).write(Safetensors.Precision.F64);
    Path file = directory.resolve("model.safetensors");
    for (int length = 0; length < good.length; length += 7) {
      Files.write(file, Arrays.copyOf(good, length));
      assertThrows(ModelFormatException.class, () -> Models.read(file));
    }
    Random random = new Random(1);
    for (int trial = 0; trial < 500; trial++) {
      byte[] bad = good.clone();
      bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      Files.write(file, bad);
      try {
        assertEquals(26, Models.read(file).count());
      } catch (ModelFormatException e) {
        assertTrue(String.valueOf(e.getMessage()).contains("is no model that vbar can read"));
      }
    }
  }

  @Test
  void read_foreignFiles_areRefusedWithAReason() throws IOException {
    Path file = directory.resolve("foreign");
    Models.writeOnnx(file, small(Activation.RELU, true));
    assertThrows(ModelFormatException.class, () -> Models.read(file));
    Files.write(file, file(tensor("F64", "[1]", "[0, 8]"), 8));
    ModelFormatException refusal =
        assertThrows(ModelFormatException.class, () -> Models.read(file));
    assertTrue(String.valueOf(refusal.getMessage()).contains("does not describe the network"));
    // A description of a network far larger than the file takes no memory.
    Safetensors huge =
        new Safetensors(
            Map.of(
                "network",
                "{\"inputs\":40000,\"layers\":[{\"outputs\":40000,\"activation\":\"relu\"}],"
                    + "\"biases\":false,\"loss\":\"mean_squared_error\"}"),
            java.util.List.of());
    Files.write(file, huge.write(Safetensors.Precision.F64));
    assertThrows(ModelFormatException.class, () -> Models.read(file));
  }

  private static float[][] runOnnx(Path model, Batch batch) throws OrtException {
    float[] x = new float[batch.inputs().length];
    for (int k = 0; k < x.length; k++) {
      x[k] = (float) batch.inputs()[k];
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(model.toString(), options);
          OnnxTensor input =
              OnnxTensor.createTensor(
                  environment, FloatBuffer.wrap(x), new long[] {batch.rows(), batch.columns()});
          OrtSession.Result result = session.run(Map.of("x", input))) {
        return (float[][]) result.get(0).getValue();
      }
    }
  }

  private static void comparePredictions(Path model, MlpParameters parameters, Batch batch)
      throws OrtException {
    Network network = Network.of(parameters.spec(), parameters);
    Matrix x = Matrix.view(batch.rows(), batch.columns(), batch.inputs());
    Matrix expected = network.predict(x);
    int[] classes = network.classify(x);
    float[][] actual = runOnnx(model, batch);
    for (int row = 0; row < batch.rows(); row++) {
      int largest = 0;
      for (int k = 0; k < expected.columns(); k++) {
        assertEquals(expected.at(row, k), actual[row][k], FLOAT_ROUNDING);
        largest = actual[row][k] > actual[row][largest] ? k : largest;
      }
      double margin = expected.at(row, classes[row]) - expected.at(row, largest);
      assertTrue(largest == classes[row] || margin < FLOAT_ROUNDING, "row " + row);
    }
  }

  @Test
  void onnx_everyActivation_predictsTheSame() throws IOException, OrtException {
    Path file = directory.resolve("model.onnx");
    double[] inputs = {0, 1, 2, -1, 0.5, -3, 0.25, -0.75, 1.5};
    Batch batch = Batch.classification(3, inputs, new int[3], 2);
    for (Activation activation : Activation.values()) {
      for (boolean biases : new boolean[] {true, false}) {
        MlpParameters parameters = small(activation, biases);
        Models.writeOnnx(file, parameters);
        comparePredictions(file, parameters, batch);
      }
    }
  }

  @Test
  void onnx_otherLosses_giveActivations() throws IOException, OrtException {
    Path file = directory.resolve("model.onnx");
    MlpParameters moons = Moons.world().parameters();
    Models.writeOnnx(file, moons);
    Batch batch = Moons.EXAMPLES.batch(new int[] {0, 1, 2}, 0, 3);
    float[][] y = runOnnx(file, batch);
    Matrix expected = Network.of(moons.spec(), moons).predict(Matrix.view(3, 2, batch.inputs()));
    for (int row = 0; row < 3; row++) {
      assertEquals(expected.at(row, 0), y[row][0], FLOAT_ROUNDING);
    }
  }

  @Test
  void onnx_trainedOnDigits_predictsTheSame() throws IOException, OrtException {
    comparePredictionsAfterTraining(
        SyntheticDigits.generate(400, 1), SyntheticDigits.generate(300, 2));
  }

  @Test
  @Tag("full")
  void onnx_trainedOnMnist_predictsTheSameForAllTestImages() throws IOException, OrtException {
    Optional<Path> mnist = Mnist.find(Optional.empty());
    Assumptions.assumeTrue(mnist.isPresent(), "MNIST is not there");
    Mnist digits = Mnist.load(mnist.get());
    comparePredictionsAfterTraining(digits.train().take(20_000), digits.test());
  }

  private void comparePredictionsAfterTraining(LabelledImages train, LabelledImages test)
      throws IOException, OrtException {
    MatrixWorld world = new MatrixWorld(Preset.named("001").initialize(1));
    Trainer.plain(world).epoch(train, 64, 0.5, 1);
    Path file = directory.resolve("digits.onnx");
    Models.writeOnnx(file, world.parameters());
    comparePredictions(file, world.parameters(), test.batch());
  }
}
