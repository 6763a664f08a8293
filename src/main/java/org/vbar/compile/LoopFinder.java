package org.vbar.compile;

import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vbar.graph.Op;

/**
 * Finds the loops that a program had when it was recorded.
 *
 * <p>A recorded loop leaves a periodic tape: the same few ops, turn after turn, whose slots move by
 * constant strides. An <em>item</em> is an op with its slots (result, operand, operand, …) or a
 * run; two items have the same <em>shape</em> if they are the same op, or runs of the same count
 * with the same strides and bodies. At every item, periods 1, 2, … are tried: if the shapes of one
 * turn and the next agree, the differences of their slots are the strides, and the run goes on
 * while shapes and differences stay the same and no slot leaves its kind. The period that covers
 * most items wins. The result is a shorter list of items, on which the same is done again, so that
 * runs become bodies of runs.
 *
 * <p>Fixed operands, values of the same turn, accumulators and walks through inputs need no
 * distinction: all are slots that are affine in the loop counters. The work is linear in the number
 * of items times the bound on the period.
 */
final class LoopFinder {
  /** Slots are numbered from 0 in each kind; the kind stands above so many bits. */
  static final int KIND_BITS = 28;

  static final int INPUT = 0;
  static final int DATA = 1;
  static final int CONSTANT = 2;
  static final int RESULT = 3;

  static final int FEWEST_TURNS = 4;
  private static final int FIRST_PERIODS = 16;
  private static final int LATER_PERIODS = 64;
  private static final int MOST_LEVELS = 8;

  /** A loop body must fit into one method, with room around it. */
  private static final int LARGEST_BODY = 9_000;

  /** What items with different slots have in common. */
  sealed interface Shape {
    /** The number of slots of an item of this shape. */
    int width();

    /** The number of ops that an item of this shape runs. */
    int ops();

    /** A guess of the bytes of bytecode for its forward and backward code. */
    int bytes();
  }

  record OpShape(Op op, int extra, int operands) implements Shape {
    @Override
    public int width() {
      return 1 + operands;
    }

    @Override
    public int ops() {
      return 1;
    }

    @Override
    public int bytes() {
      return 24 + 44 * operands;
    }
  }

  /**
   * A run.
   *
   * @param count turns
   * @param body shapes of the body's items
   * @param strides per slot of the body, how far it moves from turn to turn
   */
  record RunShape(int count, List<Shape> body, ImmutableIntArray strides) implements Shape {
    @Override
    public int width() {
      return strides.length();
    }

    @Override
    public int ops() {
      return count * body.stream().mapToInt(Shape::ops).sum();
    }

    @Override
    public int bytes() {
      return 60 + body.stream().mapToInt(Shape::bytes).sum();
    }
  }

  /** Items in order: a shape each, and the slots of the first turn. */
  static final class Items {
    int count;
    int[] shapes;
    int[] starts;
    int[] slots;

    Items(int items, int slotCount) {
      shapes = new int[Math.max(4, items)];
      starts = new int[shapes.length + 1];
      slots = new int[Math.max(8, slotCount)];
    }

    /** Adds a copy of slots {@code from} to {@code to} of an array. */
    void add(int shape, int[] source, int from, int to) {
      if (count == shapes.length) {
        shapes = Arrays.copyOf(shapes, 2 * count);
        starts = Arrays.copyOf(starts, 2 * count + 1);
      }
      int at = starts[count];
      int end = at + to - from;
      if (end > slots.length) {
        slots = Arrays.copyOf(slots, 2 * end);
      }
      System.arraycopy(source, from, slots, at, to - from);
      shapes[count++] = shape;
      starts[count] = end;
    }
  }

  private final List<Shape> shapes = new ArrayList<>();
  private final Map<Shape, Integer> places = new HashMap<>();
  private Items items;
  private long comparisons;

  private LoopFinder(Tape tape) {
    items = new Items(tape.size, tape.size + tape.operands.length);
    int[] slots = new int[4];
    OpShape[] known = new OpShape[256];
    int[] knownPlaces = new int[256];
    for (int i = 0; i < tape.size; i++) {
      int first = tape.firstOperand(i);
      int n = tape.ends[i] - first;
      if (slots.length < n + 1) {
        slots = new int[2 * n + 1];
      }
      slots[0] = kinded(tape, tape.firstResult() + i);
      for (int k = 0; k < n; k++) {
        slots[1 + k] = kinded(tape, tape.operands[first + k]);
      }
      Op op = tape.op(i);
      int cache = tape.ops[i] & 0xFF;
      OpShape shape = known[cache];
      if (shape == null || shape.extra != tape.extras[i] || shape.operands != n) {
        shape = new OpShape(op, tape.extras[i], n);
        known[cache] = shape;
        knownPlaces[cache] = place(shape);
      }
      items.add(knownPlaces[cache], slots, 0, n + 1);
    }
  }

  /** A slot with its kind in the upper bits. */
  static int kinded(Tape tape, int slot) {
    if (slot < tape.inputs) {
      return slot;
    }
    if (slot < tape.firstConstant()) {
      return (DATA << KIND_BITS) + slot - tape.inputs;
    }
    return slot < tape.firstResult()
        ? (CONSTANT << KIND_BITS) + slot - tape.firstConstant()
        : (RESULT << KIND_BITS) + slot - tape.firstResult();
  }

