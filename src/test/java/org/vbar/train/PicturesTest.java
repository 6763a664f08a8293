package org.vbar.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vbar.data.Batch;
import org.vbar.data.LabelledImages;
import org.vbar.data.Permutation;
import org.vbar.data.SyntheticDigits;
import org.vbar.data.ToyData;

class PicturesTest {
  /** The red of mistakes. */
  private static final int WRONG = 0xFFC03A2B;

  @TempDir Path directory;

  private static int count(BufferedImage picture, int color) {
    int count = 0;
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        count += picture.getRGB(x, y) == color ? 1 : 0;
      }
    }
    return count;
  }

  @Test
  void learningCurves_withGaps_areDrawn() throws IOException {
    BufferedImage picture =
        Pictures.learningCurves(
            "two epochs",
            List.of(
                new EpochFigures(1, 0.1, 2.3, 2.1, 0.5, 1),
                new EpochFigures(2, 0.1, Double.NaN, 1.1, 0.8, 1),
                new EpochFigures(3, 0.1, 0.9, 0.8, 0.9, 1)));
    assertTrue(count(picture, WRONG) > 100, "the validation loss is drawn");
    Path file = directory.resolve("curves.png");
    Pictures.write(file, picture);
    assertEquals(800, ImageIO.read(Files.newInputStream(file)).getWidth());
    assertThrows(IllegalArgumentException.class, () -> Pictures.learningCurves("none", List.of()));
  }

  @Test
  void confusion_mistakes_areRed() {
    ConfusionMatrix matrix = new ConfusionMatrix(2);
    matrix.add(0, 0);
    assertEquals(0, count(Pictures.confusion(matrix), WRONG));
    matrix.add(1, 0);
    assertTrue(count(Pictures.confusion(matrix), WRONG) > 500);
  }

  @Test
  void digits_untrainedNetwork_marksWrongOnes() {
    LabelledImages images = SyntheticDigits.generate(30, 1);
    World world = new MatrixWorld(Preset.named("001").initialize(1));
    int wrong = 30 - (int) Score.of(world, Examples.of(images)).confusion().orElseThrow().correct();
    assertTrue(wrong > 0);
    assertTrue(count(Pictures.digits(world, images, 30), WRONG) > 100 * wrong);
  }

  @Test
  void firstLayerWeights_shape_followsNeurons() {
    BufferedImage picture = Pictures.firstLayerWeights(Preset.named("001").initialize(1), 28, 16);
    assertEquals(4 * (28 * 2 + 4) + 4, picture.getWidth());
    assertThrows(
        IllegalArgumentException.class,
        () -> Pictures.firstLayerWeights(Preset.named("001").initialize(1), 27, 16));
  }

  @Test
  void decisionBoundary_trainedNetwork_hasBothColours() throws IOException {
    Preset preset = Preset.named("002");
    Examples points = preset.examples(Optional.empty()).validation();
    World world = new MatrixWorld(preset.initialize(0));
    new TrainingRun(
            preset.plan(0).withEpochs(50), world, preset.examples(Optional.empty()).training())
        .run();
    Batch all = points.batch(Permutation.identity(points.count()), 0, points.count());
    BufferedImage picture = Pictures.decisionBoundary(world, all);
    assertEquals(500, picture.getWidth());
    assertTrue(count(picture, 0xFF222222) > 100, "the line at ½ is drawn");
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Pictures.decisionBoundary(
                new MatrixWorld(Preset.named("001").initialize(1)), ToyData.xor(4, 0, 1)));
  }
}
