package org.vbar.compile;

import com.google.common.collect.Sets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vbar.compile.LaneProgram.Kind;
import org.vbar.compile.LaneProgram.Step;
import org.vbar.graph.Op;

/**
 * Puts neighbouring steps over lanes into common loops, in which a number that only the loop itself
 * reads is never stored.
 *
 * <p>A loop grows until it is as large as HotSpot still vectorizes: it unrolls only small bodies,
 * and accesses to arrays count there more than arithmetic. Nor does a loop use one number with two
 * that are the same for all points, as in x·w₁ and x·w₂: HotSpot, which puts x·w₁ of neighbouring
 * points into one vector, may take x·w₁ of a point and x·w₂ of the next for such a pair, and then
 * vectorizes nothing (2.8 instead of 0.7 ns a point, {@code DataBatchBenchmark}).
 */
final class LaneFusion {
  /**
   * Arithmetic of some steps as one body of a loop over the points of a block.
   *
   * @param common buffers that it reads and that hold the same number for all points
   * @param constants what buffers of constants hold
   */
  record Loop(
      List<Step> steps,
      Set<Integer> loads,
      Set<Integer> common,
      Set<Integer> stores,
      Map<Integer, Double> constants) {
    Loop {
      steps = List.copyOf(steps);
    }

    /** Everything that it reads. */
    Set<Integer> reads() {
      return Sets.union(loads, common);
    }
  }

  /** Larger programs would spend more on compiling their loops than they gain. */
  private static final int MOST_STEPS = 256;

  /**
   * Steps and accesses of a loop over rows. Each takes at most 24 bytes, and HotSpot compiles no
   * methods of more than 8,000.
   */
  private static final int LARGEST_LOOP_ON_ROWS = 320;

  /** The size up to which JDK 17 and 25 vectorized every loop tried. */
  private static final int LARGEST_LOOP = 32;

  private static final int ACCESS_SIZE = 2;
  private static final int NEVER = -1;
  private static final int[] NONE = {};

  /** The program with the loops in the place of their steps. */
  final List<Step> steps = new ArrayList<>();

  final List<Loop> loops = new ArrayList<>();

  private final List<Step> all;
  private final LaneRows rows;
  private final Map<Integer, Double> constants = new HashMap<>();
  private final Set<Integer> commonInputs = new HashSet<>();

  /** Per step: when the last one reads what it computes. */
  private final int[] lastReads;

  LaneFusion(LaneRows rows, Tape tape) {
    this.rows = rows;
    this.all = rows.steps;
    this.lastReads = new int[all.size()];
    for (int k = 0; k < tape.constants.length; k++) {
      constants.put(tape.firstConstant() + k, tape.constants[k]);
    }
    if (tape.data > 0) { // Rows of data at one point, see Lanes
      for (int k = 0; k < tape.inputs; k++) {
        commonInputs.add(tape.leafOrder[k]);
      }
    }
    findLastReads();
    int fewestOnRows = rows.inLoops ? 1 : Integer.MAX_VALUE;
    fuse(0, rows.begin, fewestOnRows, this::fitsRows);
    fuse(
        rows.begin,
        rows.end,
        rows.end - rows.begin <= MOST_STEPS ? 2 : Integer.MAX_VALUE,
        this::fitsLanes);
    fuse(rows.end, all.size(), fewestOnRows, this::fitsRows);
  }

  private interface Limit {
    boolean admits(int from, int to);
  }

  /** Puts at least so many steps into each loop, and as many as it can take. */
  private void fuse(int first, int end, int fewest, Limit limit) {
    int from = first;
    while (from < end) {
      int to = from;
      while (fewest <= end - from && to < end && limit.admits(from, to + 1)) {
        to++;
      }
      if (to - from < fewest) {
        to = from + 1;
        steps.add(all.get(from));
      } else {
        steps.add(new Step(Kind.LOOP, Op.PLUS, loops.size(), 0, 0, 0, 0, NONE, NONE));
        loops.add(loop(from, to));
      }
      from = to;
    }
  }

  private boolean fitsRows(int from, int to) {
    Loop loop = loop(from, to);
    return to - from + loop.reads().size() + loop.stores().size() <= LARGEST_LOOP_ON_ROWS;
  }

  private boolean fitsLanes(int from, int to) {
    return isArithmetic(all.get(to - 1)) && fits(from, to) && !areMistakable(from, to);
  }

  private void findLastReads() {
    int[] computedAt = new int[rows.firstPlace + 2 * rows.count];
    Arrays.fill(computedAt, NEVER);
    for (int i = 0; i < all.size(); i++) {
      for (int buffer : all.get(i).reads()) {
        read(computedAt, buffer, i);
      }
      for (int buffer : all.get(i).writes()) {
        computedAt[buffer] = i;
      }
    }
    for (int buffer : rows.kept) {
      read(computedAt, buffer, Integer.MAX_VALUE);
    }
  }

