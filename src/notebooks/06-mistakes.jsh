// %% [markdown]
// # 6 · Mistakes in the literature, and how checking finds them
//
// Texts on backpropagation have mistakes. Not only bad texts: it is easy to lose a factor among
// forty formulas, and a network learns all the same. So nobody notices.
//
// You will see three mistakes that are in print,
//
// - a factor $1/m$ too many,
// - a sum where a mean belongs,
// - a derivative at a point that has none, $\theta(0)$,
//
// how each is found by a check, and what it does to training if it is not.

// %%
import java.util.List;
import org.vbar.check.CrossCheck;
import org.vbar.check.CrossCheckReport;
import org.vbar.check.Diagnosis;
import org.vbar.check.DifferenceComparison;
import org.vbar.check.FormulaCheck;
import org.vbar.check.FormulaRow;
import org.vbar.check.GradientCheck;
import org.vbar.check.GradientCheckReport;
import org.vbar.check.Tolerance;
import org.vbar.check.Verdict;
import org.vbar.data.Batch;
import org.vbar.data.Permutation;
import org.vbar.data.ToyData;
import org.vbar.layer.ActivationLayer;
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
import org.vbar.notebook.Tiles;
import org.vbar.train.GradientRule;
import org.vbar.train.MatrixWorld;
import org.vbar.train.Sgd;
import org.vbar.train.Trainer;

// %% [markdown]
// ## 342 formulas, measured
//
// vbar went through five published texts and turned **every formula into code**: 342 of them. Each
// was run on a small network with random numbers, and compared with what the scalar graph and
// difference quotients say. No opinion is involved. `FormulaCheck` does it again, now:

// %%
List<FormulaRow> rows = FormulaCheck.rows();

List<String> documents = rows.stream().map(FormulaRow::document).distinct().toList();
double[][] counts = new double[documents.size()][3];
for (FormulaRow row : rows) {
  counts[documents.indexOf(row.document())][row.verdict().ordinal()]++;
}

Display.svg(
    Tiles.titled("What became of 342 formulas in five texts")
        .add("formulas", counts)
        .rowLabels("text 1", "text 2", "text 3", "text 4", "text 5")
        .columnLabels("holds", "if …", "wrong")
        .numbers("%.0f")
        .toSvg(),
    "Most formulas hold; every text has some that do not");
Lesson.check(rows.size() == 342, "342 formulas were measured");
Lesson.check(
    rows.stream().anyMatch(row -> row.verdict() == FormulaRow.Verdict.DOES_NOT_HOLD),
    "and some do not hold");

// %% [markdown]
// The middle column holds under a condition that the text does not state, or with a symbol read as
// it must be meant. The whole table, with the corrected formulas, is the page
// *Every formula, verified* (`docs/formulas.md`).
//
// A network to try the mistakes on: five inputs, four hidden neurons, three outputs, six samples.
// All sizes differ. (You know why from lesson 3.) And $1/m$ is not ½, which would be a mistake of its own.

// %%
MlpSpec spec = (
    MlpSpec.inputs(5)
        .layer(4, Activation.SIGMOID)
        .layer(3, Activation.IDENTITY)
        .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
        .build());
MlpParameters parameters = MlpParameters.initialize(spec, Initializer.XAVIER, 3);
Network right = Network.of(spec, parameters);

Matrix X = Matrix.of(
    6, 5,
    0.5, -1, 0.3, 0.8, -0.2,
    -0.7, 0.4, 1, -0.1, 0.6,
    0.9, 0.2, -0.6, 0.1, -0.8,
    -0.3, 0.7, 0.5, -0.9, 0.4,
    0.2, -0.5, -0.1, 0.6, 1,
    -0.4, 0.3, 0.8, -0.7, -0.6);
Matrix T = Matrix.of(6, 3, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 1);

