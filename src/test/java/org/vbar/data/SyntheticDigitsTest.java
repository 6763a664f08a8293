package org.vbar.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.vbar.data.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticDigitsTest {
  @TempDir private Path directory;

  @Test
  void generate_sameSeed_isTheSameOnEveryJdk() {
    assertEquals(
        "ffccbfcd4a87d15f284dd8d37a255a77b41791fecc67313ccd68d396a5e518ce",
        SyntheticDigits.generate(1000, 42).sha256());
  }

  @Test
  void generate_otherSeed_isOther() {
    assertNotEquals(
        SyntheticDigits.generate(10, 1).sha256(), SyntheticDigits.generate(10, 2).sha256());
  }

  @Test
  void generate_anyCount_isBalancedAndShuffled() {
    int[] counts = new int[10];
    int[] labels = SyntheticDigits.generate(1003, 3).batch().labels();
    Arrays.stream(labels).forEach(label -> counts[label]++);
    int[] sorted = labels.clone();
    Arrays.sort(sorted);

    assertArrayEquals(new int[] {101, 101, 101, 100, 100, 100, 100, 100, 100, 100}, counts);
    int[] cyclic = Permutation.identity(1003);
    Arrays.setAll(cyclic, i -> i % 10);
    assertTrue(!Arrays.equals(sorted, labels) && !Arrays.equals(cyclic, labels));
  }

  @Test
  void generate_everyDigit_isCentredInkOnPaper() {
    LabelledImages digits = SyntheticDigits.generate(500, 4);
    for (int image = 0; image < digits.count(); image++) {
      double ink = 0;
      double border = 0;
      double row = 0;
      double column = 0;
      int darkest = 0;
      for (int r = 0; r < 28; r++) {
        for (int c = 0; c < 28; c++) {
          int pixel = digits.pixel(image, r, c);
          ink += pixel;
          row += r * (double) pixel;
          column += c * (double) pixel;
          border += r == 0 || c == 0 || r == 27 || c == 27 ? pixel : 0;
          darkest = Math.max(darkest, pixel);
        }
      }
      String which = "image " + image + ", a " + digits.label(image);
      assertTrue(ink / (255 * 784) > 0.03 && ink / (255 * 784) < 0.3, which);
      assertTrue(darkest > 200, which);
      assertTrue(border < 0.05 * ink, which);
      assertEquals(13.5, row / ink, 4, which);
      assertEquals(13.5, column / ink, 4, which);
    }
  }

  @Test
  void generate_unseenDigits_areToldApartByTheirNearestNeighbour() {
    LabelledImages seen = SyntheticDigits.generate(1500, 6);

    double accuracy = nearestNeighbourAccuracy(seen, SyntheticDigits.generate(300, 7));

    assertTrue(accuracy > 0.95, "accuracy " + accuracy);
  }

  @Test
  void generate_realDigits_areRecognisedFromDrawnOnes() throws IOException {
    assumeTrue(
        System.getenv("VBAR_MNIST") != null,
        "VBAR_MNIST is not set: name a directory of the published MNIST files to run this test");
    LabelledImages real = Mnist.load(Mnist.find(Optional.empty()).orElseThrow()).test();

    double accuracy = nearestNeighbourAccuracy(SyntheticDigits.generate(3000, 6), real.take(500));

    // Guessing gives 0.1, and 5,000 of MNIST's own training digits give 0.9.
    assertTrue(accuracy > 0.7, "accuracy " + accuracy);
  }

  @Test
  void generate_noneOrTooMany_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> SyntheticDigits.generate(0, 1));
    assertThrows(IllegalArgumentException.class, () -> SyntheticDigits.generate(3_000_000, 1));
  }

  @Test
  void write_newDirectory_hasTheFourFiles() throws IOException {
    Path target = directory.resolve("a").resolve("b");
    SyntheticDigits.write(target, 30, 20, 9);

    try (Stream<Path> files = Files.list(target)) {
      assertEquals(
          List.of(
              "t10k-images-idx3-ubyte.gz",
              "t10k-labels-idx1-ubyte.gz",
              "train-images-idx3-ubyte.gz",
              "train-labels-idx1-ubyte.gz"),
          files.map(file -> String.valueOf(file.getFileName())).sorted().toList());
    }
    Mnist mnist = Mnist.load(target, Mnist.Verification.NONE);
    assertEquals(30, mnist.train().count());
    assertEquals(20, mnist.test().count());
  }

  @Test
  void write_directoryWithDigits_isRefused() throws IOException {
    Path taken = Files.write(directory.resolve("t10k-labels-idx1-ubyte"), new byte[] {1});
    assertRefused(
        FileAlreadyExistsException.class,
        () -> SyntheticDigits.write(directory, 10, 10, 1),
        "name an empty directory");

    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(List.of(taken), files.toList());
    }
  }

  private static double nearestNeighbourAccuracy(LabelledImages seen, LabelledImages unseen) {
    Batch known = seen.batch();
    Batch asked = unseen.batch();
    int correct = 0;
    for (int i = 0; i < asked.rows(); i++) {
      int nearest = -1;
      double least = Double.POSITIVE_INFINITY;
      for (int j = 0; j < known.rows(); j++) {
        double distance = 0;
        for (int c = 0; c < known.columns(); c++) {
          double difference =
              asked.inputs()[i * known.columns() + c] - known.inputs()[j * known.columns() + c];
          distance += difference * difference;
        }
        if (distance < least) {
          least = distance;
          nearest = j;
        }
      }
      correct += known.labels()[nearest] == asked.labels()[i] ? 1 : 0;
    }
    return (double) correct / asked.rows();
  }
}
