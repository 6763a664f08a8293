package org.vbar.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vbar.backprop.Backprop;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;
import org.vbar.graph.Op;

/** Jacobians whose entries are nodes beside the values. */
class SmallJacobianTest {
  private static final double[] EDGES = {
    0.0, -0.0, 1, -1, 0.5, 3, 1e-300, 1e300, -700, Double.POSITIVE_INFINITY, Double.NaN
  };

  /** The op between others, so that its adjoint is not 1 and its operands are results. */
  private static List<Node> outputs(Op op, List<Node> x) {
    Graph graph = x.get(0).graph();
    List<Node> operands =
        switch (op.arity()) {
          case UNARY, UNARY_WITH_PARAMETER -> List.of(x.get(0).times(x.get(1)));
          case BINARY -> List.of(x.get(0).log(), x.get(1));
          default -> List.of(x.get(0).sqrt(), x.get(1), x.get(1), x.get(0));
        };
    Node y = graph.apply(op, 2, operands);
    return List.of(y.times(x.get(1)), y.square().plus(x.get(0)), y.exp(), x.get(1));
  }

  @ParameterizedTest
  @EnumSource(Tier.class)
  void jacobian_everyOpAtEdges_equalsEagerSweeps(Tier tier) {
    int suiting = 0;
    for (Op op : Op.values()) {
      if (op.isLeaf() || op == Op.WHERE || op == Op.CUSTOM) {
        continue;
      }
      NodeArray recorded = new Graph().variables("x", 0.75, 0.5);
      List<Node> outputs = outputs(op, recorded);
      suiting += SmallJacobian.suits(Tape.of(recorded, List.of(), outputs)) ? 1 : 0;
      CompiledFunction f = CompiledFunction.compile(recorded, outputs).withTier(tier);
      for (double a : EDGES) {
        for (double b : EDGES) {
          NodeArray x = new Graph(Graph.Option.NAN_LEAVES).variables("x", a, b);
          List<Node> eager = outputs(op, x);
          double[] values = new double[4];
          double[][] jacobian = new double[4][2];
          f.jacobian(new double[] {a, b}, values, jacobian);
          String what = op + " at " + a + ", " + b;
          Compare.same(what + ", values", f.values(a, b), values);
          for (int k = 0; k < 4; k++) {
            double[] row = Backprop.sweep(eager.get(k)).gradient(x);
            Compare.close(what + ", row " + k, row, jacobian[k], Compare.ROUNDING);
          }
        }
      }
    }
    // Comparisons, sign, the step and logSumExp do not.
    assertEquals(Op.values().length - 4 - 8, suiting);
  }

  /** Recorded adjoints end at a factor 0, sweeps go on: 0 times a NaN is NaN. */
  @ParameterizedTest
  @EnumSource(Tier.class)
  void jacobian_zeroAmongTheFactors_keepsNan(Tier tier) {
    NodeArray x = new Graph().variables("x", Double.POSITIVE_INFINITY, 2);
    Node y = x.get(0).times(0).plus(x.get(1).times(-0.0)).tanh();
    CompiledFunction f = CompiledFunction.compile(x, List.of(y, x.get(1))).withTier(tier);
    double[] row = Backprop.sweep(y).gradient(x);
    assertEquals(Double.NaN, row[1]);
    Compare.same("row", row, f.jacobian(Double.POSITIVE_INFINITY, 2)[0]);
  }

  /** As nodes, the softmax would be computed from a sum that lost its last digits. */
  @ParameterizedTest
  @EnumSource(Tier.class)
  void jacobian_logSumExpOfLargeNumbers_keepsItsDigits(Tier tier) {
    NodeArray x = new Graph().variables("x", 1e8, 1e8 + 0.25);
    Node y = x.get(0).graph().logSumExp(x);
    CompiledFunction f = CompiledFunction.compile(x, List.of(y, y.square())).withTier(tier);
    double[] row = Backprop.sweep(y).gradient(x);
    Compare.close("softmax", row, f.jacobian(1e8, 1e8 + 0.25)[0], Compare.ROUNDING);
  }

