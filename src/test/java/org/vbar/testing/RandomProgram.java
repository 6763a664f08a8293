package org.vbar.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.Op;

/**
 * A random function of some nodes, drawn from a seed: the same seed draws the same program, which
 * can be recorded in any graph and at any point.
 *
 * <p>How it stays in every op's domain: each step knows a bound of the absolute value of its
 * result, whatever inputs of at most {@link #INPUT_BOUND} it is given. A step whose op needs a
 * smaller, a positive or another special operand first sends it through a node or two that make it
 * so, for example √(x² + ¼). A {@link Style#HOSTILE} program does none of this and draws NaN,
 * infinities and zeros as inputs and constants.
 */
public final class RandomProgram implements Function<List<Node>, Node> {
  /** What a program may contain. */
  public enum Style {
    /** Ops without kinks only, inside their domains: differentiable as often as one likes. */
    SMOOTH,
    /** All ops, inside their domains. */
    ALL_OPS,
    /** All ops on anything: NaN, infinities, signed zeros, subnormal and huge numbers. */
    HOSTILE
  }

  /** The largest absolute value of an input that keeps a program in its domains. */
  public static final double INPUT_BOUND = 2;

  /** Seeds that once found a bug: they are drawn before any other. */
  private static final long[] KEPT_SEEDS = {};

  private static final double LARGEST = 6;

  private static final double[] HOSTILE_NUMBERS = {
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    0,
    -0.0,
    1,
    -1,
    Double.MIN_VALUE,
    -Double.MIN_NORMAL,
    Double.MAX_VALUE,
    1e-300,
    0.5,
    -2
  };

  private static final Set<Op> KINKED =
      EnumSet.of(
          Op.ABS,
          Op.SIGN,
          Op.MIN,
          Op.MAX,
          Op.RELU,
          Op.LEAKY_RELU,
          Op.ELU,
          Op.HEAVISIDE,
          Op.LESS_THAN,
          Op.LESS_OR_EQUAL,
          Op.GREATER_THAN,
          Op.GREATER_OR_EQUAL,
          Op.EQUAL_TO,
          Op.WHERE);

  /** One op on earlier values; operands count the inputs first, then the steps. */
  private record Step(Op op, List<Integer> operands, double parameter) {}

  private final long seed;
  private final Style style;
  private final double[] point;
  private final List<Step> steps = new ArrayList<>();
  private final List<Double> bounds = new ArrayList<>();
  private final Random random;

