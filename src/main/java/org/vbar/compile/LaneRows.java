package org.vbar.compile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.vbar.compile.LaneProgram.Kind;
import org.vbar.compile.LaneProgram.Step;
import org.vbar.graph.Op;

/**
 * The steps of a program in the order in which they run on rows of points: first those that read
 * rows, then those on columns, at last those that write rows.
 *
 * <p>Numbers of a row lie side by side and those of a column one per point, so bringing a number
 * from one into the other costs more than an op. Therefore the first steps fill columns not only
 * with inputs but with sums and products of inputs, where that takes fewer columns, and the last
 * ones read factors from the rows again: the classifier of {@code BatchBenchmark} has four columns
 * filled instead of eight and four read instead of eight.
 */
final class LaneRows {
  /** Longer rows are copied number by number; most of the time goes elsewhere. */
  private static final int LONGEST_FUSED = 64;

  /** Terms of an adjoint beyond which columns are better. */
  private static final int MOST_TERMS = 4;

  /** Ops on rows per number of a row, beyond which columns are better. */
  private static final int MOST_OPS = 2;

  private static final int[] NONE = {};
  private static final int NOWHERE = -1;

  final List<Step> steps = new ArrayList<>();

  /** Where the steps on columns begin and end. */
  final int begin;

  final int end;

  /** Numbers in a row. */
  final int count;

  /**
   * Steps name places in rows like buffers, from this one on: first those in the row that is read,
   * then those in the row that is written.
   */
  final int firstPlace;

  /** Whether steps on rows run in common loops; otherwise all of them are copies. */
  final boolean isFused;

  /** Columns that are read after the last step. */
  final int[] kept;

  private final LaneProgram program;

  /** Per buffer: its place in the row that is read. */
  private final int[] places;

  /** Per buffer: how many steps read it. */
  private final int[] readers;

  LaneRows(LaneProgram program, Tape tape) {
    boolean sums = tape.data > 0; // Rows are data, and adjoints are summed over them
    this.program = program;
    this.count = sums ? tape.data : tape.inputs;
    this.isFused = count <= LONGEST_FUSED;
    this.firstPlace = program.buffers;
    this.places = new int[program.buffers];
    this.readers = new int[program.buffers];
    this.kept = Arrays.copyOf(program.outputs, program.outputs.length + (sums ? tape.inputs : 0));
    Arrays.fill(places, NOWHERE);
    int[] leaves = new int[count];
    for (int k = 0; k < count; k++) {
      leaves[k] = tape.leafOrder[sums ? tape.inputs + k : k];
      places[leaves[k]] = firstPlace + k;
    }
    if (sums) {
      System.arraycopy(program.inputAdjoints, 0, kept, program.outputs.length, tape.inputs);
    }
    program.forward.forEach(this::countReads);
    program.backward.forEach(this::countReads);
    BitSet last = isFused && !sums ? lastSteps() : new BitSet();
    BitSet first = isFused ? firstSteps(last, tape) : new BitSet();
    BitSet columns = columns(first, last);
    for (int k = 0; k < count; k++) {
      if (columns.get(leaves[k])) {
        steps.add(copy(leaves[k], firstPlace + k));
      }
    }
    addOnRows(program.forward, first);
    this.begin = steps.size();
    addOthers(program.forward, first);
    addOthers(program.backward, last);
    this.end = steps.size();
    addOnRows(program.backward, last);
    for (int k = 0; k < count && !sums; k++) {
      steps.add(copy(firstPlace + count + k, program.inputAdjoints[k]));
    }
  }

  boolean isPlace(int buffer) {
    return buffer >= firstPlace;
  }

  private boolean isInRow(int buffer) {
    return buffer >= 0 && places[buffer] != NOWHERE;
  }

  private static Step copy(int to, int from) {
    return new Step(Kind.COPY, Op.PLUS, 0, to, from, 0, 0, NONE, NONE);
  }

  private void countReads(Step step) {
    for (int buffer : step.reads()) {
      readers[buffer]++;
    }
  }

  private void addOnRows(List<Step> from, BitSet chosen) {
    for (int i = chosen.nextSetBit(0); i >= 0; i = chosen.nextSetBit(i + 1)) {
      steps.add(from.get(i).reading(buffer -> isInRow(buffer) ? places[buffer] : buffer));
    }
  }

