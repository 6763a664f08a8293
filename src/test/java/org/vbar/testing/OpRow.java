package org.vbar.testing;

import static org.vbar.testing.Precise.settled;

import com.google.common.primitives.Doubles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.DoublePredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.hipparchus.analysis.differentiation.DerivativeStructure;
import org.jspecify.annotations.Nullable;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.Op;

/**
 * What tests know of one op beside the op table: a reference with any number of digits, the same
 * function in Hipparchus where it has it, and points inside the domain and off the kinks.
 *
 * <p>Derivatives of the reference are central differences with a step of 10⁻²⁵ of the operand,
 * taken with so many digits that their error is far below that of a {@code double}. Where a
 * function saturates, so that its values hide its slope, the row gives the derivative by its
 * formula.
 */
public final class OpRow {
  private static final double STEP = 1e-25;

  private final Op op;
  private final Function<Precise[], Precise> reference;
  private final List<double[]> points;
  private @Nullable Function<DerivativeStructure[], DerivativeStructure> hipparchus;
  private @Nullable BiFunction<Precise[], Integer, Precise> gradient;
  private final Map<List<Double>, Double> values = new ConcurrentHashMap<>();
  private double valueSlack;
  private double derivativeSlack;

  private OpRow(Op op, List<double[]> points, Function<Precise[], Precise> reference) {
    this.op = op;
    this.points = points;
    this.reference = reference;
  }

  /** The op. */
  public Op op() {
    return op;
  }

  /** Operands, and after them the parameter of an op that has one. */
  public List<double[]> points() {
    return points;
  }

  /** The same function in Hipparchus, if it has it. */
  public @Nullable Function<DerivativeStructure[], DerivativeStructure> hipparchus() {
    return hipparchus;
  }

  /**
   * By how many roundings of an operand a value may be off, on top of a relative tolerance: 0
   * unless the value is computed from a rounded operand.
   */
  public double valueSlack() {
    return valueSlack;
  }

  /** {@link #valueSlack} of the local derivatives. */
  public double derivativeSlack() {
    return derivativeSlack;
  }

  /** How many of the numbers of a point are parents. */
  public int parents(double[] point) {
    return op.hasParameter() ? 1 : point.length;
  }

  /** Records this op with variables as parents. */
  public Node record(Graph graph, double... point) {
    List<Node> operands = new ArrayList<>();
    for (int k = 0; k < parents(point); k++) {
      operands.add(graph.variable(point[k]));
    }
    return Recorder.record(graph, op, operands, op.hasParameter() ? point[1] : Double.NaN);
  }

  /** The value to the last bit or so. */
  public double value(double... point) {
    return values.computeIfAbsent(Doubles.asList(point), p -> settled(reference, point));
  }

  /** ∂v/∂p for the k-th parent. */
  public double derivative(int k, double... point) {
    return settled(x -> derivative(x, k), point);
  }

  /** Whether {@link #derivative} does not simply come from central differences. */
  public boolean hasFormulaOfDerivative() {
    return gradient != null;
  }

  /** ∂v/∂p for the k-th parent as a central difference of the values. */
  public double centralDifference(int k, double... point) {
    return settled(x -> difference(x, k, reference), point);
  }

  /** ∂²v/∂p∂q for the k-th and the l-th parent. */
  public double secondDerivative(int k, int l, double... point) {
    return settled(x -> difference(x, l, moved -> derivative(moved, k)), point);
  }

  private Precise derivative(Precise[] x, int k) {
    return gradient != null ? gradient.apply(x, k) : difference(x, k, reference);
  }

  private static Precise difference(Precise[] x, int k, Function<Precise[], Precise> function) {
    Precise h = x[k].signum() == 0 ? x[k].number(STEP) : x[k].abs().times(STEP);
    Precise[] right = x.clone();
    right[k] = x[k].plus(h);
    Precise[] left = x.clone();
    left[k] = x[k].minus(h);
    return function.apply(right).minus(function.apply(left)).over(h.times(2));
  }

