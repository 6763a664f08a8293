package org.vbar.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vbar.testing.Refusals.refusal;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;

class HtmlStepperTest {
  private static final Pattern DATA =
      Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>");

  @TempDir Path folder;

  private static HtmlStepper stepper(Node output) {
    return HtmlStepper.of(output).engines(new GraphperEngine());
  }

  private static JsonObject data(String html) {
    Matcher matcher = DATA.matcher(html);
    assertTrue(matcher.find());
    return JsonParser.parseString(matcher.group(1)).getAsJsonObject();
  }

  private static JsonObject box(JsonObject data, int k) {
    return data.getAsJsonArray("boxes").get(k).getAsJsonObject();
  }

  @Test
  void toHtml_sameNodeTwice_hasTwoTermsOnTwoEdges() {
    Node x = new Graph().variable("x", 3);
    JsonObject data = data(stepper(x.times(x)).toHtml());
    JsonObject first = box(data, 0).getAsJsonArray("terms").get(0).getAsJsonObject();
    JsonObject second = box(data, 0).getAsJsonArray("terms").get(1).getAsJsonObject();
    assertEquals("e1", first.get("edge").getAsString());
    assertEquals(3, first.get("sum").getAsDouble());
    assertEquals("e0", second.get("edge").getAsString());
    assertEquals(6, second.get("sum").getAsDouble());
    assertEquals(1, data.get("output").getAsInt());
  }

  @Test
  void toHtml_numbersThatAreNotFinite_areNamed() {
    Node x = new Graph().variable("x", 0);
    JsonObject data = data(stepper(x.log()).toHtml());
    assertEquals("-Infinity", box(data, 1).get("value").getAsString());
    assertEquals("Infinity", box(data, 0).get("vBar").getAsString());
  }

  @Test
  void toHtml_constant_takesNoDerivative() {
    Graph graph = new Graph();
    JsonObject data = data(stepper(graph.variable("x", 2).times(graph.constant("c", 3))).toHtml());
    assertTrue(box(data, 0).get("takes").getAsBoolean());
    assertFalse(box(data, 1).get("takes").getAsBoolean());
  }

  @Test
  void toHtml_anyGraph_loadsNothing() {
    String html = stepper(new Graph().variable("x", 3).square()).toHtml();
    assertTrue(html.contains("default-src 'none'; script-src 'sha256-"));
    assertFalse(html.contains("unsafe"));
    assertFalse(Pattern.compile("(src|href)=\"(?!#)").matcher(html).find());
    assertFalse(html.replace("http://www.w3.org/", "").matches("(?s).*https?:.*"));
  }

  @Test
  void toHtml_labelThatLooksLikeAPlaceInTheTemplate_staysText() {
    String html = stepper(new Graph().variable("{{script}}$1\\", 3).square()).toHtml();
    assertTrue(html.contains("{{script}}$1\\"));
    assertEquals(1, html.split("'use strict';", -1).length - 1);
  }

  @Test
  void toHtml_overTheLimit_collapsesAndSaysSo() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 1);
    Node y =
        graph.inGroup(
            "layer",
            () -> {
              Node sum = x;
              for (int k = 0; k < 20; k++) {
                sum = sum.plus(x);
              }
              return sum;
            });
    JsonObject data = data(stepper(y).limit(10).toHtml());
    assertTrue(data.getAsJsonArray("boxes").size() <= 10);
    assertTrue(data.getAsJsonArray("notes").toString().contains("would be too many"));
  }

  @Test
  void toHtml_labelsFromRightToLeft_leaveTheNumbersInTheirPlaces() {
    Graph graph = new Graph();
    Node y = graph.variable("שלום", 2).times(graph.variable("\u202eevil", 3));
    JsonObject data = data(stepper(y).toHtml());
    assertEquals("\u2068שלום\u2069", box(data, 0).get("label").getAsString());
    assertEquals("\ufffdevil", box(data, 1).get("label").getAsString());
    assertEquals("\u2068שלום\u2069·\ufffdevil", box(data, 2).get("formula").getAsString());
  }

  @Test
  void write_anotherExtension_isRefused() {
    HtmlStepper stepper = stepper(new Graph().variable("x", 3));
    assertThrows(
        IllegalArgumentException.class, () -> stepper.write(folder.resolve("stepper.svg")));
  }

  @Test
  void write_html_isTheFile() throws IOException {
    Path file = folder.resolve("stepper.html");
    HtmlStepper stepper = stepper(new Graph().variable("x", 3).square());
    assertEquals(file, stepper.write(file).path());
    assertEquals(stepper.toHtml(), Files.readString(file));
  }

  @Test
  void stepperMatrix_wrongNumberOfNodes_isRefused() {
    Node x = new Graph().variable("x", 3);
    String message =
        refusal(
            IllegalArgumentException.class,
            () ->
                new StepperMatrix(
                    "X", false, 2, 1, List.of(x), List.of(1.0, 2.0), "", Optional.empty()));
    assertTrue(message.contains("2 × 1"), message);
  }

  @Test
  void matrices_ofAnotherGraph_areRefused() {
    Node other = new Graph().variable("x", 3);
    StepperMatrix matrix =
        new StepperMatrix("X", false, 1, 1, List.of(other), List.of(3.0), "", Optional.empty());
    HtmlStepper stepper = stepper(new Graph().variable("x", 3));
    String message =
        refusal(IllegalArgumentException.class, () -> stepper.matrices(List.of(matrix)));
    assertTrue(message.contains("X are of another graph"), message);
  }
}
