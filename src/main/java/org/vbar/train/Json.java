package org.vbar.train;

import com.google.common.collect.ImmutableMap;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON that may come from anywhere: exactly one object in strict syntax, and fields of
 * exactly the type that is asked for. Whatever is wrong is an {@link IllegalArgumentException}.
 */
final class Json {
  private Json() {}

  /** Parses one object, whose fields must differ. */
  static JsonObject object(String text) {
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      JsonObject object = new JsonObject();
      reader.beginObject();
      while (reader.hasNext()) {
        String field = reader.nextName();
        if (object.has(field)) {
          throw new IllegalArgumentException("expected different fields but got two " + field);
        }
        object.add(field, JsonParser.parseReader(reader));
      }
      reader.endObject();
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new IllegalArgumentException("expected exactly one JSON object");
      }
      return object;
    } catch (JsonParseException | IOException | IllegalStateException e) {
      throw new IllegalArgumentException("expected a JSON object: " + e.getMessage(), e);
    }
  }

  static String string(JsonObject object, String field) {
    JsonElement element = object.get(field);
    if (element == null || !element.isJsonPrimitive() || !element.getAsJsonPrimitive().isString()) {
      throw wrong(field, "a text", element);
    }
    return element.getAsString();
  }

  static boolean bool(JsonObject object, String field) {
    JsonElement element = object.get(field);
    if (element == null
        || !element.isJsonPrimitive()
        || !element.getAsJsonPrimitive().isBoolean()) {
      throw wrong(field, "true or false", element);
    }
    return element.getAsBoolean();
  }

  /** A whole number from 0 to the largest {@code int}. */
  static int integer(JsonObject object, String field) {
    long value = toLong(field, object.get(field));
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw wrong(field, "a whole number of 0 or more", object.get(field));
    }
    return (int) value;
  }

  static long number(JsonObject object, String field) {
    return toLong(field, object.get(field));
  }

  /** A number, or NaN for null, which JSON has instead. */
  static double realOrNan(JsonObject object, String field) {
    JsonElement element = object.get(field);
    if (element != null && element.isJsonNull()) {
      return Double.NaN;
    }
    if (element == null || !element.isJsonPrimitive() || !element.getAsJsonPrimitive().isNumber()) {
      throw wrong(field, "a number", element);
    }
    return element.getAsDouble();
  }

  /** An object whose fields are all texts. */
  static ImmutableMap<String, String> texts(JsonObject json, String field) {
    JsonObject object = object(json, field);
    ImmutableMap.Builder<String, String> texts = ImmutableMap.builder();
    object.keySet().forEach(key -> texts.put(key, string(object, key)));
    return texts.buildOrThrow();
  }

  static List<Long> longs(JsonObject object, String field) {
    List<Long> numbers = new ArrayList<>();
    for (JsonElement element : array(object, field)) {
      numbers.add(toLong(field, element));
    }
    return numbers;
  }

  static List<JsonElement> array(JsonObject object, String field) {
    JsonElement element = object.get(field);
    if (element == null || !element.isJsonArray()) {
      throw wrong(field, "an array", element);
    }
    return element.getAsJsonArray().asList();
  }

  static JsonObject object(JsonObject object, String field) {
    return asObject(field, object.get(field));
  }

  static JsonObject asObject(String what, @Nullable JsonElement element) {
    if (element == null || !element.isJsonObject()) {
      throw wrong(what, "an object", element);
    }
    return element.getAsJsonObject();
  }

  private static long toLong(String field, @Nullable JsonElement element) {
    if (element == null || !element.isJsonPrimitive() || !element.getAsJsonPrimitive().isNumber()) {
      throw wrong(field, "a whole number", element);
    }
    try {
      return element.getAsBigDecimal().longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      IllegalArgumentException wrong = wrong(field, "a whole number", element);
      wrong.initCause(e);
      throw wrong;
    }
  }

  private static IllegalArgumentException wrong(
      String field, String expected, @Nullable JsonElement element) {
    String given = element == null ? "nothing" : element.toString();
    return new IllegalArgumentException(
        "expected %s as \"%s\" but got %s"
            .formatted(
                expected, field, given.length() > 80 ? given.substring(0, 80) + "…" : given));
  }
}
