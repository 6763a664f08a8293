package org.vbar.compile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vbar.backprop.AdjointGraph;
import org.vbar.backprop.Backprop;
import org.vbar.backprop.Tangents;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;

/** Programs made from seeds, recorded at one point and run at others in every tier. */
class RandomProgramTest {
  /** Seeds that once failed. */
  @ParameterizedTest
  @ValueSource(longs = {12, 28, 32, 41, 57})
  void compiled_seedThatFailedOnce_equalsEager(long seed) {
    check(seed);
  }

  /** In ten seconds. A seed that fails belongs to those above. */
  @Test
  void compiled_tenThousandRandomPrograms_equalEager() {
    LongStream.range(0, 10_000).forEach(RandomProgramTest::check);
  }

  private static void check(long seed) {
    RandomProgram program = new RandomProgram(seed, 30 + (int) (seed % 7) * 40);
    NodeArray recorded = new Graph().variables("x", program.point(0));
    CompiledFunction f = CompiledFunction.compile(recorded, program.apply(recorded));
    CompiledFunction interpreted = f.withTier(Tier.INTERPRETER);
    CompiledFunction generated = f.withTier(Tier.BYTECODE);
    for (int which = 0; which < 3; which++) {
      double[] point = program.point(which);
      NodeArray inputs = new Graph().variables("x", point);
      Node output = program.apply(inputs);
      String what = "seed " + seed + ", point " + which + ": ";
      double[] eager = Backprop.sweep(output).gradient(inputs);
      double[] gradient = new double[point.length];
      double[] value = {interpreted.gradient(point, gradient)};
      Compare.same(what + "value", new double[] {output.value()}, value);
      Compare.same(what + "gradient", eager, gradient);
      double[] again = new double[point.length];
      double[] valueAgain = {generated.gradient(point, again)};
      Compare.same(what + "value in bytecode", value, valueAgain);
      Compare.same(what + "gradient in bytecode", gradient, again);
      Compare.same(what + "value alone", value, new double[] {generated.value(point)});
    }
    List<String> texts = List.of(f.loops());
    if (texts.get(0).isEmpty() && f.statistics().optimized() > 0) {
      throw new AssertionError("seed " + seed + " has no text");
    }
  }

  @Test
  void gradient_guardedProgramsIntoUsedArrays_isThatOfTheInterpreter() {
    for (long seed = 0; seed < 200; seed++) {
      RandomProgram program = new RandomProgram(seed, 40 + (int) (seed % 4) * 20);
      CompiledFunction f =
          CompiledFunction.compile(
              program.inputs(),
              x -> {
                boolean isPositive = x.get(0).greaterThan(0).isTrue();
                Node y = program.apply(x);
                return isPositive ? y.times(x.get(0)).plus(1) : y;
              });
      CompiledFunction interpreted = f.withTier(Tier.INTERPRETER);
      CompiledFunction generated = f.withTier(Tier.BYTECODE);
      for (int which = 0; which < 6; which++) {
        double[] point = program.point(which % 4);
        double[] gradient = new double[program.inputs()];
        Arrays.fill(gradient, 100);
        generated.gradient(point, gradient);
        Compare.same("seed " + seed + ", point " + which, interpreted.gradient(point), gradient);
      }
    }
  }

  // ---- Tangents, second derivatives, Jacobians, guards ----

  @Test
  void derivatives_randomPrograms_equalEagerInEveryTier() {
    LongStream.range(0, 300).forEach(RandomProgramTest::checkDerivatives);
  }

  @Test
  @Tag("full")
  void derivatives_manyRandomPrograms_equalEagerInEveryTier() {
    LongStream.range(200_000, 204_000).forEach(RandomProgramTest::checkDerivatives);
  }

  private static double[] direction(long seed, int n) {
    return new SplittableRandom(seed + 5).doubles(n, -1, 1).toArray();
  }

  private static void checkDerivatives(long seed) {
    RandomProgram program = new RandomProgram(seed, 30 + (int) (seed % 5) * 30);
    NodeArray recorded = new Graph().variables("x", program.point(0));
    CompiledFunction f = CompiledFunction.compile(recorded, program.apply(recorded));
    int n = program.inputs();
    double[] v = direction(seed, n);
    CompiledFunction interpreted = f.withTier(Tier.INTERPRETER);
    CompiledFunction generated = f.withTier(Tier.BYTECODE);
    for (int which = 0; which < 2; which++) {
      double[] point = program.point(which);
      NodeArray inputs = new Graph().variables("x", point);
      Node output = program.apply(inputs);
      String what = "seed " + seed + ", point " + which + ": ";
      double[] tangent = interpreted.tangent(point, v);
      Compare.close(
          what + "tangent", new double[] {Tangents.along(inputs, v).of(output)}, tangent, 1e-9);
      Compare.same(what + "tangent in bytecode", tangent, generated.tangent(point, v));
      double[] product = new double[n];
      interpreted.hessianVectorProduct(point, v, product);
      double[] again = new double[n];
      generated.hessianVectorProduct(point, v, again);
      Compare.same(what + "Hessian times vector in bytecode", product, again);
      List<Node> gradient = AdjointGraph.of(output, inputs).gradient();
      Tangents eager = Tangents.along(inputs, v);
      double[] expected = gradient.stream().mapToDouble(eager::of).toArray();
      Compare.close(what + "Hessian times vector", expected, product, 1e-7);
      double[][] hessian = interpreted.hessian(point);
      double[][] hessianAgain = generated.hessian(point);
      for (int i = 0; i < n; i++) {
        Compare.same(what + "Hessian in bytecode, row " + i, hessian[i], hessianAgain[i]);
        for (int j = 0; j < n; j++) {
          Compare.same(
              what + "symmetry", new double[] {hessian[i][j]}, new double[] {hessian[j][i]});
        }
      }
    }
  }

