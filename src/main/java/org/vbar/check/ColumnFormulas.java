package org.vbar.check;

import static org.vbar.check.Calculations.column;
import static org.vbar.check.Calculations.delta;
import static org.vbar.check.Calculations.diagonal;
import static org.vbar.check.Calculations.matrix;
import static org.vbar.check.Calculations.numbers;
import static org.vbar.check.Calculations.scalar;
import static org.vbar.check.Calculations.sigmoid;
import static org.vbar.check.Calculations.sigmoidDerivative;
import static org.vbar.check.Calculations.softmaxColumn;
import static org.vbar.check.Calculations.sum;
import static org.vbar.check.Calculations.total;

import com.google.common.collect.ImmutableList;
import java.util.List;
import org.vbar.graph.Node;
import org.vbar.layer.Matrix;

/**
 * The formulas of "ML Foundations: Understanding the Math Behind Backpropagation" for one sample in
 * a column: z⁽¹⁾ = W⁽¹⁾ x + b⁽¹⁾, h = σ(z⁽¹⁾), ŷ = softmax(W⁽²⁾ h + b⁽²⁾), cross-entropy. Its code
 * is in {@link ColumnCode}.
 */
final class ColumnFormulas {
  private static final int NX = 4;
  private static final int NH = 3;
  private static final int K = 5;

  /** The correct class. */
  private static final int CLASS = 1;

  /** Another class. */
  private static final int OTHER = 3;

  private final Truth truth = new Truth(ColumnFormulas::record);
  private final FormulaTable table = new FormulaTable(ColumnCode.DOCUMENT, truth);

  private final Matrix x = truth.value("x");
  private final Matrix w1 = truth.value("W1");
  private final Matrix b1 = truth.value("b1");
  private final Matrix w2 = truth.value("W2");
  private final Matrix b2 = truth.value("b2");
  private final Matrix y = truth.value("y");
  private final Matrix z1 = truth.value("z1");
  private final Matrix h = truth.value("h");
  private final Matrix z2 = truth.value("z2");
  private final Matrix p = truth.value("yhat");

  private static void record(Recording r) {
    Recording.Array x = r.leaf("x", numbers(31, NX, 1));
    Recording.Array w1 = r.leaf("W1", numbers(32, NH, NX));
    Recording.Array b1 = r.leaf("b1", numbers(33, NH, 1));
    Recording.Array w2 = r.leaf("W2", numbers(34, K, NH));
    Recording.Array b2 = r.leaf("b2", numbers(35, K, 1));
    Recording.Array y = r.leaf("y", column(K, k -> delta(k, CLASS)));
    Recording.Array z1 = r.name("z1", w1.times(x).plus(b1));
    Recording.Array h = r.name("h", z1.map(Node::sigmoid));
    Recording.Array z2 = r.name("z2", w2.times(h).plus(b2));
    Recording.Array prediction = r.name("yhat", z2.softmax());
    r.name("L", y.combine(prediction.map(Node::log), Node::times).sum().map(Node::negated));
    // Single outputs, for formulas that hold for one index only.
    Recording.Array u = r.name("u", z2.map(Node::exp));
    r.name("v", u.sum());
    r.name("z2_j", new Recording.Array(1, 1, List.of(z2.at(OTHER))));
    Node zero = b2.at(0).times(0);
    r.name("predicted", new Recording.Array(1, 1, List.of(zero.plus(largest(prediction)))));
  }

  static ImmutableList<FormulaRow> rows() {
    return new ColumnFormulas().measure();
  }

  private ImmutableList<FormulaRow> measure() {
    definition();
    comments();
    gradientDescent();
    outputLayer();
    outputWeights();
    hiddenLayer();
    summary();
    vectorized();
    appendix();
    return table.rows();
  }

