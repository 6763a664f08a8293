package org.vbar.check;

import static org.vbar.check.Calculations.column;
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
import java.util.Arrays;
import java.util.List;
import org.vbar.graph.Node;
import org.vbar.layer.Einsum;
import org.vbar.layer.Matrix;
import org.vbar.layer.Tensor;

/**
 * The formulas of "Simple MLP - Forward and Backward Pass (With Einsum) Derivation": one sample in
 * a column, h = σ(W x + b), y = softmax(V h + c), L = −Σ t log y.
 */
final class EinsumFormulas {
  private static final int NI = 4;
  private static final int NH = 3;
  private static final int NO = 5;
  private static final double RATE = 0.01;
  private static final List<String> PARAMETERS = List.of("W", "b", "V", "c");

  private final Truth truth = new Truth(r -> record(r, oneHot(), NO));
  private final FormulaTable table = new FormulaTable("000_b16b02c62f4a6269.txt", truth);

  private final Matrix x = truth.value("x");
  private final Matrix w = truth.value("W");
  private final Matrix b = truth.value("b");
  private final Matrix v = truth.value("V");
  private final Matrix c = truth.value("c");
  private final Matrix t = truth.value("t");
  private final Matrix ha = truth.value("ha");
  private final Matrix h = truth.value("h");
  private final Matrix ya = truth.value("ya");
  private final Matrix y = truth.value("y");

  /** The adjoints, from the sweep, that later formulas build on. */
  private final Matrix yaBar = truth.sweep("L", "ya");

  private final Matrix hBar = truth.sweep("L", "h");
  private final Matrix haBar = truth.sweep("L", "ha");

  /** The same with targets that are not a distribution. */
  private final Truth soft =
      new Truth(r -> record(r, Matrix.of(NO, 1, 0.5, 0.25, 0.25, 0.5, 0), NO));

  private static Matrix oneHot() {
    return Matrix.of(NO, 1, 0, 0, 0, 1, 0);
  }

  private static void record(Recording r, Matrix targets, int outputs) {
    Recording.Array x = r.leaf("x", numbers(1, NI, 1));
    Recording.Array w = r.leaf("W", numbers(2, NH, NI));
    Recording.Array b = r.leaf("b", numbers(3, NH, 1));
    Recording.Array v = r.leaf("V", numbers(4, outputs, NH));
    Recording.Array c = r.leaf("c", numbers(5, outputs, 1));
    Recording.Array t = r.leaf("t", targets);
    Recording.Array ha = r.name("ha", w.times(x).plus(b));
    Recording.Array h = r.name("h", ha.map(Node::sigmoid));
    Recording.Array ya = r.name("ya", v.times(h).plus(c));
    Recording.Array y = r.name("y", ya.softmax());
    r.name("L", t.combine(y.map(Node::log), Node::times).sum().map(Node::negated));
  }

  static ImmutableList<FormulaRow> rows() {
    return new EinsumFormulas().measure();
  }

  private ImmutableList<FormulaRow> measure() {
    notation();
    matrixForm();
    einsumForm();
    code();
    question();
    return table.rows();
  }

  private void notation() {
    table.at("Notation");
    table.value("h = Sigmoid(wx + b)", "h", () -> sigmoid(w.times(x).plus(b))).holds();
    table.value("y' = Softmax(Vh + c)", "y", () -> softmaxColumn(v.times(h).plus(c))).holds();
  }

  /** A chain of two factors, which as a product of a column and a Jacobian does not exist. */
  private void chain(String formula, String by, String later) {
    Matrix bar = truth.sweep("L", later);
    Matrix jacobian = truth.sweep(later, by);
    Matrix value = truth.value(by);
    table
        .derivative(formula, "L", by, () -> bar.times(jacobian))
        .onlyIf(
            "· sums over the entries of the first factor, as the backprop rule does over the children; a column times a Jacobian does not exist",
            () -> Matrix.view(value.rows(), value.columns(), jacobian.transposeTimes(bar).array()));
  }