// %% [markdown]
// ## Mistake 1: a factor 1/m too many
//
// The loss is a mean over $m$ samples, so $1/m$ stands at the very start of the backward pass:
// $\bar{A}_2 = \frac1m (P - T)$. From there it travels along by itself. Every later adjoint is
// computed from $\bar{A}_2$ and has it already.
//
// One text writes it again, in the formula for the hidden layer:
//
// $$\bar{A}_1 = \frac1m \, \bar{Z}_1 \circ \varphi'(A_1) \qquad \text{(wrong)}$$
//
// Here is a layer that believes it:

// %%
class MeanTwice extends ActivationLayer {
  MeanTwice(int width, Activation activation) {
    super(width, activation);
  }

  @Override
  public Matrix backward(Matrix a, Matrix zBar) {
    return super.backward(a, zBar).scaled(1.0 / a.rows());
  }
}

Network tooSmall = right.withLayer(1, new MeanTwice(4, Activation.SIGMOID));

CrossCheckReport firstReport = (
    CrossCheck.of(spec, parameters, X, T)
        .withNetwork(tooSmall)
        .withFiniteDifferences(4, 1)
        .run(Tolerance.ROUNDING));
Diagnosis first = firstReport.diagnosis().orElseThrow();
System.out.println(first);

Lesson.check(first.kind() == Diagnosis.Kind.FACTOR, "the check finds a factor");
Lesson.check(first.text().contains("1/m too many"), "and recognizes it as 1/m");

// %% [markdown]
// Two programs disagree. Which one is wrong? Ask a third opinion that knows no derivative at all:
// difference quotients of the loss.

// %%
for (DifferenceComparison opinion : firstReport.differences()) {
  System.out.printf(
      "scalar graph %-9s matrices %-9s  in %s%n",
      opinion.scalar(), opinion.matrix(), opinion.name());
}

Lesson.check(
    firstReport.differences().stream().allMatch(opinion -> opinion.scalar() == Verdict.AGREES),
    "differences side with the scalar graph everywhere");

// %% [markdown]
// Only what lies before the mistake is wrong: $\bar{A}_1$, $\bar{W}_1$, $\bar{b}_1$, $\bar{X}$.
// The last layer is right. That is why such a network still learns something.
//
// What exactly? Two moons, 2-16-2, minibatches of 64. With the mistake, the hidden layer's steps are
// 64 times too short.

// %%
MlpSpec moonSpec = (
    MlpSpec.inputs(2)
        .layer(16, Activation.TANH)
        .layer(2, Activation.IDENTITY)
        .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
        .build());
Batch twoMoons = ToyData.twoMoons(512, 0.1, 1);
Batch moons = Batch.classification(2, twoMoons.inputs(), twoMoons.labels(), 2);

Matrix inputs(Batch batch) {
  return Matrix.of(batch.rows(), batch.columns(), batch.inputs());
}

Matrix targets(Batch batch) {
  return Matrix.of(batch.rows(), batch.targetColumns(), batch.targets());
}

double[] train(boolean meanTwice, int epochs) {
  MlpParameters own = MlpParameters.initialize(moonSpec, Initializer.XAVIER, 1);
  Network network = Network.of(moonSpec, own);
  if (meanTwice) {
    network = network.withLayer(1, new MeanTwice(16, Activation.TANH));
  }
  double[] losses = new double[epochs];
  for (int epoch = 0; epoch < epochs; epoch++) {
    Batch shuffled = moons.select(Permutation.shuffled(512, epoch));
    for (int from = 0; from < 512; from += 64) {
      Batch minibatch = shuffled.slice(from, from + 64);
      ForwardPass pass = network.forward(inputs(minibatch));
      double[] gradient = network.backward(pass, targets(minibatch)).gradient();
      double[] moved = own.toArray();
      for (int k = 0; k < moved.length; k++) {
        moved[k] -= 0.5 * gradient[k];
      }
      own.setAll(moved);
    }
    losses[epoch] = network.loss(network.forward(inputs(moons)), targets(moons));
  }
  return losses;
}

double[] withOneMean = train(false, 200);
double[] withTwoMeans = train(true, 200);