  private void definition() {
    table.at("MNIST Digit Classification");
    table
        .value(
            "y_k = 1 if class k is the correct class, 0 otherwise",
            "y",
            () -> column(K, k -> k == CLASS ? 1 : 0))
        .holds();
    table.at("Neural Network Definition");
    table
        .value("(comment) h(x) = σ(W⁽¹⁾ x + b⁽¹⁾)", "h", () -> sigmoid(w1.times(x).plus(b1)))
        .holds();
    table
        .value("(comment) ŷ = f(x; θ) = argmax_c f_k(x; θ)", "predicted", () -> scalar(0))
        .wrong(
            "f_k does not depend on c, so that any class would do (measured with the first)",
            "ŷ = argmax_k f_k(x; θ)",
            () -> scalar(largest(p)));
    table.value("h(x) = σ(W⁽¹⁾ x + b⁽¹⁾)", "h", () -> sigmoid(w1.times(x).plus(b1))).holds();
    table
        .value(
            "softmax(z) = e^z / Σ_{k=1}^{C} e^z_k",
            "yhat",
            () -> z2.map(a -> Math.exp(a) / sum(K - 1, k -> Math.exp(z2.at(k, 0)))))
        .onlyIf(
            "C, which is not defined, is the number K of classes and e^z_k means e^{z_k} (measured with C = K - 1)",
            () -> softmaxColumn(z2));
    table
        .value(
            "f_k(x; θ) = softmax(W⁽²⁾ h(x) + b⁽²⁾)",
            "predicted",
            () -> softmaxColumn(w2.times(h).plus(b2)))
        .onlyIf(
            "the right side is a vector and f_k its entry k; then the class argmax_k f_k follows from it",
            () -> scalar(largest(softmaxColumn(w2.times(h).plus(b2)))));
    table
        .value(
            "ŷ = argmax_k f_k(x; θ), where later ŷ = softmax(z⁽²⁾)",
            "yhat",
            () -> scalar(largest(p)))
        .onlyIf(
            "ŷ is the vector of probabilities; the class is named by the same letter earlier",
            () -> softmaxColumn(z2));
  }

  // The rest of the definition, which stands in a comment.
  private void comments() {
    table
        .value(
            "(comment) softmax(W⁽²⁾ σ(W⁽¹⁾ x + b⁽¹⁾) + b⁽²⁾)",
            "yhat",
            () -> softmaxColumn(w2.times(sigmoid(w1.times(x).plus(b1))).plus(b2)))
        .holds();
  }

  private static int largest(Recording.Array vector) {
    return largest(column(vector.rows(), k -> vector.at(k).value()));
  }

  /** argmax. */
  private static int largest(Matrix vector) {
    int largest = 0;
    for (int k = 1; k < vector.rows(); k++) {
      largest = vector.at(k, 0) > vector.at(largest, 0) ? k : largest;
    }
    return largest;
  }

  private void gradientDescent() {
    table.at("Gradient Descent, eq:loss");
    table
        .value(
            "ℒ(ŷ, y) = -Σ_k y_k log ŷ_k",
            "L",
            () -> scalar(-sum(K, k -> y.at(k, 0) * Math.log(p.at(k, 0)))))
        .holds();
    table.at("Deriving the Backprop Learning Updates");
    Truth step = new Truth(this::recordUpdate);
    table.of(step);
    table
        .derivative(
            "θ ← θ - α ∇ℒ(θ), so that dℒ/dα = -|∇ℒ|² at α = 0",
            "L",
            "alpha",
            () ->
                scalar(
                    -sum(
                        4,
                        k ->
                            total(
                                truth
                                    .sweep("L", PARAMETERS.get(k))
                                    .hadamard(truth.sweep("L", PARAMETERS.get(k)))))))
        .holds();
    table.of(truth);
    for (String parameter : PARAMETERS) {
      String name = parameter.charAt(0) + (parameter.endsWith("1") ? "⁽¹⁾" : "⁽²⁾");
      table.of(step);
      table
          .value(
              "N ← N - α ∂ℒ/∂N".replace("N", name),
              parameter + " stepped",
              () -> truth.value(parameter).minus(truth.sweep("L", parameter).scaled(ALPHA)))
          .holds();
      table.of(truth);
    }
    table
        .derivative(
            "∂ℒ/∂W⁽ˡ⁾ has ∂ℒ/∂W_{j,i} in row j and column i",
            "L",
            "W1",
            () -> {
              Matrix jacobian = truth.sweep("z1", "W1");
              Matrix bar = truth.sweep("L", "z1");
              return matrix(
                  NH, NX, (j, i) -> sum(NH, q -> bar.at(q, 0) * jacobian.at(q, j * NX + i)));
            })
        .holds();
    table.at("Forward Pass");
    table.value("z⁽¹⁾ = W⁽¹⁾ x + b⁽¹⁾", "z1", () -> w1.times(x).plus(b1)).holds();
    table.value("h = σ(z⁽¹⁾)", "h", () -> sigmoid(z1)).holds();
    table.value("z⁽²⁾ = W⁽²⁾ h + b⁽²⁾", "z2", () -> w2.times(h).plus(b2)).holds();
    table.value("ŷ = softmax(z⁽²⁾)", "yhat", () -> softmaxColumn(z2)).holds();
  }

