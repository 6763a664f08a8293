package org.vbar.check;

import static org.vbar.check.Calculations.delta;
import static org.vbar.check.Calculations.diagonal;
import static org.vbar.check.Calculations.matrix;
import static org.vbar.check.Calculations.numbers;
import static org.vbar.check.Calculations.row;
import static org.vbar.check.Calculations.scalar;
import static org.vbar.check.Calculations.softmaxRows;
import static org.vbar.check.Calculations.sum;

import com.google.common.collect.ImmutableList;
import org.vbar.graph.Node;
import org.vbar.layer.Matrix;

/**
 * The formulas of "Backpropagation for an MLP classifier on MNIST": m samples in rows, A⁽¹⁾ = X
 * W⁽¹⁾ + b⁽¹⁾, Z⁽¹⁾ = φ(A⁽¹⁾), Z⁽²⁾ = softmax(Z⁽¹⁾ W⁽²⁾ + b⁽²⁾), measured with φ = tanh.
 *
 * <p>The loss of sample i alone is L<sub>i</sub>; L with a bar of its own, 𝔏, is their mean.
 */
final class RowMajorFormulas {
  private static final int D = 4;
  private static final int H = 3;
  private static final int C = 3;

  /** One sample. */
  private final Truth single = new Truth(r -> record(r, 1));

  /** The document has c and h differ; here they agree, so that Z⁽²⁾ for Z⁽¹⁾ can be measured. */
  private final int m = 5;

  private final Truth batch = new Truth(r -> record(r, m));
  private final FormulaTable table = new FormulaTable("001_627893d01d2bc529.txt", single);

  // One sample.
  private final Matrix x = single.value("X");
  private final Matrix w1 = single.value("W1");
  private final Matrix w2 = single.value("W2");
  private final Matrix b1 = single.value("b1");
  private final Matrix b2 = single.value("b2");
  private final Matrix a1 = single.value("A1");
  private final Matrix z1 = single.value("Z1");
  private final Matrix a2 = single.value("A2");
  private final Matrix z2 = single.value("Z2");
  private final int y = label(0);
  private final Matrix a1Bar = single.sweep("L", "A1");
  private final Matrix z1Bar = single.sweep("L", "Z1");
  private final Matrix a2Bar = single.sweep("L", "A2");

  // The batch.
  private final Matrix xs = batch.value("X");
  private final Matrix ys = batch.value("Y");
  private final Matrix a1s = batch.value("A1");
  private final Matrix z1s = batch.value("Z1");
  private final Matrix a2s = batch.value("A2");
  private final Matrix z2s = batch.value("Z2");
  private final Matrix a1Bars = batch.sweep("L", "A1");
  private final Matrix z1Bars = batch.sweep("L", "Z1");
  private final Matrix a2Bars = batch.sweep("L", "A2");
  private final Matrix z2Bars = batch.sweep("L", "Z2");

  private static int label(int sample) {
    return (2 * sample + 1) % C;
  }

  private static void record(Recording r, int m) {
    Recording.Array x = r.leaf("X", numbers(11, m, D));
    Recording.Array w1 = r.leaf("W1", numbers(12, D, H));
    Recording.Array b1 = r.leaf("b1", numbers(13, 1, H));
    Recording.Array w2 = r.leaf("W2", numbers(14, H, C));
    Recording.Array b2 = r.leaf("b2", numbers(15, 1, C));
    Recording.Array y = r.leaf("Y", matrix(m, C, (i, j) -> delta(label(i), j)));
    Recording.Array a1 = r.name("A1", x.times(w1).plus(b1));
    Recording.Array z1 = r.name("Z1", a1.map(Node::tanh));
    Recording.Array a2 = r.name("A2", z1.times(w2).plus(b2));
    Recording.Array z2 = r.name("Z2", a2.softmax());
    Recording.Array terms = y.combine(z2.map(Node::log), Node::times);
    Recording.Array sum = r.name("sum", terms.sum().map(Node::negated));
    r.name("L", sum.map(total -> total.dividedBy(m)));
  }

