package org.vbar.data;

import com.google.common.base.Joiner;
import com.google.common.primitives.Ints;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads one IDX file, gzip or not, and believes nothing it claims before the bytes are there.
 *
 * <p>The header is checked first. The data is then read into an array that starts no larger than
 * the file and grows with what arrives; a byte after the last is an error, and reading to the very
 * end also makes gzip verify its own checksum.
 */
final class IdxReader {
  /** No known set is larger: all of EMNIST's training images take 547 MB. */
  static final long MAX_DATA_BYTES = 1L << 30;

  /** Far above any image of a digit, and small enough that count × rows × columns fits a long. */
  static final int MAX_IMAGE_SIDE = 4096;

  /**
   * Handwriting compresses about 5 times and gzip at most 1032 times; only a bomb or blank paper
   * goes beyond this.
   */
  static final long MAX_GZIP_RATIO = 200;

  /** Below this even a bomb is harmless, and a small file of blank images is let through. */
  static final long ALWAYS_ALLOWED_BYTES = 64L << 20;

  private static final int SMALLEST_BUFFER = 1 << 16;
  private static final int GZIP_MAGIC = 0x1f8b;
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private final Path file;
  private final int rank;
  private final String expected;

  private IdxReader(Path file, int rank, String expected) {
    this.file = file;
    this.rank = rank;
    this.expected = expected;
  }

  /** Reads a file of images: sizes are count, rows, columns. */
  static IdxContent readImages(Path file) throws IOException {
    return new IdxReader(file, 3, "images").read();
  }

  /** Reads a file of labels: the only size is the count. */
  static IdxContent readLabels(Path file) throws IOException {
    return new IdxReader(file, 1, "labels").read();
  }

