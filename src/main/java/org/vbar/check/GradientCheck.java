package org.vbar.check;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.vbar.backprop.Backprop;
import org.vbar.backprop.Tangents;
import org.vbar.graph.CustomOp;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;
import org.vbar.graph.Op;

/**
 * A check of a function's gradient in three ways: the reverse sweep, forward mode and difference
 * quotients of its values.
 *
 * <pre>{@code
 * GradientCheckReport report =
 *     GradientCheck.of(v -> v.get(0).times(v.get(1)).sin(), 1.0, 2.0)
 *         .run(Tolerance.FINITE_DIFFERENCE);
 * assertTrue(report.passed(), report::toString);
 * }</pre>
 *
 * <p>Sweep and forward mode must agree to {@link Tolerance#ROUNDING}; they read the same local
 * derivatives, so this checks the way they are combined. Differences check the local derivatives
 * themselves. They may be off by the tolerance relative to the entry plus four times their own
 * estimated error, and they refute a derivative only with two steps. Where their error is too large
 * to tell, the verdict is {@link Verdict#UNDECIDED}, and where the function has a kink, {@link
 * Verdict#KINK}.
 *
 * <p>Every custom op that the function uses is also checked by itself, with the arguments that it
 * had: its local derivatives against differences of its value and against its derivatives as nodes
 * if it has them, its slope at a kink against the slopes on both sides, and what {@link CustomOp}
 * demands besides. So a wrong one is named.
 *
 * <p>Immutable; {@link #at} and the like return a new check.
 */
public final class GradientCheck {
  private final Function<List<Node>, Node> function;
  private final ImmutableList<double[]> points;
  private final FiniteDifference rule;

  private GradientCheck(
      Function<List<Node>, Node> function, ImmutableList<double[]> points, FiniteDifference rule) {
    this.function = requireNonNull(function, "function");
    this.points = points;
    this.rule = rule;
  }

  /**
   * A check of a function at a point.
   *
   * @param function computes its result from the nodes that it is given, without side effects
   * @param point the inputs, at least one, all finite. Not modified.
   * @return a check
   * @throws IllegalArgumentException if there is no coordinate or one is not finite
   */
  public static GradientCheck of(Function<List<Node>, Node> function, double... point) {
    checkPoint(point);
    return new GradientCheck(function, ImmutableList.of(point.clone()), FiniteDifference.central());
  }

  /**
   * A check of a custom op at a point.
   *
   * @param op the op
   * @param arguments its arguments, at least one, all finite. Not modified.
   * @return a check
   * @throws IllegalArgumentException if there is no argument or one is not finite
   */
  public static GradientCheck of(CustomOp op, double... arguments) {
    requireNonNull(op, "op");
    return of(inputs -> inputs.get(0).graph().apply(op, inputs), arguments);
  }

  /**
   * This check with a further point.
   *
   * @param point as many inputs as the first point has, all finite. Not modified.
   * @return a new check
   * @throws IllegalArgumentException if the number differs or a coordinate is not finite
   */
  public GradientCheck at(double... point) {
    checkPoint(point);
    if (point.length != inputs()) {
      throw new IllegalArgumentException(
          "Expected a point of %d coordinates, as the first has, but got %d."
              .formatted(inputs(), point.length));
    }
    return new GradientCheck(
        function,
        ImmutableList.<double[]>builder().addAll(points).add(point.clone()).build(),
        rule);
  }

  /**
   * This check with random points, uniform in a cube.
   *
   * @param count how many
   * @param low the smallest coordinate
   * @param high the largest coordinate
   * @param seed any number; the same seed gives the same points
   * @return a new check
   * @throws IllegalArgumentException if {@code low} is not less than {@code high}
   */
  public GradientCheck atRandomPoints(int count, double low, double high, long seed) {
    if (!(low < high)) {
      throw new IllegalArgumentException(
          "Expected coordinates from low to a higher high but got %s and %s.".formatted(low, high));
    }
    Random random = new Random(seed);
    GradientCheck check = this;
    for (int k = 0; k < count; k++) {
      check = check.at(random.doubles(inputs(), low, high).toArray());
    }
    return check;
  }

