package org.vbar.check;

import static org.vbar.check.Calculations.column;
import static org.vbar.check.Calculations.diagonal;
import static org.vbar.check.Calculations.matrix;
import static org.vbar.check.Calculations.numbers;
import static org.vbar.check.Calculations.scalar;
import static org.vbar.check.Calculations.sigmoid;
import static org.vbar.check.Calculations.sigmoidDerivative;
import static org.vbar.check.Calculations.sum;
import static org.vbar.check.Calculations.total;

import com.google.common.collect.ImmutableList;
import java.util.List;
import org.vbar.graph.Node;
import org.vbar.layer.Matrix;

/**
 * The formulas of "The Dance of Forward Pass and Backprop": ŷ = σ(f), f = W·x + b, L = (1/m) Σ (ŷ −
 * y)², measured for m = 4 samples in rows.
 */
final class AffineFormulas {
  private static final int M = 4;
  private static final int D = 3;

  /** ŷ = σ(f) with f = X W + b. */
  private final Truth truth = new Truth(r -> recordConcrete(r, M));

  /** ŷ = σ(g(f)), g a scalar function. */
  private final Truth chain = new Truth(AffineFormulas::recordChain);

  private final FormulaTable table = new FormulaTable("002_6e7bf37e1a84fffe.txt", truth);

  private final Matrix x = truth.value("X");
  private final Matrix w = truth.value("W");
  private final Matrix b = truth.value("b");
  private final Matrix f = truth.value("f");
  private final Matrix prediction = truth.value("yhat");
  private final Matrix y = truth.value("y");

  private static Matrix targets(int m) {
    return matrix(m, 1, (i, j) -> (i + 1) % 2);
  }

  private static void recordConcrete(Recording r, int m) {
    Recording.Array x = r.leaf("X", numbers(21, m, D));
    Recording.Array w = r.leaf("W", numbers(22, D, 1));
    Recording.Array b = r.leaf("b", numbers(23, 1, 1));
    Recording.Array f = r.name("f", x.times(w).plus(b));
    recordLoss(r, f, m);
  }

  private static void recordChain(Recording r) {
    Recording.Array x = r.leaf("x", numbers(24, M, 1));
    Recording.Array other = r.leaf("other input", numbers(26, M, 1));
    Recording.Array f = r.name("f", x.combine(other, Node::times));
    Recording.Array g = r.name("g", f.map(value -> value.times(1.5).plus(0.3).tanh()));
    recordLoss(r, g, M);
  }

  private static void recordLoss(Recording r, Recording.Array z, int m) {
    Recording.Array y = r.leaf("y", targets(m));
    Recording.Array sigma = r.name("sigma", z.map(Node::sigmoid));
    Recording.Array prediction = r.name("yhat", sigma);
    Recording.Array squares = prediction.combine(y, Node::minus).map(Node::square);
    Recording.Array mean = r.name("L", squares.sum().map(sum -> sum.dividedBy(m)));
    r.name("rms", mean.map(Node::sqrt));
    r.name("cost", costTerms(prediction, y).sum().map(sum -> sum.dividedBy(-m)));
  }

  /** y log p + (1 − y) log(1 − p). */
  private static Recording.Array costTerms(Recording.Array p, Recording.Array y) {
    return p.combine(
        y, (a, t) -> t.times(a.log()).plus(t.negated().plus(1).times(a.negated().plus(1).log())));
  }

  static ImmutableList<FormulaRow> rows() {
    return new AffineFormulas().measure();
  }

  private ImmutableList<FormulaRow> measure() {
    forward();
    chainRule();
    concrete();
    parameters();
    deeper();
    code();
    return table.rows();
  }

  private void forward() {
    table.at("Feed Forward and Einstein Notation");
    for (String formula :
        List.of("h_j = σ(w_1j x_1 + w_2j x_2 + … + b_j)", "h_j = σ(Σ_i w_ij x_i + b_j)")) {
      table
          .value(
              formula,
              "sigma",
              () -> sigmoid(column(M, s -> sum(D, i -> w.at(i, 0) * x.at(s, i)) + b.at(0, 0))))
          .holds();
    }
    table.at("Backpropagation").of(chain);
    table
        .value("ŷ = σ(g(f(x,y)))", "yhat", () -> predictionOf(chain.value("y")))
        .onlyIf(
            "y is an input of f here and another y the label in L (measured with f(x,y) = xy, g a tanh, and the labels as y)",
            () -> predictionOf(chain.value("other input")));
    table.of(truth);
    table
        .value("the RMS loss: L = (1/m) Σ (ŷ - y)²", "rms", this::meanSquare)
        .wrong(
            "This is the mean square; the root is missing",
            "RMS = √((1/m) Σ (ŷ - y)²)",
            () -> meanSquare().map(Math::sqrt));
    table.value("L = (1/m) Σ (ŷ - y)²", "L", this::meanSquare).holds();
  }

