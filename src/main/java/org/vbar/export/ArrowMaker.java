package org.vbar.export;

import java.util.ArrayList;
import java.util.List;
import org.vbar.graph.Node;

/** Writes what stands on the arrows between boxes. */
final class ArrowMaker {
  private static final int LONGEST_NAME = 40;

  private final Region region;
  private final List<Box> boxes;
  private final boolean labelled;

  /**
   * Creates a maker.
   *
   * @param boxes of the parts that the bundles connect
   * @param labelled whether arrows carry their numbers
   */
  ArrowMaker(Region region, List<Box> boxes, boolean labelled) {
    this.region = region;
    this.boxes = boxes;
    this.labelled = labelled;
  }

  Arrow arrow(Bundle bundle) {
    return new Arrow(
        "e" + bundle.edge(),
        boxes.get(bundle.from()).id(),
        boxes.get(bundle.to()).id(),
        labelled ? label(bundle) : List.of(),
        bundle.edges() == 1 ? edgeInFull(bundle) : bundleInFull(bundle),
        bundle.contribution(),
        bundle.onPath());
  }

  private List<String> label(Bundle bundle) {
    if (bundle.edges() == 1) {
      return List.of(NumberText.of(region.derivative(bundle.edge())));
    }
    List<String> label = new ArrayList<>(List.of(NumberText.count(bundle.edges(), "edge")));
    if (region.adjoints().isPresent()) {
      label.add("Σ " + NumberText.of(bundle.contribution()));
    }
    return label;
  }

  private String edgeInFull(Bundle bundle) {
    String text =
        "∂"
            + name(region.node(bundle.child()))
            + "/∂"
            + name(region.node(region.parent(bundle.edge())))
            + " = "
            + region.derivative(bundle.edge());
    return region.adjoints().isPresent()
        ? text + "\ncontribution " + region.contribution(bundle.child(), bundle.edge())
        : text;
  }

  private String bundleInFull(Bundle bundle) {
    String text = NumberText.count(bundle.edges(), "edge");
    return region.adjoints().isPresent()
        ? text + "\nΣ |contribution| " + bundle.contribution()
        : text;
  }

  private static String name(Node node) {
    return VisibleText.shortened(node.label(), LONGEST_NAME);
  }
}
