package org.vbar.compile;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;

/**
 * A recorded computation as a function that can be evaluated and differentiated at any point, many
 * times and from many threads.
 *
 * <pre>{@code
 * CompiledFunction f = CompiledFunction.compile(List.of(x, w), y);
 * double value = f.gradient(new double[] {2, -3}, gradient);
 * }</pre>
 *
 * <p>Values and gradients are those of the graph and its sweep to the bit, in every tier: the same
 * ops in the same order, with NaN, infinities and signed zeros, unless another order of additions
 * is allowed by {@link #withSumOrder}. Points may hold any number, also NaN.
 *
 * <p><b>What was recorded is what runs.</b> Choices made with {@link Node#where} are made anew at
 * every point. A Java {@code if} must ask {@link Node#isTrue}: then a point that takes another side
 * is refused by a function compiled from nodes, and leads to a recording of that side in one made
 * by {@link #compile(int, Function)}. An {@code if} on {@link Node#value} cannot be seen.
 *
 * <p><b>Data.</b> Inputs are differentiated; data, given at compilation, are not. With data, every
 * method that takes a point expects the inputs and then the data in one array, and derivatives are
 * those of the inputs; {@link #gradientSum} takes the rows of a data set.
 *
 * <p>An instance is thread-safe. It keeps no reference to the graph.
 */
public final class CompiledFunction {
  /** Sides kept; a function with more is recorded again now and then. */
  private static final int MOST_SIDES = 64;

  /** Rows whose sum is formed one after the other, whatever the number of threads. */
  static final int BLOCK = 128;

  /** Numbers in sums of blocks that wait to be added in order: 8 MB. */
  private static final int MOST_WAITING = 1 << 20;

  /** Rows of a batch after which guards and infinities are looked for. */
  private static final int CHUNK = 1_024;

  /** Ops below which a second thread costs more than it gives. */
  private static final long WORK_PER_THREAD = 200_000;

  private final int inputs;
  private final int data;
  private final int outputs;
  private final @Nullable Function<List<Node>, Node> recorder;
  private final @Nullable Tier forced;
  private final SumOrder order;
  private final int threads;

  /** The side recorded last comes first. */
  private final CopyOnWriteArrayList<Recording> sides = new CopyOnWriteArrayList<>();

  private CompiledFunction(
      int inputs,
      int data,
      int outputs,
      @Nullable Function<List<Node>, Node> recorder,
      @Nullable Tier forced,
      SumOrder order,
      int threads) {
    this.inputs = inputs;
    this.data = data;
    this.outputs = outputs;
    this.recorder = recorder;
    this.forced = forced;
    this.order = order;
    this.threads = threads;
  }

  // ---- Making ----

  /**
   * Compiles one output as a function of inputs. Other leaves keep their recorded values. Time and
   * memory grow linearly with the nodes that the output needs.
   *
   * <p>Every guard of the graph counts, also one asked for after the output was recorded, because
   * it may have chosen the output. Record a function with guards in a graph of its own.
   *
   * @param inputs variables or constants of the output's graph, each once
   * @throws IllegalArgumentException if an input is computed from other nodes, is listed twice or
   *     belongs to another graph
   * @throws IllegalStateException if a node was dropped by a rewind
   */
  public static CompiledFunction compile(List<Node> inputs, Node output) {
    return compile(inputs, List.of(), List.of(output));
  }

  /** Compiles several outputs as functions of the same inputs: see the other forms. */
  public static CompiledFunction compile(List<Node> inputs, List<Node> outputs) {
    return compile(inputs, List.of(), outputs);
  }

  /**
   * Compiles outputs as functions of differentiated inputs and of data.
   *
   * @param inputs leaves that are differentiated
   * @param data leaves that differ from row to row of a data set and are not differentiated
   * @throws IllegalArgumentException if a leaf is computed from other nodes, is listed twice or
   *     belongs to another graph, or if there is no output
   */
  public static CompiledFunction compile(List<Node> inputs, List<Node> data, List<Node> outputs) {
    CompiledFunction function =
        new CompiledFunction(
            inputs.size(), data.size(), outputs.size(), null, null, SumOrder.RECORDED, 0);
    function.sides.add(
        new Recording(Tape.of(inputs, data, outputs), function.forced, function.order));
    return function;
  }

