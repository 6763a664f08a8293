// %% [markdown]
// # 3 · From elements to matrices
//
// In the last lesson every number of a network was a node of its own.
// Nobody trains that way: a layer is computed for all samples at once, as a matrix product.
// Its backward pass is full of transposes. This lesson shows where they come from.
//
// You will see that
//
// - a transpose is not a rule to learn by heart; it follows from **the index that is summed over**,
// - every line of a backward pass has a shape, and the shape tells you if the line can be right,
// - a forgotten transpose is loud when all sizes differ, and silent when they are equal.

// %%
import java.util.List;
import org.vbar.check.ArrayComparison;
import org.vbar.check.CrossCheck;
import org.vbar.check.CrossCheckReport;
import org.vbar.check.Diagnosis;
import org.vbar.check.FiniteDifference;
import org.vbar.check.Tolerance;
import org.vbar.derive.Derivation;
import org.vbar.derive.DerivationStep;
import org.vbar.layer.BackwardPass;
import org.vbar.layer.Dense;
import org.vbar.layer.ForwardPass;
import org.vbar.layer.Layer;
import org.vbar.layer.Matrix;
import org.vbar.layer.Network;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;
import org.vbar.notebook.Display;
import org.vbar.notebook.Lesson;
import org.vbar.notebook.Plot;
import org.vbar.notebook.ShapePicture;

// %% [markdown]
// ## One layer, one entry
//
// Five samples, three inputs, four neurons. All three sizes differ, on purpose.
// Each sample is one row of $X$; each neuron is one column of $W$:
//
// $$A_{sj} = \sum_i X_{si} \, W_{ij} + b_j$$
//
// The letters say everything: $s$ counts samples, $i$ inputs, $j$ neurons.
// As a program that is three loops.

// %%
Matrix filled(int rows, int columns, int step) {
  Matrix matrix = Matrix.zeros(rows, columns);
  for (int i = 0; i < rows; i++) {
    for (int j = 0; j < columns; j++) {
      matrix.set(i, j, ((7 * i + 3 * j + step) % 11 - 5) / 5.0);
    }
  }
  return matrix;
}

Matrix X = filled(5, 3, 0);
Matrix W = filled(3, 4, 4);
Matrix b = filled(1, 4, 2);

Matrix byElement = Matrix.zeros(5, 4);
for (int s = 0; s < 5; s++) {
  for (int j = 0; j < 4; j++) {
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      sum += X.at(s, i) * W.at(i, j);
    }
    byElement.set(s, j, sum + b.at(0, j));
  }
}

// %% [markdown]
// A matrix product sums over the **last** index of the left factor and the **first** index of the
// right one. In $X_{si} W_{ij}$ that index is $i$, and it stands in just these places.
// So the three loops are one product, as they are:

// %%
Matrix A = X.times(W).addRow(b);
Lesson.check(A.equals(byElement), "X W + b is what the loops compute, to the last bit");

Display.svg(
    ShapePicture.titled("Forward: the inner index i is summed over")
        .size("s", 5)
        .size("i", 3)
        .size("j", 4)
        .equation("A[s,j] = X[s,i] W[i,j]")
        .toSvg(),
    "A, 5 by 4, is X, 5 by 3, times W, 3 by 4");

// %% [markdown]
// ## Backwards, one entry at a time
//
// We need a loss. The simplest one that will do is $\mathcal{L} = \frac12 \sum_{sj} A_{sj}^2$,
// because then $\bar{A}_{sj} = A_{sj}$ and we know where to start.
//
// Now ask the question of lesson 1: **who consumes** $W_{ij}$?
// Neuron $j$ uses it once for every sample. Its children are $A_{0j}, A_{1j}, \dots, A_{4j}$,
// and the local derivative of $A_{sj}$ is $X_{si}$. The backprop rule adds them up:
//
// $$\bar{W}_{ij} = \sum_s X_{si} \, \bar{A}_{sj}$$

// %%
Matrix aBar = A;

Matrix wBarByElement = Matrix.zeros(3, 4);
for (int i = 0; i < 3; i++) {
  for (int j = 0; j < 4; j++) {
    double sum = 0;
    for (int s = 0; s < 5; s++) {
      sum += X.at(s, i) * aBar.at(s, j);
    }
    wBarByElement.set(i, j, sum);
  }
}

// %% [markdown]
// Read it as a matrix product. The sum runs over $s$.
// In $\bar{A}_{sj}$ the $s$ comes first, as a right factor wants it.
// In $X_{si}$ it comes first, too, but in a left factor it would have to come last.
// So $X$ must be turned around. **That is the transpose:**
//
// $$\bar{W} = X^\top \bar{A}$$

