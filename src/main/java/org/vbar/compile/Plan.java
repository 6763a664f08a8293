package org.vbar.compile;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.vbar.compile.Program.Block;
import org.vbar.compile.Program.Carry;
import org.vbar.compile.Program.Instruction;
import org.vbar.compile.Program.Item;
import org.vbar.compile.Program.Kind;
import org.vbar.compile.Program.Loop;
import org.vbar.compile.Program.Place;
import org.vbar.compile.Program.Ref;

/**
 * Decides where the values and adjoints of a program live.
 *
 * <p>A value that is read only in its own turn, or in the next one, is a local variable; so is an
 * adjoint all of whose terms come from there. Everything else is in memory. A value that the
 * backward loop needs is stored, unless it is cheap to compute again from what is there.
 *
 * <p><b>Memory.</b> Stored values are numbered anew, each instruction's own in one column where
 * possible, so that loops walk with stride 1. Any numbering will do as long as every reference
 * stays affine in the loop counters. That is simply tried: each reference is checked at every turn,
 * and where one fails, the loops around what it reads are numbered turn by turn instead. In the
 * order of recording itself, with nothing left out, every reference is affine.
 */
final class Plan {
  private final Program program;
  private final Tape tape;

  /** Whether forward and backward code share one method, so that locals of the top last. */
  final boolean merged;

  /** Whether there is forward code only, so that nothing is kept for a backward run. */
  private final boolean forwardOnly;

  /** The instruction that computes each result of the tape. */
  private final int[] producers;

  private final BitSet activeResults;
  final int groups;
  int valuePlaces;
  int adjointPlaces;

  /** Ranges of places, as pairs from and to, that must be 0 before the backward run. */
  List<int[]> zeroInputs = List.of();

  List<int[]> zeroAdjoints = List.of();

  private final List<Use> uses = new ArrayList<>();

  /** Per block, the uses that stand in it and read from memory. */
  private final Map<Block, List<Use>> memoryUses = new HashMap<>();

  /** A reference and where it stands; the instruction is null for outputs and first values. */
  private record Use(Ref ref, Block block, int group, @Nullable Instruction by, int operand) {}

  Plan(Program program, boolean merged, int bytesPerGroup) {
    this(program, ValueNumbers.of(program.tape), merged, bytesPerGroup, Generator.Kind.SWEEP);
  }

  /**
   * A plan.
   *
   * @param numbers the tape's {@link ValueNumbers}. Not modified.
   */
  Plan(Program program, int[] numbers, boolean merged, int bytesPerGroup, Generator.Kind kind) {
    this.program = program;
    this.tape = program.tape;
    this.merged = merged;
    this.forwardOnly = !kind.hasSweep();
    this.producers = new int[tape.size];
    this.activeResults = activeResults();
    this.groups = merged ? assignGroup() : assignGroups(bytesPerGroup);
    numberProducers();
    collectUses();
    for (Use use : uses) {
      resolve(use);
    }
    settleCarries();
    collectMemoryUses();
    markActive();
    findTwins(numbers);
    storeValues();
    placeAdjoints();
    number();
    findFirsts();
    if (kind == Generator.Kind.TANGENTS) {
      findNeededValues();
    }
  }

  // ---- Groups: what goes into one method ----

  private int assignGroup() {
    for (Instruction instruction : program.instructions) {
      instruction.group = 0;
    }
    return 1;
  }

  private int assignGroups(int bytesPerGroup) {
    int group = 0;
    int bytes = 0;
    for (Item item : program.top.items) {
      int own = bytes(item);
      if (bytes > 0 && bytes + own > bytesPerGroup) {
        group++;
        bytes = 0;
      }
      bytes += own;
      setGroup(item, group);
    }
    return group + 1;
  }

  private static void setGroup(Item item, int group) {
    if (item instanceof Instruction instruction) {
      instruction.group = group;
    } else if (item instanceof Loop loop) {
      for (Item inner : loop.body.items) {
        setGroup(inner, group);
      }
    }
  }

  static int groupOf(Item item) {
    return item instanceof Instruction instruction
        ? instruction.group
        : groupOf(((Loop) item).body.items.get(0));
  }

  static int bytes(Item item) {
    if (item instanceof Instruction instruction) {
      return 24 + 44 * instruction.operands.size();
    }
    int sum = 60;
    for (Item inner : ((Loop) item).body.items) {
      sum += bytes(inner);
    }
    return sum;
  }

  // ---- What reads what ----

