package org.vbar.data;

import static com.google.common.base.Preconditions.checkArgument;

/** A permutation of row indices: the order in which an epoch visits the examples. */
public final class Permutation {
  private Permutation() {}

  /**
   * Returns the indices 0 … size − 1 in a random order; the same size and seed give the same order
   * on every JDK.
   *
   * <p>Use another seed for every epoch, such as {@code seed + epoch}: neighbouring seeds give
   * unrelated orders. Time and memory are linear in the size.
   *
   * @param size how many indices, zero or more
   * @param seed any number
   * @return a new array that the caller owns
   * @throws IllegalArgumentException if the size is negative
   */
  public static int[] shuffled(int size, long seed) {
    int[] indices = identity(size);
    new SeededRandom(seed).shuffle(indices);
    return indices;
  }

  /**
   * Returns the indices 0 … size − 1 in ascending order.
   *
   * @param size how many indices, zero or more
   * @return a new array that the caller owns
   * @throws IllegalArgumentException if the size is negative
   */
  public static int[] identity(int size) {
    checkArgument(size >= 0, "Expected a permutation of 0 or more indices but got %s.", size);
    int[] indices = new int[size];
    for (int i = 0; i < size; i++) {
      indices[i] = i;
    }
    return indices;
  }
}