  private void matrixForm() {
    table.at("Forward Pass");
    table.value("h_a = W @ x + b", "ha", () -> w.times(x).plus(b)).holds();
    table.value("h = Sigmoid(h_a)", "h", () -> sigmoid(ha)).holds();
    table.value("y_a = V @ h + c", "ya", () -> v.times(h).plus(c)).holds();
    table.value("y = Softmax(y_a)", "y", () -> softmaxColumn(ya)).holds();
    table
        .value(
            "L = -sum_{i=0}^{n} t log y_i (scalar)",
            "L",
            () -> scalar(-total(t) * total(y.map(Math::log))))
        .onlyIf(
            "t is read as t_i, and i takes the No values from 1 (0 to n are n + 1)", this::loss);
    table
        .value(
            "L → -t log y (vector) (No × 1)", "L", () -> t.combine(y, (p, q) -> -p * Math.log(q)))
        .wrong(
            "The vector holds the terms of the sum; the loss is one number",
            "L = -sum_o t_o log y_o",
            this::loss);

    table.at("Backward Pass");
    table.derivative("∂L/∂L = 1", "L", "L", () -> scalar(1)).holds();
    table.derivative("∂L/∂y = -t/y", "L", "y", () -> t.combine(y, (p, q) -> -p / q)).holds();
    table
        .derivative(
            "∂L/∂y_a = ∂L/∂y · ∂y/∂y_a",
            "L",
            "ya",
            () -> truth.sweep("L", "y").hadamard(y.map(p -> p * (1 - p))))
        .onlyIf(
            "· sums over all No outputs (the Jacobian of the softmax is not diagonal)",
            () -> truth.sweep("y", "ya").transposeTimes(truth.sweep("L", "y")));
    difference("∂L/∂y_a = y - t");
    chain("∂L/∂V = ∂L/∂y_a · ∂y_a/∂V", "V", "ya");
    table.derivative("∂L/∂V = (y - t) · hᵀ", "L", "V", () -> y.minus(t).timesTranspose(h)).holds();
    chain("∂L/∂h = ∂L/∂y_a · ∂y_a/∂h", "h", "ya");
    table.derivative("∂L/∂h = Vᵀ · (y - t)", "L", "h", () -> v.transposeTimes(y.minus(t))).holds();
    chain("∂L/∂c = ∂L/∂y_a · ∂y_a/∂c", "c", "ya");
    table.derivative("∂L/∂c = (y - t) · 1", "L", "c", () -> y.minus(t)).holds();
    chain("∂L/∂h_a = ∂L/∂h · ∂h/∂h_a", "ha", "h");
    table
        .derivative(
            "∂L/∂h_a = ∂L/∂h [σ(h_a)·(1 - σ(h_a))], (Nh × 1)·(Nh × 1)",
            "L",
            "ha",
            () -> hBar.times(sigmoidDerivative(ha)))
        .onlyIf(
            "the product is entry by entry; as matrices (Nh × 1)·(Nh × 1) does not exist",
            this::hiddenAdjoint);
    chain("∂L/∂w = ∂L/∂h_a · ∂h_a/∂w", "W", "ha");
    table.derivative("∂L/∂w = ∂L/∂h_a · xᵀ", "L", "W", () -> haBar.timesTranspose(x)).holds();
    chain("∂L/∂b = ∂L/∂h_a · ∂h_a/∂b", "b", "ha");
    table.derivative("∂L/∂b = ∂L/∂h_a · 1", "L", "b", () -> haBar).holds();
  }

  /** y - t, where the text has not said yet that the targets are one-hot. */
  private void difference(String formula) {
    table
        .of(soft)
        .derivative(formula, "L", "ya", () -> soft.value("y").minus(soft.value("t")))
        .onlyIf(
            "the targets sum to 1, as one-hot targets do (else y·Σt - t); the rows below take it for granted",
            truth,
            () -> y.minus(t));
    table.of(truth);
  }

  private Matrix loss() {
    return scalar(-sum(NO, o -> t.at(o, 0) * Math.log(y.at(o, 0))));
  }

  private Matrix hiddenAdjoint() {
    return hBar.hadamard(sigmoidDerivative(ha));
  }

  private static Matrix einsum(String formula, Matrix left, Matrix right) {
    Einsum einsum = Einsum.parse(formula);
    Tensor result = einsum.contract(tensor(einsum, 0, left), tensor(einsum, 1, right));
    return result.rank() == 2
        ? result.toMatrix()
        : Matrix.view(result.array().length, 1, result.array());
  }

  private static Tensor tensor(Einsum einsum, int operand, Matrix value) {
    return einsum.operands().get(operand).length() == 2
        ? Tensor.of(value)
        : Tensor.vector(value.array());
  }

