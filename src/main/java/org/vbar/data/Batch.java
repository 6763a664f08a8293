package org.vbar.data;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkElementIndex;
import static com.google.common.base.Preconditions.checkPositionIndexes;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Examples in the form that training takes: inputs [rows × columns] and targets [rows × target
 * columns], one example per row.
 *
 * <p>Both are row-major: column c of row r is {@code inputs()[r * columns() + c]}. A batch made
 * from class labels keeps them beside its targets, so that accuracy can be counted.
 *
 * <p>A batch owns the arrays it is made from and hands them out without copying, because they are
 * large and training reads them often. Treat them as read-only.
 */
public final class Batch {
  private final int rows;
  private final int columns;
  private final int targetColumns;
  private final double[] inputs;
  private final double[] targets;
  private final int @Nullable [] labels;

  private Batch(
      int columns, double[] inputs, int targetColumns, double[] targets, int @Nullable [] labels) {
    checkArgument(columns > 0, "Expected at least 1 input column but got %s.", columns);
    checkArgument(
        inputs.length > 0 && inputs.length % columns == 0,
        "Expected inputs of shape [rows × %s] with at least 1 row but got %s numbers: their count"
            + " must be a positive multiple of the columns.",
        columns,
        inputs.length);
    rows = inputs.length / columns;
    checkArgument(
        targetColumns > 0, "Expected at least 1 target column but got %s.", targetColumns);
    checkArgument(
        targets.length == (long) rows * targetColumns,
        "Expected targets of shape [%s × %s] but got %s numbers: every row of the inputs needs its"
            + " target.",
        rows,
        targetColumns,
        targets.length);
    this.columns = columns;
    this.targetColumns = targetColumns;
    this.inputs = inputs;
    this.targets = targets;
    this.labels = labels;
  }

  /**
   * Returns a batch with targets of any kind and no labels.
   *
   * @param columns input columns, at least 1
   * @param inputs [rows × columns], row-major, at least 1 row. Not modified, not copied.
   * @param targetColumns target columns, at least 1
   * @param targets [rows × targetColumns], row-major. Not modified, not copied.
   * @return the batch
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static Batch regression(
      int columns, double[] inputs, int targetColumns, double[] targets) {
    return new Batch(columns, inputs, targetColumns, targets, null);
  }

  /**
   * Returns a batch for two classes and one output: targets [rows × 1], each the label 0 or 1 as a
   * number.
   *
   * @param columns input columns, at least 1
   * @param inputs [rows × columns], row-major, at least 1 row. Not modified, not copied.
   * @param labels [rows], each 0 or 1. Not modified, not copied.
   * @return the batch
   * @throws IllegalArgumentException if the shapes do not fit or a label is neither 0 nor 1
   */
  public static Batch binary(int columns, double[] inputs, int[] labels) {
    checkLabels(labels, 2);
    return new Batch(columns, inputs, 1, Arrays.stream(labels).asDoubleStream().toArray(), labels);
  }

  /**
   * Returns a batch for one output per class: targets [rows × classes] in one-hot form.
   *
   * @param columns input columns, at least 1
   * @param inputs [rows × columns], row-major, at least 1 row. Not modified, not copied.
   * @param labels [rows], each from 0 to classes − 1. Not modified, not copied.
   * @param classes how many classes, at least 1
   * @return the batch
   * @throws IllegalArgumentException if the shapes do not fit or a label is out of range
   */
  public static Batch classification(int columns, double[] inputs, int[] labels, int classes) {
    return new Batch(columns, inputs, classes, oneHot(labels, classes), labels);
  }

  /**
   * Returns labels in one-hot form: [labels × classes], row-major, 1 in the label's column and 0
   * elsewhere.
   *
   * @param labels each from 0 to classes − 1. Not modified.
   * @param classes how many classes, at least 1
   * @return a new array that the caller owns
   * @throws IllegalArgumentException if a label is out of range, or labels × classes exceeds an
   *     array
   */
  public static double[] oneHot(int[] labels, int classes) {
    checkArgument(classes > 0, "Expected at least 1 class but got %s.", classes);
    checkLabels(labels, classes);
    double[] oneHot = new double[arrayLength(labels.length, classes)];
    for (int row = 0; row < labels.length; row++) {
      oneHot[row * classes + labels[row]] = 1;
    }
    return oneHot;
  }