// %%
Matrix wBar = X.transpose().times(aBar);
Lesson.check(wBar.equals(wBarByElement), "W̄ = Xᵀ Ā is what the loops compute");

// %% [markdown]
// The same question for $X_{si}$. Its children are all neurons of its own sample:
//
// $$\bar{X}_{si} = \sum_j \bar{A}_{sj} \, W_{ij}$$
//
// The sum runs over $j$. It comes last in both factors.
// This time the right one must be turned around:
//
// $$\bar{X} = \bar{A} \, W^\top$$

// %%
Matrix xBarByElement = Matrix.zeros(5, 3);
for (int s = 0; s < 5; s++) {
  for (int i = 0; i < 3; i++) {
    double sum = 0;
    for (int j = 0; j < 4; j++) {
      sum += aBar.at(s, j) * W.at(i, j);
    }
    xBarByElement.set(s, i, sum);
  }
}

Matrix xBar = aBar.times(W.transpose());
Lesson.check(xBar.equals(xBarByElement), "X̄ = Ā Wᵀ is what the loops compute");

// %% [markdown]
// And the bias: $b_j$ is added to neuron $j$ of every sample, with local derivative 1.
// So $\bar{b}_j = \sum_s \bar{A}_{sj}$: a plain sum of each column. Nothing to transpose.

// %%
Matrix bBar = aBar.columnSums();
Lesson.check(bBar.rows() == 1 && bBar.columns() == b.columns(), "b̄ has the shape of b");

// %% [markdown]
// ## Three products in one picture
//
// Follow the colours. In each line the two inner sides have the same colour: that index is
// summed over and disappears. The outer two stay. Flip a block, and the colours no longer meet.

// %%
Display.svg(
    ShapePicture.titled("Each product sums over another index: i, then s, then j")
        .size("s", 5)
        .size("i", 3)
        .size("j", 4)
        .equation("A[s,j] = X[s,i] W[i,j]")
        .equation("W̄[i,j] = Xᵀ[i,s] Ā[s,j]")
        .equation("X̄[s,i] = Ā[s,j] Wᵀ[j,i]")
        .toSvg(),
    "A = X W sums over i; W̄ = Xᵀ Ā sums over s; X̄ = Ā Wᵀ sums over j");

// %% [markdown]
// An adjoint has the shape of its value, always.
// With three different sizes, just one arrangement of $X$ and $\bar{A}$ gives the shape of $W$.
//
// But shapes prove nothing about numbers. Difference quotients do: they ask the loss itself.

// %%
double lossOf(double[] weights) {
  double sum = 0;
  for (double a : X.times(Matrix.of(3, 4, weights)).addRow(b).array()) {
    sum += 0.5 * a * a;
  }
  return sum;
}

double[] differences =
    FiniteDifference.central().gradient(weights -> lossOf(weights), W.array()).values();

double largestError = 0;
for (int k = 0; k < differences.length; k++) {
  largestError = Math.max(largestError, Math.abs(differences[k] - wBar.array()[k]));
}
Lesson.check(largestError < 1e-8, "all 12 weights: W̄ agrees with difference quotients");

// %% [markdown]
// ## A whole network, with shapes on every line
//
// Two layers, 3-4-2, sigmoid between them, softmax with cross-entropy at the end.
// vbar derives its matrix equations. Read them from top to bottom: forward, then backward.
// Every line has its shape. ($\mathbf{1}$ is a column of ones; it copies $b$ to every sample.)

// %%
MlpSpec spec = (
    MlpSpec.inputs(3)
        .layer(4, Activation.SIGMOID)
        .layer(2, Activation.IDENTITY)
        .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
        .build());
Derivation derivation = Derivation.vectorized(spec);

String table(Derivation derivation) {
  StringBuilder rows = new StringBuilder("<table><tr><th>shape</th><th>equation</th></tr>");
  for (DerivationStep step : derivation.steps()) {
    rows.append("<tr><td>").append(step.shape());
    rows.append("</td><td>").append(step.equation().mathml()).append("</td></tr>");
  }
  return rows.append("</table>").toString();
}

String lines(Derivation derivation) {
  StringBuilder lines = new StringBuilder();
  for (DerivationStep step : derivation.steps()) {
    lines.append(String.format("%-8s %s%n", step.shape(), step.equation().text()));
  }
  return lines.toString();
}

Display.html(table(derivation), lines(derivation));

// %% [markdown]
// And it says why. Ask for any line by its left side:

// %%
for (String wanted : List.of("W̄⁽¹⁾", "Z̄⁽¹⁾", "Ā⁽¹⁾")) {
  DerivationStep step = derivation.step(wanted).orElseThrow();
  System.out.println(step.equation().text() + "    " + step.shape());
  System.out.println("  " + step.perElement().orElseThrow().text());
  step.reasons().forEach(reason -> System.out.println("  " + reason));
}

