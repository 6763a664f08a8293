package org.vbar.compare;

import java.util.ArrayList;
import java.util.List;
import org.hipparchus.CalculusFieldElement;
import org.vbar.graph.Node;

/** Σ 100 (xᵢ₊₁ − xᵢ²)² + (xᵢ − 1)², written for each system, and its derivatives by hand. */
final class Rosenbrock {
  private Rosenbrock() {}

  static double[] point(int n) {
    double[] point = new double[n];
    for (int i = 0; i < n; i++) {
      point[i] = 1 + 0.1 * Math.sin(i);
    }
    return point;
  }

  static double[] direction(int n) {
    double[] direction = new double[n];
    for (int i = 0; i < n; i++) {
      direction[i] = Math.cos(i);
    }
    return direction;
  }

  /** For vbar. */
  static Node value(List<Node> x) {
    List<Node> terms = new ArrayList<>();
    for (int i = 0; i + 1 < x.size(); i++) {
      Node valley = x.get(i + 1).minus(x.get(i).square()).square().times(100);
      terms.add(valley.plus(x.get(i).minus(1).square()));
    }
    return x.get(0).graph().sum(terms);
  }

  /** For Hipparchus. */
  static <T extends CalculusFieldElement<T>> T value(T[] x) {
    T sum = x[0].getField().getZero();
    for (int i = 0; i + 1 < x.length; i++) {
      T valley = x[i + 1].subtract(x[i].multiply(x[i]));
      T slope = x[i].subtract(1);
      sum = sum.add(valley.multiply(valley).multiply(100)).add(slope.multiply(slope));
    }
    return sum;
  }

  static double gradient(double[] x, double[] gradient) {
    gradient[0] = 0;
    double sum = 0;
    for (int i = 0; i + 1 < x.length; i++) {
      double valley = x[i + 1] - x[i] * x[i];
      double slope = x[i] - 1;
      sum += 100 * valley * valley + slope * slope;
      gradient[i] += -400 * valley * x[i] + 2 * slope;
      gradient[i + 1] = 200 * valley;
    }
    return sum;
  }

  static void hessianTimes(double[] x, double[] v, double[] product) {
    product[0] = 0;
    for (int i = 0; i + 1 < x.length; i++) {
      double beside = -400 * x[i];
      product[i] += (1200 * x[i] * x[i] - 400 * x[i + 1] + 2) * v[i] + beside * v[i + 1];
      product[i + 1] = 200 * v[i + 1] + beside * v[i];
    }
  }

  static double[][] hessian(double[] x) {
    double[][] hessian = new double[x.length][x.length];
    for (int i = 0; i + 1 < x.length; i++) {
      hessian[i][i] += 1200 * x[i] * x[i] - 400 * x[i + 1] + 2;
      hessian[i + 1][i + 1] = 200;
      hessian[i][i + 1] = -400 * x[i];
      hessian[i + 1][i] = hessian[i][i + 1];
    }
    return hessian;
  }
}
