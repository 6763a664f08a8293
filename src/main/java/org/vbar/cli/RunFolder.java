package org.vbar.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.vbar.data.Batch;
import org.vbar.data.LabelledImages;
import org.vbar.data.Permutation;
import org.vbar.model.MlpParameters;
import org.vbar.train.CheckpointStore;
import org.vbar.train.Examples;
import org.vbar.train.Models;
import org.vbar.train.Pictures;
import org.vbar.train.RunRecord;
import org.vbar.train.Score;
import org.vbar.train.TrainingOutcome;
import org.vbar.train.TrainingPlan;
import org.vbar.train.World;

/** The folder of one run: checkpoints, the record, and in the end the model and the pictures. */
final class RunFolder {
  private static final String RECORD = "run.json";
  private static final int NEURONS = 100;
  private static final int DIGITS = 100;

  private final Path path;
  private final CheckpointStore checkpoints;

  RunFolder(Path path) {
    this.path = path;
    this.checkpoints = new CheckpointStore(path);
  }

  Path path() {
    return path;
  }

  CheckpointStore checkpoints() {
    return checkpoints;
  }

  /**
   * Makes the folder ready.
   *
   * @param resume whether to keep what is there
   * @throws CommandException if an unfinished run is there that would be overwritten
   */
  void prepare(boolean resume) throws IOException {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new CommandException("Expected a folder for --out but " + path + " is a file.");
    }
    Files.createDirectories(path);
    if (resume) {
      return;
    }
    if (checkpoints.isUsed() && !isFinished()) {
      throw new CommandException(
          "There is an unfinished run in "
              + path
              + ": continue it with --resume, or name another folder with --out.");
    }
    checkpoints.clear();
    Files.deleteIfExists(path.resolve(RECORD));
  }

  private boolean isFinished() throws IOException {
    Path record = path.resolve(RECORD);
    return Files.exists(record)
        && RunRecord.read(record).ending() != TrainingOutcome.Ending.STOPPED_ON_REQUEST;
  }

  void writeRecord(
      String title, TrainingPlan plan, World world, Examples training, TrainingOutcome outcome)
      throws IOException {
    RunRecord.of(title, plan, world, training, outcome).write(path.resolve(RECORD));
  }

  void writeModel(MlpParameters parameters) throws IOException {
    Models.write(path.resolve("model.safetensors"), parameters);
    Models.writeOnnx(path.resolve("model.onnx"), parameters);
  }

  void writePictures(
      String title,
      World world,
      Examples validation,
      Optional<LabelledImages> images,
      TrainingOutcome outcome)
      throws IOException {
    if (!outcome.epochs().isEmpty()) {
      Pictures.write(
          path.resolve("learning-curves.png"), Pictures.learningCurves(title, outcome.epochs()));
    }
    Score score = Score.of(world, validation);
    if (score.confusion().isPresent()) {
      Pictures.write(path.resolve("confusion.png"), Pictures.confusion(score.confusion().get()));
    }
    if (images.isPresent()) {
      LabelledImages digits = images.get();
      Pictures.write(
          path.resolve("first-layer.png"),
          Pictures.firstLayerWeights(world.parameters(), digits.imageRows(), NEURONS));
      Pictures.write(path.resolve("digits.png"), Pictures.digits(world, digits, DIGITS));
    } else {
      Batch points =
          validation.batch(Permutation.identity(validation.count()), 0, validation.count());
      Pictures.write(path.resolve("boundary.png"), Pictures.decisionBoundary(world, points));
    }
  }
}