  private void einsumForm() {
    table.at("Einsum, Model");
    table.value("h = σ(Wx + b)", "h", () -> sigmoid(w.times(x).plus(b))).holds();
    table.value("y = softmax(Vh + c)", "y", () -> softmaxColumn(v.times(h).plus(c))).holds();

    table.at("Einsum, Forward Pass");
    table
        .value(
            "h_{a,h} = Σ_i W_{hi} x_i + b_h",
            "ha",
            () -> column(NH, j -> sum(NI, i -> w.at(j, i) * x.at(i, 0)) + b.at(j, 0)))
        .holds();
    table
        .value("ha = np.einsum(\"hi,i->h\", W, x) + b", "ha", () -> einsum("hi,i->h", w, x).plus(b))
        .holds();
    table.value("h_h = σ(h_{a,h})", "h", () -> sigmoid(ha)).holds();
    table.value("h = sigmoid(ha)", "h", () -> sigmoid(ha)).holds();
    table
        .value(
            "y_{a,o} = Σ_h V_{oh} h_h + c_o",
            "ya",
            () -> column(NO, o -> sum(NH, j -> v.at(o, j) * h.at(j, 0)) + c.at(o, 0)))
        .holds();
    table
        .value("ya = np.einsum(\"oh,h->o\", V, h) + c", "ya", () -> einsum("oh,h->o", v, h).plus(c))
        .holds();
    table.value("y_o = e^{y_{a,o}} / Σ_{o'} e^{y_{a,o'}}", "y", () -> softmaxColumn(ya)).holds();
    table.value("y = softmax(ya)", "y", () -> softmaxColumn(ya)).holds();
    table.value("L = -Σ_o t_o log y_o", "L", this::loss).holds();

    table.at("Einsum, Backward Pass");
    difference("∂L/∂y_{a,o} = y_o - t_o");
    difference("dLdya = y - t");
    table
        .derivative(
            "∂L/∂V_{oh} = (y_o - t_o) h_h",
            "L",
            "V",
            () -> matrix(NO, NH, (o, j) -> (y.at(o, 0) - t.at(o, 0)) * h.at(j, 0)))
        .holds();
    table
        .derivative(
            "dLdV = np.einsum(\"o,h->oh\", dLdya, h)", "L", "V", () -> einsum("o,h->oh", yaBar, h))
        .holds();
    table.derivative("dLdc = dLdya", "L", "c", () -> yaBar).holds();
    table
        .derivative(
            "∂L/∂h_h = Σ_o V_{oh} (y_o - t_o)",
            "L",
            "h",
            () -> column(NH, j -> sum(NO, o -> v.at(o, j) * (y.at(o, 0) - t.at(o, 0)))))
        .holds();
    table
        .derivative(
            "dLdh = np.einsum(\"oh,o->h\", V, dLdya)", "L", "h", () -> einsum("oh,o->h", v, yaBar))
        .holds();
    table.derivatives(
        "L",
        "ha",
        this::hiddenAdjoint,
        "∂L/∂h_{a,h} = ∂L/∂h_h · σ(h_{a,h})(1 - σ(h_{a,h}))",
        "dLdha = dLdh * sigmoidgrad(ha)");
    table
        .derivative(
            "∂L/∂W_{hi} = ∂L/∂h_{a,h} x_i",
            "L",
            "W",
            () -> matrix(NH, NI, (j, i) -> haBar.at(j, 0) * x.at(i, 0)))
        .holds();
    table
        .derivative(
            "dLdW = np.einsum(\"h,i->hi\", dLdha, x)", "L", "W", () -> einsum("h,i->hi", haBar, x))
        .holds();
    table.derivative("dLdb = dLdha", "L", "b", () -> haBar).holds();
  }

