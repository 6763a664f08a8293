package org.vbar.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.RealVector;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LeastSquaresBuilder;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LeastSquaresOptimizer;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LevenbergMarquardtOptimizer;
import org.hipparchus.util.Pair;
import org.junit.jupiter.api.Test;
import org.vbar.Autodiff;
import org.vbar.compile.CompiledFunction;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;

/** Compiled functions in programs as people write them: each test is an example to copy. */
class RealUseTest {
  // tag::newton[]
  /** Newton's method: solve H·step = −g until the gradient vanishes. */
  static double[] minimize(CompiledFunction f, double... start) {
    double[] x = start.clone();
    double[] g = new double[x.length];
    for (int round = 0; round < 50; round++) {
      f.gradient(x, g);
      ArrayRealVector gradient = new ArrayRealVector(g);
      if (gradient.getNorm() < 1e-12) {
        return x;
      }
      RealVector step =
          new LUDecomposition(new Array2DRowRealMatrix(f.hessian(x))).getSolver().solve(gradient);
      for (int k = 0; k < x.length; k++) {
        x[k] -= step.getEntry(k);
      }
    }
    return x;
  }

  // end::newton[]

  @Test
  void newton_rosenbrockValley_findsTheMinimum() {
    CompiledFunction f =
        Autodiff.compile(
            2,
            x ->
                x.get(1)
                    .minus(x.get(0).square())
                    .square()
                    .times(100)
                    .plus(x.get(0).minus(1).square()));
    assertArrayEquals(new double[] {1, 1}, minimize(f, -1.2, 1), 1e-10);
  }

  // tag::leastSquares[]
  /** The residuals A·e^(−k·t) + c − y at all times, as a function of A, k and c. */
  static CompiledFunction decay(double[] t, double[] y) {
    Graph graph = new Graph();
    NodeArray p = graph.variables("p", 1, 1, 0);
    List<Node> residuals = new ArrayList<>();
    for (int i = 0; i < t.length; i++) {
      Node model = p.get(0).times(p.get(1).times(-t[i]).exp()).plus(p.get(2));
      residuals.add(model.minus(y[i]));
    }
    return CompiledFunction.compile(p, residuals);
  }

  static double[] fit(CompiledFunction residuals, double... start) {
    int m = residuals.outputCount();
    LeastSquaresOptimizer.Optimum optimum =
        new LevenbergMarquardtOptimizer()
            .optimize(
                new LeastSquaresBuilder()
                    .model(
                        p -> {
                          double[] values = new double[m];
                          double[][] jacobian = new double[m][p.getDimension()];
                          residuals.jacobian(p.toArray(), values, jacobian);
                          return new Pair<>(
                              new ArrayRealVector(values), new Array2DRowRealMatrix(jacobian));
                        })
                    .target(new double[m])
                    .start(start)
                    .maxEvaluations(100)
                    .maxIterations(100)
                    .build());
    return optimum.getPoint().toArray();
  }

  // end::leastSquares[]

  @Test
  void levenbergMarquardt_decayCurve_findsItsParameters() {
    double[] t = new double[40];
    double[] y = new double[40];
    for (int i = 0; i < t.length; i++) {
      t[i] = 0.1 * i;
      y[i] = 2.5 * Math.exp(-1.3 * t[i]) + 0.5;
    }
    assertArrayEquals(new double[] {2.5, 1.3, 0.5}, fit(decay(t, y), 1, 1, 0), 1e-8);
  }

  // tag::blackScholes[]
  /** The price of a European call for spot S, strike K, rate r, volatility σ and time T. */
  static Node call(List<Node> v) {
    Node s = v.get(0);
    Node k = v.get(1);
    Node r = v.get(2);
    Node sigma = v.get(3);
    Node t = v.get(4);
    Node spread = sigma.times(t.sqrt());
    Node d1 =
        s.dividedBy(k).log().plus(r.plus(sigma.square().times(0.5)).times(t)).dividedBy(spread);
    Node d2 = d1.minus(spread);
    return s.times(normal(d1)).minus(k.times(r.times(t).negated().exp()).times(normal(d2)));
  }

  static Node normal(Node x) {
    return x.times(-Math.sqrt(0.5)).erfc().times(0.5);
  }

  // end::blackScholes[]

  @Test
  void blackScholes_oneSweep_givesAllGreeks() {
    CompiledFunction price = Autodiff.compile(5, RealUseTest::call);
    double s = 100;
    double k = 95;
    double r = 0.03;
    double sigma = 0.25;
    double t = 0.75;
    double[] greeks = new double[5];
    double[] point = {s, k, r, sigma, t};
    double value = price.gradient(point, greeks);

    double spread = sigma * Math.sqrt(t);
    double d1 = (Math.log(s / k) + (r + sigma * sigma / 2) * t) / spread;
    double d2 = d1 - spread;
    double discount = Math.exp(-r * t);
    double density = Math.exp(-d1 * d1 / 2) / Math.sqrt(2 * Math.PI);
    assertEquals(s * cdf(d1) - k * discount * cdf(d2), value, 1e-12);
    assertEquals(cdf(d1), greeks[0], 1e-14, "delta");
    assertEquals(-discount * cdf(d2), greeks[1], 1e-14, "by strike");
    assertEquals(k * t * discount * cdf(d2), greeks[2], 1e-12, "rho");
    assertEquals(s * density * Math.sqrt(t), greeks[3], 1e-12, "vega");
    double theta = s * density * sigma / (2 * Math.sqrt(t)) + r * k * discount * cdf(d2);
    assertEquals(theta, greeks[4], 1e-12, "theta, by time to expiry");
    double[][] second = price.hessian(point);
    assertEquals(density / (s * spread), second[0][0], 1e-14, "gamma");
    assertEquals(-density * d2 / sigma, second[0][3], 1e-12, "vanna");
    assertTrue(Math.abs(second[3][0] - second[0][3]) < 1e-12, "vanna the other way round");
  }

  private static double cdf(double x) {
    return 0.5 * org.apache.commons.numbers.gamma.Erfc.value(-x * Math.sqrt(0.5));
  }
}
