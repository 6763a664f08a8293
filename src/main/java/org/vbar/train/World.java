package org.vbar.train;

import org.vbar.data.Batch;
import org.vbar.model.MlpParameters;

/**
 * A way to compute a network: one node per scalar, or matrices. Both read the same parameters, so
 * that training may switch between them.
 */
public interface World {
  /** The name in tables: {@code scalar} or {@code matrix}. */
  String name();

  /** The parameters that {@link #evaluate} reads. */
  MlpParameters parameters();

  /**
   * The loss of a minibatch and its gradient at the present parameters.
   *
   * @throws IllegalArgumentException if the batch does not fit the network
   */
  Evaluation evaluate(Batch batch);
}