  private static final List<String> PARAMETERS = List.of("W1", "b1", "W2", "b2");
  private static final double ALPHA = 0.01;

  /** The loss after a step of length α from the parameters, at α = 0, and the step of ALPHA. */
  private void recordUpdate(Recording r) {
    Recording.Array alpha = r.leaf("alpha", scalar(0));
    Recording.Array fixed = r.leaf("fixed alpha", scalar(ALPHA));
    for (String parameter : PARAMETERS) {
      Recording.Array value = r.leaf(parameter + " before", truth.value(parameter));
      Recording.Array gradient = r.leaf(parameter + " gradient", truth.sweep("L", parameter));
      r.name(parameter, value.combine(gradient, (v, g) -> v.minus(alpha.at(0).times(g))));
      r.name(
          parameter + " stepped", value.combine(gradient, (v, g) -> v.minus(fixed.at(0).times(g))));
    }
    Recording.Array first = r.array("W1").times(r.leaf("x", x)).plus(r.array("b1"));
    Recording.Array second = r.array("W2").times(first.map(Node::sigmoid)).plus(r.array("b2"));
    Recording.Array logs = second.softmax().map(Node::log);
    r.name("L", r.leaf("y", y).combine(logs, Node::times).sum().map(Node::negated));
  }

  /** ∂ℒ/∂of through the Jacobian of a later array. */
  private Matrix through(String later, String earlier) {
    return truth.sweep(later, earlier).transposeTimes(truth.sweep("L", later));
  }

  /** The same in the shape of a matrix of weights. */
  private Matrix through(String later, String earlier, int rows, int columns) {
    Jacobian jacobian = new Jacobian(truth.sweep(later, earlier), truth.sweep("L", later));
    return jacobian.pulled(rows, columns);
  }

  private record Jacobian(Matrix jacobian, Matrix bar) {
    Matrix pulled(int rows, int columns) {
      return Matrix.view(rows, columns, jacobian.transposeTimes(bar).array());
    }
  }

  private Matrix difference() {
    return p.minus(y);
  }

  private Matrix softmaxJacobian() {
    return matrix(
        K, K, (k, j) -> j == k ? p.at(k, 0) * (1 - p.at(k, 0)) : -p.at(j, 0) * p.at(k, 0));
  }

