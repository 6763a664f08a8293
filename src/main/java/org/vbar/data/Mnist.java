package org.vbar.data;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Joiner;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The MNIST digits: images to train on and images to test with, and where their files are found.
 *
 * <p>vbar neither contains nor downloads them. Put the four files of {@link MnistFile}, compressed
 * or not, into {@code data/mnist}, or into any directory that {@code VBAR_MNIST} names.
 *
 * @param train the images to train on; 60,000 of 28 × 28 in the published set
 * @param test the images to test with, of the same size; 10,000 in the published set
 */
public record Mnist(LabelledImages train, LabelledImages test) {
  /** The environment variable that names the directory of the files. */
  public static final String DIRECTORY_VARIABLE = "VBAR_MNIST";

  /** The directory, under the working directory, that is looked into when no other is named. */
  public static final String DEFAULT_DIRECTORY = "data/mnist";

  private static final int CLASSES = 10;

  /** Whether the files must be those that were published. */
  public enum Verification {
    /** The decompressed content must have the published SHA-256. */
    SHA_256,
    /** Any digits in IDX form will do, such as those of {@link SyntheticDigits#write}. */
    NONE
  }

  /**
   * Pairs two sets.
   *
   * @param train the images to train on
   * @param test the images to test with, of the same size
   * @throws IllegalArgumentException if their images differ in size or their labels in classes
   */
  public Mnist {
    checkArgument(
        train.imageRows() == test.imageRows()
            && train.imageColumns() == test.imageColumns()
            && train.classes() == test.classes(),
        "Expected training and test images of one size and the same classes but got %s and %s.",
        train,
        test);
  }

  /**
   * Finds the directory of the files: the given one, else the one that {@code VBAR_MNIST} names,
   * else {@code data/mnist} under the working directory.
   *
   * <p>A directory that somebody named is never passed over in silence.
   *
   * @param explicit a directory that must have the files, or empty to look for one
   * @return a directory that has all four files, or empty if none was named and {@code data/mnist}
   *     has none of them
   * @throws IOException if the named directory does not have all four files, or {@code data/mnist}
   *     has only some of them
   */
  public static Optional<Path> find(Optional<Path> explicit) throws IOException {
    return find(explicit, System.getenv(), Path.of(""));
  }

  static Optional<Path> find(
      Optional<Path> explicit, Map<String, String> environment, Path workingDirectory)
      throws IOException {
    if (explicit.isPresent()) {
      return Optional.of(complete(explicit.get(), "given"));
    }
    String named = environment.get(DIRECTORY_VARIABLE);
    if (named != null) {
      return Optional.of(complete(parse(named), "named by " + DIRECTORY_VARIABLE));
    }
    Path byDefault = workingDirectory.resolve(DEFAULT_DIRECTORY);
    if (missing(byDefault).size() == MnistFile.values().length) {
      return Optional.empty();
    }
    return Optional.of(complete(byDefault, "used by default"));
  }

  private static Path parse(String named) throws FileSystemException {
    if (named.isBlank()) {
      throw new FileSystemException(
          named,
          null,
          DIRECTORY_VARIABLE
              + " is set but blank: name the directory of the MNIST files or unset the variable.");
    }
    try {
      return Path.of(named);
    } catch (InvalidPathException e) {
      FileSystemException refused =
          new FileSystemException(
              named,
              null,
              DIRECTORY_VARIABLE + " is no path (" + e.getReason() + "): correct it or unset it.");
      refused.initCause(e);
      throw refused;
    }
  }