  private IdxContent read() throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(
          file.toString(),
          null,
          "there is no such file; expected an IDX file of " + expected + ": correct the path.");
    }
    if (!Files.isRegularFile(file)) {
      throw new FileSystemException(
          file.toString(),
          null,
          "this is %s; expected an IDX file of %s: give the path of the file itself."
              .formatted(Files.isDirectory(file) ? "a directory" : "no regular file", expected));
    }
    long bytesOnDisk = Files.size(file);
    try (PushbackInputStream bytes = new PushbackInputStream(Files.newInputStream(file), 2)) {
      if (startsWithGzipMagic(bytes)) {
        return readGzip(bytes, bytesOnDisk);
      }
      return readPlain(bytes, bytesOnDisk, MAX_DATA_BYTES);
    }
  }

  private static boolean startsWithGzipMagic(PushbackInputStream bytes) throws IOException {
    byte[] start = bytes.readNBytes(2);
    bytes.unread(start);
    return start.length == 2
        && Ints.fromBytes((byte) 0, (byte) 0, start[0], start[1]) == GZIP_MAGIC;
  }

  private IdxContent readGzip(InputStream bytes, long bytesOnDisk) throws IOException {
    long most = Math.max(ALWAYS_ALLOWED_BYTES, MAX_GZIP_RATIO * bytesOnDisk);
    try (StrictGzip decompressed = new StrictGzip(bytes)) {
      IdxContent content = readPlain(decompressed, bytesOnDisk, Math.min(most, MAX_DATA_BYTES));
      if (decompressed.isFollowedByBytes()) {
        throw new IdxFormatException(
            ("Oversized gzip file %s: other bytes follow the compressed %s; download or write the"
                    + " file again.")
                .formatted(file, expected));
      }
      return content;
    } catch (ZipException | EOFException e) {
      throw new IdxFormatException(
          ("Corrupt gzip file %s (%s): expected %s in IDX form, compressed as a whole; download or"
                  + " write the file again.")
              .formatted(file, e.getMessage(), expected),
          e);
    }
  }

  private IdxContent readPlain(InputStream content, long bytesOnDisk, long mostDataBytes)
      throws IOException {
    checkMagic(content.readNBytes(4));
    int[] sizes = readSizes(content);
    long claimed = 1;
    for (int size : sizes) {
      claimed *= size;
    }
    if (claimed > mostDataBytes) {
      throw new IdxFormatException(
          ("Refused IDX file %s: its header claims %s bytes of data, but a file of %s bytes may"
                  + " hold at most %s. It is damaged or made to exhaust memory; if it is neither,"
                  + " split it.")
              .formatted(file, product(sizes, claimed), bytesOnDisk, mostDataBytes));
    }
    return new IdxContent(file, sizes, readData(content, sizes, (int) claimed, bytesOnDisk));
  }

  private void checkMagic(byte[] magic) throws IdxFormatException {
    if (magic.length == 0) {
      throw new IdxFormatException(
          "Empty file %s: expected an IDX file of %s; download or write it."
              .formatted(file, expected));
    }
    if (magic.length < 4) {
      throw truncatedHeader(magic.length);
    }
    int given = Ints.fromByteArray(magic);
    if (given != IdxContent.magic(rank)) {
      throw new IdxFormatException(
          "Expected an IDX file of %s (magic 0x%s) but %s starts with 0x%s: %s."
              .formatted(
                  expected,
                  HEX.toHexDigits(IdxContent.magic(rank)),
                  file,
                  HEX.formatHex(magic),
                  explain(given)));
    }
  }

  private static String explain(int magic) {
    if (magic == IdxContent.magic(1)) {
      return "these are labels; were the paths of images and labels exchanged?";
    }
    if (magic == IdxContent.magic(3)) {
      return "these are images; were the paths of images and labels exchanged?";
    }
    if (magic >>> 16 == GZIP_MAGIC) {
      return "it was compressed twice; decompress it once";
    }
    if (magic >>> 16 == 0 && (magic >>> 8 & 0xff) >= 0x08 && (magic >>> 8 & 0xff) <= 0x0e) {
      return ("it has data type 0x%s and %s dimensions; only unsigned bytes (0x08) with 1"
              + " dimension for labels and 3 for images are read")
          .formatted(HEX.toHexDigits((byte) (magic >>> 8)), magic & 0xff);
    }
    return "it is no IDX file; check the path, or download the file again";
  }

  private int[] readSizes(InputStream content) throws IOException {
    byte[] bytes = content.readNBytes(4 * rank);
    if (bytes.length < 4 * rank) {
      throw truncatedHeader(4 + bytes.length);
    }
    int[] sizes = new int[rank];
    for (int dimension = 0; dimension < rank; dimension++) {
      sizes[dimension] =
          Ints.fromByteArray(Arrays.copyOfRange(bytes, 4 * dimension, 4 * dimension + 4));
      int most = dimension == 0 ? Integer.MAX_VALUE : MAX_IMAGE_SIDE;
      if (sizes[dimension] < 1 || sizes[dimension] > most) {
        throw new IdxFormatException(
            ("Refused IDX file %s of %s: its header gives dimension %s a size of %s (0x%s),"
                    + " expected 1 to %s; download or write the file again.")
                .formatted(
                    file,
                    expected,
                    dimension,
                    sizes[dimension],
                    HEX.toHexDigits(sizes[dimension]),
                    most));
      }
    }
    return sizes;
  }

  private byte[] readData(InputStream content, int[] sizes, int claimed, long bytesOnDisk)
      throws IOException {
    byte[] data = new byte[(int) Math.min(claimed, Math.max(SMALLEST_BUFFER, bytesOnDisk))];
    int filled = 0;
    while (filled < claimed) {
      if (filled == data.length) {
        data = Arrays.copyOf(data, (int) Math.min(claimed, 2L * data.length));
      }
      int read = content.readNBytes(data, filled, data.length - filled);
      if (read == 0) {
        throw new IdxFormatException(
            ("Truncated IDX file %s: its header claims %s bytes of data but only %s follow;"
                    + " download or write the file again.")
                .formatted(file, product(sizes, claimed), filled));
      }
      filled += read;
    }
    if (content.read() >= 0) {
      throw new IdxFormatException(
          ("Oversized IDX file %s: more bytes follow the %s bytes of data that its header"
                  + " claims; download or write the file again.")
              .formatted(file, product(sizes, claimed)));
    }
    return data;
  }

  private IdxFormatException truncatedHeader(int given) {
    return new IdxFormatException(
        ("Truncated IDX file %s: expected a header of %s bytes for %s but the file ends after"
                + " %s; download or write the file again.")
            .formatted(file, 4 + 4 * rank, expected, given));
  }

  /** Returns {@code 60000 × 28 × 28 = 47040000}. */
  private static String product(int[] sizes, long product) {
    String factors = Joiner.on(" × ").join(Ints.asList(sizes));
    return sizes.length == 1 ? factors : factors + " = " + product;
  }

  /** Tells what {@link GZIPInputStream} passes over: bytes after the compressed data. */
  private static final class StrictGzip extends GZIPInputStream {
    private static final int TRAILER_BYTES = 8;

    StrictGzip(InputStream bytes) throws IOException {
      super(bytes, SMALLEST_BUFFER);
    }

    /** Returns whether bytes are left; to be asked once the content has been read to its end. */
    boolean isFollowedByBytes() throws IOException {
      return inf.getRemaining() > TRAILER_BYTES || in.read() >= 0;
    }
  }
}
