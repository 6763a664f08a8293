package org.vbar.export;

import static org.vbar.export.DotText.attributes;

import java.util.Optional;

/**
 * The question to a {@link DotEngine}: where do boxes and arrows of these sizes go?
 *
 * <p>It holds no text that somebody typed, only ids and sizes. An arrow's label is a small node in
 * the middle of the arrow, so that every engine keeps it free of lines and of other boxes.
 */
final class LayoutDot {
  private static final double POINTS_PER_INCH = 72;
  private static final double FRAME_LETTER = 8.5;
  private static final int PATH_WEIGHT = 6;
  private static final int SOME_ARROWS = 100;

  private final DotText dot = new DotText();
  private final FrameTree frames;

  private LayoutDot(Scene scene) {
    this.frames = new FrameTree(scene);
  }

  /**
   * The question for one engine.
   *
   * @param upsideDown whether the answer will be turned upside down, so that titles go below
   */
  static String of(Scene scene, Direction direction, boolean upsideDown) {
    return new LayoutDot(scene).text(scene, direction, upsideDown ? "b" : "t");
  }

  private String text(Scene scene, Direction direction, String titles) {
    boolean across = direction == Direction.LEFT_TO_RIGHT;
    dot.open("digraph", "vbar");
    dot.defaults(
        "graph",
        attributes(
            "rankdir", direction.rankdir(),
            "nodesep", across ? "0.2" : "0.3",
            "ranksep", across ? "0.32" : "0.26"));
    if (scene.arrows().size() > Scene.MANY_ARROWS) {
      // Measured on 2,393 boxes and 3,585 arrows: 4.4 instead of 21 seconds in Graphviz 2.43.
      dot.defaults("graph", attributes("nslimit", "1", "nslimit1", "1", "mclimit", "0.1"));
    } else if (scene.arrows().size() > SOME_ARROWS) {
      // A node that 60 others read, each of which reads the one before: 0.6 instead of over 30 s.
      dot.defaults("graph", attributes("nslimit", "2"));
    }
    dot.defaults("node", attributes("fixedsize", "true", "label", "", "shape", "box"));
    dot.defaults("edge", attributes("dir", "none"));
    contents(Optional.empty());
    frames.visit(
        frame -> {
          dot.open("subgraph", frame.id());
          // A row of letters as wide as the title makes room for it.
          double title = FrameTitle.width(frame);
          String letters = "n".repeat((int) Math.ceil(title / FRAME_LETTER));
          dot.defaults(
              "graph",
              attributes("id", frame.id(), "label", letters, "labelloc", titles, "fontsize", "17"));
          contents(Optional.of(frame.id()));
        },
        dot::close);
    for (Arrow arrow : scene.arrows()) {
      if (arrow.label().isEmpty()) {
        line(arrow, arrow.from(), arrow.to(), "a");
      } else {
        line(arrow, arrow.from(), arrow.id(), "a");
        line(arrow, arrow.id(), arrow.to(), "b");
      }
    }
    dot.close();
    return dot.toString();
  }

  private void contents(Optional<String> frame) {
    for (Box box : frames.boxes(frame)) {
      Card card = Card.of(box);
      // Lines end at an ellipse's border, which is inside the round ends of a variable.
      String shape = box.kind() == Box.Kind.VARIABLE ? "ellipse" : "box";
      place(box.id(), shape, card.width(), card.height());
    }
    for (Arrow arrow : frames.arrows(frame)) {
      if (!arrow.label().isEmpty()) {
        place(arrow.id(), "box", ArrowLabel.width(arrow), ArrowLabel.height(arrow));
      }
    }
  }

  private void place(String id, String shape, double width, double height) {
    dot.node(
        id, attributes("id", id, "shape", shape, "width", inches(width), "height", inches(height)));
  }

  private void line(Arrow arrow, String from, String to, String part) {
    int weight = arrow.onPath() ? PATH_WEIGHT : 1;
    dot.edge(from, to, attributes("id", arrow.id() + part, "weight", Integer.toString(weight)));
  }

  private static String inches(double points) {
    return NumberText.coordinate(Math.ceil(100 * points / POINTS_PER_INCH) / 100);
  }
}
