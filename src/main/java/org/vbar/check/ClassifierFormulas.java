package org.vbar.check;

import static org.vbar.check.Calculations.column;
import static org.vbar.check.Calculations.diagonal;
import static org.vbar.check.Calculations.heaviside;
import static org.vbar.check.Calculations.matrix;
import static org.vbar.check.Calculations.row;
import static org.vbar.check.Calculations.scalar;
import static org.vbar.check.Calculations.sigmoid;
import static org.vbar.check.Calculations.sigmoidDerivative;
import static org.vbar.check.Calculations.sum;

import com.google.common.collect.ImmutableList;
import java.util.List;
import org.vbar.graph.Node;
import org.vbar.layer.Matrix;

/**
 * The formulas of "Basic MLP with manually-derived Backprop": l₁ = W₁ x, a₁ = ReLU(l₁), l₂ = W₂ a₁,
 * a₂ = ReLU(l₂), l₃ = w₃ a₂, a₃ = σ(l₃), ℒ = ½ (a₃ − t)², without biases, columns.
 *
 * <p>Measured at a point where one neuron of the second layer is off, if nothing else is said.
 */
final class ClassifierFormulas {
  private final Truth truth = new Truth(r -> record(r, 1, -0.25));
  private final FormulaTable table = new FormulaTable("004_cfd6e66b3beed606.txt", truth);

  private final Matrix x = truth.value("x");
  private final Matrix w1 = truth.value("W1");
  private final Matrix w2 = truth.value("W2");
  private final Matrix w3 = truth.value("w3");
  private final Matrix l1 = truth.value("l1");
  private final Matrix a1 = truth.value("a1");
  private final Matrix l2 = truth.value("l2");
  private final Matrix a2 = truth.value("a2");
  private final double l3 = truth.value("l3").at(0, 0);
  private final double a3 = truth.value("a3").at(0, 0);
  private final double t = truth.value("t").at(0, 0);

  private final Matrix l1Bar = truth.sweep("L", "l1");
  private final Matrix a1Bar = truth.sweep("L", "a1");
  private final Matrix l2Bar = truth.sweep("L", "l2");
  private final Matrix a2Bar = truth.sweep("L", "a2");
  private final double l3Bar = truth.sweep("L", "l3").at(0, 0);
  private final double a3Bar = truth.sweep("L", "a3").at(0, 0);

  private static void record(Recording r, double sign, double w222) {
    Recording.Array x = r.leaf("x", Matrix.of(2, 1, sign, 1.75 * sign));
    Recording.Array w1 = r.leaf("W1", Matrix.of(2, 2, 0.5, -0.25, 0.75, 0.5));
    Recording.Array w2 = r.leaf("W2", Matrix.of(2, 2, 1.5, 0.5, -1, w222));
    Recording.Array w3 = r.leaf("w3", Matrix.of(1, 2, 0.8, -1.25));
    Recording.Array t = r.leaf("t", scalar(1));
    Recording.Array l1 = r.name("l1", w1.times(x));
    Recording.Array a1 = r.name("a1", l1.map(Node::relu));
    Recording.Array l2 = r.name("l2", w2.times(a1));
    Recording.Array a2 = r.name("a2", l2.map(Node::relu));
    Recording.Array l3 = r.name("l3", w3.times(a2));
    Recording.Array a3 = r.name("a3", l3.map(Node::sigmoid));
    r.name("L", a3.combine(t, Node::minus).map(d -> d.square().times(0.5)));
  }

  static ImmutableList<FormulaRow> rows() {
    return new ClassifierFormulas().measure();
  }

  private ImmutableList<FormulaRow> measure() {
    rule();
    perElement();
    forward();
    vectorized();
    garbled();
    remarks();
    return table.rows();
  }

  private void rule() {
    table.at("1.2.4 Neuron firing");
    table
        .value("l_ij = W_ij x_i", "l1", () -> column(2, i -> w1.at(i, 0) * x.at(i, 0)))
        .onlyIf(
            "W_ij is row j of W_i, x_i is the input of layer i, and the product is their dot product",
            () -> column(2, j -> sum(2, k -> w1.at(j, k) * x.at(k, 0))));
    table.at("1.3 (1)");
    table
        .derivative(
            "v̄_i = Σ_{j ∈ Ch(v_i)} v̄_j ∂v_j/∂v_i",
            "L",
            "a1",
            () -> truth.sweep("l2", "a1").transposeTimes(l2Bar))
        .holds();
    table
        .derivative("set v_N = 1", "L", "L", () -> truth.value("L"))
        .wrong(
            "The bar is missing: the output's adjoint is 1, not its value",
            "v̄_N = 1",
            () -> scalar(1));
  }