// %% [markdown]
// ## The same by hand
//
// Now write it down yourself, line by line. The program prints what each line has to have: a shape.

// %%
MlpParameters parameters = MlpParameters.initialize(spec, Initializer.XAVIER, 1);
Matrix W1 = Matrix.view(3, 4, parameters.weights(0));
Matrix W2 = Matrix.view(4, 2, parameters.weights(1));
Matrix b1 = Matrix.view(1, 4, parameters.biases(0));
Matrix b2 = Matrix.view(1, 2, parameters.biases(1));
Matrix T = Matrix.of(5, 2, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0);

Matrix line(String formula, Matrix result) {
  System.out.println(result.shape() + "  " + formula);
  return result;
}

Matrix softmax(Matrix logits) {
  Matrix powers = logits.map(StrictMath::exp);
  Matrix result = powers.copy();
  for (int i = 0; i < result.rows(); i++) {
    double sum = 0;
    for (int j = 0; j < result.columns(); j++) {
      sum += powers.at(i, j);
    }
    for (int j = 0; j < result.columns(); j++) {
      result.set(i, j, powers.at(i, j) / sum);
    }
  }
  return result;
}

// %%
Matrix A1 = line("A1 = X W1 + b1", X.times(W1).addRow(b1));
Matrix Z1 = line("Z1 = σ(A1)", A1.map(a -> 1 / (1 + StrictMath.exp(-a))));
Matrix A2 = line("A2 = Z1 W2 + b2", Z1.times(W2).addRow(b2));
Matrix P = line("P  = softmax(A2)", softmax(A2));

Matrix a2Bar = line("Ā2 = (P - T) / m", P.minus(T).scaled(1.0 / 5));
Matrix w2Bar = line("W̄2 = Z1ᵀ Ā2", Z1.transpose().times(a2Bar));
Matrix b2Bar = line("b̄2 = sums of Ā2", a2Bar.columnSums());
Matrix z1Bar = line("Z̄1 = Ā2 W2ᵀ", a2Bar.times(W2.transpose()));
Matrix a1Bar = line("Ā1 = Z̄1 ∘ Z1 ∘ (1 - Z1)", z1Bar.hadamard(Z1).hadamard(Z1.map(z -> 1 - z)));
Matrix w1Bar = line("W̄1 = Xᵀ Ā1", X.transpose().times(a1Bar));
Matrix b1Bar = line("b̄1 = sums of Ā1", a1Bar.columnSums());

// %% [markdown]
// Two kinds of product stand here. $\bar{Z}\,W^\top$ sums over an index: neurons mix.
// $\bar{Z} \circ \sigma'$ does not: each entry of $Z_1$ has one child less to worry about, because
// $\sigma$ is applied entry by entry. No sum, no transpose.
//
// vbar's own matrix world must say the same.

// %%
Network network = Network.of(spec, parameters);
ForwardPass pass = network.forward(X);
BackwardPass adjoints = network.backward(pass, T);

boolean close(Matrix one, Matrix other) {
  for (int k = 0; k < one.array().length; k++) {
    if (Math.abs(one.array()[k] - other.array()[k]) > 1e-14) {
      return false;
    }
  }
  return one.shape().equals(other.shape());
}

Lesson.check(close(w2Bar, adjoints.weights(1)), "W̄2 is right");
Lesson.check(close(w1Bar, adjoints.weights(0)), "W̄1 is right");
Lesson.check(close(b1Bar, adjoints.biases(0)), "b̄1 is right");

// %% [markdown]
// ## The cross-check
//
// That was one matrix program against another. Both could make the same mistake.
// The scalar graph of lesson 2 knows no matrix and no transpose; it knows one rule.
// `CrossCheck` computes the same minibatch in both worlds and compares **every array**.

// %%
CrossCheckReport report = CrossCheck.run(spec, parameters, X, T, Tolerance.ROUNDING);

for (ArrayComparison array : report.comparisons()) {
  String verdict = array.agrees() ? "agrees" : "DIFFERS";
  System.out.printf("%-8s %-8s %s%n", array.shape(), verdict, array.name());
}
Lesson.check(report.passed(), "both worlds agree in every array");

// %% [markdown]
// ## What breaks when a transpose is left out?
//
// If the sizes differ, the program stops at once, and says why.
// Here is $X \bar{A}$ instead of $X^\top \bar{A}$:

// %%
Display.svg(
    ShapePicture.titled("Without the transpose: i meets s")
        .size("s", 5)
        .size("i", 3)
        .size("j", 4)
        .equation("W̄[i,j] = X[s,i] Ā[s,j]")
        .toSvg(),
    "X, 5 by 3, cannot be multiplied by Ā, 5 by 4");

