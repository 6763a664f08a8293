package org.vbar.compile;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vbar.graph.Columns;
import org.vbar.graph.CustomOp;
import org.vbar.graph.Graph;
import org.vbar.graph.Guard;
import org.vbar.graph.Node;
import org.vbar.graph.Op;

/**
 * The flat form of a function: the recorded ops that its outputs need, in the order of recording.
 *
 * <p>Everything that has a value has a slot, in this order: differentiated inputs, data, constants,
 * results. A result's operands have smaller slots. An op may carry a parameter or be the caller's;
 * {@code extras} then says which one.
 *
 * <p>Sums and dot products of many terms are cut into the additions and products that they stand
 * for, in their documented order, so that a long sum is a loop like any other. A dot product stays
 * one op where that would change the order in which adjoints are added.
 */
@SuppressWarnings("EnumOrdinal") // A place in the op table, kept in memory only.
final class Tape {
  private static final Op[] TABLE = Op.values();

  final int inputs;
  final int data;
  final double[] constants;
  final int size;
  final byte[] ops;
  final int[] ends;
  final int[] operands;
  final int[] extras;
  final double[] parameters;
  final CustomOp[] customs;

  /** The slots of the outputs, then of the guards' comparisons. */
  final int[] outputs;

  /** What each guard answered when the graph was recorded. */
  final boolean[] guards;

  /** For each input and then each datum of the caller, its slot. */
  final int[] leafOrder;

  /** The names of inputs and data, if the tape was read from a graph. */
  @Nullable LeafNames names;

  private Tape(Builder b, int[] outputs, boolean[] guards, int[] leafOrder) {
    this.inputs = b.inputs;
    this.data = b.data;
    this.constants = b.constants;
    this.size = b.size;
    this.ops = Arrays.copyOf(b.ops, b.size);
    this.ends = Arrays.copyOf(b.ends, b.size);
    this.operands = Arrays.copyOf(b.operands, b.edges);
    this.extras = Arrays.copyOf(b.extras, b.size);
    this.parameters = Arrays.copyOf(b.parameters, b.parameterCount);
    this.customs = b.customs.keySet().toArray(new CustomOp[0]);
    for (Map.Entry<CustomOp, Integer> entry : b.customs.entrySet()) {
      customs[entry.getValue()] = entry.getKey();
    }
    this.outputs = outputs;
    this.guards = guards;
    this.leafOrder = leafOrder;
  }

  /** The first slot of a constant. */
  int firstConstant() {
    return inputs + data;
  }

  /** The first slot of a result. */
  int firstResult() {
    return inputs + data + constants.length;
  }

  /** The number of outputs without the guards. */
  int outputCount() {
    return outputs.length - guards.length;
  }

  Op op(int i) {
    return TABLE[ops[i]];
  }

  int firstOperand(int i) {
    return i == 0 ? 0 : ends[i - 1];
  }

  boolean isConstant(int slot) {
    return slot >= inputs + data && slot < firstResult();
  }

  double parameter(int i) {
    return parameters[extras[i]];
  }

  CustomOp custom(int i) {
    return customs[extras[i]];
  }

  /** The results that depend on inputs. */
  BitSet active() {
    BitSet active = new BitSet(size);
    int first = firstResult();
    for (int i = 0; i < size; i++) {
      for (int e = firstOperand(i); e < ends[i]; e++) {
        int slot = operands[e];
        if (slot < inputs || (slot >= first && active.get(slot - first))) {
          active.set(i);
          break;
        }
      }
    }
    return active;
  }

  /** The results that the given slots depend on, themselves included. */
  BitSet ancestors(int[] slots) {
    BitSet needed = new BitSet(size);
    int first = firstResult();
    for (int slot : slots) {
      if (slot >= first) {
        needed.set(slot - first);
      }
    }
    for (int i = needed.length() - 1; i >= 0; i = i == 0 ? -1 : needed.previousSetBit(i - 1)) {
      for (int e = firstOperand(i); e < ends[i]; e++) {
        if (operands[e] >= first) {
          needed.set(operands[e] - first);
        }
      }
    }
    return needed;
  }

  /** The results that one op reads, once, and that are no outputs. */
  BitSet readOnce() {
    int first = firstResult();
    BitSet once = new BitSet(size);
    BitSet more = new BitSet(size);
    for (int operand : operands) {
      if (operand >= first) {
        (once.get(operand - first) ? more : once).set(operand - first);
      }
    }
    for (int slot : outputs) {
      if (slot >= first) {
        more.set(slot - first);
      }
    }
    once.andNot(more);
    return once;
  }

