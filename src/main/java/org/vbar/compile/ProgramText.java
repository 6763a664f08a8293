package org.vbar.compile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vbar.compile.Program.Block;
import org.vbar.compile.Program.Instruction;
import org.vbar.compile.Program.Item;
import org.vbar.compile.Program.Loop;
import org.vbar.compile.Program.Ref;

/**
 * A program as text for people. Inputs are {@code x[…]}, data {@code d[…]}, constants {@code c[…]}
 * or their number, and results {@code v[…]} in the order of recording; loop counters are i, j, k,
 * …, the innermost loop's being i. A running sum of a loop is {@code s}, before, in and behind it;
 * one that is in use meanwhile is {@code t}, the next {@code u}: see {@link SumNames}.
 *
 * <p>Inputs and data go by their names where those that a reference reads share a base and have
 * indices that are affine in the counters, as {@code W[j,i]}. Where a name is one of the letters
 * above, the letter gives way: {@code input}, {@code data}, {@code constant}, {@code value} and
 * {@code sum} take its place. Names that are counters are not used.
 */
final class ProgramText {
  private static final int MOST_LINES = 400;

  /** Names of running sums that are in use at the same time. */
  private static final String SUMS = "stuw";

  private final Program program;
  private final @Nullable LeafNames leaves;
  private final SumNames sums;
  private final StringBuilder text = new StringBuilder();
  private final Map<Integer, String> counters = new HashMap<>();
  private int lines;

  private ProgramText(Program program, @Nullable LeafNames leaves) {
    this.program = program;
    this.leaves = leaves;
    this.sums = SumNames.of(program);
  }

  /** The text without names. */
  static String of(Program program) {
    return of(program, null);
  }

  static String of(Program program, @Nullable LeafNames leaves) {
    ProgramText writer = new ProgramText(program, leaves);
    writer.block(program.top, "");
    return writer.text.toString();
  }

  private void block(Block block, String indent) {
    for (int at = 0; at < block.items.size(); at++) {
      Item item = block.items.get(at);
      if (++lines > MOST_LINES) {
        if (lines == MOST_LINES + 1) {
          text.append(indent).append("…\n");
        }
        return;
      }
      if (item instanceof Instruction instruction) {
        if (at + 1 < block.items.size()
            && block.items.get(at + 1) instanceof Instruction next
            && sums.isTerm(instruction, next)) {
          continue; // Written with the sum that it is a term of.
        }
        text.append(indent).append(line(instruction)).append('\n');
      } else if (item instanceof Loop loop) {
        counters.put(block.depth, String.valueOf((char) ('i' + height(loop) - 1)));
        text.append(indent)
            .append("for ")
            .append(counters.get(block.depth))
            .append(" in 0..")
            .append(loop.count - 1)
            .append(':');
        int line = text.length();
        text.append('\n');
        block(loop.body, indent + "  ");
        joinSingleLine(line);
        for (SumNames.Kept kept : sums.kept(loop)) {
          text.append(indent).append(slot(kept.value(), block.counts)).append(" = ");
          text.append(variable(kept.variable())).append('\n');
        }
      }
    }
  }

  /** Puts a body of one line behind its loop's head. */
  private void joinSingleLine(int from) {
    String body = text.substring(from).strip();
    if (!body.contains("\n")) {
      text.setLength(from);
      text.append(' ').append(body).append('\n');
    }
  }

  private static int height(Loop loop) {
    int most = 0;
    for (Item item : loop.body.items) {
      if (item instanceof Loop inner) {
        most = Math.max(most, height(inner));
      }
    }
    return most + 1;
  }

  private String line(Instruction instruction) {
    int[] counts = instruction.block.counts;
    SumNames.Variable sum = sums.sum(instruction);
    if (sum != null) {
      int at = instruction.block.items.indexOf(instruction);
      if (at > 0
          && instruction.block.items.get(at - 1) instanceof Instruction term
          && sums.isTerm(term, instruction)) {
        return variable(sum)
            + " += "
            + slot(term.operands.get(0), counts)
            + "·"
            + slot(term.operands.get(1), counts);
      }
      return variable(sum) + " += " + slot(instruction.operands.get(1), counts);
    }
    List<String> operands = new ArrayList<>();
    for (Ref operand : instruction.operands) {
      operands.add(slot(operand, counts));
    }
    if (instruction.op.hasParameter()) {
      operands.add(Double.toString(program.tape.parameters[instruction.extra]));
    }
    String formula = instruction.op.formula(operands);
    SumNames.Variable first = sums.first(instruction);
    String result = first == null ? slot(instruction.result, counts) : variable(first);
    return result + " = " + formula;
  }

