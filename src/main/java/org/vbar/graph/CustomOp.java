package org.vbar.graph;

import java.util.List;

/**
 * An op whose value and local derivatives the caller computes, for {@link Graph#apply}.
 *
 * <p>A custom op must be a function: the same arguments give the same value, and nothing else is
 * changed. It takes part in sweeps, traces and forward mode as any other node.
 */
public interface CustomOp {
  /** The name shown in formulas and pictures. */
  String name();

  /**
   * The value.
   *
   * @param arguments the values of the parents; the array is the callee's to keep
   */
  double value(double[] arguments);

  /**
   * The local derivatives ∂v/∂p.
   *
   * @param arguments the values of the parents. Not modified.
   * @param value what {@link #value} returned for them
   * @param into receives one derivative per argument. Modified.
   */
  void localDerivatives(double[] arguments, double value, double[] into);

  /**
   * The local derivatives as nodes, recorded in the graph of the arguments. Needed only where
   * derivatives are differentiated again.
   *
   * @throws UnsupportedOperationException unless overridden
   */
  default List<Node> localDerivativeNodes(List<Node> arguments, Node value) {
    throw new UnsupportedOperationException(
        "Custom op "
            + name()
            + " gives its local derivatives as numbers only; override localDerivativeNodes to"
            + " differentiate them again.");
  }
}
