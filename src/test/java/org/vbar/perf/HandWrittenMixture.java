package org.vbar.perf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;

/**
 * The log-likelihood Σₙ ln Σₖ e^tₙₖ of a Gaussian mixture with diagonal covariances,
 *
 * <pre>
 *   tₙₖ = αₖ − Σᵢ lₖᵢ − ½ Σᵢ ((xₙᵢ − μₖᵢ)·e^(−lₖᵢ))²
 * </pre>
 *
 * <p>recorded, and with its gradient written by hand. Parameters: α [K], μ [K × d], l [K × d].
 */
final class HandWrittenMixture implements CompiledBenchmark.HandWritten {
  private final int d;
  private final int components;
  private final int n;
  private final double[] data;

  HandWrittenMixture(int d, int components, int n) {
    this.d = d;
    this.components = components;
    this.n = n;
    this.data = new SplittableRandom(2).doubles((long) n * d, -1, 1).toArray();
  }

  double[] start() {
    return new SplittableRandom(3).doubles(components * (1 + 2L * d), -0.5, 0.5).toArray();
  }

  Node record(Graph graph, List<Node> p) {
    int scale = components * (1 + d);
    List<Node> x = graph.constants("x", data);
    List<Node> inverse = new ArrayList<>();
    for (int i = 0; i < components * d; i++) {
      inverse.add(p.get(scale + i).negated().exp());
    }
    List<Node> weight = new ArrayList<>();
    for (int k = 0; k < components; k++) {
      Node w = p.get(k);
      for (int i = 0; i < d; i++) {
        w = w.minus(p.get(scale + k * d + i));
      }
      weight.add(w);
    }
    Node half = graph.constant(0.5);
    Node total = graph.constant(0);
    for (int s = 0; s < n; s++) {
      List<Node> t = new ArrayList<>();
      for (int k = 0; k < components; k++) {
        Node sum = graph.constant(0);
        for (int i = 0; i < d; i++) {
          Node off = x.get(s * d + i).minus(p.get(components + k * d + i));
          sum = sum.plus(off.times(inverse.get(k * d + i)).square());
        }
        t.add(weight.get(k).minus(sum.times(half)));
      }
      total = total.plus(graph.logSumExp(t));
    }
    return total;
  }

  @Override
  public double gradient(double[] p, double[] g) {
    Arrays.fill(g, 0);
    int scale = components * (1 + d);
    double[] inverse = new double[components * d];
    double[] weight = new double[components];
    for (int k = 0; k < components; k++) {
      weight[k] = p[k];
      for (int i = 0; i < d; i++) {
        inverse[k * d + i] = Math.exp(-p[scale + k * d + i]);
        weight[k] -= p[scale + k * d + i];
      }
    }
    double[] t = new double[components];
    double[] z = new double[components * d];
    double total = 0;
    for (int s = 0; s < n; s++) {
      double largest = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < components; k++) {
        double sum = 0;
        for (int i = 0; i < d; i++) {
          int ki = k * d + i;
          z[ki] = (data[s * d + i] - p[components + ki]) * inverse[ki];
          sum += z[ki] * z[ki];
        }
        t[k] = weight[k] - 0.5 * sum;
        largest = Math.max(largest, t[k]);
      }
      double sum = 0;
      for (int k = 0; k < components; k++) {
        t[k] = Math.exp(t[k] - largest);
        sum += t[k];
      }
      total += largest + Math.log(sum);
      for (int k = 0; k < components; k++) {
        double share = t[k] / sum;
        g[k] += share;
        for (int i = 0; i < d; i++) {
          int ki = k * d + i;
          g[components + ki] += share * z[ki] * inverse[ki];
          g[scale + ki] += share * (z[ki] * z[ki] - 1);
        }
      }
    }
    return total;
  }
}
