package org.vbar.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.Op;

/** A program made from a seed: the same ops whatever the values of its inputs are. */
final class RandomProgram implements Function<List<Node>, Node> {
  private static final Op[] TABLE = Op.values();

  private final long seed;
  private final int ops;

  RandomProgram(long seed, int ops) {
    this.seed = seed;
    this.ops = ops;
  }

  int inputs() {
    return 1 + (int) Math.floorMod(seed, 6L);
  }

  double[] point(long which) {
    SplittableRandom random = new SplittableRandom(seed * 31 + which);
    double[] point = new double[inputs()];
    for (int k = 0; k < point.length; k++) {
      point[k] = random.nextDouble(-2, 2);
    }
    return point;
  }

  @Override
  public Node apply(List<Node> inputs) {
    SplittableRandom random = new SplittableRandom(seed);
    Graph graph = inputs.get(0).graph();
    List<Node> nodes = new ArrayList<>(inputs);
    nodes.add(graph.constant(0.5));
    nodes.add(graph.variable(1.25));
    while (graph.size() < ops) {
      switch (random.nextInt(6)) {
        case 0, 1, 2 -> nodes.add(op(random, graph, nodes));
        case 3 -> loop(random, nodes);
        case 4 -> nest(random, graph, nodes);
        default ->
            nodes.add(
                Node.where(
                    pick(random, nodes).lessThan(pick(random, nodes)),
                    pick(random, nodes),
                    pick(random, nodes)));
      }
    }
    List<Node> last = nodes.subList(Math.max(0, nodes.size() - 5), nodes.size());
    Node sum = graph.sum(last);
    return random.nextBoolean() ? sum : sum.tanh();
  }

  private static Node pick(SplittableRandom random, List<Node> nodes) {
    int recent = Math.min(nodes.size(), 12);
    return random.nextInt(3) == 0
        ? nodes.get(random.nextInt(nodes.size()))
        : nodes.get(nodes.size() - 1 - random.nextInt(recent));
  }

  static Node apply(Op op, SplittableRandom random, Graph graph, List<Node> nodes) {
    double parameter = op == Op.POLYGAMMA ? 1 + random.nextInt(2) : random.nextInt(-2, 5);
    return switch (op.arity()) {
      case LEAF -> graph.constant(random.nextInt(3));
      case UNARY, UNARY_WITH_PARAMETER -> graph.apply(op, parameter, List.of(pick(random, nodes)));
      case BINARY -> graph.apply(op, 0, List.of(pick(random, nodes), pick(random, nodes)));
      case N_ARY -> {
        List<Node> parents = new ArrayList<>();
        int count = op == Op.WHERE ? 3 : 2 * (1 + random.nextInt(3));
        for (int k = 0; k < count; k++) {
          parents.add(pick(random, nodes));
        }
        yield op == Op.CUSTOM
            ? graph.apply(SoftProduct.INSTANCE, parents)
            : graph.apply(op, 0, parents);
      }
    };
  }

  private static Node op(SplittableRandom random, Graph graph, List<Node> nodes) {
    return apply(TABLE[random.nextInt(TABLE.length)], random, graph, nodes);
  }

  /** A recurrence or running sum over a few turns. */
  private static void loop(SplittableRandom random, List<Node> nodes) {
    int turns = 3 + random.nextInt(8);
    int kind = random.nextInt(5);
    Node s = pick(random, nodes);
    Node w = pick(random, nodes);
    int from = random.nextInt(Math.max(1, nodes.size() - turns));
    for (int i = 0; i < turns; i++) {
      Node x = nodes.get(Math.min(nodes.size() - 1, from + i));
      switch (kind) {
        case 0 -> s = s.plus(x.times(w));
        case 1 -> s = s.minus(x.sin().times(x));
        case 2 -> s = s.times(0.9).plus(x.cos());
        case 3 -> s = w.minus(s.times(s)).tanh();
        default -> {
          s = s.sigmoid().plus(s.times(w));
          nodes.add(s);
        }
      }
    }
    nodes.add(s);
  }

  /** Neurons over some nodes, and neurons over those. */
  private static void nest(SplittableRandom random, Graph graph, List<Node> nodes) {
    int width = 4 + random.nextInt(5);
    List<Node> z = new ArrayList<>();
    int from = random.nextInt(nodes.size());
    for (int i = 0; i < width; i++) {
      z.add(nodes.get((from + i) % nodes.size()));
    }
    for (int layer = 0; layer < 2; layer++) {
      List<Node> next = new ArrayList<>();
      for (int j = 0; j < width; j++) {
        Node sum = z.get(0).times(graph.constant(random.nextDouble(-1, 1)));
        for (int i = 1; i < width; i++) {
          sum = sum.plus(z.get(i).times(graph.constant(random.nextDouble(-1, 1))));
        }
        next.add(layer == 0 ? sum.tanh() : sum.plus(z.get(j)).sin());
      }
      z = next;
    }
    nodes.addAll(z);
  }
}
