package org.vbar.compile;

import java.util.ArrayList;
import java.util.List;
import org.vbar.graph.CustomOp;
import org.vbar.graph.Node;

/** A custom op for tests: sin(Σ xᵢ²). */
final class SoftProduct implements CustomOp {
  static final SoftProduct INSTANCE = new SoftProduct();

  @Override
  public String name() {
    return "softProduct";
  }

  @Override
  public double value(double[] arguments) {
    return Math.sin(squares(arguments));
  }

  private static double squares(double[] arguments) {
    double sum = 0;
    for (double x : arguments) {
      sum += x * x;
    }
    return sum;
  }

  @Override
  public void localDerivatives(double[] arguments, double value, double[] into) {
    double c = Math.cos(squares(arguments));
    for (int k = 0; k < arguments.length; k++) {
      into[k] = 2 * arguments[k] * c;
    }
  }

  @Override
  public List<Node> localDerivativeNodes(List<Node> arguments, Node value) {
    List<Node> squares = new ArrayList<>();
    for (Node x : arguments) {
      squares.add(x.square());
    }
    Node c = value.graph().sum(squares).cos();
    return arguments.stream().map(x -> x.times(2).times(c)).toList();
  }
}
