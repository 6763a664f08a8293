package org.vbar.check;

import static org.vbar.check.Calculations.delta;
import static org.vbar.check.Calculations.diagonal;
import static org.vbar.check.Calculations.matrix;
import static org.vbar.check.Calculations.numbers;
import static org.vbar.check.Calculations.scalar;
import static org.vbar.check.Calculations.sigmoid;
import static org.vbar.check.Calculations.sigmoidDerivative;
import static org.vbar.check.Calculations.softmaxRows;
import static org.vbar.check.Calculations.sum;
import static org.vbar.check.Calculations.total;

import com.google.common.collect.ImmutableList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.vbar.graph.Node;
import org.vbar.layer.Matrix;

/**
 * The code of "ML Foundations: Understanding the Math Behind Backpropagation", which has samples in
 * rows, and the formulas for batches that its source keeps in comments.
 */
final class ColumnCode {
  static final String DOCUMENT = "003_5e1d1cd5ad3d1bee.txt";

  private static final int N = 4;
  private static final int D = 3;
  private static final int H = 6;
  private static final int K = 5;

  private final Truth truth = new Truth(ColumnCode::record);
  private final FormulaTable table = new FormulaTable(DOCUMENT, truth);

  private final Matrix x = truth.value("X");
  private final Matrix w1 = truth.value("w1");
  private final Matrix b1 = truth.value("b1");
  private final Matrix w2 = truth.value("w2");
  private final Matrix b2 = truth.value("b2");
  private final Matrix y = truth.value("y");
  private final Matrix z1 = truth.value("z1");
  private final Matrix h = truth.value("h");
  private final Matrix z2 = truth.value("z2");
  private final Matrix p = truth.value("f_k");

  private final Matrix dz2 = p.minus(y);
  private final Matrix dz1 = dz2.timesTranspose(w2).hadamard(sigmoidDerivative(z1));

  private static int label(int sample) {
    return (3 * sample + 1) % K;
  }

  private static void record(Recording r) {
    record(r, Node::sigmoid);
  }

  private static void record(Recording r, Function<Node, Node> activation) {
    Recording.Array x = r.leaf("X", numbers(41, N, D));
    Recording.Array w1 = r.leaf("w1", numbers(42, D, H));
    Recording.Array b1 = r.leaf("b1", numbers(43, 1, H));
    Recording.Array w2 = r.leaf("w2", numbers(44, H, K));
    Recording.Array b2 = r.leaf("b2", numbers(45, 1, K));
    Recording.Array y = r.leaf("y", matrix(N, K, (i, k) -> delta(label(i), k)));
    Recording.Array z1 = r.name("z1", x.times(w1).plus(b1));
    Recording.Array h = r.name("h", z1.map(activation));
    Recording.Array z2 = r.name("z2", h.times(w2).plus(b2));
    Recording.Array prediction = r.name("f_k", z2.softmax());
    Recording.Array terms = y.combine(prediction.map(Node::log), Node::times);
    Recording.Array sum = r.name("sum of losses", terms.sum().map(Node::negated));
    r.name("loss", sum.map(total -> total.dividedBy(N)));
    r.name("deviation", deviation(r, D, H));
    r.name("second deviation", deviation(r, H, K));
    Node zero = z2.at(0).times(0);
    int[] predicted = IntStream.range(0, N).map(i -> largest(i, prediction)).toArray();
    r.name("predicted", column(i -> zero.plus(predicted[i])));
    r.name("labels", column(i -> zero.plus(label(i))));
    long correct = IntStream.range(0, N).filter(i -> predicted[i] == label(i)).count();
    r.name(
        "accuracy", new Recording.Array(1, 1, List.of(zero.plus((double) correct).dividedBy(N))));
  }

  private static Recording.Array column(IntFunction<Node> entry) {
    return new Recording.Array(N, 1, IntStream.range(0, N).mapToObj(entry).toList());
  }

  /** The class whose entry of a row is the largest. */
  private static int largest(int row, Recording.Array matrix) {
    int largest = 0;
    for (int k = 1; k < matrix.columns(); k++) {
      largest = matrix.at(row, k).value() > matrix.at(row, largest).value() ? k : largest;
    }
    return largest;
  }

  private static int largest(int row, Matrix matrix) {
    double[] entries = matrix.array();
    return IntStream.range(0, K)
        .boxed()
        .max(Comparator.comparingDouble(k -> entries[row * K + k]))
        .orElseThrow();
  }

