package org.vbar.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.vbar.compile.Program.Item;
import org.vbar.compile.Program.Place;
import org.vbar.compile.Program.Ref;

/**
 * Writes a planned program as a class: one method forward and backward if it is merged, otherwise a
 * forward and a backward method per group of items.
 */
final class Generator implements Emitter.Outliner {
  static final String SIGNATURE = "([DI[DI[D[D[D[DI[D[DI[Lorg/vbar/graph/CustomOp;)V";
  private static final String NAME = "org/vbar/compile/Generated";
  private static final String KERNEL = "org/vbar/compile/Kernel";
  private static final int OUTPUTS_PER_METHOD = 150;

  /** Outputs at equal distances in memory from which on a loop is shorter than a line each. */
  private static final int FEWEST_IN_LOOP = 6;

  /** What a class is for. */
  enum Kind {
    /** {@code forward} gives values; {@code sweep} goes forward and backward. */
    SWEEP,
    /** {@code forward} gives values and keeps what {@code sweep}, backward alone, reads. */
    BACKWARD,
    /**
     * {@code forward} gives the values and derivatives of a {@link SmallJacobian}, {@code jacobian}
     * the latter in rows, if all of it is one method; there is no {@code sweep}.
     */
    JACOBIAN,
    /** {@code forward} gives the outputs' tangents and the guards; there is no {@code sweep}. */
    TANGENTS;

    boolean hasSweep() {
      return this == SWEEP || this == BACKWARD;
    }
  }

