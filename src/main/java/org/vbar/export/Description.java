package org.vbar.export;

import java.util.List;
import java.util.stream.Collectors;
import org.vbar.graph.Node;

/** A picture in words, for screen readers and for search. */
final class Description {
  private static final int LONGEST_PATH = 12;

  private Description() {}

  static String of(Region region, int boxes, int arrows, List<String> notes) {
    Node output = region.node(region.start());
    String text =
        "Computation graph of "
            + name(output)
            + " = "
            + NumberText.of(output.value())
            + ": "
            + NumberText.count(region.nodes().cardinality(), "node")
            + " as "
            + NumberText.count(boxes)
            + (boxes == 1 ? " box and " : " boxes and ")
            + NumberText.count(arrows, "arrow")
            + "."
            + notes.stream().map(note -> " " + note).collect(Collectors.joining());
    List<Node> path = region.path();
    if (path.size() < 2) {
      return text;
    }
    return text
        + " Path of largest contribution, from the output: "
        + path.stream()
            .limit(LONGEST_PATH)
            .map(node -> name(node) + vBar(region, node))
            .collect(Collectors.joining(", "))
        + (path.size() > LONGEST_PATH
            ? " and " + NumberText.count(path.size() - LONGEST_PATH) + " more."
            : ".");
  }

  private static String vBar(Region region, Node node) {
    return region
        .adjoints()
        .map(adjoints -> " (v̄ " + NumberText.signed(adjoints.of(node)) + ")")
        .orElse("");
  }

  private static String name(Node node) {
    return VisibleText.shortened(node.label(), 40);
  }
}
