package org.vbar.data;

import com.google.common.hash.Hashing;
import com.google.common.primitives.Ints;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The content of one IDX file of unsigned bytes: a header with the sizes, then the data.
 *
 * <pre>
 * offset 0   magic: 0x00 0x00, data type (0x08 unsigned byte), rank
 *        4   rank sizes, each 4 bytes, big-endian
 *        …   the data, row-major
 * </pre>
 */
final class IdxContent {
  private static final int UNSIGNED_BYTE = 0x08;

  private final Path file;
  private final int[] sizes;
  private final byte[] data;

  /**
   * Takes the arrays over.
   *
   * @param file where the content comes from, for messages
   * @param sizes one per dimension
   * @param data as many bytes as the product of the sizes
   */
  IdxContent(Path file, int[] sizes, byte[] data) {
    this.file = file;
    this.sizes = sizes;
    this.data = data;
  }

  /**
   * Returns the magic number of unsigned bytes in so many dimensions: 0x00000801 for labels,
   * 0x00000803 for images.
   */
  static int magic(int rank) {
    return UNSIGNED_BYTE << 8 | rank;
  }

  Path file() {
    return file;
  }

  /** Returns the size of one dimension; dimension 0 counts the examples. */
  int size(int dimension) {
    return sizes[dimension];
  }

  byte[] data() {
    return data;
  }

  /** Returns the bytes that precede the data in the file. */
  byte[] header() {
    byte[] header = Arrays.copyOf(Ints.toByteArray(magic(sizes.length)), 4 + 4 * sizes.length);
    for (int i = 0; i < sizes.length; i++) {
      System.arraycopy(Ints.toByteArray(sizes[i]), 0, header, 4 + 4 * i, 4);
    }
    return header;
  }

  /** Returns the SHA-256 of the decompressed file, 64 hexadecimal digits in lower case. */
  String sha256() {
    return Hashing.sha256().newHasher().putBytes(header()).putBytes(data).hash().toString();
  }

  /** Returns how many bytes the decompressed file has. */
  long fileSize() {
    return (long) header().length + data.length;
  }
}
