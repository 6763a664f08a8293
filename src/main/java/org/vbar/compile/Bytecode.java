package org.vbar.compile;

import java.lang.invoke.MethodHandles;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassTooLargeException;
import org.objectweb.asm.MethodTooLargeException;

/**
 * Runs a tape as a generated hidden class, which is unloaded with its function.
 *
 * <p>A program whose code fits into one method keeps its values in local variables; a larger one is
 * cut into methods of well under 8,000 bytes, beyond which HotSpot does not compile a method, and
 * passes values through an array.
 */
final class Bytecode implements Engine {
  private static final int LARGEST_METHOD = 7_900;

  /** HotSpot compiles a few loops at a time better than many. */
  private static final int LARGEST_LOOPS_MERGED = 3_000;

  /** Straight-line code beyond this much costs more to make than it can save. */
  private static final int LARGEST_PROGRAM = 4_000_000;

  private final Tape tape;
  private final Kernel kernel;
  private final Generator.Made made;
  private final int items;
  private final Duration compileTime;
  private final boolean inOrder;
  private final int largestMethod;
  private final Pool<Workspace> pool;
  private static final double[] NONE = {};

  /** The memory of one call. */
  private static final class Workspace {
    final double[] values;
    final double[] adjoints;
    final double[] inputs;
    final double[] data;
    final double[] gradient;

    Workspace(Generator.Made made, Tape tape, boolean inOrder) {
      values = new double[made.values()];
      adjoints = new double[made.adjoints()];
      inputs = inOrder ? NONE : new double[tape.inputs];
      data = inOrder ? NONE : new double[tape.data];
      gradient = inOrder ? NONE : new double[tape.inputs];
    }
  }

  private Bytecode(Tape tape, Kernel kernel, Generator.Made made, int items, Duration time) {
    this.tape = tape;
    this.kernel = kernel;
    this.made = made;
    this.items = items;
    this.compileTime = time;
    this.largestMethod = made.largestMethod();
    this.inOrder = tape.isLeafOrderIdentity();
    this.pool = new Pool<>(() -> new Workspace(made, tape, inOrder));
  }

  static Bytecode of(Tape tape) throws UnsuitableException {
    long start = System.nanoTime();
    LoopFinder finder = LoopFinder.find(tape);
    long bytes = 0;
    LoopFinder.Items items = finder.items();
    for (int i = 0; i < items.count; i++) {
      bytes += finder.shape(items.shapes[i]).bytes();
    }
    if (bytes > LARGEST_PROGRAM) {
      throw new UnsuitableException(
          "Its "
              + tape.size
              + " ops leave "
              + items.count
              + " instructions and loops, about "
              + bytes / 1_000_000
              + " MB of bytecode; only repeated structure makes a graph of this size small.");
    }
    Generator.Made made = generated(tape, finder, bytes);
    Kernel kernel = loaded(made.bytes());
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    return new Bytecode(tape, kernel, made, items.count, time);
  }

  private static Generator.Made generated(Tape tape, LoopFinder finder, long bytes)
      throws UnsuitableException {
    long all = bytes + 60L * tape.outputs.length;
    if (all < (hasLoops(finder) ? LARGEST_LOOPS_MERGED : 2 * LARGEST_METHOD)) {
      Generator.Made made = attempt(tape, finder, true, 0);
      if (made != null && made.largestMethod() <= LARGEST_METHOD) {
        return made;
      }
    }
    for (int limit = 5_600; limit >= 700; limit /= 2) {
      Generator.Made made = attempt(tape, finder, false, limit);
      if (made != null && made.largestMethod() <= LARGEST_METHOD) {
        return made;
      }
    }
    throw new UnsuitableException(
        "One of its ops or loops alone needs a method of more than "
            + LARGEST_METHOD
            + " bytes, which HotSpot would not compile, or its constants do not fit into a class.");
  }

  private static boolean hasLoops(LoopFinder finder) {
    LoopFinder.Items items = finder.items();
    for (int i = 0; i < items.count; i++) {
      if (finder.shape(items.shapes[i]) instanceof LoopFinder.RunShape) {
        return true;
      }
    }
    return false;
  }

