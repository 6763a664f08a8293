package org.vbar.compile;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassTooLargeException;
import org.objectweb.asm.MethodTooLargeException;

/**
 * A tape as a hidden class, which is unloaded with whatever holds its kernel.
 *
 * <p>A program whose code fits into one method keeps its values in local variables; a larger one is
 * cut into methods of well under 8,000 bytes, beyond which HotSpot does not compile a method, and
 * passes values through an array.
 *
 * @param items instructions and loops at the top
 * @param time what making it took
 */
record Generated(Kernel kernel, Generator.Made made, int items, Duration time) {
  private static final int LARGEST_METHOD = 7_900;

  /** HotSpot compiles a few loops at a time better than many. */
  private static final int LARGEST_LOOPS_MERGED = 3_000;

  /** Straight-line code beyond this much costs more to make than it can save. */
  private static final int LARGEST_PROGRAM = 4_000_000;

  static Generated of(Tape tape, Generator.Kind kind) throws UnsuitableException {
    if (!LoopFinder.suits(tape)) {
      throw new UnsuitableException(
          "Its "
              + tape.size
              + " ops and "
              + tape.firstResult()
              + " leaves are more than loops are looked for in.");
    }
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
    Generator.Made made = generated(tape, kind, finder, bytes);
    Kernel kernel = HiddenClasses.instance(Kernel.class, made.bytes());
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    return new Generated(kernel, made, items.count, time);
  }

  private static Generator.Made generated(
      Tape tape, Generator.Kind kind, LoopFinder finder, long bytes) throws UnsuitableException {
    long all = bytes + 60L * tape.outputs.length;
    int[] numbers = ValueNumbers.of(tape);
    boolean mayMerge = kind != Generator.Kind.BACKWARD;
    // What an op takes forward and backward was counted; forward alone it is about a quarter.
    long merged = kind == Generator.Kind.JACOBIAN ? all / 4 : all;
    if (mayMerge && merged < (hasLoops(finder) ? LARGEST_LOOPS_MERGED : 2 * LARGEST_METHOD)) {
      Generator.Made made = attempt(tape, kind, finder, numbers, true, 0);
      if (made != null && made.largestMethod() <= LARGEST_METHOD) {
        return made;
      }
    }
    for (int limit = 5_600; limit >= 700; limit /= 2) {
      Generator.Made made = attempt(tape, kind, finder, numbers, false, limit);
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
      Tape tape, Generator.Kind kind, LoopFinder finder, int[] numbers, boolean merged, int limit) {
    Program program = Program.of(tape, finder);
    Plan plan = new Plan(program, numbers, merged, limit, kind);
    try {
      return new Generator(kind, program, plan).generate();
    } catch (MethodTooLargeException | ClassTooLargeException tooLarge) {
      return null; // The next attempt cuts smaller.
    }
  }
}
