package org.vbar.perf;

import java.util.ArrayList;
import java.util.List;

/**
 * A baseline for {@link SweepBenchmark}: one heap object per node, kept in construction order, with
 * stored local derivatives. What a careful Java programmer writes first.
 */
final class HeapNode {
  final double value;
  private final HeapNode left;
  private final HeapNode right;
  private final double leftDerivative;
  private final double rightDerivative;
  double adjoint;

  private HeapNode(
      double value, HeapNode left, HeapNode right, double leftDerivative, double rightDerivative) {
    this.value = value;
    this.left = left;
    this.right = right;
    this.leftDerivative = leftDerivative;
    this.rightDerivative = rightDerivative;
  }

  /** The nodes in construction order. */
  static final class Tape {
    private final List<HeapNode> nodes = new ArrayList<>();

    HeapNode leaf(double value) {
      return add(new HeapNode(value, null, null, 0, 0));
    }

    HeapNode plus(HeapNode a, HeapNode b) {
      return add(new HeapNode(a.value + b.value, a, b, 1, 1));
    }

    HeapNode times(HeapNode a, HeapNode b) {
      return add(new HeapNode(a.value * b.value, a, b, b.value, a.value));
    }

    HeapNode sigmoid(HeapNode a) {
      double s = 1 / (1 + Math.exp(-a.value));
      return add(new HeapNode(s, a, null, s * (1 - s), 0));
    }

    HeapNode exp(HeapNode a) {
      double e = Math.exp(a.value);
      return add(new HeapNode(e, a, null, e, 0));
    }

    HeapNode log(HeapNode a) {
      return add(new HeapNode(Math.log(a.value), a, null, 1 / a.value, 0));
    }

    private HeapNode add(HeapNode node) {
      nodes.add(node);
      return node;
    }

    int size() {
      return nodes.size();
    }

    void truncate(int size) {
      nodes.subList(size, nodes.size()).clear();
    }

    void sweep(HeapNode output) {
      for (HeapNode node : nodes) {
        node.adjoint = 0;
      }
      output.adjoint = 1;
      for (int i = nodes.size() - 1; i >= 0; i--) {
        HeapNode node = nodes.get(i);
        if (node.left != null) {
          node.left.adjoint += node.adjoint * node.leftDerivative;
        }
        if (node.right != null) {
          node.right.adjoint += node.adjoint * node.rightDerivative;
        }
      }
    }
  }
}
