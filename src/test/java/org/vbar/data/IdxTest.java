package org.vbar.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.primitives.Bytes;
import com.google.common.primitives.Ints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {
  private static final int IMAGES = 0x00000803;
  private static final int LABELS = 0x00000801;

  /** Three images of 4 × 5 pixels. */
  private static final byte[] IMAGE_FILE = file(IMAGES, new int[] {3, 4, 5}, pixels(60));

  private static final byte[] LABEL_FILE = file(LABELS, new int[] {3}, new byte[] {7, 0, 9});

  @TempDir private Path directory;
  private Path images;
  private Path labels;

  @BeforeEach
  void writeFiles() throws IOException {
    images = Files.write(directory.resolve("images"), IMAGE_FILE);
    labels = Files.write(directory.resolve("labels"), LABEL_FILE);
  }

  @Test
  void read_plainFiles_givesImagesAndLabels() throws IOException {
    LabelledImages read = Idx.read(images, labels, 10);

    assertEquals("LabelledImages[3 of 4 × 5, 10 classes]", read.toString());
    assertArrayEquals(pixels(60), read.pixels());
    assertEquals(9, read.label(2));
  }

  @Test
  void read_gzipUnderAnyName_isToldByItsBytes() throws IOException {
    String plain = Idx.read(images, labels, 10).sha256();
    Path plainNamedGz = Files.write(directory.resolve("plain.gz"), IMAGE_FILE);
    Path gzipNamedPlain = Files.write(directory.resolve("gzip"), gzip(IMAGE_FILE));

    assertEquals(plain, Idx.read(plainNamedGz, labels, 10).sha256());
    assertEquals(plain, Idx.read(gzipNamedPlain, labels, 10).sha256());
  }

  @Test
  void read_dataLargerThanTheFirstBuffer_isComplete() throws IOException {
    byte[] data = new byte[500_000];
    for (int i = 0; i < data.length; i += 1000) {
      data[i] = (byte) (i / 1000);
    }
    Path large =
        Files.write(directory.resolve("large"), gzip(file(IMAGES, new int[] {5, 200, 500}, data)));
    Path five =
        Files.write(
            directory.resolve("five"), file(LABELS, new int[] {5}, new byte[] {1, 2, 3, 4, 5}));

    assertArrayEquals(data, Idx.read(large, five, 10).pixels());
  }

  @Test
  void read_missingFile_isRefused() {
    Refusals.assertRefused(
        NoSuchFileException.class,
        () -> Idx.read(directory.resolve("none"), labels, 10),
        "none",
        "no such file",
        "IDX file of images",
        "correct the path");
  }

  @Test
  void read_directory_isRefused() {
    Refusals.assertRefused(
        FileSystemException.class,
        () -> Idx.read(images, directory, 10),
        "this is a directory",
        "IDX file of labels",
        "the file itself");
  }

  @Test
  void read_emptyFile_isRefused() throws IOException {
    assertRefused(new byte[0], "Empty file", "IDX file of images", "download or write it");
    assertRefused(gzip(new byte[0]), "Empty file");
  }

  @Test
  void read_truncatedAnywhere_isRefused() {
    for (int length = 0; length < IMAGE_FILE.length; length++) {
      assertRefused(Arrays.copyOf(IMAGE_FILE, length), "download or write");
    }
    assertRefused(Arrays.copyOf(IMAGE_FILE, 9), "header of 16 bytes", "ends after 9");
    assertRefused(
        Arrays.copyOf(IMAGE_FILE, 40), "Truncated", "3 × 4 × 5 = 60 bytes", "only 24 follow");
  }

  @Test
  void read_gzipTruncatedAnywhere_isRefused() throws IOException {
    byte[] whole = gzip(IMAGE_FILE);
    for (int length = 0; length < whole.length; length++) {
      assertRefused(Arrays.copyOf(whole, length));
    }
    assertRefused(Arrays.copyOf(whole, whole.length - 1), "Corrupt gzip", "write the file again");
  }

  @Test
  void read_gzipOfTruncatedContent_isRefused() throws IOException {
    for (int length = 0; length < IMAGE_FILE.length; length++) {
      assertRefused(gzip(Arrays.copyOf(IMAGE_FILE, length)), "download or write");
    }
  }

  @Test
  void read_anyBitOfTheHeaderFlipped_isRefused() throws IOException {
    for (int bit = 0; bit < 16 * 8; bit++) {
      byte[] flipped = flip(IMAGE_FILE, bit);
      assertRefused(flipped);
      assertRefused(gzip(flipped));
    }
  }

  @Test
  void read_anyBitOfTheGzipFlipped_isRefusedOrHarmless() throws IOException {
    byte[] whole = gzip(IMAGE_FILE);
    int harmless = 0;
    for (int bit = 0; bit < whole.length * 8; bit++) {
      Path flipped = Files.write(directory.resolve("flipped"), flip(whole, bit));
      try {
        assertArrayEquals(pixels(60), Idx.read(flipped, labels, 10).pixels(), "bit " + bit);
        harmless++;
      } catch (IdxFormatException refused) {
        assertTrue(String.valueOf(refused.getMessage()).contains("flipped"), "bit " + bit);
      }
    }
    // The time stamp, the extra flags, the system, four bits of the flags, and the bits that fill
    // the last byte of the compressed data mean nothing to a reader.
    assertTrue(harmless <= 6 * 8 + 4 + 7, harmless + " flips were harmless");
  }

  @Test
  void read_trailingBytes_isRefused() throws IOException {
    byte[] oversized = Bytes.concat(IMAGE_FILE, new byte[1]);
    assertRefused(oversized, "Oversized", "more bytes follow the 3 × 4 × 5 = 60 bytes");
    assertRefused(gzip(oversized), "Oversized");
    assertRefused(Bytes.concat(gzip(IMAGE_FILE), gzip(IMAGE_FILE)), "Oversized");
  }

  @Test
  void read_bytesAfterTheGzip_isRefused() throws IOException {
    for (int extra : new int[] {1, 7, 8, 9, 18, 19, 100, 100_000}) {
      assertRefused(Bytes.concat(gzip(IMAGE_FILE), new byte[extra]), "Oversized gzip file");
    }
  }

  @Test
  void read_gzipOfSeveralMembers_isOneContent() throws IOException {
    byte[] first = gzip(Arrays.copyOf(IMAGE_FILE, 30));
    byte[] second = gzip(Arrays.copyOfRange(IMAGE_FILE, 30, IMAGE_FILE.length));
    Path members = Files.write(directory.resolve("members"), Bytes.concat(first, second));

    assertArrayEquals(pixels(60), Idx.read(members, labels, 10).pixels());
  }

  @Test
  void read_exchangedFiles_isRefused() {
    Refusals.assertRefused(
        IdxFormatException.class,
        () -> Idx.read(labels, images, 10),
        "0x00000803",
        "starts with 0x00000801",
        "were the paths",
        "exchanged?");
    Refusals.assertRefused(
        IdxFormatException.class, () -> Idx.read(images, images, 10), "these are images");
  }

  @Test
  void read_otherTypeOrRank_isRefused() {
    assertRefused(
        file(0x00000D03, new int[] {3, 4, 5}, new byte[240]), "data type 0x0D and 3 dimensions");
    assertRefused(
        file(0x00000804, new int[] {3, 4, 5, 1}, new byte[60]), "data type 0x08 and 4 dimensions");
  }

  @Test
  void read_somethingElse_isRefused() throws IOException {
    assertRefused("<!DOCTYPE html>".getBytes(UTF_8), "starts with 0x3C21444F", "no IDX file");
    assertRefused(gzip(gzip(IMAGE_FILE)), "compressed twice");
    assertRefused(new byte[] {0x1f, (byte) 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, "Corrupt gzip");
  }

  @Test
  void read_sizesThatCannotBe_isRefused() {
    assertRefused(
        file(IMAGES, new int[] {-1, 4, 5}, new byte[60]), "dimension 0", "-1 (0xFFFFFFFF)");
    assertRefused(file(IMAGES, new int[] {0, 4, 5}, new byte[0]), "dimension 0", "size of 0");
    assertRefused(file(IMAGES, new int[] {3, 0, 5}, new byte[0]), "dimension 1", "1 to 4096");
    assertRefused(file(IMAGES, new int[] {3, 4, -5}, new byte[60]), "dimension 2");
    assertRefused(file(IMAGES, new int[] {1, 4097, 1}, new byte[4097]), "4097", "1 to 4096");
  }

  @Test
  void read_hugeClaim_isRefusedBeforeAllocating() throws IOException {
    byte[] twoBillionImages = file(IMAGES, new int[] {Integer.MAX_VALUE, 28, 28}, new byte[0]);
    byte[] hugeImages = file(IMAGES, new int[] {Integer.MAX_VALUE, 4096, 4096}, new byte[0]);
    byte[] aGigabyte = file(IMAGES, new int[] {1_000_000, 28, 28}, new byte[0]);

    assertRefusedCheaply(twoBillionImages, "2147483647 × 28 × 28 = 1683627179248", "at most");
    assertRefusedCheaply(gzip(twoBillionImages), "2147483647 × 28 × 28 = 1683627179248", "at most");
    assertRefusedCheaply(hugeImages, "= 36028797002186752", "exhaust memory");
    assertRefusedCheaply(aGigabyte, "= 784000000", "only 0 follow");
    assertRefusedCheaply(gzip(aGigabyte), "= 784000000", "at most 67108864");
    assertRefusedCheaply(
        gzip(file(IMAGES, new int[] {50_000, 28, 28}, new byte[0])), "only 0 follow");
  }

  @Test
  void read_gzipBomb_isRefusedBeforeAllocating() throws IOException {
    byte[] admitted = bomb(file(IMAGES, new int[] {1_000_000, 10, 10}, new byte[0]));
    byte[] concealed = bomb(file(IMAGES, new int[] {3, 4, 5}, new byte[0]));

    assertRefusedCheaply(admitted, "100000000 bytes", "at most 67108864", "exhaust memory");
    assertRefusedCheaply(concealed, "Oversized");
  }

  @Test
  void read_otherCountOfLabels_isRefused() throws IOException {
    Files.write(labels, file(LABELS, new int[] {2}, new byte[] {7, 0}));
    Refusals.assertRefused(
        IdxFormatException.class,
        () -> Idx.read(images, labels, 10),
        "3 images in",
        "2 labels in",
        "two files of the same set");
  }

  @Test
  void read_labelOutsideTheClasses_isRefused() {
    Refusals.assertRefused(
        IdxFormatException.class,
        () -> Idx.read(images, labels, 9),
        "labels from 0 to 8",
        "has 9 at position 2");
    assertThrows(IllegalArgumentException.class, () -> Idx.read(images, labels, 0));
  }

  @Test
  void write_plainOrGzip_readsBackTheSame() throws IOException {
    LabelledImages original = LabelledImages.of(3, 2, pixels(24), new byte[] {4, 3, 2, 1}, 10);
    for (String suffix : List.of("", ".gz")) {
      Path imagesOut = directory.resolve("out-images" + suffix);
      Path labelsOut = directory.resolve("out-labels" + suffix);
      Idx.write(original, imagesOut, labelsOut);

      assertEquals(original.sha256(), Idx.read(imagesOut, labelsOut, 10).sha256());
      assertEquals(suffix.isEmpty() ? 0 : 0x1f, Files.readAllBytes(labelsOut)[0]);
    }
  }

  @Test
  void write_whatWasRead_isTheSameFile() throws IOException {
    Path imagesOut = directory.resolve("out-images");
    Path labelsOut = directory.resolve("out-labels");
    Idx.write(Idx.read(images, labels, 10), imagesOut, labelsOut);

    assertArrayEquals(IMAGE_FILE, Files.readAllBytes(imagesOut));
    assertArrayEquals(LABEL_FILE, Files.readAllBytes(labelsOut));
  }

  @Test
  void write_existingFile_isReplacedAndNothingElseLeft() throws IOException {
    LabelledImages original = LabelledImages.of(3, 2, pixels(24), new byte[] {4, 3, 2, 1}, 10);
    Idx.write(original, images, labels);

    assertEquals(original.sha256(), Idx.read(images, labels, 10).sha256());
    assertEquals(List.of("images", "labels"), names());
  }

  @Test
  void write_targetIsADirectory_failsAndLeavesNothing() throws IOException {
    Path taken = Files.createDirectory(directory.resolve("taken"));
    Files.createFile(taken.resolve("inner"));
    LabelledImages original = Idx.read(images, labels, 10);

    assertThrows(IOException.class, () -> Idx.write(original, taken, labels));
    assertEquals(List.of("images", "labels", "taken"), names());
    assertArrayEquals(LABEL_FILE, Files.readAllBytes(labels));
  }

  @Test
  void write_missingDirectory_isRefused() throws IOException {
    LabelledImages original = Idx.read(images, labels, 10);
    Refusals.assertRefused(
        NoSuchFileException.class,
        () -> Idx.write(original, directory.resolve("none").resolve("images"), labels),
        "no directory to write this file into",
        "create it first");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  /** Expects content to be refused as images, by a message with the file's name and other parts. */
  private void assertRefused(byte[] content, String... parts) {
    Path file = directory.resolve("refused");
    Refusals.assertRefused(
        IdxFormatException.class,
        () -> Idx.read(Files.write(file, content), labels, 10),
        Stream.concat(Stream.of(file.toString()), Stream.of(parts)).toArray(String[]::new));
  }

  private void assertRefusedCheaply(byte[] content, String... expected) {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertRefused(content, expected);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < 4 << 20, "allocated " + allocated + " bytes");
  }

  private static byte[] file(int magic, int[] sizes, byte[] data) {
    byte[] file = Ints.toByteArray(magic);
    for (int size : sizes) {
      file = Bytes.concat(file, Ints.toByteArray(size));
    }
    return Bytes.concat(file, data);
  }

  private static byte[] pixels(int count) {
    byte[] pixels = new byte[count];
    for (int i = 0; i < count; i++) {
      pixels[i] = (byte) (i * 37);
    }
    return pixels;
  }

  private static byte[] flip(byte[] bytes, int bit) {
    byte[] flipped = bytes.clone();
    flipped[bit / 8] ^= (byte) (1 << (bit % 8));
    return flipped;
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  /** Returns a gzip file of a header and a hundred million zeros. */
  private static byte[] bomb(byte[] header) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(header);
      byte[] zeros = new byte[1_000_000];
      for (int i = 0; i < 100; i++) {
        out.write(zeros);
      }
    }
    return bytes.toByteArray();
  }
}
