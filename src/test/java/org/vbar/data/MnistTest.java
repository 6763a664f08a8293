package org.vbar.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.vbar.data.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vbar.data.Mnist.Verification;

class MnistTest {
  private static final Map<String, String> NOTHING_SET = Map.of();

  @TempDir private Path directory;

  @Test
  void find_explicitDirectory_comesFirst() throws IOException {
    Path given = drawn("given");
    Path named = drawn("named");
    drawn(Mnist.DEFAULT_DIRECTORY);

    assertEquals(
        Optional.of(given),
        Mnist.find(Optional.of(given), Map.of("VBAR_MNIST", named.toString()), directory));
  }

  @Test
  void find_variable_comesBeforeTheDefault() throws IOException {
    Path named = drawn("named");
    drawn(Mnist.DEFAULT_DIRECTORY);

    assertEquals(
        Optional.of(named),
        Mnist.find(Optional.empty(), Map.of("VBAR_MNIST", named.toString()), directory));
  }

  @Test
  void find_nothingNamed_usesTheDefault() throws IOException {
    Path byDefault = drawn(Mnist.DEFAULT_DIRECTORY);

    assertEquals(Optional.of(byDefault), Mnist.find(Optional.empty(), NOTHING_SET, directory));
  }

  @Test
  void find_nothingNamedAndNoDefault_isEmpty() throws IOException {
    assertEquals(Optional.empty(), Mnist.find(Optional.empty(), NOTHING_SET, directory));
    Files.createDirectories(directory.resolve(Mnist.DEFAULT_DIRECTORY));
    assertEquals(Optional.empty(), Mnist.find(Optional.empty(), NOTHING_SET, directory));
  }

  @Test
  void find_defaultWithSomeFiles_isRefused() throws IOException {
    Path byDefault = drawn(Mnist.DEFAULT_DIRECTORY);
    Files.delete(byDefault.resolve("t10k-labels-idx1-ubyte.gz"));

    assertRefused(
        NoSuchFileException.class,
        () -> Mnist.find(Optional.empty(), NOTHING_SET, directory),
        "used by default",
        "lacks t10k-labels-idx1-ubyte (");
  }

  @Test
  void find_explicitWithoutFiles_isRefusedAlthoughOthersHaveThem() throws IOException {
    Path named = drawn("named");
    drawn(Mnist.DEFAULT_DIRECTORY);
    Map<String, String> environment = Map.of("VBAR_MNIST", named.toString());
    Path empty = Files.createDirectory(directory.resolve("empty"));

    assertRefused(
        NoSuchFileException.class,
        () -> Mnist.find(Optional.of(empty), environment, directory),
        "lacks train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte,",
        "put the files there or name another directory");
    assertRefused(
        NoSuchFileException.class,
        () -> Mnist.find(Optional.of(directory.resolve("none")), environment, directory),
        "no such directory, given for MNIST");
    assertRefused(
        FileSystemException.class,
        () ->
            Mnist.find(
                Optional.of(named.resolve("t10k-labels-idx1-ubyte.gz")), environment, directory),
        "this is no directory, given for MNIST");
  }

  @Test
  void find_variableWithoutFiles_isRefusedAlthoughTheDefaultHasThem() throws IOException {
    drawn(Mnist.DEFAULT_DIRECTORY);
    String empty = Files.createDirectory(directory.resolve("empty")).toString();

    assertRefused(
        NoSuchFileException.class,
        () -> Mnist.find(Optional.empty(), Map.of("VBAR_MNIST", empty), directory),
        "named by VBAR_MNIST for MNIST, lacks");
    assertRefused(
        NoSuchFileException.class,
        () -> Mnist.find(Optional.empty(), Map.of("VBAR_MNIST", empty + "/none"), directory),
        "no such directory, named by VBAR_MNIST");
  }

  @Test
  void find_variableBlankOrNoPath_isRefused() {
    assertRefused(
        FileSystemException.class,
        () -> Mnist.find(Optional.empty(), Map.of("VBAR_MNIST", " "), directory),
        "VBAR_MNIST is set but blank",
        "unset");
    assertRefused(
        FileSystemException.class,
        () -> Mnist.find(Optional.empty(), Map.of("VBAR_MNIST", "a\0b"), directory),
        "VBAR_MNIST is no path");
  }

  @Test
  void load_otherDigits_areRefusedByTheirChecksum() throws IOException {
    Path drawn = drawn("drawn");

    assertRefused(
        MnistChecksumException.class,
        () -> Mnist.load(drawn),
        "train-images-idx3-ubyte.gz is well-formed but not the published MNIST file",
        "expected 47040016 bytes with SHA-256 " + MnistFile.TRAIN_IMAGES.sha256(),
        "got 15696 bytes with SHA-256 ",
        "Verification.NONE");
  }

  @Test
  void load_otherDigitsUnverified_areAccepted() throws IOException {
    Mnist mnist = Mnist.load(drawn("drawn"), Verification.NONE);

    assertEquals(SyntheticDigits.generate(20, 5).sha256(), mnist.train().sha256());
    assertEquals(SyntheticDigits.generate(10, ~5L).sha256(), mnist.test().sha256());
  }

  @Test
  void load_plainFiles_areAcceptedAndPreferred() throws IOException {
    Path drawn = drawn("drawn");
    LabelledImages other = SyntheticDigits.generate(7, 77);
    Idx.write(
        other, drawn.resolve("train-images-idx3-ubyte"), drawn.resolve("train-labels-idx1-ubyte"));

    assertEquals(other.sha256(), Mnist.load(drawn, Verification.NONE).train().sha256());
  }