  private static void checkLabels(int[] labels, int classes) {
    for (int row = 0; row < labels.length; row++) {
      checkArgument(
          labels[row] >= 0 && labels[row] < classes,
          "Expected labels from 0 to %s but got %s in row %s.",
          classes - 1,
          labels[row],
          row);
    }
  }

  /** Returns rows × columns, or refuses a product that no array can hold. */
  static int arrayLength(int rows, int columns) {
    long length = (long) rows * columns;
    checkArgument(
        length <= Integer.MAX_VALUE - 8,
        "Expected a batch that fits one array but got [%s × %s]: take fewer rows at a time.",
        rows,
        columns);
    return (int) length;
  }

  /** {@return how many examples there are, at least 1} */
  public int rows() {
    return rows;
  }

  /** {@return how many inputs an example has, at least 1} */
  public int columns() {
    return columns;
  }

  /** {@return how many targets an example has, at least 1} */
  public int targetColumns() {
    return targetColumns;
  }

  /** {@return the inputs, [rows × columns], row-major: the batch's own array, to be read only} */
  public double[] inputs() {
    return inputs;
  }

  /**
   * {@return the targets, [rows × targetColumns], row-major: the batch's own array, to be read
   * only}
   */
  public double[] targets() {
    return targets;
  }

  /** {@return whether the examples have class labels} */
  public boolean hasLabels() {
    return labels != null;
  }

  /**
   * {@return the class labels, [rows]: the batch's own array, to be read only}
   *
   * @throws IllegalStateException if the examples have none; see {@link #hasLabels}
   */
  public int[] labels() {
    if (labels == null) {
      throw new IllegalStateException(
          "This batch was made from targets and has no class labels: make it with Batch.binary or"
              + " Batch.classification, or ask hasLabels() first.");
    }
    return labels;
  }

  /**
   * Returns the examples of some rows as a new batch, in the given order; a row may be given more
   * than once. Time is linear in what is copied.
   *
   * @param rowIndices at least 1, each from 0 to rows − 1. Not modified.
   * @return a batch of {@code rowIndices.length} rows
   * @throws IndexOutOfBoundsException if there is no such row
   * @throws IllegalArgumentException if no row is given
   */
  public Batch select(int... rowIndices) {
    double[] selectedInputs = new double[arrayLength(rowIndices.length, columns)];
    double[] selectedTargets = new double[arrayLength(rowIndices.length, targetColumns)];
    int @Nullable [] selectedLabels = labels == null ? null : new int[rowIndices.length];
    for (int i = 0; i < rowIndices.length; i++) {
      int row = checkElementIndex(rowIndices[i], rows, "row");
      System.arraycopy(inputs, row * columns, selectedInputs, i * columns, columns);
      System.arraycopy(
          targets, row * targetColumns, selectedTargets, i * targetColumns, targetColumns);
      if (labels != null && selectedLabels != null) {
        selectedLabels[i] = labels[row];
      }
    }
    return new Batch(columns, selectedInputs, targetColumns, selectedTargets, selectedLabels);
  }

  /**
   * Returns the examples of the rows from {@code from} up to but without {@code to} as a new batch.
   *
   * @param from the first row
   * @param to one more than the last row, greater than {@code from}
   * @return a batch of {@code to − from} rows
   * @throws IndexOutOfBoundsException if there are no such rows
   * @throws IllegalArgumentException if the range is empty
   */
  public Batch slice(int from, int to) {
    checkPositionIndexes(from, to, rows);
    return new Batch(
        columns,
        Arrays.copyOfRange(inputs, from * columns, to * columns),
        targetColumns,
        Arrays.copyOfRange(targets, from * targetColumns, to * targetColumns),
        labels == null ? null : Arrays.copyOfRange(labels, from, to));
  }

  /** Returns the shapes, for messages: {@code Batch[64 × 784 → 64 × 10, labelled]}. */
  @Override
  public String toString() {
    return "Batch[%s × %s → %s × %s%s]"
        .formatted(rows, columns, rows, targetColumns, labels == null ? "" : ", labelled");
  }
}
