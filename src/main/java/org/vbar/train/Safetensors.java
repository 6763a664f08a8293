package org.vbar.train;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Named arrays of numbers as bytes in the safetensors format, which has no code in it.
 *
 * <pre>
 *   length n of the header (8 bytes, little-endian)
 *   header: n bytes of JSON, {"name": {"dtype": "F64", "shape": [784, 128], "data_offsets": [0, 802816]}, …}
 *   data: little-endian numbers, row-major, without gaps
 * </pre>
 *
 * <p>Source of the format: the README of huggingface/safetensors. Reading checks everything that it
 * demands, and allocates nothing that the file does not really contain.
 */
final class Safetensors {
  private static final String METADATA = "__metadata__";
  private static final int LONGEST_HEADER = 100_000_000;

  /** How numbers are stored. */
  enum Precision {
    F64(8),
    F32(4);

    private final int bytes;

    Precision(int bytes) {
      this.bytes = bytes;
    }
  }

  /**
   * One array.
   *
   * @param shape sizes from the slowest to the fastest index
   * @param values row-major. Not copied.
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Tensor(String name, ImmutableList<Long> shape, double[] values) {}

  private record Place(Tensor tensor, Precision precision, long begin, long end) {}

  private final ImmutableMap<String, String> metadata;
  private final ImmutableMap<String, Tensor> tensors;

  Safetensors(Map<String, String> metadata, List<Tensor> tensors) {
    this.metadata = ImmutableMap.copyOf(metadata);
    ImmutableMap.Builder<String, Tensor> byName = ImmutableMap.builder();
    tensors.forEach(tensor -> byName.put(tensor.name, tensor));
    this.tensors = byName.buildOrThrow();
  }

  ImmutableMap<String, String> metadata() {
    return metadata;
  }

  ImmutableMap<String, Tensor> tensors() {
    return tensors;
  }

  byte[] write(Precision precision) {
    JsonObject header = new JsonObject();
    JsonObject texts = new JsonObject();
    metadata.forEach(texts::addProperty);
    header.add(METADATA, texts);
    long end = 0;
    for (Tensor tensor : tensors.values()) {
      JsonObject described = new JsonObject();
      described.addProperty("dtype", precision.name());
      JsonArray shape = new JsonArray();
      tensor.shape.forEach(shape::add);
      described.add("shape", shape);
      JsonArray offsets = new JsonArray();
      offsets.add(end);
      end += (long) tensor.values.length * precision.bytes;
      offsets.add(end);
      described.add("data_offsets", offsets);
      header.add(tensor.name, described);
    }
    // Padded with spaces, so that the data is aligned, as the format advises.
    String json = header.toString();
    byte[] unpadded = json.getBytes(StandardCharsets.UTF_8);
    byte[] padded =
        (json + " ".repeat((8 - unpadded.length % 8) % 8)).getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(8 + padded.length + end))
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(padded.length)
            .put(padded);
    for (Tensor tensor : tensors.values()) {
      for (double value : tensor.values) {
        if (precision == Precision.F64) {
          bytes.putDouble(value);
        } else {
          bytes.putFloat((float) value);
        }
      }
    }
    return bytes.array();
  }

  /**
   * Reads a file's bytes.
   *
   * @throws ModelFormatException if they are not exactly a file of this format with F32 and F64
   */
  static Safetensors read(byte[] bytes) throws ModelFormatException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < 8) {
      throw new ModelFormatException("it is shorter than the length of a header");
    }
    long length = buffer.getLong();
    if (length < 2 || length > LONGEST_HEADER || length > buffer.remaining()) {
      throw new ModelFormatException("its header cannot have " + length + " bytes");
    }
    byte[] json = new byte[(int) length];
    buffer.get(json);
    if (json[0] != '{') {
      throw new ModelFormatException("its header does not begin with {");
    }
    try {
      return read(Json.object(new String(json, StandardCharsets.UTF_8)), buffer.slice());
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException("its header is wrong: " + e.getMessage());
    }
  }

  private static Safetensors read(JsonObject header, ByteBuffer data) {
    ImmutableMap.Builder<String, String> metadata = ImmutableMap.builder();
    List<Place> places = new ArrayList<>();
    for (Map.Entry<String, JsonElement> entry : header.entrySet()) {
      JsonObject described = Json.asObject(entry.getKey(), entry.getValue());
      if (entry.getKey().equals(METADATA)) {
        described.keySet().forEach(key -> metadata.put(key, Json.string(described, key)));
      } else {
        places.add(place(entry.getKey(), described, data.capacity()));
      }
    }
    places.sort(Comparator.comparingLong(Place::begin).thenComparingLong(Place::end));
    long end = 0;
    for (Place place : places) {
      require(place.begin == end, place.tensor.name + " overlaps its neighbour or leaves a gap");
      end = place.end;
    }
    require(end == data.capacity(), "the arrays end at " + end + " of " + data.capacity());
    List<Tensor> tensors = new ArrayList<>();
    for (Place place : places) {
      tensors.add(load(place, data.order(ByteOrder.LITTLE_ENDIAN)));
    }
    return new Safetensors(metadata.buildOrThrow(), tensors);
  }

  private static Place place(String name, JsonObject described, long available) {
    List<Long> shape = Json.longs(described, "shape");
    List<Long> offsets = Json.longs(described, "data_offsets");
    require(offsets.size() == 2, name + " has no two offsets");
    long begin = offsets.get(0);
    long end = offsets.get(1);
    require(begin >= 0 && begin <= end && end <= available, name + " lies outside of the file");
    Precision precision = precision(name, Json.string(described, "dtype"));
    // Division instead of multiplication, because sizes may be chosen to overflow.
    long count = (end - begin) / precision.bytes;
    require(count * precision.bytes == end - begin, name + " is cut within a number");
    long left = count;
    for (long size : shape) {
      require(size > 0 && left % size == 0, name + " does not have the shape " + shape);
      left /= size;
    }
    require(left == 1, name + " does not have the shape " + shape);
    Tensor empty = new Tensor(name, ImmutableList.copyOf(shape), new double[0]);
    return new Place(empty, precision, begin, end);
  }

  private static Precision precision(String name, String dtype) {
    for (Precision precision : Precision.values()) {
      if (precision.name().equals(dtype)) {
        return precision;
      }
    }
    throw new IllegalArgumentException(name + " is of type " + dtype + ", not F32 or F64");
  }

  private static Tensor load(Place place, ByteBuffer data) {
    data.position((int) place.begin);
    double[] values = new double[(int) (place.end - place.begin) / place.precision.bytes];
    for (int k = 0; k < values.length; k++) {
      values[k] = place.precision == Precision.F64 ? data.getDouble() : data.getFloat();
    }
    return new Tensor(place.tensor.name, place.tensor.shape, values);
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new IllegalArgumentException(what);
    }
  }
}
