// %% [markdown]
// # 8 · Numerics: where right formulas give wrong numbers
//
// A formula can be right and its program wrong. A `double` has 53 bits: about 16 digits, and nothing
// beyond $10^{308}$. This lesson drives both over the edge, on purpose.
//
// You will see
//
// - a softmax that overflows, and what to write instead,
// - a logarithm of zero that was never necessary,
// - why difference quotients lose **half the digits**, whatever the step,
// - how vbar finds the first bad number, and the line that made it.

// %%
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.vbar.Autodiff;
import org.vbar.backprop.Adjoints;
import org.vbar.backprop.Backprop;
import org.vbar.check.FiniteDifference;
import org.vbar.graph.Anomaly;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.notebook.Display;
import org.vbar.notebook.Lesson;
import org.vbar.notebook.Plot;

// %% [markdown]
// ## Softmax overflows
//
// $$p_k = \frac{e^{a_k}}{\sum_j e^{a_j}}$$
//
// Probabilities are between 0 and 1. What could go wrong? The steps in between:
// $e^{710}$ is more than a `double` can hold. It becomes infinite, and $\infty / \infty$ is not a
// number.

// %%
double[] softmax(double... a) {
  double sum = 0;
  for (double logit : a) {
    sum += Math.exp(logit);
  }
  double[] p = new double[a.length];
  for (int k = 0; k < a.length; k++) {
    p[k] = Math.exp(a[k]) / sum;
  }
  return p;
}

void print(String what, double[] p) {
  System.out.printf(Locale.ROOT, "%-24s %.4f  %.4f  %.4f%n", what, p[0], p[1], p[2]);
}

print("logits 1, 2, 3", softmax(1, 2, 3));
print("logits 1001, 1002, 1003", softmax(1001, 1002, 1003));
Lesson.check(Double.isNaN(softmax(1001, 1002, 1003)[0]), "the second one is not a number");

// %% [markdown]
// The answer should be the same: adding a constant to all logits multiplies the numerator and the
// denominator by the same factor. Use that. **Subtract the largest logit first.** Then the largest
// power is $e^0 = 1$, and nothing can overflow.

// %%
double[] stableSoftmax(double... a) {
  double largest = java.util.Arrays.stream(a).max().orElseThrow();
  double[] shifted = new double[a.length];
  for (int k = 0; k < a.length; k++) {
    shifted[k] = a[k] - largest;
  }
  return softmax(shifted);
}

print("logits 1, 2, 3", stableSoftmax(1, 2, 3));
print("logits 1001, 1002, 1003", stableSoftmax(1001, 1002, 1003));
Lesson.check(
    java.util.Arrays.equals(stableSoftmax(1, 2, 3), stableSoftmax(1001, 1002, 1003)),
    "now both are the same, to the last bit");

// %% [markdown]
// ## Who made the NaN?
//
// In a real network the NaN shows up in the loss, thousands of operations later. By then everything
// is NaN. Ask the graph which number was the **first**.
//
// With `RECORDING_SITES` each node remembers the line of your program that made it.

// %%
String report(Anomaly anomaly) {
  // JShell makes a class with a number of each snippet; here the method's name is enough.
  return anomaly.report().replaceAll("REPL\\..*\\.(\\w+)\\(.*", "$1");
}

Node naiveCrossEntropy(Graph graph, double... logits) {
  List<Node> powers = new ArrayList<>();
  for (Node a : graph.variables("a", logits)) {
    powers.add(a.exp());
  }
  Node p = powers.get(2).dividedBy(graph.sum(powers)).named("p");
  return p.log().negated().named("loss");
}

Graph recording = new Graph(Graph.Option.RECORDING_SITES);
Node naive = naiveCrossEntropy(recording, 1, 2, 1003);
System.out.println("loss = " + naive.value());

Anomaly anomaly = recording.check().orElseThrow();
System.out.println(report(anomaly));
Lesson.check(Double.isNaN(naive.value()), "the loss is NaN");
Lesson.check(anomaly.node().parents().get(0).label().equals("a[2]"), "a[2] was the first cause");

// %% [markdown]
// The report names the operation, its operands and the place: the `exp` in `naiveCrossEntropy`.
// That is where the formula has to change, not where the NaN was seen.
//
// ## The logarithm of zero
//
// The loss takes the logarithm of a probability that softmax has just computed. Even without
// overflow that is one step too many: a probability of $e^{-800}$ is 0 in a `double`, and
// $-\ln 0 = \infty$. The true loss is 800: a large, but harmless number.
//
// So don't go through the probability. Put the logarithm into the formula on paper:
//
// $$-\ln p_k = \ln \sum_j e^{a_j} - a_k$$
//
// `logSumExp` computes the first term, with the largest logit taken out.