  /** Few outputs are swept from, many are reached by tangents along the inputs. */
  @Test
  void jacobian_randomProgramsWithFewAndManyOutputs_equalsEagerInEveryTier() {
    for (long seed = 0; seed < 300; seed++) {
      RandomProgram program = new RandomProgram(seed, 60 + (int) (seed % 3) * 40);
      int n = program.inputs();
      int outputs = seed % 2 == 0 ? 2 : 2 * n + 3;
      NodeArray recorded = new Graph().variables("x", program.point(0));
      CompiledFunction f = CompiledFunction.compile(recorded, chosen(program, recorded, outputs));
      CompiledFunction interpreted = f.withTier(Tier.INTERPRETER);
      CompiledFunction generated = f.withTier(Tier.BYTECODE);
      for (int which = 0; which < 2; which++) {
        double[] point = program.point(which);
        NodeArray inputs = new Graph().variables("x", point);
        List<Node> eager = chosen(program, inputs, outputs);
        double[][] jacobian = new double[outputs][n];
        double[] values = new double[outputs];
        interpreted.jacobian(point, values, jacobian);
        Compare.same("values", interpreted.values(point), values);
        double[][] again = generated.jacobian(point);
        for (int k = 0; k < outputs; k++) {
          String what = "seed " + seed + ", point " + which + ", row " + k;
          double[] row = Backprop.sweep(eager.get(k)).gradient(inputs);
          Compare.close(what, row, jacobian[k], 1e-9);
          Compare.same(what + " in bytecode", jacobian[k], again[k]);
        }
      }
    }
  }

  /** Some nodes of a program as outputs; leaves and one node twice among them. */
  private static List<Node> chosen(RandomProgram program, NodeArray inputs, int outputs) {
    List<Node> nodes = new ArrayList<>(List.of(program.apply(inputs)));
    Graph graph = inputs.get(0).graph();
    for (int k = 1; k < outputs; k++) {
      nodes.add(graph.node((int) (k * 7919L % graph.size())));
    }
    return nodes;
  }

  @Test
  void guards_randomPrograms_followEverySideInEveryTier() {
    for (long seed = 0; seed < 200; seed++) {
      RandomProgram program = new RandomProgram(seed, 40 + (int) (seed % 4) * 20);
      Function<List<Node>, Node> guarded = x -> guarded(program, x);
      int n = program.inputs();
      CompiledFunction f = CompiledFunction.compile(n, guarded);
      CompiledFunction interpreted = f.withTier(Tier.INTERPRETER);
      CompiledFunction generated = f.withTier(Tier.BYTECODE);
      double[] v = direction(seed, n);
      for (int which = 0; which < 6; which++) {
        double[] point = program.point(which % 4);
        String what = "seed " + seed + ", point " + which + ": ";
        NodeArray inputs = new Graph(Graph.Option.NAN_LEAVES).variables("x", point);
        Node output = guarded.apply(inputs);
        double[] gradient = new double[n];
        double[] value = {interpreted.gradient(point, gradient)};
        Compare.same(what + "value", new double[] {output.value()}, value);
        Compare.same(what + "gradient", Backprop.sweep(output).gradient(inputs), gradient);
        double[] tangent = interpreted.tangent(point, v);
        Compare.close(
            what + "tangent", new double[] {Tangents.along(inputs, v).of(output)}, tangent, 1e-9);
        double[] product = new double[n];
        interpreted.hessianVectorProduct(point, v, product);
        double[] again = new double[n];
        generated.hessianVectorProduct(point, v, again);
        Compare.same(what + "Hessian times vector in bytecode", product, again);
        Compare.same(what + "gradient in bytecode", gradient, generated.gradient(point));
        Compare.same(what + "tangent in bytecode", tangent, generated.tangent(point, v));
      }
    }
  }

  private static Node guarded(RandomProgram program, List<Node> x) {
    boolean isPositive = x.get(0).greaterThan(0).isTrue();
    Node y = program.apply(x);
    if (isPositive) {
      y = y.times(x.get(0)).plus(1);
    }
    return x.get(x.size() - 1).lessThan(0.5).isTrue() ? y.sin() : y.times(2);
  }
}