  /**
   * A function that is recorded when it is first used, and again for every point at which a {@link
   * Node#isTrue} answers otherwise than in all recordings so far.
   *
   * @param n the number of inputs
   * @param function records its result from the given nodes; called by one thread at a time, but
   *     copies of this function with another tier, order or number of threads call it on their own
   */
  public static CompiledFunction compile(int n, Function<List<Node>, Node> function) {
    if (n < 0) {
      throw new IllegalArgumentException("Expected a number of inputs but got " + n + ".");
    }
    requireNonNull(function, "The function is null; give what records the result.");
    return new CompiledFunction(n, 0, 1, function, null, SumOrder.RECORDED, 0);
  }

  /**
   * The same function held to one tier.
   *
   * @throws IllegalStateException if bytecode is asked for and this function is too large for it;
   *     the message says why
   */
  public CompiledFunction withTier(Tier tier) {
    return copy(tier, order, threads);
  }

  /**
   * The same function allowed, or not allowed, to add the terms of long sums in another order than
   * recorded. Where that gives a number that is not finite, the recorded order is used.
   */
  public CompiledFunction withSumOrder(SumOrder order) {
    return copy(forced, order, threads);
  }

  /** The same function using at most so many threads for batches; 0 for all processors. */
  public CompiledFunction withThreads(int threads) {
    if (threads < 0) {
      throw new IllegalArgumentException("Expected a number of threads but got " + threads + ".");
    }
    return copy(forced, order, threads);
  }

  private CompiledFunction copy(@Nullable Tier tier, SumOrder newOrder, int newThreads) {
    CompiledFunction copy =
        new CompiledFunction(inputs, data, outputs, recorder, tier, newOrder, newThreads);
    for (Recording side : sides) {
      copy.sides.add(new Recording(side.recorded, tier, newOrder));
    }
    return copy;
  }

  // ---- What it is ----

  /** The number of differentiated inputs. */
  public int inputCount() {
    return inputs;
  }

  /** The number of data slots. */
  public int dataCount() {
    return data;
  }

  /** The number of outputs. */
  public int outputCount() {
    return outputs;
  }

  /**
   * How values and gradients of the side recorded last are computed at present; a function not used
   * yet is interpreted. Batches, tangents and Jacobians have code of their own.
   */
  public Tier tier() {
    return sides.isEmpty() ? Tier.INTERPRETER : sides.get(0).tier();
  }

  /**
   * What compiling did for the side recorded last. A function not used yet is recorded at 0, …, 0.
   */
  public Statistics statistics() {
    return anySide(new double[inputs]).statistics();
  }

  /**
   * The program of the side recorded last with its loops found again, as text for people. A
   * function not used yet is recorded at 0, …, 0. For example
   *
   * <pre>
   * for j in 0..127:
   *   s = 0.25·x[784j]
   *   for i in 0..782: s += c[i + 1]·x[784j + i + 1]
   * </pre>
   */
  public String loops() {
    return anySide(new double[inputs]).loops();
  }

  /** The number of recorded sides: 1 unless Java code asked {@link Node#isTrue}. */
  public int sideCount() {
    return sides.size();
  }

  // ---- Values ----

  /**
   * The value at a point.
   *
   * @param point one number per input. Not modified.
   * @throws IllegalStateException if there are several outputs, or if a guard of the recording does
   *     not hold at the point and the function cannot be recorded again
   */
  public double value(double... point) {
    checkOneOutput("value", "values");
    return values(point)[0];
  }

  /** The values of all outputs at a point. */
  public double[] values(double... point) {
    double[] x = checkedPoint(point);
    double[] d = dataOf(point);
    while (true) {
      for (Recording side : sides) {
        if (!side.admits(x, 0, d, 0)) {
          continue;
        }
        double[] y = new double[side.recorded.outputs.length];
        side.forward(x, d, y);
        if (side.guardsHold(y, 0)) {
          return Arrays.copyOf(y, outputs);
        }
      }
      recordFor(point);
    }
  }

  // ---- First derivatives ----

  /**
   * The value and the gradient at a point: a small multiple of the cost of the value.
   *
   * @param point one number per input. Not modified.
   * @param gradient receives ∂f/∂x for each input; not the array of the point. Modified.
   * @return the value
   */
  public double gradient(double[] point, double[] gradient) {
    checkOneOutput("gradient", "jacobian");
    checkOwnArray("gradient", gradient, point);
    return sweep(point, ONE, gradient)[0];
  }