  /** Glorot's √(2/(inputs + outputs)). */
  private static Recording.Array deviation(Recording r, int inputs, int outputs) {
    Recording.Array sizes = r.leaf("sizes", Matrix.of(1, 2, inputs, outputs));
    Node sum = sizes.at(0).plus(sizes.at(1));
    return new Recording.Array(1, 1, List.of(sum.reciprocal().times(2).sqrt()));
  }

  static ImmutableList<FormulaRow> rows() {
    return new ColumnCode().measure();
  }

  private ImmutableList<FormulaRow> measure() {
    comments();
    functions();
    gradients();
    otherActivation();
    updates();
    evaluation();
    return table.rows();
  }

  private void comments() {
    table.at("Summary, comment on batches");
    table
        .value(
            "(comment) L = -(1/N) Σ_n Σ_i y_i^(n) log(ŷ_i^(n))",
            "loss",
            () -> scalar(-total(y.hadamard(p.map(Math::log))) / N))
        .holds();
    // Here W⁽²⁾ is [K × n_h], the transpose of the code's w2.
    String transposed =
        "the gradient is stored as the code stores its weights, [inputs × outputs], and not as W was defined";
    Matrix inner = dz1;
    table
        .derivative(
            "(comment) ∂ℒ/∂W⁽¹⁾ = (1/N) Xᵀ [((ŷ - y) W⁽²⁾) ⊙ h ⊙ (1 - h)]",
            "loss",
            "w1",
            () -> x.transposeTimes(inner).scaled(1.0 / N).transpose())
        .onlyIf(transposed, () -> x.transposeTimes(inner).scaled(1.0 / N));
    table
        .derivative(
            "(comment) ∂ℒ/∂b⁽¹⁾ = (1/N) Σ ((ŷ - y) W⁽²⁾) ⊙ h ⊙ (1 - h)",
            "loss",
            "b1",
            () -> inner.columnSums().scaled(1.0 / N))
        .holds();
    table
        .derivative(
            "(comment) ∂ℒ/∂W⁽²⁾ = (1/N) hᵀ (ŷ - y)",
            "loss",
            "w2",
            () -> h.transposeTimes(dz2).scaled(1.0 / N).transpose())
        .onlyIf(transposed, () -> h.transposeTimes(dz2).scaled(1.0 / N));
    table
        .derivative(
            "(comment) ∂ℒ/∂b⁽²⁾ = (1/N) Σ (ŷ - y)",
            "loss",
            "b2",
            () -> dz2.columnSums().scaled(1.0 / N))
        .holds();
  }

  private void functions() {
    table.at("Python Implementation");
    table
        .value(
            "sigmoid: return 1 / (1 + np.exp(-z))", "h", () -> z1.map(a -> 1 / (1 + Math.exp(-a))))
        .holds();
    table
        .derivative(
            "sigmoid_derivative: return sigmoid(z) * (1 - sigmoid(z))",
            "h",
            "z1",
            () -> diagonal(sigmoid(z1).hadamard(sigmoid(z1).map(s -> 1 - s))))
        .holds();
    table
        .value(
            "softmax: exp_z / exp_z.sum(axis=1, keepdims=True)",
            "f_k",
            () -> softmaxRows(z2.map(a -> a - 1)))
        .holds();
    table
        .value(
            "self.w1 = np.random.randn(…) * np.sqrt(1. / input_dim), called Xavier",
            "deviation",
            () -> scalar(Math.sqrt(1.0 / D)))
        .onlyIf(
            "the layer has as many inputs as outputs: the cited paper takes √(2/(inputs + outputs)); for 784-256 the code's standard deviation is 0.81 of it",
            new Truth(r -> r.name("deviation", deviation(r, D, D))),
            () -> scalar(Math.sqrt(1.0 / D)));
    table
        .value(
            "self.w2 = np.random.randn(…) * np.sqrt(1. / hidden_dim), called Xavier",
            "second deviation",
            () -> scalar(Math.sqrt(1.0 / H)))
        .onlyIf(
            "the layer has as many inputs as outputs; for 256-10 the code's standard deviation is 0.72 of the paper's",
            new Truth(r -> r.name("second deviation", deviation(r, H, H))),
            () -> scalar(Math.sqrt(1.0 / H)));
    table.value("z1 = np.dot(X, self.w1) + self.b1", "z1", () -> x.times(w1).addRow(b1)).holds();
    table.value("h = self.activation(z1)", "h", () -> sigmoid(z1)).holds();
    table.value("z2 = np.dot(h, self.w2) + self.b2", "z2", () -> h.times(w2).addRow(b2)).holds();
    table.value("f_k = softmax(z2)", "f_k", () -> softmaxRows(z2)).holds();
    table.value("predict: y_hat = np.argmax(f_k, axis=1)", "predicted", () -> classes(p)).holds();
  }

