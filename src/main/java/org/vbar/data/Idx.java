package org.vbar.data;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;

/**
 * Reads and writes images and labels in the IDX form of MNIST, gzip or not.
 *
 * <p>Source of the format: "The IDX file format", on the page of the MNIST database by LeCun,
 * Cortes and Burges. Images are unsigned bytes [count × rows × columns] with magic 0x00000803,
 * labels are unsigned bytes [count] with magic 0x00000801.
 *
 * <p>Reading refuses everything that is not exactly such a file, and allocates memory only as bytes
 * arrive, whatever a header claims. It reads up to 1 GiB of pixels.
 */
public final class Idx {
  private Idx() {}

  /**
   * Reads images and their labels. Whether a file is compressed is told by its first bytes, not by
   * its name.
   *
   * @param imagesFile an IDX file with magic 0x00000803
   * @param labelsFile an IDX file with magic 0x00000801 and as many labels as there are images
   * @param classes how many classes there are, from 1 to 256: 10 for digits
   * @return the images
   * @throws IdxFormatException if a file is empty, truncated, too long, of another type or rank,
   *     corrupt, too large, or the two do not belong together
   * @throws java.nio.file.FileSystemException if a file is missing, a directory or unreadable
   * @throws IOException if reading fails
   * @throws IllegalArgumentException if there cannot be so many classes
   */
  public static LabelledImages read(Path imagesFile, Path labelsFile, int classes)
      throws IOException {
    checkArgument(classes > 0 && classes <= 256, "Expected 1 to 256 classes but got %s.", classes);
    return combine(IdxReader.readImages(imagesFile), IdxReader.readLabels(labelsFile), classes);
  }

  /** Returns images with their labels, or refuses them if they do not belong together. */
  static LabelledImages combine(IdxContent images, IdxContent labels, int classes)
      throws IdxFormatException {
    if (images.size(0) != labels.size(0)) {
      throw new IdxFormatException(
          ("Expected as many labels as images but got %s images in %s and %s labels in %s:"
                  + " give two files of the same set.")
              .formatted(images.size(0), images.file(), labels.size(0), labels.file()));
    }
    int outside = LabelledImages.firstLabelOutside(labels.data(), classes);
    if (outside >= 0) {
      throw new IdxFormatException(
          ("Expected labels from 0 to %s but %s has %s at position %s: give the number of"
                  + " classes that the set has.")
              .formatted(
                  classes - 1, labels.file(), Byte.toUnsignedInt(labels.data()[outside]), outside));
    }
    return LabelledImages.owning(
        images.size(1), images.size(2), images.data(), labels.data(), classes);
  }

  /**
   * Writes images and their labels, each file at once: a reader sees the old file or the whole new
   * one, never a part. A file whose name ends with {@code .gz} is compressed. Existing files are
   * replaced.
   *
   * @param images what to write
   * @param imagesFile where the pixels go, in an existing directory
   * @param labelsFile where the labels go, in an existing directory
   * @throws IOException if writing fails; the file that failed is then as it was before
   */
  public static void write(LabelledImages images, Path imagesFile, Path labelsFile)
      throws IOException {
    int[] sizes = {images.count(), images.imageRows(), images.imageColumns()};
    write(new IdxContent(imagesFile, sizes, images.pixels()));
    write(new IdxContent(labelsFile, new int[] {images.count()}, images.labels()));
  }

  private static void write(IdxContent content) throws IOException {
    Path file = content.file().toAbsolutePath();
    Path directory = file.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new NoSuchFileException(
          content.file().toString(),
          null,
          "there is no directory to write this file into: create it first.");
    }
    Path temporary = directory.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
    boolean gzip = file.getFileName().toString().endsWith(".gz");
    try {
      try (OutputStream bytes =
              Files.newOutputStream(
                  temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
          OutputStream out = gzip ? new GZIPOutputStream(bytes) : bytes) {
        out.write(content.header());
        out.write(content.data());
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
