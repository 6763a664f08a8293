package org.vbar.cli;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vbar.data.Mnist;
import org.vbar.data.SyntheticDigits;
import picocli.CommandLine.Option;

/** The option {@code --mnist} and what stands in for MNIST where it is not found. */
final class Digits {
  private static final int TRAIN = 12_000;
  private static final int TEST = 2_000;
  private static final long SEED = 2023;

  @Option(
      names = "--mnist",
      paramLabel = "DIR",
      description =
          "Folder with the four MNIST files, gzip or not. Without it: the folder that VBAR_MNIST"
              + " names, then data/mnist.")
  private @Nullable Path directory;

  /** Images for training and testing, and a sentence about where they come from. */
  record Source(Mnist images, boolean real, String description) {}

  /** Writes beside the folder first, so that a run cut short leaves no half a set. */
  private static void draw(Path standIn) throws IOException {
    Path part = standIn.resolveSibling(standIn.getFileName() + ".part");
    if (Files.exists(part)) {
      MoreFiles.deleteRecursively(part, RecursiveDeleteOption.ALLOW_INSECURE);
    }
    SyntheticDigits.write(part, TRAIN, TEST, SEED);
    Files.move(part, standIn);
  }

  /**
   * Loads MNIST, or draws digits into a folder and loads those.
   *
   * @param standIn where drawn digits are kept
   */
  Source load(Path standIn) throws IOException {
    Optional<Path> found = Mnist.find(Optional.ofNullable(directory));
    if (found.isPresent()) {
      return new Source(
          Mnist.load(found.get()), true, "MNIST from " + found.get() + ", checksums verified");
    }
    if (!Files.isDirectory(standIn)) {
      draw(standIn);
    }
    return new Source(
        Mnist.load(standIn, Mnist.Verification.NONE),
        false,
        """
        digits drawn by this program, because MNIST was not found (they are in %s)
          For the real set, run vbar data mnist, or put its four IDX files
          (train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz,
          t10k-labels-idx1-ubyte.gz) into data/mnist, or name their folder with --mnist DIR or
          VBAR_MNIST."""
            .formatted(standIn));
  }
}