  /** σ(g(f(x, y))). */
  private Matrix predictionOf(Matrix second) {
    Matrix inner = chain.value("x").hadamard(second);
    return sigmoid(inner.map(value -> Math.tanh(1.5 * value + 0.3)));
  }

  private Matrix meanSquare() {
    return scalar(sum(M, i -> Math.pow(prediction.at(i, 0) - y.at(i, 0), 2)) / M);
  }

  /** v̄ of an earlier array from that of a later one through the Jacobian. */
  private static Matrix through(Truth truth, Matrix bar, String later, String earlier) {
    return truth.sweep(later, earlier).transposeTimes(bar);
  }

  private void chainRule() {
    table.of(chain);
    Matrix yBar = chain.sweep("L", "yhat");
    Matrix sigmaBar = through(chain, yBar, "yhat", "sigma");
    Matrix gBar = through(chain, sigmaBar, "sigma", "g");
    table.derivative("∂L/∂L = 1", "L", "L", () -> scalar(1)).holds();
    table
        .derivative("∂ŷ/∂L = ∂L/∂L ∂ŷ/∂L", "L", "yhat", () -> yBar.map(value -> 1 / value))
        .wrong(
            "Upside down: backprop needs how L changes with ŷ, not ŷ with L",
            "∂L/∂ŷ = ∂L/∂L ∂L/∂ŷ",
            () -> yBar.scaled(1));
    table.derivative("∂L/∂σ = ∂L/∂ŷ ∂ŷ/∂σ", "L", "sigma", () -> sigmaBar).holds();
    table.derivative("∂L/∂g = ∂L/∂ŷ ∂ŷ/∂σ ∂σ/∂g", "L", "g", () -> gBar).holds();
    table
        .derivative(
            "∂L/∂f = ∂L/∂ŷ ∂ŷ/∂σ ∂σ/∂g ∂g/∂f", "L", "f", () -> through(chain, gBar, "g", "f"))
        .holds();
    table.of(truth);
  }

  /** 2(ŷ − y), as the document has it. */
  private Matrix twice() {
    return prediction.minus(y).scaled(2);
  }

  private void concrete() {
    table.at("Concrete Example");
    table.value("f(x) = W · x + b", "f", () -> x.times(w).map(a -> a + b.at(0, 0))).holds();
    table.value("σ = 1/(1 + e^{-z})", "sigma", () -> sigmoid(f)).holds();
    table.value("ŷ = σ(f(x))", "yhat", () -> sigmoid(f)).holds();
    table.value("Loss = L = (1/m) Σ (ŷ - y)²", "L", this::meanSquare).holds();
    table.derivative("∂L/∂L = 1", "L", "L", () -> scalar(1)).holds();
    String mistake = "1/m is missing, which the loss has (here m = 4; for one sample it holds)";
    for (String formula : List.of("∂L/∂ŷ = 2(ŷ - y)", "∂L/∂ŷ = ∂L/∂L ∂L/∂ŷ = 1 · 2(ŷ - y)")) {
      table
          .derivative(formula, "L", "yhat", this::twice)
          .wrong(mistake, "∂L/∂ŷ = (2/m)(ŷ - y)", () -> twice().scaled(1.0 / M));
    }
    table
        .derivative(
            "∂L/∂σ = ∂L/∂ŷ ∂ŷ/∂σ",
            "L",
            "sigma",
            () -> through(truth, truth.sweep("L", "yhat"), "yhat", "sigma"))
        .holds();
    table.derivative("∂ŷ/∂σ = 1", "yhat", "sigma", () -> matrix(M, M, Calculations::delta)).holds();
    table
        .derivative("∂L/∂σ = 2(ŷ - y) · 1", "L", "sigma", this::twice)
        .wrong(mistake, "∂L/∂σ = (2/m)(ŷ - y)", () -> twice().scaled(1.0 / M));
    table
        .derivative(
            "∂L/∂f = ∂L/∂ŷ ∂ŷ/∂σ ∂σ/∂f",
            "L",
            "f",
            () -> through(truth, truth.sweep("L", "sigma"), "sigma", "f"))
        .holds();
    table
        .derivative("∂σ/∂f = σ(z)(1 - σ(z))", "sigma", "f", () -> diagonal(sigmoidDerivative(f)))
        .holds();
    table
        .derivative("∂L/∂f = 2(ŷ - y) · 1 · σ(z)(1 - σ(z))", "L", "f", this::preActivationAdjoint)
        .wrong(
            mistake,
            "∂L/∂f = (2/m)(ŷ - y) ∘ σ(z)(1 - σ(z))",
            () -> preActivationAdjoint().scaled(1.0 / M));
  }

