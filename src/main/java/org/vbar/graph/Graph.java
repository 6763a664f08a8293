package org.vbar.graph;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was computed: every scalar in construction order, with its parents and local derivatives.
 *
 * <pre>
 *   x ──┐                   index   0  1  2   3     4    5
 *       ├─ x·w ─┐           node    x  w  b  x·w   +b   tanh
 *   w ──┘       ├─ +b ─ tanh
 *   b ──────────┘           parents are always to the left
 * </pre>
 *
 * <p>A graph is a store of primitive {@link Columns}; a {@link Node} is a view of one place in it.
 * Construction order is a topological order, so a reverse sweep is one loop from the last index to
 * the first. Adjoints live outside the graph: see {@code org.vbar.backprop}.
 *
 * <p>One thread may record. Any number of threads may read and sweep what has been recorded and
 * safely published.
 */
public final class Graph {
  /** What a graph does beyond the default. */
  public enum Option {
    /** Leaves may be NaN. Without it, a NaN variable or constant is refused as a mistake. */
    NAN_LEAVES,
    /**
     * Every node remembers where in the user's code it was recorded, for {@link Anomaly} reports.
     * This costs a stack walk per node: a tool for finding a mistake, not for every day.
     */
    RECORDING_SITES
  }

  /** A place to {@link #rewind} to. */
  public static final class Mark {
    private final Graph graph;
    private final int nodes;
    private final int edges;
    private final int guards;
    private final int epoch;

    private Mark(Graph graph) {
      this.graph = graph;
      this.nodes = graph.columns.nodeCount();
      this.edges = graph.columns.edgeCount();
      this.guards = graph.annotations.guards.size();
      this.epoch = graph.epoch;
    }
  }

  private static final Node[] NO_VIEWS = {};

  private final Columns columns;
  private final boolean takesNanLeaves;
  private final boolean recordsSites;
  private final Rewinds rewinds = new Rewinds();
  private final Annotations annotations = new Annotations();
  private @Nullable Group openGroup;
  private int[] leftIndices = {};
  private int[] rightIndices = {};
  private int epoch;

  /** Creates an empty graph. */
  public Graph(Option... options) {
    this(Columns.LIMIT, options);
  }

  /** Creates an empty graph with a lower limit of nodes and edges. */
  Graph(int limit, Option... options) {
    this.columns = new Columns(limit);
    this.takesNanLeaves = Arrays.asList(options).contains(Option.NAN_LEAVES);
    this.recordsSites = Arrays.asList(options).contains(Option.RECORDING_SITES);
  }

  // ---- Leaves ----

  /**
   * Records a leaf that derivatives are asked for.
   *
   * @throws IllegalArgumentException if the value is NaN and the graph lacks {@link
   *     Option#NAN_LEAVES}
   */
  public Node variable(String name, double value) {
    checkName(name);
    return variable(value).named(name);
  }

  /** Records a variable without a name. */
  public Node variable(double value) {
    checkLeaf("variable", value);
    return leaf(Op.VARIABLE, value);
  }

  /**
   * Records one variable per value, named {@code name[0]}, {@code name[1]} and so on without a
   * string per node.
   */
  public NodeArray variables(String name, double... values) {
    return leaves(Op.VARIABLE, name, 0, values);
  }

