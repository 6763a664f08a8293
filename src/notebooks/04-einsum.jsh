// %% [markdown]
// # 4 · Einsum: the same network by index
//
// Lesson 3 derived every transpose from one letter: the index that is summed over.
// So why not write down the letters, and forget the transposes?
// That notation is called **einsum**, after Einstein, who left out the $\sum$ signs.
//
// You will see that
//
// - one line of letters says which entries are multiplied and which index is summed over,
// - the gradient of an einsum is an einsum: **two names change places**,
// - nothing is ever transposed, because nothing is ever in the wrong place.

// %%
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.vbar.layer.BackwardPass;
import org.vbar.layer.Einsum;
import org.vbar.layer.ForwardPass;
import org.vbar.layer.Matrix;
import org.vbar.layer.Network;
import org.vbar.layer.Tensor;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;
import org.vbar.notebook.Display;
import org.vbar.notebook.IndexPicture;
import org.vbar.notebook.Lesson;

// %% [markdown]
// ## Reading the letters
//
// $$A_{bh} = \sum_i X_{bi} \, W_{ih}$$
//
// becomes `bi,ih->bh`: the letters of $X$, the letters of $W$, an arrow, the letters of the result.
// One rule is all: **a letter that is missing on the right is summed over.** Here it is `i`.
//
// We keep the sizes of lesson 3: 5 samples `b`, 3 inputs `i`, 4 hidden neurons `h`.

// %%
Tensor filled(int rows, int columns, int step) {
  Matrix matrix = Matrix.zeros(rows, columns);
  for (int i = 0; i < rows; i++) {
    for (int j = 0; j < columns; j++) {
      matrix.set(i, j, ((7 * i + 3 * j + step) % 11 - 5) / 5.0);
    }
  }
  return Tensor.of(matrix);
}

Tensor X = filled(5, 3, 0);
Tensor W = filled(3, 4, 4);

Einsum forward = Einsum.parse("bi,ih->bh");
Tensor A = forward.contract(X, W);

System.out.println(forward.explanation(X, W));
Lesson.check(
    A.toMatrix().equals(X.toMatrix().times(W.toMatrix())), "it is the product X W of lesson 3");

// %% [markdown]
// Here is the whole meaning, as loops. One loop for every letter, one line in the middle.
// There is nothing more to einsum than this.

// %%
double[][] byLoops = new double[5][4];
for (int b = 0; b < 5; b++) {
  for (int i = 0; i < 3; i++) {
    for (int h = 0; h < 4; h++) {
      byLoops[b][h] += X.at(b, i) * W.at(i, h);
    }
  }
}
Lesson.check(Matrix.ofRows(byLoops).equals(A.toMatrix()), "three loops give the same bits");

// %% [markdown]
// ## The gradient: two names change places
//
// $W_{ih}$ takes part in the products of row $i$ and column $h$, and in no others.
// Its children are all $A_{bh}$ with the same $h$. So by the backprop rule
//
// $$\bar{W}_{ih} = \sum_b X_{bi} \, \bar{A}_{bh}$$
//
// The same letters, the same loops. Only the roles have changed: $\bar{A}$ is now given, $\bar{W}$
// is wanted. vbar does it by moving names.

// %%
Einsum toX = forward.gradientOf(0);
Einsum toW = forward.gradientOf(1);
System.out.println(forward + "   A from X and W");
System.out.println(toX + "   X̄ from Ā and W");
System.out.println(toW + "   W̄ from Ā and X");

Lesson.check(toX.toString().equals("bh,ih->bi"), "X̄: Ā takes X's place, X̄ becomes the result");
Lesson.check(toW.toString().equals("bh,bi->ih"), "W̄: Ā takes W's place, W̄ becomes the result");

// %% [markdown]
// Draw a disc for every tensor and a wire for every letter that two of them share.
// It is a **triangle**. Forward and both gradients are the same triangle; the ring marks the corner
// that is wanted. The thick wire is the one between the two corners that are given: it is summed.

// %%
Display.svg(
    IndexPicture.titled("One triangle, three questions")
        .einsum(forward, "X", "W", "A")
        .einsum(toW, "Ā", "X", "W̄")
        .einsum(toX, "Ā", "W", "X̄")
        .toSvg(),
    "Three triangles of X, W and A joined by the wires b, i and h; the summed wire is always the one"
        + " opposite to the result");

// %% [markdown]
// The summed letter is always **opposite** to the result: `i` for $A$, `b` for $\bar{W}$, `h` for
// $\bar{X}$. In lesson 3 these were the three cases "no transpose", "left transpose", "right
// transpose". Here they are one case.

// %%
Tensor aBar = A; // as in lesson 3: the loss is ½ Σ A²
Tensor wBar = toW.contract(aBar, X);
Tensor xBar = toX.contract(aBar, W);
Lesson.check(
    wBar.toMatrix().equals(X.toMatrix().transpose().times(aBar.toMatrix())), "W̄ equals Xᵀ Ā");
