package org.vbar.graph;

/** Placeholder. */
public final class Graph {
  /** Placeholder. */
  public Graph() {}
}
