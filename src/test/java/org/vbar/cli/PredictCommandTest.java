package org.vbar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vbar.data.LabelledImages;
import org.vbar.data.SyntheticDigits;
import org.vbar.train.MatrixWorld;
import org.vbar.train.Models;
import org.vbar.train.Prediction;
import org.vbar.train.Preset;
import org.vbar.train.Trainer;

class PredictCommandTest {
  private static final LabelledImages DIGITS = SyntheticDigits.generate(400, 1);

  @TempDir static Path shared;
  private static Path model = Path.of("none");
  private static MatrixWorld world = new MatrixWorld(Preset.named("001").initialize(1));

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  @BeforeAll
  static void train() throws IOException {
    Trainer.plain(world).epoch(DIGITS, 20, 0.2, 1);
    model = shared.resolve("model.safetensors");
    Models.write(model, world.parameters());
  }

  private int predict(Path modelFile, Path image) {
    return Vbar.run(
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        "predict",
        modelFile.toString(),
        image.toString());
  }

  private Path write(BufferedImage picture) throws IOException {
    Path file = folder.resolve("digit.png");
    assertTrue(ImageIO.write(picture, "png", file.toFile()));
    return file;
  }

  /** A digit as MNIST has it, each pixel {@code zoom} times as large. */
  private static BufferedImage picture(int digit, int zoom) {
    BufferedImage picture = new BufferedImage(28 * zoom, 28 * zoom, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < 28 * zoom; y++) {
      for (int x = 0; x < 28 * zoom; x++) {
        picture.getRaster().setSample(x, y, 0, DIGITS.pixel(digit, y / zoom, x / zoom));
      }
    }
    return picture;
  }

  @Test
  void sameSize_isTakenAsItIs() throws IOException {
    BufferedImage rgb = new BufferedImage(28, 28, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 28; y++) {
      for (int x = 0; x < 28; x++) {
        int grey = DIGITS.pixel(3, y, x);
        rgb.setRGB(x, y, new Color(grey, grey, grey).getRGB());
      }
    }
    DigitImage image = DigitImage.read(write(rgb));
    assertEquals("28 × 28 pixels", image.description());
    double[] expected = DIGITS.batch(3, 4).inputs();
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], image.pixels()[i], 1e-15);
    }
  }

  @Test
  void predict_digit_printsTheModelsProbabilities() throws IOException {
    assertEquals(0, predict(model, write(picture(3, 1))), err::toString);
    Prediction prediction = world.predict(DIGITS.batch(3, 4));
    double[] logits = new double[10];
    Arrays.setAll(logits, k -> prediction.output(0, k));
    double sum = Arrays.stream(logits).map(Math::exp).sum();
    for (int k = 0; k < 10; k++) {
      String row = String.format(Locale.ROOT, "  %d      %.4f", k, Math.exp(logits[k]) / sum);
      assertTrue(out.toString().contains(row + "\n"), row + " in " + out);
    }
    assertTrue(out.toString().contains("This is a " + prediction.classOf(0) + "."), out::toString);
  }

  @Test
  void larger_isResizedByMeans() throws IOException {
    BufferedImage grid = new BufferedImage(56, 56, BufferedImage.TYPE_BYTE_GRAY);
    grid.getRaster().setSample(10, 10, 0, 255);
    grid.getRaster().setSample(11, 11, 0, 255);
    DigitImage image = DigitImage.read(write(grid));
    assertEquals("56 × 56 pixels; resized to 28 × 28", image.description());
    assertEquals(0.5, image.pixels()[5 * 28 + 5], 1e-12);
    assertEquals(0.5, Arrays.stream(image.pixels()).sum(), 1e-12);
  }

  @Test
  void darkOnWhiteAndWide_isInvertedAndFilledUp() throws IOException {
    BufferedImage paper = new BufferedImage(280, 140, BufferedImage.TYPE_INT_ARGB);
    Graphics2D g = paper.createGraphics();
    g.setColor(Color.RED);
    g.fillRect(100, 40, 80, 60); // on transparent ground
    g.dispose();
    DigitImage image = DigitImage.read(write(paper));
    for (String done : new String[] {"white paper", "turned to grey", "inverted", "filled up"}) {
      assertTrue(image.description().contains(done), image.description());
    }
    assertEquals(0, image.pixels()[0], 0); // filled up
    assertEquals(0, image.pixels()[14 * 28], 1e-12); // paper
    assertEquals(1 - 0.299, image.pixels()[14 * 28 + 14], 1e-12); // red ink
  }

  @Test
  void damagedOrForeign_isOneSentence() throws IOException {
    Path good = write(picture(3, 1));
    byte[] bytes = Files.readAllBytes(good);
    Path cut = folder.resolve("cut.png");
    Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));
    Path text = folder.resolve("text.png");
    Files.writeString(text, "no picture");
    Path points = folder.resolve("points.safetensors");
    Models.write(points, Preset.named("002").initialize(1));
    Path missing = folder.resolve("missing");
    refuses(model, cut, "is damaged");
    refuses(model, text, "is something else");
    refuses(model, missing, "There is no picture");
    refuses(points, good, "784 inputs");
    refuses(good, good, "is no model that vbar can read");
    refuses(missing, good, "There is no file");
  }

  private void refuses(Path modelFile, Path image, String message) {
    err.getBuffer().setLength(0);
    assertEquals(1, predict(modelFile, image));
    assertTrue(err.toString().contains(message), err::toString);
    assertEquals(1, err.toString().lines().count(), err::toString);
    assertFalse(err.toString().contains("null"), err::toString);
  }
}
