package org.vbar.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vbar.compile.LaneProgram.Kind;
import org.vbar.graph.CustomOp;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;
import org.vbar.graph.Op;

/** Blocks of points against one call each, to the bit. */
class LanesTest {
  private static final double[] EDGES = {
    0.0,
    -0.0,
    1,
    -1,
    0.5,
    -2,
    3,
    1e-300,
    -1e-300,
    1e300,
    700,
    -800,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN,
    Double.MIN_VALUE,
    -Double.MIN_VALUE,
    Double.MAX_VALUE
  };

  private static CompiledFunction compile(int n, Function<List<Node>, Node> f) {
    double[] point = new double[n];
    Arrays.fill(point, 0.75);
    NodeArray x = new Graph().variables("x", point);
    return CompiledFunction.compile(x, f.apply(x));
  }

  private static void checkRows(String what, CompiledFunction f, double[] points) {
    int n = f.inputCount();
    int rows = points.length / n;
    double[] values = new double[rows];
    double[] gradients = new double[rows * n];
    f.gradientBatch(points, values, gradients);
    double[] gradient = new double[n];
    for (int r = 0; r < rows; r++) {
      double[] point = Arrays.copyOfRange(points, r * n, r * n + n);
      double[] value = {f.gradient(point, gradient)};
      String where = what + " at " + Arrays.toString(point);
      Compare.same(where + " value", value, new double[] {values[r]});
      Compare.same(where, gradient, Arrays.copyOfRange(gradients, r * n, r * n + n));
    }
  }

  @ParameterizedTest
  @EnumSource(Op.class)
  void gradientBatch_everyOpAtEdges_equalsOneCallEach(Op op) {
    if (op.isLeaf()) {
      return;
    }
    int n =
        switch (op.arity()) {
          case LEAF -> 0;
          case UNARY, UNARY_WITH_PARAMETER -> 1;
          case BINARY -> 2;
          case N_ARY -> op == Op.WHERE ? 3 : 4;
        };
    SplittableRandom random = new SplittableRandom(op.name().hashCode());
    int rows = n == 1 ? EDGES.length : 400;
    double[] points = new double[rows * n];
    for (int k = 0; k < points.length; k++) {
      points[k] = EDGES[n == 1 ? k : random.nextInt(EDGES.length)];
    }
    for (double parameter :
        op.hasParameter() ? new double[] {-2, -1, 0, 0.5, 1, 2, 3, 4, 5} : new double[] {1}) {
      Function<List<Node>, Node> alone =
          x ->
              op == Op.CUSTOM
                  ? x.get(0).graph().apply(SoftProduct.INSTANCE, x)
                  : x.get(0).graph().apply(op, parameter, x);
      checkRows(op + " alone", compile(n, alone), points);
      checkRows(
          op + " among others",
          compile(
              n,
              x -> {
                Node y = alone.apply(x);
                return y.times(x.get(0)).plus(y.times(y)).plus(x.get(n - 1).times(0.25)).minus(y);
              }),
          points);
    }
  }

  /** What only a guard reads keeps nothing for a sweep that an equal op could use. */
  @Test
  void gradientBatch_opThatAGuardComputedBefore_equalsOneCallEach() {
    CompiledFunction f =
        compile(
            2,
            x -> {
              boolean always = x.get(0).sigmoid().lessThan(2).isTrue();
              Node y = x.get(0).sigmoid().times(x.get(1)).exp();
              return always ? y.plus(x.get(0).sigmoid()) : y;
            });
    checkRows("guard", f, new SplittableRandom(3).doubles(80, -2, 2).toArray());
  }

  /** The sweep reads the power of e of both, and other steps want memory in between. */
  @Test
  void gradientBatch_equalSigmoidsFarApart_equalsOneCallEach() {
    CompiledFunction f =
        compile(
            2,
            x -> {
              Node y = x.get(0).sigmoid().times(x.get(1));
              for (int k = 0; k < 4; k++) {
                y = y.sin().times(x.get(1)).plus(y.tanh());
              }
              return y.times(x.get(0).sigmoid());
            });
    checkRows("sigmoids", f, new SplittableRandom(4).doubles(80, -2, 2).toArray());
  }