  private static final double[] ONE = {1};

  /** The gradient at a point. */
  public double[] gradient(double... point) {
    double[] gradient = new double[inputs];
    gradient(point, gradient);
    return gradient;
  }

  /**
   * Reverse mode with given weights (vector-Jacobian product): Σₖ wₖ·∂yₖ/∂x for each input.
   *
   * @param weights one number per output. Not modified.
   */
  public double[] adjoint(double[] point, double[] weights) {
    checkLength("weights", weights.length, outputs);
    double[] gradient = new double[inputs];
    sweep(point, weights, gradient);
    return gradient;
  }

  private double[] sweep(double[] point, double[] seeds, double[] gradient) {
    double[] x = checkedPoint(point);
    double[] d = dataOf(point);
    checkLength("places for the gradient", gradient.length, inputs);
    while (true) {
      for (Recording side : sides) {
        if (!side.admits(x, 0, d, 0)) {
          continue;
        }
        double[] y = new double[side.recorded.outputs.length];
        side.engine(1).sweep(x, 0, d, 0, y, seeds, gradient, 0);
        if (side.guardsHold(y, 0)) {
          if (side.needsExact(y, 0, gradient, 0)) {
            side.sweepAgain(x, 0, d, 0, y, seeds, gradient, 0);
          }
          return y;
        }
      }
      recordFor(point);
    }
  }

  /**
   * Forward mode (Jacobian-vector product): the derivatives of all outputs along a direction.
   *
   * @param direction one number per input. Not modified.
   */
  public double[] tangent(double[] point, double[] direction) {
    checkLength("components of the direction", direction.length, inputs);
    double[] x = checkedPoint(point);
    double[] d = dataOf(point);
    double[] tangents = new double[outputs];
    while (true) {
      for (Recording side : sides) {
        if (!side.admits(x, 0, d, 0)) {
          continue;
        }
        double[] guards = new double[side.recorded.guards.length];
        side.tangents(x, d, direction, guards, tangents);
        if (side.guardsHold(guards, -outputs)) {
          return tangents;
        }
      }
      recordFor(point);
    }
  }

  /**
   * The Jacobian ∂yₖ/∂xᵢ as [outputs × inputs]. Of a small function its entries are computed as
   * nodes beside the values, once what they share; of a larger one by one forward run and a sweep
   * per output, or by a tangent per input where there are at least twice as many outputs. The last
   * digits may differ from those of {@link #adjoint}, and more where products beyond 1e308, or sums
   * that nearly cancel, occur in one order of the factors and not in the other.
   */
  public double[][] jacobian(double... point) {
    double[][] jacobian = new double[outputs][inputs];
    jacobian(point, new double[outputs], jacobian);
    return jacobian;
  }

  /**
   * The values and the Jacobian at a point.
   *
   * @param values receives the outputs. Modified.
   * @param jacobian receives ∂yₖ/∂xᵢ as [outputs × inputs]. Modified.
   */
  public void jacobian(double[] point, double[] values, double[][] jacobian) {
    checkLength("places for values", values.length, outputs);
    checkLength("rows of the Jacobian", jacobian.length, outputs);
    checkOwnArray("values", values, point);
    for (double[] row : jacobian) {
      checkLength("places in a row of the Jacobian", row.length, inputs);
      checkOwnArray("row of the Jacobian", row, point);
    }
    sideFor(point).jacobian(point, values, jacobian);
  }

  // ---- Second derivatives ----

  /**
   * The Hessian ∂²f/∂xᵢ∂xⱼ as [n × n], exactly symmetric: the tangents of the recorded gradient
   * along every input.
   *
   * @throws UnsupportedOperationException if a custom op gives its derivatives as numbers only
   */
  public double[][] hessian(double... point) {
    checkOneOutput("hessian", "one function per output");
    double[] x = checkedPoint(point);
    if (inputs == 0) {
      return new double[0][0];
    }
    return sideFor(point).secondOrder(point).hessian(x, dataOf(point));
  }

