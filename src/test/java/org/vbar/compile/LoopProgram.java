package org.vbar.compile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.Op;

/**
 * A program of nested loops made from a seed: strides of every sign, values carried from turn to
 * turn, lists of terms, inputs, data and constants side by side, several outputs, and guards if
 * wanted.
 */
final class LoopProgram {
  private static final Op[] BINARY = {
    Op.PLUS, Op.PLUS, Op.PLUS, Op.TIMES, Op.TIMES, Op.TIMES, Op.MINUS, Op.MAX, Op.MIN, Op.HYPOT
  };
  private static final Op[] UNARY = {
    Op.TANH, Op.SIGMOID, Op.RELU, Op.ABS, Op.SQUARE, Op.NEGATED, Op.ATAN, Op.SOFTPLUS
  };
  private static final double[] EXPONENTS = {2, 1, 0};

  private final long seed;
  private final boolean guarded;
  final int inputs;
  final int data;

  /**
   * A program.
   *
   * @param guarded whether it asks {@link Node#isTrue} on the way
   */
  LoopProgram(long seed, boolean guarded) {
    SplittableRandom random = new SplittableRandom(seed * 7 + 3);
    this.seed = seed;
    this.guarded = guarded;
    this.inputs = 1 + random.nextInt(12);
    this.data = random.nextInt(3) == 0 ? 0 : random.nextInt(9);
  }

  /** Inputs and then data; a few are zeros or whole numbers, so that ties and kinks are met. */
  double[] point(long which) {
    SplittableRandom random = new SplittableRandom(seed * 31 + which);
    double[] point = new double[inputs + data];
    for (int k = 0; k < point.length; k++) {
      point[k] =
          switch (random.nextInt(8)) {
            case 0 -> random.nextInt(-1, 2);
            case 1 -> -0.0;
            default -> random.nextDouble(-1.5, 1.5);
          };
    }
    return point;
  }

  /** Outputs, with leaves, constants and one node twice among them. */
  List<Node> record(List<Node> x, List<Node> d) {
    return new Run(x, d).outputs();
  }

  @Override
  public String toString() {
    return "seed " + seed;
  }

  /** Whether an operand reads a list, or a statement's result of this turn or the one before. */
  private enum Source {
    LIST,
    STATEMENT
  }

  /** Reads list[base + i·outer + j·inner], cyclically, or the result of a statement. */
  private record Operand(Source source, List<Node> list, int which, int outer, int inner) {}

  private record Statement(Op op, double parameter, List<Operand> operands) {}

  /** One recording. */
  private final class Run {
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Graph graph;
    private final List<List<Node>> lists = new ArrayList<>();
    private final List<Node> x;

    Run(List<Node> x, List<Node> d) {
      this.x = x;
      this.graph = x.get(0).graph();
      lists.add(x);
      lists.add(x);
      if (!d.isEmpty()) {
        lists.add(d);
      }
      List<Node> constants = new ArrayList<>();
      for (int k = 0; k < 1 + random.nextInt(12); k++) {
        constants.add(graph.constant(random.nextInt(3) == 0 ? 0 : random.nextDouble(-1, 1)));
      }
      lists.add(constants);
    }

    List<Node> outputs() {
      int nests = 1 + random.nextInt(4);
      for (int k = 0; k < nests; k++) {
        nest();
        if (random.nextInt(3) == 0) {
          reduce();
        }
        if (guarded) {
          guard();
        }
      }
      List<Node> last = lists.get(lists.size() - 1);
      List<Node> outputs = new ArrayList<>(List.of(graph.sum(last).tanh()));
      int more = random.nextInt(3) == 0 ? random.nextInt(2 * inputs + 8) : 0;
      for (int k = 0; k < more; k++) {
        List<Node> from = any();
        outputs.add(from.get(random.nextInt(from.size())));
      }
      if (more > 2) {
        outputs.set(1, outputs.get(0));
        outputs.set(2, x.get(0));
      }
      return outputs;
    }

    private List<Node> any() {
      return lists.get(random.nextInt(lists.size()));
    }

    private void reduce() {
      List<Node> terms = any();
      List<Node> others = any();
      int n = Math.min(terms.size(), others.size());
      Node whole =
          switch (random.nextInt(4)) {
            case 0 -> graph.sum(terms);
            case 1 -> graph.dot(terms.subList(0, n), others.subList(0, n));
            case 2 -> graph.logSumExp(terms.subList(0, Math.min(5, terms.size())));
            default ->
                graph.apply(
                    SoftProduct.INSTANCE,
                    terms.subList(0, Math.min(4, n)).stream().map(Node::tanh).toList());
          };
      lists.add(List.of(whole.tanh()));
    }

