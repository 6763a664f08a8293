package org.vbar.cli;

import java.io.PrintWriter;
import org.vbar.data.Batch;
import org.vbar.data.ToyData;
import org.vbar.layer.Matrix;
import org.vbar.model.Initializer;
import org.vbar.model.MlpParameters;
import org.vbar.train.MatrixWorld;
import org.vbar.train.ScalarWorld;
import org.vbar.train.Trainer;

/** The second part of the tour: one training run in both worlds, from the same initial weights. */
final class ToyTour {
  private static final long DATA_SEED = 4;
  private static final long WEIGHT_SEED = 14;
  private static final int POINTS = 100;
  private static final int STEPS = 1000;
  private static final double LEARNING_RATE = 2;

  private final PrintWriter out;

  ToyTour(PrintWriter out) {
    this.out = out;
  }

  void run() {
    TourCommand.heading(out, "3  Training it in both worlds on two moons");
    Batch moons = ToyData.twoMoons(POINTS, 0.1, DATA_SEED);
    MlpParameters initial =
        MlpParameters.initialize(ClassifierTour.SPEC, Initializer.HE, WEIGHT_SEED);
    ScalarWorld scalar = new ScalarWorld(initial.copy());
    MatrixWorld matrix = new MatrixWorld(initial.copy());
    Trainer scalarTrainer = Trainer.plain(scalar);
    Trainer matrixTrainer = Trainer.plain(matrix);
    TextTable table =
        new TextTable("step", "loss, scalar", "loss, matrix", "largest |ΔW|", "accuracy");
    for (int step = 0; step <= STEPS; step++) {
      double scalarLoss = scalarTrainer.step(moons, LEARNING_RATE);
      double matrixLoss = matrixTrainer.step(moons, LEARNING_RATE);
      if (step % (STEPS / 5) == 0) {
        table.row(
            Integer.toString(step),
            String.format(java.util.Locale.ROOT, "%.12f", scalarLoss),
            String.format(java.util.Locale.ROOT, "%.12f", matrixLoss),
            Numbers.brief(largestDifference(scalar.parameters(), matrix.parameters())),
            Numbers.brief(accuracy(matrix, moons)));
      }
    }
    out.println("The output is rounded to 0 or 1 only for the accuracy, at inference: round() has");
    out.println(
        "derivative 0, so training uses the fractional output. Without biases the boundary");
    out.println("passes through the origin, which costs some points.");
    out.println();
    out.println(table);
  }

  private static double largestDifference(MlpParameters a, MlpParameters b) {
    double[] x = a.toArray();
    double[] y = b.toArray();
    double largest = 0;
    for (int k = 0; k < x.length; k++) {
      largest = Math.max(largest, Math.abs(x[k] - y[k]));
    }
    return largest;
  }

  static double accuracy(MatrixWorld world, Batch batch) {
    int[] classes =
        world.network().classify(Matrix.view(batch.rows(), batch.columns(), batch.inputs()));
    int right = 0;
    for (int k = 0; k < classes.length; k++) {
      right += classes[k] == batch.labels()[k] ? 1 : 0;
    }
    return right / (double) classes.length;
  }
}
