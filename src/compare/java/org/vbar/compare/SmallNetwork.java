package org.vbar.compare;

import java.util.Arrays;
import java.util.List;
import org.hipparchus.CalculusFieldElement;
import org.vbar.graph.Node;

/**
 * Half the squared error of the network 16-16-16-1 with ReLU for one sample, as a function of its
 * 561 parameters: per layer the weights neuron after neuron, then the biases.
 */
final class SmallNetwork {
  static final int PARAMETERS = 561;
  private static final int[] SIZES = {16, 16, 16, 1};
  private static final double TARGET = 0.5;

  private SmallNetwork() {}

  static double[] point() {
    double[] point = new double[PARAMETERS];
    for (int i = 0; i < PARAMETERS; i++) {
      point[i] = 0.4 * Math.sin(1.7 * i);
    }
    return point;
  }

  static double[] input() {
    double[] input = new double[SIZES[0]];
    for (int i = 0; i < input.length; i++) {
      input[i] = Math.cos(i);
    }
    return input;
  }

  /** For vbar: an ordinary loop over nodes. */
  static Node loss(List<Node> p) {
    double[] input = input();
    Node[] z = {};
    int at = 0;
    for (int l = 1; l < SIZES.length; l++) {
      int in = SIZES[l - 1];
      Node[] next = new Node[SIZES[l]];
      for (int j = 0; j < next.length; j++) {
        Node sum = p.get(at + in * next.length + j);
        for (int i = 0; i < in; i++) {
          Node weight = p.get(at + j * in + i);
          sum = sum.plus(l == 1 ? weight.times(input[i]) : weight.times(z[i]));
        }
        next[j] = l + 1 < SIZES.length ? sum.relu() : sum;
      }
      at += (in + 1) * next.length;
      z = next;
    }
    return z[0].minus(TARGET).square().times(0.5);
  }

  /** For Hipparchus. */
  static <T extends CalculusFieldElement<T>> T loss(T[] p) {
    double[] input = input();
    T zero = p[0].getField().getZero();
    T[] z = p;
    int at = 0;
    for (int l = 1; l < SIZES.length; l++) {
      int in = SIZES[l - 1];
      T[] next = Arrays.copyOf(p, SIZES[l]);
      for (int j = 0; j < next.length; j++) {
        T sum = p[at + in * next.length + j];
        for (int i = 0; i < in; i++) {
          T weight = p[at + j * in + i];
          sum = sum.add(l == 1 ? weight.multiply(input[i]) : weight.multiply(z[i]));
        }
        next[j] = l + 1 == SIZES.length || sum.getReal() > 0 ? sum : zero;
      }
      at += (in + 1) * next.length;
      z = next;
    }
    T error = z[0].subtract(TARGET);
    return error.multiply(error).multiply(0.5);
  }

  /** Loops written by hand. */
  static final class ByHand {
    private final double[][] z = new double[SIZES.length][];
    private final double[][] adjoints = new double[SIZES.length][];

    ByHand() {
      for (int l = 0; l < SIZES.length; l++) {
        z[l] = l == 0 ? input() : new double[SIZES[l]];
        adjoints[l] = new double[SIZES[l]];
      }
    }

    double gradient(double[] p, double[] gradient) {
      int at = 0;
      int last = SIZES.length - 1;
      for (int l = 1; l <= last; l++) {
        int in = SIZES[l - 1];
        int out = SIZES[l];
        for (int j = 0; j < out; j++) {
          double sum = p[at + in * out + j];
          for (int i = 0; i < in; i++) {
            sum += p[at + j * in + i] * z[l - 1][i];
          }
          z[l][j] = l < last ? Math.max(sum, 0) : sum;
        }
        at += (in + 1) * out;
      }
      double error = z[last][0] - TARGET;
      adjoints[last][0] = error;
      for (int l = last; l >= 1; l--) {
        int in = SIZES[l - 1];
        int out = SIZES[l];
        at -= (in + 1) * out;
        Arrays.fill(adjoints[l - 1], 0);
        for (int j = 0; j < out; j++) {
          double adjoint = l == last || z[l][j] > 0 ? adjoints[l][j] : 0;
          for (int i = 0; i < in; i++) {
            gradient[at + j * in + i] = adjoint * z[l - 1][i];
            adjoints[l - 1][i] += adjoint * p[at + j * in + i];
          }
          gradient[at + in * out + j] = adjoint;
        }
      }
      return error * error / 2;
    }
  }
}
