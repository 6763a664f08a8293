package org.vbar.export;

import static org.vbar.export.DotText.attributes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes a scene as DOT text that looks well with any tool that reads DOT. */
final class DotWriter {
  private static final String FONT = "DejaVu Sans,Verdana,Helvetica,Arial,sans-serif";

  private final Scene scene;
  private final Style style;
  private final Theme theme;
  private final FrameTree frames;
  private final DotText dot = new DotText();

  private DotWriter(Scene scene, Style style) {
    this.scene = scene;
    this.style = style;
    this.theme = style.theme();
    this.frames = new FrameTree(scene);
  }

  static String write(Scene scene, Style style, Direction direction) {
    return new DotWriter(scene, style).write(direction);
  }

  private String write(Direction direction) {
    dot.open("digraph", "vbar");
    dot.defaults("graph", graph(direction));
    dot.defaults(
        "node",
        attributes("fontname", FONT, "fontsize", "11", "fontcolor", theme.ink(), "margin", "0.12"));
    dot.defaults(
        "edge",
        attributes(
            "fontname",
            FONT,
            "fontsize",
            "10",
            "fontcolor",
            theme.ink(),
            "color",
            theme.arrow(),
            "arrowsize",
            "0.7"));
    boxes(Optional.empty());
    frames.visit(
        frame -> {
          dot.open("subgraph", frame.id());
          dot.defaults("graph", frame(frame));
          boxes(Optional.of(frame.id()));
        },
        dot::close);
    scene.arrows().forEach(arrow -> dot.edge(arrow.from(), arrow.to(), arrow(arrow)));
    dot.close();
    return dot.toString();
  }

  private Map<String, String> graph(Direction direction) {
    Map<String, String> graph =
        attributes(
            "charset",
            "UTF-8",
            "rankdir",
            direction.rankdir(),
            "bgcolor",
            theme.background(),
            "fontname",
            FONT,
            "fontsize",
            "14",
            "fontcolor",
            theme.ink(),
            "pad",
            "0.3");
    String caption =
        Stream.concat(style.title().stream(), scene.notes().stream())
            .collect(Collectors.joining("\n"));
    if (!caption.isEmpty()) {
      graph.put("label", caption);
      graph.put("labelloc", "t");
    }
    return graph;
  }

  private Map<String, String> frame(Frame frame) {
    return attributes(
        "id", frame.id(),
        "label", frame.group().name(),
        "style", "rounded,dashed",
        "color", theme.track(),
        "fontsize", "11",
        "fontcolor", theme.muted());
  }

  private void boxes(Optional<String> frame) {
    frames.boxes(frame).forEach(box -> dot.node(box.id(), box(box)));
  }

  private Map<String, String> box(Box box) {
    Map<String, String> node = attributes("id", box.id(), "label", label(box));
    String shape =
        switch (box.kind()) {
          case VARIABLE -> "ellipse";
          case CONSTANT, OP, REST -> "box";
          case GROUP, ARRAY -> "box3d";
        };
    String line =
        switch (box.kind()) {
          case VARIABLE, GROUP, ARRAY -> "filled";
          case OP -> "filled,rounded";
          case CONSTANT -> "filled,dashed";
          case REST -> "filled,dotted";
        };
    node.put("shape", shape);
    node.put("style", line);
    node.put("fillcolor", theme.fill(box));
    node.put("color", box.onPath() ? theme.path() : theme.outline(box));
    if (box.output()) {
      node.put("peripheries", "2");
    }
    if (box.onPath()) {
      node.put("penwidth", "3");
    }
    return node;
  }

  private static String label(Box box) {
    List<String> lines = new ArrayList<>(box.heading());
    lines.addAll(box.details());
    box.rows().forEach(row -> lines.add(row.label() + " " + row.number()));
    return String.join("\n", lines);
  }

  private Map<String, String> arrow(Arrow arrow) {
    Map<String, String> edge = attributes("id", arrow.id());
    if (!arrow.label().isEmpty()) {
      edge.put("label", String.join("\n", arrow.label()));
    }
    if (arrow.onPath()) {
      edge.put("color", theme.path());
      edge.put("penwidth", "4");
      edge.put("weight", "6");
    }
    return edge;
  }
}