  /** Returns a directory that has all four files, or refuses it. */
  private static Path complete(Path directory, String origin) throws FileSystemException {
    if (!Files.exists(directory)) {
      throw new NoSuchFileException(
          directory.toString(),
          null,
          "there is no such directory, " + origin + " for MNIST: correct the path or create it.");
    }
    if (!Files.isDirectory(directory)) {
      throw new FileSystemException(
          directory.toString(),
          null,
          "this is no directory, %s for MNIST: name the directory that has the four files."
              .formatted(origin));
    }
    List<String> missing = missing(directory);
    if (!missing.isEmpty()) {
      throw new NoSuchFileException(
          directory.toString(),
          null,
          ("this directory, %s for MNIST, lacks %s (each may also end with .gz): put the files"
                  + " there or name another directory.")
              .formatted(origin, Joiner.on(", ").join(missing)));
    }
    return directory;
  }

  private static List<String> missing(Path directory) {
    List<String> missing = new ArrayList<>();
    for (MnistFile file : MnistFile.values()) {
      if (locate(directory, file).isEmpty()) {
        missing.add(file.fileName());
      }
    }
    return missing;
  }

  /**
   * Returns the decompressed file if it is there, because it reads faster, else the compressed one.
   */
  private static Optional<Path> locate(Path directory, MnistFile file) {
    return Stream.of(file.fileName(), file.gzipFileName())
        .map(directory::resolve)
        .filter(Files::exists)
        .findFirst();
  }

  /**
   * Loads the published digits from a directory and verifies them; takes about a second.
   *
   * @param directory has the four files of {@link MnistFile}, gzip or not
   * @return training and test images
   * @throws MnistChecksumException if a file is well-formed but not the published one
   * @throws IdxFormatException if a file is not well-formed
   * @throws IOException if a file is missing or reading fails
   */
  public static Mnist load(Path directory) throws IOException {
    return load(directory, Verification.SHA_256);
  }

  /**
   * Loads digits from a directory, verified or not.
   *
   * @param directory has the four files of {@link MnistFile}, gzip or not
   * @param verification whether the content must be the published one
   * @return training and test images
   * @throws MnistChecksumException if a file is well-formed but not the published one, and has to
   *     be
   * @throws IdxFormatException if a file is not well-formed, or training and test images differ in
   *     size
   * @throws IOException if a file is missing or reading fails
   */
  public static Mnist load(Path directory, Verification verification) throws IOException {
    complete(directory, "given");
    IdxContent trainImages = read(directory, MnistFile.TRAIN_IMAGES, verification);
    IdxContent trainLabels = read(directory, MnistFile.TRAIN_LABELS, verification);
    IdxContent testImages = read(directory, MnistFile.TEST_IMAGES, verification);
    IdxContent testLabels = read(directory, MnistFile.TEST_LABELS, verification);
    LabelledImages train = Idx.combine(trainImages, trainLabels, CLASSES);
    LabelledImages test = Idx.combine(testImages, testLabels, CLASSES);
    if (train.imageRows() != test.imageRows() || train.imageColumns() != test.imageColumns()) {
      throw new IdxFormatException(
          ("Expected training and test images of one size but got %s from %s and %s from %s:"
                  + " give files of the same set.")
              .formatted(train, trainImages.file(), test, testImages.file()));
    }
    return new Mnist(train, test);
  }

  private static IdxContent read(Path directory, MnistFile file, Verification verification)
      throws IOException {
    Path path = locate(directory, file).orElse(directory.resolve(file.fileName()));
    IdxContent content =
        switch (file) {
          case TRAIN_IMAGES, TEST_IMAGES -> IdxReader.readImages(path);
          case TRAIN_LABELS, TEST_LABELS -> IdxReader.readLabels(path);
        };
    if (verification == Verification.SHA_256 && !content.sha256().equals(file.sha256())) {
      throw new MnistChecksumException(
          ("%s is well-formed but not the published MNIST file: expected %s bytes with SHA-256 %s,"
                  + " got %s bytes with SHA-256 %s (decompressed). Download it again, or accept it"
                  + " with Mnist.load(directory, Verification.NONE).")
              .formatted(path, file.size(), file.sha256(), content.fileSize(), content.sha256()));
    }
    return content;
  }
}
