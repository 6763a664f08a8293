package org.vbar.train;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * What one needs to know to repeat a training and to believe its figures, as JSON.
 *
 * @param title what was trained, such as a preset's name
 * @param network the description of the network
 * @param world how the network was computed, such as {@code "matrix, float, vector"}
 * @param configuration the settings as texts
 * @param seed the seed of the order of samples
 * @param trainingData the SHA-256 of the training examples
 * @param machine the JDK, operating system and processor
 * @param finished when the record was made
 * @param ending why the training ended
 * @param epochs the figures of every epoch
 */
public record RunRecord(
    String title,
    String network,
    String world,
    ImmutableMap<String, String> configuration,
    long seed,
    String trainingData,
    ImmutableMap<String, String> machine,
    Instant finished,
    TrainingOutcome.Ending ending,
    ImmutableList<EpochFigures> epochs) {
  private static final int VERSION = 1;

  /** The record of a training that has just ended on this machine. */
  public static RunRecord of(
      String title, TrainingPlan plan, World world, Examples training, TrainingOutcome outcome) {
    return new RunRecord(
        title,
        world.parameters().spec().toString(),
        world.description(),
        configuration(plan),
        plan.seed(),
        training.sha256(),
        thisMachine(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        outcome.ending(),
        outcome.epochs());
  }

  private static ImmutableMap<String, String> configuration(TrainingPlan plan) {
    ImmutableMap.Builder<String, String> settings = ImmutableMap.builder();
    settings.put("epochs", String.valueOf(plan.epochs()));
    settings.put("batchSize", String.valueOf(plan.batchSize()));
    settings.put("shuffled", String.valueOf(plan.shuffled()));
    settings.put("gradient", plan.rule().name());
    settings.put("optimizer", plan.optimizer().toString());
    settings.put("learningRate", plan.learningRate().toString());
    plan.earlyStopping().ifPresent(stopping -> settings.put("earlyStopping", stopping.toString()));
    return settings.buildOrThrow();
  }

  private static ImmutableMap<String, String> thisMachine() {
    return ImmutableMap.of(
        "java", System.getProperty("java.version"),
        "vm", System.getProperty("java.vm.name"),
        "os", System.getProperty("os.name"),
        "arch", System.getProperty("os.arch"),
        "processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
  }

  /** The record as indented JSON. */
  public String toJson() {
    JsonObject json = new JsonObject();
    json.addProperty("version", VERSION);
    json.addProperty("title", title);
    json.addProperty("network", network);
    json.addProperty("world", world);
    json.add("configuration", texts(configuration));
    json.addProperty("seed", seed);
    json.addProperty("trainingData", trainingData);
    json.add("machine", texts(machine));
    json.addProperty("finished", finished.toString());
    json.addProperty("ending", ending.name());
    JsonArray figures = new JsonArray();
    epochs.forEach(epoch -> figures.add(toJson(epoch)));
    json.add("epochs", figures);
    return new GsonBuilder()
        .setPrettyPrinting()
        .serializeNulls()
        .disableHtmlEscaping()
        .create()
        .toJson(json);
  }

  private static JsonObject texts(Map<String, String> texts) {
    JsonObject json = new JsonObject();
    texts.forEach(json::addProperty);
    return json;
  }

  private static JsonObject toJson(EpochFigures figures) {
    JsonObject json = new JsonObject();
    json.addProperty("epoch", figures.epoch());
    json.add("learningRate", real(figures.learningRate()));
    json.add("trainingLoss", real(figures.trainingLoss()));
    json.add("validationLoss", real(figures.validationLoss()));
    json.add("validationAccuracy", real(figures.validationAccuracy()));
    json.add("seconds", real(figures.seconds()));
    return json;
  }

  /** JSON has no NaN and no infinity; a loss that became either is null. */
  private static JsonElement real(double number) {
    return Double.isFinite(number) ? new JsonPrimitive(number) : JsonNull.INSTANCE;
  }

  /** Writes the record atomically. */
  public void write(Path file) throws IOException {
    AtomicFiles.write(file, toJson().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads a record.
   *
   * @throws IOException if reading fails or the file is no record
   */
  public static RunRecord read(Path file) throws IOException {
    try {
      return parse(Files.readString(file));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is no record of a run: " + e.getMessage() + ".", e);
    }
  }

  /**
   * Parses a record.
   *
   * @throws IllegalArgumentException if the text is no record
   */
  static RunRecord parse(String text) {
    JsonObject json = Json.object(text);
    if (Json.integer(json, "version") != VERSION) {
      throw new IllegalArgumentException("expected version " + VERSION);
    }
    return new RunRecord(
        Json.string(json, "title"),
        Json.string(json, "network"),
        Json.string(json, "world"),
        Json.texts(json, "configuration"),
        Json.number(json, "seed"),
        Json.string(json, "trainingData"),
        Json.texts(json, "machine"),
        instant(Json.string(json, "finished")),
        TrainingOutcome.Ending.valueOf(Json.string(json, "ending")),
        Json.array(json, "epochs").stream()
            .map(element -> figures(Json.asObject("epoch", element)))
            .collect(toImmutableList()));
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (java.time.DateTimeException e) {
      throw new IllegalArgumentException("expected an instant but got " + text, e);
    }
  }

  private static EpochFigures figures(JsonObject json) {
    return new EpochFigures(
        Json.integer(json, "epoch"),
        Json.realOrNan(json, "learningRate"),
        Json.realOrNan(json, "trainingLoss"),
        Json.realOrNan(json, "validationLoss"),
        Json.realOrNan(json, "validationAccuracy"),
        Json.realOrNan(json, "seconds"));
  }
}