  /** Whether the caller's inputs and data lie in the slots in the caller's order. */
  boolean isLeafOrderIdentity() {
    for (int k = 0; k < leafOrder.length; k++) {
      if (leafOrder[k] != k) {
        return false;
      }
    }
    return true;
  }

  /**
   * Leaves in the order of their slots.
   *
   * @param from the caller's numbers from place {@code at} on. Not modified.
   * @param first the first slot: 0 for inputs, their number for data
   * @param into receives them; returned. Modified.
   */
  double[] inSlots(double[] from, int at, int first, int count, double[] into) {
    for (int k = 0; k < count; k++) {
      into[leafOrder[first + k] - first] = from[at + k];
    }
    return into;
  }

  /** Collects ops into growing columns. */
  static final class Builder {
    final int inputs;
    final int data;
    final double[] constants;
    private int size;
    private int edges;
    private int parameterCount;
    private byte[] ops = new byte[64];
    private int[] ends = new int[64];
    private int[] operands = new int[128];
    private int[] extras = new int[64];
    private double[] parameters = new double[4];
    private final Map<Double, Integer> parameterPlaces = new HashMap<>();
    private final IdentityHashMap<CustomOp, Integer> customs = new IdentityHashMap<>();

    Builder(int inputs, int data, double[] constants) {
      this.inputs = inputs;
      this.data = data;
      this.constants = constants;
    }

    int size() {
      return size;
    }

    /** Adds an op and returns its slot. */
    int add(Op op, int extra, int... slots) {
      for (int slot : slots) {
        operand(slot);
      }
      return finish(op, extra);
    }

    void operand(int slot) {
      if (edges == operands.length) {
        operands = Arrays.copyOf(operands, 2 * edges);
      }
      operands[edges++] = slot;
    }

    int finish(Op op, int extra) {
      if (size == ops.length) {
        ops = Arrays.copyOf(ops, 2 * size);
        ends = Arrays.copyOf(ends, 2 * size);
        extras = Arrays.copyOf(extras, 2 * size);
      }
      ops[size] = (byte) op.ordinal();
      extras[size] = extra;
      ends[size] = edges;
      return inputs + data + constants.length + size++;
    }

    Op op(int i) {
      return TABLE[ops[i]];
    }

    int extra(int i) {
      return extras[i];
    }

    int operandCount(int i) {
      return ends[i] - (i == 0 ? 0 : ends[i - 1]);
    }

    int operandAt(int i, int k) {
      return operands[(i == 0 ? 0 : ends[i - 1]) + k];
    }

    int parameter(double value) {
      Integer place = parameterPlaces.putIfAbsent(value, parameterCount);
      if (place != null) {
        return place;
      }
      if (parameterCount == parameters.length) {
        parameters = Arrays.copyOf(parameters, 2 * parameterCount);
      }
      parameters[parameterCount] = value;
      return parameterCount++;
    }

    int custom(CustomOp op) {
      return customs.computeIfAbsent(op, key -> customs.size());
    }

    /** The place of the parameter or custom op that op i of another tape carries, or −1. */
    int extraOf(Tape tape, int i) {
      Op op = tape.op(i);
      if (op.hasParameter()) {
        return parameter(tape.parameter(i));
      }
      return op == Op.CUSTOM ? custom(tape.custom(i)) : -1;
    }

    /** Adds op i of another tape, whose slots have moved; returns its slot. */
    int copy(Tape tape, int i, int[] moved) {
      for (int e = tape.firstOperand(i); e < tape.ends[i]; e++) {
        operand(moved[tape.operands[e]]);
      }
      return finish(tape.op(i), extraOf(tape, i));
    }

    /** A tape with the outputs, guards and leaves of another one, whose slots have moved. */
    Tape build(Tape tape, int[] moved) {
      int[] outputs = new int[tape.outputs.length];
      Arrays.setAll(outputs, k -> moved[tape.outputs[k]]);
      return build(outputs, tape.guards, tape.leafOrder);
    }

    Tape build(int[] outputs, boolean[] guards, int[] leafOrder) {
      return new Tape(this, outputs, guards, leafOrder);
    }
  }

  /** Reads what the outputs need from the graph that recorded them. */
  static Tape of(List<Node> inputs, List<Node> data, List<Node> outputs) {
    Tape tape = new Extraction(inputs, data, outputs).tape();
    tape.names = LeafNames.of(inputs, data, tape.leafOrder);
    return tape;
  }

  /** One reading of a graph. */
  private static final class Extraction {
    private final Graph graph;
    private final Columns columns;
    private final List<Node> outputs;
    private final int[] slots;
    private final BitSet needed;
    private final List<Guard> guards;
    private final int[] leafOrder;
    private final int inputCount;
    private final int dataCount;

