package org.vbar.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vbar.backprop.Backprop;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;
import org.vbar.scalar.ScalarMlp;

class LoopFinderTest {
  @Test
  void loops_layer_isANestOfTwo() {
    MlpSpec spec =
        MlpSpec.inputs(20)
            .layer(5, Activation.TANH)
            .layer(1, Activation.IDENTITY)
            .loss(LossKind.HALF_SQUARED_ERROR)
            .build();
    Graph graph = new Graph();
    ScalarMlp mlp =
        ScalarMlp.record(graph, spec, MlpParameters.initialize(spec, Initializer.XAVIER, 1));
    double[] image = new SplittableRandom(1).doubles(20, 2, 3).toArray();
    image[0] = 2;
    Node loss = mlp.forward(image).loss(0.5);
    List<Node> inputs = new ArrayList<>(mlp.weights(0).column(0));
    for (int j = 1; j < 5; j++) {
      inputs.addAll(mlp.weights(0).column(j));
    }
    inputs.addAll(mlp.biases(0));
    String text = CompiledFunction.compile(inputs, loss).loops();
    assertTrue(
        text.startsWith(
            """
            for j in 0..4:
              s = 2.0·W1[0,j]
              for i in 0..18: s += c[i + 7]·W1[i + 1,j]
              v[41j + 39] = s + b1[j]
              v[41j + 40] = tanh(v[41j + 39])
            """),
        text);
  }

  private static Node oscillator(Graph graph, NodeArray start, int steps) {
    Node x = start.get(0);
    Node v = start.get(1);
    Node h = graph.constant(1e-3);
    for (int s = 0; s < steps; s++) {
      Node a = x.sin().negated();
      x = x.plus(h.times(v));
      v = v.plus(h.times(a));
    }
    return x.times(v);
  }

  @Test
  void compile_millionNodes_needsKilobytesOfBytecode() {
    Graph graph = new Graph();
    NodeArray start = graph.variables("s", 1, 0);
    Node y = oscillator(graph, start, 170_000);
    CompiledFunction f = CompiledFunction.compile(start, y).withTier(Tier.BYTECODE);
    Statistics statistics = f.statistics();
    assertTrue(statistics.optimized() > 1_000_000 && statistics.items() < 30);
    assertTrue(statistics.classBytes() < 20_000, statistics.toString());
    double[] gradient = new double[2];
    assertEquals(y.value(), f.gradient(new double[] {1, 0}, gradient));
    Compare.same("gradient", Backprop.sweep(y).gradient(start), gradient);
  }

  @Test
  void compile_millionNodesWithoutPattern_staysInterpretedAndSaysWhy() {
    Graph graph = new Graph();
    NodeArray x = graph.variables("x", 0.5, 0.25);
    Node y = x.get(0);
    SplittableRandom random = new SplittableRandom(1);
    List<Node> nodes = new ArrayList<>(x);
    while (graph.size() < 1_000_000) {
      Node other = nodes.get(random.nextInt(nodes.size()));
      y = random.nextBoolean() ? y.plus(other) : y.times(other).sin();
      nodes.add(y);
    }
    CompiledFunction f = CompiledFunction.compile(x, y);
    for (int call = 0; call < 4; call++) {
      Compare.same("gradient", Backprop.sweep(y).gradient(x), f.gradient(0.5, 0.25));
    }
    assertEquals(Tier.INTERPRETER, f.tier());
    assertTrue(f.statistics().remark().contains("MB of bytecode"), f.statistics().remark());
  }

  private static Node sumOfSines(List<Node> x, boolean shared) {
    List<Node> terms = new ArrayList<>();
    for (int i = 0; i + 1 < x.size(); i++) {
      terms.add(x.get(i).times(x.get(i + 1)).sin());
    }
    Node sum = x.get(0).graph().sum(terms);
    return shared ? sum.times(terms.get(1)).plus(terms.get(0)) : sum;
  }

  /** The loop over a list's terms and the sum of the list become one loop. */
  @Test
  void sum_ofAListOfTerms_isAddedInTheirLoop() {
    NodeArray x = new Graph().variables("x", new SplittableRandom(1).doubles(500).toArray());
    Node y = sumOfSines(x, false);
    CompiledFunction f = CompiledFunction.compile(x, y).withTier(Tier.BYTECODE);
    assertTrue(f.loops().contains("  s += v["), f.loops());
    assertEquals(1, f.loops().split("for ", -1).length - 1, f.loops());
    double[] gradient = new double[500];
    assertEquals(y.value(), f.gradient(x.values(), gradient));
    Compare.same("gradient", Backprop.sweep(y).gradient(x), gradient);
  }

