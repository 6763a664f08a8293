package org.vbar.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.vbar.data.Batch;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;
import org.vbar.train.MatrixWorld;
import org.vbar.train.Models;
import org.vbar.train.Prediction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vbar predict MODEL IMAGE}: asks a trained network which digit a picture shows. */
@Command(
    name = "predict",
    description = "Says which digit a picture shows, with the probability of every digit.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  vbar predict runs/003/model.safetensors seven.png"})
final class PredictCommand implements Callable<Integer> {
  private static final int CLASSES = 10;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "The model.safetensors of vbar train.")
  private Path model;

  @Parameters(
      index = "1",
      paramLabel = "IMAGE",
      description = "A picture of one digit, such as a PNG of any size.")
  private Path image;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    MlpParameters parameters = Models.read(model);
    MlpSpec network = parameters.spec();
    int pixels = DigitImage.SIDE * DigitImage.SIDE;
    if (network.inputs() != pixels || network.outputs() != CLASSES) {
      throw new CommandException(
          "Expected a model for digits, with 784 inputs and 10 outputs, but "
              + model
              + " has "
              + network
              + ": train one with vbar train 003.");
    }
    DigitImage digit = DigitImage.read(image);
    Prediction prediction =
        new MatrixWorld(parameters)
            .predict(Batch.classification(pixels, digit.pixels(), new int[1], CLASSES));
    PrintWriter out = spec.commandLine().getOut();
    out.println("Image: " + digit.description());
    boolean softmax = network.loss() == LossKind.SOFTMAX_CROSS_ENTROPY;
    double[] y = outputs(prediction);
    TextTable table = new TextTable("digit", softmax ? "probability" : "output");
    double[] shown = softmax ? softmax(y) : y;
    for (int k = 0; k < CLASSES; k++) {
      table.row(String.valueOf(k), String.format(Locale.ROOT, "%.4f", shown[k]));
    }
    out.println();
    out.print(table);
    out.println();
    out.println("This is a " + prediction.classOf(0) + ".");
    return 0;
  }

  private static double[] outputs(Prediction prediction) {
    double[] outputs = new double[CLASSES];
    for (int k = 0; k < CLASSES; k++) {
      outputs[k] = prediction.output(0, k);
    }
    return outputs;
  }

  /** e^(aₖ − M) / Σⱼ e^(aⱼ − M) with M the largest logit, so that nothing overflows. */
  private static double[] softmax(double[] logits) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double a : logits) {
      largest = Math.max(largest, a);
    }
    double[] y = new double[logits.length];
    double sum = 0;
    for (int k = 0; k < y.length; k++) {
      y[k] = Math.exp(logits[k] - largest);
      sum += y[k];
    }
    for (int k = 0; k < y.length; k++) {
      y[k] /= sum;
    }
    return y;
  }
}