  private void read(int[] computedAt, int buffer, int when) {
    if (computedAt[buffer] != NEVER) {
      lastReads[computedAt[buffer]] = when;
    }
  }

  private boolean fits(int from, int to) {
    Loop loop = loop(from, to);
    int size = ACCESS_SIZE * (loop.loads.size() + loop.stores.size());
    for (Step step : loop.steps) {
      size += size(step);
    }
    return size <= LARGEST_LOOP;
  }

  /** Whether some steps use one number with two different ones that all points have in common. */
  private boolean areMistakable(int from, int to) {
    Map<Integer, Integer> computed = new HashMap<>();
    Map<List<Integer>, Integer> partners = new HashMap<>();
    for (int i = from; i < to; i++) {
      for (int[] pair : pairs(all.get(i))) {
        boolean isLeft = isCommon(pair[0]);
        if (isLeft != isCommon(pair[1])) {
          int varying = pair[isLeft ? 1 : 0];
          int common = pair[isLeft ? 0 : 1];
          List<Integer> number = List.of(varying, computed.getOrDefault(varying, NEVER));
          Integer before = partners.putIfAbsent(number, common);
          if (before != null && before != common) {
            return true;
          }
        }
      }
      computed.put(all.get(i).out(), i);
    }
    return false;
  }

  private boolean isCommon(int buffer) {
    return constants.containsKey(buffer) || commonInputs.contains(buffer);
  }

  /** The operands of each op of two operands in a step. */
  private static int[][] pairs(Step s) {
    return switch (s.kind()) {
      case SUM_OF_PRODUCTS -> new int[][] {{s.many()[0], s.many()[1]}, {s.many()[2], s.many()[3]}};
      case PRODUCT_PLUS, FIRST_PRODUCT, ADD_PRODUCT -> new int[][] {{s.a(), s.b()}};
      case VALUE -> s.b() < 0 ? new int[0][] : new int[][] {{s.a(), s.b()}};
      case RIGHT_DERIVATIVE -> new int[][] {{s.c(), s.b()}};
      default -> new int[0][];
    };
  }

  private Loop loop(int from, int to) {
    Set<Integer> loads = new LinkedHashSet<>();
    Set<Integer> common = new LinkedHashSet<>();
    Map<Integer, Integer> computed = new LinkedHashMap<>();
    for (int i = from; i < to; i++) {
      for (int buffer : all.get(i).reads()) {
        if (!computed.containsKey(buffer) && !constants.containsKey(buffer)) {
          (commonInputs.contains(buffer) ? common : loads).add(buffer);
        }
      }
      computed.put(all.get(i).out(), i);
    }
    Set<Integer> stores = new LinkedHashSet<>();
    computed.forEach(
        (buffer, i) -> {
          if (lastReads[i] >= to || rows.isPlace(buffer)) {
            stores.add(buffer);
          }
        });
    return new Loop(all.subList(from, to), loads, common, stores, constants);
  }

  /** Whether HotSpot vectorizes a loop of such steps. */
  private static boolean isArithmetic(Step step) {
    return switch (step.kind()) {
      case VALUE ->
          switch (step.op()) {
            case PLUS, MINUS, TIMES, DIVIDED_BY, NEGATED, SQUARE -> true;
            case RELU, SQRT, ABS, RECIPROCAL, MIN, MAX -> true;
            default -> false;
          };
      case DERIVATIVE -> step.op() == Op.SQRT || step.op() == Op.LOG || step.op() == Op.RECIPROCAL;
      case LEFT_DERIVATIVE, RIGHT_DERIVATIVE -> step.op() == Op.DIVIDED_BY;
      case VALUE_WITH_PARAMETER,
          VALUE_OF_MANY,
          POWER,
          DERIVATIVE_WITH_PARAMETER,
          CHOICE_DERIVATIVE,
          DERIVATIVES_OF_MANY,
          LOOP ->
          false;
      default -> true;
    };
  }

  /** Roughly how many instructions a step takes. */
  private static int size(Step step) {
    return switch (step.kind()) {
      case SIGMOID -> 7;
      case FIRST_STEP, ADD_STEP -> 5;
      case SIGMOID_DERIVATIVE, SUM_OF_PRODUCTS, FIRST_TWICE, ADD_TWICE -> 3;
      case PRODUCT_PLUS, FIRST_PRODUCT, ADD_PRODUCT, MINUS_ABSOLUTE -> 2;
      case RIGHT_DERIVATIVE, DERIVATIVE -> 2;
      default -> 1;
    };
  }
}
