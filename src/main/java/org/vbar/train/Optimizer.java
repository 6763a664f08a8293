package org.vbar.train;

/** A rule that turns gradients into steps: its constants, without any state. */
public sealed interface Optimizer permits Sgd, Adam {
  /**
   * Starts with an empty memory.
   *
   * @param parameterCount how many parameters there are
   */
  Updater start(int parameterCount);
}