  /** 2(ŷ − y) σ(z)(1 − σ(z)). */
  private Matrix preActivationAdjoint() {
    return twice().hadamard(sigmoidDerivative(f));
  }

  private void parameters() {
    Matrix fBar = truth.sweep("L", "f");
    table
        .derivative("∂L/∂W = ∂L/∂f", "L", "W", () -> fBar)
        .wrong(
            "The factor ∂f/∂W is missing; ∂L/∂f has one entry per sample, ∂L/∂W one per weight",
            "∂L/∂W = Σ_i ∂L/∂f_i ∂f_i/∂W = Xᵀ ∂L/∂f",
            () -> x.transposeTimes(fBar));
    table
        .derivative(
            "∂L/∂W = ∂L/∂ŷ ∂ŷ/∂σ ∂σ/∂f ∂f/∂W", "L", "W", () -> through(truth, fBar, "f", "W"))
        .holds();
    table.derivative("∂f/∂W = x", "f", "W", () -> x).holds();
    String mistake =
        "1/m is missing, and the product with x has to be a sum over the samples (here read as one; m = 4)";
    table
        .derivative(
            "∂L/∂W = 2(ŷ - y) · 1 · σ(z)(1 - σ(z)) · x",
            "L",
            "W",
            () -> x.transposeTimes(preActivationAdjoint()))
        .wrong(
            mistake,
            "∂L/∂W = (2/m) Σ_i (ŷ_i - y_i) σ(z_i)(1 - σ(z_i)) x_i",
            () -> x.transposeTimes(preActivationAdjoint()).scaled(1.0 / M));
    table
        .derivative(
            "∂L/∂W = ∂L/∂f = ∂L/∂ŷ ∂ŷ/∂σ ∂σ/∂f ∂f/∂b",
            "L",
            "W",
            () -> through(truth, fBar, "f", "b"))
        .wrong(
            "The left side should be ∂L/∂b; for W the last factor is ∂f/∂W",
            "∂L/∂b = ∂L/∂ŷ ∂ŷ/∂σ ∂σ/∂f ∂f/∂b; ∂L/∂W = ∂L/∂f ∂f/∂W",
            () -> through(truth, fBar, "f", "W"));
    table
        .derivative(
            "(reading) ∂L/∂b = ∂L/∂ŷ ∂ŷ/∂σ ∂σ/∂f ∂f/∂b",
            "L",
            "b",
            () -> through(truth, fBar, "f", "b"))
        .holds();
    table.derivative("∂f/∂b = 1", "f", "b", () -> column(M, i -> 1)).holds();
    table
        .derivative(
            "∂L/∂b = 2(ŷ - y) · 1 · σ(z)(1 - σ(z)) · 1",
            "L",
            "b",
            () -> scalar(total(preActivationAdjoint())))
        .wrong(
            "1/m and the sum over the samples are missing (here the sum was taken; m = 4)",
            "∂L/∂b = (2/m) Σ_i (ŷ_i - y_i) σ(z_i)(1 - σ(z_i))",
            () -> scalar(total(preActivationAdjoint()) / M));
  }

  private void deeper() {
    table.of(chain);
    Matrix bar = chain.sweep("L", "g");
    table
        .derivative(
            "(f and g swapped) chain ∂f/∂g after ∂L/∂f: ∂L/∂f ∂f/∂g",
            "L",
            "f",
            () -> through(chain, bar, "g", "f"))
        .holds();
    table.of(truth);
  }

  /** X with a column of ones, as the code has it. */
  private static Matrix extended(Matrix x) {
    return matrix(x.rows(), D + 1, (i, j) -> j == D ? 1 : x.at(i, j));
  }