String refusal = "nothing was refused";
try {
  Matrix wrong = X.times(aBar);
} catch (IllegalArgumentException e) {
  refusal = e.getMessage();
}
System.out.println(refusal);
Lesson.check(refusal.contains("its rows must equal"), "shapes that do not fit are refused");

// %% [markdown]
// That was the lucky case. Now let all sizes be equal: eight samples, eight inputs, eight neurons.
// Then $X \bar{A}$ has the right shape, and nothing stops it.
//
// Here is a layer with that mistake. It is a `Dense` layer in everything else.

// %%
class ForgetfulDense extends Dense {
  ForgetfulDense(Layer original) {
    super((Dense) original);
  }

  @Override
  protected Matrix weightsAdjoint(Matrix x, Matrix outputAdjoint) {
    return x.times(outputAdjoint); // should be x.transposeTimes(outputAdjoint)
  }
}

MlpSpec square = (
    MlpSpec.inputs(8)
        .layer(8, Activation.TANH)
        .layer(8, Activation.IDENTITY)
        .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
        .build());

Network withMistake(MlpParameters of) {
  Network right = Network.of(square, of);
  return (right.withLayer(0, new ForgetfulDense(right.layers().get(0)))
      .withLayer(2, new ForgetfulDense(right.layers().get(2))));
}

Matrix squareX = filled(8, 8, 1);
Matrix squareT = Matrix.zeros(8, 8);
for (int s = 0; s < 8; s++) {
  squareT.set(s, (3 * s) % 8, 1);
}
MlpParameters start = MlpParameters.initialize(square, Initializer.XAVIER, 2);
Network wrong = withMistake(start);
Matrix silent = wrong.backward(wrong.forward(squareX), squareT).weights(0);
System.out.println("W̄1 has the shape " + silent.shape() + ", as it should. No error.");

// %% [markdown]
// The cross-check is not fooled by shapes. It says which array goes wrong first, and what kind of
// mistake would give exactly these numbers:

// %%
CrossCheckReport caught =
    CrossCheck.of(square, start, squareX, squareT).withNetwork(wrong).run(Tolerance.ROUNDING);
Diagnosis diagnosis = caught.diagnosis().orElseThrow();
System.out.println(diagnosis);

Lesson.check(!caught.passed(), "the mistake is found");
Lesson.check(diagnosis.kind() == Diagnosis.Kind.TRANSPOSE, "and it is named");

// %% [markdown]
// What would have happened without the check? Train both, from the same start.

// %%
double[] lossesOf(boolean mistaken, int steps, double rate) {
  MlpParameters own = start.copy();
  Network trained = mistaken ? withMistake(own) : Network.of(square, own);
  double[] losses = new double[steps];
  for (int step = 0; step < steps; step++) {
    ForwardPass forward = trained.forward(squareX);
    losses[step] = trained.loss(forward, squareT);
    double[] gradient = trained.backward(forward, squareT).gradient();
    double[] moved = own.toArray();
    for (int k = 0; k < moved.length; k++) {
      moved[k] -= rate * gradient[k];
    }
    own.setAll(moved);
  }
  return losses;
}

double[] rightLosses = lossesOf(false, 200, 0.5);
double[] wrongLosses = lossesOf(true, 200, 0.5);

Display.svg(
    Plot.titled("The mistake does not crash. It just learns badly")
        .xAxis("step")
        .yLogAxis("mean loss")
        .line("with Xᵀ", rightLosses)
        .line("without the transpose", wrongLosses)
        .toSvg(),
    "The right network's loss falls steadily; the wrong one's ends where it began");
Lesson.check(rightLosses[199] < 0.5 * wrongLosses[199], "the right gradient learns better");

// %% [markdown]
// The wrong network even improves at first: its biases still get the right gradient.
// Then it wanders, and ends where guessing between eight classes ends, at $\ln 8 \approx 2.08$.
// Is the learning rate too large? Are the data too hard?
// Nothing tells you. That is why vbar has two worlds and compares them.
//
// ## To take along
//
// 1. Write the formula for **one entry**. The letters decide everything.
// 2. A matrix product sums over the last index left and the first index right. Where the summed
//    index stands elsewhere, there is a transpose.
// 3. Samples are summed over in $\bar{W}$ and $\bar{b}$, neurons in $\bar{X}$.
// 4. Check with sizes that all differ. Then check the numbers, too.
//
// **Try it:** store $W$ the other way round, one row per neuron, so that $A = X W^\top + b$.
// Which transposes disappear, and which new ones appear? The next lesson needs none at all.