  /**
   * The Hessian times a vector, by the tangents of the recorded gradient along the vector: a small
   * multiple of the cost of the value.
   *
   * @param v one number per input. Not modified.
   * @param out receives Σⱼ ∂²f/∂xᵢ∂xⱼ·vⱼ. Modified.
   * @throws UnsupportedOperationException if a custom op gives its derivatives as numbers only
   */
  public void hessianVectorProduct(double[] point, double[] v, double[] out) {
    checkOneOutput("hessianVectorProduct", "one function per output");
    checkLength("components of the vector", v.length, inputs);
    checkLength("places for the product", out.length, inputs);
    checkOwnArray("product", out, point);
    double[] x = checkedPoint(point);
    if (inputs == 0) {
      return;
    }
    sideFor(point).secondOrder(point).product(x, dataOf(point), v, out);
  }

  // ---- Many points ----

  /**
   * Values and gradients at many points, in several threads if there is enough to do.
   *
   * @param points row-major [batch × n]. Not modified.
   * @param values receives one value per row. Modified.
   * @param gradients receives [batch × n]. Modified.
   */
  public void gradientBatch(double[] points, double[] values, double[] gradients) {
    checkOneOutput("gradientBatch", "jacobian");
    if (data > 0) {
      throw new IllegalStateException(
          "This function has " + data + " data slots; use gradientSum, or give them as inputs.");
    }
    int rows = values.length;
    checkLength("coordinates of points", points.length, Math.multiplyExact(rows, inputs));
    checkLength("places for gradients", gradients.length, points.length);
    checkOwnArray("values", values, points);
    checkOwnArray("gradients", gradients, points);
    if (values == gradients) {
      throw new IllegalArgumentException(
          "Expected two arrays for values and gradients but got one, in which they would overwrite"
              + " each other.");
    }
    if (rows == 0) {
      return;
    }
    Recording first = anySide(Arrays.copyOf(points, inputs));
    int tasks = tasks((long) rows * first.tape.size, rows);
    int share = (rows + tasks - 1) / tasks;
    inParallel(
        tasks,
        t -> {
          int from = Math.min(rows, t * share);
          batch(first, points, values, gradients, from, Math.min(rows, from + share));
        });
  }

  private void batch(
      Recording side, double[] points, double[] values, double[] gradients, int from, int to) {
    if (side.mustAskFirst) {
      for (int r = from; r < to; r++) {
        values[r] = gradientOfRow(points, r, gradients);
      }
      return;
    }
    int width = side.recorded.outputs.length;
    double[] none = {};
    Lanes lanes = side.lanes(to - from);
    double[] y = width == 1 ? values : new double[Math.min(CHUNK, to - from) * width];
    for (int first = from; first < to; first += CHUNK) {
      int rows = Math.min(CHUNK, to - first);
      int at = first * inputs;
      int yAt = width == 1 ? first : 0;
      boolean finite = false;
      if (lanes == null) {
        side.engine(rows).sweepRows(points, at, none, 0, y, yAt, ONE, gradients, at, rows);
      } else {
        lanes.sweepRows(points, at, y, yAt, ONE, gradients, at, rows);
        finite =
            !side.maySeeInfinities
                || (Recording.isFinite(gradients, at, rows * inputs)
                    && !(width == 1 && side.needsExact(y, yAt, rows)));
      }
      if (width > 1 || !finite) {
        finish(side, y, yAt, values, points, gradients, first, rows);
      }
    }
  }

  /** Takes the values of a block, and computes rows again that need another side or exactness. */
  private void finish(
      Recording side,
      double[] y,
      int yAt,
      double[] values,
      double[] points,
      double[] gradients,
      int first,
      int rows) {
    int width = side.recorded.outputs.length;
    for (int r = 0; r < rows; r++) {
      int row = (first + r) * inputs;
      values[first + r] = y[yAt + r * width];
      if (!side.guardsHold(y, yAt + r * width)
          || side.needsExact(y, yAt + r * width, gradients, row)) {
        values[first + r] = gradientOfRow(points, first + r, gradients);
      }
    }
  }

  private double gradientOfRow(double[] points, int row, double[] gradients) {
    int at = row * inputs;
    double[] g = new double[inputs];
    double value = gradient(Arrays.copyOfRange(points, at, at + inputs), g);
    System.arraycopy(g, 0, gradients, at, inputs);
    return value;
  }