  private void numberProducers() {
    for (int j = 0; j < program.instructions.size(); j++) {
      Instruction instruction = program.instructions.get(j);
      int place = j;
      Program.forEachTurn(
          instruction.result.offset(),
          instruction.result.strides,
          instruction.block.counts,
          slot -> producers[slot] = place);
      instruction.result.kind = Kind.SAME;
      instruction.result.from = instruction;
    }
  }

  private void collectUses() {
    for (Instruction instruction : program.instructions) {
      for (int k = 0; k < instruction.operands.size(); k++) {
        uses.add(
            new Use(
                instruction.operands.get(k), instruction.block, instruction.group, instruction, k));
      }
    }
    int group = merged ? 0 : -1;
    for (int k = 0; k < program.outputs.size(); k++) {
      uses.add(new Use(program.outputs.get(k), program.top, group, null, k));
    }
  }

  private Instruction producer(int offset) {
    return program.instructions.get(producers[offset]);
  }

  private void resolve(Use use) {
    Ref ref = use.ref;
    switch (ref.kindOfSlot()) {
      case LoopFinder.INPUT -> ref.kind = Kind.INPUT;
      case LoopFinder.DATA -> ref.kind = Kind.DATA;
      case LoopFinder.CONSTANT -> {
        ref.kind = Kind.CONSTANT;
        findLiteral(use);
      }
      default -> resolveResult(use);
    }
  }

  private void findLiteral(Use use) {
    double first = tape.constants[use.ref.offset()];
    boolean[] same = {true};
    Program.forEachTurn(
        use.ref.offset(),
        use.ref.strides,
        use.block.counts,
        at ->
            same[0] &=
                Double.doubleToRawLongBits(tape.constants[at])
                    == Double.doubleToRawLongBits(first));
    use.ref.isLiteral = same[0];
    use.ref.literal = first;
  }

  private void resolveResult(Use use) {
    Ref ref = use.ref;
    int depth = use.block.depth;
    Instruction j = producer(ref.offset());
    if (j.group == use.group
        && use.block.isWithin(j.block)
        && j.result.base == ref.base
        && agrees(ref, j.result, j.block.depth, depth)) {
      ref.kind = Kind.SAME;
      ref.from = j;
      return;
    }
    Block parent = j.block.parent;
    if (j.group == use.group && parent != null && use.block.isWithin(parent)) {
      int level = parent.depth;
      int last = j.result.base + (j.block.counts[level] - 1) * j.result.strides[level];
      // The last turn of a loop that was passed: its first turn lies elsewhere, so j may be another
      // instruction of the body than the one that computed the slot.
      if (ref.base == last && agrees(ref, j.result, level, depth)) {
        ref.kind = Kind.LAST;
        ref.from = j;
        return;
      }
    }
    if (depth > 0 && use.by != null) {
      int next = ref.offset() + ref.strides[depth - 1];
      if (next >= 0 && next < tape.size) {
        Instruction carried = producer(next);
        if (carried.block == use.block
            && carried.result.offset() == next
            && agrees(ref, carried.result, depth, depth)) {
          ref.kind = Kind.CARRIED;
          ref.from = carried;
          return;
        }
      }
    }
    ref.kind = Kind.MEMORY;
    ref.from = null;
  }

  /** Whether strides agree on the outer levels and the rest of the reference stands still. */
  private static boolean agrees(Ref ref, Ref result, int common, int depth) {
    for (int level = 0; level < common; level++) {
      if (ref.strides[level] != result.strides[level]) {
        return false;
      }
    }
    for (int level = common; level < depth; level++) {
      if (ref.strides[level] != 0) {
        return false;
      }
    }
    return true;
  }

  /** Gives carried values their first value's reference; sends to memory what cannot be carried. */
  private void settleCarries() {
    for (int u = 0; u < uses.size(); u++) { // Grows on the way: first values may be carried, too.
      Use use = uses.get(u);
      Instruction from = use.ref.from;
      if (use.ref.kind == Kind.CARRIED && from != null && from.carry == null) {
        Ref init = new Ref(use.ref.base, Arrays.copyOf(use.ref.strides, use.block.depth - 1));
        Use first = new Use(init, parentOf(use.block), use.group, from, -1);
        resolve(first);
        from.carry = new Carry(from, init);
        uses.add(first);
      }
    }
    new Carries().sendToMemory();
    for (Instruction instruction : program.instructions) {
      Carry carry = instruction.carry;
      if (carry != null) {
        loopOf(instruction.block).carries.add(carry);
      }
    }
  }