  /** Gives the derivative by its formula, where differences would need thousands of digits. */
  private OpRow gradient(BiFunction<Precise[], Integer, Precise> formula) {
    gradient = formula;
    return this;
  }

  private OpRow derivative(Function<Precise, Precise> formula) {
    return gradient((x, k) -> formula.apply(x[0]));
  }

  private OpRow hipparchus(Function<DerivativeStructure[], DerivativeStructure> function) {
    hipparchus = function;
    return this;
  }

  private OpRow slack(double value, double derivative) {
    valueSlack = value;
    derivativeSlack = derivative;
    return this;
  }

  @Override
  public String toString() {
    return op.toString();
  }

  // ---- Points ----

  private static final double[] HAND_PICKED = {
    1e-300,
    1e-160,
    1e-20,
    1e-8,
    1e-3,
    0.1,
    0.5,
    1 - 0x1p-40,
    1,
    1 + 0x1p-40,
    1.5,
    2,
    3,
    5,
    10,
    26,
    37,
    100,
    700,
    709.5,
    1e5,
    1e10,
    1e150,
    1e160,
    1e300
  };

  private static List<double[]> unaryPoints(DoublePredicate domain) {
    List<double[]> points = new ArrayList<>();
    for (double x : HAND_PICKED) {
      points.add(new double[] {x});
      points.add(new double[] {-x});
    }
    Random random = new Random(17);
    for (int i = 0; i < 16; i++) {
      points.add(new double[] {random.nextDouble(-6, 6)});
      points.add(new double[] {random.nextDouble(-1, 1)});
      points.add(new double[] {logUniform(random, 12)});
    }
    points.removeIf(point -> !domain.test(point[0]));
    return points;
  }

  private static double logUniform(Random random, double decades) {
    double size = Math.pow(10, random.nextDouble(-decades, decades));
    return random.nextBoolean() ? size : -size;
  }

  private static List<double[]> withParameter(
      List<double[]> points, Predicate<double[]> domain, double... parameters) {
    List<double[]> product = new ArrayList<>();
    for (double p : parameters) {
      for (double[] point : points) {
        product.add(new double[] {point[0], p});
      }
    }
    product.removeIf(domain.negate());
    return product;
  }

  private static List<double[]> binaryPoints(Predicate<double[]> domain) {
    List<double[]> points = new ArrayList<>();
    double[] picked = {1e-300, 1e-160, 1e-8, 0.5, 1, 1 + 0x1p-40, 3, 26, 700, 1e10, 1e150, 1e300};
    Random random = new Random(18);
    for (double a : picked) {
      for (double b : picked) {
        double sign = random.nextBoolean() ? 1 : -1;
        points.add(new double[] {random.nextBoolean() ? a : -a, sign * b});
      }
    }
    for (int i = 0; i < 30; i++) {
      points.add(new double[] {random.nextDouble(-6, 6), random.nextDouble(-6, 6)});
      points.add(new double[] {logUniform(random, 6), logUniform(random, 6)});
    }
    points.removeIf(domain.negate());
    return points;
  }

  private static List<double[]> naryPoints(int minimum, int step, double spread) {
    List<double[]> points = new ArrayList<>();
    Random random = new Random(19);
    for (int i = 0; i < 20; i++) {
      int n = minimum + step * random.nextInt(5);
      points.add(random.doubles(n, -spread, spread).toArray());
    }
    return points;
  }

  // ---- The table ----

  private static boolean real(double x) {
    return Double.isFinite(x);
  }

  private static boolean notZero(double x) {
    return x != 0;
  }

  private static boolean positive(double x) {
    return x > 0;
  }

  private static boolean belowE10(double x) {
    return Math.abs(x) <= 1e10;
  }

  private static boolean insideOne(double x) {
    return Math.abs(x) < 1;
  }

  private static final Map<Op, OpRow> TABLE = table();

  /** One row for every op that is not a leaf. */
  public static Map<Op, OpRow> all() {
    return TABLE;
  }