  private void code() {
    table.at("Code");
    table
        .value(
            "t = np.zeros(No); t[3] = 1 (class 3, counted from 0)",
            "t",
            () -> column(NO, o -> o == 3 ? 1 : 0))
        .holds();
    table
        .value("ha = np.einsum(\"hi,i->h\", W, x) + b", "ha", () -> einsum("hi,i->h", w, x).plus(b))
        .holds();
    table
        .value("h = 1 / (1 + np.exp(-ha))", "h", () -> ha.map(a -> 1 / (1 + Math.exp(-a))))
        .holds();
    table
        .value("ya = np.einsum(\"oh,h->o\", V, h) + c", "ya", () -> einsum("oh,h->o", v, h).plus(c))
        .holds();
    table
        .value(
            "y = exp_ya / np.sum(exp_ya), exp_ya = np.exp(ya - ya_max)",
            "y",
            () -> {
              double largest = Arrays.stream(ya.array()).max().orElseThrow();
              Matrix exponentials = ya.map(a -> Math.exp(a - largest));
              return exponentials.scaled(1 / total(exponentials));
            })
        .holds();
    table
        .value(
            "L = -np.sum(t * np.log(y + 1e-8))",
            "L",
            () -> scalar(-sum(NO, o -> t.at(o, 0) * Math.log(y.at(o, 0) + 1e-8))))
        .wrong(
            "The added 1e-8 makes the loss smaller by about 1e-8/y, and y - t is the derivative of the loss without it; computed from the logits, nothing needs to be added",
            "L = log Σ exp(ya) - ya_k for the class k",
            () -> scalar(Math.log(total(ya.map(Math::exp))) - ya.at(3, 0)));
    table.derivative("dL_dya = y - t", "L", "ya", () -> y.minus(t)).holds();
    table
        .derivative(
            "dL_dV = np.einsum(\"o,h->oh\", dL_dya, h)",
            "L",
            "V",
            () -> einsum("o,h->oh", yaBar, h))
        .holds();
    table.derivative("dL_dc = dL_dya", "L", "c", () -> yaBar).holds();
    table
        .derivative(
            "dL_dh = np.einsum(\"oh,o->h\", V, dL_dya)",
            "L",
            "h",
            () -> einsum("oh,o->h", v, yaBar))
        .holds();
    table
        .derivative(
            "sigmoid_grad = h * (1 - h)", "h", "ha", () -> diagonal(h.map(a -> a * (1 - a))))
        .holds();
    table
        .derivative(
            "dL_dha = dL_dh * sigmoid_grad",
            "L",
            "ha",
            () -> hBar.hadamard(h.map(a -> a * (1 - a))))
        .holds();
    table
        .derivative(
            "dL_dW = np.einsum(\"h,i->hi\", dL_dha, x)",
            "L",
            "W",
            () -> einsum("h,i->hi", haBar, x))
        .holds();
    table.derivative("dL_db = dL_dha", "L", "b", () -> haBar).holds();
    updates();
  }

  private void updates() {
    table.of(new Truth(this::recordSteps));
    for (String parameter : PARAMETERS) {
      table
          .value(
              "N -= learning_rate * dL_dN".replace("N", parameter),
              parameter,
              () -> truth.value(parameter).minus(truth.sweep("L", parameter).scaled(RATE)))
          .holds();
    }
    table.of(truth);
  }

  /** One step of gradient descent. */
  private void recordSteps(Recording r) {
    for (String parameter : PARAMETERS) {
      Recording.Array before = r.leaf(parameter + " before", truth.value(parameter));
      Recording.Array gradient = r.leaf(parameter + " gradient", truth.sweep("L", parameter));
      r.name(parameter, before.combine(gradient, (v, g) -> v.minus(g.times(RATE))));
    }
  }

  private void question() {
    table.at("Question and answer");
    table.derivative("∂L/∂h = Vᵀ ∂L/∂y_a", "L", "h", () -> v.transposeTimes(yaBar)).holds();
    table
        .derivative(
            "\"ho\" instead of \"oh\": np.einsum(\"ho,o->h\", V, dL_dya)",
            "L",
            "h",
            () -> einsum("ho,o->h", v, yaBar))
        .wrong(
            "V is stored as [No × Nh], so its first letter is o; the letters ho fit only if No = Nh and then give V instead of Vᵀ",
            "np.einsum(\"oh,o->h\", V, dL_dya)",
            () -> einsum("oh,o->h", v, yaBar));
    table
        .derivative(
            "∂L/∂h_h = Σ_o V_{oh} ∂L/∂y_{a,o}",
            "L",
            "h",
            () -> column(NH, j -> sum(NO, o -> v.at(o, j) * yaBar.at(o, 0))))
        .holds();
    table
        .derivative(
            "dL_dh = np.einsum(\"oh, o->h\", V, dL_dya)",
            "L",
            "h",
            () -> einsum("oh, o->h", v, yaBar))
        .holds();
  }
}
