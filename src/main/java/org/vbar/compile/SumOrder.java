package org.vbar.compile;

/** In which order a compiled function may add the terms of a long sum. */
public enum SumOrder {
  /** As recorded: the values and gradients are those of the graph. The default. */
  RECORDED,

  /**
   * Any that is faster and at least as exact. Sums of many terms, which a loop recorded, add four
   * terms to each other before they add them to the sum: the last digits change, and their bound is
   * smaller. The order is fixed: it does not depend on the tier, the run or the number of threads.
   */
  ANY
}
