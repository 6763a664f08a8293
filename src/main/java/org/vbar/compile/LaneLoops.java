package org.vbar.compile;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.vbar.compile.LaneFusion.Loop;
import org.vbar.compile.LaneProgram.Kind;
import org.vbar.compile.LaneProgram.Step;
import org.vbar.graph.Op;

/**
 * Generated loops over the points of a block, each with the arithmetic of several steps.
 *
 * <p>For loops over columns the number of points is cut to a few bits, which changes nothing but
 * tells HotSpot that no index overflows; then it computes the addresses of all arrays from one, and
 * vectorizes loops of twice the size. Loops that read or write rows, which it cannot vectorize, are
 * faster without (products of five numbers: 3.2 instead of 5.0 ns a row, {@code
 * BatchShapesBenchmark}).
 */
abstract class LaneLoops {
  private static final String NAME = "org/vbar/compile/GeneratedLanes";
  private static final String SUPER = "org/vbar/compile/LaneLoops";
  private static final String SIGNATURE = "([[D[DI[DI[DI)V";
  private static final String MATH = "java/lang/Math";
  private static final int BUFFERS = 0;
  private static final int SEEDS = 1;
  private static final int N = 2;
  private static final int READ_ROWS = 3;
  private static final int READ_AT = 4;
  private static final int WRITTEN_ROWS = 5;
  private static final int WRITTEN_AT = 6;
  private static final int L = 7;
  private static final int ROW_READ = 8;
  private static final int ROW_WRITTEN = 9;
  private static final int FIRST_FREE = 10;

  /**
   * Runs one of the loops for the first points of every buffer.
   *
   * @param x rows to read, from {@code xAt} on
   * @param g rows to write, from {@code gAt} on. Modified.
   */
  abstract void run(
      int loop,
      double[][] buffers,
      double[] seeds,
      int n,
      double[] x,
      int xAt,
      double[] g,
      int gAt);

  /** Generates loops for at most so many points. */
  static LaneLoops of(List<Loop> loops, LaneRows rows, int mostPoints) {
    return HiddenClasses.instance(LaneLoops.class, code(loops, rows, mostPoints));
  }

