package org.vbar.testing;

import java.util.List;
import java.util.stream.IntStream;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;

/**
 * A small graph by name: the same few shapes in the tests of every room.
 *
 * @param graph the graph
 * @param inputs its variables
 * @param output the node that sweeps start from
 */
public record Fixtures(Graph graph, List<Node> inputs, Node output) {
  /** Copies the list. */
  public Fixtures {
    inputs = List.copyOf(inputs);
  }

  /** The only variable, or the first. */
  public Node x() {
    return inputs.get(0);
  }

  /**
   * CHAIN: one path, three local derivatives to multiply.
   *
   * <pre>
   *   x ── exp ── sin ── square = y         y = sin²(eˣ), x = 0.5
   * </pre>
   */
  public static Fixtures chain() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 0.5);
    return new Fixtures(graph, List.of(x), x.exp().sin().square().named("y"));
  }

  /**
   * DIAMOND: two paths, whose products are added.
   *
   * <pre>
   *        ┌── a = x² ────┐
   *   x ───┤              ├── y = a·b       x = 3: a = 9, b = −3, y = −27
   *        └── b = −x ────┘                 x̄ = b·6 + a·(−1) = −27
   * </pre>
   */
  public static Fixtures diamond() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 3);
    Node a = x.square().named("a");
    Node b = x.negated().named("b");
    return new Fixtures(graph, List.of(x), a.times(b).named("y"));
  }

  /**
   * SQUARE: two edges between the same two nodes.
   *
   * <pre>
   *   x ══ y = x·x                          x = −3: y = 9, x̄ = x + x = −6
   * </pre>
   */
  public static Fixtures square() {
    Graph graph = new Graph();
    Node x = graph.variable("x", -3);
    return new Fixtures(graph, List.of(x), x.times(x).named("y"));
  }

  /**
   * FAN_OUT: one node with many children.
   *
   * <pre>
   *        ┌── 1·x ──┐
   *        ├── 2·x ──┤
   *   x ───┤    ⋮    ├── y = Σ i·x          x = 2: x̄ = 1 + 2 + … + width
   *        └─ width·x┘
   * </pre>
   */
  public static Fixtures fanOut(int width) {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    List<Node> terms = IntStream.rangeClosed(1, width).mapToObj(i -> x.times((double) i)).toList();
    return new Fixtures(graph, List.of(x), graph.sum(terms).named("y"));
  }

  /**
   * DEEP_CHAIN: so deep that recursion would overflow the stack.
   *
   * <pre>
   *   x ── −x ── x ── −x ── … ── y          y = ±x, x̄ = ±1 with + for an even depth
   * </pre>
   */
  public static Fixtures deepChain(int depth) {
    Graph graph = new Graph();
    Node x = graph.variable("x", 1.5);
    Node y = x;
    for (int i = 0; i < depth; i++) {
      y = y.negated();
    }
    return new Fixtures(graph, List.of(x), y);
  }

  /**
   * MICROGRAD_README: the example of micrograd's README, with its numbers as a golden test: g =
   * 24.7041, ∂g/∂a = 138.8338, ∂g/∂b = 645.5773.
   *
   * <pre>
   *   a = −4 ──┬── c, which uses itself again
   *   b = 2 ───┴── d, with two ReLUs          e = c − d,  f = e²,  g = f/2 + 10/f
   * </pre>
   */
  public static Fixtures micrograd() {
    Graph graph = new Graph();
    Node a = graph.variable("a", -4);
    Node b = graph.variable("b", 2);
    Node c = a.plus(b);
    Node d = a.times(b).plus(b.pow(3));
    c = c.plus(c.plus(1));
    c = c.plus(graph.constant(1).plus(c).plus(a.negated()));
    d = d.plus(d.times(2).plus(b.plus(a).relu()));
    d = d.plus(d.times(3).plus(b.minus(a).relu()));
    Node e = c.minus(d).named("e");
    Node f = e.square().named("f");
    Node g = f.dividedBy(2);
    g = g.plus(graph.constant(10).dividedBy(f)).named("g");
    return new Fixtures(graph, List.of(a, b), g);
  }
}