  private static Map<Op, OpRow> table() {
    Map<Op, OpRow> rows = new EnumMap<>(Op.class);
    for (OpRow row : rows()) {
      if (rows.put(row.op, row) != null) {
        throw new IllegalStateException("Two rows for " + row.op);
      }
    }
    return Collections.unmodifiableMap(new LinkedHashMap<>(rows));
  }

  private static OpRow unary(Op op, DoublePredicate domain, Function<Precise, Precise> f) {
    return new OpRow(op, unaryPoints(domain), x -> f.apply(x[0]));
  }

  private static OpRow binary(Op op, Predicate<double[]> domain, Function<Precise[], Precise> f) {
    return new OpRow(op, binaryPoints(domain), f);
  }

  private static Precise truth(Precise[] x, boolean outcome) {
    return x[0].number(outcome ? 1 : 0);
  }

  private static Precise sigmoid(Precise x) {
    return x.number(1).over(x.negated().exp().plus(1));
  }

  private static Precise slope(Precise x) {
    return sigmoid(x).times(sigmoid(x.negated()));
  }

  private static Precise gauss(Precise x) {
    return x.square().negated().exp().times(2).over(x.pi().sqrt());
  }

  private static Precise power(Precise[] x, int k) {
    return k == 0 ? x[0].pow(x[1].minus(1)).times(x[1]) : x[0].pow(x[1]).times(x[0].log());
  }

  private static Precise logSumExp(Precise[] x) {
    return Arrays.stream(x).map(Precise::exp).reduce(Precise::plus).orElseThrow().log();
  }

  private static Precise hypot(Precise[] x) {
    return x[0].square().plus(x[1].square()).sqrt();
  }

  private static Precise softplus(Precise x) {
    Precise rest = x.abs().negated().exp().plus(1).log();
    return x.signum() > 0 ? x.plus(rest) : rest;
  }

  private static Precise asinh(Precise x) {
    Precise y = x.abs().plus(x.square().plus(1).sqrt()).log();
    return x.signum() < 0 ? y.negated() : y;
  }

  private static Precise normalCdf(Precise x) {
    return x.negated().over(x.number(2).sqrt()).erfc().over(2);
  }

  private static Precise atanh(Precise x) {
    return x.plus(1).over(x.number(1).minus(x)).log().over(2);
  }