  /**
   * This check with another difference rule, for functions that vary faster or slower than {@link
   * FiniteDifference#central} expects.
   *
   * @param other the rule
   * @return a new check
   */
  public GradientCheck withFiniteDifference(FiniteDifference other) {
    return new GradientCheck(function, points, requireNonNull(other, "other"));
  }

  private int inputs() {
    return points.get(0).length;
  }

  private static void checkPoint(double[] point) {
    if (point.length == 0) {
      throw new IllegalArgumentException("Expected at least one input but got none.");
    }
    for (int k = 0; k < point.length; k++) {
      if (!Double.isFinite(point[k])) {
        throw new IllegalArgumentException(
            "Expected a finite point but input %d is %s.".formatted(k, point[k]));
      }
    }
  }

  /**
   * Runs the check.
   *
   * @param tolerance what to allow between the sweep and differences, usually {@link
   *     Tolerance#FINITE_DIFFERENCE}
   * @return the report, after about 5 evaluations per input and point
   * @throws IllegalArgumentException if the result is a node of another graph
   */
  public GradientCheckReport run(Tolerance tolerance) {
    List<GradientCheckReport.Entry> entries = new ArrayList<>();
    ImmutableSet.Builder<String> findings = ImmutableSet.builder();
    int evaluations = 0;
    for (int p = 0; p < points.size(); p++) {
      double[] point = points.get(p);
      NodeArray inputs = new Graph().variables("x", point);
      Node output = apply(inputs);
      int[] all = IntStream.range(0, point.length).toArray();
      Referee referee = new Referee(rule, this::value, point, all);
      entries.addAll(entries(p, inputs, output, referee, tolerance));
      evaluations += referee.evaluations();
      findings.addAll(customOpFindings(output.graph(), tolerance));
    }
    return new GradientCheckReport(
        tolerance,
        rule,
        points.size(),
        ImmutableList.copyOf(entries),
        findings.build().asList(),
        evaluations);
  }

  private static List<GradientCheckReport.Entry> entries(
      int p, NodeArray inputs, Node output, Referee referee, Tolerance tolerance) {
    double[] sweep = Backprop.sweep(output).gradient(inputs);
    double[] forward = new double[sweep.length];
    for (int k = 0; k < forward.length; k++) {
      forward[k] = Tangents.along(inputs.get(k)).of(output);
    }
    double largest = Math.max(largestFinite(sweep), largestFinite(forward));
    List<GradientCheckReport.Entry> entries = new ArrayList<>();
    for (int k = 0; k < sweep.length; k++) {
      double x = inputs.get(k).value();
      double scale = Math.max(largest, Math.abs(output.value()) / Math.max(1, Math.abs(x)));
      boolean modesAgree = Tolerance.ROUNDING.accepts(sweep[k], forward[k], largest);
      Referee.Judgement judgement = referee.judge(k, sweep[k], tolerance.relative(), scale);
      entries.add(
          new GradientCheckReport.Entry(
              p,
              k,
              x,
              sweep[k],
              forward[k],
              judgement.estimate(),
              modesAgree,
              modesAgree ? judgement.verdict() : Verdict.DISAGREES));
    }
    return entries;
  }

  private ImmutableSet<String> customOpFindings(Graph graph, Tolerance tolerance) {
    ImmutableSet.Builder<String> findings = ImmutableSet.builder();
    for (Node node : graph.nodes()) {
      if (node.op() == Op.CUSTOM) {
        double[] arguments = node.parents().stream().mapToDouble(Node::value).toArray();
        findings.addAll(CustomOpCheck.findings(node.customOp(), arguments, rule, tolerance));
      }
    }
    return findings.build();
  }

  private double value(double[] point) {
    return apply(new Graph().variables("x", point)).value();
  }

  private Node apply(NodeArray inputs) {
    Node output = function.apply(inputs);
    if (output.graph() != inputs.graph()) {
      throw new IllegalArgumentException(
          "The function returned "
              + output
              + " of another graph; it must compute its result from the nodes that it is given.");
    }
    return output;
  }

  static double largestFinite(double[] numbers) {
    double largest = 0;
    for (double number : numbers) {
      if (Double.isFinite(number)) {
        largest = Math.max(largest, Math.abs(number));
      }
    }
    return largest;
  }
}
