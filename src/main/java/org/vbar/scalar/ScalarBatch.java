package org.vbar.scalar;

import java.util.List;
import org.vbar.graph.Node;

/**
 * A recorded minibatch.
 *
 * @param passes one pass per sample
 * @param loss the mean of the samples' losses
 */
public record ScalarBatch(List<ScalarPass> passes, Node loss) {
  /** Copies the list. */
  public ScalarBatch {
    passes = List.copyOf(passes);
  }
}
