package org.vbar;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.function.Function;
import org.vbar.backprop.AdjointGraph;
import org.vbar.backprop.Backprop;
import org.vbar.compile.CompiledFunction;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;

/**
 * Derivatives of a Java function in one call, for people who only want the numbers.
 *
 * <p>The function is given its inputs as variables of a new graph, named {@code x[0]}, {@code x[1]}
 * and so on, and returns its result as a node of the same graph. It runs once per call, so Java
 * {@code if} and loops may depend on values.
 */
public final class Autodiff {
  private Autodiff() {}

  /**
   * The gradient of a function at a point, by one reverse sweep: a small multiple of the cost of
   * the function itself, whatever the number of inputs.
   *
   * @param point the inputs. Not modified.
   * @return ∂f/∂x for each input
   * @throws IllegalArgumentException if a coordinate is NaN or the result is a node of another
   *     graph
   */
  public static double[] gradient(Function<List<Node>, Node> function, double... point) {
    NodeArray inputs = new Graph().variables("x", point);
    return Backprop.sweep(apply(function, inputs)).gradient(inputs);
  }

  /**
   * The Hessian of a function at a point: one sweep over the recorded gradient per input.
   *
   * @param point the inputs. Not modified.
   * @return ∂²f/∂xᵢ∂xⱼ as [n × n]
   * @throws IllegalArgumentException if a coordinate is NaN or the result is a node of another
   *     graph
   */
  public static double[][] hessian(Function<List<Node>, Node> function, double... point) {
    NodeArray inputs = new Graph().variables("x", point);
    AdjointGraph adjoints = AdjointGraph.of(apply(function, inputs), inputs);
    return adjoints.gradient().stream()
        .map(derivative -> Backprop.sweep(derivative).gradient(inputs))
        .toArray(double[][]::new);
  }

  /**
   * A function that is recorded when it is first used and then only run: for many points. A Java
   * {@code if} must ask {@link Node#isTrue}, so that a point that takes another side is noticed and
   * recorded, too; one on {@link Node#value} cannot be seen.
   *
   * @param n the number of inputs
   */
  public static CompiledFunction compile(int n, Function<List<Node>, Node> function) {
    return CompiledFunction.compile(n, function);
  }

  private static Node apply(Function<List<Node>, Node> function, NodeArray inputs) {
    Graph graph = inputs.graph();
    Node output =
        requireNonNull(
            function.apply(inputs), "The function returned null; it must return its result.");
    if (output.graph() != graph) {
      throw new IllegalArgumentException(
          "The function returned "
              + output
              + " of another graph; it must compute its result from the nodes that it is given.");
    }
    return output;
  }
}