  @Test
  void load_missingFileOrDirectory_isRefused() throws IOException {
    Path drawn = drawn("drawn");
    Files.delete(drawn.resolve("train-labels-idx1-ubyte.gz"));

    assertRefused(
        NoSuchFileException.class,
        () -> Mnist.load(drawn, Verification.NONE),
        "lacks train-labels-idx1-ubyte (each may also end with .gz)");
    assertRefused(
        NoSuchFileException.class,
        () -> Mnist.load(directory.resolve("none")),
        "no such directory");
  }

  @Test
  void load_fileIsADirectory_isRefused() throws IOException {
    Path drawn = drawn("drawn");
    Files.createDirectory(drawn.resolve("t10k-images-idx3-ubyte"));

    assertRefused(
        FileSystemException.class,
        () -> Mnist.load(drawn, Verification.NONE),
        "t10k-images-idx3-ubyte",
        "this is a directory");
  }

  @Test
  void load_setsOfOtherImageSizes_areRefused() throws IOException {
    Path drawn = drawn("drawn");
    Idx.write(
        LabelledImages.of(2, 2, new byte[4], new byte[1], 10),
        drawn.resolve("t10k-images-idx3-ubyte.gz"),
        drawn.resolve("t10k-labels-idx1-ubyte.gz"));

    assertRefused(
        IdxFormatException.class,
        () -> Mnist.load(drawn, Verification.NONE),
        "[20 of 28 × 28, 10 classes]",
        "[1 of 2 × 2, 10 classes]",
        "files of the same set");
    LabelledImages small = LabelledImages.of(2, 2, new byte[4], new byte[1], 10);
    LabelledImages digits = SyntheticDigits.generate(1, 1);
    assertThrows(IllegalArgumentException.class, () -> new Mnist(digits, small));
  }

  @Test
  void load_publishedFiles_areVerified() throws IOException {
    Mnist mnist = Mnist.load(published());

    assertEquals("LabelledImages[60000 of 28 × 28, 10 classes]", mnist.train().toString());
    assertEquals("LabelledImages[10000 of 28 × 28, 10 classes]", mnist.test().toString());
    assertArrayEquals(
        new int[] {5, 0, 4, 1, 9, 2, 1, 3, 1, 4}, mnist.train().batch(0, 10).labels());
    assertArrayEquals(new int[] {7, 2, 1, 0, 4, 1, 4, 9, 5, 9}, mnist.test().batch(0, 10).labels());
    double ink = Arrays.stream(mnist.train().batch(0, 10_000).inputs()).average().orElseThrow();
    assertEquals(0.13, ink, 0.005);
  }

  @Test
  void load_publishedFilesWithOneBitFlipped_areRefused() throws IOException {
    Path copy = copyOfPublished();
    Path file = copy.resolve("t10k-images-idx3-ubyte");
    byte[] content = decompressed(published(), MnistFile.TEST_IMAGES);
    assertEquals(MnistFile.TEST_IMAGES.size(), content.length);
    content[5_000_000] ^= 1;
    Files.write(file, content);

    assertRefused(
        MnistChecksumException.class,
        () -> Mnist.load(copy),
        file.toString(),
        MnistFile.TEST_IMAGES.sha256());
    assertEquals(10_000, Mnist.load(copy, Verification.NONE).test().count());
  }

  @Test
  void load_publishedFilesTruncated_areRefused() throws IOException {
    Path published = published();
    Path labels =
        Files.write(directory.resolve("labels"), decompressed(published, MnistFile.TEST_LABELS));
    byte[] plain = decompressed(published, MnistFile.TEST_IMAGES);
    Path source = published.resolve(MnistFile.TEST_IMAGES.gzipFileName());
    byte[] stored = Files.exists(source) ? Files.readAllBytes(source) : plain;
    for (byte[] whole : new byte[][] {plain, stored}) {
      for (int cut = 1; cut <= 20; cut++) {
        int length = whole.length - (int) ((long) whole.length * cut * cut / 400);
        Path truncated =
            Files.write(
                directory.resolve("truncated"),
                Arrays.copyOf(whole, Math.min(length, whole.length - 1)));
        assertThrows(IdxFormatException.class, () -> Idx.read(truncated, labels, 10));
      }
    }
  }

  /** Returns the directory of the real files, or skips the test. */
  private static Path published() throws IOException {
    assumeTrue(
        System.getenv("VBAR_MNIST") != null,
        "VBAR_MNIST is not set: name a directory of the published MNIST files to run this test");
    return Mnist.find(Optional.empty()).orElseThrow();
  }

  private Path copyOfPublished() throws IOException {
    Path published = published();
    Path copy = Files.createDirectory(directory.resolve("copy"));
    for (MnistFile file : MnistFile.values()) {
      Files.write(copy.resolve(file.fileName()), decompressed(published, file));
    }
    return copy;
  }

  private static byte[] decompressed(Path published, MnistFile file) throws IOException {
    Path plain = published.resolve(file.fileName());
    if (Files.exists(plain)) {
      return Files.readAllBytes(plain);
    }
    try (GZIPInputStream in =
        new GZIPInputStream(Files.newInputStream(published.resolve(file.gzipFileName())))) {
      return in.readAllBytes();
    }
  }

  /** Returns a directory of 20 digits to train on and 10 to test with. */
  private Path drawn(String name) throws IOException {
    Path drawn = directory.resolve(name);
    SyntheticDigits.write(drawn, 20, 10, 5);
    return drawn;
  }
}
