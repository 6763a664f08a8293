package org.vbar.compile;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.vbar.compile.Program.Block;
import org.vbar.compile.Program.Carry;
import org.vbar.compile.Program.Instruction;
import org.vbar.compile.Program.Item;
import org.vbar.compile.Program.Kind;
import org.vbar.compile.Program.Loop;
import org.vbar.compile.Program.Place;
import org.vbar.compile.Program.Ref;
import org.vbar.graph.Op;

/**
 * Writes items as bytecode of one method, forward or backward.
 *
 * <p><b>Backward.</b> The items come in reverse and each turn of a loop from the last to the first,
 * so an adjoint is complete when its instruction is met. Its terms are added in the order of {@link
 * org.vbar.backprop.Backprop}. The first term of a local adjoint is assigned as 0 + term; the 0 is
 * left out where the term is another adjoint itself, which is never −0, because it is a sum that
 * began with 0.
 *
 * <p><b>A carried value</b> has two adjoints in a turn: its own, complete, and that of the turn
 * before, which the turn adds to. After the last turn that one belongs to the first value. For a
 * running sum both are the same number in all turns; then nothing is done in the loop, and the loop
 * runs upward where no two turns add to the same place, so that HotSpot vectorizes it.
 *
 * <p><b>Tangents.</b> Forward code may compute the tangent of each value beside it: local variables
 * come in pairs, a value's and its tangent's, and a tangent in memory has its value's place in an
 * array of its own. The direction and the outputs' tangents take the place of seeds and gradient.
 */
final class Emitter {
  /** Kinds of the arguments of a kernel method, with its receiver first. */
  static final String ARGUMENTS = "AAIAIAAAAIAAIA";

  private static final int X = 1;
  private static final int X_AT = 2;
  private static final int D = 3;
  private static final int D_AT = 4;
  private static final int C = 5;
  private static final int V = 6;
  private static final int A = 7;
  private static final int Y = 8;
  private static final int Y_AT = 9;
  private static final int S = 10;
  private static final int G = 11;
  private static final int G_AT = 12;
  private static final int O = 13;
  private static final int NOWHERE = -1;

  private static final String OP = "org/vbar/graph/Op";
  private static final String SUPPORT = "org/vbar/compile/Support";
  private static final String CUSTOM = "org/vbar/graph/CustomOp";

  private final MethodVisitor m;
  private final Tape tape;
  private final Plan plan;
  private final Outliner outliner;
  private final boolean withTangents;
  private int nextLocal = 14;
  private final int[] counters = new int[16];

  private Map<Instruction, Integer> values = new HashMap<>();
  private Map<Instruction, Integer> carried = new HashMap<>();

  /** The turns that run side by side; none outside a jammed loop. */
  private List<Lane> lanes = List.of();

  private final Map<Instruction, Integer> adjoints = new HashMap<>();
  private final Map<Instruction, Integer> previous = new HashMap<>();
  private final Set<Instruction> assigned = new HashSet<>();
  private final Set<Instruction> previousAssigned = new HashSet<>();
  private final Deque<Map<Instruction, Integer>> reloaded = new ArrayDeque<>();

  /**
   * An emitter for a method whose further arguments are the counters of the loops around.
   *
   * @param depth the number of loops around
   * @param withTangents whether forward code computes tangents, too
   */
  Emitter(
      MethodVisitor m,
      Program program,
      Plan plan,
      Outliner outliner,
      int depth,
      boolean withTangents) {
    this.m = m;
    this.tape = program.tape;
    this.plan = plan;
    this.outliner = outliner;
    this.withTangents = withTangents;
    for (int level = 0; level < depth; level++) {
      counters[level] = newSingle();
    }
    reloaded.push(new HashMap<>());
  }

  /** The local variable of an argument behind the usual ones, asked for before anything else. */
  int furtherArgument() {
    return newSingle();
  }

  /** Makes methods for inner loops. */
  interface Outliner {
    /** Writes a method that takes {@code depth} loop counters; returns its name. */
    String method(int depth, Consumer<Emitter> body);

    /** Calls it, with the usual arguments and the counters already pushed. */
    void call(MethodVisitor m, String name, int depth);
  }

  /**
   * Moves an inner loop that shares no local variable with what is around into a method of its own.
   * HotSpot compiles it after a few runs of the outer loop, where it would take hundreds of runs of
   * a method with all loops in it, and compiles it better. Returns whether it did.
   */
  private boolean outlined(Loop loop, Consumer<Emitter> body) {
    int depth = loop.body.depth - 1;
    if (depth == 0 || !isSelfContained(loop)) {
      return false;
    }
    String name = outliner.method(depth, body);
    for (int k = 0; k < ARGUMENTS.length(); k++) {
      m.visitVarInsn(ARGUMENTS.charAt(k) == 'I' ? Opcodes.ILOAD : Opcodes.ALOAD, k);
    }
    for (int level = 0; level < depth; level++) {
      m.visitVarInsn(Opcodes.ILOAD, counters[level]);
    }
    outliner.call(m, name, depth);
    return true;
  }

