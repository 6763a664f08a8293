package org.vbar.export;

/**
 * Something that places the boxes and arrows of a DOT text.
 *
 * <p>Only places and sizes are taken from the SVG that it returns, by the ids that the DOT text
 * gives to nodes, edges and clusters; vbar draws everything itself. So an engine never sees a text
 * that somebody typed, and a picture looks the same with each.
 */
public interface DotEngine {
  /** The name for notes and errors. */
  String name();

  /**
   * Places a graph. May be called by several threads.
   *
   * @throws RenderException if this engine is missing on this machine, fails or takes too long
   */
  String svg(String dot);

  /**
   * Whether the rows of a picture from left to right come out in reverse, the first at the bottom.
   * Such a layout is turned upside down before it is drawn.
   */
  default boolean placesFirstRowLast() {
    return false;
  }
}
