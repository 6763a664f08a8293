package org.vbar.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.vbar.graph.Op;

/**
 * A tape as nested loops: what {@link LoopFinder} found, as a tree of blocks, loops and
 * instructions whose slots are affine in the loop counters.
 *
 * <p>{@link Plan} then decides where each value and adjoint lives, and writes that into this tree.
 */
final class Program {
  /** An instruction or a loop. */
  sealed interface Item permits Instruction, Loop {}

  /** Where a reference finds its value. */
  enum Kind {
    INPUT,
    DATA,
    CONSTANT,
    /** Computed in the same turn of every loop that is around both. */
    SAME,
    /** Computed by an instruction of the same block in the turn before. */
    CARRIED,
    /** Computed in the last turn of a loop before. */
    LAST,
    /** Anything else: through memory. */
    MEMORY
  }

  /** A slot in terms of the loop counters around it: base + Σ counter · stride, outermost first. */
  static final class Ref {
    final int base;
    final int[] strides;
    Kind kind = Kind.MEMORY;
    @Nullable Instruction from;
    double literal = Double.NaN;
    boolean isLiteral;
    @Nullable Place value;
    @Nullable Place adjoint;

    /** Whether, at every turn, this adds the first term to the adjoint that it leads to. */
    boolean isFirst;

    Ref(int base, int[] strides) {
      this.base = base;
      this.strides = strides;
    }

    int kindOfSlot() {
      return base >>> LoopFinder.KIND_BITS;
    }

    int offset() {
      return base & ((1 << LoopFinder.KIND_BITS) - 1);
    }
  }

  /** A place in an array, affine in the loop counters. */
  @SuppressWarnings("ArrayRecordComponent") // Private to the compiler, never compared.
  record Place(int base, int[] strides) {}

  /** One op, run once per turn of the loops around it. */
  static final class Instruction implements Item {
    final Op op;
    final int extra;
    final Block block;
    final Ref result;
    final List<Ref> operands = new ArrayList<>();
    int group;
    boolean active;

    /** Whether anything reads the value; tangents need only what derivatives read. */
    boolean valueNeeded = true;

    boolean valueStored;
    boolean adjointStored;
    boolean recomputed;
    @Nullable Carry carry;

    /** The first instruction of the same block that computes the same number at every turn. */
    @Nullable Instruction twin;

    Instruction(Op op, int extra, Block block, Ref result) {
      this.op = op;
      this.extra = extra;
      this.block = block;
      this.result = result;
    }

    /** Where the value is computed: here or by the twin. */
    Instruction origin() {
      return twin == null ? this : twin;
    }
  }

  /** A value that a loop hands from turn to turn: its first one comes from {@code init}. */
  static final class Carry {
    final Instruction of;
    final Ref init;

    /** Whether it is a sum to which every turn adds, so that all its adjoints are equal. */
    boolean isRunningSum;

    Carry(Instruction of, Ref init) {
      this.of = of;
      this.init = init;
    }
  }

  static final class Loop implements Item {
    final int count;
    final Block body;
    final List<Carry> carries = new ArrayList<>();
    boolean columnar = true;

    Loop(int count, Block body) {
      this.count = count;
      this.body = body;
      body.loop = this;
    }
  }

  /** Items that run one after the other, at the top or in a loop. */
  static final class Block {
    final @Nullable Block parent;
    final int depth;

    /** Turns of the loops around, outermost first. */
    final int[] counts;

    final List<Item> items = new ArrayList<>();

    /** The loop that this block is the body of; null at the top. */
    @Nullable Loop loop;

    Block(@Nullable Block parent, int[] counts) {
      this.parent = parent;
      this.depth = counts.length;
      this.counts = counts;
    }

    /** Whether this block is the other one or lies in it. */
    boolean isWithin(Block other) {
      for (Block b = this; b != null; b = b.parent) {
        if (b == other) {
          return true;
        }
      }
      return false;
    }
  }

  final Tape tape;
  final Block top = new Block(null, new int[0]);
  final List<Instruction> instructions = new ArrayList<>();
  final List<Loop> loops = new ArrayList<>();

  /** The tape's outputs and guards as references from the top. */
  final List<Ref> outputs = new ArrayList<>();

  private Program(Tape tape) {
    this.tape = tape;
  }

  static Program of(Tape tape) {
    return of(tape, LoopFinder.find(tape));
  }

  static Program of(Tape tape, LoopFinder finder) {
    Program program = new Program(tape);
    LoopFinder.Items items = finder.items();
    for (int i = 0; i < items.count; i++) {
      program.add(
          finder.shape(items.shapes[i]), items.slots, items.starts[i], program.top, List.of());
    }
    for (int slot : tape.outputs) {
      program.outputs.add(new Ref(LoopFinder.kinded(tape, slot), new int[0]));
    }
    return program;
  }

  /** The strides of a loop around, and where in them the item at hand begins. */
  private record Around(LoopFinder.RunShape run, int at) {}

  private void add(LoopFinder.Shape shape, int[] slots, int at, Block block, List<Around> around) {
    if (shape instanceof LoopFinder.OpShape op) {
      Instruction instruction =
          new Instruction(op.op(), op.extra(), block, ref(slots, at, 0, around));
      for (int k = 1; k <= op.operands(); k++) {
        instruction.operands.add(ref(slots, at, k, around));
      }
      block.items.add(instruction);
      instructions.add(instruction);
    } else if (shape instanceof LoopFinder.RunShape run) {
      int[] counts = java.util.Arrays.copyOf(block.counts, block.depth + 1);
      counts[block.depth] = run.count();
      Block body = new Block(block, counts);
      Loop loop = new Loop(run.count(), body);
      loops.add(loop);
      block.items.add(loop);
      int offset = 0;
      for (LoopFinder.Shape part : run.body()) {
        List<Around> inside = new ArrayList<>();
        for (Around outer : around) {
          inside.add(new Around(outer.run, outer.at + offset));
        }
        inside.add(new Around(run, offset));
        add(part, slots, at + offset, body, inside);
        offset += part.width();
      }
    }
  }

  private static Ref ref(int[] slots, int at, int k, List<Around> around) {
    int[] strides = new int[around.size()];
    for (int level = 0; level < strides.length; level++) {
      Around outer = around.get(level);
      strides[level] = outer.run.strides().get(outer.at + k);
    }
    return new Ref(slots[at + k], strides);
  }

  /** Calls back with base + Σ counter · stride for all turns, in the order of running. */
  static void forEachTurn(int base, int[] strides, int[] counts, IntConsumer body) {
    forEachTurn(base, strides, counts, 0, strides.length, body);
  }

  private static void forEachTurn(
      int base, int[] strides, int[] counts, int level, int depth, IntConsumer body) {
    if (level == depth) {
      body.accept(base);
      return;
    }
    for (int r = 0; r < counts[level]; r++) {
      forEachTurn(base + r * strides[level], strides, counts, level + 1, depth, body);
    }
  }

  @Override
  public String toString() {
    return ProgramText.of(this);
  }
}
