package org.vbar.compile;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.vbar.compile.Program.Block;
import org.vbar.compile.Program.Instruction;
import org.vbar.compile.Program.Item;
import org.vbar.compile.Program.Loop;
import org.vbar.compile.Program.Ref;
import org.vbar.graph.Op;

/**
 * Which running sums of a program are variables in its text, as s in {@code s += w·x}.
 *
 * <p>A sum is one where everything that reads it can say so: its first value, computed before the
 * loop and read there; the sum so far, read in the same turn; and its last value, read behind the
 * loop. A last value that is read otherwise, as by another loop, is kept in a line of its own. From
 * its first value to its last reader a sum has its variable for itself. Every other sum is written
 * as what it is, an op with indices.
 */
final class SumNames {
  /** A variable, which sums that continue each other share. */
  static final class Variable {
    private final int depth;
    private final int from;
    private int to;
    private int number;

    private Variable(int depth, int from) {
      this.depth = depth;
      this.from = from;
    }

    /** 0 for the first name, 1 for the next. */
    int number() {
      return number;
    }
  }

  /** A last value that is read by its index. */
  record Kept(Ref value, Variable variable) {}

  private record Reader(int position, Ref ref) {}

  /** How many operands read each result. */
  private final int[] reads;

  /** The first op that reads each result. */
  private final int[] firstReader;

  private final Map<Item, Integer> positions = new HashMap<>();
  private final Map<Loop, Integer> ends = new HashMap<>();
  private final Map<Instruction, Variable> sums = new HashMap<>();
  private final Map<Instruction, Variable> firsts = new HashMap<>();
  private final Map<Ref, Variable> named = new HashMap<>();
  private final Map<Loop, List<Kept>> kept = new HashMap<>();
  private final List<Variable> variables = new ArrayList<>();
  private int next;

  private SumNames(int results) {
    this.reads = new int[results];
    this.firstReader = new int[results];
  }

  static SumNames of(Program program) {
    SumNames names = new SumNames(program.tape.size);
    if (!program.loops.isEmpty()) {
      names.count(program.tape);
      names.visit(program.top);
      names.number();
    }
    return names;
  }

  private void count(Tape tape) {
    int first = tape.firstResult();
    for (int i = tape.size - 1; i >= 0; i--) {
      for (int e = tape.firstOperand(i); e < tape.ends[i]; e++) {
        if (tape.operands[e] >= first) {
          reads[tape.operands[e] - first]++;
          firstReader[tape.operands[e] - first] = i;
        }
      }
    }
  }

  /** The variable to which an instruction adds, or null. */
  @Nullable Variable sum(Instruction instruction) {
    return sums.get(instruction);
  }

  /** The variable whose first value an instruction computes, or null. */
  @Nullable Variable first(Instruction instruction) {
    return firsts.get(instruction);
  }

  /** The variable that an operand reads, or null. */
  @Nullable Variable read(Ref operand) {
    return named.get(operand);
  }

  /** Last values to be kept behind a loop. */
  List<Kept> kept(Loop loop) {
    return kept.getOrDefault(loop, List.of());
  }

  /** Whether an instruction is a product that nothing but the sum behind it reads. */
  boolean isTerm(Instruction term, Instruction sum) {
    return term.op == Op.TIMES
        && sums.containsKey(sum)
        && isSame(sum.operands.get(1), term.result)
        && areRead(term.result.base, term.result.strides, term.block.counts, 1);
  }

  // ---- Finding sums ----

  private void visit(Block block) {
    List<Loop> loops = new ArrayList<>();
    boolean hasSums = false;
    for (Item item : block.items) {
      positions.put(item, next++);
      if (item instanceof Loop loop) {
        loops.add(loop);
        hasSums |= loop.body.items.stream().anyMatch(SumNames::isRunningSum);
        visit(loop.body);
        ends.put(loop, next++);
      }
    }
    if (!hasSums) {
      return;
    }
    Map<String, Instruction> results = new HashMap<>();
    Map<String, List<Reader>> readers = new HashMap<>();
    for (Item item : block.items) {
      if (item instanceof Instruction instruction) {
        results.put(key(instruction.result.base, instruction.result.strides), instruction);
        for (Ref ref : instruction.operands) {
          readers
              .computeIfAbsent(key(ref.base, ref.strides), key -> new ArrayList<>())
              .add(new Reader(position(item), ref));
        }
      }
    }
    Map<String, Variable> last = new HashMap<>();
    for (Loop loop : loops) {
      for (Item item : loop.body.items) {
        if (item instanceof Instruction sum && isRunningSum(sum)) {
          name(sum, loop, results, readers, last);
        }
      }
    }
  }

  private static boolean isRunningSum(Item item) {
    if (!(item instanceof Instruction sum) || sum.op != Op.PLUS || sum.block.depth == 0) {
      return false;
    }
    return isSoFar(sum.operands.get(0), sum);
  }

  /** Whether a reference is to a sum as the turn before left it. */
  private static boolean isSoFar(Ref ref, Instruction sum) {
    return ref.base == sum.result.base - sum.result.strides[sum.block.depth - 1]
        && Arrays.equals(ref.strides, sum.result.strides);
  }

