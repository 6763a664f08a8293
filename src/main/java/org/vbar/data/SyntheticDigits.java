package org.vbar.data;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Handwritten-looking digits that the program draws itself, in the form of MNIST: 28 × 28 pixels,
 * ten classes.
 *
 * <p>They need no download and carry no licence, and they are the same bytes for the same seed on
 * every JDK and platform. They are easier than MNIST and no substitute for it when accuracies are
 * compared.
 */
public final class SyntheticDigits {
  /*
   * How a digit is drawn: one of the skeletons of DigitGlyphs is bent by slow random waves,
   * stretched, slanted and turned, then scaled to the box of 20 × 20 pixels that MNIST's digits
   * fill, put between the centre of that box and the centre of its ink (MNIST centres ink), drawn
   * with a pen of random radius, and dusted with noise.
   *
   * Every operation is +, −, ×, ÷ or √, which IEEE 754 defines to the last bit, or StrictMath's.
   */

  /** Height and width of an image, in pixels. */
  private static final int SIDE = 28;

  private static final int CLASSES = 10;
  private static final int MOST_IMAGES = (Integer.MAX_VALUE - 8) / (SIDE * SIDE);
  private static final double MIDDLE = (SIDE - 1) / 2.0;
  private static final double BOX = 20;
  private static final double GLYPH_SIZE = 100;

  private SyntheticDigits() {}

  /**
   * Draws digits in random order, each class as often as the others (or once more, if ten does not
   * divide the count).
   *
   * <p>Time and memory are linear in the count: about 60 µs and 785 bytes per digit.
   *
   * @param count how many, at least 1
   * @param seed any number; other seeds give other digits
   * @return {@code count} images of 28 × 28 pixels in 10 classes
   * @throws IllegalArgumentException if the count is less than 1 or the pixels exceed one array
   */
  public static LabelledImages generate(int count, long seed) {
    checkArgument(
        count >= 1 && count <= MOST_IMAGES,
        "Expected to draw 1 to %s digits but got %s.",
        MOST_IMAGES,
        count);
    SeededRandom random = new SeededRandom(seed);
    int[] order = Permutation.identity(count);
    random.shuffle(order);
    byte[] labels = new byte[count];
    byte[] pixels = new byte[count * SIDE * SIDE];
    InkCanvas canvas = new InkCanvas(SIDE);
    for (int image = 0; image < count; image++) {
      int digit = order[image] % CLASSES;
      labels[image] = (byte) digit;
      canvas.clear();
      draw(write(digit, random), canvas);
      develop(canvas, random, pixels, image * SIDE * SIDE);
    }
    return LabelledImages.owning(SIDE, SIDE, pixels, labels, CLASSES);
  }

  /**
   * Draws a training and a test set and writes them under the four names of {@link MnistFile},
   * compressed. They load with {@link Mnist#load(Path, Mnist.Verification)} and {@link
   * Mnist.Verification#NONE}.
   *
   * @param directory where to; created if it is missing
   * @param trainCount how many digits to train on, at least 1
   * @param testCount how many digits to test with, at least 1
   * @param seed any number; training digits are {@code generate(trainCount, seed)}, test digits
   *     {@code generate(testCount, ~seed)}
   * @throws FileAlreadyExistsException if the directory has one of the files already, compressed or
   *     not: real digits are not overwritten
   * @throws IOException if writing fails
   * @throws IllegalArgumentException if a count is less than 1 or the pixels exceed one array
   */
  public static void write(Path directory, int trainCount, int testCount, long seed)
      throws IOException {
    LabelledImages train = generate(trainCount, seed);
    LabelledImages test = generate(testCount, ~seed);
    Files.createDirectories(directory);
    for (MnistFile file : MnistFile.values()) {
      for (String name : List.of(file.fileName(), file.gzipFileName())) {
        if (Files.exists(directory.resolve(name))) {
          throw new FileAlreadyExistsException(
              directory.resolve(name).toString(),
              null,
              "drawn digits would take its place: name an empty directory or move the file away.");
        }
      }
    }
    Idx.write(
        train,
        directory.resolve(MnistFile.TRAIN_IMAGES.gzipFileName()),
        directory.resolve(MnistFile.TRAIN_LABELS.gzipFileName()));
    Idx.write(
        test,
        directory.resolve(MnistFile.TEST_IMAGES.gzipFileName()),
        directory.resolve(MnistFile.TEST_LABELS.gzipFileName()));
  }