  private String variable(SumNames.Variable sum) {
    int number = sum.number();
    return number < SUMS.length()
        ? letter(SUMS.substring(number, number + 1), number == 0 ? "sum" : "sum" + (number + 1))
        : "sum" + (number + 1);
  }

  private String slot(Ref ref, int[] counts) {
    SumNames.Variable sum = sums.read(ref);
    if (sum != null) {
      return variable(sum);
    }
    int kind = ref.kindOfSlot();
    boolean fixed = Arrays.stream(ref.strides).allMatch(s -> s == 0);
    if (kind == LoopFinder.CONSTANT && fixed) {
      return Double.toString(program.tape.constants[ref.offset()]);
    }
    String leaf = leaf(ref, counts);
    if (leaf != null) {
      return leaf;
    }
    String array =
        switch (kind) {
          case LoopFinder.INPUT -> letter("x", "input");
          case LoopFinder.DATA -> letter("d", "data");
          case LoopFinder.CONSTANT -> letter("c", "constant");
          default -> letter("v", "value");
        };
    return array + "[" + affine(ref.offset(), ref.strides) + "]";
  }

  /** A letter, unless leaves are called so. */
  private String letter(String letter, String otherwise) {
    return leaves != null && leaves.has(letter) ? otherwise : letter;
  }

  private String affine(int offset, int[] strides) {
    StringBuilder index = new StringBuilder();
    for (int level = 0; level < strides.length; level++) {
      int stride = strides[level];
      if (stride != 0) {
        index
            .append(index.isEmpty() ? "" : " + ")
            .append(stride == 1 ? "" : Integer.toString(stride))
            .append(counters.get(level));
      }
    }
    if (index.isEmpty() || offset != 0) {
      index.append(index.isEmpty() ? "" : " + ").append(offset);
    }
    return index.toString();
  }

  // ---- Names of inputs and data ----

  /** The name of what a reference reads, or null if it has none that holds at every turn. */
  private @Nullable String leaf(Ref ref, int[] counts) {
    LeafNames known = leaves;
    int kind = ref.kindOfSlot();
    if (known == null || (kind != LoopFinder.INPUT && kind != LoopFinder.DATA)) {
      return null;
    }
    int first = ref.offset() + (kind == LoopFinder.DATA ? program.tape.inputs : 0);
    int[] turns = Arrays.copyOf(counts, ref.strides.length);
    if (known.base(first) == LeafNames.NONE || counters.containsValue(known.baseName(first))) {
      return null;
    }
    StringBuilder text = new StringBuilder(known.baseName(first));
    boolean moves = Arrays.stream(ref.strides).anyMatch(stride -> stride != 0);
    for (int which = 0; which < 2; which++) {
      int[] strides = new int[turns.length];
      for (int level = 0; level < turns.length; level++) {
        strides[level] = known.index(which, first + ref.strides[level]) - known.index(which, first);
      }
      Walk walk = new Walk(known, known.base(first), which, ref.strides, strides, turns);
      if (!walk.holds(0, first, known.index(which, first))) {
        return null;
      }
      if (known.index(which, first) != LeafNames.NONE) {
        text.append(which == 0 ? "[" : ",").append(affine(known.index(which, first), strides));
      } else if (which == 0 && moves) {
        return null;
      }
    }
    return text.append(known.index(0, first) == LeafNames.NONE ? "" : "]").toString();
  }

  /**
   * Leaves read turn by turn.
   *
   * @param base what all must be called
   * @param which the index to look at
   * @param slots how far the slot moves, per loop
   * @param indices how far the index must move, per loop
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Walk(
      LeafNames names, int base, int which, int[] slots, int[] indices, int[] turns) {
    /** Whether base and index are as they should be at every turn from a level on. */
    boolean holds(int level, int slot, int index) {
      if (level == turns.length) {
        return names.base(slot) == base && names.index(which, slot) == index;
      }
      for (int r = 0; r < turns[level]; r++) {
        if (!holds(level + 1, slot + r * slots[level], index + r * indices[level])) {
          return false;
        }
      }
      return true;
    }
  }
}