    Extraction(List<Node> inputs, List<Node> data, List<Node> outputs) {
      if (outputs.isEmpty()) {
        throw new IllegalArgumentException(
            "A compiled function needs at least one output but got none.");
      }
      this.graph = requireNonNull(outputs.get(0), "An output is null; give nodes.").graph();
      this.columns = graph.columns();
      this.outputs = outputs;
      this.inputCount = inputs.size();
      this.dataCount = data.size();
      int last = 0;
      for (Node output : outputs) {
        check(output, "Output");
        last = Math.max(last, output.index());
      }
      for (Node leaf : inputs) {
        last = Math.max(last, checkedLeaf(leaf));
      }
      for (Node leaf : data) {
        last = Math.max(last, checkedLeaf(leaf));
      }
      // Also guards after the last output: one of them may have chosen which node is the output.
      this.guards = graph.guards();
      for (Guard guard : guards) {
        last = Math.max(last, guard.comparison().index());
      }
      this.slots = new int[last + 1];
      Arrays.fill(slots, -1);
      this.leafOrder = new int[inputCount + dataCount];
      assignLeaves(inputs, 0);
      assignLeaves(data, inputCount);
      this.needed = new BitSet(last + 1);
    }

    private void check(Node node, String role) {
      requireNonNull(node, "An input, datum or output is null; give nodes.");
      if (node.graph() != graph) {
        throw new IllegalArgumentException(
            role
                + " "
                + node
                + " belongs to another graph; all inputs and outputs of a compiled function must"
                + " come from the same graph.");
      }
      node.value(); // refuses a dropped node
    }

    private int checkedLeaf(Node leaf) {
      check(leaf, "Input");
      if (!leaf.op().isLeaf()) {
        throw new IllegalArgumentException(
            "Input "
                + leaf
                + " is computed from other nodes; give the variables that it is computed from, or"
                + " record the function from a new variable in its place.");
      }
      return leaf.index();
    }

    /** Gives slots in the order of recording, in which a loop's strides are the most regular. */
    private void assignLeaves(List<Node> leaves, int first) {
      long[] keys = new long[leaves.size()];
      for (int k = 0; k < keys.length; k++) {
        keys[k] = (long) leaves.get(k).index() << 32 | k;
      }
      Arrays.sort(keys);
      for (int k = 0; k < keys.length; k++) {
        int node = (int) (keys[k] >>> 32);
        if (slots[node] >= 0) {
          throw new IllegalArgumentException(
              graph.node(node) + " is listed twice among the inputs; list each input once.");
        }
        slots[node] = first + k;
        leafOrder[first + (int) keys[k]] = first + k;
      }
    }

    Tape tape() {
      int top = markNeeded();
      double[] constants = constants(top);
      EarlySums sums = new EarlySums();
      Tape.Builder builder = new Tape.Builder(inputCount, dataCount, constants);
      for (int i = needed.nextSetBit(0); i >= 0; i = needed.nextSetBit(i + 1)) {
        if (slots[i] < 0) {
          slots[i] = record(builder, i, sums);
          sums.add(builder, i);
        }
      }
      int[] places = new int[outputs.size() + guards.size()];
      boolean[] outcomes = new boolean[guards.size()];
      for (int k = 0; k < outputs.size(); k++) {
        places[k] = slots[outputs.get(k).index()];
      }
      for (int k = 0; k < outcomes.length; k++) {
        places[outputs.size() + k] = slots[guards.get(k).comparison().index()];
        outcomes[k] = guards.get(k).outcome();
      }
      return builder.build(places, outcomes, leafOrder);
    }

    private int markNeeded() {
      for (Node output : outputs) {
        needed.set(output.index());
      }
      for (Guard guard : guards) {
        needed.set(guard.comparison().index());
      }
      int top = needed.length();
      for (int i = top - 1; i >= 0; i = i == 0 ? -1 : needed.previousSetBit(i - 1)) {
        int end = columns.endEdge(i);
        for (int e = columns.firstEdge(i); e < end; e++) {
          needed.set(columns.parent(e));
        }
      }
      return top;
    }

    /** Every other leaf is a constant; an empty sum is one, too. */
    private double[] constants(int top) {
      double[] values = new double[16];
      int count = 0;
      int base = inputCount + dataCount;
      for (int i = needed.nextSetBit(0); i >= 0 && i < top; i = needed.nextSetBit(i + 1)) {
        boolean empty = columns.firstEdge(i) == columns.endEdge(i) && columns.op(i) != Op.CUSTOM;
        if (slots[i] < 0 && empty) {
          if (count == values.length) {
            values = Arrays.copyOf(values, 2 * count);
          }
          values[count] = columns.value(i);
          slots[i] = base + count++;
        }
      }
      return Arrays.copyOf(values, count);
    }

