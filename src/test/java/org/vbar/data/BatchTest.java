package org.vbar.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vbar.data.Refusals.assertIllegal;
import static org.vbar.data.Refusals.assertRefused;

import org.junit.jupiter.api.Test;

class BatchTest {
  private static final Batch THREE_CLASSES =
      Batch.classification(2, new double[] {1, 2, 3, 4, 5, 6}, new int[] {2, 0, 1}, 3);

  @Test
  void classification_labels_becomeOneHotTargets() {
    assertEquals(3, THREE_CLASSES.rows());
    assertEquals(2, THREE_CLASSES.columns());
    assertEquals(3, THREE_CLASSES.targetColumns());
    assertArrayEquals(new double[] {0, 0, 1, 1, 0, 0, 0, 1, 0}, THREE_CLASSES.targets());
    assertArrayEquals(new int[] {2, 0, 1}, THREE_CLASSES.labels());
    assertEquals("Batch[3 × 2 → 3 × 3, labelled]", THREE_CLASSES.toString());
  }

  @Test
  void binary_labels_becomeOneTargetEach() {
    Batch batch = Batch.binary(1, new double[] {7, 8}, new int[] {1, 0});

    assertEquals(1, batch.targetColumns());
    assertArrayEquals(new double[] {1, 0}, batch.targets());
    assertTrue(batch.hasLabels());
  }

  @Test
  void regression_targets_haveNoLabels() {
    Batch batch = Batch.regression(1, new double[] {7, 8}, 2, new double[] {1, 2, 3, 4});

    assertFalse(batch.hasLabels());
    assertEquals("Batch[2 × 1 → 2 × 2]", batch.toString());
    assertRefused(IllegalStateException.class, batch::labels, "hasLabels()");
  }

  @Test
  void select_rowsInAnyOrder_copiesInputsTargetsAndLabels() {
    Batch selected = THREE_CLASSES.select(2, 0, 2);

    assertArrayEquals(new double[] {5, 6, 1, 2, 5, 6}, selected.inputs());
    assertArrayEquals(new double[] {0, 1, 0, 0, 0, 1, 0, 1, 0}, selected.targets());
    assertArrayEquals(new int[] {1, 2, 1}, selected.labels());
  }

  @Test
  void select_regression_keepsTargetsOnly() {
    Batch selected =
        Batch.regression(1, new double[] {7, 8}, 2, new double[] {1, 2, 3, 4}).select(1);

    assertArrayEquals(new double[] {3, 4}, selected.targets());
    assertFalse(selected.hasLabels());
  }

  @Test
  void select_missingRow_isRefused() {
    assertThrows(IndexOutOfBoundsException.class, () -> THREE_CLASSES.select(3));
    assertThrows(IndexOutOfBoundsException.class, () -> THREE_CLASSES.select(-1));
    assertThrows(IllegalArgumentException.class, THREE_CLASSES::select);
  }

  @Test
  void slice_range_equalsSelectedRows() {
    Batch slice = THREE_CLASSES.slice(1, 3);
    Batch selected = THREE_CLASSES.select(1, 2);

    assertArrayEquals(selected.inputs(), slice.inputs());
    assertArrayEquals(selected.targets(), slice.targets());
    assertArrayEquals(selected.labels(), slice.labels());
    assertFalse(Batch.regression(1, new double[2], 1, new double[2]).slice(0, 1).hasLabels());
  }

  @Test
  void slice_outsideOrEmpty_isRefused() {
    assertThrows(IndexOutOfBoundsException.class, () -> THREE_CLASSES.slice(2, 4));
    assertThrows(IndexOutOfBoundsException.class, () -> THREE_CLASSES.slice(-1, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> THREE_CLASSES.slice(2, 1));
    assertThrows(IllegalArgumentException.class, () -> THREE_CLASSES.slice(1, 1));
  }

  @Test
  void factories_shapesThatDoNotFit_areRefused() {
    assertIllegal(
        "Expected at least 1 input column but got 0.",
        () -> Batch.regression(0, new double[1], 1, new double[1]));
    assertIllegal(
        "Expected inputs of shape [rows × 2] with at least 1 row but got 3 numbers",
        () -> Batch.regression(2, new double[3], 1, new double[1]));
    assertIllegal(
        "with at least 1 row but got 0 numbers",
        () -> Batch.regression(2, new double[0], 1, new double[0]));
    assertIllegal(
        "Expected at least 1 target column but got 0.",
        () -> Batch.regression(1, new double[1], 0, new double[0]));
    assertIllegal(
        "Expected targets of shape [2 × 3] but got 3 numbers",
        () -> Batch.classification(1, new double[2], new int[1], 3));
  }

  @Test
  void factories_labelsOutOfRange_areRefused() {
    assertIllegal(
        "Expected labels from 0 to 1 but got 2 in row 1.",
        () -> Batch.binary(1, new double[2], new int[] {0, 2}));
    assertIllegal(
        "Expected labels from 0 to 2 but got -1 in row 0.", () -> Batch.oneHot(new int[] {-1}, 3));
    assertIllegal("Expected at least 1 class but got 0.", () -> Batch.oneHot(new int[0], 0));
  }

  @Test
  void oneHot_beyondOneArray_isRefused() {
    assertIllegal(
        "take fewer rows at a time", () -> Batch.oneHot(new int[1000], Integer.MAX_VALUE));
  }
}