    private void guard() {
      List<Node> asked = any();
      Node node = asked.get(asked.size() - 1);
      if (node.greaterThan(x.get(0).times(0.5)).isTrue()) {
        lists.add(List.of(node.atan(), x.get(0)));
      } else {
        lists.add(List.of(node, node.times(x.get(0))));
      }
    }

    private void nest() {
      int before = random.nextInt(3);
      int inner = random.nextInt(4);
      int after = random.nextInt(3) + (before + inner == 0 ? 1 : 0);
      List<Statement> statements = new ArrayList<>();
      for (int k = 0; k < before + inner + after; k++) {
        statements.add(statement(k, before + inner + after));
      }
      int turns = random.nextInt(2, random.nextInt(5) == 0 ? 40 : 8);
      int innerTurns = random.nextInt(1, 8);
      boolean restarts = random.nextBoolean();
      List<Node> start = any();
      Node first = start.get(random.nextInt(start.size()));
      Node[] values = new Node[statements.size()];
      Arrays.fill(values, first);
      List<List<Node>> results = new ArrayList<>();
      statements.forEach(statement -> results.add(new ArrayList<>()));
      for (int i = 0; i < turns; i++) {
        run(statements, 0, before, i, 0, values, results);
        if (restarts) {
          Arrays.fill(values, before, before + inner, start.get(i % start.size()));
        }
        for (int j = 0; j < innerTurns; j++) {
          run(statements, before, before + inner, i, j, values, results);
        }
        run(statements, before + inner, statements.size(), i, 0, values, results);
      }
      for (List<Node> list : results) {
        if (random.nextInt(3) > 0) {
          lists.add(list);
        }
      }
      lists.add(List.of(values));
    }

    private void run(
        List<Statement> statements,
        int from,
        int to,
        int i,
        int j,
        Node[] values,
        List<List<Node>> results) {
      for (int k = from; k < to; k++) {
        Statement s = statements.get(k);
        List<Node> operands = new ArrayList<>();
        for (Operand o : s.operands()) {
          operands.add(
              o.source() == Source.LIST
                  ? o.list()
                      .get(
                          Math.floorMod(o.which() + i * o.outer() + j * o.inner(), o.list().size()))
                  : values[o.which()]);
        }
        values[k] = value(s, operands);
        results.get(k).add(values[k]);
      }
    }

    private Node value(Statement s, List<Node> operands) {
      return switch (s.op()) {
        case WHERE ->
            Node.where(operands.get(0).lessThan(operands.get(1)), operands.get(1), operands.get(2));
        case CUSTOM ->
            graph.apply(SoftProduct.INSTANCE, operands.stream().map(Node::tanh).toList());
        default -> graph.apply(s.op(), s.parameter(), operands);
      };
    }

    private Statement statement(int k, int count) {
      int kind = random.nextInt(12);
      if (kind < 6) {
        Op op = BINARY[random.nextInt(BINARY.length)];
        return new Statement(op, 0, List.of(operand(k, count), operand(k, count)));
      }
      if (kind < 9) {
        return new Statement(UNARY[random.nextInt(UNARY.length)], 0, List.of(operand(k, count)));
      }
      if (kind == 9) {
        double exponent = EXPONENTS[random.nextInt(EXPONENTS.length)];
        return new Statement(Op.POW_CONSTANT, exponent, List.of(operand(k, count)));
      }
      return new Statement(
          kind == 10 ? Op.WHERE : Op.CUSTOM,
          0,
          List.of(operand(k, count), operand(k, count), operand(k, count)));
    }

    private Operand operand(int k, int count) {
      return switch (random.nextInt(5)) {
        case 0 -> new Operand(Source.STATEMENT, List.of(), k == 0 ? 0 : random.nextInt(k), 0, 0);
        case 1 -> new Operand(Source.STATEMENT, List.of(), random.nextInt(k, count), 0, 0);
        default -> {
          List<Node> list = any();
          int at = random.nextInt(list.size());
          yield new Operand(Source.LIST, list, at, random.nextInt(-2, 3), random.nextInt(-2, 3));
        }
      };
    }
  }
}