  private void perElement() {
    table.at("1.3.1 Loss and final activation");
    table.derivative("ℒ̄ = 1", "L", "L", () -> scalar(1)).holds();
    table.derivatives(
        "L",
        "a3",
        () -> scalar(a3 - t),
        "ā_3 = ℒ̄ ∂ℒ/∂a_3 = (1) ∂ℒ/∂a_3 = ∂ℒ/∂a_3",
        "ā_3 = ∂/∂a_3 ½(a_3 - t)² = (a_3 - t) ∂/∂a_3 (a_3 - t) = (a_3 - t)(1)",
        "(3) ā_3 = (a_3 - t)");
    table.at("1.3.1 Final layer");
    table.derivatives(
        "L",
        "l3",
        () -> scalar(a3Bar * sigmoid(scalar(l3)).at(0, 0) * (1 - sigmoid(scalar(l3)).at(0, 0))),
        "l̄_3 = ā_3 ∂a_3/∂l_3 = ā_3 ∂/∂l_3 σ(l_3)",
        "(4) l̄_3 = ā_3 σ(l_3)(1 - σ(l_3))");
    table.at("1.3.1 Final layer weights");
    table.derivatives(
        "L",
        "w3",
        () -> row(2, i -> l3Bar * a2.at(i, 0)),
        "w̄_31i = l̄_3 ∂/∂w_31i l_3 = l̄_3 ∂/∂w_31i Σ_j w_31j a_2j",
        "(5) w̄_31i = l̄_3 a_2i");
    table.at("1.3.1 Second layer activation");
    table.derivatives(
        "L",
        "a2",
        () -> column(2, i -> l3Bar * w3.at(0, i)),
        "ā_2i = l̄_3 ∂/∂a_2i l_3 = l̄_3 ∂/∂a_2i Σ_j w_31j a_2j",
        "(6) ā_2i = l̄_3 w_31i");
    table.at("1.3.1 Second layer");
    table
        .derivative(
            "d/dx ReLU(x) = 1 if x > 0, 0 otherwise", "a2", "l2", () -> diagonal(heaviside(l2)))
        .holds();
    Truth kink = new Truth(r -> record(r, 0, -0.25));
    table.of(kink);
    table
        .derivative("d/dx ReLU(x) = 0 otherwise, at x = 0", "a1", "l1", () -> Matrix.zeros(2, 2))
        .onlyIf(
            "x ≠ 0; at 0 there is no derivative (differences give ½), and 0 is the customary choice, which the sweep makes too",
            truth,
            () -> diagonal(heaviside(l1)));
    table.of(truth);
    table.derivatives(
        "L",
        "l2",
        () -> column(2, i -> a2Bar.at(i, 0) * (l2.at(i, 0) > 0 ? 1 : 0)),
        "l̄_2i = ā_2i ∂/∂l_2i a_2i = ā_2i ∂/∂l_2i ReLU(l_2i)",
        "l̄_2i = ā_2i θ(l_2i)·(1)",
        "(7) l̄_2i = ā_2i θ(l_2i)");
    table.at("1.3.1 Second layer weights");
    table.derivatives(
        "L",
        "W2",
        () -> matrix(2, 2, (i, j) -> l2Bar.at(i, 0) * a1.at(j, 0)),
        "W̄_2ij = l̄_2i ∂/∂W_2ij l_2i = l̄_2i ∂/∂W_2ij Σ_k W_2ik a_1k",
        "(8) W̄_2ij = l̄_2i a_1j");
    table.at("1.3.1 Input layer activation");
    table.derivatives(
        "L",
        "a1",
        () -> column(2, i -> l2Bar.at(0, 0) * w2.at(0, i) + l2Bar.at(1, 0) * w2.at(1, i)),
        "ā_1i = l̄_21 ∂/∂a_1i l_21 + l̄_22 ∂/∂a_1i l_22",
        "ā_1i = l̄_21 ∂/∂a_1i Σ_j W_21j a_1j + l̄_22 ∂/∂a_1i Σ_j W_22j a_1j",
        "(9) ā_1i = l̄_21 W_21i + l̄_22 W_22i");
    table.at("1.3.1 Input layer");
    table.derivatives(
        "L",
        "l1",
        () -> column(2, i -> a1Bar.at(i, 0) * (l1.at(i, 0) > 0 ? 1 : 0)),
        "l̄_1i = ā_1i ∂/∂l_1i a_1i = ā_1i ∂/∂l_1i ReLU(l_1i)",
        "l̄_1i = ā_1i θ(l_1i)·(1)",
        "(10) l̄_1i = ā_1i θ(l_1i)");
    table.at("1.3.1 Input layer weights");
    table.derivatives(
        "L",
        "W1",
        () -> matrix(2, 2, (i, j) -> l1Bar.at(i, 0) * x.at(j, 0)),
        "W̄_1ij = l̄_1i ∂/∂W_1ij l_1i = l̄_1i ∂/∂W_1ij Σ_k W_1ik x_1k",
        "(11) W̄_1ij = l̄_1i x_1j");
  }