  private static List<OpRow> rows() {
    Predicate<double[]> anything = v -> true;
    Predicate<double[]> apart = v -> v[0] != v[1];
    return List.of(
        binary(Op.PLUS, anything, x -> x[0].plus(x[1])).hipparchus(x -> x[0].add(x[1])),
        binary(Op.MINUS, anything, x -> x[0].minus(x[1])).hipparchus(x -> x[0].subtract(x[1])),
        binary(Op.TIMES, anything, x -> x[0].times(x[1])).hipparchus(x -> x[0].multiply(x[1])),
        binary(Op.DIVIDED_BY, anything, x -> x[0].over(x[1])).hipparchus(x -> x[0].divide(x[1])),
        unary(Op.NEGATED, OpRow::real, Precise::negated).hipparchus(x -> x[0].negate()),
        unary(Op.RECIPROCAL, OpRow::notZero, x -> x.number(1).over(x))
            .hipparchus(x -> x[0].reciprocal()),
        new OpRow(
                Op.POW_CONSTANT,
                withParameter(
                    unaryPoints(OpRow::notZero),
                    v -> v[0] > 0 || v[1] == Math.rint(v[1]),
                    2,
                    3,
                    -1,
                    0.5,
                    -2.5,
                    1,
                    0,
                    -4,
                    1e-3),
                x -> x[0].pow(x[1]))
            .gradient(OpRow::power)
            .slack(0, 2)
            .hipparchus(x -> x[0].pow(x[1].getValue())),
        binary(Op.POW, v -> v[0] > 0 && Math.abs(v[1] * Math.log(v[0])) < 700, x -> x[0].pow(x[1]))
            .gradient(OpRow::power)
            .slack(0, 2)
            .hipparchus(x -> x[0].pow(x[1])),
        unary(Op.SQUARE, OpRow::real, Precise::square).hipparchus(x -> x[0].square()),
        unary(Op.SQRT, OpRow::positive, Precise::sqrt).hipparchus(x -> x[0].sqrt()),
        unary(Op.CBRT, OpRow::notZero, Precise::cbrt)
            .derivative(x -> x.cbrt().over(x).over(3))
            .hipparchus(x -> x[0].cbrt()),
        unary(Op.EXP, OpRow::real, Precise::exp).hipparchus(x -> x[0].exp()),
        unary(Op.EXPM1, OpRow::real, x -> x.exp().minus(1)).hipparchus(x -> x[0].expm1()),
        unary(Op.LOG, OpRow::positive, Precise::log).hipparchus(x -> x[0].log()),
        unary(Op.LOG1P, x -> x > -1, x -> x.plus(1).log()).hipparchus(x -> x[0].log1p()),
        unary(Op.LOG2, OpRow::positive, x -> x.log().over(x.number(2).log())),
        unary(Op.LOG10, OpRow::positive, x -> x.log().over(x.number(10).log()))
            .hipparchus(x -> x[0].log10()),
        unary(Op.SIN, OpRow::belowE10, Precise::sin).hipparchus(x -> x[0].sin()),
        unary(Op.COS, OpRow::belowE10, Precise::cos).hipparchus(x -> x[0].cos()),
        unary(Op.TAN, OpRow::belowE10, Precise::tan).hipparchus(x -> x[0].tan()),
        unary(Op.ASIN, OpRow::insideOne, Precise::asin).hipparchus(x -> x[0].asin()),
        unary(Op.ACOS, OpRow::insideOne, x -> x.pi().over(2).minus(x.asin()))
            .hipparchus(x -> x[0].acos()),
        unary(Op.ATAN, OpRow::real, Precise::atan).hipparchus(x -> x[0].atan()),
        binary(Op.ATAN2, anything, x -> x[0].atan2(x[1]))
            .gradient((x, k) -> (k == 0 ? x[1] : x[0].negated()).over(hypot(x).square()))
            .hipparchus(x -> x[0].atan2(x[1])),
        unary(Op.SINH, OpRow::real, x -> x.exp().minus(x.negated().exp()).over(2))
            .hipparchus(x -> x[0].sinh()),
        unary(Op.COSH, OpRow::real, x -> x.exp().plus(x.negated().exp()).over(2))
            .hipparchus(x -> x[0].cosh()),
        unary(Op.TANH, OpRow::real, x -> sigmoid(x.times(2)).times(2).minus(1))
            .derivative(x -> slope(x.times(2)).times(4))
            .slack(0, 2)
            .hipparchus(x -> x[0].tanh()),
        unary(Op.ASINH, OpRow::real, OpRow::asinh).hipparchus(x -> x[0].asinh()),
        unary(Op.ACOSH, x -> x > 1, x -> x.plus(x.square().minus(1).sqrt()).log())
            .hipparchus(x -> x[0].acosh()),
        unary(Op.ATANH, OpRow::insideOne, OpRow::atanh).hipparchus(x -> x[0].atanh()),
        unary(Op.ABS, OpRow::notZero, Precise::abs).hipparchus(x -> x[0].abs()),
        unary(Op.SIGN, OpRow::notZero, x -> x.number(x.signum())).hipparchus(x -> x[0].sign()),
        binary(Op.MIN, apart, x -> x[0].isBelow(x[1]) ? x[0] : x[1]),
        binary(Op.MAX, apart, x -> x[0].isBelow(x[1]) ? x[1] : x[0]),
        binary(Op.HYPOT, anything, OpRow::hypot)
            .gradient((x, k) -> x[k].over(hypot(x)))
            .hipparchus(x -> DerivativeStructure.hypot(x[0], x[1])),
        unary(Op.SIGMOID, OpRow::real, OpRow::sigmoid)
            .derivative(OpRow::slope)
            .hipparchus(x -> x[0].negate().exp().add(1).reciprocal()),
        unary(Op.SOFTPLUS, OpRow::real, OpRow::softplus).hipparchus(x -> x[0].exp().log1p()),
        unary(Op.RELU, OpRow::notZero, x -> x.signum() > 0 ? x : x.number(0)),
        new OpRow(
            Op.LEAKY_RELU,
            withParameter(unaryPoints(OpRow::notZero), v -> true, 0.01, 0.2, -1),
            x -> x[0].signum() > 0 ? x[0] : x[0].times(x[1])),
        new OpRow(
            Op.ELU,
            withParameter(unaryPoints(OpRow::notZero), v -> true, 1, 0.3),
            x -> x[0].signum() > 0 ? x[0] : x[0].exp().minus(1).times(x[1])),
        unary(Op.GELU, OpRow::real, x -> x.times(normalCdf(x))).slack(3, 6),
        unary(Op.SILU, OpRow::real, x -> x.times(sigmoid(x)))
            .slack(0, 2)
            .hipparchus(x -> x[0].divide(x[0].negate().exp().add(1))),
        unary(Op.HEAVISIDE, OpRow::notZero, x -> x.number(x.signum() > 0 ? 1 : 0)),
        unary(Op.ERF, OpRow::real, Precise::erf).derivative(OpRow::gauss).slack(0, 2),
        unary(Op.ERFC, OpRow::real, Precise::erfc).derivative(x -> gauss(x).negated()).slack(0, 2),
        unary(Op.LOG_GAMMA, OpRow::positive, Precise::logGamma)
            .derivative(x -> x.polygamma(0))
            .slack(2, 8),
        unary(Op.DIGAMMA, OpRow::positive, x -> x.polygamma(0))
            .derivative(x -> x.polygamma(1))
            .slack(8, 0),
        new OpRow(
                Op.POLYGAMMA,
                withParameter(unaryPoints(OpRow::positive), v -> true, 1, 2, 3, 6),
                x -> x[0].polygamma((int) x[1].toDouble()))
            .gradient((x, k) -> x[0].polygamma(1 + (int) x[1].toDouble())),
        binary(Op.LESS_THAN, apart, x -> truth(x, x[0].isBelow(x[1]))),
        binary(Op.LESS_OR_EQUAL, apart, x -> truth(x, x[0].isBelow(x[1]))),
        binary(Op.GREATER_THAN, apart, x -> truth(x, x[1].isBelow(x[0]))),
        binary(Op.GREATER_OR_EQUAL, apart, x -> truth(x, x[1].isBelow(x[0]))),
        binary(Op.EQUAL_TO, apart, x -> truth(x, false)),
        new OpRow(
            Op.WHERE,
            IntStream.range(0, 20)
                .mapToObj(i -> new double[] {i % 4 - 1.5, i * 0.3 - 2, 5 - i})
                .toList(),
            x -> x[0].signum() != 0 ? x[1] : x[2]),
        new OpRow(
            Op.SUM, naryPoints(1, 1, 6), x -> Arrays.stream(x).reduce(Precise::plus).orElseThrow()),
        new OpRow(
            Op.DOT,
            naryPoints(2, 2, 6),
            x ->
                IntStream.range(0, x.length / 2)
                    .mapToObj(i -> x[i].times(x[x.length / 2 + i]))
                    .reduce(Precise::plus)
                    .orElseThrow()),
        new OpRow(Op.LOG_SUM_EXP, logSumExpPoints(), OpRow::logSumExp)
            .gradient((x, k) -> x[k].minus(logSumExp(x)).exp())
            .slack(1, 2),
        new OpRow(Op.CUSTOM, naryPoints(2, 0, 6), x -> x[0].times(x[1]).times(x[1])));
  }

  private static List<double[]> logSumExpPoints() {
    List<double[]> points = new ArrayList<>(naryPoints(1, 1, 6));
    points.addAll(naryPoints(1, 1, 300));
    points.add(new double[] {700, 700, 700});
    points.add(new double[] {-700, -700});
    points.add(new double[] {-700, 700});
    points.add(new double[] {1e-300});
    points.add(new double[] {0, -50}); // ln(1 + 2·10⁻²²): the digits are in the small term
    points.add(new double[] {-690, 0});
    points.add(new double[] {1e-300, -1e-300, 0});
    return points;
  }
}