  private void addOthers(List<Step> from, BitSet chosen) {
    for (int i = 0; i < from.size(); i++) {
      if (!chosen.get(i)) {
        steps.add(from.get(i));
      }
    }
  }

  /** The steps that sum up adjoints of inputs from factors in the row. */
  private BitSet lastSteps() {
    BitSet adjoints = new BitSet();
    for (int adjoint : program.inputAdjoints) {
      adjoints.set(adjoint);
    }
    int[] terms = new int[program.buffers];
    int[] ownReaders = new int[program.buffers];
    BitSet readRows = new BitSet();
    for (Step step : program.backward) {
      int out = step.out();
      if (adjoints.get(out) && !isSum(step)) {
        adjoints.clear(out);
      }
      terms[out]++;
      for (int buffer : step.reads()) {
        ownReaders[out] += buffer == out ? 1 : 0;
        if (isInRow(buffer)) {
          readRows.set(out);
        }
      }
    }
    BitSet chosen = new BitSet();
    for (int i = 0; i < program.backward.size(); i++) {
      int out = program.backward.get(i).out();
      chosen.set(
          i,
          adjoints.get(out)
              && readRows.get(out)
              && terms[out] <= MOST_TERMS
              && readers[out] == ownReaders[out]);
    }
    return chosen;
  }

  private static boolean isSum(Step step) {
    return switch (step.kind()) {
      case FIRST, ADD, FIRST_NEGATED, SUBTRACT -> true;
      case FIRST_PRODUCT, ADD_PRODUCT, FIRST_TWICE, ADD_TWICE -> true;
      default -> false;
    };
  }

  /** As many steps that compute sums and products of inputs as leave the fewest columns to fill. */
  private BitSet firstSteps(BitSet last, Tape tape) {
    BitSet best = new BitSet();
    int fewest = columns(best, last).cardinality();
    BitSet chosen = new BitSet();
    BitSet known = new BitSet();
    known.set(0, tape.firstResult());
    int ops = 0;
    for (int i = 0; i < program.forward.size() && ops < MOST_OPS * count; i++) {
      Step step = program.forward.get(i);
      if (isSumOrProduct(step) && Arrays.stream(step.reads()).allMatch(known::get)) {
        ops += step.reads().length - 1;
        chosen.set(i);
        known.set(step.out());
        int columns = columns(chosen, last).cardinality();
        if (columns < fewest) {
          fewest = columns;
          best = (BitSet) chosen.clone();
        }
      }
    }
    return best;
  }

  private static boolean isSumOrProduct(Step step) {
    return switch (step.kind()) {
      case PRODUCT_PLUS, SUM_OF_PRODUCTS -> true;
      case VALUE ->
          switch (step.op()) {
            case PLUS, MINUS, TIMES, NEGATED, SQUARE -> true;
            default -> false;
          };
      default -> false;
    };
  }

  /** The columns that steps on rows fill, if the first and last ones are these. */
  private BitSet columns(BitSet first, BitSet last) {
    BitSet filled = new BitSet();
    for (int buffer = 0; buffer < places.length; buffer++) {
      filled.set(buffer, isInRow(buffer));
    }
    for (int i = first.nextSetBit(0); i >= 0; i = first.nextSetBit(i + 1)) {
      filled.set(program.forward.get(i).out());
    }
    BitSet read = new BitSet();
    for (int output : program.outputs) {
      read.set(output);
    }
    for (int adjoint : program.inputAdjoints) {
      read.set(adjoint);
    }
    for (int i = 0; i < program.forward.size(); i++) {
      if (!first.get(i)) {
        read(read, program.forward.get(i));
      }
    }
    for (int i = 0; i < program.backward.size(); i++) {
      if (!last.get(i)) {
        read(read, program.backward.get(i));
      } else {
        for (int buffer : program.backward.get(i).reads()) {
          read.set(buffer, !isInRow(buffer) || read.get(buffer));
        }
      }
    }
    filled.and(read);
    return filled;
  }

  private static void read(BitSet read, Step step) {
    for (int buffer : step.reads()) {
      read.set(buffer);
    }
  }
}