  private final Kind kind;
  private final Program program;
  private final Plan plan;
  private final ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES);
  private int methods;
  private int loops;
  private int largest;

  /** A generated class. */
  @SuppressWarnings("ArrayRecordComponent") // Private to the compiler, never compared.
  record Made(
      byte[] bytes,
      int methods,
      int largestMethod,
      int values,
      int adjoints,
      boolean hasJacobian) {}

  /** Writes the body of a method. */
  private interface Body {
    void write(Emitter emitter);
  }

  Generator(Kind kind, Program program, Plan plan) {
    this.kind = kind;
    this.program = program;
    this.plan = plan;
  }

  Made generate() {
    writer.visit(Opcodes.V17, Opcodes.ACC_FINAL, NAME, null, KERNEL, null);
    HiddenClasses.constructor(writer, KERNEL);
    List<OutputRun> outputs = outputRuns();
    if (plan.merged) {
      List<Item> items = program.top.items;
      method(
          "forward",
          e -> {
            e.forward(items);
            writeOutputs(e, outputs);
          });
      if (kind == Kind.JACOBIAN) {
        jacobian(items);
      }
      if (kind == Kind.SWEEP) {
        method(
            "sweep",
            e -> {
              e.forward(items);
              writeOutputs(e, outputs);
              e.zero(plan.zeroInputs, plan.zeroAdjoints);
              readSeeds(e, 0, program.tape.outputCount());
              e.backward(items);
            });
      }
    } else {
      List<String> forward = new ArrayList<>();
      List<String> backward = new ArrayList<>();
      List<Item> group = new ArrayList<>();
      List<Item> items = program.top.items;
      for (int i = 0; i < items.size(); i++) {
        group.add(items.get(i));
        if (i + 1 == items.size() || Plan.groupOf(items.get(i + 1)) != Plan.groupOf(items.get(i))) {
          List<Item> own = List.copyOf(group);
          forward.add(method("f" + forward.size(), e -> e.forward(own)));
          if (kind.hasSweep()) {
            backward.add(0, method("b" + backward.size(), e -> e.backward(own)));
          }
          group.clear();
        }
      }
      for (int k = 0; k < outputs.size(); k += OUTPUTS_PER_METHOD) {
        int to = Math.min(outputs.size(), k + OUTPUTS_PER_METHOD);
        List<OutputRun> own = outputs.subList(k, to);
        forward.add(method("y" + k, e -> writeOutputs(e, own)));
      }
      calls("forward", forward);
      if (!kind.hasSweep()) {
        return made();
      }
      List<String> seeds = new ArrayList<>();
      for (int k = 0; k < program.tape.outputCount(); k += OUTPUTS_PER_METHOD) {
        int from = k;
        int to = Math.min(program.tape.outputCount(), k + OUTPUTS_PER_METHOD);
        seeds.add(0, method("s" + k, e -> readSeeds(e, from, to)));
      }
      seeds.add(0, method("z", e -> e.zero(plan.zeroInputs, plan.zeroAdjoints)));
      List<String> all = new ArrayList<>(kind == Kind.BACKWARD ? List.of() : forward);
      all.addAll(seeds);
      all.addAll(backward);
      calls("sweep", all);
    }
    return made();
  }

  private Made made() {
    writer.visitEnd();
    return new Made(
        writer.toByteArray(),
        methods,
        largest,
        plan.valuePlaces,
        plan.adjointPlaces,
        plan.merged && kind == Kind.JACOBIAN);
  }

  /** Writes an instance method, whose arguments follow its receiver. */
  private String method(String name, Body body) {
    MethodVisitor m = writer.visitMethod(0, name, SIGNATURE, null, null);
    m.visitCode();
    body.write(new Emitter(m, program, plan, this, 0, kind == Kind.TANGENTS));
    m.visitInsn(Opcodes.RETURN);
    finish(m);
    return name;
  }

  private void jacobian(List<Item> items) {
    String signature = SIGNATURE.replace(")V", "[[D)D");
    MethodVisitor m = writer.visitMethod(0, "jacobian", signature, null, null);
    m.visitCode();
    Emitter e = new Emitter(m, program, plan, this, 0, false);
    int rows = e.furtherArgument();
    e.forward(items);
    int columns = program.tape.inputs;
    int last = program.outputs.size() - 1;
    int values = last / (columns + 1);
    for (int k = 0; k < values; k++) {
      e.output(k, program.outputs.get(k));
    }
    for (int k = 0; k < values; k++) {
      int from = values + k * columns;
      e.row(rows, k, program.outputs.subList(from, from + columns));
    }
    e.result(program.outputs.get(last));
    finish(m);
  }

  @Override
  public String method(int depth, Consumer<Emitter> body) {
    String name = "l" + loops++;
    MethodVisitor m = writer.visitMethod(0, name, signature(depth), null, null);
    m.visitCode();
    body.accept(new Emitter(m, program, plan, this, depth, kind == Kind.TANGENTS));
    m.visitInsn(Opcodes.RETURN);
    finish(m);
    return name;
  }

  @Override
  public void call(MethodVisitor m, String name, int depth) {
    m.visitMethodInsn(Opcodes.INVOKEVIRTUAL, NAME, name, signature(depth), false);
  }

  private static String signature(int counters) {
    return SIGNATURE.replace(")", "I".repeat(counters) + ")");
  }

  private void finish(MethodVisitor m) {
    Label end = new Label();
    m.visitLabel(end);
    m.visitMaxs(0, 0);
    m.visitEnd();
    methods++;
    largest = Math.max(largest, end.getOffset());
  }

  /** Writes methods that call others one after the other, in layers if they are many. */
  private void calls(String name, List<String> callees) {
    List<String> layer = callees;
    int level = 0;
    while (layer.size() > 150) {
      List<String> next = new ArrayList<>();
      for (int from = 0; from < layer.size(); from += 150) {
        next.add(
            call(
                name + level + "_" + from,
                layer.subList(from, Math.min(layer.size(), from + 150))));
      }
      layer = next;
      level++;
    }
    call(name, layer);
  }

  private String call(String name, List<String> callees) {
    MethodVisitor m = writer.visitMethod(0, name, SIGNATURE, null, null);
    m.visitCode();
    for (String callee : callees) {
      for (int k = 0; k < Emitter.ARGUMENTS.length(); k++) {
        m.visitVarInsn(Emitter.ARGUMENTS.charAt(k) == 'I' ? Opcodes.ILOAD : Opcodes.ALOAD, k);
      }
      m.visitMethodInsn(Opcodes.INVOKEVIRTUAL, NAME, callee, SIGNATURE, false);
    }
    m.visitInsn(Opcodes.RETURN);
    finish(m);
    return name;
  }

  /** Outputs from k on that lie at equal distances in memory, or a single one. */
  private record OutputRun(int k, int count, int stride) {}

  private List<OutputRun> outputRuns() {
    List<OutputRun> runs = new ArrayList<>();
    for (int k = 0; k < program.outputs.size(); ) {
      OutputRun run = outputRun(k);
      if (run.count < FEWEST_IN_LOOP) {
        run = new OutputRun(k, 1, 0);
      }
      runs.add(run);
      k += run.count;
    }
    return runs;
  }

  /** As many outputs from k on as follow each other at equal distances. */
  private OutputRun outputRun(int k) {
    int outputs = program.tape.outputCount();
    int most = k < outputs ? outputs : program.outputs.size();
    Place first = program.outputs.get(k).value;
    if (first == null || k + 1 == most) {
      return new OutputRun(k, 1, 0);
    }
    boolean active = plan.isActive(program.outputs.get(k));
    int stride = 0;
    int last = first.base();
    int next = k + 1;
    for (; next < most; next++) {
      Place place = program.outputs.get(next).value;
      if (place == null || plan.isActive(program.outputs.get(next)) != active) {
        break;
      }
      if (next == k + 1) {
        stride = place.base() - last;
      } else if (place.base() - last != stride) {
        break;
      }
      last = place.base();
    }
    return new OutputRun(k, next - k, stride);
  }

  private void writeOutputs(Emitter e, List<OutputRun> runs) {
    for (OutputRun run : runs) {
      Ref first = program.outputs.get(run.k);
      if (run.count == 1) {
        e.output(run.k, first);
      } else {
        e.outputs(run.k, run.count, first, run.stride);
      }
    }
  }

  private void readSeeds(Emitter e, int from, int to) {
    for (int k = to - 1; k >= from; k--) {
      Ref output = program.outputs.get(k);
      if (plan.isActive(output)) {
        e.seed(k, output);
      }
    }
  }
}
