package org.vbar.export;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.vbar.backprop.BackwardTrace;
import org.vbar.backprop.SweepStep;
import org.vbar.graph.Columns;
import org.vbar.graph.Graph;
import org.vbar.graph.Group;
import org.vbar.graph.Node;
import org.vbar.graph.Op;

/**
 * What the stepper's script knows, as JSON: the boxes with the terms of their v̄ in the order of
 * the sweep, the arrows, the frames and the matrices.
 */
final class StepperData {
  private static final int LONGEST_LABEL = 120;
  private static final int LONGEST_FORMULA = 400;

  /** Escapes what could end a script element, and U+2028 and U+2029, inside of strings. */
  private static final Gson GSON = new GsonBuilder().serializeNulls().create();

  private final BackwardTrace trace;
  private final Scene scene;
  private final List<StepperMatrix> matrices;
  private final List<String> notes;
  private final Graph graph;
  private final Columns columns;
  private final Map<String, Integer> places = new HashMap<>();
  private final Map<Group, Frame> frames = new HashMap<>();

  StepperData(BackwardTrace trace, Scene scene, List<StepperMatrix> matrices, List<String> notes) {
    this.trace = trace;
    this.scene = scene;
    this.matrices = matrices;
    this.notes = notes;
    this.graph = trace.output().graph();
    this.columns = graph.columns();
    scene.boxes().forEach(box -> places.put(box.id(), places.size()));
    scene.frames().forEach(frame -> frames.put(frame.group(), frame));
  }

  String json() {
    JsonObject page = new JsonObject();
    page.add("notes", array(notes.stream().map(JsonPrimitive::new)));
    int output = 0;
    for (Box box : scene.boxes()) {
      output = box.output() ? place(box.id()) : output;
    }
    page.addProperty("output", output);
    page.add("boxes", array(scene.boxes().stream().map(this::box)));
    page.add("arrows", array(scene.arrows().stream().map(this::arrow)));
    page.add("frames", array(scene.frames().stream().map(this::frame)));
    page.add("matrices", array(matrices.stream().map(this::matrix)));
    return GSON.toJson(page);
  }

  private int place(String id) {
    return places.getOrDefault(id, 0);
  }

  private JsonObject box(Box box) {
    JsonObject json = new JsonObject();
    json.addProperty("id", box.id());
    json.addProperty("kind", box.kind().title());
    json.addProperty("collapsed", box.kind().isCollapsed());
    json.add("frames", array(around(box.frame()).map(frame -> new JsonPrimitive(frame.id()))));
    if (box.kind().isCollapsed()) {
      List<String> lines =
          VisibleText.lines(box.tooltip()).stream().map(VisibleText::isolated).toList();
      json.addProperty("label", lines.get(0));
      json.add("lines", array(lines.stream().map(JsonPrimitive::new)));
      json.addProperty("takes", box.rows().size() > 1);
      json.add("terms", new JsonArray());
    } else {
      node(graph.node(number(box.id())), json);
    }
    return json;
  }

  private void node(Node node, JsonObject json) {
    json.addProperty("label", label(node));
    json.addProperty("leaf", node.op().isLeaf());
    json.addProperty("takes", node.op() != Op.CONSTANT);
    if (!node.op().isLeaf()) {
      json.addProperty("formula", VisibleText.isolated(FormulaText.of(node, LONGEST_FORMULA)));
    }
    json.add("value", number(node.value()));
    json.add("vBar", number(trace.of(node)));
    List<SweepStep.Contribution> terms =
        trace.step(node).map(SweepStep::contributions).orElse(List.of());
    json.add("terms", array(terms.stream().map(this::term)));
  }

  private JsonObject term(SweepStep.Contribution term) {
    JsonObject json = new JsonObject();
    json.addProperty("child", label(term.child()));
    json.addProperty("bar", bar(term.child()));
    json.addProperty("edge", "e" + (columns.firstEdge(term.child().index()) + term.place()));
    json.add("cBar", number(term.childAdjoint()));
    json.add("d", number(term.localDerivative()));
    json.add("sum", number(term.sumSoFar()));
    return json;
  }

