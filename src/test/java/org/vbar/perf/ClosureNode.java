package org.vbar.perf;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A baseline for {@link SweepBenchmark} and {@link MlpBenchmark} in the style of micrograd: each
 * node holds a closure that pushes its adjoint to a set of operands; a sweep first sorts the graph
 * topologically with a hash set. The sort uses its own stack, because a recursive one overflows on
 * these graphs.
 */
final class ClosureNode {
  double value;
  double adjoint;
  private final Set<ClosureNode> operands;
  private Runnable push = () -> {};

  ClosureNode(double value, ClosureNode... operands) {
    this.value = value;
    this.operands = new LinkedHashSet<>(List.of(operands));
  }

  ClosureNode plus(ClosureNode other) {
    ClosureNode y = new ClosureNode(value + other.value, this, other);
    y.push =
        () -> {
          adjoint += y.adjoint;
          other.adjoint += y.adjoint;
        };
    return y;
  }

  ClosureNode times(ClosureNode other) {
    ClosureNode y = new ClosureNode(value * other.value, this, other);
    y.push =
        () -> {
          adjoint += other.value * y.adjoint;
          other.adjoint += value * y.adjoint;
        };
    return y;
  }

  ClosureNode sigmoid() {
    double s = 1 / (1 + Math.exp(-value));
    ClosureNode y = new ClosureNode(s, this);
    y.push = () -> adjoint += s * (1 - s) * y.adjoint;
    return y;
  }

  ClosureNode tanh() {
    double t = StrictMath.tanh(value);
    ClosureNode y = new ClosureNode(t, this);
    y.push = () -> adjoint += (1 - t * t) * y.adjoint;
    return y;
  }

  ClosureNode exp() {
    ClosureNode y = new ClosureNode(Math.exp(value), this);
    y.push = () -> adjoint += y.value * y.adjoint;
    return y;
  }

  ClosureNode log() {
    ClosureNode y = new ClosureNode(Math.log(value), this);
    y.push = () -> adjoint += y.adjoint / value;
    return y;
  }

  void sweep() {
    List<ClosureNode> sorted = sorted();
    for (ClosureNode node : sorted) {
      node.adjoint = 0;
    }
    adjoint = 1;
    for (int i = sorted.size() - 1; i >= 0; i--) {
      sorted.get(i).push.run();
    }
  }

  /** Depth first, operands before their consumers. */
  private List<ClosureNode> sorted() {
    record Frame(ClosureNode node, Iterator<ClosureNode> rest) {}
    List<ClosureNode> sorted = new ArrayList<>();
    Set<ClosureNode> seen = new HashSet<>();
    List<Frame> stack = new ArrayList<>();
    seen.add(this);
    stack.add(new Frame(this, operands.iterator()));
    while (!stack.isEmpty()) {
      Frame top = stack.get(stack.size() - 1);
      if (top.rest.hasNext()) {
        ClosureNode next = top.rest.next();
        if (seen.add(next)) {
          stack.add(new Frame(next, next.operands.iterator()));
        }
      } else {
        sorted.add(top.node);
        stack.remove(stack.size() - 1);
      }
    }
    return sorted;
  }
}