Display.svg(
    Plot.titled("Two moons: with 1/m twice, the hidden layer crawls")
        .xAxis("epoch")
        .yLogAxis("mean loss")
        .line("right", withOneMean)
        .line("1/m twice", withTwoMeans)
        .toSvg(),
    "The right network's loss falls quickly, the other one's slowly");
Lesson.check(withOneMean[199] < withTwoMeans[199] / 3, "the right gradient learns far better");

// %% [markdown]
// It looks like a network that is too small, or a learning rate that is too low. Nothing looks like
// a mistake.
//
// ## Mistake 2: a sum where a mean belongs
//
// Another text says in words that gradients are averaged over the minibatch. Its program averages
// those of the biases and **sums** those of the weights. Each step along the weights is $m$ times
// as long as it says.

// %%
class SummingDense extends Dense {
  SummingDense(Layer original) {
    super((Dense) original);
  }

  @Override
  protected Matrix weightsAdjoint(Matrix x, Matrix outputAdjoint) {
    return super.weightsAdjoint(x, outputAdjoint).scaled(x.rows());
  }
}

Network tooLarge = right.withLayer(2, new SummingDense(right.layers().get(2)));
Diagnosis second = (
    CrossCheck.of(spec, parameters, X, T)
        .withNetwork(tooLarge)
        .run(Tolerance.ROUNDING)
        .diagnosis()
        .orElseThrow());
System.out.println(second);

Lesson.check(second.text().contains("a sum instead of a mean"), "the check says what happened");

// %% [markdown]
// Does it matter? The text trains with $m = 64$ and a learning rate of $0.01$, and reaches its 98 %
// (lesson 5). It just trains with $0.64$ and does not know.
//
// It matters as soon as you change $m$. How far does the first step go, with the same learning rate
// and minibatches of different sizes?

// %%
double firstStep(GradientRule rule, int m) {
  MlpParameters own = MlpParameters.initialize(moonSpec, Initializer.XAVIER, 1);
  double[] before = own.toArray();
  Trainer trainer = new Trainer(new MatrixWorld(own), rule, Sgd.plain().start(own.count()));
  trainer.step(moons.select(Permutation.shuffled(512, 1)).slice(0, m), 0.01);
  double sum = 0;
  for (int k = 0; k < before.length; k++) {
    sum += Math.pow(own.toArray()[k] - before[k], 2);
  }
  return Math.sqrt(sum);
}

double[] sizes = {4, 16, 64, 256, 512};
double[] byMean = new double[5];
double[] bySum = new double[5];
for (int k = 0; k < 5; k++) {
  byMean[k] = firstStep(GradientRule.MEAN, (int) sizes[k]);
  bySum[k] = firstStep(GradientRule.SUM_FOR_WEIGHTS_MEAN_FOR_BIASES, (int) sizes[k]);
}

Display.svg(
    Plot.titled("Same learning rate, other minibatch: how long is a step?")
        .xLogAxis("samples in the minibatch m")
        .yLogAxis("length of the first step")
        .line("mean", sizes, byMean)
        .line("sum for the weights", sizes, bySum)
        .toSvg(),
    "With the mean the step hardly depends on m; with the sum it grows in proportion to m");
Lesson.check(byMean[4] < 2 * byMean[1], "with the mean, the step hardly depends on m");
Lesson.check(bySum[4] > 15 * bySum[1], "with the sum, it grows with m");

// %% [markdown]
// With the mean, a larger minibatch only makes the gradient more exact. With the sum it makes the
// steps longer, until they are too long and training breaks down.
//
// ## Mistake 3: what is θ(0)?
//
// The derivative of ReLU is the step function $\theta$: 0 on the left, 1 on the right. A third text
// uses $\theta$ everywhere and never says what $\theta(0)$ is. Look at the point itself:

// %%
double[] across = {-1, 0, 1};
Display.svg(
    Plot.titled("ReLU at 0: every line between the two slopes touches it")
        .xAxis("a")
        .yAxis("relu(a)")
        .line("relu", across, new double[] {0, 0, 1})
        .line("slope 0", across, new double[] {0, 0, 0})
        .line("slope ½", across, new double[] {-0.5, 0, 0.5})
        .line("slope 1", across, new double[] {-1, 0, 1})
        .toSvg(),
    "ReLU with three lines through its kink");

GradientCheckReport atKink =
    GradientCheck.of(v -> v.get(0).relu(), 0.0).run(Tolerance.FINITE_DIFFERENCE);
System.out.println(atKink.entries().get(0).explanation());
Lesson.check(atKink.entries().get(0).verdict() == Verdict.KINK, "the check sees a kink");

// %% [markdown]
// There is no right answer, and any slope from 0 to 1 will do. But a program has to choose one, and
// it has to choose the **same one everywhere**. vbar chooses 0.
//
// Is it a rare case? No. A blank corner of an image gives inputs 0; without a bias the
// pre-activation is exactly 0. Here two programs meet that chose differently:

// %%
class OneAtKink extends ActivationLayer {
  OneAtKink(int width) {
    super(width, Activation.RELU);
  }

  @Override
  public Matrix backward(Matrix a, Matrix zBar) {
    return zBar.hadamard(a.map(number -> number >= 0 ? 1 : 0)); // > would give 0
  }
}

MlpSpec reluSpec = (
    MlpSpec.inputs(5)
        .layer(4, Activation.RELU)
        .layer(3, Activation.IDENTITY)
        .withoutBiases()
        .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
        .build());
MlpParameters reluParameters = MlpParameters.initialize(reluSpec, Initializer.HE, 3);
Network other = Network.of(reluSpec, reluParameters).withLayer(1, new OneAtKink(4));
Matrix withBlank = X.copy();
for (int i = 0; i < 5; i++) {
  withBlank.set(1, i, 0);
}

CrossCheckReport thirdReport = (
    CrossCheck.of(reluSpec, reluParameters, withBlank, T)
        .withNetwork(other)
        .run(Tolerance.ROUNDING));
Diagnosis third = thirdReport.diagnosis().orElseThrow();
System.out.println(third);
Lesson.check(third.kind() == Diagnosis.Kind.KINK, "the check names the kink and both choices");

// %% [markdown]
// Difference quotients are no judge here: to the left they say 0, to the right 1, across ½. So the
// verdict is "kink", not "wrong".
//
// ## A check can sleep, too
//
// Run the check for mistake 1 again, with **one** sample instead of six.

// %%
Matrix oneX = Matrix.of(1, 5, 0.5, -1, 0.3, 0.8, -0.2);
Matrix oneT = Matrix.of(1, 3, 0, 1, 0);
CrossCheckReport asleep = (
    CrossCheck.of(spec, parameters, oneX, oneT)
        .withNetwork(tooSmall)
        .run(Tolerance.ROUNDING));
System.out.println("passed: " + asleep.passed());
Lesson.check(asleep.passed(), "with m = 1 the mistake is invisible: 1/m is 1");

// %% [markdown]
// The formula is wrong and the check passes. The check was right; **the example was too simple.**
//
// | this example | hides this mistake |
// | --- | --- |
// | one sample | $1/m$ twice, sums for means, forgotten sums over samples |
// | all sizes equal | forgotten transposes |
// | symmetric matrices | all transposes |
// | all ReLUs active | a forgotten $\varphi'$ |
// | one output | a forgotten sum over children |
// | no zero anywhere | $\theta(0)$ |
//
// ## To take along
//
// 1. That it learns proves nothing. A wrong gradient often still points downhill.
// 2. Compare two programs that share no code. Let difference quotients decide who is wrong.
// 3. A constant factor between two gradients is a message: $1/m$, $m$, 2, ½ and $-1$ each have a
//    cause.
// 4. Choose examples without symmetry: more than one sample, all sizes different, random numbers.
//
// **Try it:** make `MeanTwice` forget $\varphi'$ instead (return `zBar`). What does the diagnosis
// say? And what if it uses the derivative of tanh?