  /** Returns the strokes of a digit, each [x₀, y₀, x₁, y₁, …] in pixels. */
  private static List<double[]> write(int digit, SeededRandom random) {
    List<DigitGlyphs.Glyph> ways = DigitGlyphs.of(digit);
    List<double[]> strokes =
        ways.get(random.below(ways.size())).strokes().stream().map(double[]::clone).toList();
    bend(strokes, random);
    slant(strokes, random);
    place(strokes, random);
    return strokes;
  }

  /**
   * Moves every point by a slow wave along each axis, the way no hand draws the same curve twice.
   */
  private static void bend(List<double[]> strokes, SeededRandom random) {
    for (int axis = 0; axis < 2; axis++) {
      double waveX = random.uniform(-1, 1) * Math.PI / GLYPH_SIZE;
      double waveY = random.uniform(-1, 1) * Math.PI / GLYPH_SIZE;
      double phase = random.uniform(0, 2 * Math.PI);
      double height = random.uniform(0, 10);
      double otherWaveY = random.uniform(1, 2) * Math.PI / GLYPH_SIZE;
      double otherPhase = random.uniform(0, 2 * Math.PI);
      double otherHeight = random.uniform(0, 6);
      for (double[] stroke : strokes) {
        for (int i = 0; i < stroke.length; i += 2) {
          // Each axis is moved by where the point lay along the other one as well; a point that two
          // strokes share stays shared.
          double x = stroke[i];
          double y = stroke[i + 1];
          stroke[i + axis] +=
              height * StrictMath.sin(waveX * x + waveY * y + phase)
                  + otherHeight * StrictMath.sin(otherWaveY * y + otherPhase);
        }
      }
    }
  }

  /** Stretches, slants and turns, around the origin. */
  private static void slant(List<double[]> strokes, SeededRandom random) {
    double width = random.uniform(0.8, 1.25);
    double slant = random.uniform(-0.05, 0.4);
    double angle = random.uniform(-0.15, 0.15);
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    for (double[] stroke : strokes) {
      for (int i = 0; i < stroke.length; i += 2) {
        double x = width * stroke[i] - slant * stroke[i + 1];
        double y = stroke[i + 1];
        stroke[i] = cos * x - sin * y;
        stroke[i + 1] = sin * x + cos * y;
      }
    }
  }

  /** Scales to the box and moves to the middle of the image, give or take a pixel. */
  private static void place(List<double[]> strokes, SeededRandom random) {
    double[] size = new double[2];
    double[] centre = new double[2];
    for (int axis = 0; axis < 2; axis++) {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      double sum = 0;
      int points = 0;
      for (double[] stroke : strokes) {
        for (int i = axis; i < stroke.length; i += 2) {
          low = Math.min(low, stroke[i]);
          high = Math.max(high, stroke[i]);
          sum += stroke[i];
          points++;
        }
      }
      size[axis] = high - low;
      centre[axis] = 0.5 * (low + high) + 0.3 * (sum / points - 0.5 * (low + high));
    }
    double scale = random.uniform(0.8, 0.97) * BOX / Math.max(size[0], size[1]);
    for (int axis = 0; axis < 2; axis++) {
      double shift = random.uniform(-1, 1);
      for (double[] stroke : strokes) {
        for (int i = axis; i < stroke.length; i += 2) {
          stroke[i] = MIDDLE + shift + scale * (stroke[i] - centre[axis]);
        }
      }
    }
  }

  private static void draw(List<double[]> strokes, InkCanvas canvas) {
    for (double[] stroke : strokes) {
      for (int i = 2; i < stroke.length; i += 2) {
        canvas.segment(stroke[i - 2], stroke[i - 1], stroke[i], stroke[i + 1]);
      }
    }
  }

  /** Turns ink into grey pixels with noise: strong in the ink, faint on the paper. */
  private static void develop(InkCanvas canvas, SeededRandom random, byte[] pixels, int offset) {
    double radius = random.uniform(0.9, 1.6);
    double darkness = random.uniform(220, 255);
    for (int i = 0; i < SIDE * SIDE; i++) {
      double ink = canvas.ink(i, radius);
      double grey = darkness * ink + random.uniform(-1, 1) * (ink > 0 ? 16 : 6);
      pixels[offset + i] = (byte) Math.max(0, Math.min(255, StrictMath.rint(grey)));
    }
  }
}