  /** No sweep needs the first sine, but the second does. */
  @Test
  void program_equalOpWhoseValueIsUsedUp_isComputedOnce() {
    Node x = new Graph().variable("x", 0.5);
    Node y = x.sin().plus(1).exp().times(x.sin());
    LaneProgram program = new LaneProgram(Tape.of(List.of(x), List.of(), List.of(y)));
    assertEquals(1, program.forward.stream().filter(step -> step.op() == Op.SIN).count());
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 255, 256, 257, 1_023, 1_025, 2_500})
  void gradientBatch_anyNumberOfRows_equalsOneCallEach(int rows) {
    RandomProgram program = new RandomProgram(17, 60);
    int n = program.inputs();
    double[] points = new SplittableRandom(rows).doubles((long) rows * n, -2, 2).toArray();
    checkRows(rows + " rows", compile(n, program), points);
  }

  @Test
  void gradientBatch_randomPrograms_equalOneCallEach() {
    checkPrograms(0, 200);
  }

  @Test
  @Tag("full")
  void gradientBatch_manyRandomPrograms_equalOneCallEach() {
    checkPrograms(200_000, 205_000);
  }

  private static void checkPrograms(long from, long to) {
    for (long seed = from; seed < to; seed++) {
      RandomProgram program = new RandomProgram(seed, 30 + (int) (seed % 5) * 50);
      int n = program.inputs();
      SplittableRandom random = new SplittableRandom(seed);
      double[] points = random.doubles(20L * n, -2, 2).toArray();
      points[0] = EDGES[random.nextInt(EDGES.length)];
      points[points.length - 1] = EDGES[random.nextInt(EDGES.length)];
      checkRows("seed " + seed, compile(n, program), points);
    }
  }

  /**
   * Sums and products of many inputs, which loops over rows compute, alone and with some of the
   * inputs in common.
   */
  @Test
  void gradientBatch_randomPolynomialsOfLongRows_equalOneCallEach() {
    int onRows = 0;
    for (long seed = 0; seed < 400; seed++) {
      int n = 7 + (int) (seed % 10);
      SplittableRandom random = new SplittableRandom(seed);
      Function<List<Node>, Node> program = polynomial(seed);
      double[] points = random.doubles(20L * n, -2, 2).toArray();
      for (int k = 0; k < 15; k++) {
        points[random.nextInt(points.length)] = EDGES[random.nextInt(EDGES.length)];
      }
      checkRows("seed " + seed, compile(n, program), points);
      double[] all = random.doubles(2 + 20L * n, -2, 2).toArray();
      checkSum("seed " + seed + " with data", 2, n, program, all);
      NodeArray x = new Graph().variables("x", new double[n]);
      Tape tape = Tape.of(x, List.of(), List.of(program.apply(x)));
      LaneRows rows = new LaneRows(new LaneProgram(tape), tape);
      long before = rows.steps.subList(0, rows.begin).stream().filter(LanesTest::isNoCopy).count();
      long after =
          rows.steps.subList(rows.end, rows.steps.size()).stream()
              .filter(LanesTest::isNoCopy)
              .count();
      onRows += before > 0 && after > 0 ? 1 : 0;
    }
    assertTrue(onRows > 100, onRows + " programs compute on rows, before and after columns.");
  }

  /** More terms than one loop has steps. */
  @Test
  void gradientBatch_longestRowsThatLoopsCompute_equalsOneCallEach() {
    CompiledFunction f =
        compile(
            64,
            x -> {
              Node y = x.get(0);
              for (int k = 0; k < 64; k++) {
                y = y.plus(x.get(k).times(x.get((k + 1) % 64)));
                y = y.plus(x.get(k).times(x.get((k + 7) % 64)));
              }
              return y.sigmoid();
            });
    checkRows("long", f, new SplittableRandom(5).doubles(64 * 300L, -1, 1).toArray());
  }

  /** Adjoints of four terms, which have five columns of their own among their factors. */
  @Test
  void loops_ofLongRowsAndManyColumns_areMethodsThatHotSpotCompiles() {
    NodeArray x = new Graph().variables("x", new double[64]);
    Node y = x.get(0);
    for (int k = 0; k < 64; k++) {
      Node own = x.get(k);
      y = y.plus(own.times(x.get((k + 1) % 64).tanh()).sin());
      y = y.plus(own.times(x.get((k + 2) % 64)).cos());
    }
    Tape tape = Tape.of(x, List.of(), List.of(y));
    LaneRows rows = new LaneRows(new LaneProgram(tape), tape);
    LaneFusion fusion = new LaneFusion(rows, tape);
    long onRows =
        fusion.loops.stream()
            .filter(loop -> loop.stores().stream().anyMatch(rows::isPlace))
            .count();
    assertTrue(onRows > 1, "One method would be too large.");
    for (LaneFusion.Loop loop : fusion.loops) {
      int bytes = LaneLoops.code(List.of(loop), rows, 256).length;
      assertTrue(bytes < 8_000, bytes + " bytes of " + loop);
    }
  }

  private static boolean isNoCopy(LaneProgram.Step step) {
    return step.kind() != Kind.COPY;
  }

  private static Function<List<Node>, Node> polynomial(long seed) {
    return inputs -> {
      SplittableRandom random = new SplittableRandom(seed);
      List<Node> nodes = new ArrayList<>(inputs);
      int ops = 4 + random.nextInt(16);
      for (int k = 0; k < ops; k++) {
        Node a = nodes.get(random.nextInt(nodes.size()));
        Node b = nodes.get(random.nextInt(nodes.size()));
        Node c = nodes.get(random.nextInt(nodes.size()));
        nodes.add(
            switch (random.nextInt(7)) {
              case 0 -> a.plus(b);
              case 1 -> a.minus(b);
              case 2 -> a.square();
              case 3 -> a.times(b).plus(c);
              case 4 -> a.times(b).plus(b.times(c));
              case 5 -> a.negated();
              default -> a.times(b);
            });
      }
      Node sum = inputs.get(0).graph().sum(nodes.subList(nodes.size() - 3, nodes.size()));
      return seed % 3 == 0 ? sum.tanh() : sum;
    };
  }

  @Test
  void gradientBatch_inputsInAnotherOrderAndUnused_followsTheCaller() {
    Graph graph = new Graph();
    Node a = graph.variable("a", 1);
    Node b = graph.variable("b", 1);
    Node unused = graph.variable("unused", 1);
    CompiledFunction f =
        CompiledFunction.compile(List.of(unused, b, a), a.square().plus(b.times(3)));
    checkRows("order", f, new SplittableRandom(1).doubles(3 * 40, -1, 1).toArray());
  }

  @Test
  void gradientBatch_moreInputsThanOneLoopCopies_equalsOneCallEach() {
    for (int n : new int[] {9, 64, 65}) {
      CompiledFunction f = compile(n, x -> x.get(0).graph().sum(x).tanh().times(x.get(n - 1)));
      checkRows(n + " inputs", f, new SplittableRandom(n).doubles(n * 30L, -1, 1).toArray());
    }
  }

  /** Loops that HotSpot has compiled and vectorized, which few calls do not reach. */
  @Test
  void gradientBatch_afterManyCalls_keepsTheBits() {
    for (long seed : new long[] {1, 2, 3, 4}) {
      RandomProgram program = new RandomProgram(seed, 40);
      CompiledFunction f = compile(program.inputs(), program).withThreads(1);
      int n = f.inputCount();
      int rows = 300;
      SplittableRandom random = new SplittableRandom(seed);
      double[] points = random.doubles((long) rows * n, -2, 2).toArray();
      for (int k = 0; k < points.length; k += 7) {
        points[k] = EDGES[random.nextInt(EDGES.length)];
      }
      double[] values = new double[rows];
      double[] gradients = new double[rows * n];
      for (int call = 0; call < 2_000; call++) {
        f.gradientBatch(points, values, gradients);
      }
      checkRows("seed " + seed, f, points);
    }
  }

  /** The first inputs of a program stay, the last ones are data. */
  private static void checkSum(
      String what, int inputs, int data, Function<List<Node>, Node> program, double[] all) {
    double[] point = Arrays.copyOf(all, inputs);
    double[] rows = Arrays.copyOfRange(all, inputs, all.length - (all.length - inputs) % data);
    List<Node> nodes = new Graph().variables("x", new double[inputs + data]);
    CompiledFunction f =
        CompiledFunction.compile(
            nodes.subList(0, inputs),
            nodes.subList(inputs, inputs + data),
            List.of(program.apply(nodes)));
    double[] sums = new double[1 + inputs];
    for (int block = 0; block < rows.length; block += CompiledFunction.BLOCK * data) {
      double[] blockSums = new double[1 + inputs];
      for (int r = block;
          r < Math.min(rows.length, block + CompiledFunction.BLOCK * data);
          r += data) {
        double[] gradient = new double[inputs];
        double[] both = Arrays.copyOf(point, inputs + data);
        System.arraycopy(rows, r, both, inputs, data);
        blockSums[0] += f.gradient(both, gradient);
        for (int k = 0; k < inputs; k++) {
          blockSums[1 + k] += gradient[k];
        }
      }
      for (int k = 0; k <= inputs; k++) {
        sums[k] += blockSums[k];
      }
    }
    double[] gradient = new double[inputs];
    double[] value = {f.gradientSum(point, rows, gradient)};
    Compare.same(what + ", value", Arrays.copyOf(sums, 1), value);
    Compare.same(what, Arrays.copyOfRange(sums, 1, 1 + inputs), gradient);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 127, 128, 129, 256, 257, 700})
  void gradientSum_anyNumberOfRows_equalsTheSumOfCalls(int rows) {
    checkSum(
        rows + " rows",
        2,
        2,
        x -> x.get(0).times(x.get(2)).plus(x.get(1)).sigmoid().minus(x.get(3)).square(),
        new SplittableRandom(3).doubles(2 + 2L * rows, -1, 1).toArray());
  }

  @Test
  void gradientSum_randomPrograms_equalTheSumOfCalls() {
    checkSums(0, 200);
  }

  @Test
  @Tag("full")
  void gradientSum_manyRandomPrograms_equalTheSumOfCalls() {
    checkSums(300_000, 305_000);
  }

  /** Every third with numbers at the edges, so that sums become infinite or NaN. */
  private static void checkSums(long from, long to) {
    for (long seed = from; seed < to; seed++) {
      RandomProgram program = new RandomProgram(seed, 30 + (int) (seed % 5) * 50);
      int data = 1 + (int) (seed % program.inputs()); // sometimes all
      SplittableRandom random = new SplittableRandom(seed);
      double[] all = random.doubles(40L * program.inputs(), -2, 2).toArray();
      if (seed % 3 == 0) {
        all[0] = EDGES[random.nextInt(EDGES.length)];
        all[all.length / 2] = EDGES[random.nextInt(EDGES.length)];
      }
      checkSum("seed " + seed, program.inputs() - data, data, program, all);
    }
  }

  /** More buffers than a block of full width leaves room for. */
  @Test
  void gradientSum_narrowLanes_equalsTheSumOfCalls() {
    int inputs = 600;
    checkSum(
        "narrow",
        inputs,
        1,
        x -> x.get(0).graph().sum(x.subList(0, inputs)).times(x.get(inputs)).tanh(),
        new SplittableRandom(8).doubles(inputs + 300L, -1, 1).toArray());
  }

  @Test
  void gradientSum_oneRowOnAnotherSide_isAnError() {
    Graph graph = new Graph();
    Node w = graph.variable("w", 2);
    Node d = graph.variable("d", 3);
    Node y = d.lessThan(5).isTrue() ? w.times(d) : w;
    CompiledFunction f = CompiledFunction.compile(List.of(w), List.of(d), List.of(y));
    double[] rows = new double[300];
    double[] gradient = new double[1];
    assertEquals(0, f.gradientSum(new double[] {2}, rows, gradient));
    for (int other : new int[] {0, 127, 128, 255, 256, 299}) {
      double[] withOther = rows.clone();
      withOther[other] = 7;
      assertThrows(
          IllegalStateException.class,
          () -> f.gradientSum(new double[] {2}, withOther, gradient),
          "row " + other);
    }
  }

  @Test
  void gradientBatch_valuesThatTakeNoDerivative_areKeptUntilTheyAreRead() {
    checkRows(
        "chosen constant",
        compile(
            2,
            x -> {
              Graph graph = x.get(0).graph();
              List<Node> fixed = List.of(x.get(0).sign(), x.get(1).heaviside(), graph.variable(2));
              Node many = graph.apply(SoftProduct.INSTANCE, graph.variable(1), graph.variable(2));
              Node early = many.sin();
              Node twice = graph.apply(SoftProduct.INSTANCE, many, graph.variable(3));
              return graph.sum(fixed).plus(twice).times(x.get(0)).plus(early);
            }),
        new SplittableRandom(5).doubles(2 * 40, -1, 1).toArray());
  }

  @Test
  void gradientBatch_manyThreadsOnOneFunction_equalsOneThread() {
    RandomProgram program = new RandomProgram(3, 120);
    CompiledFunction f = compile(program.inputs(), program);
    int n = f.inputCount();
    int rows = 70;
    double[][] points = new double[16][];
    double[][] expected = new double[16][rows * n];
    double[][] expectedValues = new double[16][rows];
    CompiledFunction reference = f.withTier(Tier.INTERPRETER).withThreads(1);
    for (int k = 0; k < 16; k++) {
      points[k] = new SplittableRandom(k).doubles((long) rows * n, -2, 2).toArray();
      reference.gradientBatch(points[k], expectedValues[k], expected[k]);
    }
    IntStream.range(0, 2_000)
        .parallel()
        .forEach(
            call -> {
              int k = call % 16;
              double[] values = new double[rows];
              double[] gradients = new double[rows * n];
              f.gradientBatch(points[k], values, gradients);
              Compare.same("values of call " + call, expectedValues[k], values);
              Compare.same("gradients of call " + call, expected[k], gradients);
            });
  }

  @Test
  void program_longChain_usesBuffersAgain() {
    NodeArray x = new Graph().variables("x", 0.5);
    Node y = x.get(0);
    for (int k = 0; k < 1_000; k++) {
      y = y.plus(x.get(0)); // Nothing of it is read backward.
    }
    Tape tape = Tape.of(x, List.of(), List.of(y));
    LaneRows rows = new LaneRows(new LaneProgram(tape), tape);
    LaneMemory memory = new LaneMemory(rows, new LaneFusion(rows, tape), tape);
    assertTrue(memory.count < 10, memory.count + " arrays");
  }

  @Test
  void fusion_classifier_isOnePowerAndFewLoops() {
    NodeArray v = new Graph().variables("v", new double[8]);
    Node h1 = v.get(0).times(v.get(2)).plus(v.get(1).times(v.get(3))).relu();
    Node h2 = v.get(0).times(v.get(4)).plus(v.get(1).times(v.get(5))).relu();
    Node p = h1.times(v.get(6)).plus(h2.times(v.get(7))).sigmoid();
    Tape tape = Tape.of(v, List.of(), List.of(p.minus(1).square().times(0.5)));
    LaneProgram program = new LaneProgram(tape);
    LaneFusion fusion = new LaneFusion(new LaneRows(program, tape), tape);
    assertEquals(30, program.forward.size() + program.backward.size());
    assertEquals(
        List.of(Kind.LOOP, Kind.LOOP, Kind.POWER, Kind.LOOP, Kind.LOOP, Kind.FIRST_STEP, Kind.LOOP),
        fusion.steps.stream().map(LaneProgram.Step::kind).toList());
    assertTrue(
        fusion.loops.stream().mapToInt(loop -> loop.stores().size()).sum() < 30,
        "Numbers that only their own loop reads are not stored.");
  }

  /**
   * Of eight inputs, two columns of sums of products and two of factors are filled, and the last
   * loop reads the other factors from the rows.
   */
  @Test
  void rows_classifier_fillFourColumnsAndReadFour() {
    NodeArray v = new Graph().variables("v", new double[8]);
    Node h1 = v.get(0).times(v.get(2)).plus(v.get(1).times(v.get(3))).relu();
    Node h2 = v.get(0).times(v.get(4)).plus(v.get(1).times(v.get(5))).relu();
    Tape tape = Tape.of(v, List.of(), List.of(h1.times(v.get(6)).plus(h2.times(v.get(7))).tanh()));
    LaneRows rows = new LaneRows(new LaneProgram(tape), tape);
    LaneFusion fusion = new LaneFusion(rows, tape);
    LaneFusion.Loop first = fusion.loops.get(0);
    LaneFusion.Loop last = fusion.loops.get(fusion.loops.size() - 1);
    assertEquals(4, first.stores().size());
    assertTrue(first.loads().stream().allMatch(rows::isPlace));
    assertEquals(4, last.loads().stream().filter(buffer -> !rows.isPlace(buffer)).count());
    assertEquals(8, last.stores().size());
    assertTrue(last.stores().stream().allMatch(rows::isPlace));
  }

  /** A chain of products: with all of them on rows, every one would be a column of its own. */
  @Test
  void rows_productsThatLaterStepsRead_areComputedOnRowsOnlyWhileThatSavesColumns() {
    assertEquals(
        List.of(Kind.COPY, Kind.COPY, Kind.COPY, Kind.COPY, Kind.COPY, Kind.COPY, Kind.VALUE),
        stepsBeforeColumns(8));
  }

  /** Six numbers are copied faster than they are multiplied one by one. */
  @Test
  void rows_short_areOnlyCopied() {
    assertEquals(Collections.nCopies(6, Kind.COPY), stepsBeforeColumns(6));
  }

  private static List<Kind> stepsBeforeColumns(int factors) {
    NodeArray x = new Graph().variables("x", new double[factors]);
    Node y = x.get(0);
    for (int k = 1; k < factors; k++) {
      y = y.times(x.get(k));
    }
    Tape tape = Tape.of(x, List.of(), List.of(y.exp()));
    LaneRows rows = new LaneRows(new LaneProgram(tape), tape);
    return rows.steps.subList(0, rows.begin).stream().map(LaneProgram.Step::kind).toList();
  }

  /** What is the same for all points is read once before the loop. */
  @Test
  void fusion_inputsBesideData_areNoColumns() {
    NodeArray w = new Graph().variables("w", 1, 2);
    Node d = w.get(0).graph().variable("d", 3);
    Tape tape = Tape.of(w, List.of(d), List.of(w.get(0).times(d).plus(w.get(1)).square()));
    LaneFusion fusion = new LaneFusion(new LaneRows(new LaneProgram(tape), tape), tape);
    LaneFusion.Loop loop = fusion.loops.get(1);
    assertEquals(2, fusion.loops.size(), "One brings data into columns, one computes.");
    assertEquals(List.of(tape.leafOrder[2]), List.copyOf(loop.loads()));
    assertEquals(2, loop.common().size());
  }

  /** HotSpot may take x·w₁ at a point and x·w₂ at the next for one vector; see LaneFusion. */
  @Test
  void fusion_numberTimesTwoCommonOnes_isTwoLoops() {
    NodeArray w = new Graph().variables("w", 1, 2);
    Node d = w.get(0).graph().variable("d", 3);
    Node y = d.times(w.get(0)).relu().plus(d.times(w.get(1)).relu());
    Tape two = Tape.of(w, List.of(d), List.of(y));
    List<LaneFusion.Loop> loops =
        new LaneFusion(new LaneRows(new LaneProgram(two), two), two).loops;
    for (LaneFusion.Loop loop : loops) {
      assertTrue(loop.common().size() <= 1, loop.toString());
    }
    assertTrue(loops.size() >= 2, loops.toString());
    Node z = d.times(w.get(0)).relu().plus(d.times(w.get(0)).sqrt());
    Tape one = Tape.of(w, List.of(d), List.of(z));
    assertEquals(2, new LaneFusion(new LaneRows(new LaneProgram(one), one), one).loops.size());
  }

  /** Counts the points at which it is asked by lanes and by anything else. */
  private static final class Witness implements CustomOp {
    int inLanes;
    int elsewhere;

    @Override
    public String name() {
      return "witness";
    }

    @Override
    public double value(double[] arguments) {
      boolean isLanes =
          StackWalker.getInstance()
              .walk(frames -> frames.anyMatch(f -> f.getClassName().equals(Lanes.class.getName())));
      inLanes += isLanes ? 1 : 0;
      elsewhere += isLanes ? 0 : 1;
      return arguments[0];
    }

    @Override
    public void localDerivatives(double[] arguments, double value, double[] into) {
      into[0] = 1;
    }
  }

  @Test
  void gradientSum_smallFunction_runsInLanesOnly() {
    Witness witness = new Witness();
    NodeArray x = new Graph().variables("x", 1, 2);
    Node y = x.get(0).graph().apply(witness, x.get(0).times(x.get(1)));
    CompiledFunction f =
        CompiledFunction.compile(x.subList(0, 1), x.subList(1, 2), List.of(y)).withThreads(1);
    witness.inLanes = 0;
    witness.elsewhere = 0;
    f.gradientSum(new double[] {3}, new double[1_000], new double[1]);
    assertEquals(1_000, witness.inLanes);
    assertEquals(0, witness.elsewhere);
  }

  @Test
  void gradientBatch_smallFunction_runsInLanesOnly() {
    Witness witness = new Witness();
    NodeArray x = new Graph().variables("x", 1, 2);
    Node y = x.get(0).graph().apply(witness, x.get(0).times(x.get(1)));
    CompiledFunction f = CompiledFunction.compile(x, y).withThreads(1);
    witness.inLanes = 0;
    witness.elsewhere = 0;
    f.gradientBatch(new double[2_000], new double[1_000], new double[2_000]);
    assertEquals(1_000, witness.inLanes);
    assertEquals(0, witness.elsewhere);
  }

  @Test
  void fusion_largePrograms_staySteps() {
    NodeArray x = new Graph().variables("x", 0.5);
    Node y = x.get(0);
    for (int k = 0; k < 300; k++) {
      y = y.times(x.get(0));
    }
    Tape tape = Tape.of(x, List.of(), List.of(y));
    LaneFusion fusion = new LaneFusion(new LaneRows(new LaneProgram(tape), tape), tape);
    assertEquals(2, fusion.loops.size(), "Only rows are read and written in loops.");
  }

  @Test
  void lanes_fewRowsOrLargeTapes_areLeftToTheEngines() {
    NodeArray x = new Graph().variables("x", 0.5, 0.25);
    Node y = x.get(0);
    for (int k = 0; k < 30_000; k++) {
      y = y.plus(x.get(1).times(k)).sin();
    }
    Tape large = Tape.of(x, List.of(), List.of(y));
    assertFalse(Lanes.suit(large));
    Recording small =
        new Recording(
            Tape.of(x, List.of(), List.of(x.get(0).times(x.get(1)).sin())),
            null,
            SumOrder.RECORDED);
    assertNull(small.lanes(Lanes.FEWEST_ROWS - 1));
    assertNotNull(small.lanes(Lanes.FEWEST_ROWS));
  }
}
