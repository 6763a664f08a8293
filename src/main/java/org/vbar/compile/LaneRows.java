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
 * from one into the other costs more than an op. Therefore, where rows are not short, the first
 * steps fill columns not only with inputs but with sums and products of inputs, if that takes fewer
 * columns, and the last ones read factors from the rows again: the classifier of {@code
 * BatchBenchmark} has four columns filled instead of eight and four read instead of eight. {@code
 * BatchShapesBenchmark} compares rows of several lengths.
 */
final class LaneRows {
  /** Longer rows are copied number by number; most of the time goes elsewhere. */
  private static final int LONGEST_IN_LOOPS = 64;

  /** Shorter rows are only copied: columns take less, because steps on them are vectorized. */
  private static final int SHORTEST_COMPUTED = 7;

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

  /** Whether steps on rows run in common loops; otherwise each of them is a copy on its own. */
  final boolean inLoops;

  /** Columns that are read after the last step. */
  final int[] kept;

  private final LaneProgram program;

  /** Per buffer: where its number is in a row that is read. */
  private final int[] rowPlaces;

  /** Per buffer: how often steps read it; of inputs in rows later only those on columns. */
  private final int[] reads;

  LaneRows(LaneProgram program, Tape tape) {
    boolean sums = tape.data > 0; // Rows are data, and adjoints are summed over them
    this.program = program;
    this.count = sums ? tape.data : tape.inputs;
    this.inLoops = count <= LONGEST_IN_LOOPS;
    this.firstPlace = program.buffers;
    this.rowPlaces = new int[program.buffers];
    this.reads = new int[program.buffers];
    this.kept = Arrays.copyOf(program.outputs, program.outputs.length + (sums ? tape.inputs : 0));
    Arrays.fill(rowPlaces, NOWHERE);
    int[] leaves = new int[count];
    for (int k = 0; k < count; k++) {
      leaves[k] = tape.leafOrder[sums ? tape.inputs + k : k];
      rowPlaces[leaves[k]] = firstPlace + k;
    }
    if (sums) {
      System.arraycopy(program.inputAdjoints, 0, kept, program.outputs.length, tape.inputs);
    }
    program.forward.forEach(this::countReads);
    program.backward.forEach(this::countReads);
    for (int output : program.outputs) {
      reads[output]++;
    }
    boolean computes = inLoops && count >= SHORTEST_COMPUTED;
    BitSet last = computes && !sums ? lastSteps() : new BitSet();
    last.stream().forEach(i -> leaveToRows(program.backward.get(i)));
    BitSet first = computes ? firstSteps(tape) : new BitSet();
    first.stream().forEach(i -> leaveToRows(program.forward.get(i)));
    for (int k = 0; k < count; k++) {
      if (reads[leaves[k]] > 0) {
        steps.add(copy(leaves[k], firstPlace + k));
      }
    }
    first.stream().forEach(i -> addOnRows(program.forward.get(i)));
    this.begin = steps.size();
    addOthers(program.forward, first);
    addOthers(program.backward, last);
    this.end = steps.size();
    if (!sums) {
      addAdjoints(last);
    }
  }

  boolean isPlace(int buffer) {
    return buffer >= firstPlace;
  }

  private boolean isInRow(int buffer) {
    return buffer >= 0 && rowPlaces[buffer] != NOWHERE;
  }

  private static Step copy(int to, int from) {
    return new Step(Kind.COPY, Op.PLUS, 0, to, from, 0, 0, NONE, NONE);
  }

  private void countReads(Step step) {
    for (int buffer : step.reads()) {
      reads[buffer]++;
    }
  }

  private void leaveToRows(Step step) {
    for (int buffer : step.reads()) {
      reads[buffer] -= isInRow(buffer) ? 1 : 0;
    }
  }

  private void addOnRows(Step step) {
    steps.add(step.reading(buffer -> isInRow(buffer) ? rowPlaces[buffer] : buffer));
  }

  /** Each adjoint goes into the row once it is known: all of them would not fit into registers. */
  private void addAdjoints(BitSet last) {
    int[] lastTerms = new int[program.buffers];
    Arrays.fill(lastTerms, NOWHERE);
    last.stream().forEach(i -> lastTerms[program.backward.get(i).out()] = i);
    addCopies(lastTerms, NOWHERE);
    last.stream()
        .forEach(
            i -> {
              addOnRows(program.backward.get(i));
              addCopies(lastTerms, i);
            });
  }

  private void addCopies(int[] lastTerms, int term) {
    for (int k = 0; k < count; k++) {
      int adjoint = program.inputAdjoints[k];
      if (lastTerms[adjoint] == term) {
        steps.add(copy(firstPlace + count + k, adjoint));
      }
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
    int[] ownReads = new int[program.buffers];
    BitSet readRows = new BitSet();
    for (Step step : program.backward) {
      int out = step.out();
      if (adjoints.get(out) && !isSum(step)) {
        adjoints.clear(out);
      }
      terms[out]++;
      for (int buffer : step.reads()) {
        ownReads[out] += buffer == out ? 1 : 0;
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
              && reads[out] == ownReads[out]);
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
  private BitSet firstSteps(Tape tape) {
    int[] left = reads.clone();
    int columns = 0;
    for (int buffer = 0; buffer < left.length; buffer++) {
      columns += isInRow(buffer) && left[buffer] > 0 ? 1 : 0;
    }
    int fewest = columns;
    BitSet best = new BitSet();
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
        columns += left[step.out()] > 0 ? 1 : 0;
        for (int buffer : step.reads()) {
          left[buffer]--;
          boolean wasFilled = isInRow(buffer) || buffer >= tape.firstResult();
          columns -= wasFilled && left[buffer] == 0 ? 1 : 0;
        }
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
}