  private void outputLayer() {
    table.at("Output Layer Derivatives");
    table
        .derivative(
            "∂ℒ/∂W⁽²⁾_{j,i} = ∂ℒ/∂z⁽²⁾_j ∂z⁽²⁾_j/∂W⁽²⁾_{j,i}",
            "L",
            "W2",
            () -> through("z2", "W2", K, NH))
        .holds();
    Matrix yBar = truth.sweep("L", "yhat");
    table
        .derivative(
            "∂ℒ/∂z⁽²⁾_j ≠ ∂ℒ/∂ŷ_j ∂ŷ_j/∂z⁽²⁾_j",
            "L",
            "z2",
            () -> yBar.hadamard(p.map(q -> q * (1 - q))))
        .onlyIf(
            "j is not the correct class: there the right side is 0 and the left ŷ_j; for the correct class both are ŷ_j - 1 (the difference shown is that of the two sides)",
            () ->
                column(
                    K,
                    j ->
                        j == CLASS
                            ? yBar.at(j, 0) * p.at(j, 0) * (1 - p.at(j, 0))
                            : yBar.at(j, 0) * p.at(j, 0) * (1 - p.at(j, 0)) + p.at(j, 0)));
    table
        .derivative("∂ℒ/∂z⁽²⁾_j = Σ_k ∂ℒ/∂ŷ_k ∂ŷ_k/∂z⁽²⁾_j", "L", "z2", () -> through("yhat", "z2"))
        .holds();
    Matrix jacobian = truth.sweep("yhat", "z2");
    table
        .derivative(
            "∂ℒ/∂z⁽²⁾_j = ∂ℒ/∂ŷ_k ∂ŷ_k/∂z⁽²⁾_k + Σ_{k≠j} ∂ℒ/∂ŷ_k ∂ŷ_k/∂z⁽²⁾_j",
            "L",
            "z2",
            () -> split(yBar, jacobian, CLASS))
        .onlyIf(
            "k = j in the first term, where k is not bound (measured with another k)",
            () -> split(yBar, jacobian, -1));
    table
        .derivative(
            "(comment) ∂ℒ/∂W⁽²⁾_{j,i} = Σ_k ∂ℒ/∂ŷ_k ∂ŷ_k/∂z⁽²⁾_j ∂z⁽²⁾_j/∂W⁽²⁾_{j,i}",
            "L",
            "W2",
            () -> matrix(K, NH, (j, i) -> through("yhat", "z2").at(j, 0) * h.at(i, 0)))
        .holds();
    table
        .derivative(
            "∂ℒ/∂W⁽²⁾_{j,i} = ∂ℒ/∂ŷ_k ∂ŷ_k/∂z⁽²⁾_k ∂z⁽²⁾_k/∂W⁽²⁾_{j,i} + Σ_{k≠j} ∂ℒ/∂ŷ_k ∂ŷ_k/∂z⁽²⁾_j ∂z⁽²⁾_j/∂W⁽²⁾_{j,i}",
            "L",
            "W2",
            () ->
                matrix(
                    K,
                    NH,
                    (j, i) ->
                        (split(yBar, jacobian, -1).at(j, 0)
                                - (j == CLASS ? 0 : yBar.at(j, 0) * jacobian.at(j, j))
                                - (j == CLASS ? yBar.at(CLASS, 0) * jacobian.at(CLASS, CLASS) : 0))
                            * h.at(i, 0)))
        .onlyIf(
            "k = j in the first term (for any other k, ∂z⁽²⁾_k/∂W⁽²⁾_{j,i} = 0 and the first term is lost, as measured)",
            () -> matrix(K, NH, (j, i) -> split(yBar, jacobian, -1).at(j, 0) * h.at(i, 0)));
    table.at("Solving Individual Derivatives");
    table.derivatives(
        "L",
        "yhat",
        () -> y.combine(p, (t, q) -> -t / q),
        "∂ℒ/∂ŷ_k = ∂/∂ŷ_k (-Σ_u y_u log ŷ_u) = -y_k ∂/∂ŷ_k log ŷ_k",
        "∂ℒ/∂ŷ_k = -y_k/ŷ_k");
    table
        .derivative(
            "∂ŷ_k/∂z⁽²⁾_j = ŷ_k(1 - ŷ_k) if j = k, -ŷ_j ŷ_k if j ≠ k",
            "yhat",
            "z2",
            this::softmaxJacobian)
        .holds();
    table
        .derivative(
            "∂z⁽²⁾_j/∂W⁽²⁾_{j,i} = ∂/∂W⁽²⁾_{j,i} (W⁽²⁾ h + b⁽²⁾) = h_i",
            "z2_j",
            "W2",
            () -> matrix(K, NH, (j, i) -> h.at(i, 0)))
        .onlyIf(
            "the entry j of the vector W⁽²⁾ h + b⁽²⁾ is meant; the other rows of W⁽²⁾ have derivative 0",
            () -> matrix(K, NH, (j, i) -> j == OTHER ? h.at(i, 0) : 0));
  }