  /**
   * Records a matrix of variables, named {@code name[0,0]}, {@code name[0,1]} and so on without a
   * string per node.
   *
   * @param values row-major [rows × columns]. Not modified.
   * @throws IllegalArgumentException if the number of values is not rows · columns
   */
  public NodeMatrix matrix(String name, int rows, int columns, double[] values) {
    if (rows < 1 || columns < 1 || values.length != (long) rows * columns) {
      throw new IllegalArgumentException(
          "Expected the values of a matrix [%d × %d], but got %d numbers."
              .formatted(rows, columns, values.length));
    }
    double[] columnAfterColumn = new double[values.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        columnAfterColumn[j * rows + i] = values[i * columns + j];
      }
    }
    return new NodeMatrix(leaves(Op.VARIABLE, name, rows, columnAfterColumn), rows, columns);
  }

  /**
   * Records a leaf that takes no derivative.
   *
   * @throws IllegalArgumentException if the value is NaN and the graph lacks {@link
   *     Option#NAN_LEAVES}
   */
  public Node constant(double value) {
    checkLeaf("constant", value);
    return leaf(Op.CONSTANT, value);
  }

  /** Records a constant with a name. */
  public Node constant(String name, double value) {
    checkName(name);
    return constant(value).named(name);
  }

  /** Records one constant per value, named {@code name[0]}, {@code name[1]} and so on. */
  public NodeArray constants(String name, double... values) {
    return leaves(Op.CONSTANT, name, 0, values);
  }

  /** Records leaves named by one index, or by two if they are the columns of a matrix. */
  private NodeArray leaves(Op op, String name, int rows, double[] values) {
    checkName(name);
    for (double value : values) {
      checkLeaf(name, value);
    }
    int first = size();
    for (double value : values) {
      leaf(op, value);
    }
    annotations.names.addRange(first, values.length, rows, name);
    return new NodeArray(this, first, values.length, epoch);
  }

  private static void checkName(String name) {
    requireNonNull(name, "A name must not be null; leave the node unnamed instead.");
  }

  private void checkLeaf(String what, double value) {
    if (Double.isNaN(value) && !takesNanLeaves) {
      throw new IllegalArgumentException(
          "NaN was given as the value of "
              + what
              + ": every result that depends on it would be NaN. Check where it comes from, or make"
              + " the graph with Graph.Option.NAN_LEAVES if it is meant.");
    }
  }

  private Node leaf(Op op, double value) {
    return recorded(columns.addNode(op, value));
  }

  /** A constant that may be NaN, for derivatives as nodes. */
  Node literal(double value) {
    return leaf(Op.CONSTANT, value);
  }

  // ---- N-ary nodes ----

  /** x₁ + … + xₙ, added from left to right; a node may occur more than once; 0 for no terms. */
  public Node sum(List<Node> terms) {
    return nary(Op.SUM, terms, null);
  }

  /**
   * a₁b₁ + … + aₙbₙ, added from left to right.
   *
   * @throws IllegalArgumentException if the lists differ in length
   */
  public Node dot(List<Node> a, List<Node> b) {
    checkPairs("dot", a, b);
    List<Node> parents = new ArrayList<>(2 * a.size());
    parents.addAll(a);
    parents.addAll(b);
    return nary(Op.DOT, parents, null);
  }

  /**
   * a₁b₁ + … + aₙbₙ with a node for every product and for every sum, from left to right: the nodes
   * of
   *
   * <pre>{@code
   * Node sum = a.get(0).times(b.get(0));
   * for (int k = 1; k < a.size(); k++) {
   *   sum = sum.plus(a.get(k).times(b.get(k)));
   * }
   * }</pre>
   *
   * <p>recorded in half the time, because no view is made of each. {@link #dot} records a single
   * node instead.
   *
   * @return the last sum; the product for one pair
   * @throws IllegalArgumentException if the lists are empty or differ in length
   */
  public Node sumOfProducts(List<Node> a, List<Node> b) {
    checkPairs("sumOfProducts", a, b);
    int n = a.size();
    if (n == 0) {
      throw new IllegalArgumentException(
          "sumOfProducts needs at least one pair of nodes but got none.");
    }
    if (recordsSites) {
      return sumOfProductsOneByOne(a, b);
    }
    // Lists first: a list may make its elements when asked, even by recording.
    Node[] left = views(a);
    Node[] right = views(b);
    leftIndices = indices(a, left, leftIndices, n);
    rightIndices = indices(b, right, rightIndices, n);
    return recorded(columns.addSumOfProducts(leftIndices, rightIndices, n));
  }

  private static Node sumOfProductsOneByOne(List<Node> a, List<Node> b) {
    Node sum = a.get(0).times(b.get(0));
    for (int k = 1; k < a.size(); k++) {
      sum = sum.plus(a.get(k).times(b.get(k)));
    }
    return sum;
  }

  /** The views in a list; none for consecutive nodes, which need no view to find their indices. */
  private static Node[] views(List<Node> nodes) {
    return nodes instanceof NodeArray ? NO_VIEWS : nodes.toArray(Node[]::new);
  }

  /** The indices of n checked operands, in the given memory if it is large enough. */
  private int[] indices(List<Node> nodes, Node[] views, int[] memory, int n) {
    int[] indices = memory.length < n ? new int[n] : memory;
    if (nodes instanceof NodeArray consecutive) {
      int first = checkedFirst(consecutive);
      for (int k = 0; k < n; k++) {
        indices[k] = first + k;
      }
    } else {
      for (int k = 0; k < n; k++) {
        checkOperand(Op.TIMES, views[k]);
        indices[k] = views[k].index();
      }
    }
    return indices;
  }

  /** The first index of consecutive nodes of this graph; if the last is live, all are. */
  private int checkedFirst(NodeArray nodes) {
    checkOperand(Op.TIMES, nodes.get(nodes.size() - 1));
    return nodes.get(0).index();
  }

  private static void checkPairs(String method, List<Node> a, List<Node> b) {
    if (a.size() != b.size()) {
      throw new IllegalArgumentException(
          "Expected two lists of the same length for "
              + method
              + " but got "
              + a.size()
              + " and "
              + b.size()
              + " nodes: each factor needs its partner.");
    }
  }

  /**
   * ln(e^x₁ + … + e^xₙ) without overflow.
   *
   * @throws IllegalArgumentException for an empty list
   */
  public Node logSumExp(List<Node> terms) {
    if (terms.isEmpty()) {
      throw new IllegalArgumentException("logSumExp needs at least one node but got none.");
    }
    return nary(Op.LOG_SUM_EXP, terms, null);
  }

  /** Records a node whose value and local derivatives the caller computes. */
  public Node apply(CustomOp op, Node... arguments) {
    return apply(op, Arrays.asList(arguments));
  }

  /** Records a node whose value and local derivatives the caller computes. */
  public Node apply(CustomOp op, List<Node> arguments) {
    return nary(Op.CUSTOM, arguments, requireNonNull(op, "The custom op must not be null."));
  }

  /**
   * Records an op of the table by its name in the table: how an engine writes back what it has read
   * from {@link Columns}.
   *
   * @param parameter the number beside the parents; ignored where the op has none
   * @throws IllegalArgumentException for a leaf or a custom op, or if the number of parents does
   *     not fit the op
   */
  public Node apply(Op op, double parameter, List<Node> parents) {
    int expected =
        switch (op.arity()) {
          case UNARY, UNARY_WITH_PARAMETER -> 1;
          case BINARY -> 2;
          case LEAF, N_ARY -> parents.size();
        };
    if (op.isLeaf() || op == Op.CUSTOM || parents.size() != expected) {
      throw new IllegalArgumentException(
          op.methodName() + " cannot be recorded by name with " + parents.size() + " parents.");
    }
    return switch (op.arity()) {
      case UNARY -> unary(op, parents.get(0));
      case UNARY_WITH_PARAMETER -> unary(op, parents.get(0), parameter);
      case BINARY -> binary(op, parents.get(0), parents.get(1));
      case LEAF, N_ARY -> nary(op, parents, null);
    };
  }

  Node where(Node condition, Node ifTrue, Node ifFalse) {
    return nary(Op.WHERE, Arrays.asList(condition, ifTrue, ifFalse), null);
  }

  // ---- Recording ----

  Node unary(Op op, Node x) {
    checkOperand(op, x);
    double v = columns.value(x.index());
    double y = op.value(v);
    columns.addEdge(x.index(), op.derivative(v, y));
    return recorded(columns.addNode(op, y));
  }

  Node unary(Op op, Node x, double parameter) {
    checkOperand(op, x);
    if (Double.isNaN(parameter)) {
      checkLeaf("the number beside the operand of " + op.methodName(), parameter);
    }
    double v = columns.value(x.index());
    double y = op.value(v, parameter);
    columns.addEdge(x.index(), op.left(v, parameter, y));
    Node node = recorded(columns.addNode(op, y));
    annotations.parameters.put(node.index(), parameter);
    return node;
  }

  /**
   * Records a node with two parents. The check is written so that this method stays small enough
   * for HotSpot to inline it at every use, where views that live no longer than an expression then
   * cost nothing: 4.8 ns a node instead of 15 (SweepBenchmark).
   */
  Node binary(Op op, Node left, Node right) {
    if (right == null
        || left.graph() != this
        || right.graph() != this
        || ((left.epoch() ^ epoch) | (right.epoch() ^ epoch)) != 0) {
      checkOperand(op, left);
      checkOperand(op, right);
    }
    double a = columns.value(left.index());
    double b = columns.value(right.index());
    double y = op.value(a, b);
    int index =
        columns.addBinary(op, y, left.index(), op.left(a, b, y), right.index(), op.right(a, b, y));
    return recorded(index);
  }

  private Node nary(Op op, List<Node> list, @Nullable CustomOp custom) {
    // A list may make its elements when asked, even by recording: each is asked for once.
    Node[] parents = list.toArray(Node[]::new);
    int n = parents.length;
    double[] operands = new double[n];
    for (int k = 0; k < n; k++) {
      checkOperand(op, parents[k]);
      operands[k] = columns.value(parents[k].index());
    }
    double[] derivatives = new double[n];
    double y;
    if (custom == null) {
      y = op.value(operands);
      op.derivatives(operands, y, derivatives);
    } else {
      y = custom.value(operands.clone());
      custom.localDerivatives(operands, y, derivatives);
    }
    for (int k = 0; k < n; k++) {
      columns.addEdge(parents[k].index(), derivatives[k]);
    }
    Node node = recorded(columns.addNode(op, y));
    if (custom != null) {
      annotations.customOps.put(node.index(), custom);
    }
    return node;
  }

  /** Refuses an operand that is null, of another graph or dropped. */
  private void checkOperand(Op op, @Nullable Node x) {
    if (x == null) {
      throw new NullPointerException(
          "An operand of " + op.methodName() + " is null; give a node of this graph.");
    }
    if (x.graph() != this) {
      throw new IllegalArgumentException(
          "Node "
              + x
              + " belongs to another graph; both operands of "
              + op.methodName()
              + " must come from the same graph.");
    }
    checkLive(x);
  }

  private Node recorded(int index) {
    if (recordsSites) {
      recordSite(index);
    }
    return new Node(this, index, epoch);
  }

  private void recordSite(int index) {
    RecordingSites.current().ifPresent(site -> annotations.sites.put(index, site));
  }

  // ---- Marks ----

  /** Remembers the present end of the graph, to {@link #rewind} to. */
  public Mark mark() {
    return new Mark(this);
  }

  /**
   * Drops every node recorded after the mark, with its names and groups, and every guard asked for
   * after it. The memory is kept for what is recorded next. A dropped node refuses every later use;
   * older nodes, and the mark itself, stay good.
   *
   * @throws IllegalArgumentException if the mark is of another graph
   * @throws IllegalStateException if an earlier rewind went behind the mark
   */
  public void rewind(Mark mark) {
    if (mark.graph != this) {
      throw new IllegalArgumentException(
          "The mark belongs to another graph; rewind that graph, or take a mark of this one.");
    }
    if (!rewinds.isSinceUntouched(mark.epoch, mark.nodes)) {
      throw new IllegalStateException(
          "The mark at node "
              + mark.nodes
              + " was itself dropped by a rewind to an earlier one; take a new mark.");
    }
    columns.truncate(mark.nodes, mark.edges);
    annotations.truncate(mark.nodes, mark.guards);
    epoch = Math.incrementExact(epoch);
    rewinds.add(epoch, mark.nodes);
  }

  /**
   * Whether a node was already recorded when the mark was taken and has not been dropped since: for
   * results, such as adjoints, that are kept beside the graph.
   */
  public boolean existedAt(Mark mark, Node node) {
    return node.graph() == this
        && isLive(node)
        && node.index() < mark.nodes
        && rewinds.isLive(mark.epoch, node.index());
  }

  /** Fails if the node was dropped. */
  void checkLive(Node node) {
    if (!isLive(node)) {
      throw new IllegalStateException(
          "Node v"
              + node.index()
              + " was dropped by a rewind and cannot be used any more; record it again, or record"
              + " it before the mark.");
    }
  }

  /** The number of rewinds so far. */
  int epoch() {
    return epoch;
  }

  boolean isLive(Node node) {
    return node.epoch() == epoch || rewinds.isLive(node.epoch(), node.index());
  }

  /** Whether views of two epochs at one index show the same recording. */
  boolean sameRecording(int epoch, int otherEpoch, int index) {
    return epoch == otherEpoch || rewinds.isLive(Math.min(epoch, otherEpoch), index);
  }

  // ---- Names, groups and guards ----

  /**
   * Runs a recording with a group open: every node that it records carries the group, for pictures
   * that show a neuron or a layer as one box. Groups nest.
   */
  public void inGroup(String name, Runnable recording) {
    inGroup(
        name,
        () -> {
          recording.run();
          return this;
        });
  }

  /** Runs a recording with a group open and returns what it returns. */
  public <T> T inGroup(String name, Supplier<T> recording) {
    requireNonNull(name, "A group needs a name.");
    Group outer = openGroup;
    open(new Group(Optional.ofNullable(outer), name));
    try {
      return recording.get();
    } finally {
      open(outer);
    }
  }

  private void open(@Nullable Group group) {
    openGroup = group;
    annotations.groups.startAt(size(), group);
  }

  void name(int index, String name) {
    checkName(name);
    annotations.names.put(index, name);
  }

  Optional<String> nameOf(int index) {
    return Optional.ofNullable(annotations.names.get(index));
  }

  String label(int index) {
    String name = annotations.names.get(index);
    return name == null ? "v" + index : name;
  }

  Optional<Group> groupOf(int index) {
    return Optional.ofNullable(annotations.groups.at(index));
  }

  double parameter(int index) {
    return columns.op(index).hasParameter() ? annotations.parameters.get(index) : Double.NaN;
  }

  CustomOp customOp(int index) {
    CustomOp op = annotations.customOps.get(index);
    if (op == null) {
      throw new IllegalStateException(
          label(index) + " is " + columns.op(index).methodName() + ", not a custom op.");
    }
    return op;
  }

  boolean guard(Node comparison) {
    boolean outcome = comparison.value() != 0;
    annotations.guards.add(new Guard(comparison, outcome));
    return outcome;
  }

  /** The outcomes that {@link Node#isTrue} gave to Java code, in the order of asking. */
  public List<Guard> guards() {
    return List.copyOf(annotations.guards);
  }

  /**
   * Where in the user's code a node was recorded, if the graph has {@link Option#RECORDING_SITES}.
   */
  public Optional<StackTraceElement> recordingSite(Node node) {
    checkLive(node);
    return Optional.ofNullable(annotations.sites.get(node.index()));
  }

  String formula(Node node) {
    Op op = node.op();
    if (op.isLeaf()) {
      return op == Op.CONSTANT ? Numbers.text(node.value()) : node.label();
    }
    List<String> operands = operands(node, Node::label, Numbers::operand);
    return op == Op.CUSTOM
        ? node.customOp().name() + "(" + String.join(", ", operands) + ")"
        : op.formula(operands);
  }

  String latex(Node node) {
    Op op = node.op();
    if (op.isLeaf()) {
      return op == Op.CONSTANT
          ? LatexText.number(Numbers.text(node.value()))
          : LatexText.name(node.label());
    }
    List<String> operands =
        operands(
            node,
            parent -> LatexText.name(parent.label()),
            value -> LatexText.number(Numbers.operand(value)));
    return op == Op.CUSTOM
        ? "\\operatorname{"
            + LatexText.escaped(node.customOp().name())
            + "}("
            + String.join(", ", operands)
            + ")"
        : op.latex(operands);
  }

  /** The operands' names; unnamed constants and the parameter are numbers. */
  private static List<String> operands(
      Node node, Function<Node, String> name, DoubleFunction<String> number) {
    List<String> operands = new ArrayList<>();
    for (Node parent : node.parents()) {
      boolean unnamed = parent.op() == Op.CONSTANT && parent.name().isEmpty();
      operands.add(unnamed ? number.apply(parent.value()) : name.apply(parent));
    }
    if (node.op().hasParameter()) {
      operands.add(number.apply(node.parameter()));
    }
    return operands;
  }

  // ---- Reading ----

  /** The number of nodes. */
  public int size() {
    return columns.nodeCount();
  }

  /** The number of edges: the parents of all nodes, counted with repetition. */
  public int edgeCount() {
    return columns.edgeCount();
  }

  /**
   * The node at an index.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public Node node(int index) {
    if (index < 0 || index >= size()) {
      throw new IndexOutOfBoundsException(
          "Expected the index of one of " + size() + " nodes but got " + index + ".");
    }
    return new Node(this, index, epoch);
  }

  /** All nodes in construction order, as a view that makes each node when it is asked for. */
  public NodeArray nodes() {
    return new NodeArray(this, 0, size(), epoch);
  }

  /** The store that engines read. */
  public Columns columns() {
    return columns;
  }

  /**
   * Looks for the first node, in construction order, whose value or a local derivative is NaN or
   * infinite. Constants and variables count as well. Looks at every node and edge once.
   */
  public Optional<Anomaly> check() {
    return Anomaly.firstIn(this);
  }

  /** For example {@code Graph of 6 nodes and 5 edges}. */
  @Override
  public String toString() {
    return "Graph of " + size() + " nodes and " + edgeCount() + " edges";
  }
}