  private static String bar(Node node) {
    String label = label(node);
    return label.codePointCount(0, label.length()) == 1 ? label + "\u0304" : "v̄(" + label + ")";
  }

  private static String label(Node node) {
    return VisibleText.isolated(VisibleText.shortened(node.label(), LONGEST_LABEL));
  }

  private static String line(String typed) {
    return VisibleText.isolated(VisibleText.line(typed));
  }

  private JsonObject arrow(Arrow arrow) {
    JsonObject json = new JsonObject();
    json.addProperty("id", arrow.id());
    json.addProperty("from", place(arrow.from()));
    json.addProperty("to", place(arrow.to()));
    json.add(
        "d", isOneEdge(arrow) ? number(columns.derivative(number(arrow.id()))) : JsonNull.INSTANCE);
    return json;
  }

  /** An arrow between two nodes stands for one edge, unless there are too many parallel ones. */
  private boolean isOneEdge(Arrow arrow) {
    if (!arrow.from().startsWith("n") || !arrow.to().startsWith("n")) {
      return false;
    }
    int child = number(arrow.to());
    int parallel = 0;
    for (int e = columns.firstEdge(child); e < columns.endEdge(child); e++) {
      parallel += columns.parent(e) == number(arrow.from()) ? 1 : 0;
    }
    return parallel <= Bundle.MOST_PARALLEL_EDGES;
  }

  /** 17 of {@code n17}. */
  private static int number(String id) {
    return Integer.parseInt(id.substring(1));
  }

  private JsonObject frame(Frame frame) {
    JsonObject json = new JsonObject();
    json.addProperty("id", frame.id());
    json.addProperty("name", VisibleText.isolated(FrameTitle.text(frame)));
    json.addProperty("path", line(frame.group().path()));
    json.add(
        "outer", array(around(frame.group().outer()).map(outer -> new JsonPrimitive(outer.id()))));
    return json;
  }

  /** The frames around what lies in a group, the innermost first. */
  private Stream<Frame> around(Optional<Group> group) {
    return Stream.iterate(group, Optional::isPresent, g -> g.flatMap(Group::outer))
        .flatMap(Optional::stream)
        .flatMap(g -> Stream.ofNullable(frames.get(g)));
  }

  private JsonObject matrix(StepperMatrix matrix) {
    JsonObject json = new JsonObject();
    json.addProperty("name", line(matrix.name()));
    json.addProperty("adjoint", matrix.adjoint());
    json.addProperty("rows", matrix.rows());
    json.addProperty("columns", matrix.columns());
    json.addProperty("equation", line(matrix.equation()));
    json.add("nodes", array(matrix.nodes().stream().map(n -> new JsonPrimitive("n" + n.index()))));
    json.add(
        "within",
        array(
            matrix.nodes().stream()
                .map(n -> new JsonPrimitive(scene.boxOf().applyAsInt(n.index())))));
    json.add("values", array(matrix.values().stream().map(StepperData::number)));
    matrix
        .product()
        .ifPresent(
            product -> {
              JsonObject operands = new JsonObject();
              operands.addProperty("left", product.left().map(StepperData::line).orElse(null));
              operands.addProperty("leftTransposed", product.leftTransposed());
              operands.addProperty("right", line(product.right()));
              operands.addProperty("rightTransposed", product.rightTransposed());
              operands.addProperty("plus", line(product.plus()));
              json.add("product", operands);
            });
    return json;
  }

  /** JSON has no NaN and no infinities; the script reads their names. */
  private static JsonPrimitive number(double value) {
    return Double.isFinite(value)
        ? new JsonPrimitive(value)
        : new JsonPrimitive(Double.toString(value));
  }

  private static JsonArray array(Stream<? extends JsonElement> elements) {
    JsonArray array = new JsonArray();
    elements.forEach(array::add);
    return array;
  }
}