  /** The sum over k ≠ j, and before it the term for k = j, or for {@code fixed} if not negative. */
  private static Matrix split(Matrix bar, Matrix jacobian, int fixed) {
    return column(
        K,
        j -> {
          int first = fixed < 0 ? j : fixed;
          return bar.at(first, 0) * jacobian.at(first, first)
              + sum(K, k -> k == j ? 0 : bar.at(k, 0) * jacobian.at(k, j));
        });
  }

  private void outputWeights() {
    table.at("Putting it Together");
    table
        .derivative(
            "∂ℒ/∂z⁽²⁾_j = (-y_j/ŷ_j)(ŷ_j(1 - ŷ_j)) + Σ_{k≠j} (-y_k/ŷ_k)(-ŷ_j ŷ_k)",
            "L",
            "z2",
            () ->
                column(
                    K,
                    j ->
                        -y.at(j, 0) / p.at(j, 0) * (p.at(j, 0) * (1 - p.at(j, 0)))
                            + sum(
                                K,
                                k ->
                                    k == j
                                        ? 0
                                        : -y.at(k, 0) / p.at(k, 0) * -(p.at(j, 0) * p.at(k, 0)))))
        .holds();
    table
        .derivative(
            "∂ℒ/∂z⁽²⁾_j = -y_j + y_j ŷ_j + ŷ_j Σ_{k≠j} y_k = -y_j + ŷ_j (y_j + Σ_{k≠j} y_k)",
            "L",
            "z2",
            () ->
                column(
                    K,
                    j ->
                        -y.at(j, 0)
                            + y.at(j, 0) * p.at(j, 0)
                            + p.at(j, 0) * sum(K, k -> k == j ? 0 : y.at(k, 0))))
        .holds();
    table.derivative("∂ℒ/∂z⁽²⁾_j = ŷ_j - y_j", "L", "z2", this::difference).holds();
    table
        .derivative(
            "∂ℒ/∂W⁽²⁾_{j,i} = ∂ℒ/∂z⁽²⁾_j ∂z⁽²⁾_k/∂W⁽²⁾_{j,i}",
            "L",
            "W2",
            () -> matrix(K, NH, (j, i) -> j == OTHER ? difference().at(j, 0) * h.at(i, 0) : 0))
        .wrong(
            "z_k stands where z_j belongs; for k ≠ j the derivative is 0 (measured with one k for all j)",
            "∂ℒ/∂W⁽²⁾_{j,i} = ∂ℒ/∂z⁽²⁾_j ∂z⁽²⁾_j/∂W⁽²⁾_{j,i}",
            () -> through("z2", "W2", K, NH));
    table
        .derivative("∂ℒ/∂W⁽²⁾_{j,i} = (ŷ_j - y_j) h_i", "L", "W2", this::outputWeightsAdjoint)
        .holds();
    table.at("The Bias Term");
    String bias =
        "b⁽²⁾_{j,i} is read as b⁽²⁾_j: a bias belongs to a neuron and has one index (measured as a matrix with columns i)";
    table
        .derivative(
            "∂ℒ/∂b⁽²⁾_{j,i} = ∂ℒ/∂z⁽²⁾_j ∂z⁽²⁾_j/∂b⁽²⁾_{j,i}",
            "L",
            "b2",
            () -> matrix(K, NH, (j, i) -> difference().at(j, 0)))
        .onlyIf(bias, () -> through("z2", "b2"));
    table
        .derivative("∂z⁽²⁾_j/∂b⁽²⁾_{j,i} = 1", "z2", "b2", () -> matrix(K, K * NH, (j, i) -> 1))
        .onlyIf(
            bias + ", and the row index of z agrees with it",
            () -> matrix(K, K, Calculations::delta));
    table
        .derivative(
            "∂ℒ/∂b⁽²⁾_{j,i} = ŷ_j - y_j",
            "L",
            "b2",
            () -> matrix(K, NH, (j, i) -> difference().at(j, 0)))
        .onlyIf(bias, this::difference);
  }

