package org.vbar.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.vbar.data.Batch;
import org.vbar.data.Permutation;
import org.vbar.data.SyntheticDigits;
import org.vbar.data.ToyData;

class ExamplesTest {
  /** Five rows whose only input is their index. */
  private static final Examples FIVE =
      Examples.of(Batch.binary(1, new double[] {0, 1, 2, 3, 4}, new int[] {0, 1, 0, 1, 0}));

  private static double[] inputs(Examples examples) {
    return examples.batch(Permutation.identity(examples.count()), 0, examples.count()).inputs();
  }

  @Test
  void batch_order_takesRowsInIt() {
    Batch batch = FIVE.batch(new int[] {4, 0, 3, 1, 2}, 1, 4);
    assertArrayEquals(new double[] {0, 3, 1}, batch.inputs());
    assertArrayEquals(new int[] {0, 1, 1}, batch.labels());
  }

  @Test
  void split_parts_areDisjointAndComplete() {
    for (double fraction : new double[] {1e-9, 0.4, 1 - 1e-9}) {
      Examples.Split split = FIVE.split(fraction, 7);
      Set<Double> all = new HashSet<>();
      for (double x : inputs(split.training())) {
        assertTrue(all.add(x));
      }
      for (double x : inputs(split.validation())) {
        assertTrue(all.add(x));
      }
      assertEquals(5, all.size());
    }
    assertEquals(2, FIVE.split(0.4, 7).validation().count());
  }

  @Test
  void split_seed_decides() {
    assertArrayEquals(inputs(FIVE.split(0.4, 7).training()), inputs(FIVE.split(0.4, 7).training()));
    assertThrows(IllegalArgumentException.class, () -> FIVE.split(0, 1));
    assertThrows(IllegalArgumentException.class, () -> FIVE.split(1, 1));
  }

  @Test
  void sha256_content_decides() {
    assertEquals(
        Examples.of(ToyData.xor(4, 0.1, 1)).sha256(), Examples.of(ToyData.xor(4, 0.1, 1)).sha256());
    assertNotEquals(
        Examples.of(ToyData.xor(4, 0.1, 1)).sha256(), Examples.of(ToyData.xor(4, 0.1, 2)).sha256());
    assertNotEquals(FIVE.select(new int[] {0, 1}).sha256(), FIVE.select(new int[] {1, 0}).sha256());
    Examples digits = Examples.of(SyntheticDigits.generate(3, 1));
    assertEquals(SyntheticDigits.generate(3, 1).sha256(), digits.sha256());
  }

  @Test
  void confusionMatrix_counts_giveAccuracyRecallAndPrecision() {
    ConfusionMatrix matrix = new ConfusionMatrix(3);
    matrix.add(0, 0);
    matrix.add(0, 0);
    matrix.add(0, 1);
    matrix.add(1, 1);
    assertEquals(0.75, matrix.accuracy());
    assertEquals(2.0 / 3, matrix.recall(0));
    assertEquals(0.5, matrix.precision(1));
    assertTrue(Double.isNaN(matrix.recall(2)));
    assertEquals("3 of 4 (75.00 %)", matrix.toString());
    assertThrows(IndexOutOfBoundsException.class, () -> matrix.add(3, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> matrix.count(0, -1));
  }
}
