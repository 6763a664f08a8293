package org.vbar.layer;

import com.google.common.collect.ImmutableList;

/**
 * One step of a network: a function of a batch, with its adjoints derived by hand.
 *
 * <p>A layer holds parameters but remembers no pass: everything a backward step needs is handed in
 * again. So passes can be repeated, or run on several threads while no parameter is written.
 *
 * <p>Implement it to put a layer of your own, even a deliberately wrong one, into a {@link Network}
 * with {@link Network#withLayer}.
 */
public interface Layer {
  /**
   * The width of what goes in.
   *
   * @return the number of columns of x
   */
  int inputs();

  /**
   * The width of what comes out.
   *
   * @return the number of columns of y
   */
  int outputs();

  /**
   * Computes y.
   *
   * @param x the input [m × inputs]. Not modified.
   * @return y [m × outputs], a new matrix or x itself
   */
  Matrix forward(Matrix x);

  /**
   * Computes the adjoint of the input, x̄ = ȳ · ∂y/∂x.
   *
   * @param x the input of the forward pass [m × inputs]. Not modified.
   * @param outputAdjoint ȳ, the derivative of the loss with respect to y [m × outputs]. Not
   *     modified.
   * @return x̄ [m × inputs], a new matrix or ȳ itself
   */
  Matrix backward(Matrix x, Matrix outputAdjoint);

  /**
   * Computes the adjoints of the parameters, summed over the batch.
   *
   * @param x the input of the forward pass [m × inputs]. Not modified.
   * @param outputAdjoint ȳ [m × outputs]. Not modified.
   * @return one matrix for each parameter of the layer and of its shape; none if there is no
   *     parameter
   */
  default ImmutableList<Matrix> parameterAdjoints(Matrix x, Matrix outputAdjoint) {
    return ImmutableList.of();
  }
}
