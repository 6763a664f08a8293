package org.vbar.compile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;

/** Generated code for tangents, Jacobians and second derivatives. */
class DerivativeCodeTest {
  private static Node rosenbrock(List<Node> x) {
    List<Node> terms = new ArrayList<>();
    for (int i = 0; i + 1 < x.size(); i++) {
      Node valley = x.get(i + 1).minus(x.get(i).square()).square().times(100);
      terms.add(valley.plus(x.get(i).minus(1).square()));
    }
    return x.get(0).graph().sum(terms);
  }

  private static double[] numbers(long seed, int n) {
    return new SplittableRandom(seed).doubles(n, -1, 1).toArray();
  }

  /** Both small programs in one method and large ones in several; without falling back. */
  @ParameterizedTest
  @ValueSource(ints = {40, 400, 4_000})
  void code_randomPrograms_equalsTheInterpreter(int ops) throws UnsuitableException {
    for (long seed = 0; seed < 12; seed++) {
      RandomProgram program = new RandomProgram(seed, ops);
      NodeArray x = new Graph().variables("x", program.point(0));
      Node y = program.apply(x);
      List<Node> outputs = List.of(y, y.graph().node(y.index() / 2), x.get(0));
      Tape tape = Tape.of(x, List.of(), outputs);
      Interpreter interpreter = new Interpreter(tape);
      TangentCode tangents = TangentCode.of(tape);
      JacobianCode jacobian = JacobianCode.of(tape);
      int n = program.inputs();
      double[] none = {};
      for (int which = 0; which < 3; which++) {
        String what = "seed " + seed + ", point " + which + ": ";
        double[] point = program.point(which);
        double[] expected = new double[3];
        interpreter.tangents(point, none, numbers(seed, n), none, expected);
        double[] actual = new double[3];
        tangents.tangents(point, none, numbers(seed, n), none, actual);
        if (Arrays.stream(expected).allMatch(Double::isFinite)) {
          Compare.same(what + "tangents", expected, actual);
        }
        double[][] rows = new double[3][n];
        double[][] generated = new double[3][n];
        double[] values = new double[3];
        double[] again = new double[3];
        interpreter.jacobian(point, none, values, rows);
        jacobian.jacobian(point, none, again, generated);
        Compare.same(what + "values", values, again);
        for (int k = 0; k < 3; k++) {
          Compare.same(what + "row " + k, rows[k], generated[k]);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Tier.class)
  void hessianVectorProduct_rosenbrock_isTheFormula(Tier tier) {
    int n = 200;
    NodeArray inputs = new Graph().variables("x", new double[n]);
    CompiledFunction f = CompiledFunction.compile(inputs, rosenbrock(inputs)).withTier(tier);
    double[] x = numbers(1, n);
    double[] v = numbers(2, n);
    double[] expected = new double[n];
    for (int i = 0; i + 1 < n; i++) {
      expected[i] += (1200 * x[i] * x[i] - 400 * x[i + 1] + 2) * v[i] - 400 * x[i] * v[i + 1];
      expected[i + 1] += -400 * x[i] * v[i] + 200 * v[i + 1];
    }
    double[] product = new double[n];
    f.hessianVectorProduct(x, v, product);
    Compare.close("product", expected, product, Compare.ROUNDING);
    f.hessianVectorProduct(x, v, v);
    assertArrayEquals(product, v);
  }

  @ParameterizedTest
  @EnumSource(Tier.class)
  void hessian_infiniteDerivativeAlongAnotherInput_keepsItsZeros(Tier tier) {
    NodeArray x = new Graph().variables("x", 1, 1);
    Node y = x.get(0).sqrt().plus(x.get(1).square());
    double[][] hessian = CompiledFunction.compile(x, y).withTier(tier).hessian(0, 3);
    assertArrayEquals(new double[][] {{Double.NEGATIVE_INFINITY, 0}, {0, 2}}, hessian);
  }

  @ParameterizedTest
  @EnumSource(Tier.class)
  void jacobian_infiniteDerivativeAlongAnotherInput_keepsItsZeros(Tier tier) {
    NodeArray x = new Graph().variables("x", 1, 1);
    List<Node> outputs = new ArrayList<>();
    for (int k = 0; k < 4; k++) {
      outputs.add(x.get(0).sqrt().times(k + 1));
      outputs.add(x.get(1).times(k));
    }
    double[][] jacobian = CompiledFunction.compile(x, outputs).withTier(tier).jacobian(0, 3);
    for (int k = 0; k < 4; k++) {
      assertArrayEquals(new double[] {Double.POSITIVE_INFINITY, 0}, jacobian[2 * k]);
      assertArrayEquals(new double[] {0, k}, jacobian[2 * k + 1]);
    }
  }

  @ParameterizedTest
  @EnumSource(Tier.class)
  void derivatives_dataAndInputsInAnotherOrder_followTheCaller(Tier tier) {
    Graph graph = new Graph();
    Node a = graph.variable("a", 1);
    Node p = graph.variable("p", 1);
    Node b = graph.variable("b", 1);
    Node q = graph.variable("q", 1);
    Node y = a.square().times(p).plus(b.times(q)).plus(a.times(b));
    CompiledFunction f =
        CompiledFunction.compile(List.of(b, a), List.of(q, p), List.of(y)).withTier(tier);
    double[] point = {3, 5, 7, 11};
    assertArrayEquals(new double[] {2 * (7 + 5) + 110 + 3}, f.tangent(point, new double[] {2, 1}));
    assertArrayEquals(new double[][] {{12, 113}}, f.jacobian(point));
    assertArrayEquals(new double[][] {{0, 1}, {1, 22}}, f.hessian(point));
    double[] product = new double[2];
    f.hessianVectorProduct(point, new double[] {2, 3}, product);
    assertArrayEquals(new double[] {3, 2 + 66}, product);
  }

  /** A zero tangent may be −0 on the way, but is 0 at the outputs as in forward mode. */
  @ParameterizedTest
  @EnumSource(Tier.class)
  void tangent_zero_isNeverNegative(Tier tier) {
    NodeArray x = new Graph().variables("x", new double[8]);
    List<Node> outputs = new ArrayList<>(x);
    x.forEach(node -> outputs.add(node.times(-2)));
    x.forEach(node -> outputs.add(node.negated()));
    CompiledFunction f = CompiledFunction.compile(x, outputs).withTier(tier);
    double[] direction = new double[8];
    direction[3] = -0.0;
    for (double tangent : f.tangent(new double[8], direction)) {
      assertEquals(0, Double.doubleToRawLongBits(tangent));
    }
  }

  @Test
  void derivatives_manyThreadsOnOneFunction_equalOneThread() {
    int n = 30;
    NodeArray inputs = new Graph().variables("x", new double[n]);
    CompiledFunction f = CompiledFunction.compile(inputs, rosenbrock(inputs));
    CompiledFunction reference = f.withTier(Tier.INTERPRETER);
    double[][] products = new double[16][n];
    double[][] tangents = new double[16][];
    for (int k = 0; k < 16; k++) {
      reference.hessianVectorProduct(numbers(k, n), numbers(k + 50, n), products[k]);
      tangents[k] = reference.tangent(numbers(k, n), numbers(k + 50, n));
    }
    IntStream.range(0, 4_000)
        .parallel()
        .forEach(
            call -> {
              int k = call % 16;
              double[] product = new double[n];
              f.hessianVectorProduct(numbers(k, n), numbers(k + 50, n), product);
              Compare.same("product of call " + call, products[k], product);
              Compare.same(
                  "tangent of call " + call,
                  tangents[k],
                  f.tangent(numbers(k, n), numbers(k + 50, n)));
            });
  }

  @Test
  void outputs_atEqualDistances_areWrittenByALoop() throws UnsuitableException {
    NodeArray x = new Graph().variables("x", new double[1_000]);
    List<Node> outputs = x.stream().map(Node::sin).toList();
    Generated generated = Generated.of(Tape.of(x, List.of(), outputs), Generator.Kind.TANGENTS);
    assertTrue(generated.made().bytes().length < 2_000);
  }
}