  private Matrix outputWeightsAdjoint() {
    return matrix(K, NH, (j, i) -> difference().at(j, 0) * h.at(i, 0));
  }

  private Matrix hAdjoint() {
    return column(NH, j -> sum(K, k -> difference().at(k, 0) * w2.at(k, j)));
  }

  private Matrix z1Adjoint() {
    return hAdjoint().hadamard(h.map(a -> a * (1 - a)));
  }

  private Matrix w1Adjoint() {
    return matrix(NH, NX, (j, i) -> z1Adjoint().at(j, 0) * x.at(i, 0));
  }

  private void hiddenLayer() {
    table.at("Hidden Layer Derivatives");
    table
        .derivative(
            "∂ℒ/∂W⁽¹⁾_{j,i} = ∂ℒ/∂h_j ∂h_j/∂z⁽¹⁾_j ∂z⁽¹⁾_j/∂W⁽¹⁾_{j,i}",
            "L",
            "W1",
            () -> through("z1", "W1", NH, NX))
        .holds();
    table
        .derivative(
            "(comment) ∂ℒ/∂W⁽¹⁾_{j,i} = ∂ℒ/∂z⁽²⁾_j ∂z⁽²⁾_j/∂h_j ∂h_j/∂z⁽¹⁾_j ∂z⁽¹⁾_j/∂W⁽¹⁾_{j,i}",
            "L",
            "W1",
            () ->
                matrix(
                    NH,
                    NX,
                    (j, i) ->
                        difference().at(j, 0)
                            * w2.at(j, j)
                            * h.at(j, 0)
                            * (1 - h.at(j, 0))
                            * x.at(i, 0)))
        .wrong(
            "The sum over the K children of h_j is missing",
            "∂ℒ/∂W⁽¹⁾_{j,i} = [Σ_k ∂ℒ/∂z⁽²⁾_k ∂z⁽²⁾_k/∂h_j] ∂h_j/∂z⁽¹⁾_j ∂z⁽¹⁾_j/∂W⁽¹⁾_{j,i}",
            this::w1Adjoint);
    table.at("Solving Individual Terms");
    table
        .derivative("∂ℒ/∂h_j = Σ_k ∂ℒ/∂z⁽²⁾_k ∂z⁽²⁾_k/∂h_j", "L", "h", () -> through("z2", "h"))
        .holds();
    table
        .value(
            "z⁽²⁾_k = Σ_j W⁽²⁾_{k,j} h_j + b⁽²⁾_k",
            "z2",
            () -> column(K, k -> sum(NH, j -> w2.at(k, j) * h.at(j, 0)) + b2.at(k, 0)))
        .holds();
    table.derivative("∂z⁽²⁾_k/∂h_j = W⁽²⁾_{k,j}", "z2", "h", () -> w2).holds();
    table.derivative("∂ℒ/∂h_j = Σ_k (ŷ_k - y_k) W⁽²⁾_{k,j}", "L", "h", this::hAdjoint).holds();
    table.derivatives(
        "h",
        "z1",
        () -> diagonal(sigmoidDerivative(z1)),
        "∂h_j/∂z⁽¹⁾_j = σ(z⁽¹⁾_j)(1 - σ(z⁽¹⁾_j))",
        "∂h_j/∂z⁽¹⁾_j = h_j(1 - h_j)");
    table
        .derivative(
            "∂z⁽¹⁾_j/∂W⁽¹⁾_{j,i} = ∂/∂W⁽¹⁾_{j,i} (W⁽¹⁾ x + b⁽¹⁾) = x_i",
            "z1",
            "W1",
            () -> matrix(NH, NH * NX, (q, ji) -> x.at(ji % NX, 0)))
        .onlyIf(
            "the entry j of the vector W⁽¹⁾ x + b⁽¹⁾ is meant; its other entries have derivative 0",
            () -> matrix(NH, NH * NX, (q, ji) -> delta(q, ji / NX) * x.at(ji % NX, 0)));
    table
        .derivative(
            "∂z⁽¹⁾_j/∂W⁽¹⁾_{j,i} = ∂/∂W⁽¹⁾_{j,i} W⁽¹⁾_{j,i} x_i = x_i",
            "z1",
            "W1",
            () -> matrix(NH, NH * NX, (q, ji) -> delta(q, ji / NX) * x.at(ji % NX, 0)))
        .holds();
    table.at("Hidden layer, Putting it Together");
    weightAndBias();
  }

