package org.vbar.compile;

import com.google.common.primitives.Ints;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.vbar.compile.LaneFusion.Loop;
import org.vbar.compile.LaneProgram.Kind;
import org.vbar.compile.LaneProgram.Step;

/**
 * Where the buffers of a program lie: those that are not needed at the same time share memory, so
 * that a block stays in the processor's cache.
 */
final class LaneMemory {
  private static final int NOWHERE = -1;
  private static final int ALWAYS = Integer.MAX_VALUE;

  /** Per buffer, the array that holds it; the first one for a buffer that holds nothing. */
  final int[] arrays;

  /** How many arrays there are. */
  int count;

  private final LaneRows rows;
  private final List<Loop> loops;
  private final Deque<Integer> free = new ArrayDeque<>();

  /** Per buffer, the last step that reads it. */
  private final int[] lastReads;

  LaneMemory(LaneRows rows, LaneFusion fusion, Tape tape) {
    this.rows = rows;
    this.loops = fusion.loops;
    this.arrays = new int[rows.firstPlace];
    this.lastReads = new int[rows.firstPlace];
    Arrays.fill(arrays, NOWHERE);
    Arrays.fill(lastReads, NOWHERE);
    for (int i = 0; i < fusion.steps.size(); i++) {
      for (int buffer : reads(fusion.steps.get(i))) {
        lastReads[buffer] = i;
      }
    }
    for (int buffer : rows.kept) {
      lastReads[buffer] = ALWAYS;
    }
    for (int k = 0; k < tape.constants.length; k++) {
      keep(tape.firstConstant() + k);
    }
    for (int k = 0; k < tape.inputs && tape.data > 0; k++) {
      keep(tape.leafOrder[k]); // For all blocks
    }
    for (int i = 0; i < fusion.steps.size(); i++) {
      Set<Integer> touched = writes(fusion.steps.get(i));
      for (int buffer : touched) {
        if (arrays[buffer] == NOWHERE) {
          arrays[buffer] = free.isEmpty() ? count++ : free.pop();
        }
      }
      touched.addAll(reads(fusion.steps.get(i)));
      for (int buffer : touched) {
        if (lastReads[buffer] <= i && arrays[buffer] != NOWHERE) {
          free.push(arrays[buffer]);
        }
      }
    }
    count = Math.max(count, 1);
    for (int buffer = 0; buffer < arrays.length; buffer++) {
      arrays[buffer] = Math.max(arrays[buffer], 0);
    }
  }

  private void keep(int buffer) {
    arrays[buffer] = count++;
    lastReads[buffer] = ALWAYS;
  }

  private Set<Integer> reads(Step step) {
    return columns(step.kind() == Kind.LOOP ? loops.get(step.extra()).reads() : set(step.reads()));
  }

  private Set<Integer> writes(Step step) {
    return columns(
        step.kind() == Kind.LOOP ? loops.get(step.extra()).stores() : set(step.writes()));
  }

  private static Set<Integer> set(int[] buffers) {
    return new TreeSet<>(Ints.asList(buffers));
  }

  private Set<Integer> columns(Set<Integer> buffers) {
    Set<Integer> columns = new TreeSet<>(buffers);
    columns.removeIf(rows::isPlace);
    return columns;
  }
}