  /** A term that is read elsewhere, too, stays where it was recorded, and so do its adjoints. */
  @Test
  void sum_ofTermsThatAreReadElsewhere_keepsItsPlace() {
    NodeArray x = new Graph().variables("x", new SplittableRandom(1).doubles(50).toArray());
    Node y = sumOfSines(x, true);
    for (Tier tier : Tier.values()) {
      CompiledFunction f = CompiledFunction.compile(x, y).withTier(tier);
      double[] gradient = new double[50];
      assertEquals(y.value(), f.gradient(x.values(), gradient));
      Compare.same("gradient", Backprop.sweep(y).gradient(x), gradient);
    }
    assertEquals(2, CompiledFunction.compile(x, y).loops().split("for ", -1).length - 1);
  }

  @Test
  void find_twiceTheTape_takesTwiceTheComparisons() {
    long[] work = new long[2];
    for (int k = 0; k < 2; k++) {
      Graph graph = new Graph();
      NodeArray start = graph.variables("s", 1, 0);
      Node y = oscillator(graph, start, 5_000 * (k + 1));
      Tape tape = Tape.of(start, List.of(), List.of(y));
      work[k] = LoopFinder.find(tape).comparisons();
    }
    assertTrue(work[1] < 2.2 * work[0], work[0] + " and " + work[1]);
  }