  private void forward() {
    table.at("1.3.3 Forward pass vectorized");
    table.value("l_1 = W_1 · x", "l1", () -> w1.times(x)).holds();
    table.value("a_1 = ReLU(l_1)", "a1", () -> l1.map(a -> Math.max(a, 0))).holds();
    table.value("l_2 = W_2 · a_1", "l2", () -> w2.times(a1)).holds();
    table.value("a_2 = ReLU(l_2)", "a2", () -> l2.map(a -> Math.max(a, 0))).holds();
    table.value("l_3 = w_3 · a_2", "l3", () -> w3.times(a2)).holds();
    table.value("a_3 = σ(l_3)", "a3", () -> sigmoid(scalar(l3))).holds();
    table.value("ℒ = ½(a_3 - t)²", "L", () -> scalar(0.5 * (a3 - t) * (a3 - t))).holds();
  }

  private Matrix outer(Matrix left, Matrix right) {
    return left.timesTranspose(right);
  }

  private void vectorized() {
    table.at("1.3.4 Backpropagation vectorized");
    table.derivative("ℒ̄ = 1", "L", "L", () -> scalar(1)).holds();
    table.derivatives(
        "L", "a3", () -> scalar(a3 - t), "ā_3 = ℒ̄(a_3 - t)", "ā_3 = (a_3 - t) (Scalar)");
    table.derivatives(
        "L",
        "l3",
        () -> sigmoidDerivative(scalar(l3)).scaled(a3Bar),
        "l̄_3 = ā_3 × ∂/∂l_3 a_3 = ā_3 × ∂/∂l_3 σ(l_3)",
        "l̄_3 = ā_3 × σ'(l_3) (scalar)");
    table
        .derivative(
            "(13) w̄_3 = l̄_3 ∂/∂w_3 l_3 = l̄_3 ∂/∂w_3 w_3 · a_2",
            "L",
            "w3",
            () -> truth.sweep("l3", "w3").scaled(l3Bar))
        .holds();
    table
        .derivative(
            "w̄_3 = l̄_3 [∂/∂w_311 (w_311 a_21 + w_312 a_22)]",
            "L",
            "w3",
            () -> scalar(l3Bar * a2.at(0, 0)))
        .wrong(
            "One of two entries: the derivative for w_312 is missing",
            "w̄_3 = l̄_3 [∂l_3/∂w_311  ∂l_3/∂w_312]",
            () -> row(2, i -> l3Bar * a2.at(i, 0)));
    table
        .derivative("w̄_3 = l̄_3 [a_21  a_22]", "L", "w3", () -> row(2, i -> l3Bar * a2.at(i, 0)))
        .holds();
    table
        .derivative("w̄_3 = l̄_3 a_2ᵀ (1, 2 vector)", "L", "w3", () -> a2.transpose().scaled(l3Bar))
        .holds();
    table
        .derivative(
            "ā_2 = l̄_3 ∂/∂a_2 l_3 = l̄_3 ∂/∂a_2 w_3 · a_2",
            "L",
            "a2",
            () -> truth.sweep("l3", "a2").scaled(l3Bar))
        .holds();
    String column = "ā_2 = l̄_3 [w_311; w_312], a column";
    table
        .derivative(
            "ā_2 = l̄_3 [∂/∂a_21 (w_311 a_21 + w_312 a_22)]",
            "L",
            "a2",
            () -> scalar(l3Bar * w3.at(0, 0)))
        .wrong(
            "One of two entries: the derivative for a_22 is missing",
            column,
            () -> w3.transpose().scaled(l3Bar));
    table
        .derivative(
            "ā_2 = l̄_3 [(w_311/w_311) [w_311]]", "L", "a2", () -> scalar(l3Bar * w3.at(0, 0)))
        .wrong(
            "A quotient and one entry where a column of two belongs",
            column,
            () -> w3.transpose().scaled(l3Bar));
    table
        .derivative(
            "ā_2 = l̄_3 [w_311/w_312]", "L", "a2", () -> scalar(l3Bar * w3.at(0, 0) / w3.at(0, 1)))
        .wrong(
            "A fraction bar where the two entries stand one above the other",
            column,
            () -> w3.transpose().scaled(l3Bar));
    table
        .derivative("ā_2 = l̄_3 w_3ᵀ (2, 1 vector)", "L", "a2", () -> w3.transpose().scaled(l3Bar))
        .holds();
    table
        .derivative("l̄_2 = [ā_21 θ(l_21)]", "L", "l2", () -> scalar(a2Bar.at(0, 0)))
        .wrong(
            "One of two entries",
            "l̄_2 = [ā_21 θ(l_21); ā_22 θ(l_22)]",
            () -> a2Bar.hadamard(heaviside(l2)));
    table
        .derivative(
            "l̄_2 = ā_2 ∘ θ(l_2) (∘ is the Hadamard product)",
            "L",
            "l2",
            () -> a2Bar.hadamard(heaviside(l2)))
        .holds();
  }