  private void name(
      Instruction sum,
      Loop loop,
      Map<String, Instruction> results,
      Map<String, List<Reader>> readers,
      Map<String, Variable> last) {
    int level = loop.body.depth - 1;
    int stride = sum.result.strides[level];
    int[] outer = Arrays.copyOf(sum.result.strides, level);
    int firstBase = sum.result.base - stride;
    int lastBase = sum.result.base + (loop.count - 1) * stride;
    String firstKey = key(firstBase, outer);
    Instruction first = results.get(firstKey);
    Variable before = last.get(firstKey);
    boolean begins = first != null && !isRunningSum(first) && position(first) < position(loop);
    if (before == null && !begins) {
      return;
    }
    List<Ref> old = new ArrayList<>();
    List<Ref> now = new ArrayList<>();
    boolean isBehind = false;
    for (Item item : loop.body.items) {
      if (item instanceof Instruction instruction) {
        for (Ref ref : instruction.operands) {
          if (isBehind && isSame(ref, sum.result)) {
            now.add(ref);
          } else if (!isBehind && isSoFar(ref, sum)) {
            old.add(ref); // the sum's own operand, too
          }
        }
      }
      isBehind |= item == sum;
    }
    List<Reader> early = new ArrayList<>(readers.getOrDefault(firstKey, List.of()));
    early.removeIf(reader -> reader.position > position(loop));
    int[] turns = loop.body.counts;
    boolean isRead = areRead(firstBase, outer, turns, old.size() + early.size());
    for (int turn = 0; turn < loop.count - 1 && isRead; turn++) {
      isRead = areRead(sum.result.base + turn * stride, outer, turns, old.size() + now.size());
    }
    if (!isRead) {
      return;
    }
    List<Reader> late = new ArrayList<>(readers.getOrDefault(key(lastBase, outer), List.of()));
    late.removeIf(reader -> reader.position < position(loop));
    boolean isSaid = areRead(lastBase, outer, turns, now.size() + late.size());
    if (!isSaid && !(now.isEmpty() && isReadBehind(loop, lastBase, outer))) {
      return;
    }
    Variable variable = before == null ? begin(requireNonNull(first)) : before;
    int to = end(loop);
    if (isSaid) {
      for (Reader reader : late) {
        named.put(reader.ref, variable);
        to = Math.max(to, reader.position);
      }
      last.put(key(lastBase, outer), variable);
    } else {
      kept.computeIfAbsent(loop, key -> new ArrayList<>())
          .add(new Kept(new Ref(lastBase, outer), variable));
    }
    variable.to = Math.max(variable.to, to);
    sums.put(sum, variable);
    old.forEach(ref -> named.put(ref, variable));
    now.forEach(ref -> named.put(ref, variable));
    early.forEach(reader -> named.put(reader.ref, variable));
  }

  private Variable begin(Instruction first) {
    Variable variable = new Variable(first.block.depth, position(first));
    variables.add(variable);
    firsts.put(first, variable);
    return variable;
  }

  /** Whether so many operands read each of these results, at all turns of the loops around. */
  private boolean areRead(int base, int[] strides, int[] turns, int times) {
    boolean[] are = {true};
    int results = base & -(1 << LoopFinder.KIND_BITS);
    Program.forEachTurn(base, strides, turns, slot -> are[0] &= reads[slot - results] == times);
    return are[0];
  }

  /** Whether nothing in a loop reads these results, which it computes in its last turn. */
  private boolean isReadBehind(Loop loop, int base, int[] strides) {
    int end = lastResult(loop) - base;
    boolean[] are = {true};
    int results = base & -(1 << LoopFinder.KIND_BITS);
    Program.forEachTurn(
        base,
        strides,
        loop.body.counts,
        slot -> are[0] &= firstReader[slot - results] > slot - results + end);
    return are[0];
  }

  /** The last result of a loop in the first turn of the loops around. */
  private static int lastResult(Loop loop) {
    Item item = loop;
    while (item instanceof Loop inner) {
      item = inner.body.items.get(inner.body.items.size() - 1);
    }
    Instruction last = (Instruction) item;
    int slot = last.result.base;
    for (int level = loop.body.depth - 1; level < last.block.depth; level++) {
      slot += (last.block.counts[level] - 1) * last.result.strides[level];
    }
    return slot;
  }

  private int position(Item item) {
    return positions.getOrDefault(item, next);
  }

  private int end(Loop loop) {
    return ends.getOrDefault(loop, next);
  }

  private static boolean isSame(Ref a, Ref b) {
    return a.base == b.base && Arrays.equals(a.strides, b.strides);
  }

  private static String key(int base, int[] strides) {
    return base + Arrays.toString(strides);
  }

  // ---- Giving names ----

  /** Sums of inner loops get the first names, then those that begin first. */
  private void number() {
    variables.sort(
        Comparator.comparingInt((Variable variable) -> -variable.depth)
            .thenComparingInt(variable -> variable.from));
    List<NavigableMap<Integer, Variable>> users = new ArrayList<>(); // by where they begin
    for (Variable variable : variables) {
      int name = 0;
      while (name < users.size() && isInUse(users.get(name), variable)) {
        name++;
      }
      if (name == users.size()) {
        users.add(new TreeMap<>());
      }
      variable.number = name;
      users.get(name).put(variable.from, variable);
    }
  }

  /** A sum may begin where another one is read last, as in {@code s = tanh(s)}. */
  private static boolean isInUse(NavigableMap<Integer, Variable> users, Variable variable) {
    Map.Entry<Integer, Variable> other = users.lowerEntry(variable.to);
    return other != null && other.getValue().to > variable.from;
  }
}
