package org.vbar.graph;

import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/** Consecutive nodes of a graph as a list that makes each view when it is asked for. */
public final class NodeArray extends AbstractList<Node> implements RandomAccess {
  private final Graph graph;
  private final int first;
  private final int size;
  private int epoch;

  NodeArray(Graph graph, int first, int size, int epoch) {
    this.graph = graph;
    this.first = first;
    this.size = size;
    this.epoch = epoch;
  }

  /** The graph that holds the nodes. */
  public Graph graph() {
    return graph;
  }

  @Override
  public Node get(int k) {
    if (k < 0 || k >= size) {
      throw new IndexOutOfBoundsException(
          "Expected a place among " + size + " nodes but got " + k + ".");
    }
    if (epoch != graph.epoch()) {
      renew();
    }
    return new Node(graph, first + k, epoch);
  }

  /** After a rewind that dropped none of the nodes, lets their views count as checked. */
  private void renew() {
    if (size > 0 && graph.isLive(new Node(graph, first + size - 1, epoch))) {
      epoch = graph.epoch();
    }
  }

  @Override
  public int size() {
    return size;
  }

  /** The nodes from one place to another, exclusive, as consecutive nodes again. */
  @Override
  public NodeArray subList(int from, int to) {
    Objects.checkFromToIndex(from, to, size);
    return new NodeArray(graph, first + from, to - from, epoch);
  }

  /** The values of the nodes. */
  public double[] values() {
    double[] values = new double[size];
    for (int k = 0; k < size; k++) {
      values[k] = get(k).value();
    }
    return values;
  }
}
