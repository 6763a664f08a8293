package org.vbar.compile;

import java.util.Arrays;
import java.util.BitSet;
import org.vbar.graph.Op;

/**
 * A tape whose long sums wait for fewer additions.
 *
 * <p>In s₁ = s₀ + t₁, s₂ = s₁ + t₂, … every addition waits for the one before. Here four terms are
 * added to each other first, and only one addition in four waits: s₄ = s₀ + ((t₁ + t₂) + (t₃ +
 * t₄)). There are as many additions as before, and each term passes through fewer of them: the
 * bound of the rounding error falls from n to about n / 4 + 2 units in the last place of Σ|t|. s −
 * t₁ − t₂ … is treated in the same way.
 *
 * <p>Only sums that wait are changed: those of a loop that recorded at least {@link #FEWEST_TERMS}
 * cheap terms, each partial sum being read by the next addition alone. A loop inside another one is
 * left alone, because its turns run side by side already, and so is everything that a guard depends
 * on, because its answer must be that of the graph. What remains after the last four is added as
 * recorded. Time and memory are linear in the tape.
 */
final class ReorderedSums {
  /** A shorter sum does not wait long enough to be worth it. */
  private static final int FEWEST_TERMS = 32;

  private static final int TERMS_TOGETHER = 4;

  /**
   * Ops from one addition to the next: computing more than three for a term takes as long as the
   * addition that waits for it ({@code SumOrderBenchmark}, reciprocals).
   */
  private static final int LARGEST_DISTANCE = 4;

  private final Tape tape;
  private final int firstResult;
  private final SumChains chains;

  /** For each op that is changed, its place among four: 1 to 4; 0 for all others. */
  private final byte[] places;

  /** Where each old slot went. Of the second of four ops, the sum of the first two terms. */
  private final int[] moved;

  private ReorderedSums(Tape tape) {
    this.tape = tape;
    this.firstResult = tape.firstResult();
    BitSet allowed = new BitSet(tape.size);
    allowed.set(0, tape.size);
    allowed.andNot(inInnerLoops(tape));
    allowed.andNot(belowGuards(tape));
    this.chains = SumChains.of(tape, allowed);
    this.places = new byte[tape.size];
    this.moved = new int[firstResult + tape.size];
    Arrays.setAll(moved, slot -> slot);
  }

  /** The tape with its long sums in another order, or the same tape if it has none. */
  static Tape of(Tape tape) {
    if (!LoopFinder.suits(tape)) {
      return tape;
    }
    ReorderedSums sums = new ReorderedSums(tape);
    return sums.find() ? sums.reordered() : tape;
  }

  private static BitSet belowGuards(Tape tape) {
    return tape.ancestors(
        Arrays.copyOfRange(tape.outputs, tape.outputCount(), tape.outputs.length));
  }

  private static BitSet inInnerLoops(Tape tape) {
    BitSet inner = new BitSet(tape.size);
    LoopFinder finder = LoopFinder.find(tape);
    LoopFinder.Items items = finder.items();
    int op = 0;
    for (int i = 0; i < items.count; i++) {
      LoopFinder.Shape shape = finder.shape(items.shapes[i]);
      if (shape instanceof LoopFinder.RunShape run
          && run.body().stream().anyMatch(LoopFinder.RunShape.class::isInstance)) {
        inner.set(op, op + shape.ops());
      }
      op += shape.ops();
    }
    return inner;
  }

  /** Gives places to the ops of sums that wait. Returns whether there are any. */
  private boolean find() {
    boolean found = false;
    for (int i = 0; i < tape.size; i++) {
      int length = chains.length(i);
      if (chains.isEnd(i) && length >= FEWEST_TERMS && i - chains.before(i) <= LARGEST_DISTANCE) {
        found = true;
        for (int j = i; j != SumChains.NONE; j = chains.before(j)) {
          boolean isLeft = chains.length(j) > length / TERMS_TOGETHER * TERMS_TOGETHER;
          places[j] = (byte) (isLeft ? 0 : (chains.length(j) - 1) % TERMS_TOGETHER + 1);
        }
      }
    }
    return found;
  }

  private Tape reordered() {
    Tape.Builder builder = new Tape.Builder(tape.inputs, tape.data, tape.constants);
    for (int i = 0; i < tape.size; i++) {
      switch (places[i]) {
        case 0 -> moved[firstResult + i] = builder.copy(tape, i, moved);
        case 1, 3 -> {} // The term waits for the next one.
        case 2 -> moved[firstResult + i] = addTwo(builder, chains.before(i), i);
        default -> moved[firstResult + i] = addFour(builder, i);
      }
    }
    return builder.build(tape, moved);
  }

  private int addTwo(Tape.Builder builder, int first, int second) {
    return builder.add(Op.PLUS, -1, moved[chains.term(first)], moved[chains.term(second)]);
  }

  private int addFour(Tape.Builder builder, int fourth) {
    int third = chains.before(fourth);
    int second = chains.before(third);
    int sum = moved[chains.sumBefore(chains.before(second))];
    int end = addTwo(builder, third, fourth);
    int four = builder.add(Op.PLUS, -1, moved[firstResult + second], end);
    return builder.add(tape.op(fourth), -1, sum, four);
  }
}
