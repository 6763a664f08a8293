package org.vbar.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.vbar.export.HtmlStepper;
import org.vbar.export.StepperMatrix;
import org.vbar.export.StepperMatrix.Product;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.layer.BackwardPass;
import org.vbar.layer.ForwardPass;
import org.vbar.layer.Matrix;
import org.vbar.layer.Network;
import org.vbar.model.Activation;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;
import org.vbar.scalar.ScalarBatch;
import org.vbar.scalar.ScalarMlp;
import org.vbar.scalar.ScalarPass;

/**
 * A stepper of a multilayer perceptron: the scalar graph, and beside it the matrices of the other
 * world with the product that each is made of.
 */
public final class MlpStepper {
  private final MlpSpec spec;
  private final ScalarMlp mlp;
  private final ScalarBatch batch;
  private final MlpParameters parameters;
  private final ForwardPass pass;
  private final BackwardPass adjoints;
  private final List<StepperMatrix> matrices = new ArrayList<>();

  private MlpStepper(MlpSpec spec, MlpParameters parameters, double[] inputs, double[] targets) {
    this.spec = spec;
    this.mlp = ScalarMlp.record(new Graph(), spec, parameters);
    this.batch = minibatch(mlp, inputs, targets);
    this.parameters = parameters;
    Network network = Network.of(spec, parameters);
    int samples = batch.passes().size();
    this.pass = network.forward(Matrix.of(samples, spec.inputs(), inputs));
    this.adjoints = network.backward(pass, Matrix.of(samples, spec.outputs(), targets));
  }

  /** One sample needs no group of its own and no mean. */
  private static ScalarBatch minibatch(ScalarMlp mlp, double[] inputs, double[] targets) {
    if (inputs.length != mlp.spec().inputs()) {
      return mlp.minibatch(inputs, targets);
    }
    ScalarPass only = mlp.forward(inputs);
    return new ScalarBatch(List.of(only), only.loss(targets).named("loss"));
  }

  /**
   * Records the loss of a minibatch, computes it again with matrices, and prepares the page.
   *
   * @param inputs row-major [batch × in]. Not modified.
   * @param targets row-major [batch × out]. Not modified.
   * @throws IllegalArgumentException if the parameters are of another spec or the lengths do not
   *     fit
   */
  public static HtmlStepper of(
      MlpSpec spec, MlpParameters parameters, double[] inputs, double[] targets) {
    MlpStepper stepper = new MlpStepper(spec, parameters, inputs, targets);
    return HtmlStepper.of(stepper.batch.loss()).matrices(stepper.matrices());
  }

  private List<StepperMatrix> matrices() {
    int layers = spec.layers().size();
    List<Node> x = nodes(ScalarPass::inputs);
    add("X", false, pass.input(), x, "one sample per row", Optional.empty());
    for (int l = 0; l < layers; l++) {
      forward(l);
    }
    for (int l = layers - 1; l >= 0; l--) {
      backward(l);
    }
    add(
        bar("X"),
        true,
        adjoints.input(),
        x,
        bar("X") + " = " + bar("A1") + " · W1ᵀ",
        Optional.of(new Product(Optional.of(bar("A1")), false, "W1", true, "")));
    return matrices;
  }

  private void forward(int l) {
    String n = Integer.toString(l + 1);
    String before = l == 0 ? "X" : activation(l - 1);
    List<Node> a = nodes(p -> p.preActivations(l));
    add("W" + n, false, weights(l), mlp.weights(l), "weights [in × out]", Optional.empty());
    if (spec.hasBiases()) {
      add("b" + n, false, biases(l), mlp.biases(l), "biases", Optional.empty());
    }
    String plus = spec.hasBiases() ? "b" + n : "";
    add(
        "A" + n,
        false,
        pass.preActivation(l),
        a,
        "A" + n + " = " + before + " · W" + n + (plus.isEmpty() ? "" : " + " + plus),
        Optional.of(new Product(Optional.of(before), false, "W" + n, false, plus)));
    if (!isIdentity(l)) {
      add(
          "Z" + n,
          false,
          pass.activation(l),
          nodes(p -> p.activations(l)),
          "Z" + n + " = φ(A" + n + "), " + phi(l),
          Optional.empty());
    }
  }

  private void backward(int l) {
    String n = Integer.toString(l + 1);
    String next = Integer.toString(l + 2);
    boolean last = l == spec.layers().size() - 1;
    String aBar = bar("A" + n);
    boolean lossUsesActivation = !last || !spec.loss().isComputedFromLogits();
    if (!isIdentity(l) && lossUsesActivation) {
      String zBar = bar("Z" + n);
      add(
          zBar,
          true,
          adjoints.activation(l),
          nodes(p -> p.activations(l)),
          last ? zBar + " = ∂loss/∂Z" + n : zBar + " = " + bar("A" + next) + " · W" + next + "ᵀ",
          last
              ? Optional.empty()
              : Optional.of(
                  new Product(Optional.of(bar("A" + next)), false, "W" + next, true, "")));
    }
    String from =
        isIdentity(l) || !lossUsesActivation
            ? (last ? "∂loss/∂A" + n : bar("A" + next) + " · W" + next + "ᵀ")
            : bar("Z" + n) + " ∘ φ′(A" + n + "), ∘ entry by entry";
    add(
        aBar,
        true,
        adjoints.preActivation(l),
        nodes(p -> p.preActivations(l)),
        aBar + " = " + from,
        isIdentity(l) && !last
            ? Optional.of(new Product(Optional.of(bar("A" + next)), false, "W" + next, true, ""))
            : Optional.empty());
    String before = l == 0 ? "X" : activation(l - 1);
    add(
        bar("W" + n),
        true,
        adjoints.weights(l),
        mlp.weights(l),
        bar("W" + n) + " = " + before + "ᵀ · " + aBar,
        Optional.of(new Product(Optional.of(before), true, aBar, false, "")));
    if (spec.hasBiases()) {
      add(
          bar("b" + n),
          true,
          adjoints.biases(l),
          mlp.biases(l),
          bar("b" + n) + " = 1ᵀ · " + aBar + ", sums over samples",
          Optional.of(new Product(Optional.empty(), false, aBar, false, "")));
    }
  }

  private String activation(int l) {
    return (isIdentity(l) ? "A" : "Z") + (l + 1);
  }

  private boolean isIdentity(int l) {
    return spec.layers().get(l).activation() == Activation.IDENTITY;
  }

  private String phi(int l) {
    return spec.layers().get(l).activation().name().toLowerCase(Locale.ROOT);
  }

  private Matrix weights(int l) {
    return Matrix.of(
        spec.layers().get(l).inputs(), spec.layers().get(l).outputs(), parameters.weights(l));
  }

  private Matrix biases(int l) {
    return Matrix.of(1, spec.layers().get(l).outputs(), parameters.biases(l));
  }

  /** The nodes of one sample. */
  private interface NodesOfPass {
    List<Node> of(ScalarPass pass);
  }

  private List<Node> nodes(NodesOfPass which) {
    return batch.passes().stream().flatMap(p -> which.of(p).stream()).toList();
  }

  private void add(
      String name,
      boolean adjoint,
      Matrix numbers,
      List<Node> nodes,
      String equation,
      Optional<Product> product) {
    matrices.add(
        new StepperMatrix(
            name,
            adjoint,
            numbers.rows(),
            numbers.columns(),
            nodes,
            Arrays.stream(numbers.array()).boxed().toList(),
            equation,
            product));
  }

  /** X̄ of X, W̄1 of W1. */
  private static String bar(String name) {
    return name.charAt(0) + "\u0304" + name.substring(1);
  }
}