  /** argmax of every row. */
  private static Matrix classes(Matrix probabilities) {
    return matrix(N, 1, (i, j) -> largest(i, probabilities));
  }

  private void gradients() {
    table.at("Python Implementation, compute_grad");
    String sumOfLosses =
        "A sum over the batch where the mean belongs, which the loss, the biases and the text have (here N = 4; the document trains with 64)";
    String batchMean =
        "the loss is the sum over the batch; the document's loss is the mean, so 1/N is missing here";
    table
        .derivative("dz2 = y_hat - y", "loss", "z2", () -> dz2)
        .onlyIf(batchMean, new Truth(ColumnCode::recordSum), () -> dz2);
    table
        .derivative("dw2 = np.dot(a1.T, dz2)", "loss", "w2", () -> h.transposeTimes(dz2))
        .wrong(
            sumOfLosses,
            "dw2 = np.dot(a1.T, dz2) / batch_size",
            () -> h.transposeTimes(dz2).scaled(1.0 / N));
    table
        .derivative(
            "db2 = np.sum(dz2, axis=0, keepdims=True) / batch_size",
            "loss",
            "b2",
            () -> dz2.columnSums().scaled(1.0 / N))
        .holds();
    table
        .derivative(
            "dz1 = np.dot(dz2, self.w2.T) * sigmoid_derivative(z1)", "loss", "z1", () -> dz1)
        .onlyIf(batchMean, new Truth(ColumnCode::recordSum), () -> dz1);
    table
        .derivative("dw1 = np.dot(X.T, dz1)", "loss", "w1", () -> x.transposeTimes(dz1))
        .wrong(
            sumOfLosses,
            "dw1 = np.dot(X.T, dz1) / batch_size",
            () -> x.transposeTimes(dz1).scaled(1.0 / N));
    table
        .derivative(
            "db1 = np.sum(dz1, axis=0, keepdims=True) / batch_size",
            "loss",
            "b1",
            () -> dz1.columnSums().scaled(1.0 / N))
        .holds();
    table
        .derivative(
            "dw1 = np.dot(X.T, dz1) as a mean over the batch",
            "loss",
            "w1",
            () -> x.transposeTimes(dz1))
        .wrong(
            "Only the gradients of the biases are means; the weights' steps are N times as long, so that lr means two different things",
            "dw1 = np.dot(X.T, dz1) / batch_size",
            () -> x.transposeTimes(dz1).scaled(1.0 / N));
  }

  /** compute_grad takes the sigmoid's derivative, whatever activation the network was given. */
  private void otherActivation() {
    Truth tanh =
        new Truth(
            r -> {
              record(r, Node::tanh);
              r.name("loss", r.array("sum of losses"));
            });
    Matrix z = tanh.value("z1");
    Matrix bar = tanh.value("f_k").minus(y).timesTranspose(w2);
    table
        .of(tanh)
        .derivative(
            "(reading) dz1 = np.dot(dz2, self.w2.T) * sigmoid_derivative(z1) in FCNetwork(…, activation=np.tanh)",
            "loss",
            "z1",
            () -> bar.hadamard(sigmoidDerivative(z)))
        .wrong(
            "The derivative must be that of self.activation, here 1 - tanh² (measured with the sum of losses, so that nothing else differs)",
            "dz1 = np.dot(dz2, self.w2.T) * (1 - np.tanh(z1)**2)",
            () -> bar.hadamard(z.map(a -> 1 - Math.tanh(a) * Math.tanh(a))));
    table.of(truth);
  }

  private static final List<String> PARAMETERS = List.of("w1", "b1", "w2", "b2");
  private static final double RATE = 0.01;

