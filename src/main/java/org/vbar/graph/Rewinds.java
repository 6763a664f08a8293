package org.vbar.graph;

import java.util.Arrays;

/**
 * Tells whether a node was dropped by a rewind, without storing anything per node.
 *
 * <p>Each rewind starts a new epoch. A node seen in epoch q at index i is live if and only if every
 * later rewind went to a size above i. Of all rewinds only those matter to which no later one went
 * as far back; their sizes increase with their epochs, so the first one after q decides.
 */
final class Rewinds {
  private int[] epochs = new int[4];
  private int[] sizes = new int[4];
  private int count;

  /** Notes the rewind that starts an epoch, to a graph of {@code size} nodes. */
  void add(int epoch, int size) {
    while (count > 0 && sizes[count - 1] >= size) {
      count--;
    }
    if (count == epochs.length) {
      epochs = Arrays.copyOf(epochs, 2 * count);
      sizes = Arrays.copyOf(sizes, 2 * count);
    }
    epochs[count] = epoch;
    sizes[count] = size;
    count++;
  }

  /** Whether node {@code index}, seen in epoch {@code since}, is still there. */
  boolean isLive(int since, int index) {
    return count == 0 || index < sizes[0] || index < smallestSizeAfter(since);
  }

  /** Whether no rewind after epoch {@code since} went below {@code size} nodes. */
  boolean isSinceUntouched(int since, int size) {
    return size <= smallestSizeAfter(since);
  }

  private int smallestSizeAfter(int since) {
    int found = Arrays.binarySearch(epochs, 0, count, since + 1);
    int first = found >= 0 ? found : -found - 1;
    return first == count ? Integer.MAX_VALUE : sizes[first];
  }
}
