package org.vbar.export;

import java.util.ArrayList;
import java.util.List;

/** Several engines in the order in which they are asked. */
final class Engines {
  private static final String HINT =
      "Install Graphviz so that its program dot is on the PATH (Debian and Ubuntu: apt install"
          + " graphviz; macOS: brew install graphviz; Windows: winget install graphviz), or use the"
          + " DOT text with another tool.";

  private final List<DotEngine> engines;

  Engines(List<DotEngine> engines) {
    this.engines = List.copyOf(engines);
  }

  /** Graphviz on the PATH of this process, then pure Java. */
  static Engines standard() {
    return new Engines(List.of(DotProcess.onPath(System.getenv("PATH")), new GraphperEngine()));
  }

  /**
   * The answer of the first engine that gives a usable one.
   *
   * @param notes why earlier engines gave none
   */
  record Answer(Layout layout, List<String> notes) {}

  /**
   * Asks one engine after the other.
   *
   * @throws RenderException if none can place the scene; its message says why and what to do
   */
  Answer place(Scene scene, Direction direction) {
    List<RenderException> failures = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (DotEngine engine : engines) {
      try {
        boolean upsideDown = direction == Direction.LEFT_TO_RIGHT && engine.placesFirstRowLast();
        String svg = engine.svg(LayoutDot.of(scene, direction, upsideDown));
        Layout layout = LayoutReader.read(svg, scene);
        notes.add("Laid out by " + engine.name() + ".");
        return new Answer(upsideDown ? layout.upsideDown() : layout, List.copyOf(notes));
      } catch (RenderException e) {
        notes.add("Not laid out by " + engine.name() + ": " + e.getMessage() + ".");
        failures.add(e);
      }
    }
    RenderException all =
        new RenderException(
            "The graph could not be laid out. " + String.join(" ", notes) + " " + HINT);
    failures.forEach(all::addSuppressed);
    throw all;
  }
}
