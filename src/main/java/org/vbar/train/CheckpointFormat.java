package org.vbar.train;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A checkpoint as bytes.
 *
 * <pre>
 *   "VBARCKP1"   length of the header (4 bytes)   header (JSON)   numbers (8 bytes each)   SHA-256
 * </pre>
 *
 * <p>Big-endian. The header has counters and the lengths of arrays; all numbers that are not whole
 * are in the arrays, so that every bit of them is kept, of NaN and infinity too. The SHA-256 is of
 * all bytes before it.
 */
final class CheckpointFormat {
  private static final byte[] MAGIC = "VBARCKP1".getBytes(StandardCharsets.US_ASCII);
  private static final int CHECKSUM_BYTES = 32;
  private static final int FIGURES_PER_EPOCH = 5;

  private CheckpointFormat() {}

  static byte[] write(Checkpoint checkpoint) {
    List<double[]> arrays = new ArrayList<>();
    arrays.add(new double[] {checkpoint.lossSum(), checkpoint.seconds(), checkpoint.best().loss()});
    arrays.add(historyNumbers(checkpoint.history()));
    arrays.add(checkpoint.theta());
    arrays.add(checkpoint.best().theta());
    arrays.addAll(checkpoint.memory());

    JsonObject header = new JsonObject();
    JsonObject settings = new JsonObject();
    checkpoint.settings().forEach(settings::addProperty);
    header.add("settings", settings);
    header.addProperty("epoch", checkpoint.epoch());
    header.addProperty("position", checkpoint.position());
    header.addProperty("epochsSinceBest", checkpoint.best().epochsSince());
    JsonArray lengths = new JsonArray();
    arrays.forEach(array -> lengths.add(array.length));
    header.add("lengths", lengths);
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);

    long numbers = arrays.stream().mapToLong(array -> array.length).sum();
    int size =
        Math.toIntExact(MAGIC.length + 4L + json.length + Double.BYTES * numbers + CHECKSUM_BYTES);
    ByteBuffer bytes = ByteBuffer.allocate(size).put(MAGIC).putInt(json.length).put(json);
    for (double[] array : arrays) {
      for (double number : array) {
        bytes.putDouble(number);
      }
    }
    return bytes.put(checksum(bytes.array()).asBytes()).array();
  }

  private static double[] historyNumbers(List<EpochFigures> history) {
    double[] numbers = new double[FIGURES_PER_EPOCH * history.size()];
    DoubleBuffer buffer = DoubleBuffer.wrap(numbers);
    for (EpochFigures figures : history) {
      buffer
          .put(figures.learningRate())
          .put(figures.trainingLoss())
          .put(figures.validationLoss())
          .put(figures.validationAccuracy())
          .put(figures.seconds());
    }
    return numbers;
  }

  /** Of all bytes but the last, where the checksum is. */
  private static HashCode checksum(byte[] bytes) {
    return Hashing.sha256().hashBytes(bytes, 0, bytes.length - CHECKSUM_BYTES);
  }

  /**
   * Reads a checkpoint.
   *
   * @throws CheckpointException if the bytes are not exactly what {@link #write} wrote
   */
  static Checkpoint read(byte[] bytes) throws CheckpointException {
    if (bytes.length < MAGIC.length + 4 + CHECKSUM_BYTES
        || !Arrays.equals(MAGIC, Arrays.copyOf(bytes, MAGIC.length))) {
      throw new CheckpointException("it is no checkpoint of vbar");
    }
    byte[] stored = Arrays.copyOfRange(bytes, bytes.length - CHECKSUM_BYTES, bytes.length);
    if (!Arrays.equals(stored, checksum(bytes).asBytes())) {
      throw new CheckpointException("its checksum is wrong, so it is damaged");
    }
    ByteBuffer content =
        ByteBuffer.wrap(bytes, MAGIC.length, bytes.length - MAGIC.length - CHECKSUM_BYTES);
    try {
      return parse(content);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException("its content contradicts itself: " + e.getMessage());
    }
  }

  private static Checkpoint parse(ByteBuffer content) {
    int headerLength = content.getInt();
    require(headerLength >= 0 && headerLength <= content.remaining(), "length of the header");
    byte[] json = new byte[headerLength];
    content.get(json);
    JsonObject header = Json.object(new String(json, StandardCharsets.UTF_8));

    List<double[]> arrays = new ArrayList<>();
    for (long length : Json.longs(header, "lengths")) {
      require(length >= 0 && length <= content.remaining() / Double.BYTES, "length of an array");
      double[] array = new double[(int) length];
      for (int k = 0; k < array.length; k++) {
        array[k] = content.getDouble();
      }
      arrays.add(array);
    }
    require(content.remaining() == 0, "length");
    require(arrays.size() >= 4 && arrays.get(0).length == 3, "number of arrays");
    double[] scalars = arrays.get(0);
    int epoch = Json.integer(header, "epoch");
    require(arrays.get(1).length == (long) FIGURES_PER_EPOCH * epoch, "history");
    return new Checkpoint(
        Json.texts(header, "settings"),
        epoch,
        Json.integer(header, "position"),
        scalars[0],
        scalars[1],
        new Checkpoint.Best(scalars[2], Json.integer(header, "epochsSinceBest"), arrays.get(3)),
        history(arrays.get(1)),
        arrays.get(2),
        ImmutableList.copyOf(arrays.subList(4, arrays.size())));
  }

  private static ImmutableList<EpochFigures> history(double[] numbers) {
    ImmutableList.Builder<EpochFigures> history = ImmutableList.builder();
    for (int k = 0; k < numbers.length; k += FIGURES_PER_EPOCH) {
      history.add(
          new EpochFigures(
              k / FIGURES_PER_EPOCH + 1,
              numbers[k],
              numbers[k + 1],
              numbers[k + 2],
              numbers[k + 3],
              numbers[k + 4]));
    }
    return history.build();
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new IllegalArgumentException("wrong " + what);
    }
  }
}