  /**
   * The sum over the rows of a data set of the value and of the gradient: one recorded sample's
   * loss as the loss of all. The sum is formed in blocks of rows in a fixed order, so the result
   * does not depend on the number of threads.
   *
   * @param point one number per input. Not modified.
   * @param rows row-major [rows × data]. Not modified.
   * @param gradient receives the sum of the gradients. Modified.
   * @return the sum of the values
   */
  public double gradientSum(double[] point, double[] rows, double[] gradient) {
    checkOneOutput("gradientSum", "adjoint");
    checkLength("inputs", point.length, inputs);
    checkLength("places for the gradient", gradient.length, inputs);
    if (data == 0) {
      throw new IllegalStateException(
          "gradientSum is for functions with data, but this one has none; give the leaves that"
              + " differ from row to row as data to compile(inputs, data, outputs).");
    }
    if (rows.length % data != 0) {
      throw new IllegalArgumentException(
          "Expected whole rows of " + data + " data but got " + rows.length + " numbers.");
    }
    int count = rows.length / data;
    int blocks = (count + BLOCK - 1) / BLOCK;
    int tasks = tasks((long) count * sides.get(0).tape.size, blocks);
    int together = blocksAtATime(blocks, tasks, inputs);
    double[][] sums = new double[together][1 + inputs];
    double[] total = new double[1 + inputs];
    for (int first = 0; first < blocks; first += together) {
      int from = first;
      int to = Math.min(blocks, first + together);
      int share = (to - from + tasks - 1) / tasks;
      inParallel(
          tasks,
          t -> {
            int b = Math.min(to, from + t * share);
            int end = Math.min(to, b + share);
            sumBlocks(
                point,
                rows,
                b * BLOCK,
                Math.min(count, end * BLOCK),
                Arrays.copyOfRange(sums, b - from, end - from));
          });
      for (int b = from; b < to; b++) {
        for (int k = 0; k <= inputs; k++) {
          total[k] += sums[b - from][k];
        }
      }
    }
    System.arraycopy(total, 1, gradient, 0, inputs);
    return total[0];
  }

  /** As many blocks as keep all threads at work without more memory than a few MB. */
  static int blocksAtATime(int blocks, int tasks, int inputs) {
    return Math.max(tasks, Math.min(blocks, MOST_WAITING / Math.max(1, inputs)));
  }

  /** Fills each of {@code sums} with the sum of the values and of the gradients of its rows. */
  private void sumBlocks(double[] x, double[] rows, int from, int to, double[][] sums) {
    Recording side = sides.get(0);
    Lanes lanes = side.mustAskFirst ? null : side.lanes(to - from);
    if (lanes != null) {
      lanes.sumRows(x, rows, from * data, to - from, BLOCK, ONE, side.recorded.guards, sums);
    }
    boolean mayNeedRows = side.maySeeInfinities || side.recorded.guards.length > 0;
    for (int b = 0; b < sums.length; b++) {
      if (lanes == null || (mayNeedRows && !Recording.isFinite(sums[b], 0, sums[b].length))) {
        sumBlock(side, x, rows, from + b * BLOCK, Math.min(to, from + (b + 1) * BLOCK), sums[b]);
      }
    }
  }

  /** Row after row, as {@link #gradient} computes each. */
  private void sumBlock(
      Recording side, double[] x, double[] rows, int from, int to, double[] sums) {
    double[] y = new double[side.recorded.outputs.length];
    double[] g = new double[inputs];
    Arrays.fill(sums, 0);
    for (int r = from; r < to; r++) {
      if (!side.admits(x, 0, rows, r * data)) {
        throw otherSide();
      }
      side.engine(1).sweep(x, 0, rows, r * data, y, ONE, g, 0);
      if (!side.guardsHold(y, 0)) {
        throw otherSide();
      }
      if (side.needsExact(y, 0, g, 0)) {
        side.sweepAgain(x, 0, rows, r * data, y, ONE, g, 0);
      }
      sums[0] += y[0];
      for (int k = 0; k < inputs; k++) {
        sums[1 + k] += g[k];
      }
    }
  }

  private int tasks(long ops, int pieces) {
    int most = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    return (int) Math.max(1, Math.min(Math.min(pieces, most), ops / WORK_PER_THREAD));
  }