// %%
Node stableCrossEntropy(Graph graph, double... logits) {
  List<Node> a = graph.variables("a", logits);
  return graph.logSumExp(a).minus(a.get(2)).named("loss");
}

double naiveLoss = naiveCrossEntropy(new Graph(), 400, 2, -400).value();
Graph stableGraph = new Graph();
Node stable = stableCrossEntropy(stableGraph, 400, 2, -400);
System.out.println("naive loss   " + naiveLoss);
System.out.println("stable loss  " + stable.value());

Adjoints stableAdjoints = Backprop.sweep(stable);
Lesson.check(naiveLoss == Double.POSITIVE_INFINITY, "the naive loss is infinite");
Lesson.check(stable.value() == 800, "the stable loss is 800");
Lesson.check(stableAdjoints.of(stableGraph.node(2)) == -1, "and its derivative is p - t = 0 - 1");

// %% [markdown]
// Many programs write $\ln(p + 10^{-8})$ instead. That is no cure. It hides the infinity, caps the
// loss at 18, and its derivative is no longer $p - t$: where the network is most wrong, it learns
// **nothing**. See for yourself, for two classes with logits 0 and $a$, when class 1 is right:

// %%
double[] as = IntStream.rangeClosed(-60, 20).asDoubleStream().toArray();

double slopeWithEpsilon(double a) {
  return Autodiff.gradient(
      v -> v.get(0).sigmoid().plus(1e-8).log().negated(), a)[0];
}

double stableSlope(double a) {
  return Autodiff.gradient(v -> v.get(0).negated().softplus(), a)[0];
}

double[] withEpsilon = new double[as.length];
double[] withSoftplus = new double[as.length];
for (int k = 0; k < as.length; k++) {
  withEpsilon[k] = slopeWithEpsilon(as[k]);
  withSoftplus[k] = stableSlope(as[k]);
}

Display.svg(
    Plot.titled("The derivative of the loss: what adding 1e-8 does to it")
        .xAxis("logit a of the right class")
        .yAxis("∂loss/∂a")
        .line("from the logit, softplus(-a)", as, withSoftplus)
        .line("-ln(p + 1e-8)", as, withEpsilon)
        .note(-40, slopeWithEpsilon(-40), "utterly wrong, and no gradient")
        .toSvg(),
    "The stable derivative stays at -1 for very wrong answers; the one with epsilon goes to 0");
Lesson.check(Math.abs(stableSlope(-40) + 1) < 1e-12, "the stable slope is -1, as p - t says");
Lesson.check(Math.abs(slopeWithEpsilon(-40)) < 1e-6, "with 1e-8 it is nearly 0");

// %% [markdown]
// ## Cancellation: the V
//
// A difference quotient needs a step $h$. Smaller is better, says calculus. Try it, for
// $f(x) = e^x$ at $x = 1$, where the derivative is $e$. (`StrictMath`, so that you get the same
// digits everywhere.)

// %%
int count = 64;
double[] steps = new double[count];
double[] oneSided = new double[count];
double[] central = new double[count];
for (int k = 0; k < count; k++) {
  double h = StrictMath.pow(10, -k / 4.0);
  steps[k] = h;
  double e = StrictMath.exp(1);
  oneSided[k] = Math.abs((StrictMath.exp(1 + h) - e) / h - e) / e;
  central[k] = Math.abs((StrictMath.exp(1 + h) - StrictMath.exp(1 - h)) / (2 * h) - e) / e;
}

Node expAtOne = new Graph().variable("x", 1);
double swept = Backprop.sweep(expAtOne.exp()).of(expAtOne);
double sweepError = Math.abs(swept - StrictMath.exp(1)) / StrictMath.exp(1);
double[] precision = new double[count];
java.util.Arrays.fill(precision, Math.ulp(1.0));

Display.svg(
    Plot.titled("The error of a difference quotient is a V")
        .xLogAxis("step h")
        .yLogAxis("relative error")
        .xRange(1e-16, 1)
        .yRange(1e-16, 1)
        .line("one-sided", steps, oneSided)
        .line("central", steps, central)
        .line("a sweep, at most", steps, precision)
        .note(1e-8, 1e-8, "√ε")
        .note(6e-6, 1e-11, "∛ε")
        .toSvg(),
    "Both errors fall with h, reach a minimum and grow again; a sweep's error stays at the bottom");
Lesson.check(sweepError <= Math.ulp(1.0), "the sweep is right to the last digits");