  static ImmutableList<FormulaRow> rows() {
    return new RowMajorFormulas().measure();
  }

  private ImmutableList<FormulaRow> measure() {
    preliminaries();
    network();
    localDerivatives();
    chain();
    vectors();
    minibatch();
    return table.rows();
  }

  /** φ′ = 1 − tanh². */
  private static Matrix slope(Matrix a) {
    return a.map(value -> 1 - Math.tanh(value) * Math.tanh(value));
  }

  private Matrix softmaxJacobian() {
    return matrix(C, C, (j, i) -> z2.at(0, j) * (delta(i, j) - z2.at(0, i)));
  }

  private void preliminaries() {
    table.at("Preliminaries");
    table
        .value("softmax([x_1, …, x_n]) = [e^{x_i} / Σ_j e^{x_j}]", "Z2", () -> softmaxRows(a2))
        .holds();
    table
        .derivative(
            "∂s_j/x_i = s_j (δ_ij - s_i)",
            "Z2",
            "A2",
            () -> softmaxJacobian().scaled(1 / a2.at(0, 0)))
        .onlyIf("∂s_j/x_i is read as ∂s_j/∂x_i; the second ∂ is missing", this::softmaxJacobian);
    table
        .derivative(
            "the softmax Jacobian is symmetric", "Z2", "A2", () -> softmaxJacobian().transpose())
        .holds();
    table
        .value(
            "CE(p, q) = E_{X∼p}[-log(X̂)]",
            "L",
            () -> scalar(-sum(C, j -> z2.at(0, j) * Math.log(j + 1))))
        .onlyIf(
            "X̂ stands for q(X), the probability that the estimate gives to X; the logarithm of the random variable X̂ itself is another number (measured with the classes 1 to n)",
            () -> scalar(-sum(C, j -> delta(y, j) * Math.log(z2.at(0, j)))));
    table
        .value(
            "CE(p, q) = -Σ_i p_i log(q_i)",
            "L",
            () -> scalar(-sum(C, j -> delta(y, j) * Math.log(z2.at(0, j)))))
        .holds();
  }

  private void network() {
    table.at("MLP classification").of(batch);
    table.value("A⁽¹⁾ = X W⁽¹⁾ + b⁽¹⁾", "A1", () -> xs.times(w1).addRow(b1)).holds();
    table.value("Z⁽¹⁾ = φ(A⁽¹⁾)", "Z1", () -> a1s.map(Math::tanh)).holds();
    table.value("A⁽²⁾ = Z⁽¹⁾ W⁽²⁾ + b⁽²⁾", "A2", () -> z1s.times(w2).addRow(b2)).holds();
    table.value("Z⁽²⁾ = softmax(A⁽²⁾)", "Z2", () -> softmaxRows(a2s)).holds();
    table
        .value("Y_[i,:] = δ[y_i, :]", "Y", () -> matrix(m, C, (i, j) -> delta(label(i), j)))
        .holds();
    table.of(single);
    table
        .value(
            "ℒ = CE(Y_[i,:], Z⁽²⁾_[i,:]) = -log(Z⁽²⁾_[i,y_i])",
            "L",
            () -> scalar(-Math.log(z2.at(0, y))))
        .holds();
    table.of(batch);
    table
        .value(
            "𝔏 = -(1/m) Σ_i log(Z⁽²⁾_[i,y_i])",
            "L",
            () -> scalar(-sum(m, i -> Math.log(z2s.at(i, label(i)))) / m))
        .holds();
  }