  /** The class of the loops. */
  static byte[] code(List<Loop> loops, LaneRows rows, int mostPoints) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES);
    writer.visit(Opcodes.V17, Opcodes.ACC_FINAL, NAME, null, SUPER, null);
    HiddenClasses.constructor(writer, SUPER);
    choice(writer, loops.size());
    for (int k = 0; k < loops.size(); k++) {
      new Body(writer, "loop" + k, loops.get(k), rows).write(mostPoints);
    }
    writer.visitEnd();
    return writer.toByteArray();
  }

  private static void end(MethodVisitor m) {
    m.visitInsn(Opcodes.RETURN);
    m.visitMaxs(0, 0);
    m.visitEnd();
  }

  /** The method that calls the loop with a given number. */
  private static void choice(ClassWriter writer, int count) {
    MethodVisitor m = writer.visitMethod(0, "run", SIGNATURE.replace("(", "(I"), null, null);
    m.visitCode();
    if (count > 0) {
      Label[] labels = new Label[count];
      for (int k = 0; k < count; k++) {
        labels[k] = new Label();
      }
      Label none = new Label();
      m.visitVarInsn(Opcodes.ILOAD, 1);
      m.visitTableSwitchInsn(0, count - 1, none, labels);
      for (int k = 0; k < count; k++) {
        m.visitLabel(labels[k]);
        m.visitVarInsn(Opcodes.ALOAD, 2);
        m.visitVarInsn(Opcodes.ALOAD, 3);
        m.visitVarInsn(Opcodes.ILOAD, 4);
        m.visitVarInsn(Opcodes.ALOAD, 5);
        m.visitVarInsn(Opcodes.ILOAD, 6);
        m.visitVarInsn(Opcodes.ALOAD, 7);
        m.visitVarInsn(Opcodes.ILOAD, 8);
        m.visitMethodInsn(Opcodes.INVOKESTATIC, NAME, "loop" + k, SIGNATURE, false);
        m.visitInsn(Opcodes.RETURN);
      }
      m.visitLabel(none);
    }
    end(m);
  }

  /** Writes one loop. */
  private static final class Body {
    private final MethodVisitor m;
    private final Loop loop;
    private final LaneRows rows;
    private final boolean readsRows;
    private final boolean writesRows;
    private final Map<Integer, Integer> arrays = new HashMap<>();
    private final Map<Integer, Integer> values = new HashMap<>();
    private final Map<Integer, Integer> seeds = new HashMap<>();
    private int free = FIRST_FREE;

    Body(ClassWriter writer, String name, Loop loop, LaneRows rows) {
      this.m = writer.visitMethod(Opcodes.ACC_STATIC, name, SIGNATURE, null, null);
      this.loop = loop;
      this.rows = rows;
      this.readsRows = loop.loads().stream().anyMatch(rows::isPlace);
      this.writesRows = loop.stores().stream().anyMatch(rows::isPlace);
    }

    void write(int mostPoints) {
      m.visitCode();
      if (!readsRows && !writesRows) {
        m.visitVarInsn(Opcodes.ILOAD, N);
        m.visitLdcInsn(2 * Integer.highestOneBit(mostPoints) - 1);
        m.visitInsn(Opcodes.IAND);
        m.visitVarInsn(Opcodes.ISTORE, N);
      }
      TreeSet<Integer> buffers = new TreeSet<>(loop.loads());
      buffers.addAll(loop.stores());
      buffers.removeIf(rows::isPlace);
      for (int buffer : buffers) {
        m.visitVarInsn(Opcodes.ALOAD, BUFFERS);
        m.visitLdcInsn(buffer);
        m.visitInsn(Opcodes.AALOAD);
        m.visitVarInsn(Opcodes.ASTORE, free);
        arrays.put(buffer, free++);
      }
      loadSeeds();
      loadCommon();
      HiddenClasses.loop(m, L, N, this::body);
      m.visitInsn(Opcodes.RETURN);
      HiddenClasses.endOnItsOwn(m);
    }

    private void body() {
      if (readsRows) {
        row(READ_AT, ROW_READ);
      }
      if (writesRows) {
        row(WRITTEN_AT, ROW_WRITTEN);
      }
      if (readsRows || writesRows) {
        stepByStep();
      } else {
        loop.loads().forEach(this::load);
        for (Step step : loop.steps()) {
          compute(step);
          keep(step.out());
        }
        loop.stores().forEach(this::store);
      }
    }

    /**
     * Loads numbers late and stores them early, which takes fewer registers but which HotSpot does
     * not vectorize (16 numbers multiplied in pairs: 8.4 instead of 14.5 ns a row, {@code
     * BatchShapesBenchmark}).
     */
    private void stepByStep() {
      Set<Integer> missing = new HashSet<>(loop.loads());
      Map<Integer, Integer> lastWrites = new HashMap<>();
      for (int i = 0; i < loop.steps().size(); i++) {
        lastWrites.put(loop.steps().get(i).out(), i);
      }
      for (int i = 0; i < loop.steps().size(); i++) {
        Step step = loop.steps().get(i);
        for (int buffer : step.reads()) {
          if (missing.remove(buffer)) {
            load(buffer);
          }
        }
        compute(step);
        keep(step.out());
        if (requireNonNull(lastWrites.get(step.out())) == i && loop.stores().contains(step.out())) {
          store(step.out());
        }
      }
    }

    private void load(int buffer) {
      place(buffer);
      m.visitInsn(Opcodes.DALOAD);
      keep(buffer);
    }

    private void store(int buffer) {
      place(buffer);
      value(buffer);
      m.visitInsn(Opcodes.DASTORE);
    }

    /** Where the row of the current point begins. */
    private void row(int at, int local) {
      m.visitVarInsn(Opcodes.ILOAD, at);
      m.visitVarInsn(Opcodes.ILOAD, L);
      m.visitLdcInsn(rows.count);
      m.visitInsn(Opcodes.IMUL);
      m.visitInsn(Opcodes.IADD);
      m.visitVarInsn(Opcodes.ISTORE, local);
    }

    private void place(int buffer) {
      if (rows.isPlace(buffer)) {
        int k = buffer - rows.firstPlace;
        boolean isRead = k < rows.count;
        m.visitVarInsn(Opcodes.ALOAD, isRead ? READ_ROWS : WRITTEN_ROWS);
        m.visitVarInsn(Opcodes.ILOAD, isRead ? ROW_READ : ROW_WRITTEN);
        m.visitLdcInsn(isRead ? k : k - rows.count);
        m.visitInsn(Opcodes.IADD);
        return;
      }
      m.visitVarInsn(Opcodes.ALOAD, requireNonNull(arrays.get(buffer)));
      m.visitVarInsn(Opcodes.ILOAD, L);
    }

    /** Makes the number on the stack the value of a buffer. */
    private void keep(int buffer) {
      m.visitVarInsn(Opcodes.DSTORE, free);
      values.put(buffer, free);
      free += 2;
    }

    private void value(int buffer) {
      @Nullable Integer local = values.get(buffer);
      if (local == null) {
        number(requireNonNull(loop.constants().get(buffer)));
      } else {
        m.visitVarInsn(Opcodes.DLOAD, local);
      }
    }

    private void number(double number) {
      m.visitLdcInsn(number);
    }

    private void op(int opcode) {
      m.visitInsn(opcode);
    }

    private void math(String name, String signature) {
      m.visitMethodInsn(Opcodes.INVOKESTATIC, MATH, name, signature, false);
    }

    /** Before the loop, because HotSpot cannot know that no store in it changes the seeds. */
    private void loadSeeds() {
      for (Step step : loop.steps()) {
        if (step.kind() == Kind.SEED || step.kind() == Kind.ADD_SEED) {
          m.visitVarInsn(Opcodes.ALOAD, SEEDS);
          m.visitLdcInsn(step.a());
          op(Opcodes.DALOAD);
          m.visitVarInsn(Opcodes.DSTORE, free);
          seeds.put(step.a(), free);
          free += 2;
        }
      }
    }

    /** Before the loop for the same reason. */
    private void loadCommon() {
      for (int buffer : loop.common()) {
        m.visitVarInsn(Opcodes.ALOAD, BUFFERS);
        m.visitLdcInsn(buffer);
        m.visitInsn(Opcodes.AALOAD);
        m.visitInsn(Opcodes.ICONST_0);
        m.visitInsn(Opcodes.DALOAD);
        keep(buffer);
      }
    }

    private void product(int a, int b) {
      value(a);
      value(b);
      op(Opcodes.DMUL);
    }

    /** Where the number on the stack is positive 1, where it is 0 that: see {@link LaneKernels}. */
    private void step() {
      lift();
      number(1);
      math("min", "(DD)D");
    }

    private void lift() {
      number(LaneKernels.LIFT);
      op(Opcodes.DMUL);
      number(LaneKernels.LIFT);
      op(Opcodes.DMUL);
    }

    private void onePlus(int a) {
      number(1);
      value(a);
      op(Opcodes.DADD);
    }

    /** Leaves what a step computes on the stack, by the arithmetic of {@link LaneKernels}. */
    private void compute(Step s) {
      switch (s.kind()) {
        case COPY -> value(s.a());
        case VALUE -> compute(s.op(), s.a(), s.b());
        case PRODUCT_PLUS -> {
          product(s.a(), s.b());
          value(s.c());
          op(Opcodes.DADD);
        }
        case SUM_OF_PRODUCTS -> {
          product(s.many()[0], s.many()[1]);
          product(s.many()[2], s.many()[3]);
          op(Opcodes.DADD);
        }
        case MINUS_ABSOLUTE -> {
          value(s.a());
          math("abs", "(D)D");
          op(Opcodes.DNEG);
        }
        case SIGMOID -> {
          value(s.a());
          number(0);
          math("max", "(DD)D");
          lift();
          value(s.b());
          op(Opcodes.DADD);
          number(1);
          math("min", "(DD)D");
          onePlus(s.b());
          op(Opcodes.DDIV);
        }
        case SIGMOID_DERIVATIVE -> {
          value(s.a());
          onePlus(s.a());
          op(Opcodes.DUP2);
          op(Opcodes.DMUL);
          op(Opcodes.DDIV);
        }
        case DERIVATIVE -> derivative(s);
        case LEFT_DERIVATIVE -> compute(Op.RECIPROCAL, s.b(), 0);
        case RIGHT_DERIVATIVE -> {
          value(s.c());
          op(Opcodes.DNEG);
          value(s.b());
          op(Opcodes.DDIV);
        }
        case ZERO -> number(0);
        default -> add(s);
      }
    }

    private void compute(Op op, int a, int b) {
      switch (op) {
        case PLUS, MINUS, TIMES, DIVIDED_BY, MIN, MAX -> {
          value(a);
          value(b);
          switch (op) {
            case PLUS -> op(Opcodes.DADD);
            case MINUS -> op(Opcodes.DSUB);
            case TIMES -> op(Opcodes.DMUL);
            case DIVIDED_BY -> op(Opcodes.DDIV);
            case MIN -> math("min", "(DD)D");
            default -> math("max", "(DD)D");
          }
        }
        case SQUARE -> product(a, a);
        case RECIPROCAL -> {
          number(1);
          value(a);
          op(Opcodes.DDIV);
        }
        case RELU -> {
          value(a);
          number(0);
          math("max", "(DD)D");
        }
        case NEGATED -> {
          value(a);
          op(Opcodes.DNEG);
        }
        case SQRT -> {
          value(a);
          math("sqrt", "(D)D");
        }
        case ABS -> {
          value(a);
          math("abs", "(D)D");
        }
        default -> throw new IllegalStateException(op + " has no loop.");
      }
    }

    private void derivative(Step s) {
      switch (s.op()) {
        case SQRT -> {
          number(0.5);
          value(s.c());
          op(Opcodes.DDIV);
        }
        case LOG -> compute(Op.RECIPROCAL, s.a(), 0);
        case RECIPROCAL -> {
          product(s.c(), s.c());
          op(Opcodes.DNEG);
        }
        default -> throw new IllegalStateException("The derivative of " + s.op() + " has no loop.");
      }
    }

    /** An adjoint's first term is added to 0, further ones to what is there. */
    private void add(Step s) {
      switch (s.kind()) {
        case SEED, FIRST, FIRST_NEGATED, FIRST_PRODUCT, FIRST_STEP, FIRST_TWICE -> number(0);
        default -> value(s.out());
      }
      switch (s.kind()) {
        case SEED, ADD_SEED -> m.visitVarInsn(Opcodes.DLOAD, requireNonNull(seeds.get(s.a())));
        case FIRST, ADD, FIRST_NEGATED, SUBTRACT -> value(s.a());
        case FIRST_PRODUCT, ADD_PRODUCT -> product(s.a(), s.b());
        case FIRST_STEP, ADD_STEP -> {
          value(s.a());
          value(s.b());
          step();
          op(Opcodes.DMUL);
        }
        case FIRST_TWICE, ADD_TWICE -> {
          value(s.a());
          number(2);
          value(s.b());
          op(Opcodes.DMUL);
          op(Opcodes.DMUL);
        }
        default -> throw new IllegalStateException("Step " + s.kind() + " has no loop.");
      }
      boolean minus = s.kind() == Kind.FIRST_NEGATED || s.kind() == Kind.SUBTRACT;
      op(minus ? Opcodes.DSUB : Opcodes.DADD);
    }
  }
}
