package org.vbar.compile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vbar.backprop.AdjointGraph;
import org.vbar.graph.Node;
import org.vbar.graph.Op;

/**
 * The values and the Jacobian of a small tape as the outputs of one program without a backward
 * part. What outputs and derivatives have in common is computed once, and an output is
 * differentiated only through the ops that it depends on.
 */
final class SmallJacobian {
  /**
   * Ops and inputs, times outputs: beyond it, recording the derivatives as nodes costs too much.
   */
  private static final long LARGEST = 5_000;

  /**
   * Outputs y₁ … yₘ, then ∂y₁/∂x₁ … ∂yₘ/∂xₙ row by row, then the sum of all derivatives: if it is
   * finite, they are. Added among the other ops it costs less than a loop over the Jacobian: 10 of
   * 118 ns in BundleAdjustmentBenchmark.
   */
  private final Recording program;

  private final int outputs;

  /** All outputs of a call, where the engine cannot write rows. */
  private final ThreadLocal<double[]> memory;

  private SmallJacobian(Recording program, int outputs) {
    this.program = program;
    this.memory = ThreadLocal.withInitial(() -> new double[program.recorded.outputs.length]);
    this.outputs = outputs;
  }

  /**
   * Whether this form is worth while and gives what sweeps give. Where an op's derivative is 0
   * everywhere, a sweep goes on with 0, which an infinite number makes NaN; recorded adjoints end
   * there. As nodes, the derivative of {@code logSumExp} is less exact.
   */
  static boolean suits(Tape tape) {
    int outputs = tape.outputCount();
    if (outputs < 2 || ((long) tape.size + tape.inputs) * outputs > LARGEST) {
      return false;
    }
    BitSet needed = tape.ancestors(tape.outputs);
    for (int i = needed.nextSetBit(0); i >= 0; i = needed.nextSetBit(i + 1)) {
      Op op = tape.op(i);
      boolean differs =
          switch (op) {
            case SIGN, HEAVISIDE, WHERE, LOG_SUM_EXP, CUSTOM -> true;
            case POW_CONSTANT -> tape.parameter(i) == 0;
            case TIMES -> hasZeroFactor(tape, i);
            default -> op.isComparison();
          };
      if (differs) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasZeroFactor(Tape tape, int i) {
    for (int e = tape.firstOperand(i); e < tape.ends[i]; e++) {
      int slot = tape.operands[e];
      if (tape.isConstant(slot) && tape.constants[slot - tape.firstConstant()] == 0) {
        return true;
      }
    }
    return false;
  }

  static SmallJacobian of(Tape tape, @Nullable Tier forced) {
    TapeGraph graph = TapeGraph.of(tape, new double[tape.firstConstant()]);
    List<Node> all = new ArrayList<>(graph.outputs());
    for (Node output : graph.outputs()) {
      all.addAll(AdjointGraph.of(output, graph.inputs()).gradient());
    }
    all.add(sum(all.subList(graph.outputs().size(), all.size())));
    Tape values = Tape.of(graph.inputs(), graph.data(), all);
    Recording program = new Recording(values, forced, SumOrder.RECORDED, Generator.Kind.JACOBIAN);
    return new SmallJacobian(program, graph.outputs().size());
  }

  /** A sum in halves, in which few additions wait for each other. */
  private static Node sum(List<Node> terms) {
    int half = terms.size() / 2;
    return half == 0
        ? terms.get(0)
        : sum(terms.subList(0, half)).plus(sum(terms.subList(half, terms.size())));
  }

  /** The program, optimised. */
  Tape tape() {
    return program.tape;
  }

  /**
   * The Jacobian.
   *
   * @param point inputs, then data. Not modified.
   * @param values receives the outputs. Modified.
   * @param into receives one row per output. Modified.
   * @return whether all of it is finite
   */
  boolean jacobian(double[] point, double[] values, double[][] into) {
    int inputs = program.recorded.inputs;
    Engine engine = program.engine(1);
    if (engine instanceof Bytecode generated && generated.hasJacobian()) {
      return Double.isFinite(generated.jacobian(point, values, into))
          || Arrays.stream(into).allMatch(row -> Recording.isFinite(row, 0, inputs));
    }
    double[] all = memory.get();
    engine.forward(point, 0, point, inputs, all);
    for (int k = 0; k < outputs; k++) {
      values[k] = all[k];
      System.arraycopy(all, outputs + k * inputs, into[k], 0, inputs);
    }
    return Double.isFinite(all[all.length - 1])
        || Recording.isFinite(all, outputs, outputs * inputs);
  }
}