  private void weightAndBias() {
    table
        .derivative(
            "∂ℒ/∂W⁽¹⁾_{j,i} = [Σ_k (ŷ_k - y_k) W⁽²⁾_{k,j}] h_j(1 - h_j) x_i",
            "L",
            "W1",
            this::w1Adjoint)
        .holds();
    table
        .derivative(
            "∂ℒ/∂b⁽¹⁾_{j,i} = [Σ_k (ŷ_k - y_k) W⁽²⁾_{k,j}] h_j(1 - h_j)",
            "L",
            "b1",
            () -> matrix(NH, NX, (j, i) -> z1Adjoint().at(j, 0)))
        .onlyIf("b⁽¹⁾_{j,i} is read as b⁽¹⁾_j", this::z1Adjoint);
  }

  private void summary() {
    table.at("Summary");
    weightAndBias();
    table
        .derivative("∂ℒ/∂W⁽²⁾_{j,i} = (ŷ_j - y_j) h_i", "L", "W2", this::outputWeightsAdjoint)
        .holds();
    table
        .derivative(
            "∂ℒ/∂b⁽²⁾_{j,i} = ŷ_j - y_j",
            "L",
            "b2",
            () -> matrix(K, NH, (j, i) -> difference().at(j, 0)))
        .onlyIf("b⁽²⁾_{j,i} is read as b⁽²⁾_j", this::difference);
  }

  private void vectorized() {
    table.at("Summary, vectorized form");
    Matrix slope = h.map(a -> a * (1 - a));
    String rows = "; with row vectors for x, h, ŷ and y it is the transpose of the gradient";
    table
        .derivative(
            "∂ℒ/∂W⁽¹⁾ = xᵀ [((ŷ - y) W⁽²⁾) ⊙ h ⊙ (1 - h)]",
            "L",
            "W1",
            () -> x.transposeTimes(difference().times(w2).hadamard(slope)))
        .wrong(
            "The vectors were defined as columns: [K × 1] does not multiply [K × n_h]" + rows,
            "∂ℒ/∂W⁽¹⁾ = [(W⁽²⁾ᵀ (ŷ - y)) ⊙ h ⊙ (1 - h)] xᵀ",
            () -> w2.transposeTimes(difference()).hadamard(slope).timesTranspose(x));
    table
        .derivative(
            "∂ℒ/∂b⁽¹⁾ = (ŷ - y) W⁽²⁾ ⊙ h ⊙ (1 - h)",
            "L",
            "b1",
            () -> difference().times(w2).hadamard(slope))
        .wrong(
            "The vectors were defined as columns: [K × 1] does not multiply [K × n_h]; it holds for row vectors",
            "∂ℒ/∂b⁽¹⁾ = W⁽²⁾ᵀ (ŷ - y) ⊙ h ⊙ (1 - h)",
            () -> w2.transposeTimes(difference()).hadamard(slope));
    table
        .derivative("∂ℒ/∂W⁽²⁾ = hᵀ (ŷ - y)", "L", "W2", () -> h.transposeTimes(difference()))
        .wrong(
            "The vectors were defined as columns: [1 × n_h] does not multiply [K × 1]" + rows,
            "∂ℒ/∂W⁽²⁾ = (ŷ - y) hᵀ",
            () -> difference().timesTranspose(h));
    table.derivative("∂ℒ/∂b⁽²⁾ = ŷ - y", "L", "b2", this::difference).holds();
  }

