package org.vbar.compile;

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
  final int[] places;

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
    this.places = new int[rows.firstPlace];
    this.lastReads = new int[rows.firstPlace];
    Arrays.fill(places, NOWHERE);
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
        if (places[buffer] == NOWHERE) {
          places[buffer] = free.isEmpty() ? count++ : free.pop();
        }
      }
      touched.addAll(reads(fusion.steps.get(i)));
      for (int buffer : touched) {
        if (lastReads[buffer] <= i && places[buffer] != NOWHERE) {
          free.push(places[buffer]);
        }
      }
    }
    count = Math.max(count, 1);
    for (int buffer = 0; buffer < places.length; buffer++) {
      places[buffer] = Math.max(places[buffer], 0);
    }
  }

  private void keep(int buffer) {
    places[buffer] = count++;
    lastReads[buffer] = ALWAYS;
  }

  private Set<Integer> reads(Step step) {
    Set<Integer> buffers = new TreeSet<>();
    if (step.kind() == Kind.LOOP) {
      buffers.addAll(loops.get(step.extra()).loads());
      buffers.addAll(loops.get(step.extra()).common());
    } else {
      addAll(buffers, step.reads());
    }
    buffers.removeIf(rows::isPlace);
    return buffers;
  }

  private Set<Integer> writes(Step step) {
    Set<Integer> buffers = new TreeSet<>();
    if (step.kind() == Kind.LOOP) {
      buffers.addAll(loops.get(step.extra()).stores());
    } else {
      addAll(buffers, step.writes());
    }
    buffers.removeIf(rows::isPlace);
    return buffers;
  }

  private static void addAll(Set<Integer> buffers, int[] added) {
    Arrays.stream(added).forEach(buffers::add);
  }
}