Lesson.check(
    xBar.toMatrix().equals(aBar.toMatrix().times(W.toMatrix().transpose())), "X̄ equals Ā Wᵀ");

// %% [markdown]
// ## Does einsum transpose behind your back?
//
// A common question. No. The first letter of an operand counts its first axis, wherever that letter
// stands elsewhere. Ask for $\bar{X}$ and read the explanation:

// %%
System.out.println(toX.explanation(aBar, W));

// %% [markdown]
// So the letters follow from how a tensor is **stored**, not from what is computed.
// Store $W$ the other way round, one row per neuron, and only its own letters change:
// `ih` becomes `hi`, in every formula.

// %%
Tensor V = Tensor.of(W.toMatrix().transpose()); // [4 × 3]: one row per neuron

Lesson.check(Einsum.parse("bi,hi->bh").contract(X, V).equals(A), "forward with hi");
Lesson.check(Einsum.parse("bh,hi->bi").contract(aBar, V).equals(xBar), "X̄ with hi");

// %% [markdown]
// And the wrong letters? $V$ has 4 rows, so its first letter cannot be `i`, which has size 3.
// One letter has one size; einsum insists on it.

// %%
String refusal = "nothing was refused";
try {
  Tensor wrong = Einsum.parse("bi,ih->bh").contract(X, V);
} catch (IllegalArgumentException e) {
  refusal = e.getMessage();
}
System.out.println(refusal);
Lesson.check(refusal.contains("one index has one size"), "sizes that do not fit are refused");

// %% [markdown]
// (With as many neurons as inputs nothing would be refused, and the result would be wrong. Letters
// are no protection against square matrices. A check of the numbers is.)
//
// ## The bias is an einsum, too
//
// $\bar{b}_h = \sum_b \bar{A}_{bh}$ has one operand: `bh->h`. The letter `b` is missing on the
// right, so it is summed over. Its gradient goes the other way, `h->bh`: a letter that only the
// result has **repeats**. Forward, the bias is repeated for every sample; backward, it is summed.

// %%
Einsum sum = Einsum.parse("bh->h");
Einsum repeat = sum.gradientOf(0);
Tensor bBar = sum.contract(aBar);

Lesson.check(repeat.toString().equals("h->bh"), "the gradient of a sum is a repetition");
Lesson.check(
    Matrix.view(1, 4, bBar.array()).equals(aBar.toMatrix().columnSums()), "b̄ is the column sums");

// %% [markdown]
// ## The whole network by index
//
// 3-4-2 as in lesson 3: sigmoid, then softmax with cross-entropy. A third letter joins: `o` for
// outputs. Forward in two lines of letters:

// %%
MlpSpec spec = (
    MlpSpec.inputs(3)
        .layer(4, Activation.SIGMOID)
        .layer(2, Activation.IDENTITY)
        .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
        .build());
MlpParameters parameters = MlpParameters.initialize(spec, Initializer.XAVIER, 1);
Tensor W1 = Tensor.of(new int[] {3, 4}, parameters.weights(0));
Tensor W2 = Tensor.of(new int[] {4, 2}, parameters.weights(1));
Tensor T = Tensor.of(new int[] {5, 2}, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0);

Tensor line(String name, String letters, Tensor... operands) {
  Tensor result = Einsum.parse(letters).contract(operands);
  System.out.printf("%-10s  %-7s  %s%n", letters, result.shape(), name);
  return result;
}

Tensor entryByEntry(Tensor tensor, DoubleUnaryOperator function) {
  return Tensor.of(tensor.toMatrix().map(function));
}

// %%
Tensor A1 = line("A1", "bi,ih->bh", X, W1);
Tensor Z1 = entryByEntry(A1, a -> 1 / (1 + StrictMath.exp(-a)));
Tensor A2 = line("A2", "bh,ho->bo", Z1, W2);

// %% [markdown]
// Softmax is three einsums in disguise: exponentials, a sum over `o`, and a quotient that is
// repeated along `o`.

// %%
Tensor powers = entryByEntry(A2, StrictMath::exp);
Tensor sums = line("Σ", "bo->b", powers);
Tensor oneOverSums = Tensor.vector(DoubleStream.of(sums.array()).map(s -> 1 / s).toArray());
Tensor P = line("P", "bo,b->bo", powers, oneOverSums);

// %% [markdown]
// And backward. Cover the right column with your hand and write the letters yourself: each
// tensor always has its own two letters, so there is nothing to decide.

// %%
Tensor a2Bar = Tensor.of(P.toMatrix().minus(T.toMatrix()).scaled(1.0 / 5));
Tensor w2Bar = line("W̄2", "bh,bo->ho", Z1, a2Bar);
Tensor b2Bar = line("b̄2", "bo->o", a2Bar);
Tensor z1Bar = line("Z̄1", "bo,ho->bh", a2Bar, W2);
Tensor slope = entryByEntry(Z1, z -> z * (1 - z));
Tensor a1Bar = line("Ā1", "bh,bh->bh", z1Bar, slope);
Tensor w1Bar = line("W̄1", "bi,bh->ih", X, a1Bar);
Tensor b1Bar = line("b̄1", "bh->h", a1Bar);

