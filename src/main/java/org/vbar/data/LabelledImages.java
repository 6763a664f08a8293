package org.vbar.data;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkElementIndex;
import static com.google.common.base.Preconditions.checkPositionIndexes;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Grey images of one size with a class label each, kept as bytes: 60,000 images of 28 × 28 pixels
 * take 47 MB here and 376 MB as a {@link Batch}.
 *
 * <p>Pixels are unsigned bytes, 0 for paper and 255 for ink. Images are immutable.
 */
public final class LabelledImages {
  /** What a pixel is as an input, from 0 to 1: looking it up is faster than dividing. */
  private static final double[] INPUTS =
      IntStream.rangeClosed(0, 255).mapToDouble(pixel -> pixel / 255.0).toArray();

  private final int imageRows;
  private final int imageColumns;
  private final int classes;
  private final byte[] pixels;
  private final byte[] labels;

  private LabelledImages(
      int imageRows, int imageColumns, byte[] pixels, byte[] labels, int classes) {
    this.imageRows = imageRows;
    this.imageColumns = imageColumns;
    this.pixels = pixels;
    this.labels = labels;
    this.classes = classes;
  }

  /**
   * Returns images with their labels.
   *
   * @param imageRows height of an image in pixels, at least 1
   * @param imageColumns width of an image in pixels, at least 1
   * @param pixels [count × imageRows × imageColumns], row-major, unsigned, at least 1 image. Not
   *     modified, copied.
   * @param labels [count], unsigned, each from 0 to classes − 1. Not modified, copied.
   * @param classes how many classes there are, from 1 to 256
   * @return the images
   * @throws IllegalArgumentException if the shapes do not fit or a label is out of range
   */
  public static LabelledImages of(
      int imageRows, int imageColumns, byte[] pixels, byte[] labels, int classes) {
    return owning(imageRows, imageColumns, pixels.clone(), labels.clone(), classes);
  }

  /** As {@link #of}, but takes the arrays over instead of copying them. */
  static LabelledImages owning(
      int imageRows, int imageColumns, byte[] pixels, byte[] labels, int classes) {
    checkArgument(
        imageRows > 0 && imageColumns > 0,
        "Expected images of at least 1 × 1 pixels but got %s × %s.",
        imageRows,
        imageColumns);
    checkArgument(classes > 0 && classes <= 256, "Expected 1 to 256 classes but got %s.", classes);
    checkArgument(labels.length > 0, "Expected at least 1 image but got none.");
    checkArgument(
        pixels.length == (double) labels.length * imageRows * imageColumns,
        "Expected pixels of shape [%s × %s × %s] but got %s bytes: every label needs its image.",
        labels.length,
        imageRows,
        imageColumns,
        pixels.length);
    int outside = firstLabelOutside(labels, classes);
    checkArgument(
        outside < 0,
        "Expected labels from 0 to %s but image %s has another: correct it or give more classes.",
        classes - 1,
        outside);
    return new LabelledImages(imageRows, imageColumns, pixels, labels, classes);
  }

  /** Returns the position of the first label that is not one of the classes, or −1 if all are. */
  static int firstLabelOutside(byte[] labels, int classes) {
    for (int i = 0; i < labels.length; i++) {
      if (Byte.toUnsignedInt(labels[i]) >= classes) {
        return i;
      }
    }
    return -1;
  }

  /** {@return how many images there are, at least 1} */
  public int count() {
    return labels.length;
  }

  /** {@return the height of an image in pixels} */
  public int imageRows() {
    return imageRows;
  }

  /** {@return the width of an image in pixels} */
  public int imageColumns() {
    return imageColumns;
  }

  /** {@return how many pixels an image has: the columns of a {@link Batch}} */
  public int pixelsPerImage() {
    return imageRows * imageColumns;
  }

  /** {@return how many classes the labels choose from} */
  public int classes() {
    return classes;
  }

  /**
   * Returns the class of an image.
   *
   * @param image from 0 to count − 1
   * @return from 0 to classes − 1
   * @throws IndexOutOfBoundsException if there is no such image
   */
  public int label(int image) {
    return Byte.toUnsignedInt(labels[checkElementIndex(image, count(), "image")]);
  }

  /**
   * Returns the ink of a pixel.
   *
   * @param image from 0 to count − 1
   * @param row from 0, the top, to imageRows − 1
   * @param column from 0, the left, to imageColumns − 1
   * @return from 0, paper, to 255, ink
   * @throws IndexOutOfBoundsException if there is no such pixel
   */
  public int pixel(int image, int row, int column) {
    checkElementIndex(image, count(), "image");
    checkElementIndex(row, imageRows, "row");
    checkElementIndex(column, imageColumns, "column");
    return Byte.toUnsignedInt(pixels[image * pixelsPerImage() + row * imageColumns + column]);
  }