  private int place(Shape shape) {
    return places.computeIfAbsent(
        shape,
        s -> {
          shapes.add(s);
          return shapes.size() - 1;
        });
  }

  /** Whether the slots of a tape can be told from their kinds: up to 268 million of a kind. */
  static boolean suits(Tape tape) {
    return suits(tape.size, Math.max(tape.constants.length, Math.max(tape.inputs, tape.data)));
  }

  static boolean suits(int results, int leaves) {
    return results <= 1 << KIND_BITS && leaves <= 1 << KIND_BITS;
  }

  /**
   * Finds the loops of a tape.
   *
   * @throws IllegalStateException if the tape is too large, see {@link #suits}
   */
  static LoopFinder find(Tape tape) {
    if (!suits(tape)) {
      throw new IllegalStateException(
          "Loops are looked for in up to "
              + (1 << KIND_BITS)
              + " ops, inputs or constants, but this function has more: "
              + tape.size
              + " ops and "
              + tape.firstResult()
              + " leaves.");
    }
    LoopFinder finder = new LoopFinder(tape);
    int periods = FIRST_PERIODS;
    for (int level = 0; level < MOST_LEVELS; level++) {
      int before = finder.items.count;
      finder.shorten(periods);
      if (finder.items.count == before && level > 0) {
        break;
      }
      periods = LATER_PERIODS;
    }
    return finder;
  }

  Items items() {
    return items;
  }

  Shape shape(int place) {
    return shapes.get(place);
  }

  /** Comparisons of one item with another: the work of the search. */
  long comparisons() {
    return comparisons;
  }

  /** One pass: the same items with runs in place of what repeats. */
  private void shorten(int periods) {
    Items in = items;
    Items out = new Items(64, 256);
    int i = 0;
    while (i < in.count) {
      int bestPeriod = 0;
      int bestTurns = 0;
      for (int p = 1; p <= periods && i + FEWEST_TURNS * p <= in.count; p++) {
        comparisons++;
        if (in.shapes[i] == in.shapes[i + p] && continues(in, i, p, 2, 1)) {
          int turns = turns(in, i, p);
          if (turns >= FEWEST_TURNS && turns * p > bestTurns * bestPeriod) {
            bestPeriod = p;
            bestTurns = turns;
          }
        }
      }
      if (bestPeriod == 0) {
        out.add(in.shapes[i], in.slots, in.starts[i], in.starts[i + 1]);
        i++;
      } else {
        int place = place(run(in, i, bestPeriod, bestTurns));
        out.add(place, in.slots, in.starts[i], in.starts[i + bestPeriod]);
        i += bestPeriod * bestTurns;
      }
    }
    items = out;
  }

  /** How many turns of a period lie one after the other from item i on. */
  private int turns(Items in, int i, int p) {
    int bytes = 0;
    for (int k = 0; k < p; k++) {
      comparisons++;
      if (in.shapes[i + k] != in.shapes[i + p + k]) {
        return 0;
      }
      bytes += shapes.get(in.shapes[i + k]).bytes();
    }
    if (bytes > LARGEST_BODY) {
      return 0;
    }
    if (!continues(in, i, p, 1, p)) {
      return 1; // A slot of the second turn is of another kind.
    }
    int turns = 2;
    while (i + (turns + 1) * p <= in.count && continues(in, i, p, turns, p)) {
      turns++;
    }
    return turns;
  }

  /**
   * Whether the first {@code width} items of a turn are those of the first turn, their slots being
   * of the same kinds and as far from the turn before as the second turn's are from the first's.
   */
  private boolean continues(Items in, int i, int p, int turn, int width) {
    int next = i + turn * p;
    for (int k = 0; k < width; k++) {
      comparisons++;
      if (in.shapes[i + k] != in.shapes[next + k]) {
        return false;
      }
    }
    int[] slots = in.slots;
    int first = in.starts[i];
    int second = in.starts[i + p];
    int before = in.starts[next - p];
    int at = in.starts[next];
    int compared = in.starts[i + width] - first;
    for (int t = 0; t < compared; t++) {
      if (slots[at + t] - slots[before + t] != slots[second + t] - slots[first + t]
          || !isOfOneKind(slots[at + t], slots[first + t])) {
        return false;
      }
    }
    return true;
  }

  /** Slots of different kinds can be equally far apart, but what they name is not in one array. */
  private static boolean isOfOneKind(int slot, int other) {
    return slot >>> KIND_BITS == other >>> KIND_BITS;
  }

  private RunShape run(Items in, int i, int p, int turns) {
    List<Shape> body = new ArrayList<>();
    for (int k = 0; k < p; k++) {
      body.add(shapes.get(in.shapes[i + k]));
    }
    int first = in.starts[i];
    int second = in.starts[i + p];
    ImmutableIntArray.Builder strides = ImmutableIntArray.builder(second - first);
    for (int t = 0; t < second - first; t++) {
      strides.add(in.slots[second + t] - in.slots[first + t]);
    }
    return new RunShape(turns, List.copyOf(body), strides.build());
  }
}
