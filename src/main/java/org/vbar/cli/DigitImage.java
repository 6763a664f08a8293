package org.vbar.cli;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * A picture from a file as a network for MNIST sees it: 28 × 28 numbers from 0 (ground) to 1 (ink),
 * the digit light on a dark ground.
 *
 * @param pixels row-major. The array itself.
 * @param description what was done to the picture, as one line
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record DigitImage(double[] pixels, String description) {
  static final int SIDE = 28;

  /** About 400 MB when decoded; anything larger is no picture of a digit. */
  private static final long MOST_PIXELS = 100_000_000L;

  /** A picture in grey, 0 black to 1 white. */
  private record Grey(double[] values, int width, int height) {}

  /**
   * Reads a picture.
   *
   * @throws CommandException if the file is no picture that Java can read, or damaged
   */
  static DigitImage read(Path file) throws IOException {
    BufferedImage picture = decode(file);
    List<String> done = new ArrayList<>();
    done.add(picture.getWidth() + " × " + picture.getHeight() + " pixels");
    Grey grey = grey(picture, done);
    if (borderMean(grey) > 0.5) {
      done.add("inverted, because its border is light and MNIST is light on dark");
      double[] values = grey.values;
      for (int i = 0; i < values.length; i++) {
        values[i] = 1 - values[i];
      }
    }
    if (grey.width != SIDE || grey.height != SIDE) {
      done.add("resized to 28 × 28");
      if (grey.width != grey.height) {
        done.add("filled up with dark ground to keep its proportions");
      }
    }
    return new DigitImage(resize(grey), String.join("; ", done));
  }

  private static BufferedImage decode(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new CommandException("There is no picture " + file + ".");
    }
    try (ImageInputStream stream = ImageIO.createImageInputStream(file.toFile())) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw new CommandException(
            "Expected a picture such as a PNG but " + file + " is something else.");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(stream);
        checkSize(file, (long) reader.getWidth(0) * reader.getHeight(0));
        return reader.read(0);
      } catch (IOException | RuntimeException damaged) {
        if (damaged instanceof CommandException) {
          throw damaged;
        }
        throw new CommandException(
            "The picture " + file + " is damaged: " + damaged.getMessage() + ".");
      } finally {
        reader.dispose();
      }
    }
  }

  private static void checkSize(Path file, long pixels) {
    if (pixels > MOST_PIXELS) {
      throw new CommandException(
          "Expected a picture of at most 100 million pixels but "
              + file
              + " has "
              + pixels
              + ": make it smaller.");
    }
  }

  /** Transparent pixels become white paper. */
  private static Grey grey(BufferedImage picture, List<String> done) {
    int width = picture.getWidth();
    boolean isGrey = picture.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
    double[] values = new double[width * picture.getHeight()];
    boolean coloured = false;
    boolean transparent = false;
    for (int i = 0; i < values.length; i++) {
      int x = i % width;
      int y = i / width;
      int argb = picture.getRGB(x, y);
      double opacity = (argb >>> 24) / 255.0;
      coloured |= !isGrey && !isNeutral(argb);
      transparent |= opacity < 1;
      values[i] = opacity * (isGrey ? sample(picture, x, y) : luminance(argb)) + (1 - opacity);
    }
    if (transparent) {
      done.add("put on white paper");
    }
    if (coloured) {
      done.add("turned to grey");
    }
    return new Grey(values, width, picture.getHeight());
  }

  /** The stored number: Java takes grey pictures for linear, so getRGB would brighten them. */
  private static double sample(BufferedImage picture, int x, int y) {
    double largest = Math.pow(2, picture.getSampleModel().getSampleSize(0)) - 1;
    return picture.getRaster().getSample(x, y, 0) / largest;
  }

  private static boolean isNeutral(int rgb) {
    int blue = rgb & 0xFF;
    return (rgb >> 16 & 0xFF) == blue && (rgb >> 8 & 0xFF) == blue;
  }

  private static double luminance(int rgb) {
    return (0.299 * (rgb >> 16 & 0xFF) + 0.587 * (rgb >> 8 & 0xFF) + 0.114 * (rgb & 0xFF)) / 255;
  }

  private static double borderMean(Grey grey) {
    double sum = 0;
    int count = 0;
    for (int i = 0; i < grey.values.length; i++) {
      int x = i % grey.width;
      int y = i / grey.width;
      if (x == 0 || y == 0 || x == grey.width - 1 || y == grey.height - 1) {
        sum += grey.values[i];
        count++;
      }
    }
    return sum / count;
  }

  /** The mean over the area of each new pixel; outside of the picture is dark. */
  private static double[] resize(Grey grey) {
    double scale = Math.max(grey.width, grey.height) / (double) SIDE;
    double left = (grey.width - SIDE * scale) / 2;
    double top = (grey.height - SIDE * scale) / 2;
    double[] pixels = new double[SIDE * SIDE];
    for (int row = 0; row < SIDE; row++) {
      for (int column = 0; column < SIDE; column++) {
        pixels[row * SIDE + column] =
            areaSum(grey, left + column * scale, top + row * scale, scale) / (scale * scale);
      }
    }
    return pixels;
  }

  private static double areaSum(Grey grey, double left, double top, double side) {
    double sum = 0;
    int bottom = (int) Math.min(grey.height, Math.ceil(top + side));
    int right = (int) Math.min(grey.width, Math.ceil(left + side));
    for (int y = (int) Math.max(0, Math.floor(top)); y < bottom; y++) {
      double height = Math.min(y + 1, top + side) - Math.max(y, top);
      for (int x = (int) Math.max(0, Math.floor(left)); x < right; x++) {
        double width = Math.min(x + 1, left + side) - Math.max(x, left);
        sum += width * height * grey.values[y * grey.width + x];
      }
    }
    return sum;
  }
}
