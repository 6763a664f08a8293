package org.vbar.compile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vbar.compile.Program.Block;
import org.vbar.compile.Program.Instruction;
import org.vbar.compile.Program.Item;
import org.vbar.compile.Program.Loop;
import org.vbar.compile.Program.Ref;
import org.vbar.graph.Op;

/**
 * A program as text for people. Inputs are {@code x[…]}, data {@code d[…]}, constants {@code c[…]}
 * or their number, and results {@code v[…]} in the order of recording; loop counters are i, j, k,
 * …, the innermost loop's being i. A running sum of a loop is {@code s}, before, in and behind it.
 */
final class ProgramText {
  private static final int MOST_LINES = 400;

  private final Program program;
  private final StringBuilder text = new StringBuilder();
  private final Map<Integer, String> counters = new HashMap<>();
  private final Map<String, String> names = new HashMap<>();
  private int lines;

  private ProgramText(Program program) {
    this.program = program;
  }

  static String of(Program program) {
    ProgramText writer = new ProgramText(program);
    writer.block(program.top, "");
    return writer.text.toString();
  }

  private void block(Block block, String indent) {
    for (Item item : block.items) {
      if (item instanceof Loop loop) {
        nameSum(loop);
      }
    }
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
            && isTermOfSum(instruction, next)) {
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

  /** A running sum of a loop is called s, and so are its first value and what comes out of it. */
  private void nameSum(Loop loop) {
    int level = loop.body.depth - 1;
    for (Item item : loop.body.items) {
      if (item instanceof Instruction sum && isRunningSum(sum)) {
        int[] outer = Arrays.copyOf(sum.result.strides, level);
        int stride = sum.result.strides[level];
        names.put(key(sum.result.base - stride, outer), "s");
        names.put(key(sum.result.base + (loop.count - 1) * stride, outer), "s");
        return;
      }
    }
  }

  private static boolean isRunningSum(Instruction sum) {
    int level = sum.block.depth - 1;
    return sum.op == Op.PLUS
        && level >= 0
        && sum.operands.get(0).base == sum.result.base - sum.result.strides[level]
        && Arrays.equals(sum.operands.get(0).strides, sum.result.strides);
  }

  private boolean isTermOfSum(Instruction term, Instruction sum) {
    return term.op == Op.TIMES
        && isRunningSum(sum)
        && isSame(sum.operands.get(1), term.result)
        && program.instructions.stream()
                .flatMap(reader -> reader.operands.stream())
                .filter(operand -> isSame(operand, term.result))
                .count()
            == 1;
  }

  private static boolean isSame(Ref a, Ref b) {
    return a.base == b.base && Arrays.equals(a.strides, b.strides);
  }

  private static String key(int base, int[] strides) {
    return base + Arrays.toString(strides);
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
    if (isRunningSum(instruction)) {
      int at = instruction.block.items.indexOf(instruction);
      if (at > 0
          && instruction.block.items.get(at - 1) instanceof Instruction term
          && isTermOfSum(term, instruction)) {
        return "s += " + slot(term.operands.get(0)) + "·" + slot(term.operands.get(1));
      }
      return "s += " + slot(instruction.operands.get(1));
    }
    List<String> operands = new ArrayList<>();
    for (Ref operand : instruction.operands) {
      operands.add(slot(operand));
    }
    if (instruction.op.hasParameter()) {
      operands.add(Double.toString(program.tape.parameters[instruction.extra]));
    }
    String formula = instruction.op.formula(operands);
    return slot(instruction.result) + " = " + formula;
  }

  private String slot(Ref ref) {
    String name = names.get(key(ref.base, ref.strides));
    if (name != null) {
      return name;
    }
    String array =
        switch (ref.kindOfSlot()) {
          case LoopFinder.INPUT -> "x";
          case LoopFinder.DATA -> "d";
          case LoopFinder.CONSTANT -> "c";
          default -> "v";
        };
    boolean fixed = Arrays.stream(ref.strides).allMatch(s -> s == 0);
    if (array.equals("c") && fixed) {
      return Double.toString(program.tape.constants[ref.offset()]);
    }
    StringBuilder index = new StringBuilder();
    for (int level = 0; level < ref.strides.length; level++) {
      int stride = ref.strides[level];
      if (stride != 0) {
        index
            .append(index.isEmpty() ? "" : " + ")
            .append(stride == 1 ? "" : Integer.toString(stride))
            .append(counters.get(level));
      }
    }
    if (index.isEmpty() || ref.offset() != 0) {
      index.append(index.isEmpty() ? "" : " + ").append(ref.offset());
    }
    return array + "[" + index + "]";
  }
}
