package org.vbar.train;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.vbar.model.Activation;
import org.vbar.model.LayerSpec;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;
import org.vbar.train.Safetensors.Precision;
import org.vbar.train.Safetensors.Tensor;

/**
 * Trained networks as files.
 *
 * <p>Safetensors files hold {@code W1} [in × out], {@code b1} [out], {@code W2} and so on, and the
 * network's description as JSON in the metadata {@code network}. They are written in {@code double}
 * and read back to the bit. ONNX files are for other programs.
 */
public final class Models {
  private static final String NETWORK = "network";
  private static final long LARGEST_FILE = Integer.MAX_VALUE - 8;

  private Models() {}

  /** Writes a safetensors file, atomically. */
  public static void write(Path file, MlpParameters parameters) throws IOException {
    AtomicFiles.write(file, toSafetensors(parameters).write(Precision.F64));
  }

  /** Writes an ONNX file, atomically: {@code float}, with the probabilities as output. */
  public static void writeOnnx(Path file, MlpParameters parameters) throws IOException {
    AtomicFiles.write(file, OnnxModel.of(parameters));
  }

  /**
   * Reads a safetensors file that {@link #write} wrote, or that has the same arrays in F32 or F64
   * and the same metadata. Nothing in it is executed.
   *
   * @throws ModelFormatException if it is something else or damaged
   * @throws IOException if reading fails
   */
  public static MlpParameters read(Path file) throws IOException {
    if (Files.size(file) > LARGEST_FILE) {
      throw new ModelFormatException(file + " is no model: it is larger than 2 GiB.");
    }
    try {
      return fromSafetensors(Safetensors.read(Files.readAllBytes(file)));
    } catch (ModelFormatException | IllegalArgumentException e) {
      ModelFormatException refused =
          new ModelFormatException(
              file
                  + " is no model that vbar can read: "
                  + e.getMessage()
                  + ". Expected a safetensors file that vbar wrote.");
      refused.initCause(e);
      throw refused;
    }
  }

  static Safetensors toSafetensors(MlpParameters parameters) {
    MlpSpec spec = parameters.spec();
    List<Tensor> tensors = new ArrayList<>();
    for (int l = 0; l < spec.layers().size(); l++) {
      LayerSpec layer = spec.layers().get(l);
      tensors.add(
          new Tensor(
              "W" + (l + 1),
              ImmutableList.of((long) layer.inputs(), (long) layer.outputs()),
              parameters.weights(l)));
      if (spec.hasBiases()) {
        tensors.add(
            new Tensor(
                "b" + (l + 1), ImmutableList.of((long) layer.outputs()), parameters.biases(l)));
      }
    }
    return new Safetensors(ImmutableMap.of(NETWORK, toJson(spec).toString()), tensors);
  }

  static MlpParameters fromSafetensors(Safetensors file) {
    String described = file.metadata().get(NETWORK);
    if (described == null) {
      throw new IllegalArgumentException("its metadata does not describe the network");
    }
    MlpSpec spec = spec(Json.object(described));
    // The arrays are checked before memory is taken for the network that they should fill.
    List<double[]> weights = new ArrayList<>();
    List<double[]> biases = new ArrayList<>();
    for (int l = 0; l < spec.layers().size(); l++) {
      LayerSpec layer = spec.layers().get(l);
      long outputs = layer.outputs();
      weights.add(values(file, "W" + (l + 1), ImmutableList.of((long) layer.inputs(), outputs)));
      biases.add(
          spec.hasBiases()
              ? values(file, "b" + (l + 1), ImmutableList.of(outputs))
              : new double[0]);
    }
    int expected = spec.layers().size() * (spec.hasBiases() ? 2 : 1);
    if (file.tensors().size() != expected) {
      throw new IllegalArgumentException(
          "it has " + file.tensors().size() + " arrays instead of " + expected);
    }
    return MlpParameters.of(
        spec, weights.toArray(new double[0][]), biases.toArray(new double[0][]));
  }

  private static double[] values(Safetensors file, String name, ImmutableList<Long> shape) {
    @Nullable Tensor tensor = file.tensors().get(name);
    if (tensor == null || !tensor.shape().equals(shape)) {
      throw new IllegalArgumentException(
          "expected %s of shape %s but got %s"
              .formatted(name, shape, tensor == null ? "nothing" : tensor.shape()));
    }
    return tensor.values();
  }

  private static JsonObject toJson(MlpSpec spec) {
    JsonObject json = new JsonObject();
    json.addProperty("inputs", spec.inputs());
    JsonArray layers = new JsonArray();
    for (LayerSpec layer : spec.layers()) {
      JsonObject described = new JsonObject();
      described.addProperty("outputs", layer.outputs());
      described.addProperty("activation", lowerCase(layer.activation()));
      layers.add(described);
    }
    json.add("layers", layers);
    json.addProperty("biases", spec.hasBiases());
    json.addProperty("loss", lowerCase(spec.loss()));
    return json;
  }

  private static MlpSpec spec(JsonObject json) {
    MlpSpec.Builder spec = MlpSpec.inputs(Json.integer(json, "inputs"));
    for (JsonElement element : Json.array(json, "layers")) {
      JsonObject layer = Json.asObject("layer", element);
      spec.layer(
          Json.integer(layer, "outputs"),
          constant(Activation.class, Json.string(layer, "activation")));
    }
    if (!Json.bool(json, "biases")) {
      spec.withoutBiases();
    }
    try {
      return spec.loss(constant(LossKind.class, Json.string(json, "loss"))).build();
    } catch (IllegalStateException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static <T extends Enum<T>> T constant(Class<T> type, String name) {
    for (T constant : type.getEnumConstants()) {
      if (lowerCase(constant).equals(name)) {
        return constant;
      }
    }
    throw new IllegalArgumentException("there is no " + type.getSimpleName() + " " + name);
  }
}