  private static boolean isSelfContained(Loop loop) {
    if (!loop.carries.isEmpty()) {
      return false;
    }
    for (Instruction inner : instructionsIn(loop.body)) {
      Carry carry = inner.carry;
      if (carry != null && leavesLocally(carry.init, loop.body)) {
        return false;
      }
      for (Ref operand : inner.operands) {
        if (leavesLocally(operand, loop.body)) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean leavesLocally(Ref ref, Block body) {
    return ref.from != null && !ref.from.block.isWithin(body);
  }

  // ---- Small pieces ----

  private int newDouble() {
    int local = nextLocal;
    nextLocal += 2;
    return local;
  }

  private int newSingle() {
    return nextLocal++;
  }

  private void load(int local) {
    m.visitVarInsn(Opcodes.DLOAD, local);
  }

  private void store(int local) {
    m.visitVarInsn(Opcodes.DSTORE, local);
  }

  private void number(int value) {
    if (value >= -1 && value <= 5) {
      m.visitInsn(Opcodes.ICONST_0 + value);
    } else if (value == (byte) value) {
      m.visitIntInsn(Opcodes.BIPUSH, value);
    } else if (value == (short) value) {
      m.visitIntInsn(Opcodes.SIPUSH, value);
    } else {
      m.visitLdcInsn(value);
    }
  }

  private void number(double value) {
    long bits = Double.doubleToRawLongBits(value);
    if (bits == 0) {
      m.visitInsn(Opcodes.DCONST_0);
    } else if (value == 1) {
      m.visitInsn(Opcodes.DCONST_1);
    } else {
      m.visitLdcInsn(value);
    }
  }

  /** Pushes an array and an index that is affine in the loop counters. */
  private void element(int array, int offset, int base, int[] strides, int depth) {
    m.visitVarInsn(Opcodes.ALOAD, array);
    boolean pushed = false;
    if (offset != NOWHERE) {
      m.visitVarInsn(Opcodes.ILOAD, offset);
      pushed = true;
    }
    if (base != 0 || !pushed) {
      number(base);
      if (pushed) {
        m.visitInsn(Opcodes.IADD);
      }
    }
    for (int level = 0; level < depth && level < strides.length; level++) {
      if (strides[level] != 0) {
        m.visitVarInsn(Opcodes.ILOAD, counters[level]);
        if (strides[level] != 1) {
          number(strides[level]);
          m.visitInsn(Opcodes.IMUL);
        }
        m.visitInsn(Opcodes.IADD);
      }
    }
  }

  private void element(int array, Place place) {
    element(array, NOWHERE, place.base(), place.strides(), place.strides().length);
  }

  private static <T> T known(@Nullable T what) {
    if (what == null) {
      throw new IllegalStateException("The plan of a program left something open.");
    }
    return what;
  }

  private static int local(Map<Instruction, Integer> locals, Instruction of) {
    return known(locals.get(of));
  }

  // ---- Forward ----

  void forward(List<Item> items) {
    for (Item item : items) {
      if (item instanceof Instruction instruction) {
        inEveryLane(() -> forward(instruction));
      } else {
        Loop loop = (Loop) item;
        if (!outlined(loop, e -> e.forward(loop))) {
          forward(loop);
        }
      }
    }
  }

  private void forward(Instruction instruction) {
    boolean isFirst = instruction.twin == null;
    int local = isFirst ? newValue() : local(values, instruction.origin());
    values.put(instruction, local);
    if (instruction.valueNeeded) {
      if (isFirst) {
        compute(instruction, false);
        store(local);
      }
      if (instruction.valueStored) {
        element(V, known(instruction.result.value));
        load(local);
        m.visitInsn(Opcodes.DASTORE);
      }
    }
    if (withTangents && instruction.active) {
      if (isFirst) {
        computeTangent(instruction);
        store(tangentOf(local));
      }
      if (instruction.valueStored) {
        element(A, known(instruction.result.value));
        load(tangentOf(local));
        m.visitInsn(Opcodes.DASTORE);
      }
    }
  }

  /** A local variable for a value, followed by that of its tangent. */
  private int newValue() {
    int local = newDouble();
    if (withTangents) {
      newDouble();
    }
    return local;
  }

  private static int tangentOf(int local) {
    return local + 2;
  }

  /**
   * Pushes Σ ∂v/∂p · ṗ in argument order. Unlike the sums of forward mode it does not begin with 0,
   * so it may be −0; that can only change the sign of other zeros, and the outputs' are cleared.
   */
  private void computeTangent(Instruction i) {
    int derivatives = NOWHERE;
    boolean first = true;
    for (int k = 0; k < i.operands.size(); k++) {
      Ref operand = i.operands.get(k);
      if (!plan.isActive(operand)) {
        continue;
      }
      if (hasArrayOfDerivatives(i.op) && derivatives == NOWHERE) {
        derivatives = derivatives(i);
      }
      tangentTerm(i, k, derivatives, first);
      first = false;
    }
    if (first) {
      m.visitInsn(Opcodes.DCONST_0);
    }
  }

  private void tangentTerm(Instruction i, int k, int derivatives, boolean first) {
    Factor factor = factor(i.op, k);
    if (factor == Factor.NUMBER) {
      derivative(i, k, derivatives);
    }
    tangent(i.operands.get(k));
    if (factor == Factor.NUMBER) {
      m.visitInsn(Opcodes.DMUL);
    }
    if (!first) {
      m.visitInsn(factor == Factor.MINUS_ONE ? Opcodes.DSUB : Opcodes.DADD);
    } else if (factor == Factor.MINUS_ONE) {
      m.visitInsn(Opcodes.DNEG);
    }
  }

  private void tangent(Ref ref) {
    if (!plan.isActive(ref)) {
      m.visitInsn(Opcodes.DCONST_0);
      return;
    }
    switch (ref.kind) {
      case SAME -> load(tangentOf(local(values, known(ref.from))));
      case CARRIED, LAST -> load(tangentOf(local(carried, known(ref.from))));
      case INPUT -> {
        element(S, NOWHERE, ref.offset(), ref.strides, ref.strides.length);
        m.visitInsn(Opcodes.DALOAD);
      }
      default -> {
        element(A, known(ref.value));
        m.visitInsn(Opcodes.DALOAD);
      }
    }
  }

  private void forward(Loop loop) {
    inEveryLane(() -> beginCarries(loop));
    int width = lanes.isEmpty() ? plan.lanes(loop) : 1;
    int jammed = width == 1 ? 0 : loop.count / width * width;
    if (jammed > 0) {
      jam(loop, jammed, width);
    }
    if (jammed < loop.count) {
      loop(loop, jammed, loop.count, 1, () -> turn(loop));
    }
  }

  private void beginCarries(Loop loop) {
    for (Carry carry : loop.carries) {
      int local = newValue();
      carried.put(carry.of, local);
      if (carry.of.valueNeeded) {
        value(carry.init);
        store(local);
      }
      if (withTangents && carry.of.active) {
        tangent(carry.init);
        store(tangentOf(local));
      }
    }
  }

  private void turn(Loop loop) {
    forward(loop.body.items);
    inEveryLane(
        () -> {
          for (Carry carry : loop.carries) {
            if (carry.of.valueNeeded) {
              load(local(values, carry.of));
              store(local(carried, carry.of));
            }
            if (withTangents && carry.of.active) {
              load(tangentOf(local(values, carry.of)));
              store(tangentOf(local(carried, carry.of)));
            }
          }
        });
  }

  /** A turn of a jammed loop: its own counter and its own locals. */
  private record Lane(
      Map<Instruction, Integer> values,
      Map<Instruction, Integer> carried,
      int level,
      int counter) {}

  /**
   * Runs several turns of a loop side by side, item by item. Each turn does what it did in the same
   * order, so no bit changes, but the processor works on {@code width} chains of additions at a
   * time instead of waiting for one: 784-128-10 in CompiledBenchmark.
   */
  private void jam(Loop loop, int to, int width) {
    int level = loop.body.depth - 1;
    Map<Instruction, Integer> outerValues = values;
    Map<Instruction, Integer> outerCarried = carried;
    loop(
        loop,
        0,
        to,
        width,
        () -> {
          List<Lane> side = new ArrayList<>();
          for (int k = 0; k < width; k++) {
            int counter = counters[level];
            if (k > 0) {
              m.visitVarInsn(Opcodes.ILOAD, counter);
              number(k);
              m.visitInsn(Opcodes.IADD);
              counter = newSingle();
              m.visitVarInsn(Opcodes.ISTORE, counter);
            }
            side.add(new Lane(new HashMap<>(values), new HashMap<>(carried), level, counter));
          }
          lanes = side;
          turn(loop);
          lanes = List.of();
          counters[level] = side.get(0).counter;
        });
    values = outerValues;
    carried = outerCarried;
  }

  private void inEveryLane(Runnable code) {
    if (lanes.isEmpty()) {
      code.run();
    }
    for (Lane lane : lanes) {
      values = lane.values;
      carried = lane.carried;
      counters[lane.level] = lane.counter;
      code.run();
    }
  }

  private void loop(Loop loop, boolean upward, Runnable body) {
    if (upward) {
      loop(loop, 0, loop.count, 1, body);
    } else {
      loop(loop, loop.count - 1, -1, -1, body);
    }
  }

  /** Writes a loop whose counter runs from a number to another, which it does not reach. */
  private void loop(Loop loop, int from, int to, int step, Runnable body) {
    int counter = newSingle();
    counters[loop.body.depth - 1] = counter;
    count(counter, from, to, step, body);
  }

  private void count(int counter, int from, int to, int step, Runnable body) {
    number(from);
    m.visitVarInsn(Opcodes.ISTORE, counter);
    Label head = new Label();
    Label end = new Label();
    m.visitLabel(head);
    m.visitVarInsn(Opcodes.ILOAD, counter);
    if (step > 0) {
      number(to);
      m.visitJumpInsn(Opcodes.IF_ICMPGE, end);
    } else {
      m.visitJumpInsn(Opcodes.IFLT, end);
    }
    body.run();
    m.visitIincInsn(counter, step);
    m.visitJumpInsn(Opcodes.GOTO, head);
    m.visitLabel(end);
  }

  /** Pushes a value while running forward. */
  private void value(Ref ref) {
    switch (ref.kind) {
      case SAME -> load(local(values, known(ref.from)));
      case CARRIED, LAST -> load(local(carried, known(ref.from)));
      default -> leafOrStored(ref);
    }
  }

  private void leafOrStored(Ref ref) {
    int depth = ref.strides.length;
    switch (ref.kind) {
      case INPUT -> element(X, X_AT, ref.offset(), ref.strides, depth);
      case DATA -> element(D, D_AT, ref.offset(), ref.strides, depth);
      case CONSTANT -> {
        if (ref.isLiteral) {
          number(ref.literal);
          return;
        }
        element(C, NOWHERE, ref.offset(), ref.strides, depth);
      }
      default -> element(V, known(ref.value));
    }
    m.visitInsn(Opcodes.DALOAD);
  }

  /** Writes an output or guard; with tangents, the tangent in place of an output's value. */
  void output(int k, Ref ref) {
    if (isTangent(k)) {
      element(G, G_AT, k, new int[0], 0);
      m.visitInsn(Opcodes.DCONST_0);
      tangent(ref);
      m.visitInsn(Opcodes.DADD);
    } else {
      element(Y, Y_AT, k, new int[0], 0);
      value(ref);
    }
    m.visitInsn(Opcodes.DASTORE);
  }

  /** Writes outputs into one row of an array of arrays. */
  void row(int rows, int row, List<Ref> entries) {
    int array = newSingle();
    m.visitVarInsn(Opcodes.ALOAD, rows);
    number(row);
    m.visitInsn(Opcodes.AALOAD);
    m.visitVarInsn(Opcodes.ASTORE, array);
    for (int k = 0; k < entries.size(); k++) {
      element(array, NOWHERE, k, new int[0], 0);
      value(entries.get(k));
      m.visitInsn(Opcodes.DASTORE);
    }
  }

  /** Ends the method with an output as its result. */
  void result(Ref ref) {
    value(ref);
    m.visitInsn(Opcodes.DRETURN);
  }

  private boolean isTangent(int k) {
    return withTangents && k < tape.outputCount();
  }

  /**
   * Writes outputs that lie in memory at equal distances.
   *
   * @param k the first output
   * @param count how many
   * @param first where the first one lies
   * @param stride how far the next one lies from there
   */
  void outputs(int k, int count, Ref first, int stride) {
    int base = known(first.value).base();
    if (!isTangent(k)) {
      copies(Y, Y_AT, k, count, V, base, stride);
    } else if (plan.isActive(first)) {
      copies(G, G_AT, k, count, A, base, stride);
    } else {
      fill(G, G_AT, new int[] {k, k + count});
    }
  }

  private void copies(int to, int toAt, int k, int count, int from, int base, int stride) {
    int counter = newSingle();
    counters[0] = counter;
    count(
        counter,
        0,
        count,
        1,
        () -> {
          element(to, toAt, k, new int[] {1}, 1);
          if (to == G) {
            m.visitInsn(Opcodes.DCONST_0);
          }
          element(from, NOWHERE, base, new int[] {stride}, 1);
          m.visitInsn(Opcodes.DALOAD);
          if (to == G) {
            m.visitInsn(Opcodes.DADD);
          }
          m.visitInsn(Opcodes.DASTORE);
        });
  }

  /** Pushes the value of an op, computed from its operands. */
  private void compute(Instruction i, boolean backward) {
    List<Ref> o = i.operands;
    switch (i.op) {
      case PLUS -> arithmetic(Opcodes.DADD, o, backward);
      case MINUS -> arithmetic(Opcodes.DSUB, o, backward);
      case TIMES -> arithmetic(Opcodes.DMUL, o, backward);
      case DIVIDED_BY -> arithmetic(Opcodes.DDIV, o, backward);
      case NEGATED -> {
        operand(o.get(0), backward);
        m.visitInsn(Opcodes.DNEG);
      }
      case SQUARE -> {
        operand(o.get(0), backward);
        m.visitInsn(Opcodes.DUP2);
        m.visitInsn(Opcodes.DMUL);
      }
      default -> byTable(i);
    }
  }

  private void operand(Ref ref, boolean backward) {
    if (backward) {
      kept(ref);
    } else {
      value(ref);
    }
  }

  private void arithmetic(int opcode, List<Ref> o, boolean backward) {
    operand(o.get(0), backward);
    operand(o.get(1), backward);
    m.visitInsn(opcode);
  }

  private void op(Op op) {
    m.visitFieldInsn(Opcodes.GETSTATIC, OP, op.name(), "L" + OP + ";");
  }

  private void custom(Instruction i) {
    m.visitVarInsn(Opcodes.ALOAD, O);
    number(i.extra);
    m.visitInsn(Opcodes.AALOAD);
  }

  private void byTable(Instruction i) {
    switch (i.op.arity()) {
      case LEAF -> throw new IllegalStateException("A leaf cannot stand among the results.");
      case UNARY -> {
        op(i.op);
        value(i.operands.get(0));
        m.visitMethodInsn(Opcodes.INVOKEVIRTUAL, OP, "evaluate", "(D)D", false);
      }
      case UNARY_WITH_PARAMETER, BINARY -> {
        op(i.op);
        value(i.operands.get(0));
        if (i.op.hasParameter()) {
          number(tape.parameters[i.extra]);
        } else {
          value(i.operands.get(1));
        }
        m.visitMethodInsn(Opcodes.INVOKEVIRTUAL, OP, "evaluate", "(DD)D", false);
      }
      case N_ARY -> {
        boolean own = i.op == Op.CUSTOM;
        if (own) {
          custom(i);
        } else {
          op(i.op);
        }
        array(i, false);
        m.visitMethodInsn(
            Opcodes.INVOKESTATIC, SUPPORT, "value", "(L" + (own ? CUSTOM : OP) + ";[D)D", false);
      }
    }
  }

  /** Pushes the operands as an array. */
  private void array(Instruction i, boolean backward) {
    number(i.operands.size());
    m.visitIntInsn(Opcodes.NEWARRAY, Opcodes.T_DOUBLE);
    for (int k = 0; k < i.operands.size(); k++) {
      m.visitInsn(Opcodes.DUP);
      number(k);
      operand(i.operands.get(k), backward);
      m.visitInsn(Opcodes.DASTORE);
    }
  }

  // ---- Backward: values ----

  /** Pushes a value while running backward. */
  private void kept(Ref ref) {
    if (withTangents) {
      value(ref); // Forward code asks for derivatives where their operands are at hand.
      return;
    }
    if (ref.kind != Kind.SAME) {
      leafOrStored(ref);
      return;
    }
    Instruction from = known(ref.from).origin();
    if (plan.lasts(from)) {
      load(local(values, from));
      return;
    }
    for (Map<Instruction, Integer> block : reloaded) {
      Integer local = block.get(from);
      if (local != null) {
        load(local);
        return;
      }
    }
    if (from.valueStored) {
      element(V, known(from.result.value));
      m.visitInsn(Opcodes.DALOAD);
    } else {
      compute(from, true);
    }
    int local = newDouble();
    m.visitInsn(Opcodes.DUP2);
    store(local);
    reloaded.getFirst().put(from, local);
  }

  // ---- Backward: adjoints ----

  void zero(List<int[]> inputs, List<int[]> adjointRanges) {
    for (int[] range : inputs) {
      fill(G, G_AT, range);
    }
    for (int[] range : adjointRanges) {
      fill(A, NOWHERE, range);
    }
  }

  private void fill(int array, int offset, int[] range) {
    m.visitVarInsn(Opcodes.ALOAD, array);
    for (int end : range) {
      number(end);
      if (offset != NOWHERE) {
        m.visitVarInsn(Opcodes.ILOAD, offset);
        m.visitInsn(Opcodes.IADD);
      }
    }
    m.visitInsn(Opcodes.DCONST_0);
    m.visitMethodInsn(Opcodes.INVOKESTATIC, "java/util/Arrays", "fill", "([DIID)V", false);
  }

  void seed(int k, Ref output) {
    int seed = newDouble();
    m.visitInsn(Opcodes.DCONST_0);
    m.visitVarInsn(Opcodes.ALOAD, S);
    number(k);
    m.visitInsn(Opcodes.DALOAD);
    m.visitInsn(Opcodes.DADD);
    store(seed);
    add(output, () -> load(seed), Factor.ONE);
  }

  void backward(List<Item> items) {
    for (int k = items.size() - 1; k >= 0; k--) {
      if (items.get(k) instanceof Instruction instruction) {
        backward(instruction);
      } else {
        Loop loop = (Loop) items.get(k);
        if (!outlined(loop, e -> e.backward(loop))) {
          backward(loop);
        }
      }
    }
  }

  /** What a term is beside the adjoint: the adjoint itself, its negative, or a product. */
  private enum Factor {
    ONE,
    MINUS_ONE,
    NUMBER
  }

  private void backward(Instruction i) {
    if (!i.active) {
      return;
    }
    int adjoint;
    if (i.adjointStored) {
      adjoint = newDouble();
      element(A, known(i.result.adjoint));
      m.visitInsn(Opcodes.DALOAD);
      store(adjoint);
    } else if (assigned.contains(i)) {
      adjoint = local(adjoints, i);
    } else {
      return; // Nothing that is swept from depends on it.
    }
    int derivatives = NOWHERE;
    for (int k = i.operands.size() - 1; k >= 0; k--) {
      Ref operand = i.operands.get(k);
      if (!plan.isActive(operand)) {
        continue;
      }
      if (hasArrayOfDerivatives(i.op) && derivatives == NOWHERE) {
        derivatives = derivatives(i);
      }
      int place = k;
      int array = derivatives;
      Factor factor = factor(i.op, k);
      add(
          operand,
          () -> {
            load(adjoint);
            if (factor == Factor.NUMBER) {
              derivative(i, place, array);
              m.visitInsn(Opcodes.DMUL);
            }
          },
          factor);
    }
  }

  private static boolean hasArrayOfDerivatives(Op op) {
    return op.arity() == Op.Arity.N_ARY && op != Op.WHERE;
  }

  private static Factor factor(Op op, int k) {
    return switch (op) {
      case PLUS -> Factor.ONE;
      case MINUS -> k == 0 ? Factor.ONE : Factor.MINUS_ONE;
      case NEGATED -> Factor.MINUS_ONE;
      default -> Factor.NUMBER;
    };
  }

  private int derivatives(Instruction i) {
    boolean own = i.op == Op.CUSTOM;
    if (own) {
      custom(i);
    } else {
      op(i.op);
    }
    array(i, true);
    kept(i.result);
    m.visitMethodInsn(
        Opcodes.INVOKESTATIC,
        SUPPORT,
        "derivatives",
        "(L" + (own ? CUSTOM : OP) + ";[DD)[D",
        false);
    int local = newSingle();
    m.visitVarInsn(Opcodes.ASTORE, local);
    return local;
  }

  /** Pushes the local derivative for operand k. */
  private void derivative(Instruction i, int k, int array) {
    List<Ref> o = i.operands;
    switch (i.op) {
      case TIMES -> kept(o.get(1 - k));
      case SQUARE -> {
        number(2.0);
        kept(o.get(0));
        m.visitInsn(Opcodes.DMUL);
      }
      case WHERE -> {
        if (k == 0) {
          number(0.0);
        } else {
          kept(o.get(0));
          m.visitMethodInsn(
              Opcodes.INVOKESTATIC, SUPPORT, k == 1 ? "ifTrue" : "ifFalse", "(D)D", false);
        }
      }
      default -> derivativeByTable(i, k, array);
    }
  }

  private void derivativeByTable(Instruction i, int k, int array) {
    switch (i.op.arity()) {
      case LEAF -> throw new IllegalStateException("A leaf has no derivatives.");
      case UNARY -> {
        op(i.op);
        ifRead(Needs.operand(i.op, k, 0), i.operands.get(0));
        ifRead(Needs.value(i.op, k), i.result);
        m.visitMethodInsn(Opcodes.INVOKEVIRTUAL, OP, "localDerivative", "(DD)D", false);
      }
      case UNARY_WITH_PARAMETER, BINARY -> {
        op(i.op);
        ifRead(Needs.operand(i.op, k, 0), i.operands.get(0));
        if (i.op.hasParameter()) {
          number(tape.parameters[i.extra]);
        } else {
          ifRead(Needs.operand(i.op, k, 1), i.operands.get(1));
        }
        ifRead(Needs.value(i.op, k), i.result);
        m.visitMethodInsn(
            Opcodes.INVOKEVIRTUAL,
            OP,
            k == 0 ? "leftDerivative" : "rightDerivative",
            "(DDD)D",
            false);
      }
      case N_ARY -> {
        m.visitVarInsn(Opcodes.ALOAD, array);
        number(k);
        m.visitInsn(Opcodes.DALOAD);
      }
    }
  }

  private void ifRead(boolean read, Ref ref) {
    if (read) {
      kept(ref);
    } else {
      number(0.0);
    }
  }

  /** Adds a term to the adjoint that a reference leads to. */
  private void add(Ref ref, Runnable term, Factor factor) {
    if (!plan.isActive(ref)) {
      return;
    }
    Instruction from = ref.from;
    if (ref.kind == Kind.INPUT || ref.kind == Kind.MEMORY || known(from).adjointStored) {
      addInMemory(ref, term, factor);
    } else if (ref.kind == Kind.CARRIED) {
      if (!known(known(from).carry).isRunningSum) {
        addLocally(known(from), previous, previousAssigned, term, factor);
      }
    } else {
      addLocally(known(from), adjoints, assigned, term, factor);
    }
  }

  private void addLocally(
      Instruction to,
      Map<Instruction, Integer> locals,
      Set<Instruction> begun,
      Runnable term,
      Factor factor) {
    int local = locals.computeIfAbsent(to, key -> newDouble());
    boolean first = begun.add(to);
    if (!first) {
      load(local);
    } else if (factor != Factor.ONE) {
      m.visitInsn(Opcodes.DCONST_0);
    }
    term.run();
    if (!first || factor != Factor.ONE) {
      m.visitInsn(factor == Factor.MINUS_ONE ? Opcodes.DSUB : Opcodes.DADD);
    }
    store(local);
  }

  private void addInMemory(Ref ref, Runnable term, Factor factor) {
    adjointElement(ref);
    if (!ref.isFirst) {
      m.visitInsn(Opcodes.DUP2);
      m.visitInsn(Opcodes.DALOAD);
    } else if (factor != Factor.ONE) {
      m.visitInsn(Opcodes.DCONST_0);
    }
    term.run();
    if (!ref.isFirst || factor != Factor.ONE) {
      m.visitInsn(factor == Factor.MINUS_ONE ? Opcodes.DSUB : Opcodes.DADD);
    }
    m.visitInsn(Opcodes.DASTORE);
  }

  /** Pushes the array and index of the adjoint that a reference leads to. */
  private void adjointElement(Ref ref) {
    if (ref.kind == Kind.INPUT) {
      element(G, G_AT, ref.offset(), ref.strides, ref.strides.length);
    } else {
      element(A, known(ref.kind == Kind.MEMORY ? ref.adjoint : known(ref.from).result.adjoint));
    }
  }

  private void begin(Instruction of, Map<Instruction, Integer> locals, Set<Instruction> begun) {
    if (begun.add(of)) {
      m.visitInsn(Opcodes.DCONST_0);
      store(locals.computeIfAbsent(of, key -> newDouble()));
    }
  }

  // ---- Backward: loops ----

  private void backward(Loop loop) {
    for (Instruction inner : instructionsIn(loop.body)) {
      if (inner.active) {
        for (Ref operand : inner.operands) {
          beginOutside(operand, loop.body);
        }
      }
      Carry carry = inner.carry;
      if (carry != null && inner.active && inner.block != loop.body) {
        beginOutside(carry.init, loop.body);
      }
    }
    List<Carry> passed = new ArrayList<>();
    for (Carry carry : loop.carries) {
      if (carry.of.active) {
        begin(carry.of, adjoints, assigned);
        if (!carry.isRunningSum) {
          passed.add(carry);
        }
      }
    }
    Map<Carry, Boolean> hasPrior = new HashMap<>();
    for (Carry carry : passed) {
      hasPrior.put(carry, hasPrior(carry.init));
    }
    boolean upward = passed.isEmpty() && mayRunUpward(loop);
    reloaded.push(new HashMap<>());
    loop(loop, upward, () -> turn(loop, passed, hasPrior));
    reloaded.pop();
    for (Carry carry : loop.carries) {
      if (!carry.of.active) {
        continue;
      }
      int adjoint = local(adjoints, carry.of);
      if (carry.isRunningSum) {
        add(carry.init, () -> load(adjoint), Factor.ONE);
      } else if (plan.isActive(carry.init)) {
        assign(carry.init, adjoint);
      }
      assigned.remove(carry.of);
    }
  }

  private void turn(Loop loop, List<Carry> passed, Map<Carry, Boolean> hasPrior) {
    for (Carry carry : passed) {
      previousAssigned.remove(carry.of);
      if (known(hasPrior.get(carry))) {
        int local = previous.computeIfAbsent(carry.of, key -> newDouble());
        Label later = new Label();
        Label done = new Label();
        m.visitVarInsn(Opcodes.ILOAD, counters[loop.body.depth - 1]);
        m.visitJumpInsn(Opcodes.IFNE, later);
        adjointOf(carry.init);
        store(local);
        m.visitJumpInsn(Opcodes.GOTO, done);
        m.visitLabel(later);
        m.visitInsn(Opcodes.DCONST_0);
        store(local);
        m.visitLabel(done);
        previousAssigned.add(carry.of);
      }
    }
    for (Item item : loop.body.items) {
      if (item instanceof Instruction instruction && instruction.carry == null) {
        assigned.remove(instruction);
      }
    }
    backward(loop.body.items);
    for (Carry carry : passed) {
      begin(carry.of, previous, previousAssigned);
      load(local(previous, carry.of));
      store(local(adjoints, carry.of));
      previousAssigned.remove(carry.of);
    }
  }

  /** Gives 0 to adjoints outside a loop to which its turns add. */
  private void beginOutside(Ref ref, Block body) {
    Instruction from = ref.from;
    if (from == null || !from.active || from.adjointStored || from.block.isWithin(body)) {
      return;
    }
    if (ref.kind == Kind.CARRIED) {
      if (!known(from.carry).isRunningSum) {
        begin(from, previous, previousAssigned);
      }
    } else if (ref.kind == Kind.SAME || ref.kind == Kind.LAST) {
      begin(from, adjoints, assigned);
    }
  }

  private static List<Instruction> instructionsIn(Block block) {
    List<Instruction> all = new ArrayList<>();
    for (Item item : block.items) {
      if (item instanceof Instruction instruction) {
        all.add(instruction);
      } else {
        all.addAll(instructionsIn(((Loop) item).body));
      }
    }
    return all;
  }

  private boolean isInMemory(Ref ref) {
    return ref.kind == Kind.INPUT
        || ref.kind == Kind.MEMORY
        || (ref.from != null && ref.from.adjointStored);
  }

  /** Whether the adjoint of a first value may have terms before its loop is met. */
  private boolean hasPrior(Ref init) {
    if (!plan.isActive(init)) {
      return false;
    }
    if (isInMemory(init)) {
      return !init.isFirst;
    }
    Instruction from = known(init.from);
    return init.kind == Kind.CARRIED ? previousAssigned.contains(from) : assigned.contains(from);
  }

  private void adjointOf(Ref init) {
    if (isInMemory(init)) {
      adjointElement(init);
      m.visitInsn(Opcodes.DALOAD);
    } else {
      load(local(init.kind == Kind.CARRIED ? previous : adjoints, known(init.from)));
    }
  }

  private void assign(Ref init, int adjoint) {
    if (isInMemory(init)) {
      adjointElement(init);
      load(adjoint);
      m.visitInsn(Opcodes.DASTORE);
      return;
    }
    Instruction from = known(init.from);
    boolean carry = init.kind == Kind.CARRIED;
    load(adjoint);
    store((carry ? previous : adjoints).computeIfAbsent(from, key -> newDouble()));
    (carry ? previousAssigned : assigned).add(from);
  }

  /** Whether no two turns of a loop add to the same adjoint, so that their order is free. */
  private boolean mayRunUpward(Loop loop) {
    int level = loop.body.depth - 1;
    List<Place> places = new ArrayList<>();
    List<Boolean> inputs = new ArrayList<>();
    for (Item item : loop.body.items) {
      if (!(item instanceof Instruction instruction)) {
        return false;
      }
      if (!instruction.active) {
        continue;
      }
      if (instruction.adjointStored) {
        places.add(known(instruction.result.adjoint)); // What a turn reads, no other may add to.
        inputs.add(false);
      }
      for (Ref operand : instruction.operands) {
        if (!plan.isActive(operand)) {
          continue;
        }
        if (isInMemory(operand)) {
          Place place =
              operand.kind == Kind.INPUT
                  ? new Place(operand.offset(), operand.strides)
                  : known(
                      operand.kind == Kind.MEMORY
                          ? operand.adjoint
                          : known(operand.from).result.adjoint);
          if (place.strides().length <= level || place.strides()[level] == 0) {
            return false;
          }
          places.add(place);
          inputs.add(operand.kind == Kind.INPUT);
        } else if (known(operand.from).block != loop.body) {
          return false;
        }
      }
    }
    for (int a = 0; a < places.size(); a++) {
      for (int b = 0; b < a; b++) {
        if (inputs.get(a).equals(inputs.get(b))
            && !areApart(places.get(a), places.get(b), level, loop.count)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether two places never meet in different turns of the loop at a level. */
  private static boolean areApart(Place a, Place b, int level, int count) {
    if (!java.util.Arrays.equals(a.strides(), b.strides())) {
      return false;
    }
    int distance = Math.abs(a.base() - b.base());
    int stride = Math.abs(a.strides()[level]);
    return distance == 0 || distance % stride != 0 || distance >= (long) stride * count;
  }
}
