package org.vbar.data;

/**
 * The four files of MNIST, the set of handwritten digits by Yann LeCun, Corinna Cortes and
 * Christopher J.C. Burges, published under CC BY-SA 3.0.
 *
 * <p>Sizes and checksums are of the decompressed content, because a container that was compressed
 * again differs although the digits are the same.
 */
public enum MnistFile {
  /** 60,000 training images. */
  TRAIN_IMAGES(
      "train-images-idx3-ubyte",
      47_040_016,
      "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
  /** 60,000 training labels. */
  TRAIN_LABELS(
      "train-labels-idx1-ubyte",
      60_008,
      "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
  /** 10,000 test images. */
  TEST_IMAGES(
      "t10k-images-idx3-ubyte",
      7_840_016,
      "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
  /** 10,000 test labels. */
  TEST_LABELS(
      "t10k-labels-idx1-ubyte",
      10_008,
      "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2");

  private final String fileName;
  private final long size;
  private final String sha256;

  MnistFile(String fileName, long size, String sha256) {
    this.fileName = fileName;
    this.size = size;
    this.sha256 = sha256;
  }

  /** {@return the name of the decompressed file} */
  public String fileName() {
    return fileName;
  }

  /** {@return the name of the compressed file} */
  public String gzipFileName() {
    return fileName + ".gz";
  }

  /** {@return how many bytes the decompressed file has} */
  public long size() {
    return size;
  }

  /** {@return the SHA-256 of the decompressed file, 64 hexadecimal digits in lower case} */
  public String sha256() {
    return sha256;
  }
}