  private void localDerivatives() {
    table.at("One example, immediate derivatives").of(single);
    table
        .value("ℒ = -log(z²_y)", "L", () -> scalar(-Math.log(Math.pow(z2.at(0, y), 2))))
        .onlyIf(
            "z² is z⁽²⁾, the activation of layer 2; the logarithm of a square is twice as large",
            () -> scalar(-Math.log(z2.at(0, y))));
    table
        .derivative(
            "∂a⁽¹⁾_k/∂W⁽¹⁾_ij = δ_jk x_i",
            "A1",
            "W1",
            () -> matrix(H, D * H, (k, ij) -> delta(ij % H, k) * x.at(0, ij / H)))
        .holds();
    table
        .derivative("∂a⁽¹⁾_k/∂b⁽¹⁾_j = δ_jk", "A1", "b1", () -> matrix(H, H, Calculations::delta))
        .holds();
    table
        .derivative("∂z⁽¹⁾_j/∂a⁽¹⁾_i = δ_ij φ'(a⁽¹⁾_j)", "Z1", "A1", () -> diagonal(slope(a1)))
        .holds();
    table
        .derivative(
            "∂a⁽²⁾_j/∂z⁽¹⁾_i = ∂/∂z⁽¹⁾_i [z⁽¹⁾ W⁽²⁾_j + b⁽²⁾_j]", "A2", "Z1", () -> w2.copy())
        .onlyIf(
            "W⁽²⁾_j is column j, as W⁽²⁾_[:,k] is in the other lines; row j, as Z⁽²⁾_i is row i, gives W⁽²⁾_ji (measured with c = h)",
            w2::transpose);
    table.derivative("∂a⁽²⁾_j/∂z⁽¹⁾_i = W⁽²⁾_ij", "A2", "Z1", w2::transpose).holds();
    table
        .derivative(
            "∂a⁽²⁾_k/∂W⁽²⁾_ij = δ_jk z⁽¹⁾_i",
            "A2",
            "W2",
            () -> matrix(C, H * C, (k, ij) -> delta(ij % C, k) * z1.at(0, ij / C)))
        .holds();
    table
        .derivative("∂a⁽²⁾_k/∂b⁽²⁾_j = δ_jk", "A2", "b2", () -> matrix(C, C, Calculations::delta))
        .holds();
    table
        .derivative(
            "∂z⁽²⁾_j/∂a⁽²⁾_i = ∂/∂a⁽²⁾_i [softmax(a⁽²⁾_j)]", "Z2", "A2", () -> Matrix.zeros(C, C))
        .onlyIf(
            "softmax(a⁽²⁾_j) is read as softmax(a⁽²⁾)_j; the softmax of the single number a⁽²⁾_j is 1",
            this::softmaxJacobian);
    table
        .derivative("∂z⁽²⁾_j/∂a⁽²⁾_i = z⁽²⁾_j (δ_ij - z⁽²⁾_i)", "Z2", "A2", this::softmaxJacobian)
        .holds();
    table
        .derivative(
            "∂ℒ/∂z⁽²⁾_i = -δ_iy / z⁽²⁾_y", "L", "Z2", () -> row(C, i -> -delta(i, y) / z2.at(0, y)))
        .holds();
  }

  /** −(δ[y,:] − z⁽²⁾). */
  private Matrix difference() {
    return row(C, j -> -(delta(y, j) - z2.at(0, j)));
  }

