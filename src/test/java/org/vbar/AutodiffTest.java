package org.vbar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.vbar.testing.Refusals.refusal;

import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.vbar.backprop.Backprop;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.testing.Fixtures;
import org.vbar.testing.RandomProgram;
import org.vbar.testing.RandomProgram.Style;

class AutodiffTest {
  @Test
  void gradient_ofAProductsSine_isItsGradient() {
    double[] g = Autodiff.gradient(v -> v.get(0).times(v.get(1)).sin(), 1, 2);

    assertArrayEquals(new double[] {2 * Math.cos(2), Math.cos(2)}, g);
  }

  @Test
  void gradient_ofAFunctionWithABranch_followsIt() {
    Function<List<Node>, Node> steps =
        v -> {
          Node y = v.get(0);
          while (y.lessThan(100).isTrue()) {
            y = y.times(y);
          }
          return y;
        };

    assertArrayEquals(new double[] {8 * Math.pow(2, 7)}, Autodiff.gradient(steps, 2));
    assertArrayEquals(new double[] {1}, Autodiff.gradient(steps, 200));
  }

  @Test
  void gradient_ofRandomPrograms_equalsTheSweep() {
    RandomProgram.forSeeds(
        50,
        seed -> {
          RandomProgram program = RandomProgram.of(seed, Style.ALL_OPS, 3, 30);
          Fixtures drawn = program.record();
          assertArrayEquals(
              Backprop.sweep(drawn.output()).gradient(drawn.inputs()),
              Autodiff.gradient(program, program.point()));
        });
  }

  @Test
  void gradient_inputs_areNamedAndNotModified() {
    double[] point = {1, 2};
    Autodiff.gradient(
        v -> {
          assertEquals("x[1]", v.get(1).label());
          assertEquals(2, v.size());
          return v.get(0).exp();
        },
        point);

    assertArrayEquals(new double[] {1, 2}, point);
  }

  @Test
  void gradient_ofAnInputOrAConstant_isOneOrZero() {
    assertArrayEquals(new double[] {0, 1}, Autodiff.gradient(v -> v.get(1), 1, 2));
    assertArrayEquals(
        new double[] {0, 0}, Autodiff.gradient(v -> v.get(0).graph().constant(7), 1, 2));
    assertArrayEquals(new double[] {0}, Autodiff.gradient(v -> v.get(0).times(0), 1));
  }

  @Test
  void hessian_ofAQuadraticForm_isItsMatrix() {
    double[][] h =
        Autodiff.hessian(
            v -> v.get(0).square().times(3).plus(v.get(0).times(v.get(1)).times(5)), 1, 2, 9);

    assertEquals(3, h.length);
    assertArrayEquals(new double[] {6, 5, 0}, h[0]);
    assertArrayEquals(new double[] {5, 0, 0}, h[1]);
    assertArrayEquals(new double[] {0, 0, 0}, h[2]);
  }

  @Test
  void hessian_ofAnInputOrAConstant_isZero() {
    assertArrayEquals(new double[] {0, 0}, Autodiff.hessian(v -> v.get(1), 1, 2)[1]);
    assertArrayEquals(new double[] {0}, Autodiff.hessian(v -> v.get(0).graph().constant(7), 1)[0]);
  }

  @Test
  void gradient_ofABadResult_saysWhatIsExpected() {
    Graph other = new Graph();
    Node foreign = other.variable("f", 1);

    assertEquals(
        "The function returned f = 1.0 of another graph; it must compute its result from the nodes"
            + " that it is given.",
        refusal(IllegalArgumentException.class, () -> Autodiff.gradient(v -> foreign, 1)));
    assertEquals(
        "The function returned null; it must return its result.",
        refusal(
            NullPointerException.class,
            () -> Autodiff.hessian(v -> AutodiffTest.<Node>nothing(), 1)));
    assertThrows(
        IllegalArgumentException.class, () -> Autodiff.gradient(v -> v.get(0), Double.NaN));
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T nothing() {
    return Collections.<T>singletonList(null).get(0);
  }
}