  /** A random expression of smooth ops, with a constant and leaves among its outputs. */
  private static List<Node> smooth(long seed, List<Node> x) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Node> nodes = new ArrayList<>(x);
    nodes.add(x.get(0).graph().constant(2));
    for (int i = 0; i < 40; i++) {
      Node a = nodes.get(random.nextInt(nodes.size()));
      Node b = nodes.get(nodes.size() - 1 - random.nextInt(Math.min(6, nodes.size())));
      nodes.add(
          switch (random.nextInt(8)) {
            case 0 -> a.plus(b);
            case 1 -> a.minus(b);
            case 2 -> a.times(b);
            case 3 -> a.dividedBy(b.square().plus(1));
            case 4 -> b.sin();
            case 5 -> b.cos();
            case 6 -> b.times(0.5).pow(3);
            default -> b.tanh();
          });
    }
    List<Node> outputs = new ArrayList<>();
    for (int k = 0; k < 3 + (int) (seed % 4); k++) {
      outputs.add(nodes.get(nodes.size() - 1 - 5 * k));
    }
    outputs.add(nodes.get(0));
    outputs.add(nodes.get(x.size()));
    return outputs;
  }

  @Test
  void jacobian_smoothRandomPrograms_equalsSweepsAndIsTheSameInBothTiers() {
    for (long seed = 0; seed < 300; seed++) {
      int n = 1 + (int) (seed % 9);
      double[] start = new double[n];
      NodeArray recorded = new Graph().variables("x", start);
      List<Node> outputs = smooth(seed, recorded);
      assertTrue(SmallJacobian.suits(Tape.of(recorded, List.of(), outputs)));
      CompiledFunction f = CompiledFunction.compile(recorded, outputs);
      double[] point = new SplittableRandom(seed + 9).doubles(n, -2, 2).toArray();
      NodeArray x = new Graph().variables("x", point);
      List<Node> eager = smooth(seed, x);
      double[][] interpreted = f.withTier(Tier.INTERPRETER).jacobian(point);
      double[][] generated = f.withTier(Tier.BYTECODE).jacobian(point);
      for (int k = 0; k < outputs.size(); k++) {
        String what = "seed " + seed + ", row " + k;
        Compare.close(
            what, Backprop.sweep(eager.get(k)).gradient(x), interpreted[k], Compare.ROUNDING);
        Compare.same(what + " in bytecode", interpreted[k], generated[k]);
      }
    }
  }

  @Test
  void suits_largeOrCutOffPrograms_doNot() {
    NodeArray x = new Graph().variables("x", new double[40]);
    List<Node> chain = new ArrayList<>(x);
    for (int i = 0; i < 400; i++) {
      chain.add(chain.get(i).times(chain.get(i + 7)).sin());
    }
    assertFalse(SmallJacobian.suits(Tape.of(x, List.of(), chain.subList(400, 440))));
    assertFalse(SmallJacobian.suits(Tape.of(x, List.of(), chain.subList(60, 61))));
    assertTrue(SmallJacobian.suits(Tape.of(x, List.of(), chain.subList(60, 62))));
    NodeArray many = new Graph().variables("m", new double[3_000]);
    List<Node> two = List.of(many.get(0).times(many.get(1)), many.get(2).sin());
    assertFalse(SmallJacobian.suits(Tape.of(many, List.of(), two)));
    Node cutOff = x.get(0).log().sign();
    assertFalse(SmallJacobian.suits(Tape.of(x, List.of(), List.of(cutOff, x.get(1)))));
  }

  /** Sine and cosine of one angle and their derivatives are two calls, not eight. */
  @Test
  void program_sineAndCosineOfOneAngle_areComputedOnce() {
    NodeArray x = new Graph().variables("x", 1, 2);
    Node angle = x.get(0).times(x.get(1));
    Tape tape = Tape.of(x, List.of(), List.of(angle.sin(), angle.cos()));
    Tape program = SmallJacobian.of(tape, null).tape();
    long calls = 0;
    for (int i = 0; i < program.size; i++) {
      calls += program.op(i) == Op.SIN || program.op(i) == Op.COS ? 1 : 0;
    }
    assertEquals(2, calls);
  }

  @Test
  void jacobian_rowOfAnotherLength_isRefused() {
    NodeArray x = new Graph().variables("x", 1, 2);
    CompiledFunction f = CompiledFunction.compile(x, List.of(x.get(0).sin(), x.get(1)));
    double[][] jacobian = {new double[2], new double[3]};
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> f.jacobian(new double[] {1, 2}, new double[2], jacobian))
            .toString();
    assertTrue(message.contains("2") && message.contains("3"), message);
    assertEquals("[0.0, 0.0]", Arrays.toString(jacobian[0]));
  }

  /** The sum of all entries overflows, but each of them is finite. */
  @ParameterizedTest
  @EnumSource(Tier.class)
  void jacobian_entriesWhoseSumOverflows_areKept(Tier tier) {
    NodeArray x = new Graph().variables("x", 1, 2);
    List<Node> outputs = List.of(x.get(0).times(1e308), x.get(1).times(1.5e308));
    double[][] jacobian = CompiledFunction.compile(x, outputs).withTier(tier).jacobian(1e-3, 2e-3);
    assertEquals("[[1.0E308, 0.0], [0.0, 1.5E308]]", Arrays.deepToString(jacobian));
  }

  /** Copying rows out of one array took a fifth of the time of BundleAdjustmentBenchmark. */
  @Test
  void bytecode_programOfOneMethod_writesRowsItself() throws UnsuitableException {
    NodeArray x = new Graph().variables("x", 1, 2, 3);
    List<Node> outputs = List.of(x.get(0).times(x.get(1)).sin(), x.get(2).exp().plus(x.get(0)));
    Tape tape = SmallJacobian.of(Tape.of(x, List.of(), outputs), Tier.BYTECODE).tape();
    Bytecode generated = Bytecode.of(tape, Generator.Kind.JACOBIAN);
    assertTrue(generated.hasJacobian());
    double[] point = {0.5, -2, 0.25};
    double[] all = new double[2 + 2 * 3 + 1];
    generated.forward(point, 0, point, 3, all);
    double[] values = new double[2];
    double[][] rows = new double[2][3];
    double sum = generated.jacobian(point, values, rows);
    Compare.same("values", Arrays.copyOf(all, 2), values);
    Compare.same("first row", Arrays.copyOfRange(all, 2, 5), rows[0]);
    Compare.same("second row", Arrays.copyOfRange(all, 5, 8), rows[1]);
    assertEquals(all[8], sum);
    assertFalse(Bytecode.of(tape, Generator.Kind.SWEEP).hasJacobian());
  }
}