  private void chain() {
    table.at("One example, chain rule");
    table
        .derivative(
            "∂ℒ/∂a⁽²⁾_j = Σ_k ∂ℒ/∂z⁽²⁾_k ∂z⁽²⁾_k/∂a⁽²⁾_j",
            "L",
            "A2",
            () -> single.sweep("L", "Z2").times(single.sweep("Z2", "A2")))
        .holds();
    table
        .derivative(
            "∂ℒ/∂a⁽²⁾_j = -Σ_k (δ_ky/z⁽²⁾_y) z⁽²⁾_k (δ_jk - z⁽²⁾_j)",
            "L",
            "A2",
            () ->
                row(
                    C,
                    j ->
                        -sum(
                            C,
                            k ->
                                delta(k, y)
                                    / z2.at(0, y)
                                    * z2.at(0, k)
                                    * (delta(j, k) - z2.at(0, j)))))
        .holds();
    table.derivative("∂ℒ/∂a⁽²⁾_j = -(δ_yj - z⁽²⁾_j)", "L", "A2", this::difference).holds();
    table
        .derivative(
            "∂ℒ/∂W⁽²⁾_ij = ∂ℒ/∂a⁽²⁾_j ∂a⁽²⁾_j/∂W⁽²⁾_ij = -(δ_yj - z⁽²⁾_j) z⁽¹⁾_i",
            "L",
            "W2",
            () -> matrix(H, C, (i, j) -> difference().at(0, j) * z1.at(0, i)))
        .holds();
    table
        .derivative(
            "∂ℒ/∂b⁽²⁾_j = ∂ℒ/∂a⁽²⁾_j ∂a⁽²⁾_j/∂b⁽²⁾_j = -(δ_yj - z⁽²⁾_j)",
            "L",
            "b2",
            this::difference)
        .holds();
    table
        .derivative(
            "∂ℒ/∂z⁽¹⁾_i = Σ_j ∂ℒ/∂a⁽²⁾_j ∂a⁽²⁾_j/∂z⁽¹⁾_i = -Σ_j (δ_yj - z⁽²⁾_j) W⁽²⁾_ij",
            "L",
            "Z1",
            () -> row(H, i -> sum(C, j -> difference().at(0, j) * w2.at(i, j))))
        .holds();
    table
        .derivative(
            "∂ℒ/∂z⁽¹⁾_i = -(δ[y,:] - z⁽²⁾) · W⁽²⁾_[i,:]",
            "L",
            "Z1",
            () ->
                row(
                    H,
                    i ->
                        difference()
                            .timesTranspose(Matrix.of(1, C, w2.at(i, 0), w2.at(i, 1), w2.at(i, 2)))
                            .at(0, 0)))
        .holds();
    table
        .derivative(
            "∂ℒ/∂a⁽¹⁾_j = ∂ℒ/∂z⁽¹⁾_j ∂z⁽¹⁾_j/∂a⁽¹⁾_j = ∂ℒ/∂z⁽¹⁾_j · φ'(a⁽¹⁾_j)",
            "L",
            "A1",
            () -> z1Bar.hadamard(slope(a1)))
        .holds();
    table
        .derivative(
            "∂ℒ/∂W⁽¹⁾_ij = ∂ℒ/∂a⁽¹⁾_j ∂a⁽¹⁾_j/∂W⁽¹⁾_ij = ∂ℒ/∂a⁽¹⁾_j x_i",
            "L",
            "W1",
            () -> matrix(D, H, (i, j) -> a1Bar.at(0, j) * x.at(0, i)))
        .holds();
    table
        .derivative("∂ℒ/∂b⁽¹⁾_j = ∂ℒ/∂a⁽¹⁾_j ∂a⁽¹⁾_j/∂b⁽¹⁾_j = ∂ℒ/∂a⁽¹⁾_j", "L", "b1", () -> a1Bar)
        .holds();
  }

  private void vectors() {
    table.at("One example, vectorized");
    table.derivative("∂ℒ/∂b⁽²⁾ = ∂ℒ/∂a⁽²⁾ = -(δ[y,:] - z⁽²⁾)", "L", "b2", this::difference).holds();
    table
        .derivative(
            "∂ℒ/∂W⁽²⁾ = (z⁽¹⁾)ᵀ ∂ℒ/∂a⁽²⁾ = -(z⁽¹⁾)ᵀ (δ[y,:] - z⁽²⁾)",
            "L",
            "W2",
            () -> z1.transposeTimes(difference()))
        .holds();
    table
        .derivative(
            "∂ℒ/∂z⁽¹⁾ = -(δ[y,:] - z⁽²⁾) W⁽²⁾ᵀ = ∂ℒ/∂a⁽²⁾ W⁽²⁾ᵀ",
            "L",
            "Z1",
            () -> a2Bar.timesTranspose(w2))
        .holds();
    table
        .derivative(
            "∂ℒ/∂b⁽¹⁾ = ∂ℒ/∂a⁽¹⁾ = ∂ℒ/∂z⁽¹⁾ ⊙ φ'(a⁽¹⁾)", "L", "b1", () -> z1Bar.hadamard(slope(a1)))
        .holds();
    table.derivative("∂ℒ/∂W⁽¹⁾ = xᵀ · ∂ℒ/∂a⁽¹⁾", "L", "W1", () -> x.transposeTimes(a1Bar)).holds();
  }