  private static void recordCode(Recording r) {
    Matrix data = extended(numbers(21, M, D));
    Recording.Array x = r.leaf("X", data);
    Recording.Array w = r.leaf("W", numbers(25, D + 1, 1));
    recordLoss(r, r.name("z", x.times(w)), M);
    r.name("m", new Recording.Array(1, 1, List.of(r.leaf("one", scalar(1)).at(0).times(M))));
  }

  private void code() {
    Truth program = new Truth(AffineFormulas::recordCode);
    Matrix data = program.value("X");
    Matrix weights = program.value("W");
    Matrix z = data.times(weights);
    Matrix out = sigmoid(z);
    Matrix labels = program.value("y");
    Matrix slope = sigmoidDerivative(z);

    table.at("Code").of(program);
    table
        .value(
            "y = self.sigmoid(np.dot(X, self.W)), X with a column of ones",
            "yhat",
            () -> sigmoid(data.times(weights)))
        .holds();
    table
        .value(
            "# cost = -(1/m)*(np.sum((Y*np.log(y)) + (1-Y)*np.log(1-y)))",
            "L",
            () -> program.value("cost"))
        .wrong(
            "This is the binary cross-entropy, not the squared error whose derivative the text and the code use",
            "cost = (1/m) * np.sum((y - Y)**2)",
            () -> scalar(sum(M, i -> Math.pow(out.at(i, 0) - labels.at(i, 0), 2)) / M));
    table
        .value("out = 1 / (1 + np.exp(-1*x))", "sigma", () -> z.map(a -> 1 / (1 + Math.exp(-a))))
        .holds();
    table.value("z = np.dot(X, self.W)", "z", () -> data.times(weights)).holds();
    table.value("aL = self.sigmoid(z)", "yhat", () -> sigmoid(z)).holds();
    table
        .derivative(
            "dsig = self.sigmoid(z) * (1 - self.sigmoid(z))", "sigma", "z", () -> diagonal(slope))
        .holds();
    table
        .value("m = self.num_features", "m", () -> scalar(D))
        .wrong(
            "The mean is over samples; the number of features is another number",
            "m = X.shape[0]",
            () -> scalar(data.rows()));
    table.of(truth);
    table
        .derivative(
            "# db = (1/m) * np.sum(y-Y)", "L", "b", () -> scalar(total(prediction.minus(y)) / M))
        .wrong(
            "This is the derivative of the cross-entropy in the comment above; that of the squared error has the factor 2σ'",
            "db = (2/m) * np.sum((y-Y) * dsig)",
            () -> scalar(total(preActivationAdjoint()) / M));
    table
        .derivative(
            "(reading) # db = (1/m) * np.sum(y-Y) for the cost in the comment",
            "cost",
            "b",
            () -> scalar(total(prediction.minus(y)) / M))
        .holds();
    table.of(program);
    String right = "dW = (2/m) * np.dot(X.T, dsig * (aL - Y)) with the labels Y";
    table
        .derivative(
            "dW = y * dsig * 2 * (aL - y), y what forward returned",
            "L",
            "W",
            () -> out.hadamard(slope).scaled(2).hadamard(out.minus(out)))
        .wrong(
            "aL is computed from the same X and W as y, so aL - y is 0 and dW is always 0; the labels and X are never used, 1/m is missing, and the shape is that of y, not of W (measured with as many samples as weights)",
            right,
            () -> data.transposeTimes(slope.hadamard(out.minus(labels))).scaled(2.0 / M));
    table
        .derivative(
            "(reading) dW = y * dsig * 2 * (aL - y), y the labels",
            "L",
            "W",
            () -> labels.hadamard(slope).scaled(2).hadamard(out.minus(labels)))
        .wrong(
            "The first factor must be X, summed over samples, and 1/m is missing; the shape is [m × 1], not that of W (measured with as many samples as weights)",
            right,
            () -> data.transposeTimes(slope.hadamard(out.minus(labels))).scaled(2.0 / M));
    table
        .derivative(
            "return dW, documented as ∂y/∂W",
            "yhat",
            "W",
            () -> out.hadamard(slope).scaled(2).hadamard(out.minus(out)))
        .wrong(
            "It returns zeros of the shape of y; the output's derivative has a row per sample and a column per weight",
            "∂y_i/∂W_j = dsig_i X_ij",
            () -> matrix(M, D + 1, (i, j) -> slope.at(i, 0) * data.at(i, j)));
  }
}