  private static void inParallel(int tasks, IntConsumer task) {
    if (tasks == 1) {
      task.accept(0);
    } else {
      IntStream.range(0, tasks).parallel().forEach(task);
    }
  }

  // ---- Sides ----

  /** A recorded side whose guards hold at a point. */
  private Recording sideFor(double[] point) {
    double[] x = checkedPoint(point);
    while (true) {
      for (Recording side : sides) {
        if (side.recorded.guards.length == 0) {
          return side;
        }
        if (holds(side, x)) {
          return side;
        }
      }
      recordFor(point);
    }
  }

  /** Records the side of a point, unless another thread has done so meanwhile. */
  private synchronized void recordFor(double[] point) {
    if (recorder == null) {
      throw otherSide();
    }
    for (Recording side : sides) {
      if (holds(side, point)) {
        return;
      }
    }
    if (!holds(record(point), point)) {
      throw new IllegalStateException(
          "A recording made at this very point does not hold there: the recorded function must ask"
              + " only comparisons of its inputs, and always the same ones at the same point.");
    }
  }

  private boolean holds(Recording side, double[] point) {
    if (side.mustAskFirst) {
      return side.admits(point, 0, point, inputs);
    }
    double[] y = new double[side.recorded.outputs.length];
    side.engine(1).forward(point, 0, point, inputs, y);
    return side.guardsHold(y, 0);
  }

  private static IllegalStateException otherSide() {
    return new IllegalStateException(
        "A comparison that isTrue() answered when this function was recorded comes out otherwise at"
            + " this point, so other nodes would have been recorded. Use Node.where, or"
            + " Autodiff.compile(n, function), which records every side when it is needed.");
  }

  /** Any side; that of a point if there is none yet. */
  private Recording anySide(double[] point) {
    if (sides.isEmpty()) { // once; later calls take no lock
      synchronized (this) {
        if (sides.isEmpty()) {
          return record(point);
        }
      }
    }
    return sides.get(0);
  }

  private synchronized Recording record(double[] point) {
    Function<List<Node>, Node> function = recorder;
    if (function == null) {
      throw otherSide();
    }
    NodeArray variables =
        new Graph(Graph.Option.NAN_LEAVES).variables("x", Arrays.copyOf(point, inputs));
    Node output =
        requireNonNull(
            function.apply(variables), "The function returned null; it must return its result.");
    if (output.graph() != variables.graph()) {
      throw new IllegalArgumentException(
          "The function returned "
              + output
              + " of another graph; it must compute its result from the nodes that it is given.");
    }
    Recording side = new Recording(Tape.of(variables, List.of(), List.of(output)), forced, order);
    sides.add(0, side);
    if (sides.size() > MOST_SIDES) {
      sides.remove(sides.size() - 1);
    }
    return side;
  }

  // ---- Checks ----

  /** The point, whose first numbers are the inputs, after a check of its length. */
  private double[] checkedPoint(double[] point) {
    checkLength("coordinates of the point", point.length, inputs + data);
    return point;
  }

  private double[] dataOf(double[] point) {
    return data == 0 ? point : Arrays.copyOfRange(point, inputs, inputs + data);
  }

  private void checkOneOutput(String method, String instead) {
    if (outputs != 1) {
      throw new IllegalStateException(
          method
              + " is for functions with one output, but this one has "
              + outputs
              + "; use "
              + instead
              + ".");
    }
  }

  private static void checkLength(String what, int given, int expected) {
    if (given != expected) {
      throw new IllegalArgumentException(
          "Expected " + expected + " " + what + " but got " + given + ".");
    }
  }

  /** A result written over the point that it is computed from would be wrong in some tiers. */
  private static void checkOwnArray(String what, double[] result, double[] point) {
    if (result == point) {
      throw new IllegalArgumentException(
          "Expected an array of its own for the "
              + what
              + " but got the array of the point, which is still read while the result is"
              + " written.");
    }
  }

  /** For example {@code CompiledFunction of 2 inputs and 1 output, interpreter}. */
  @Override
  public String toString() {
    return "CompiledFunction of "
        + inputs
        + (inputs == 1 ? " input and " : " inputs and ")
        + outputs
        + (outputs == 1 ? " output, " : " outputs, ")
        + (tier() == Tier.BYTECODE ? "bytecode" : "interpreter");
  }
}