  private void minibatch() {
    table.at("Minibatch").of(batch);
    // With the loss of sample i alone, ∂L_i/∂A_[i,:] = m · ∂𝔏/∂A_[i,:] is read from the sum of
    // losses.
    Matrix a1Each = batch.sweep("sum", "A1");
    Matrix z1Each = batch.sweep("sum", "Z1");
    Matrix a2Each = batch.sweep("sum", "A2");
    Matrix difference = ys.minus(z2s).scaled(-1.0 / m);

    table.value("𝔏 = (1/m) Σ_k ℒ_k", "L", () -> batch.value("sum").scaled(1.0 / m)).holds();
    table
        .derivative(
            "∂𝔏/∂A⁽²⁾_[i,:] = (1/m) Σ_k ∂ℒ_k/∂A⁽²⁾_[i,:] = (1/m) ∂ℒ_i/∂A⁽²⁾_[i,:]",
            "L",
            "A2",
            () -> a2Each.scaled(1.0 / m))
        .holds();
    table.derivatives(
        "L",
        "A2",
        () -> difference,
        "∂𝔏/∂A⁽²⁾_[i,:] = -(1/m) (Y_[i,:] - Z⁽²⁾_[i,:])",
        "∂𝔏/∂A⁽²⁾ = -(1/m) (Y - Z⁽²⁾)");
    table.derivatives(
        "L",
        "b2",
        () -> ys.minus(z2s).columnSums().scaled(-1.0 / m),
        "∂𝔏/∂b⁽²⁾ = (1/m) Σ_i ∂ℒ_i/∂A⁽²⁾_[i,:] = -(1/m) Σ_i (Y_[i,:] - Z⁽²⁾_[i,:])",
        "∂𝔏/∂b⁽²⁾ = average along rows of -(Y - Z⁽²⁾)");
    table
        .derivative(
            "∂𝔏/∂W⁽²⁾ = -(1/m) Σ_i (Z⁽¹⁾_[i,:])ᵀ (Y_[i,:] - Z⁽²⁾_[i,:])",
            "L",
            "W2",
            () ->
                matrix(
                    H, C, (j, k) -> -sum(m, i -> z1s.at(i, j) * (ys.at(i, k) - z2s.at(i, k))) / m))
        .holds();
    table
        .derivative("∂𝔏/∂W⁽²⁾ = Z⁽¹⁾ᵀ ∂𝔏/∂A⁽²⁾", "L", "W2", () -> z1s.transposeTimes(a2Bars))
        .holds();
    table.derivatives(
        "L",
        "Z1",
        () -> difference.timesTranspose(w2),
        "∂𝔏/∂Z⁽¹⁾_[i,:] = (1/m) Σ_k ∂ℒ_k/∂Z⁽¹⁾_[i,:] = -(1/m) (Y_[i,:] - Z⁽²⁾_[i,:]) W⁽²⁾ᵀ");
    table.derivatives(
        "L",
        "Z1",
        () -> a2Bars.timesTranspose(w2),
        "∂𝔏/∂Z⁽¹⁾_[i,:] = ∂𝔏/∂A⁽²⁾_[i,:] W⁽²⁾ᵀ",
        "∂𝔏/∂Z⁽¹⁾ = ∂𝔏/∂A⁽²⁾ W⁽²⁾ᵀ");
    table.derivatives(
        "L",
        "A1",
        () -> z1Each.hadamard(slope(a1s)).scaled(1.0 / m),
        "∂𝔏/∂A⁽¹⁾_[i,:] = (1/m) Σ_k ∂ℒ_k/∂A⁽¹⁾_[i,:] = (1/m) ∂ℒ_i/∂A⁽¹⁾_[i,:] = (1/m) ∂ℒ_i/∂Z⁽¹⁾_[i,:] ⊙ φ'(A⁽¹⁾_[i,:])");
    for (String formula :
        new String[] {
          "∂𝔏/∂A⁽¹⁾_[i,:] = (1/m) ∂𝔏/∂Z⁽¹⁾_[i,:] ⊙ φ'(A⁽¹⁾_[i,:])",
          "∂𝔏/∂A⁽¹⁾ = (1/m) ∂𝔏/∂Z⁽¹⁾ ⊙ φ'(A⁽¹⁾)"
        }) {
      table
          .derivative(formula, "L", "A1", () -> z1Bars.hadamard(slope(a1s)).scaled(1.0 / m))
          .wrong(
              "A factor 1/m too many: ∂𝔏/∂Z⁽¹⁾ already contains it (here m = 5)",
              "∂𝔏/∂A⁽¹⁾ = ∂𝔏/∂Z⁽¹⁾ ⊙ φ'(A⁽¹⁾)",
              () -> z1Bars.hadamard(slope(a1s)));
    }
    table.derivatives(
        "L",
        "b1",
        () -> z1Each.hadamard(slope(a1s)).columnSums().scaled(1.0 / m),
        "∂𝔏/∂b⁽¹⁾ = (1/m) Σ_i ∂ℒ_i/∂b⁽¹⁾ = (1/m) Σ_i ∂ℒ_i/∂Z⁽¹⁾_[i,:] ⊙ φ'(A⁽¹⁾_[i,:])");
    table
        .derivative(
            "∂𝔏/∂b⁽¹⁾ = average along rows of (∂𝔏/∂Z⁽²⁾ ⊙ φ'(A⁽¹⁾))",
            "L",
            "b1",
            () -> z2Bars.hadamard(slope(a1s)).columnSums().scaled(1.0 / m))
        .wrong(
            "Z⁽²⁾ stands where Z⁽¹⁾ belongs, so that [m × c] meets [m × h] (measured with c = h), and the average repeats the 1/m that ∂𝔏 already contains",
            "∂𝔏/∂b⁽¹⁾ = sum of the rows of ∂𝔏/∂Z⁽¹⁾ ⊙ φ'(A⁽¹⁾)",
            () -> z1Bars.hadamard(slope(a1s)).columnSums());
    table
        .derivative(
            "(reading) ∂𝔏/∂b⁽¹⁾ = average along rows of (∂𝔏/∂Z⁽¹⁾ ⊙ φ'(A⁽¹⁾))",
            "L",
            "b1",
            () -> z1Bars.hadamard(slope(a1s)).columnSums().scaled(1.0 / m))
        .wrong(
            "The second half of the mistake alone: a factor 1/m too many (here m = 5)",
            "∂𝔏/∂b⁽¹⁾ = sum of the rows of ∂𝔏/∂Z⁽¹⁾ ⊙ φ'(A⁽¹⁾)",
            () -> z1Bars.hadamard(slope(a1s)).columnSums());
    table.derivatives(
        "L",
        "W1",
        () -> xs.transposeTimes(a1Each).scaled(1.0 / m),
        "∂𝔏/∂W⁽¹⁾ = (1/m) Σ_k ∂ℒ_k/∂W⁽¹⁾ = (1/m) Σ_k (X_[k,:])ᵀ ∂ℒ_k/∂A⁽¹⁾_[k,:]");
    table
        .derivative(
            "∂𝔏/∂W⁽¹⁾ = (1/m) Xᵀ ∂𝔏/∂A⁽¹⁾",
            "L",
            "W1",
            () -> xs.transposeTimes(a1Bars).scaled(1.0 / m))
        .wrong(
            "A factor 1/m too many: ∂𝔏/∂A⁽¹⁾ already contains it (here m = 5); with the document's own ∂𝔏/∂A⁽¹⁾ it is 1/m²",
            "∂𝔏/∂W⁽¹⁾ = Xᵀ ∂𝔏/∂A⁽¹⁾",
            () -> xs.transposeTimes(a1Bars));
  }
}