    private int record(Tape.Builder builder, int i, EarlySums early) {
      Op op = columns.op(i);
      int first = columns.firstEdge(i);
      int end = columns.endEdge(i);
      Integer sumSoFar = early.sums.remove(i);
      if (sumSoFar != null) {
        return sumSoFar;
      }
      if (op == Op.SUM || (op == Op.DOT && isInOrder(first, end))) {
        int terms = op == Op.SUM ? end - first : (end - first) / 2;
        int sum = term(builder, op, first, 0, terms);
        for (int k = 1; k < terms; k++) {
          sum = builder.add(Op.PLUS, -1, sum, term(builder, op, first, k, terms));
        }
        return sum;
      }
      for (int e = first; e < end; e++) {
        builder.operand(slots[columns.parent(e)]);
      }
      int extra = -1;
      if (op.hasParameter()) {
        extra = builder.parameter(graph.node(i).parameter());
      } else if (op == Op.CUSTOM) {
        extra = builder.custom(graph.node(i).customOp());
      }
      return builder.finish(op, extra);
    }

    /**
     * Whether every node takes its terms in the same order from a dot product as from the products
     * one by one: not if it is a right factor before it is a left one.
     */
    private boolean isInOrder(int first, int end) {
      int terms = (end - first) / 2;
      Set<Integer> rightBefore = new HashSet<>();
      for (int k = 0; k < terms; k++) {
        if (rightBefore.contains(columns.parent(first + k))) {
          return false;
        }
        rightBefore.add(columns.parent(first + terms + k));
      }
      return true;
    }

    /**
     * Sums whose terms are added as soon as they are computed, in the same order: a loop that
     * computes the terms of a list and the sum of the list become one loop. Nothing else may read
     * the terms, so that the order in which adjoints are added stays the same, too.
     */
    private final class EarlySums {
      /** In a short sum, the first term, which is not added to anything, would hide a loop. */
      private static final int FEWEST_TERMS = 32;

      /** For each node, the sum that it is a term of, or −1; empty if there is no long sum. */
      private final int[] sumOf;

      /** Sums that have begun. */
      private final Map<Integer, Integer> sums = new HashMap<>();

      EarlySums() {
        boolean areThere = needed.stream().anyMatch(this::isLongSum);
        sumOf = new int[areThere ? slots.length : 0];
        Arrays.fill(sumOf, -1);
        if (areThere) {
          findTerms();
        }
      }

      private boolean isLongSum(int i) {
        return columns.op(i) == Op.SUM && columns.endEdge(i) - columns.firstEdge(i) >= FEWEST_TERMS;
      }

      private void findTerms() {
        int[] readers = new int[slots.length];
        for (int i = needed.nextSetBit(0); i >= 0; i = needed.nextSetBit(i + 1)) {
          for (int e = columns.firstEdge(i); e < columns.endEdge(i); e++) {
            readers[columns.parent(e)]++;
          }
        }
        outputs.forEach(output -> readers[output.index()]++);
        for (int i = needed.nextSetBit(0); i >= 0; i = needed.nextSetBit(i + 1)) {
          if (isLongSum(i) && mayBegin(i, readers)) {
            for (int e = columns.firstEdge(i); e < columns.endEdge(i); e++) {
              sumOf[columns.parent(e)] = i;
            }
          }
        }
      }

      /** Whether a loop recorded one term a turn, and each is read by the sum alone. */
      private boolean mayBegin(int sum, int[] readers) {
        int first = columns.firstEdge(sum);
        int distance = columns.parent(first + 1) - columns.parent(first);
        for (int e = first; e < columns.endEdge(sum); e++) {
          int term = columns.parent(e);
          boolean isInStep = e == first || term - columns.parent(e - 1) == distance;
          if (!isInStep || distance <= 0 || readers[term] > 1 || slots[term] >= 0) {
            return false; // leaves have slots
          }
        }
        return true;
      }

      /** Adds a node that was recorded to its sum. */
      void add(Tape.Builder builder, int node) {
        if (sumOf.length > 0 && sumOf[node] >= 0) {
          sums.merge(sumOf[node], slots[node], (sum, term) -> builder.add(Op.PLUS, -1, sum, term));
        }
      }
    }

    private int term(Tape.Builder builder, Op op, int first, int k, int terms) {
      int left = slots[columns.parent(first + k)];
      return op == Op.SUM
          ? left
          : builder.add(Op.TIMES, -1, left, slots[columns.parent(first + terms + k)]);
    }
  }
}
