package org.vbar.graph;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One scalar of a computation: a small immutable view of a place in a {@link Graph}.
 *
 * <p>Its methods record new nodes in the same graph: {@code x.times(w).plus(b).tanh()}. What each
 * op computes, its local derivatives, domain and kinks stand in the table {@link Op}.
 *
 * <p>A view costs 24 bytes and lives as short as any temporary; the graph keeps no views. Two views
 * of the same node are equal. A node that was dropped by {@link Graph#rewind} refuses every use.
 *
 * <p>Every method that takes a number refuses NaN with {@link IllegalArgumentException} unless the
 * graph has {@link Graph.Option#NAN_LEAVES}. Every method that takes another node throws {@link
 * IllegalArgumentException} if that node belongs to another graph, {@link IllegalStateException} if
 * either was dropped by a rewind, and {@link NullPointerException} for null; each message says what
 * to do.
 */
public final class Node {
  private final Graph graph;
  private final int index;
  private final int epoch;

  Node(Graph graph, int index, int epoch) {
    this.graph = graph;
    this.index = index;
    this.epoch = epoch;
  }

  /** The graph that holds this node. */
  public Graph graph() {
    return graph;
  }

  /**
   * The place in construction order, which is a topological order: parents have smaller indices.
   */
  public int index() {
    return index;
  }

  /** The number of rewinds that the graph had seen when this view was made. */
  int epoch() {
    return epoch;
  }

  /** The value that was computed when this node was recorded. */
  public double value() {
    return graph.columns().value(checkedIndex());
  }

  /** What computed this node. */
  public Op op() {
    return graph.columns().op(checkedIndex());
  }

  /**
   * The number beside the parents, as the exponent of {@code pow(double)}; NaN if there is none.
   */
  public double parameter() {
    return graph.parameter(checkedIndex());
  }

  /**
   * The caller's op of this node.
   *
   * @throws IllegalStateException if {@link #op} is not {@link Op#CUSTOM}
   */
  public CustomOp customOp() {
    return graph.customOp(checkedIndex());
  }

  /** Pa(v): the inputs of this node, in argument order; an input used twice is listed twice. */
  public List<Node> parents() {
    Columns columns = graph.columns();
    int end = columns.endEdge(checkedIndex());
    List<Node> parents = new ArrayList<>(end - columns.firstEdge(index));
    for (int e = columns.firstEdge(index); e < end; e++) {
      parents.add(graph.node(columns.parent(e)));
    }
    return List.copyOf(parents);
  }

  /**
   * Ch(v): the nodes that consume this one, in construction order, each once. Looks at every edge
   * recorded after this node.
   */
  public List<Node> children() {
    Columns columns = graph.columns();
    List<Node> children = new ArrayList<>();
    for (int i = checkedIndex() + 1; i < columns.nodeCount(); i++) {
      int end = columns.endEdge(i);
      for (int e = columns.firstEdge(i); e < end; e++) {
        if (columns.parent(e) == index) {
          children.add(graph.node(i));
          break;
        }
      }
    }
    return List.copyOf(children);
  }

  /**
   * ∂v/∂p for the k-th parent p.
   *
   * @throws IndexOutOfBoundsException if there is no k-th parent
   */
  public double localDerivative(int k) {
    Columns columns = graph.columns();
    int end = columns.endEdge(checkedIndex());
    int first = columns.firstEdge(index);
    if (k < 0 || k >= end - first) {
      throw new IndexOutOfBoundsException(
          label() + " has " + (end - first) + " parents; there is no local derivative " + k + ".");
    }
    return columns.derivative(first + k);
  }

  /** ∂v/∂p for every parent, in argument order. */
  public double[] localDerivatives() {
    Columns columns = graph.columns();
    int first = columns.firstEdge(checkedIndex());
    double[] derivatives = new double[columns.endEdge(index) - first];
    for (int k = 0; k < derivatives.length; k++) {
      derivatives[k] = columns.derivative(first + k);
    }
    return derivatives;
  }

  /**
   * Gives this node a name for pictures, tables and messages. Names need not be unique; naming a
   * node again replaces its name.
   *
   * @return this node
   */
  public Node named(String name) {
    graph.name(checkedIndex(), name);
    return this;
  }

  /** The name, if this node has one. */
  public Optional<String> name() {
    return graph.nameOf(checkedIndex());
  }

  /** The name, or {@code v17} for an unnamed node with index 17. */
  public String label() {
    return graph.label(checkedIndex());
  }

  /** The group that was open when this node was recorded. */
  public Optional<Group> group() {
    return graph.groupOf(checkedIndex());
  }

  /** How this node was computed, in terms of its parents' labels, for example {@code w·x}. */
  public String formula() {
    return graph.formula(this);
  }

  /** {@link #formula} as LaTeX for math mode; names may hold any characters and stay text. */
  public String latex() {
    return graph.latex(this);
  }

  // ---- Arithmetic ----

  /** this + other. */
  public Node plus(Node other) {
    return graph.binary(Op.PLUS, this, other);
  }

  /** this + other. */
  public Node plus(double other) {
    return plus(beside(other));
  }

  /** this − other. */
  public Node minus(Node other) {
    return graph.binary(Op.MINUS, this, other);
  }

  /** this − other. */
  public Node minus(double other) {
    return minus(beside(other));
  }

  /** this · other. */
  public Node times(Node other) {
    return graph.binary(Op.TIMES, this, other);
  }

  /** this · other. */
  public Node times(double other) {
    return times(beside(other));
  }

  /** this / other. */
  public Node dividedBy(Node other) {
    return graph.binary(Op.DIVIDED_BY, this, other);
  }

  /** this / other. */
  public Node dividedBy(double other) {
    return dividedBy(beside(other));
  }

  /** −this. */
  public Node negated() {
    return graph.unary(Op.NEGATED, this);
  }

  /** 1 / this. */
  public Node reciprocal() {
    return graph.unary(Op.RECIPROCAL, this);
  }

  /** this to a power that takes no derivative. */
  public Node pow(double exponent) {
    return graph.unary(Op.POW_CONSTANT, this, exponent);
  }

  /** this to the power of another node. */
  public Node pow(Node exponent) {
    return graph.binary(Op.POW, this, exponent);
  }

  /** this². */
  public Node square() {
    return graph.unary(Op.SQUARE, this);
  }

  /** The square root. */
  public Node sqrt() {
    return graph.unary(Op.SQRT, this);
  }

  /** The cube root. */
  public Node cbrt() {
    return graph.unary(Op.CBRT, this);
  }

  // ---- Exponential and logarithm ----

  /** e to the power of this. */
  public Node exp() {
    return graph.unary(Op.EXP, this);
  }

  /** e to the power of this, minus 1, accurate near 0. */
  public Node expm1() {
    return graph.unary(Op.EXPM1, this);
  }

  /** The natural logarithm. */
  public Node log() {
    return graph.unary(Op.LOG, this);
  }

  /** The natural logarithm of 1 + this, accurate near 0. */
  public Node log1p() {
    return graph.unary(Op.LOG1P, this);
  }

  /** The logarithm to base 2. */
  public Node log2() {
    return graph.unary(Op.LOG2, this);
  }

  /** The logarithm to base 10. */
  public Node log10() {
    return graph.unary(Op.LOG10, this);
  }

  // ---- Trigonometric and hyperbolic functions ----

  /** The sine of this angle in radians. */
  public Node sin() {
    return graph.unary(Op.SIN, this);
  }

  /** The cosine of this angle in radians. */
  public Node cos() {
    return graph.unary(Op.COS, this);
  }

  /** The tangent of this angle in radians. */
  public Node tan() {
    return graph.unary(Op.TAN, this);
  }

  /** The arc sine in radians. */
  public Node asin() {
    return graph.unary(Op.ASIN, this);
  }

  /** The arc cosine in radians. */
  public Node acos() {
    return graph.unary(Op.ACOS, this);
  }

  /** The arc tangent in radians. */
  public Node atan() {
    return graph.unary(Op.ATAN, this);
  }

  /** The angle in radians of the point with ordinate this and abscissa {@code x}. */
  public Node atan2(Node x) {
    return graph.binary(Op.ATAN2, this, x);
  }

  /** The angle in radians of the point with ordinate this and abscissa {@code x}. */
  public Node atan2(double x) {
    return atan2(beside(x));
  }

  /** The hyperbolic sine. */
  public Node sinh() {
    return graph.unary(Op.SINH, this);
  }

  /** The hyperbolic cosine. */
  public Node cosh() {
    return graph.unary(Op.COSH, this);
  }

  /** The hyperbolic tangent. */
  public Node tanh() {
    return graph.unary(Op.TANH, this);
  }

  /** The inverse hyperbolic sine. */
  public Node asinh() {
    return graph.unary(Op.ASINH, this);
  }

  /** The inverse hyperbolic cosine. */
  public Node acosh() {
    return graph.unary(Op.ACOSH, this);
  }

  /** The inverse hyperbolic tangent. */
  public Node atanh() {
    return graph.unary(Op.ATANH, this);
  }

  // ---- Functions with kinks ----

  /** |this|, with derivative 0 at 0. */
  public Node abs() {
    return graph.unary(Op.ABS, this);
  }

  /** −1, 0 or 1, with derivative 0. */
  public Node sign() {
    return graph.unary(Op.SIGN, this);
  }

  /** The smaller of two nodes; at a tie each takes half of the derivative. */
  public Node min(Node other) {
    return graph.binary(Op.MIN, this, other);
  }

  /** The smaller of this and a number; at a tie the derivative is ½. */
  public Node min(double other) {
    return min(beside(other));
  }

  /** The larger of two nodes; at a tie each takes half of the derivative. */
  public Node max(Node other) {
    return graph.binary(Op.MAX, this, other);
  }

  /** The larger of this and a number; at a tie the derivative is ½. */
  public Node max(double other) {
    return max(beside(other));
  }

  /** √(this² + other²) without overflow, with derivatives 0 at the origin. */
  public Node hypot(Node other) {
    return graph.binary(Op.HYPOT, this, other);
  }

  /** √(this² + other²) without overflow. */
  public Node hypot(double other) {
    return hypot(beside(other));
  }

  /** θ(this): 1 for a positive value, otherwise 0; θ(0) = 0; derivative 0. */
  public Node heaviside() {
    return graph.unary(Op.HEAVISIDE, this);
  }

  // ---- Activations ----

  /** σ(this) = 1/(1 + e to the power of −this). */
  public Node sigmoid() {
    return graph.unary(Op.SIGMOID, this);
  }

  /** ln(1 + e to the power of this). */
  public Node softplus() {
    return graph.unary(Op.SOFTPLUS, this);
  }

  /** max(this, 0), with derivative 0 at 0. */
  public Node relu() {
    return graph.unary(Op.RELU, this);
  }

  /** this where positive, otherwise slope · this; the derivative at 0 is the slope. */
  public Node leakyRelu(double slope) {
    return graph.unary(Op.LEAKY_RELU, this, slope);
  }

  /** this where positive, otherwise alpha · (e to the power of this − 1). */
  public Node elu(double alpha) {
    return graph.unary(Op.ELU, this, alpha);
  }

  /** this · Φ(this) with the normal distribution function Φ: the exact form, not the tanh one. */
  public Node gelu() {
    return graph.unary(Op.GELU, this);
  }

  /** this · σ(this). */
  public Node silu() {
    return graph.unary(Op.SILU, this);
  }

  // ---- Special functions ----

  /** The error function. */
  public Node erf() {
    return graph.unary(Op.ERF, this);
  }

  /** 1 − erf(this), accurate in the right tail. */
  public Node erfc() {
    return graph.unary(Op.ERFC, this);
  }

  /** ln Γ(this) for a positive value. */
  public Node logGamma() {
    return graph.unary(Op.LOG_GAMMA, this);
  }

  /** ψ(this), the derivative of ln Γ, for a positive value. */
  public Node digamma() {
    return graph.unary(Op.DIGAMMA, this);
  }

  /**
   * The derivative of ψ of the given order at this, for a positive value: {@link #digamma} for
   * order 0.
   *
   * @throws IllegalArgumentException if the order is negative
   */
  public Node polygamma(int order) {
    if (order < 0) {
      throw new IllegalArgumentException(
          "Expected an order of polygamma of 0 or more but got " + order + ".");
    }
    return order == 0 ? digamma() : graph.unary(Op.POLYGAMMA, this, order);
  }

  // ---- Comparisons and choice ----

  /** A node with value 1 if this &lt; other, otherwise 0. */
  public Node lessThan(Node other) {
    return graph.binary(Op.LESS_THAN, this, other);
  }

  /** A node with value 1 if this &lt; other, otherwise 0. */
  public Node lessThan(double other) {
    return lessThan(beside(other));
  }

  /** A node with value 1 if this ≤ other, otherwise 0. */
  public Node lessOrEqual(Node other) {
    return graph.binary(Op.LESS_OR_EQUAL, this, other);
  }

  /** A node with value 1 if this ≤ other, otherwise 0. */
  public Node lessOrEqual(double other) {
    return lessOrEqual(beside(other));
  }

  /** A node with value 1 if this &gt; other, otherwise 0. */
  public Node greaterThan(Node other) {
    return graph.binary(Op.GREATER_THAN, this, other);
  }

  /** A node with value 1 if this &gt; other, otherwise 0. */
  public Node greaterThan(double other) {
    return greaterThan(beside(other));
  }

  /** A node with value 1 if this ≥ other, otherwise 0. */
  public Node greaterOrEqual(Node other) {
    return graph.binary(Op.GREATER_OR_EQUAL, this, other);
  }

  /** A node with value 1 if this ≥ other, otherwise 0. */
  public Node greaterOrEqual(double other) {
    return greaterOrEqual(beside(other));
  }

  /** A node with value 1 if this = other, otherwise 0. */
  public Node equalTo(Node other) {
    return graph.binary(Op.EQUAL_TO, this, other);
  }

  /** A node with value 1 if this = other, otherwise 0. */
  public Node equalTo(double other) {
    return equalTo(beside(other));
  }

  /**
   * The outcome of this comparison for a Java {@code if}, recorded as a {@link Guard}, so that
   * whoever replays the graph at another point can tell that the outcome changed.
   *
   * @throws IllegalStateException if this node is not a comparison
   */
  public boolean isTrue() {
    if (!op().isComparison()) {
      throw new IllegalStateException(
          label()
              + " is "
              + op().methodName()
              + ", but isTrue() asks a comparison: use x.greaterThan(y).isTrue() or a like one.");
    }
    return graph.guard(this);
  }

  /**
   * One of two nodes, chosen by a condition that a compiled function evaluates anew at every point.
   * Both nodes are recorded; the local derivative is 1 for the chosen one and 0 for the other.
   *
   * <p>0 · ∞ is NaN here as everywhere: if the other node has an infinite derivative where it is
   * not chosen, guard its argument instead, as in {@code where(c, x, one).log()}.
   *
   * @param condition a comparison; any node whose value is not 0 counts as true
   */
  public static Node where(Node condition, Node ifTrue, Node ifFalse) {
    return requireNonNull(condition, "The condition of where is null; give a node.")
        .graph
        .where(condition, ifTrue, ifFalse);
  }

  /** A constant operand; a node that cannot be used records none. */
  private Node beside(double value) {
    graph.checkLive(this);
    return graph.constant(value);
  }

  /** A constant of the same graph, NaN and infinities included: for derivatives as nodes. */
  Node literal(double value) {
    return graph.literal(value);
  }

  private int checkedIndex() {
    graph.checkLive(this);
    return index;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Node node
        && node.graph == graph
        && node.index == index
        && graph.sameRecording(epoch, node.epoch, index);
  }

  @Override
  public int hashCode() {
    return index;
  }

  /** For example {@code y = tanh(v3) = 0.7071}; never throws, also for a dropped node. */
  @Override
  public String toString() {
    return graph.isLive(this)
        ? label() + (op().isLeaf() ? "" : " = " + formula()) + " = " + value()
        : "v" + index + " (dropped by a rewind)";
  }
}