  private static Generator.@Nullable Made attempt(
      Tape tape, LoopFinder finder, boolean merged, int limit) {
    Program program = Program.of(tape, finder);
    Plan plan = new Plan(program, merged, limit);
    try {
      return new Generator(program, plan).generate();
    } catch (MethodTooLargeException | ClassTooLargeException tooLarge) {
      return null; // The next attempt cuts smaller.
    }
  }

  private static Kernel loaded(byte[] bytes) {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup().defineHiddenClass(bytes, true);
      return (Kernel)
          lookup
              .findConstructor(
                  lookup.lookupClass(), java.lang.invoke.MethodType.methodType(void.class))
              .invoke();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("The generated class could not be loaded.", e);
    }
  }

  /** The generated class, which lives as long as this engine. */
  Class<?> kernelClass() {
    return kernel.getClass();
  }

  int items() {
    return items;
  }

  int methods() {
    return made.methods();
  }

  int largestMethod() {
    return largestMethod;
  }

  int classBytes() {
    return made.bytes().length;
  }

  Duration compileTime() {
    return compileTime;
  }

  @Override
  public void forward(double[] x, int xAt, double[] d, int dAt, double[] y) {
    if (isWithoutMemory()) {
      kernel.forward(x, xAt, d, dAt, tape.constants, NONE, NONE, y, 0, NONE, NONE, 0, tape.customs);
      return;
    }
    Workspace w = pool.borrow();
    boolean asGiven = inOrder;
    double[] inputs = asGiven ? x : ordered(x, xAt, 0, tape.inputs, w.inputs);
    double[] data = asGiven ? d : ordered(d, dAt, tape.inputs, tape.data, w.data);
    kernel.forward(
        inputs,
        asGiven ? xAt : 0,
        data,
        asGiven ? dAt : 0,
        tape.constants,
        w.values,
        w.adjoints,
        y,
        0,
        NONE,
        NONE,
        0,
        tape.customs);
    pool.giveBack(w);
  }

  @Override
  public void sweep(
      double[] x, int xAt, double[] d, int dAt, double[] y, double[] seeds, double[] g, int gAt) {
    sweepRows(x, xAt, d, dAt, y, 0, seeds, g, gAt, 1);
  }

  @Override
  public void sweepRows(
      double[] x,
      int xAt,
      double[] d,
      int dAt,
      double[] y,
      int yAt,
      double[] seeds,
      double[] g,
      int gAt,
      int rows) {
    if (isWithoutMemory()) {
      rows(NONE, NONE, x, xAt, d, dAt, y, yAt, seeds, g, gAt, rows);
      return;
    }
    Workspace w = pool.borrow();
    if (inOrder) {
      rows(w.values, w.adjoints, x, xAt, d, dAt, y, yAt, seeds, g, gAt, rows);
    } else {
      for (int r = 0; r < rows; r++) {
        ordered(x, xAt + r * tape.inputs, 0, tape.inputs, w.inputs);
        ordered(d, dAt + r * tape.data, tape.inputs, tape.data, w.data);
        rows(
            w.values,
            w.adjoints,
            w.inputs,
            0,
            w.data,
            0,
            y,
            yAt + r * tape.outputs.length,
            seeds,
            w.gradient,
            0,
            1);
        for (int k = 0; k < tape.inputs; k++) {
          g[gAt + r * tape.inputs + k] = w.gradient[tape.leafOrder[k]];
        }
      }
    }
    pool.giveBack(w);
  }

  private void rows(
      double[] values,
      double[] adjoints,
      double[] x,
      int xAt,
      double[] d,
      int dAt,
      double[] y,
      int yAt,
      double[] seeds,
      double[] g,
      int gAt,
      int rows) {
    int n = tape.inputs;
    for (int r = 0; r < rows; r++) {
      kernel.sweep(
          x,
          xAt + r * n,
          d,
          dAt + r * tape.data,
          tape.constants,
          values,
          adjoints,
          y,
          yAt + r * tape.outputs.length,
          seeds,
          g,
          gAt + r * n,
          tape.customs);
    }
  }

  private boolean isWithoutMemory() {
    return inOrder && made.values() == 0 && made.adjoints() == 0;
  }

  /** Leaves in the order of their slots. */
  private double[] ordered(double[] from, int at, int first, int count, double[] into) {
    for (int k = 0; k < count; k++) {
      into[tape.leafOrder[first + k] - first] = from[at + k];
    }
    return into;
  }
}
