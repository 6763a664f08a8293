package org.vbar.compile;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vbar.backprop.Backprop;
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

  @Test
  void compiled_randomPrograms_equalEager() {
    LongStream.range(0, 500).forEach(RandomProgramTest::check);
  }

  @Test
  @Tag("full")
  void compiled_tenThousandRandomPrograms_equalEager() {
    LongStream.range(100_000, 110_000).forEach(RandomProgramTest::check);
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
      Compare.close(what + "value", new double[] {output.value()}, value, Compare.ROUNDING);
      Compare.close(what + "gradient", eager, gradient, 1e-9);
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
}
