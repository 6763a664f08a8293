package org.vbar.layer;

import static com.google.common.base.Preconditions.checkElementIndex;
import static java.util.stream.Collectors.joining;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Doubles with 0 to 4 axes in one flat row-major array: what an {@link Einsum} contracts.
 *
 * <p>A scalar has no axis and the shape {@code []}, a vector one, a matrix two. The last axis lies
 * together in memory. Every size is at least 1.
 */
@CheckReturnValue
public final class Tensor {
  /** The largest number of axes. */
  public static final int MAXIMUM_RANK = 4;

  private final int[] sizes;
  private final double[] elements;

  private Tensor(int[] sizes, double[] elements) {
    this.sizes = sizes;
    this.elements = elements;
  }

  /**
   * A scalar.
   *
   * @param value its one element
   * @return a new tensor of rank 0
   */
  public static Tensor scalar(double value) {
    return new Tensor(new int[0], new double[] {value});
  }

  /**
   * A vector of given elements, which are copied.
   *
   * @param elements at least one number. Not modified.
   * @return a new tensor of rank 1
   * @throws IllegalArgumentException if there is no element
   */
  public static Tensor vector(double... elements) {
    return of(new int[] {elements.length}, elements);
  }

  /**
   * A tensor of given elements, which are copied.
   *
   * @param sizes one size per axis, each at least 1. Not modified.
   * @param elements as many numbers as the product of the sizes, the last axis fastest. Not
   *     modified.
   * @return a new tensor
   * @throws IllegalArgumentException if there are more than 4 axes, a size is below 1 or the number
   *     of elements differs
   */
  public static Tensor of(int[] sizes, double... elements) {
    if (checkSizes(sizes) != elements.length) {
      throw new IllegalArgumentException(
          "Expected %d elements for a tensor of shape %s but got %d."
              .formatted(checkSizes(sizes), shape(sizes), elements.length));
    }
    return new Tensor(sizes.clone(), elements.clone());
  }

  /**
   * A tensor of zeros.
   *
   * @param sizes one size per axis, each at least 1. Not modified.
   * @return a new tensor
   * @throws IllegalArgumentException if there are more than 4 axes or a size is below 1
   */
  public static Tensor zeros(int... sizes) {
    return new Tensor(sizes.clone(), new double[checkSizes(sizes)]);
  }

  /**
   * A matrix as a tensor of rank 2, which shares its elements.
   *
   * @param matrix the matrix
   * @return a tensor on top of the matrix's array
   */
  public static Tensor of(Matrix matrix) {
    return new Tensor(new int[] {matrix.rows(), matrix.columns()}, matrix.array());
  }

  private static int checkSizes(int[] sizes) {
    if (sizes.length > MAXIMUM_RANK) {
      throw new IllegalArgumentException(
          "Expected at most %d axes but got the shape %s.".formatted(MAXIMUM_RANK, shape(sizes)));
    }
    long count = 1;
    for (int size : sizes) {
      count = size < 1 ? -1 : count * size;
      if (count < 1 || count > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "Expected sizes of at least 1 whose product fits one Java array but got the shape %s."
                .formatted(shape(sizes)));
      }
    }
    return (int) count;
  }

  /**
   * The number of axes.
   *
   * @return 0 to 4
   */
  public int rank() {
    return sizes.length;
  }

  /**
   * The size of one axis.
   *
   * @param axis from 0
   * @return at least 1
   * @throws IndexOutOfBoundsException if there is no such axis
   */
  public int size(int axis) {
    return sizes[checkElementIndex(axis, sizes.length, "axis")];
  }

  /**
   * The shape as errors show it, such as {@code "[10 × 500]"}; {@code "[]"} for a scalar.
   *
   * @return the sizes in brackets
   */
  public String shape() {
    return shape(sizes);
  }

  static String shape(int[] sizes) {
    return IntStream.of(sizes).mapToObj(Integer::toString).collect(joining(" × ", "[", "]"));
  }

  /**
   * One element.
   *
   * @param place one index per axis, each from 0. Not modified.
   * @return the element
   * @throws IllegalArgumentException if the number of indices is not the rank
   * @throws IndexOutOfBoundsException if there is no such element
   */
  public double at(int... place) {
    if (place.length != sizes.length) {
      throw new IllegalArgumentException(
          "Expected %d indices for a tensor of shape %s but got %d."
              .formatted(sizes.length, shape(), place.length));
    }
    int index = 0;
    for (int axis = 0; axis < place.length; axis++) {
      index = index * sizes[axis] + checkElementIndex(place[axis], sizes[axis], "index");
    }
    return elements[index];
  }

  /**
   * The elements, the last axis fastest.
   *
   * @return the array itself, not a copy; writing to it changes the tensor
   */
  public double[] array() {
    return elements;
  }

  /**
   * This tensor of rank 2 as a matrix, which shares its elements.
   *
   * @return a matrix on top of this tensor's array
   * @throws IllegalStateException if the rank is not 2
   */
  public Matrix toMatrix() {
    if (sizes.length != 2) {
      throw new IllegalStateException(
          "Expected a tensor of rank 2 but this one has the shape %s.".formatted(shape()));
    }
    return Matrix.view(sizes[0], sizes[1], elements);
  }

  /** Equal shapes and equal elements, compared like {@link Double#equals}: NaN equals NaN. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Tensor that
        && Arrays.equals(sizes, that.sizes)
        && Arrays.equals(elements, that.elements);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(sizes) + Arrays.hashCode(elements);
  }

  /** The shape and, of a small tensor, the elements in one row. */
  @Override
  public String toString() {
    return elements.length > 16 ? shape() : shape() + " " + Arrays.toString(elements);
  }
}
