package org.vbar.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.vbar.data.Refusals.assertIllegal;

import org.junit.jupiter.api.Test;

class LabelledImagesTest {
  /** Three images of 1 × 2 pixels: (0, 255), (1, 2), (3, 128). */
  private static final LabelledImages THREE = three();

  private static LabelledImages three() {
    return LabelledImages.of(
        1, 2, new byte[] {0, (byte) 255, 1, 2, 3, (byte) 128}, new byte[] {1, 0, 2}, 3);
  }

  @Test
  void batch_all_scalesPixelsAndKeepsLabels() {
    Batch batch = THREE.batch();

    assertArrayEquals(
        new double[] {0, 1, 1 / 255.0, 2 / 255.0, 3 / 255.0, 128 / 255.0}, batch.inputs());
    assertArrayEquals(new int[] {1, 0, 2}, batch.labels());
    assertEquals(3, batch.targetColumns());
  }

  @Test
  void batch_range_hasOnlyItsImages() {
    Batch batch = THREE.batch(1, 2);

    assertArrayEquals(new double[] {1 / 255.0, 2 / 255.0}, batch.inputs());
    assertArrayEquals(new int[] {0}, batch.labels());
  }

  @Test
  void batch_order_readsImagesInThatOrder() {
    Batch batch = THREE.batch(new int[] {1, 2, 0}, 1, 3);

    assertArrayEquals(new double[] {3 / 255.0, 128 / 255.0, 0, 1}, batch.inputs());
    assertArrayEquals(new int[] {2, 1}, batch.labels());
  }

  @Test
  void batch_outsideOrEmpty_isRefused() {
    assertThrows(IndexOutOfBoundsException.class, () -> THREE.batch(0, 4));
    assertThrows(IndexOutOfBoundsException.class, () -> THREE.batch(new int[] {3}, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> THREE.batch(1, 1));
  }

  @Test
  void shuffled_seed_followsThePermutation() {
    LabelledImages shuffled = THREE.shuffled(9);
    Batch expected = THREE.batch(Permutation.shuffled(3, 9), 0, 3);

    assertArrayEquals(expected.inputs(), shuffled.batch().inputs());
    assertArrayEquals(expected.labels(), shuffled.batch().labels());
  }

  @Test
  void take_some_keepsTheFirst() {
    LabelledImages taken = THREE.take(2);

    assertEquals(2, taken.count());
    assertEquals(3, taken.classes());
    assertEquals(THREE.slice(0, 2).sha256(), taken.sha256());
    assertEquals(THREE.sha256(), THREE.take(3).sha256());
  }

  @Test
  void take_noneOrTooMany_isRefused() {
    assertIllegal("Expected to take 1 to 3 images but got 0.", () -> THREE.take(0));
    assertIllegal("Expected to take 1 to 3 images but got 4.", () -> THREE.take(4));
    assertIllegal("at least 1 image", () -> THREE.slice(2, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> THREE.slice(2, 4));
  }

  @Test
  void pixel_unsignedByte_isFrom0To255() {
    assertEquals(255, THREE.pixel(0, 0, 1));
    assertEquals(128, THREE.pixel(2, 0, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> THREE.pixel(3, 0, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> THREE.pixel(0, 1, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> THREE.pixel(0, 0, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> THREE.label(-1));
  }

  @Test
  void of_arraysChangedAfterwards_staysAsItWas() {
    byte[] pixels = {1};
    byte[] labels = {0};
    LabelledImages images = LabelledImages.of(1, 1, pixels, labels, 2);
    pixels[0] = 9;
    labels[0] = 1;

    assertEquals(1, images.pixel(0, 0, 0));
    assertEquals(0, images.label(0));
  }

  @Test
  void of_labelsAbove127_areUnsigned() {
    assertEquals(255, LabelledImages.of(1, 1, new byte[1], new byte[] {(byte) 255}, 256).label(0));
  }

  @Test
  void of_shapesThatDoNotFit_areRefused() {
    assertIllegal(
        "at least 1 × 1 pixels but got 0 × 5",
        () -> LabelledImages.of(0, 5, new byte[0], new byte[1], 2));
    assertIllegal(
        "1 to 256 classes but got 257",
        () -> LabelledImages.of(1, 1, new byte[1], new byte[1], 257));
    assertIllegal(
        "at least 1 image but got none",
        () -> LabelledImages.of(1, 1, new byte[0], new byte[0], 2));
    assertIllegal(
        "shape [2 × 3 × 4] but got 23 bytes",
        () -> LabelledImages.of(3, 4, new byte[23], new byte[2], 2));
    assertIllegal(
        "shape [1 × 2147483647 × 2147483647] but got 1 bytes",
        () -> LabelledImages.of(Integer.MAX_VALUE, Integer.MAX_VALUE, new byte[1], new byte[1], 2));
    assertIllegal(
        "labels from 0 to 1 but image 1 has another",
        () -> LabelledImages.of(1, 1, new byte[2], new byte[] {1, 2}, 2));
  }

  @Test
  void sha256_anyDifference_isSeen() {
    assertEquals(three().sha256(), THREE.sha256());
    assertNotEquals(THREE.sha256(), THREE.take(2).sha256());
    assertNotEquals(THREE.sha256(), THREE.slice(1, 3).sha256());
    assertNotEquals(
        THREE.sha256(), LabelledImages.of(2, 1, THREE.pixels(), THREE.labels(), 3).sha256());
    assertNotEquals(
        THREE.sha256(), LabelledImages.of(1, 2, THREE.pixels(), THREE.labels(), 4).sha256());
  }

  @Test
  void toString_images_tellsSizes() {
    assertEquals("LabelledImages[3 of 1 × 2, 3 classes]", THREE.toString());
  }
}