  /** Memory that is asked for is work that can be counted; it bounds the length of every list. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void generate_twiceTheTape_asksForTwiceTheMemory(boolean oneOp) throws UnsuitableException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long[] bytes = new long[2];
    for (int k = 0; k < 2; k++) {
      Tape tape = irregular(6_000 * (k + 1), oneOp);
      Generated.of(tape, Generator.Kind.SWEEP); // loads classes
      long before = threads.getCurrentThreadAllocatedBytes();
      Generated.of(tape, Generator.Kind.SWEEP);
      bytes[k] = threads.getCurrentThreadAllocatedBytes() - before;
    }
    assertTrue(bytes[1] < 2.2 * bytes[0], bytes[0] + " and " + bytes[1]);
  }

  /** Any op, on any earlier nodes; with one op, the shapes of all items agree. */
  private static Tape irregular(int size, boolean oneOp) {
    Graph graph = new Graph();
    NodeArray x = graph.variables("x", 0.5, 0.25);
    SplittableRandom random = new SplittableRandom(1);
    List<Node> nodes = new ArrayList<>(x);
    Node y = x.get(0);
    while (graph.size() < size) {
      Node other = nodes.get(random.nextInt(nodes.size()));
      y =
          switch (oneOp ? 0 : random.nextInt(4)) {
            case 0 -> y.plus(other);
            case 1 -> y.minus(other);
            case 2 -> y.times(other);
            default -> y.max(other);
          };
      nodes.add(y);
    }
    return Tape.of(x, List.of(), List.of(y));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void find_irregularTape_takesTwoComparisonsAPeriod(boolean oneOp) {
    for (int size : new int[] {20_000, 40_000, 80_000}) {
      Tape tape = irregular(size, oneOp);
      long work = LoopFinder.find(tape).comparisons();
      assertTrue(work < 2.05 * (16 + 64) * tape.size, work + " for " + tape.size);
    }
  }

  /** A thousand sums, each of which goes on from the one before, with an op between them. */
  @Test
  void loops_manySumsInARow_equalEager() {
    Graph graph = new Graph();
    NodeArray x = graph.variables("x", new SplittableRandom(1).doubles(50, -1, 1).toArray());
    SplittableRandom random = new SplittableRandom(2);
    Node y = x.get(0);
    for (int k = 0; k < 1_000; k++) {
      int from = random.nextInt(40);
      int turns = 4 + random.nextInt(6);
      Node w = x.get(random.nextInt(50));
      for (int i = 0; i < turns; i++) {
        y = y.plus(x.get(from + i).times(w));
      }
      y = random.nextBoolean() ? y.sin() : y.tanh();
    }
    CompiledFunction f = CompiledFunction.compile(x, y);
    double[] point = x.stream().mapToDouble(Node::value).toArray();
    double[] made = f.withTier(Tier.BYTECODE).gradient(point);
    Compare.same("gradient", f.withTier(Tier.INTERPRETER).gradient(point), made);
    Compare.same("gradient", Backprop.sweep(y).gradient(x), made);
  }

  /**
   * Four products whose right operands are x[1], d[1], c[1] and v[1]: equally far apart by number,
   * but in four arrays.
   */
  @Test
  void loops_operandsOfFourKindsAtEqualOffsets_areNoRun() {
    Graph graph = new Graph();
    NodeArray x = graph.variables("x", 0.5, 0.25);
    NodeArray d = graph.variables("d", 2, 3);
    Node c0 = graph.constant(5);
    Node c1 = graph.constant(7);
    Node v0 = x.get(0).sin();
    Node v1 = v0.times(c0).plus(d.get(0)).cos();
    for (boolean forward : new boolean[] {true, false}) {
      List<Node> kinds = new ArrayList<>(List.of(x.get(1), d.get(1), c1, v0.times(c0)));
      if (!forward) {
        Collections.reverse(kinds);
      }
      List<Node> products = new ArrayList<>();
      for (Node operand : kinds) {
        products.add(x.get(0).times(operand));
      }
      Node y = v1;
      y = products.get(0).sin().minus(y);
      y = y.plus(products.get(1).tanh().times(products.get(2).cos()));
      y = y.dividedBy(products.get(3).square().plus(1));
      CompiledFunction f = CompiledFunction.compile(x, d, List.of(y)).withTier(Tier.BYTECODE);
      assertFalse(f.loops().contains("for"), f.loops());
      double[] gradient = f.jacobian(0.5, 0.25, 2, 3)[0];
      Compare.same("gradient", Backprop.sweep(y).gradient(x), gradient);
    }
  }

  /**
   * Every turn reads the value that the turn before made of data; only the first reads one that
   * depends on the input.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void loops_carriedValueWhoseFirstAloneIsDifferentiated_equalEager(int kind) {
    Graph graph = new Graph();
    Node x = graph.variable("x", 0.7);
    NodeArray d = graph.variables("d", 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8);
    Node carried = x.times(d.get(0));
    List<Node> terms = new ArrayList<>();
    for (Node datum : d) {
      terms.add(
          switch (kind) {
            case 0 -> carried.plus(datum);
            case 1 -> datum.minus(carried);
            case 2 -> carried.negated();
            case 3 -> carried.times(datum);
            default -> carried.cos();
          });
      carried = datum.sin();
    }
    terms.add(x);
    Node y = graph.sum(terms);
    CompiledFunction f =
        CompiledFunction.compile(List.of(x), d, List.of(y)).withTier(Tier.BYTECODE);
    assertTrue(f.loops().contains("for"), f.loops());
    double[] point = {0.7, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8};
    double[] expected = Backprop.sweep(y).gradient(List.of(x));
    Compare.same("adjoint", expected, f.adjoint(point, new double[] {1}));
    Compare.close("tangent", expected, f.tangent(point, new double[] {1}), Compare.ROUNDING);
  }

  @Test
  void generatedClass_functionThatIsGone_isUnloaded() throws InterruptedException {
    WeakReference<Object> kernel = kernelOfAFunction();
    for (int attempt = 0; attempt < 50 && kernel.get() != null; attempt++) {
      System.gc();
      Thread.sleep(20);
    }
    assertFalse(kernel.get() != null, "The class loader data still holds the generated class.");
  }

  private static WeakReference<Object> kernelOfAFunction() {
    Graph graph = new Graph();
    NodeArray x = graph.variables("x", 1, 2);
    Tape tape = Tape.of(x, List.of(), List.of(x.get(0).times(x.get(1)).sin()));
    try {
      Bytecode bytecode = Bytecode.of(tape, Generator.Kind.SWEEP);
      bytecode.forward(new double[] {1, 2}, 0, new double[0], 0, new double[1]);
      return new WeakReference<>(bytecode.kernelClass());
    } catch (UnsuitableException unsuitable) {
      throw new IllegalStateException(unsuitable);
    }
  }

  /** Beyond it a slot would pass for one of another kind. */
  @Test
  void suits_moreSlotsThanBits_isFalse() {
    int most = 1 << LoopFinder.KIND_BITS;
    assertTrue(LoopFinder.suits(most, most));
    assertFalse(LoopFinder.suits(most + 1, 0));
    assertFalse(LoopFinder.suits(0, most + 1));
  }
}