// %% [markdown]
// Look at $\bar{A}_1$: `bh,bh->bh`. No letter is missing on the right, so nothing is summed over.
// That is the product entry by entry, which books write as $\circ$ or $\odot$. One notation for
// both kinds of product, and no way to mix them up.

// %%
Display.svg(
    IndexPicture.titled("Three kinds of product")
        .einsum(Einsum.parse("bo,ho->bh"), "Ā2", "W2", "Z̄1")
        .einsum(Einsum.parse("bh,bh->bh"), "Z̄1", "σ′", "Ā1")
        .einsum(Einsum.parse("bh->h"), "Ā1", "b̄1")
        .toSvg(),
    "A matrix product sums over o, a product entry by entry over nothing, a column sum over b");

// %% [markdown]
// Does it all agree with the matrices and their transposes?

// %%
Network network = Network.of(spec, parameters);
ForwardPass pass = network.forward(X.toMatrix());
BackwardPass adjoints = network.backward(pass, T.toMatrix());

void compare(String name, Tensor byIndex, Matrix byMatrix) {
  double largest = 0;
  for (int k = 0; k < byIndex.array().length; k++) {
    largest = Math.max(largest, Math.abs(byIndex.array()[k] - byMatrix.array()[k]));
  }
  Lesson.check(largest < 1e-14, name + " by index is " + name + " by matrices");
}

compare("W̄2", w2Bar, adjoints.weights(1));
compare("b̄2", b2Bar, adjoints.biases(1));
compare("Z̄1", z1Bar, adjoints.activation(0));
compare("W̄1", w1Bar, adjoints.weights(0));
compare("b̄1", b1Bar, adjoints.biases(0));

// %% [markdown]
// ## Where matrices give up
//
// Attention compares every query with every key, for each sample of a batch: `bqd,bkd->bqk`.
// Three axes, and no transpose that you could draw. By index it is as easy as before, and so are
// its gradients.

// %%
Einsum scores = Einsum.parse("bqd,bkd->bqk");
System.out.println(scores + "   S from Q and K");
System.out.println(scores.gradientOf(0) + "   Q̄ from S̄ and K");
System.out.println(scores.gradientOf(1) + "   K̄ from S̄ and Q");

Display.svg(
    IndexPicture.titled("Attention scores: still one triangle, with b everywhere")
        .einsum(scores, "Q", "K", "S")
        .einsum(scores.gradientOf(0), "S̄", "K", "Q̄")
        .einsum(scores.gradientOf(1), "S̄", "Q", "K̄")
        .toSvg(),
    "Triangles of Q, K and S with a wire b that joins all three");

// %% [markdown]
// To be sure, check one entry of $\bar{Q}$ against a difference quotient. The loss is
// $\frac12 \sum S^2$ again.

// %%
Tensor numbers(int step, int... sizes) {
  Tensor tensor = Tensor.zeros(sizes);
  for (int k = 0; k < tensor.array().length; k++) {
    tensor.array()[k] = ((5 * k + step) % 13 - 6) / 6.0;
  }
  return tensor;
}

Tensor Q = numbers(1, 2, 3, 4);
Tensor K = numbers(2, 2, 5, 4);

double halfSquares(Tensor tensor) {
  double sum = 0;
  for (double s : tensor.array()) {
    sum += 0.5 * s * s;
  }
  return sum;
}

Tensor qBar = scores.adjointOf(0, scores.contract(Q, K), List.of(Q, K));

double shifted(double h) {
  Tensor moved = Tensor.of(new int[] {2, 3, 4}, Q.array());
  moved.array()[7] += h;
  return halfSquares(scores.contract(moved, K));
}

double quotient = (shifted(1e-5) - shifted(-1e-5)) / 2e-5;
System.out.printf(
    Locale.ROOT, "by index %.6f, by difference quotient %.6f%n", qBar.array()[7], quotient);
Lesson.check(Math.abs(quotient - qBar.array()[7]) < 1e-7, "Q̄ by index is right");

// %% [markdown]
// ## To take along
//
// 1. A letter that the result lacks is summed over. A letter that only the result has is repeated.
// 2. Every tensor keeps its own letters, forward and backward. They say how it is stored.
// 3. The gradient for an operand: put the result's adjoint in, take the operand out to the right.
// 4. The price of an einsum is the product of the sizes of all its letters. Count them before you
//    run it: `bqd,bkd->bqk` costs $b \cdot q \cdot k \cdot d$ multiplications.
//
// **Try it:** what does `ii->` compute? What is its gradient, and what does it look like as a
// matrix? (`Einsum.parse("ii->").gradientOf(0)` tells.)
