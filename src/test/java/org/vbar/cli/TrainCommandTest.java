package org.vbar.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vbar.data.LabelledImages;
import org.vbar.data.SyntheticDigits;
import org.vbar.model.MlpParameters;
import org.vbar.train.EpochFigures;
import org.vbar.train.Examples;
import org.vbar.train.MatrixWorld;
import org.vbar.train.Models;
import org.vbar.train.Preset;
import org.vbar.train.RunRecord;
import org.vbar.train.TrainingOutcome;
import org.vbar.train.World;

class TrainCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  private int train(String... options) {
    String[] arguments =
        Stream.concat(Stream.of("train"), Stream.of(options)).toArray(String[]::new);
    return Vbar.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  @Test
  void points_ofThePlane_leaveModelPicturesAndRecord() throws IOException {
    assertEquals(0, train("002", "--epochs", "2", "--out", folder.toString()), err::toString);
    assertTrue(out.toString().contains("\nepoch 2: training loss"), out::toString);
    MlpParameters model = Models.read(folder.resolve("model.safetensors"));
    assertEquals(Preset.named("002").spec(), model.spec());
    assertTrue(Files.size(folder.resolve("model.onnx")) > 100);
    RunRecord record = RunRecord.read(folder.resolve("run.json"));
    assertEquals(TrainingOutcome.Ending.COMPLETED, record.ending());
    assertEquals(2, record.epochs().size());
    assertTrue(record.world().startsWith("matrix, float, "), record.world());
    for (String picture : new String[] {"learning-curves", "confusion", "boundary"}) {
      assertTrue(ImageIO.read(folder.resolve(picture + ".png").toFile()).getWidth() > 100);
    }
  }

  @Test
  void mnistFolder_ofOtherDigits_isRefusedAndLeavesNothing() throws IOException {
    Path digits = folder.resolve("digits");
    SyntheticDigits.write(digits, 120, 40, 1);
    Path run = folder.resolve("run");
    assertEquals(1, train("001", "--mnist", digits.toString(), "--out", run.toString()));
    assertTrue(err.toString().contains("digits"), err::toString);
    assertFalse(err.toString().contains("\tat "), err::toString);
    assertFalse(Files.exists(run));
  }

  @Test
  void digits_leaveTheirPictures() throws IOException {
    LabelledImages images = SyntheticDigits.generate(30, 1);
    try (World world = new MatrixWorld(Preset.named("001").initialize(1))) {
      new RunFolder(folder)
          .writePictures(
              "digits",
              world,
              Examples.of(images),
              Optional.of(images),
              new TrainingOutcome(
                  TrainingOutcome.Ending.COMPLETED,
                  ImmutableList.of(new EpochFigures(1, 0.1, 1, 1, 0.5, 1))));
    }
    for (String picture : new String[] {"learning-curves", "confusion", "first-layer", "digits"}) {
      assertTrue(ImageIO.read(folder.resolve(picture + ".png").toFile()).getWidth() > 100);
    }
  }

  @ParameterizedTest
  @CsvSource({"scalar,", "matrix,float", "matrix,double"})
  void resume_afterSomeEpochs_givesTheBytesOfAnUninterruptedRun(String world, String precision)
      throws IOException {
    Path whole = folder.resolve("whole");
    Path parts = folder.resolve("parts");
    String[] choice =
        precision == null
            ? new String[] {"--world", world}
            : new String[] {"--world", world, "--precision", precision};
    assertEquals(0, run(whole, "5", "--threads", "1", choice));
    assertEquals(0, run(parts, "2", "--threads", "2", choice));
    assertEquals(0, run(parts, "5", "--resume", "--checkpoint-every=7", choice), err::toString);
    assertTrue(out.toString().contains("Continuing from the checkpoint."), out::toString);
    assertArrayEquals(
        Files.readAllBytes(whole.resolve("model.safetensors")),
        Files.readAllBytes(parts.resolve("model.safetensors")));
  }

  private int run(Path directory, String epochs, String one, String two, String[] others) {
    return train(
        Stream.concat(
                Stream.of("004", "--out", directory.toString(), "--epochs", epochs, one, two),
                Stream.of(others))
            .toArray(String[]::new));
  }

  @Test
  void resume_otherSettings_namesTheDifference() {
    assertEquals(0, train("004", "--epochs", "1", "--out", folder.toString()));
    assertEquals(
        1, train("004", "--epochs", "2", "--out", folder.toString(), "--resume", "--rate", "0.2"));
    assertTrue(
        err.toString()
            .contains(
                "learning rate: given Constant[rate=0.2], in the checkpoint Constant[rate=0.1]"),
        err::toString);
  }

  @Test
  void unfinishedRun_withoutResume_isNotOverwritten() throws IOException {
    assertEquals(0, train("004", "--epochs", "1", "--out", folder.toString()));
    assertEquals(0, train("004", "--epochs", "1", "--out", folder.toString()), "a finished one is");
    Files.delete(folder.resolve("run.json")); // as after a kill
    assertEquals(1, train("004", "--epochs", "1", "--out", folder.toString()));
    assertTrue(err.toString().contains("continue it with --resume"), err::toString);
  }

  @Test
  void quiet_printsNothing() {
    assertEquals(0, train("004", "--epochs", "1", "--quiet", "--out", folder.toString()));
    assertEquals("", out.toString());
    assertEquals("", err.toString());
  }

  @Test
  void optimizer_adam_isRecordedWithItsOwnRate() throws IOException {
    assertEquals(
        0, train("004", "--epochs", "1", "--optimizer", "adam", "--out", folder.toString()));
    RunRecord record = RunRecord.read(folder.resolve("run.json"));
    assertTrue(record.configuration().toString().contains("Adam[beta1=0.9"), record::toJson);
    assertEquals(0.001, record.epochs().get(0).learningRate(), 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--rate=-1",
        "--rate=NaN",
        "--epochs=0",
        "--batch=0",
        "--threads=0",
        "--images=0",
        "--optimizer=lion",
        "--checkpoint-every=soon",
        "--world=scalar --precision=float",
        "005"
      })
  void wrongOptions_areCallErrorsInOneSentence(String options) {
    assertEquals(2, train(options.split(" ")));
    String first = err.toString().lines().findFirst().orElseThrow();
    assertTrue(first.matches("(Expected|Invalid value|There is no preset).*"), first);
    assertFalse(err.toString().contains("\tat "), err::toString);
  }

  @Test
  void help_namesEveryPreset() {
    assertEquals(0, train("--help"));
    for (Preset preset : Preset.all()) {
      assertTrue(out.toString().contains("\n  " + preset.name() + " "), preset.name());
    }
  }
}