  /**
   * Whether a loop reads the first value of one of its carried values in another way, too: then
   * their adjoints would be added in another order than recorded.
   */
  private static boolean isTouchedInside(Carry carry) {
    Ref init = carry.init;
    if (init.kind == Kind.CONSTANT || init.kind == Kind.DATA) {
      return false;
    }
    Loop loop = loopOf(carry.of.block);
    Set<Integer> slots = new HashSet<>();
    Program.forEachTurn(init.base, init.strides, carry.of.block.counts, slots::add);
    for (Item item : loop.body.items) {
      if (item instanceof Instruction instruction
          && instruction.carry != null
          && instruction != carry.of
          && touches(instruction.carry.init, instruction.block.counts, slots)) {
        return true;
      }
    }
    return touches(loop.body, carry, slots);
  }

  private static boolean touches(Block block, Carry carry, Set<Integer> slots) {
    for (Item item : block.items) {
      if (item instanceof Loop loop) {
        if (touches(loop.body, carry, slots)) {
          return true;
        }
      } else if (item instanceof Instruction instruction) {
        for (Ref operand : instruction.operands) {
          boolean own = operand.kind == Kind.CARRIED && operand.from == carry.of;
          if (!own && touches(operand, block.counts, slots)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean touches(Ref ref, int[] counts, Set<Integer> slots) {
    boolean[] hit = {false};
    Program.forEachTurn(ref.base, ref.strides, counts, slot -> hit[0] |= slots.contains(slot));
    return hit[0];
  }

  /** Sends to memory what cannot be handed from turn to turn; every use is looked at once. */
  private final class Carries {
    /** The uses that read an instruction of the turn before or of the last turn. */
    private final Map<Instruction, List<Use>> passed = new HashMap<>();

    /** The uses among them that need the value to be carried. */
    private final Map<Instruction, Integer> carried = new HashMap<>();

    private final Map<Ref, Use> firsts = new HashMap<>();
    private final Set<Use> dropped = new HashSet<>();
    private final Set<Instruction> inMemory = new HashSet<>();
    private final Deque<Instruction> waiting = new ArrayDeque<>();

    void sendToMemory() {
      for (Use use : uses) {
        collect(use);
      }
      for (Instruction instruction : program.instructions) {
        if (instruction.carry != null && isTouchedInside(instruction.carry)) {
          add(instruction);
        }
      }
      while (!waiting.isEmpty()) {
        Instruction instruction = waiting.remove();
        for (Use use : passed.getOrDefault(instruction, List.of())) {
          if (!dropped.contains(use)) {
            use.ref.kind = Kind.MEMORY;
            use.ref.from = null;
            addAll(use);
          }
        }
        drop(instruction);
      }
      uses.removeIf(dropped::contains);
    }

    private void collect(Use use) {
      Instruction from = use.ref.from;
      if (use.by != null && use.operand < 0) {
        firsts.put(use.ref, use);
      }
      if (use.ref.kind == Kind.MEMORY) {
        addAll(use);
      } else if (from != null && (use.ref.kind == Kind.CARRIED || use.ref.kind == Kind.LAST)) {
        passed.computeIfAbsent(from, key -> new ArrayList<>()).add(use);
        if (use.ref.kind == Kind.CARRIED) {
          carried.merge(from, 1, Integer::sum);
        }
        if (from.carry == null || isNeededBackward(use)) {
          add(from);
        }
      }
    }

    private void addAll(Use use) {
      addTo(use, this::add);
    }

    private void add(Instruction instruction) {
      if (inMemory.add(instruction)) {
        waiting.add(instruction);
      }
    }

    /** Drops a carry with its first value, which may have been all that needed another carry. */
    private void drop(Instruction instruction) {
      Carry carry = instruction.carry;
      if (carry == null) {
        return;
      }
      instruction.carry = null;
      Use first = firsts.get(carry.init);
      if (first != null) {
        dropped.add(first);
      }
      Instruction outer = carry.init.from;
      if (carry.init.kind == Kind.CARRIED
          && outer != null
          && carried.merge(outer, -1, Integer::sum) == 0) {
        add(outer);
      }
    }
  }

  private static Block parentOf(Block block) {
    Block parent = block.parent;
    if (parent == null) {
      throw new IllegalStateException("The top block has no turns to carry values between.");
    }
    return parent;
  }

  private static Loop loopOf(Block body) {
    Loop loop = body.loop;
    if (loop == null) {
      throw new IllegalStateException("The top block belongs to no loop.");
    }
    return loop;
  }

  private void addProducers(Use use, Set<Instruction> into) {
    addTo(use, into::add);
  }

  private void addTo(Use use, Consumer<Instruction> into) {
    Program.forEachTurn(
        use.ref.offset(), use.ref.strides, use.block.counts, slot -> into.accept(producer(slot)));
  }

  // ---- What is differentiated ----

  private BitSet activeResults() {
    BitSet active = tape.active();
    active.and(resultsBelowOutputs());
    return active;
  }

  /** What an output depends on; what only a guard reads takes no adjoint. */
  private BitSet resultsBelowOutputs() {
    int first = tape.firstResult();
    BitSet below = new BitSet(tape.size);
    for (int k = 0; k < tape.outputCount(); k++) {
      if (tape.outputs[k] >= first) {
        below.set(tape.outputs[k] - first);
      }
    }
    for (int i = below.length() - 1; i >= 0; i = below.previousSetBit(i - 1)) {
      for (int e = tape.firstOperand(i); e < tape.ends[i]; e++) {
        if (tape.operands[e] >= first) {
          below.set(tape.operands[e] - first);
        }
      }
    }
    return below;
  }

  /**
   * Marks instructions. What a reference reads is differentiated as a whole or not at all, but only
   * where its reader is differentiated: an instruction to which no term leads back must not count
   * as the first to add to an adjoint.
   */
  private void markActive() {
    for (int slot = activeResults.nextSetBit(0);
        slot >= 0;
        slot = activeResults.nextSetBit(slot + 1)) {
      producer(slot).active = true;
    }
    Map<Instruction, List<Together>> concerned = new HashMap<>();
    for (Use use : uses) {
      Together together = readTogether(use);
      if (together != null) {
        concerned.computeIfAbsent(together.reader, key -> new ArrayList<>()).add(together);
        for (Instruction j : together.read) {
          concerned.computeIfAbsent(j, key -> new ArrayList<>()).add(together);
        }
      }
    }
    Deque<Instruction> waiting = new ArrayDeque<>();
    program.instructions.stream().filter(j -> j.active).forEach(waiting::add);
    while (!waiting.isEmpty()) {
      for (Together together : concerned.getOrDefault(waiting.remove(), List.of())) {
        if (together.reader.active && together.read.stream().anyMatch(j -> j.active)) {
          for (Instruction j : together.marked) {
            if (!j.active) {
              j.active = true;
              waiting.add(j);
            }
          }
          together.read.clear(); // Nothing is left to do.
        }
      }
    }
  }

  /**
   * Where a reader and one of some instructions that it reads are differentiated, others must be.
   *
   * @param read what a reference leads to at all its turns
   * @param marked all of that; of a carried value, whose first one comes from elsewhere, the
   *     instruction that hands it on
   */
  private record Together(Instruction reader, Set<Instruction> read, Set<Instruction> marked) {}

  private @Nullable Together readTogether(Use use) {
    boolean isCarried = use.ref.kind == Kind.CARRIED;
    if (use.by == null || use.block.depth == 0 || !(isCarried || use.ref.kind == Kind.MEMORY)) {
      return null;
    }
    Set<Instruction> read = new HashSet<>();
    addProducers(use, read);
    if (read.size() == 1) {
      return null;
    }
    Set<Instruction> marked = new HashSet<>(read);
    if (isCarried) {
      marked.removeIf(j -> j != use.ref.from);
    }
    return new Together(use.by, read, marked);
  }

  /** Whether a reference takes a term backward. */
  boolean isActive(Ref ref) {
    return switch (ref.kind) {
      case INPUT -> true;
      case DATA, CONSTANT -> false;
      case SAME, CARRIED, LAST -> ref.from != null && ref.from.active;
      case MEMORY -> ref.adjoint != null;
    };
  }

  private boolean mayBeActive(Ref ref) {
    return switch (ref.kindOfSlot()) {
      case LoopFinder.INPUT -> true;
      case LoopFinder.RESULT -> true;
      default -> false;
    };
  }

  private boolean isNeededBackward(Use use) {
    Instruction by = use.by;
    if (forwardOnly || by == null || use.operand < 0) {
      return false;
    }
    for (int k = 0; k < by.operands.size(); k++) {
      if (mayBeActive(by.operands.get(k)) && Needs.operand(by.op, k, use.operand)) {
        return true;
      }
    }
    return false;
  }

  // ---- Turns side by side ----

  /** Turns of a loop around sums that run side by side: enough to hide the time of an addition. */
  private static final int LANES = 8;

  /** Bytes of forward code that a loop may grow to by that. */
  private static final int LARGEST_JAM = 2_400;

  /**
   * How many turns of a loop run side by side going forward: more than one where its turns are
   * independent and hold loops whose turns are not, as a layer's neurons and their sums.
   */
  int lanes(Loop loop) {
    boolean hasChains = false;
    for (Item item : loop.body.items) {
      if (item instanceof Loop inner) {
        hasChains |= !inner.carries.isEmpty();
        if (inner.carries.isEmpty() || inner.body.items.stream().anyMatch(Loop.class::isInstance)) {
          return 1;
        }
      }
    }
    int most = Math.min(Math.min(LANES, loop.count), LARGEST_JAM * 2 / bytes(loop));
    if (!hasChains || most < 2 || !loop.carries.isEmpty() || !areTurnsIndependent(loop)) {
      return 1;
    }
    int rest = loop.count % most;
    for (int width = most - 1; width > most / 2 && rest > 0; width--) {
      if (loop.count % width == 0) {
        return width;
      }
    }
    return most;
  }

  /** Whether no turn of a loop reads what another one stored. */
  private boolean areTurnsIndependent(Loop loop) {
    int level = loop.body.depth - 1;
    for (Use use : memoryUses(loop.body)) {
      Set<Instruction> from = new HashSet<>();
      addProducers(use, from);
      from.removeIf(producer -> !producer.block.isWithin(loop.body));
      if (!from.isEmpty() && !readsOwnTurn(use, from, level)) {
        return false;
      }
    }
    return true;
  }

  /** What is read from memory in a block and the loops in it. */
  private List<Use> memoryUses(Block block) {
    List<Use> all = new ArrayList<>(memoryUses.getOrDefault(block, List.of()));
    for (Item item : block.items) {
      if (item instanceof Loop inner) {
        all.addAll(memoryUses(inner.body));
      }
    }
    return all;
  }

  private void collectMemoryUses() {
    for (Use use : uses) {
      if (use.ref.kind == Kind.MEMORY) {
        memoryUses.computeIfAbsent(use.block, key -> new ArrayList<>()).add(use);
      }
    }
  }

  /**
   * Whether a use reads some instructions of the loop at a level in its own turn only: it does so
   * in the first turn, and both move on alike.
   */
  private boolean readsOwnTurn(Use use, Set<Instruction> from, int level) {
    Set<Integer> own = new HashSet<>();
    for (Instruction producer : from) {
      for (int outer = 0; outer <= level; outer++) {
        if (producer.result.strides[outer] != use.ref.strides[outer]) {
          return false;
        }
      }
      Program.forEachTurn(
          producer.result.offset(),
          producer.result.strides,
          firstTurnOf(producer.block.counts, level),
          own::add);
    }
    boolean[] all = {true};
    Program.forEachTurn(
        use.ref.offset(),
        use.ref.strides,
        firstTurnOf(use.block.counts, level),
        slot -> all[0] &= own.contains(slot));
    return all[0];
  }

  private static int[] firstTurnOf(int[] counts, int level) {
    int[] first = counts.clone();
    Arrays.fill(first, 0, level + 1, 1);
    return first;
  }

  // ---- Values ----

  /** Lets instructions of the same block and method that compute the same number do it once. */
  private void findTwins(int[] numbers) {
    Map<Block, Map<Integer, Instruction>> firsts = new HashMap<>();
    for (Instruction i : program.instructions) {
      Instruction first =
          firsts
              .computeIfAbsent(i.block, key -> new HashMap<>())
              .putIfAbsent(numbers[i.result.offset()], i);
      if (first != null
          && first.group == i.group
          && first.active == i.active
          && agree(first, i, numbers)) {
        i.twin = first;
      }
    }
  }

  private static boolean agree(Instruction a, Instruction b, int[] numbers) {
    if (!Arrays.equals(a.result.strides, b.result.strides)) {
      return false;
    }
    int distance = b.result.offset() - a.result.offset();
    boolean[] all = {true};
    Program.forEachTurn(
        a.result.offset(),
        a.result.strides,
        a.block.counts,
        slot -> all[0] &= numbers[slot] == numbers[slot + distance]);
    return all[0];
  }

  private void storeValues() {
    for (Use use : uses) {
      if (use.ref.kind == Kind.MEMORY) {
        Set<Instruction> from = new HashSet<>();
        addProducers(use, from);
        for (Instruction instruction : from) {
          instruction.valueStored = true;
        }
      }
    }
    for (Instruction instruction : program.instructions) {
      if (forwardOnly || !instruction.active) {
        continue;
      }
      for (int k = 0; k < instruction.operands.size(); k++) {
        if (!mayBeActive(instruction.operands.get(k))) {
          continue;
        }
        for (int j = 0; j < instruction.operands.size(); j++) {
          if (Needs.operand(instruction.op, k, j)) {
            keep(instruction.operands.get(j));
          }
        }
        if (Needs.value(instruction.op, k)) {
          keep(instruction.result);
        }
      }
    }
  }

  /** Makes sure that the backward run finds a value. */
  private void keep(Ref ref) {
    if (ref.from == null) {
      return;
    }
    Instruction from = ref.from.origin();
    if (from.valueStored || from.recomputed || lasts(from)) {
      return;
    }
    if (canBeRecomputed(from, 3)) {
      from.recomputed = true;
      for (Ref operand : from.operands) {
        keep(operand);
      }
    } else {
      from.valueStored = true;
    }
  }

  /** Whether the local variable of a value lives until the backward run. */
  boolean lasts(Instruction instruction) {
    return merged && instruction.block.depth == 0;
  }

  private boolean canBeRecomputed(Instruction instruction, int levels) {
    boolean cheap =
        switch (instruction.op) {
          case PLUS, MINUS, TIMES, NEGATED, SQUARE -> true;
          default -> false;
        };
    if (!cheap || levels == 0) {
      return false;
    }
    for (Ref operand : instruction.operands) {
      boolean there =
          switch (operand.kind) {
            case INPUT, DATA, CONSTANT, MEMORY -> true;
            case CARRIED, LAST -> false;
            case SAME -> {
              Instruction from = operand.from == null ? null : operand.from.origin();
              yield from != null
                  && (from.valueStored
                      || from.recomputed
                      || lasts(from)
                      || canBeRecomputed(from, levels - 1));
            }
          };
      if (!there) {
        return false;
      }
    }
    return true;
  }

  /** Finds the values that tangents read: operands and results of derivatives, and guards. */
  private void findNeededValues() {
    program.instructions.forEach(instruction -> instruction.valueNeeded = false);
    for (Instruction i : program.instructions) {
      for (int k = 0; k < i.operands.size(); k++) {
        if (i.active && isActive(i.operands.get(k))) {
          for (int j = 0; j < i.operands.size(); j++) {
            if (Needs.operand(i.op, k, j)) {
              need(i.operands.get(j), i.block);
            }
          }
          if (Needs.value(i.op, k)) {
            need(i.result, i.block);
          }
        }
      }
    }
    for (int k = tape.outputCount(); k < tape.outputs.length; k++) {
      need(program.outputs.get(k), program.top);
    }
  }

  private void need(Ref ref, Block block) {
    Deque<Instruction> open = new ArrayDeque<>();
    read(ref, block, open);
    while (!open.isEmpty()) {
      Instruction i = open.pop();
      for (Ref operand : i.operands) {
        read(operand, i.block, open);
      }
      if (i.carry != null) {
        read(i.carry.init, parentOf(i.block), open);
      }
    }
  }

  /** Marks what a reference reads, and opens what was not marked before. */
  private void read(Ref ref, Block block, Deque<Instruction> open) {
    Set<Instruction> from = new LinkedHashSet<>();
    if (ref.kind == Kind.MEMORY) {
      Program.forEachTurn(
          ref.offset(), ref.strides, block.counts, slot -> from.add(producer(slot)));
    } else if (ref.from != null) {
      from.add(ref.from);
    }
    for (Instruction i : from) {
      for (Instruction computed : new Instruction[] {i, i.origin()}) {
        if (!computed.valueNeeded) {
          computed.valueNeeded = true;
          open.push(computed);
        }
      }
    }
  }

  // ---- Adjoints ----

  private void placeAdjoints() {
    for (Use use : uses) {
      if (use.ref.kind == Kind.MEMORY && pushes(use)) {
        Set<Instruction> from = new HashSet<>();
        addProducers(use, from);
        for (Instruction instruction : from) {
          instruction.adjointStored |= instruction.active;
        }
      }
    }
    Map<Instruction, Integer> readers = new HashMap<>();
    for (Use use : uses) {
      if (use.ref.from != null && use.ref.kind != Kind.LAST) {
        readers.merge(use.ref.from, 1, Integer::sum);
      }
    }
    for (Instruction instruction : program.instructions) {
      Carry carry = instruction.carry;
      if (carry != null) {
        carry.isRunningSum = addsToItself(instruction) && readers.getOrDefault(instruction, 0) == 1;
      }
    }
  }

  /** Whether a use takes a term backward; guards are read, but not swept from. */
  private boolean pushes(Use use) {
    return use.by == null ? use.operand < tape.outputCount() : use.by.active;
  }

  /** Whether an instruction adds to its own last value; if nothing else reads that, it is a sum. */
  private static boolean addsToItself(Instruction instruction) {
    boolean adds =
        switch (instruction.op) {
          case PLUS -> true;
          case MINUS -> isOwnLast(instruction, 0);
          default -> false;
        };
    return adds && isOwnLast(instruction, 0) != isOwnLast(instruction, 1);
  }

  private static boolean isOwnLast(Instruction instruction, int k) {
    Ref operand = instruction.operands.get(k);
    return operand.kind == Kind.CARRIED && operand.from == instruction;
  }

  // ---- Numbering ----

  private void number() {
    int[] values = numbering(false);
    int[] adjoints = numbering(true);
    valuePlaces = highest(values) + 1;
    adjointPlaces = highest(adjoints) + 1;
  }

  private static int highest(int[] places) {
    int most = -1;
    for (int place : places) {
      most = Math.max(most, place);
    }
    return most;
  }

  private int[] numbering(boolean adjoints) {
    for (Loop loop : program.loops) {
      loop.columnar = true;
    }
    for (int attempt = 0; attempt < 12; attempt++) {
      int[] map = new int[tape.size];
      Arrays.fill(map, -1);
      int[] next = {0};
      lay(program.top.items, new int[16], map, next, adjoints);
      Use bad = assign(map, adjoints);
      if (bad == null) {
        return map;
      }
      if (!uncolumn(bad)) {
        break;
      }
    }
    int[] identity = new int[tape.size];
    for (int i = 0; i < identity.length; i++) {
      identity[i] = i;
    }
    if (assign(identity, adjoints) != null) {
      throw new IllegalStateException("A reference of a recovered loop is not affine.");
    }
    return identity;
  }

  private void lay(List<Item> items, int[] turn, int[] map, int[] next, boolean adjoints) {
    for (Item item : items) {
      lay(item, turn, map, next, adjoints);
    }
  }

  private void lay(Item item, int[] turn, int[] map, int[] next, boolean adjoints) {
    if (item instanceof Instruction instruction) {
      if (adjoints ? instruction.adjointStored : instruction.valueStored) {
        int slot = instruction.result.offset();
        for (int level = 0; level < instruction.block.depth; level++) {
          slot += turn[level] * instruction.result.strides[level];
        }
        map[slot] = next[0]++;
      }
      return;
    }
    Loop loop = (Loop) item;
    int level = loop.body.depth - 1;
    if (loop.columnar) {
      for (Item inner : loop.body.items) {
        for (int r = 0; r < loop.count; r++) {
          turn[level] = r;
          lay(inner, turn, map, next, adjoints);
        }
      }
    } else {
      for (int r = 0; r < loop.count; r++) {
        turn[level] = r;
        lay(loop.body.items, turn, map, next, adjoints);
      }
    }
  }

  /** Numbers the outermost columnar loop around each thing read turn by turn. */
  private boolean uncolumn(Use use) {
    Set<Instruction> from = new HashSet<>();
    addProducers(use, from);
    boolean changed = false;
    for (Instruction instruction : from) {
      Loop outermost = null;
      for (Block b = instruction.block; b.parent != null; b = parentOf(b)) {
        Loop loop = loopOf(b);
        if (loop.columnar) {
          outermost = loop;
        }
      }
      if (outermost != null) {
        outermost.columnar = false;
        changed = true;
      }
    }
    return changed;
  }

  /** Writes places into all references; returns the first one that is not affine. */
  private @Nullable Use assign(int[] map, boolean adjoints) {
    for (Instruction instruction : program.instructions) {
      if (adjoints ? instruction.adjointStored : instruction.valueStored) {
        Use own = new Use(instruction.result, instruction.block, 0, instruction, -1);
        Place place = place(own, map);
        if (place == null) {
          return own;
        }
        set(instruction.result, place, adjoints);
      }
    }
    for (Use use : uses) {
      if (use.ref.kind != Kind.MEMORY || (adjoints && !(pushes(use) && reachesActive(use)))) {
        continue;
      }
      Place place = place(use, map);
      if (place == null) {
        return use;
      }
      set(use.ref, place, adjoints);
    }
    return null;
  }

  private boolean reachesActive(Use use) {
    return producer(use.ref.offset()).active;
  }

  private static void set(Ref ref, Place place, boolean adjoints) {
    if (adjoints) {
      ref.adjoint = place;
    } else {
      ref.value = place;
    }
  }

  private static @Nullable Place place(Use use, int[] map) {
    int[] counts = use.block.counts;
    int slot = use.ref.offset();
    int base = map[slot];
    int[] strides = new int[counts.length];
    for (int level = 0; level < counts.length; level++) {
      strides[level] = map[slot + use.ref.strides[level]] - base;
    }
    return base >= 0 && holds(use.ref, counts, 0, slot, base, strides, map)
        ? new Place(base, strides)
        : null;
  }

  private static boolean holds(
      Ref ref, int[] counts, int level, int slot, int place, int[] strides, int[] map) {
    if (level == counts.length) {
      return map[slot] == place;
    }
    for (int r = 0; r < counts[level]; r++) {
      if (!holds(
          ref,
          counts,
          level + 1,
          slot + r * ref.strides[level],
          place + r * strides[level],
          strides,
          map)) {
        return false;
      }
    }
    return true;
  }

  // ---- First terms ----

  /** Finds which references always add the first term, and what else must be 0 before. */
  private void findFirsts() {
    long[] lastInput = new long[tape.inputs];
    long[] lastAdjoint = new long[adjointPlaces];
    Arrays.fill(lastInput, -1);
    Arrays.fill(lastAdjoint, -1);
    for (Use use : uses) {
      forEachTerm(
          use,
          (array, place, order) -> array[place] = Math.max(array[place], order),
          lastInput,
          lastAdjoint);
    }
    BitSet firstInputs = new BitSet(tape.inputs);
    BitSet firstAdjoints = new BitSet(adjointPlaces);
    for (Use use : uses) {
      boolean[] first = {true};
      forEachTerm(
          use, (array, place, order) -> first[0] &= array[place] == order, lastInput, lastAdjoint);
      use.ref.isFirst = first[0];
      if (first[0]) {
        forEachTerm(
            use,
            (array, place, order) -> (array == lastInput ? firstInputs : firstAdjoints).set(place),
            lastInput,
            lastAdjoint);
      }
    }
    zeroInputs = unset(firstInputs, tape.inputs);
    zeroAdjoints = unset(firstAdjoints, adjointPlaces);
  }

  private interface Term {
    void at(long[] array, int place, long order);
  }

  /** Calls back for every term that a reference adds in memory, with its place in time. */
  private void forEachTerm(Use use, Term term, long[] inputs, long[] adjoints) {
    Ref ref = use.ref;
    if (!pushes(use)) {
      return;
    }
    long[] array;
    int base;
    int[] strides;
    Instruction from = ref.from;
    if (ref.kind == Kind.INPUT) {
      array = inputs;
      base = ref.offset();
      strides = ref.strides;
    } else if (ref.kind == Kind.MEMORY && ref.adjoint != null) {
      array = adjoints;
      base = ref.adjoint.base();
      strides = ref.adjoint.strides();
    } else if (ref.kind == Kind.SAME
        && from != null
        && from.adjointStored
        && from.result.adjoint != null) {
      array = adjoints;
      base = from.result.adjoint.base();
      strides = Arrays.copyOf(from.result.adjoint.strides(), use.block.depth);
    } else {
      return;
    }
    walkTerms(use, 0, base, strides, time(use), term, array);
  }

  /** Outputs come last; the first value of a carried one is met when its first turn is. */
  private long time(Use use) {
    Instruction by = use.by;
    if (by == null) {
      return Long.MAX_VALUE / 2 + use.operand;
    }
    return (long) by.result.offset() << 20 | Math.max(0, use.operand);
  }

  private void walkTerms(
      Use use, int level, int place, int[] strides, long time, Term term, long[] array) {
    if (level == use.block.depth) {
      term.at(array, place, time);
      return;
    }
    Instruction by = use.by;
    long step = by == null ? 0 : (long) by.result.strides[level] << 20;
    for (int r = 0; r < use.block.counts[level]; r++) {
      walkTerms(use, level + 1, place + r * strides[level], strides, time + r * step, term, array);
    }
  }

  /** The ranges of places up to {@code size} that are not set; one range if they are many. */
  private static List<int[]> unset(BitSet set, int size) {
    List<int[]> ranges = new ArrayList<>();
    for (int at = set.nextClearBit(0); at < size; ) {
      int end = set.nextSetBit(at);
      int to = end < 0 ? size : Math.min(end, size);
      ranges.add(new int[] {at, to});
      at = set.nextClearBit(to);
      if (ranges.size() > 12) {
        return List.of(new int[] {0, size});
      }
    }
    return ranges;
  }
}