  private void garbled() {
    Matrix quotients2 = row(2, j -> l2.at(0, 0) / l2.at(1, 0) * a1.at(j, 0));
    String weights2 = "w̄_2 = [l̄_21 a_11  l̄_21 a_12; l̄_22 a_11  l̄_22 a_12] = l̄_2 a_1ᵀ";
    for (String formula :
        List.of(
            "w̄_2 = [(l_21/l_22) a_11  (l_21/l_22) a_12]",
            "w̄_2 = [(l_21/l_22)  (l_21/l_22)] ∘ [a_11  a_12]")) {
      table
          .derivative(formula, "L", "W2", () -> quotients2)
          .wrong(
              "Fraction bars where entries stand one above the other, and the bars over l are lost: one row where two belong",
              weights2,
              () -> outer(l2Bar, a1));
    }
    String activations1 =
        "ā_1 = [l̄_21 W_211 + l̄_22 W_221; l̄_21 W_212 + l̄_22 W_222] = W_2ᵀ l̄_2";
    table
        .derivative(
            "ā_1 = [(l_21/l_21) W_211 + (l_22/l_22) W_221]",
            "L",
            "a1",
            () -> scalar(w2.at(0, 0) + w2.at(1, 0)))
        .wrong(
            "Quotients of a number by itself where l̄_21 and l̄_22 belong, and one entry of two",
            activations1,
            () -> w2.transposeTimes(l2Bar));
    table
        .derivative(
            "ā_1 = [l_21/W_212 + l_22/l_22] × [a_11  a_12]",
            "L",
            "a1",
            () -> a1.transpose().scaled(l2.at(0, 0) / w2.at(0, 1) + 1))
        .wrong(
            "The second entry of ā_1 has run into the formula of w̄_2",
            activations1,
            () -> w2.transposeTimes(l2Bar));
    table
        .derivative("ā_1 = l̄_2 × a_1ᵀ", "L", "a1", () -> outer(l2Bar, a1))
        .wrong(
            "This is w̄_2, a matrix [2 × 2]; the left side is lost. The matrix form of (9) is nowhere given",
            "ā_1 = W_2ᵀ l̄_2",
            () -> w2.transposeTimes(l2Bar));
    table.derivative("(reading) w̄_2 = l̄_2 × a_1ᵀ", "L", "W2", () -> outer(l2Bar, a1)).holds();
    table
        .derivative(
            "l̄_1 = [(a_11/l_21) θ(l_11)]",
            "L",
            "l1",
            () -> scalar(a1.at(0, 0) / l2.at(0, 0) * heaviside(l1).at(0, 0)))
        .wrong(
            "A quotient where ā_11 belongs, and one entry of two",
            "l̄_1 = [ā_11 θ(l_11); ā_12 θ(l_12)]",
            () -> a1Bar.hadamard(heaviside(l1)));
    table
        .derivative("l̄_1 = ā_1 ∘ θ(l_1) (twice)", "L", "l1", () -> a1Bar.hadamard(heaviside(l1)))
        .holds();
    String weights1 = "w̄_1 = [l̄_11 x_11  l̄_11 x_12; l̄_12 x_11  l̄_12 x_12] = l̄_1 xᵀ";
    table
        .derivative(
            "w̄_1 = [(l_11/l_12) x_11  (l_11/l_12) x_12] (four times)",
            "L",
            "W1",
            () -> row(2, j -> l1.at(0, 0) / l1.at(1, 0) * x.at(j, 0)))
        .wrong(
            "Fraction bars where entries stand one above the other, and the bars over l are lost",
            weights1,
            () -> outer(l1Bar, x));
    table
        .derivative(
            "w̄_1 = [(l_11/l_12) × x_1] (twice)",
            "L",
            "W1",
            () -> x.scaled(l1.at(0, 0) / l1.at(1, 0)))
        .wrong(
            "A quotient where the column l̄_1 belongs, and the transpose of x is lost: with both it is an outer product",
            weights1,
            () -> outer(l1Bar, x));
  }