// %% [markdown]
// Read it from right to left.
//
// **The right arm** is calculus: the error is $h/2 \cdot |f''|$ one-sided and $h^2/6 \cdot |f'''|$
// central. Smaller steps help, and the central rule helps twice as fast.
//
// **The left arm** is the machine: $f(x + h)$ and $f(x - h)$ agree in nearly all their digits, and
// the subtraction leaves the last few, which are rounding. Divided by a tiny $h$, the rounding grows
// like $\varepsilon / h$.
//
// **The tip** is the best there is: 8 digits at $h = \sqrt{\varepsilon}$ one-sided, 10 or 11 at
// $\sqrt[3]{\varepsilon}$ central. The sweep has no step. It has all digits.

// %%
double bestOneSided = java.util.Arrays.stream(oneSided).min().orElseThrow();
double bestCentral = java.util.Arrays.stream(central).min().orElseThrow();
System.out.printf(Locale.ROOT, "best one-sided  %.0e%n", bestOneSided);
System.out.printf(Locale.ROOT, "best central    %.0e%n", bestCentral);
Lesson.check(bestOneSided > 1e-11 && bestOneSided < 1e-7, "one-sided: half the digits");
Lesson.check(bestCentral < bestOneSided, "central: some more");

// %% [markdown]
// So are difference quotients useless? No: they know nothing of derivatives, and that makes them the
// judge of lesson 6. But a judge must know how far to trust himself. vbar's estimate comes with its
// own error:

// %%
FiniteDifference.Estimate estimate =
    FiniteDifference.central().derivative(number -> StrictMath.exp(number), 1);
double trueError = Math.abs(estimate.value() - StrictMath.exp(1));
System.out.printf(Locale.ROOT, "estimate    %.10f%n", estimate.value());
System.out.printf(Locale.ROOT, "says of itself ± %.0e, is off by %.0e%n", estimate.error(), trueError);
Lesson.check(trueError <= 4 * estimate.error(), "the true error is within its own estimate");

// %% [markdown]
// ## Cancellation without derivatives
//
// It is no matter of derivatives. $e^x - 1$ for $x = 10^{-15}$ should be $10^{-15}$:

// %%
double tiny = 1e-15;
System.out.printf(Locale.ROOT, "exp(x) - 1  %.6e%n", StrictMath.exp(tiny) - 1);
System.out.printf(Locale.ROOT, "expm1(x)    %.6e%n", StrictMath.expm1(tiny));
Lesson.check(Math.abs(StrictMath.exp(tiny) - 1 - tiny) > 0.1 * tiny, "the first is 11 % off");
Lesson.check(Math.abs(StrictMath.expm1(tiny) - tiny) < 1e-15 * tiny, "the second is exact");

// %% [markdown]
// That is why `expm1`, `log1p`, `softplus`, `hypot` and `logSumExp` are operations of their own.
//
// ## Zero times infinity
//
// The last trap is one of backprop itself. Protect a square root with a choice:

// %%
Graph guarded = new Graph(Graph.Option.RECORDING_SITES);
Node x = guarded.variable("x", 0);

Node protectedRoot(Node number) {
  Node root = number.sqrt().named("root");
  return Node.where(number.greaterThan(0), root, number.graph().constant(0)).named("y");
}

Node y = protectedRoot(x);
Adjoints trapped = Backprop.sweep(y);
System.out.println("y = " + y.value() + ", x̄ = " + trapped.of(x));
Lesson.check(y.value() == 0, "the value is fine");
Lesson.check(Double.isNaN(trapped.of(x)), "the derivative is NaN");

// %% [markdown]
// The branch was not taken, so its adjoint is 0. But the root was computed all the same, and its
// slope at 0 is infinite. The sweep multiplies: $0 \cdot \infty$ is NaN. The report finds it:

// %%
System.out.println(report(trapped.check().orElseThrow()));

// %% [markdown]
// The cure: choose **before** the dangerous operation, so that it never sees a dangerous number.

// %%
Node safeRoot(Node number) {
  Node one = number.graph().constant(1);
  Node positive = number.greaterThan(0);
  Node root = Node.where(positive, number, one).sqrt();
  return Node.where(positive, root, number.graph().constant(0));
}

Node z = new Graph().variable("z", 0);
Adjoints healthy = Backprop.sweep(safeRoot(z));
System.out.println("z̄ = " + healthy.of(z));
Lesson.check(healthy.of(z) == 0, "the derivative is 0");
Lesson.check(healthy.check().isEmpty(), "and the graph has no anomaly");

// %% [markdown]
// ## To take along
//
// 1. Take the largest logit out before you exponentiate.
// 2. Compute the loss from logits, never from rounded probabilities. Adding $10^{-8}$ hides the
//    symptom and kills the gradient.
// 3. Differences have an error that is a V. Trust the tip: half the digits, or two thirds.
// 4. A NaN is born once. Look for the first one, and for the line that made it.
//
// **Try it:** replace `sqrt` in `protectedRoot` by `log`, and `naiveCrossEntropy`'s logits by
// $(0, 0, -800)$. Which number is the first that is not finite, and what does the report say?