  /**
   * Returns all images as a batch: inputs scaled to [0, 1], one-hot targets. It takes 8 bytes per
   * pixel.
   *
   * @return a batch of {@code count()} rows
   * @throws IllegalArgumentException if the pixels exceed one array
   */
  public Batch batch() {
    return batch(0, count());
  }

  /**
   * Returns the images from {@code from} up to but without {@code to} as a batch: inputs pixel /
   * 255, one-hot targets.
   *
   * @param from the first image
   * @param to one more than the last image, greater than {@code from}
   * @return a batch of {@code to − from} rows and {@code pixelsPerImage()} columns
   * @throws IndexOutOfBoundsException if there are no such images
   * @throws IllegalArgumentException if the range is empty or exceeds one array
   */
  public Batch batch(int from, int to) {
    checkPositionIndexes(from, to, count());
    return batch(IntStream.range(from, to).toArray(), 0, to - from);
  }

  /**
   * Returns the images {@code order[from]} … {@code order[to − 1]} as a batch: a minibatch of a
   * shuffled epoch, without shuffling the images themselves.
   *
   * @param order image indices, such as {@link Permutation#shuffled}. Not modified.
   * @param from the first position in the order
   * @param to one more than the last position, greater than {@code from}
   * @return a batch of {@code to − from} rows and {@code pixelsPerImage()} columns
   * @throws IndexOutOfBoundsException if there are no such positions or images
   * @throws IllegalArgumentException if the range is empty or exceeds one array
   */
  public Batch batch(int[] order, int from, int to) {
    checkPositionIndexes(from, to, order.length);
    int columns = pixelsPerImage();
    double[] inputs = new double[Batch.arrayLength(to - from, columns)];
    int[] batchLabels = new int[to - from];
    for (int row = 0; row < batchLabels.length; row++) {
      int image = order[from + row];
      batchLabels[row] = label(image);
      for (int column = 0; column < columns; column++) {
        inputs[row * columns + column] =
            INPUTS[Byte.toUnsignedInt(pixels[image * columns + column])];
      }
    }
    return Batch.classification(columns, inputs, batchLabels, classes);
  }

  /**
   * Returns the first images.
   *
   * @param n how many, from 1 to {@link #count}
   * @return a copy of them
   * @throws IllegalArgumentException if there are fewer, or none is asked for
   */
  public LabelledImages take(int n) {
    checkArgument(
        n >= 1 && n <= count(), "Expected to take 1 to %s images but got %s.", count(), n);
    return slice(0, n);
  }

  /**
   * Returns the images from {@code from} up to but without {@code to}.
   *
   * @param from the first image
   * @param to one more than the last image, greater than {@code from}
   * @return a copy of them
   * @throws IndexOutOfBoundsException if there are no such images
   * @throws IllegalArgumentException if the range is empty
   */
  public LabelledImages slice(int from, int to) {
    checkPositionIndexes(from, to, count());
    return owning(
        imageRows,
        imageColumns,
        Arrays.copyOfRange(pixels, from * pixelsPerImage(), to * pixelsPerImage()),
        Arrays.copyOfRange(labels, from, to),
        classes);
  }

  /**
   * Returns all images in a random order, that of {@link Permutation#shuffled}.
   *
   * @param seed any number; the same seed gives the same order on every JDK
   * @return a copy of them
   */
  public LabelledImages shuffled(long seed) {
    int[] order = Permutation.shuffled(count(), seed);
    byte[] shuffledPixels = new byte[pixels.length];
    byte[] shuffledLabels = new byte[labels.length];
    int size = pixelsPerImage();
    for (int i = 0; i < order.length; i++) {
      System.arraycopy(pixels, order[i] * size, shuffledPixels, i * size, size);
      shuffledLabels[i] = labels[order[i]];
    }
    return new LabelledImages(imageRows, imageColumns, shuffledPixels, shuffledLabels, classes);
  }

  /**
   * Returns the SHA-256 of the sizes, the labels and the pixels, for the record of a run: equal for
   * equal images.
   *
   * @return 64 hexadecimal digits in lower case
   */
  public String sha256() {
    Hasher hasher = Hashing.sha256().newHasher();
    hasher.putInt(count()).putInt(imageRows).putInt(imageColumns).putInt(classes);
    return hasher.putBytes(labels).putBytes(pixels).hash().toString();
  }

  /** Returns the pixels [count × imageRows × imageColumns], not copied, for writing. */
  byte[] pixels() {
    return pixels;
  }

  /** Returns the labels [count], not copied, for writing. */
  byte[] labels() {
    return labels;
  }

  /** Returns the sizes, for messages: {@code LabelledImages[60000 of 28 × 28, 10 classes]}. */
  @Override
  public String toString() {
    return "LabelledImages[%s of %s × %s, %s classes]"
        .formatted(count(), imageRows, imageColumns, classes);
  }
}
