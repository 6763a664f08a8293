package org.vbar.compile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vbar.compile.Program.Block;
import org.vbar.compile.Program.Instruction;
import org.vbar.compile.Program.Item;
import org.vbar.compile.Program.Loop;
import org.vbar.compile.Program.Ref;

/**
 * A program as text for people. Inputs are {@code x[…]}, data {@code d[…]}, constants {@code c[…]}
 * or their number, and results {@code v[…]} in the order of recording; loop counters are i, j, k,
 * …, the innermost loop's being i.
 */
final class ProgramText {
  private static final int MOST_LINES = 400;

  private final Program program;
  private final StringBuilder text = new StringBuilder();
  private final Map<Integer, String> counters = new HashMap<>();
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
      if (++lines > MOST_LINES) {
        if (lines == MOST_LINES + 1) {
          text.append(indent).append("…\n");
        }
        return;
      }
      if (item instanceof Instruction instruction) {
        text.append(indent).append(line(instruction)).append('\n');
      } else if (item instanceof Loop loop) {
        counters.put(block.depth, String.valueOf((char) ('i' + height(loop) - 1)));
        text.append(indent)
            .append("for ")
            .append(counters.get(block.depth))
            .append(" in 0..")
            .append(loop.count - 1)
            .append(":\n");
        block(loop.body, indent + "  ");
      }
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
    String array =
        switch (ref.kindOfSlot()) {
          case LoopFinder.INPUT -> "x";
          case LoopFinder.DATA -> "d";
          case LoopFinder.CONSTANT -> "c";
          default -> "v";
        };
    boolean fixed = java.util.Arrays.stream(ref.strides).allMatch(s -> s == 0);
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