  private void updates() {
    table.at("Python Implementation, update_weights").of(new Truth(this::recordSteps));
    List<Matrix> gradients =
        List.of(
            x.transposeTimes(dz1),
            dz1.columnSums().scaled(1.0 / N),
            h.transposeTimes(dz2),
            dz2.columnSums().scaled(1.0 / N));
    for (int k = 0; k < PARAMETERS.size(); k++) {
      String name = PARAMETERS.get(k);
      Matrix gradient = gradients.get(k);
      FormulaTable.Claim claim =
          table.value("self.N -= lr * dN".replace("N", name), name, () -> stepped(name, gradient));
      if (name.startsWith("b")) {
        claim.holds();
      } else {
        claim.onlyIf(
            "the gradient is that of the mean loss; with compute_grad's own the step is N times as long",
            () -> stepped(name, gradient.scaled(1.0 / N)));
      }
    }
    table.of(truth);
  }

  private Matrix stepped(String name, Matrix gradient) {
    return truth.value(name).minus(gradient.scaled(RATE));
  }

  /** One step of gradient descent. */
  private void recordSteps(Recording r) {
    for (String name : PARAMETERS) {
      Recording.Array before = r.leaf(name + " before", truth.value(name));
      Recording.Array gradient = r.leaf(name + " gradient", truth.sweep("loss", name));
      r.name(name, before.combine(gradient, (v, g) -> v.minus(g.times(RATE))));
    }
  }

  /** The same network, its loss summed. */
  private static void recordSum(Recording r) {
    record(r);
    r.name("loss", r.array("sum of losses"));
  }

  private double loss(Matrix probabilities) {
    return -total(y.hadamard(probabilities.map(Math::log))) / N;
  }

  private void evaluation() {
    double epsilon = 1e-12;
    table.at("Loss, in a comment");
    table
        .value(
            "(comment) cross_entropy_loss: -np.sum(y * np.log(np.clip(y_hat, epsilon, 1. - epsilon))) / y.shape[0]",
            "loss",
            () -> scalar(loss(p.map(q -> Math.min(Math.max(q, epsilon), 1 - epsilon)))))
        .holds();
    table.at("Evaluating Performance");
    table
        .value(
            "cross_entropy_loss: -np.sum(y * np.log(np.clip(y_hat, epsilon, 1. - epsilon))) / y.shape[0]",
            "loss",
            () -> scalar(loss(p.map(q -> Math.min(Math.max(q, epsilon), 1 - epsilon)))))
        .holds();
    Truth sure = new Truth(ColumnCode::recordSure);
    table.of(sure);
    table
        .value(
            "(reading) cross_entropy_loss of a network that is sure and wrong (ŷ = e^-40 for the correct class)",
            "loss",
            () -> scalar(-Math.log(Math.max(sure.value("f_k").at(0, 0), epsilon))))
        .onlyIf(
            "ε ≤ ŷ ≤ 1 - ε; beyond, the loss stops at 27.6 and its derivative is no longer ŷ - y",
            truth,
            () -> scalar(loss(p.map(q -> Math.min(Math.max(q, epsilon), 1 - epsilon)))));
    table.of(truth);
    table
        .value(
            "y_onehot = np.eye(10)[y_val]",
            "y",
            () -> matrix(N, K, (i, k) -> k == label(i) ? 1 : 0))
        .holds();
    table
        .value("y_pred_classes = np.argmax(y_pred, axis=1)", "predicted", () -> classes(p))
        .holds();
    table.value("y_true = np.argmax(y_onehot, axis=1)", "labels", () -> classes(y)).holds();
    table
        .value(
            "accuracy = correct / len(data_loader.dataset)",
            "accuracy",
            () -> scalar(sum(N, i -> largest(i, p) == largest(i, y) ? 1 : 0) / N))
        .holds();
    double first = batchLoss(0, 3);
    double second = batchLoss(3, N);
    table
        .value(
            "avg_loss = total_loss / len(data_loader); avg_train_loss = train_loss / len(train_loader)",
            "loss",
            () -> scalar((first + second) / 2))
        .onlyIf(
            "all batches have the same size, as 10,000 in batches of 1,000; 60,000 in batches of 64 leave 32, which then count double (measured with batches of 3 and 1)",
            () -> scalar((batchLoss(0, 2) + batchLoss(2, N)) / 2));
  }

  private double batchLoss(int from, int to) {
    return -sum(to - from, s -> sum(K, k -> y.at(from + s, k) * Math.log(p.at(from + s, k))))
        / (to - from);
  }

  /** Two classes, the correct one 40 below the other. */
  private static void recordSure(Recording r) {
    Recording.Array z2 = r.leaf("z2", Matrix.of(1, 2, -40, 0));
    Recording.Array prediction = r.name("f_k", z2.softmax());
    r.name("loss", new Recording.Array(1, 1, List.of(prediction.at(0).log().negated())));
  }
}