  private void remarks() {
    table.at("1.4.3 Remaining questions");
    table
        .derivative(
            "∘ is matrix multiplication, A ∘ B = AB: l̄_2 = ā_2 θ(l_2)",
            "L",
            "l2",
            () -> a2Bar.times(heaviside(l2)))
        .wrong(
            "∘ multiplies entry by entry; [2 × 1] by [2 × 1] is no matrix product, and no functions are composed",
            "l̄_2i = ā_2i θ(l_2i)",
            () -> a2Bar.hadamard(heaviside(l2)));
    table.derivative("W̄⁽²⁾ = ȳ hᵀ", "L", "W2", () -> outer(l2Bar, a1)).holds();
    Matrix gradient = row(2, i -> a2.at(i, 0));
    table.derivative("∂f/∂x = [∂f/∂x_1, ∂f/∂x_2, …]", "l3", "w3", () -> gradient).holds();
    table.value("w_3 = [w_311, w_312]", "w3", () -> row(2, i -> w3.at(0, i))).holds();
    table
        .value("a_2 = [a_21, a_22]", "a2", () -> row(2, i -> a2.at(i, 0)))
        .onlyIf(
            "up to a transpose: a_2 = ReLU(l_2) is a column", () -> column(2, i -> a2.at(i, 0)));
    Truth on = new Truth(r -> record(r, 1, 0.25));
    Matrix active = on.value("a2");
    table.of(on);
    table
        .value(
            "w_3 · a_2 = w_311 a_21 + a_22 w_312 a_22",
            "l3",
            () ->
                scalar(
                    w3.at(0, 0) * active.at(0, 0)
                        + active.at(1, 0) * w3.at(0, 1) * active.at(1, 0)))
        .wrong(
            "A factor a_22 has slipped in (measured with both neurons on)",
            "w_3 · a_2 = w_311 a_21 + w_312 a_22",
            () -> w3.times(active));
    table.of(truth);
    table.derivatives(
        "l3",
        "w3",
        () -> gradient,
        "∂(w_3 · a_2)/∂w_3 = [∂/∂w_311 (w_311 a_21 + w_312 a_22), ∂/∂w_312 (w_311 a_21 + w_312 a_22)]",
        "∂(w_3 · a_2)/∂w_3 = [a_21 + ∂/∂w_311 (w_312 a_22), ∂/∂w_312 (w_311 a_21) + a_22] = [a_21 + 0, 0 + a_22]",
        "∂(w_3 · a_2)/∂w_3 = [a_21, a_22]");
    table
        .derivative("∂(w_3 · a_2)/∂w_3 = a_2", "l3", "w3", () -> a2)
        .onlyIf(
            "up to a transpose: w_3 is [1 × 2] and a_2 is [2 × 1], so it is a_2ᵀ", a2::transpose);
  }
}