  private RandomProgram(long seed, Style style, int inputs, int length) {
    this.seed = seed;
    this.style = style;
    // Neighbouring seeds of Random begin alike
    this.random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
    this.point = new double[inputs];
    for (int i = 0; i < inputs; i++) {
      point[i] = drawNumber(INPUT_BOUND);
      bounds.add(INPUT_BOUND);
    }
    List<Op> ops = drawableOps(style);
    while (steps.size() < length) {
      draw(ops.get(random.nextInt(ops.size())));
    }
    // The last node gathers some others, so that the output depends on much
    List<Integer> last = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      last.add(bounds.size() - 1 - random.nextInt(Math.min(bounds.size(), 8)));
    }
    add(Op.SUM, last, Double.NaN, 4 * LARGEST);
  }

  /** The ops of a style that have operands. */
  public static List<Op> drawableOps(Style style) {
    Set<Op> ops = EnumSet.allOf(Op.class);
    ops.removeIf(op -> op == Op.VARIABLE);
    if (style == Style.SMOOTH) {
      ops.removeAll(KINKED);
    }
    return List.copyOf(ops);
  }

  /**
   * Draws a program.
   *
   * @param inputs how many nodes it takes
   * @param length how many nodes, about, it records
   */
  public static RandomProgram of(long seed, Style style, int inputs, int length) {
    return new RandomProgram(seed, style, inputs, length);
  }

  /**
   * Runs a test for the kept seeds and for the seeds 0, 1, 2, …; a failure names the seed.
   *
   * @param count how many seeds beside the kept ones
   */
  public static void forSeeds(int count, LongConsumer test) {
    LongStream.concat(Arrays.stream(KEPT_SEEDS), LongStream.range(0, count))
        .forEach(
            seed -> {
              try {
                test.accept(seed);
              } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                    "Seed " + seed + " (keep it in RandomProgram.KEPT_SEEDS): " + e.getMessage(),
                    e);
              }
            });
  }

  /** A point that was drawn with the program. */
  public double[] point() {
    return point.clone();
  }

  /** Another point inside the bounds. */
  public double[] point(long pointSeed) {
    return new Random(pointSeed).doubles(point.length, -INPUT_BOUND, INPUT_BOUND).toArray();
  }

  /** The ops that this program records, beside those that keep operands in domains. */
  public Set<Op> ops() {
    Set<Op> ops = EnumSet.noneOf(Op.class);
    steps.forEach(step -> ops.add(step.op));
    return ops;
  }

  /** Records the program in a new graph at its own point. */
  public Fixtures record() {
    return record(point);
  }

  /** Records the program in a new graph. */
  public Fixtures record(double[] at) {
    Graph graph = style == Style.HOSTILE ? new Graph(Graph.Option.NAN_LEAVES) : new Graph();
    List<Node> inputs = graph.variables("x", at);
    return new Fixtures(graph, inputs, apply(inputs));
  }

  @Override
  public Node apply(List<Node> inputs) {
    Graph graph = inputs.get(0).graph();
    List<Node> values = new ArrayList<>(inputs);
    for (Step step : steps) {
      List<Node> operands = step.operands.stream().map(values::get).toList();
      values.add(
          step.op == Op.CONSTANT
              ? graph.constant(step.parameter)
              : Recorder.record(graph, step.op, operands, step.parameter));
    }
    return values.get(values.size() - 1);
  }

  // ---- Drawing ----

  private double drawNumber(double bound) {
    return style == Style.HOSTILE && random.nextInt(3) > 0
        ? HOSTILE_NUMBERS[random.nextInt(HOSTILE_NUMBERS.length)]
        : random.nextDouble(-bound, bound);
  }

  private int add(Op op, List<Integer> operands, double parameter, double bound) {
    steps.add(new Step(op, operands, parameter));
    bounds.add(bound);
    return bounds.size() - 1;
  }

  private int unary(Op op, int x, double bound) {
    return add(op, List.of(x), Double.NaN, bound);
  }

  private int binary(Op op, int a, int b, double bound) {
    return add(op, List.of(a, b), Double.NaN, bound);
  }

  private int constant(double value) {
    return add(Op.CONSTANT, List.of(), value, Math.abs(value));
  }

  /** An earlier value, a late one with preference. */
  private int any() {
    int n = bounds.size();
    return random.nextBoolean() ? random.nextInt(n) : n - 1 - random.nextInt(Math.min(n, 5));
  }

  /** An earlier value of at most the given size, squashed if none is at hand. */
  private int within(double bound) {
    int x = any();
    if (style == Style.HOSTILE || bounds.get(x) <= bound) {
      return x;
    }
    if (bound < 1) {
      return binary(Op.TIMES, unary(Op.SIN, x, 1), constant(bound), bound);
    }
    return unary(random.nextBoolean() ? Op.SIN : Op.TANH, x, 1);
  }

  /** An earlier value made at least ½ and at most {@code LARGEST}. */
  private int positive() {
    if (style == Style.HOSTILE) {
      return any();
    }
    int x = unary(Op.SQUARE, within(2), 4);
    return binary(Op.PLUS, x, constant(0.5), 4.5);
  }

  private void draw(Op op) {
    switch (op) {
      case CONSTANT -> add(op, List.of(), drawNumber(2), INPUT_BOUND);
      case PLUS, MINUS -> binary(op, within(3), within(3), LARGEST);
      case TIMES -> binary(op, within(2), within(3), LARGEST);
      case DIVIDED_BY -> binary(op, within(3), positive(), LARGEST);
      case POW -> binary(op, positive(), within(1), LARGEST);
      case ATAN2 -> binary(op, within(LARGEST), positive(), Math.PI);
      case MIN, MAX -> binary(op, within(LARGEST), within(LARGEST), LARGEST);
      case HYPOT -> binary(op, within(3), positive(), LARGEST);
      case LESS_THAN, LESS_OR_EQUAL, GREATER_THAN, GREATER_OR_EQUAL, EQUAL_TO ->
          binary(op, any(), any(), 1);
      case WHERE -> add(op, List.of(any(), within(LARGEST), within(LARGEST)), Double.NaN, LARGEST);
      case SUM -> add(op, several(0, 6), Double.NaN, LARGEST);
      case DOT -> {
        List<Integer> left = several(0, 4);
        List<Integer> both = new ArrayList<>(left);
        for (int i = 0; i < left.size(); i++) {
          both.add(within(1));
        }
        add(op, both, Double.NaN, LARGEST);
      }
      case LOG_SUM_EXP -> add(op, several(1, 5), Double.NaN, LARGEST);
      case CUSTOM -> binary(op, within(2), within(1), 2);
      case POW_CONSTANT -> {
        boolean whole = random.nextBoolean();
        double p = whole ? random.nextInt(5) - 1 : random.nextDouble(-1.1, 1.1);
        int x = p < 0 || !whole ? positive() : within(1.5);
        add(op, List.of(x), p, LARGEST);
      }
      case LEAKY_RELU, ELU ->
          add(op, List.of(within(LARGEST)), random.nextDouble(0.01, 1), LARGEST);
      case POLYGAMMA -> add(op, List.of(positive()), 1 + random.nextInt(2), 20);
      case RECIPROCAL, SQRT, LOG, LOG2, LOG10, LOG_GAMMA, DIGAMMA -> unary(op, positive(), LARGEST);
      case LOG1P, CBRT -> unary(op, positive(), LARGEST);
      case ASIN, ACOS, ATANH -> unary(op, within(0.9), Math.PI);
      case ACOSH -> {
        int x = positive();
        unary(op, style == Style.HOSTILE ? x : binary(Op.PLUS, x, constant(1), LARGEST), LARGEST);
      }
      case EXP, EXPM1, SINH, COSH, TAN -> unary(op, within(1), LARGEST);
      case SQUARE -> unary(op, within(2), 4);
      case NEGATED, ABS, RELU -> unary(op, within(LARGEST), LARGEST);
      case SIN, COS, SIGN, HEAVISIDE, TANH, SIGMOID, ERF, ERFC, ATAN, ASINH ->
          unary(op, any(), LARGEST);
      case SOFTPLUS, GELU, SILU -> unary(op, within(4), LARGEST);
      case VARIABLE -> throw new IllegalArgumentException("Inputs are the only variables.");
    }
  }

  /** Some values, of which one may occur more than once; their sum is bounded. */
  private List<Integer> several(int minimum, int maximum) {
    List<Integer> values = new ArrayList<>();
    int n = minimum + random.nextInt(maximum - minimum + 1);
    for (int i = 0; i < n; i++) {
      values.add(i > 0 && random.nextInt(4) == 0 ? values.get(0) : within(1));
    }
    return List.copyOf(values);
  }

  @Override
  public String toString() {
    return style + " program of seed " + seed;
  }
}