  private void appendix() {
    table.at("Appendix: Softmax Gradient");
    Matrix u = truth.value("u");
    double v = total(u);
    table
        .derivative(
            "∂ŷ_k/∂z_j = ∂/∂z_j (e^{z_k} / Σ_t e^{z_t}) = (v ∂u/∂z_j - u ∂v/∂z_j) / v²",
            "yhat",
            "z2",
            () ->
                matrix(
                    K,
                    K,
                    (k, j) -> (v * delta(j, k) * u.at(k, 0) - u.at(k, 0) * u.at(j, 0)) / (v * v)))
        .holds();
    table
        .derivative("∂u/∂z_j = e^{z_k} if j = k, 0 if j ≠ k", "u", "z2", () -> diagonal(u))
        .holds();
    table
        .derivative(
            "∂v/∂z_j = ∂/∂z_j Σ_{t=1}^{n} e^{z_t} = e^{z_j}",
            "v",
            "z2",
            () -> u.combine(z2, (a, z) -> z == z2.at(K - 1, 0) ? 0 : a))
        .onlyIf(
            "n, which is not defined, is the number K of classes (measured with n = K - 1)",
            () -> u);
    // The sum that the text leaves without its last class if n is not K.
    double shorter = v - u.at(K - 1, 0);
    String classes = "n is the number K of classes (measured with n = K - 1)";
    table
        .derivative(
            "j = k: ∂ŷ_k/∂z_j = ((Σ_{t=1}^{n} e^{z_t} · e^{z_k}) - e^{z_k} e^{z_j}) / (Σ_{t=1}^{n} e^{z_t})²",
            "yhat",
            "z2",
            () -> sameClass(u, shorter))
        .onlyIf(classes, () -> sameClass(u, v));
    table
        .derivative("j = k: ∂ŷ_k/∂z_j = ŷ_k(1 - ŷ_k)", "yhat", "z2", this::softmaxJacobian)
        .holds();
    table
        .derivative(
            "j ≠ k: ∂ŷ_k/∂z_j = -e^{z_k} e^{z_j} / (Σ_{t=1}^{n} e^{z_t})²",
            "yhat",
            "z2",
            () -> otherClass(u, shorter))
        .onlyIf(classes, () -> otherClass(u, v));
    table.derivative("j ≠ k: ∂ŷ_k/∂z_j = -ŷ_j ŷ_k", "yhat", "z2", this::softmaxJacobian).holds();
    table
        .derivative(
            "∂ŷ_k/∂z⁽²⁾_j = ŷ_k(1 - ŷ_k) if j = k, -ŷ_j ŷ_k if j ≠ k",
            "yhat",
            "z2",
            this::softmaxJacobian)
        .holds();
    table
        .derivative(
            "(comment) ∂ŷ_k/∂z_j = ((Σ_{j=1}^{n} e^{z_j} · e^{z_i}) - e^{z_i} e^{z_j}) / (Σ_j e^{z_j})²",
            "yhat",
            "z2",
            () -> matrix(K, K, (k, j) -> (v * u.at(k, 0) - u.at(k, 0) * u.at(j, 0)) / (v * v)))
        .wrong(
            "j is bound by the sum and free outside it, i stands for k, and the first term belongs to j = k only",
            "∂ŷ_k/∂z_j = (δ_jk Σ_t e^{z_t} · e^{z_k} - e^{z_k} e^{z_j}) / (Σ_t e^{z_t})²",
            this::softmaxJacobian);
  }

  /** The quotient rule for j = k with v as the sum; the other entries as they are. */
  private Matrix sameClass(Matrix u, double v) {
    return matrix(
        K,
        K,
        (k, j) ->
            j == k
                ? (v * u.at(k, 0) - u.at(k, 0) * u.at(j, 0)) / (v * v)
                : softmaxJacobian().at(k, j));
  }

  /** The quotient rule for j ≠ k with v as the sum; the other entries as they are. */
  private Matrix otherClass(Matrix u, double v) {
    return matrix(
        K, K, (k, j) -> j == k ? softmaxJacobian().at(k, k) : -u.at(k, 0) * u.at(j, 0) / (v * v));
  }
}
