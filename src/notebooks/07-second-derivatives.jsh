// %% [markdown]
// # 7 · Second derivatives, forward mode, compiled functions
//
// A gradient says which way is down. A second derivative says how the gradient itself changes:
// how far to go, and where the valley bends. Newton's method lives on it.
//
// You will see that
//
// - the adjoints of a sweep can be **nodes** themselves, and then they can be differentiated again,
// - derivatives can also be carried **forward**, one direction at a time,
// - a recorded function can be **compiled**, and its loops come back out of the record.

// %%
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.vbar.Autodiff;
import org.vbar.backprop.AdjointGraph;
import org.vbar.backprop.Adjoints;
import org.vbar.backprop.Backprop;
import org.vbar.backprop.Tangents;
import org.vbar.compile.CompiledFunction;
import org.vbar.compile.Statistics;
import org.vbar.export.GraphPicture;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;
import org.vbar.notebook.Display;
import org.vbar.notebook.Lesson;
import org.vbar.notebook.Plot;
import org.vbar.notebook.Tiles;

// %% [markdown]
// ## Adjoints as nodes
//
// Take $y = x^2 w$. By hand: $\bar{x} = 2xw$ and $\bar{w} = x^2$.
// A sweep computes these as numbers. An `AdjointGraph` records the sweep as new nodes of the same
// graph, so that $\bar{x}$ has parents, a formula and a value like any other node.

// %%
Graph graph = new Graph();
Node x = graph.variable("x", 3);
Node w = graph.variable("w", 2);
Node y = x.square().times(w).named("y");

AdjointGraph adjointGraph = AdjointGraph.of(y, List.of(x, w));
Node xBar = adjointGraph.of(x).named("x̄");
Node wBar = adjointGraph.of(w).named("w̄");

System.out.println("x̄ = " + xBar.value() + ", w̄ = " + wBar.value());
Lesson.check(xBar.value() == 2 * 3 * 2 && wBar.value() == 9, "as by hand");
Lesson.check(Backprop.sweep(y).of(x) == xBar.value(), "as by the sweep");

// %% [markdown]
// Here is $\bar{x}$ with all it depends on. It is a graph like every other. So sweep it again:
// $\partial \bar{x} / \partial x = 2w$ and $\partial \bar{x} / \partial w = 2x$.

// %%
Adjoints second = Backprop.sweep(xBar);

Display.graph(
    GraphPicture.of(second).title("x̄ as nodes, swept again: ∂x̄/∂x and ∂x̄/∂w"),
    "The graph of x̄ with the second derivatives 4 for x and 6 for w");
Lesson.check(second.of(x) == 4, "∂²y/∂x² = 2w = 4");
Lesson.check(second.of(w) == 6, "∂²y/∂x∂w = 2x = 6");

// %% [markdown]
// ## The Hessian
//
// All second derivatives together are the **Hessian** $H_{ij} = \partial^2 f / \partial x_i \partial
// x_j$. One sweep over each adjoint gives one row. `Autodiff.hessian` does just that.
//
// Our function is Rosenbrock's valley: easy to fall into, hard to walk along.
//
// $$f(x) = \sum_{i} \; 100 \, (x_{i+1} - x_i^2)^2 + (1 - x_i)^2$$

// %%
Node rosenbrock(List<Node> v) {
  List<Node> terms = new ArrayList<>();
  for (int i = 0; i + 1 < v.size(); i++) {
    terms.add(v.get(i + 1).minus(v.get(i).square()).square().times(100));
    terms.add(v.get(i).negated().plus(1).square());
  }
  return v.get(0).graph().sum(terms);
}

double[][] hessian = Autodiff.hessian(v -> rosenbrock(v), -1.2, 1.0);
System.out.printf(Locale.ROOT, "%8.1f %8.1f%n", hessian[0][0], hessian[0][1]);
System.out.printf(Locale.ROOT, "%8.1f %8.1f%n", hessian[1][0], hessian[1][1]);
Lesson.check(Math.abs(hessian[0][1] - hessian[1][0]) < 1e-12, "a Hessian is symmetric");
Lesson.check(Math.abs(hessian[1][1] - 200) < 1e-12, "∂²f/∂x₁² = 200");

// %% [markdown]
// Draw it for ten variables, and you see how the function is built: $x_i$ meets only its
// neighbours. Everything else is 0, and a good solver would never compute it.

// %%
double[] tenths = new double[10];
for (int i = 0; i < 10; i++) {
  tenths[i] = 1.1 - 0.2 * i;
}
double[][] large = Autodiff.hessian(v -> rosenbrock(v), tenths);

Display.svg(
    Tiles.titled("The Hessian of Rosenbrock's function of ten variables")
        .add("rows i, columns j: ∂²f/∂xᵢ∂xⱼ", large)
        .numbers("%.0f")
        .cell(54)
        .toSvg(),
    "A band matrix: only the diagonal and its two neighbours are not 0");
Lesson.check(large[0][2] == 0 && large[0][9] == 0, "x₀ does not meet x₂ or x₉");

// %% [markdown]
// ## Newton's method
//
// Gradient descent takes a small step downhill: $x \leftarrow x - \eta \, \bar{x}$.
// Newton asks where the gradient would be 0 if the Hessian stayed as it is, and jumps there:
//
// $$H \, d = -\bar{x}, \qquad x \leftarrow x + d$$
//
// Two variables, so the linear system is solved by hand.

// %%
double[] newtonStep(double[] at) {
  double[] g = Autodiff.gradient(v -> rosenbrock(v), at);
  double[][] h = Autodiff.hessian(v -> rosenbrock(v), at);
  double determinant = h[0][0] * h[1][1] - h[0][1] * h[1][0];
  double first = (h[0][1] * g[1] - h[1][1] * g[0]) / determinant;
  double second = (h[1][0] * g[0] - h[0][0] * g[1]) / determinant;
  return new double[] {at[0] + first, at[1] + second};
}

List<double[]> newton = new ArrayList<>(List.of(new double[] {-1.2, 1}));
for (int step = 0; step < 6; step++) {
  newton.add(newtonStep(newton.get(step)));
}

List<double[]> descent = new ArrayList<>(List.of(new double[] {-1.2, 1}));
for (int step = 0; step < 2000; step++) {
  double[] at = descent.get(step);
  double[] g = Autodiff.gradient(v -> rosenbrock(v), at);
  descent.add(new double[] {at[0] - 0.001 * g[0], at[1] - 0.001 * g[1]});
}

double[] reached = newton.get(6);
System.out.printf(Locale.ROOT, "Newton, 6 steps:            (%.6f, %.6f)%n", reached[0], reached[1]);
double[] still = descent.get(2000);
System.out.printf(Locale.ROOT, "gradient descent, 2000:     (%.6f, %.6f)%n", still[0], still[1]);
Lesson.check(Math.abs(reached[0] - 1) < 1e-9, "Newton is at the minimum (1, 1) after six steps");
Lesson.check(Math.abs(still[0] - 1) > 0.05, "gradient descent is still on its way");

// %%
double[] coordinate(List<double[]> path, int which) {
  return path.stream().mapToDouble(point -> point[which]).toArray();
}

double valley(double a, double b) {
  return 100 * (b - a * a) * (b - a * a) + (1 - a) * (1 - a);
}

Display.svg(
    Plot.titled("Rosenbrock's valley: six jumps against two thousand steps")
        .xAxis("x₀")
        .yAxis("x₁")
        .xRange(-1.6, 1.6)
        .yRange(-3.5, 2)
        .contours((a, b) -> valley(a, b), 1, 4, 20, 100, 300, 700, 1200)
        .line("Newton", coordinate(newton, 0), coordinate(newton, 1))
        .line("gradient descent", coordinate(descent, 0), coordinate(descent, 1))
        .note(1, 1, "minimum")
        .toSvg(),
    "Newton jumps across the valley and lands in the minimum; descent creeps along its floor");

// %% [markdown]
// The long jump down, out of the valley and back, is not a mistake. Newton believes that the
// function is a parabola, and the valley bends. Close to the minimum the belief is right, and the
// number of right digits doubles with every step:

// %%
double[] errors = new double[7];
for (int step = 0; step <= 6; step++) {
  double[] at = newton.get(step);
  errors[step] = Math.hypot(at[0] - 1, at[1] - 1);
  System.out.printf(Locale.ROOT, "step %d   distance %.1e%n", step, errors[step] < 1e-9 ? 0 : errors[step]);
}

// %% [markdown]
// ## Forward mode
//
// So far every derivative came backwards. It can also be carried along, from parents to children:
// the **tangent** $\dot{v}$ says how $v$ moves when the inputs move in a direction.
//
// $$\dot{v} = \sum_{p \,\in\, \mathrm{Pa}(v)} \frac{\partial v}{\partial p} \; \dot{p}$$
//
// One pass forward gives the derivatives of **all** nodes along **one** direction. One sweep
// backward gives the derivatives of **one** node for **all** inputs. Here are both, for ten inputs.

// %%
Graph tenGraph = new Graph();
NodeArray ten = tenGraph.variables("x", tenths);
Node f = rosenbrock(ten);

double[] gradient = Backprop.sweep(f).gradient(ten); // one sweep
double[] byTangents = new double[10];
for (int i = 0; i < 10; i++) { // ten passes
  byTangents[i] = Tangents.along(ten.get(i)).of(f);
}

double apart = 0;
for (int i = 0; i < 10; i++) {
  apart = Math.max(apart, Math.abs(gradient[i] - byTangents[i]));
}
Lesson.check(apart < 1e-9, "one sweep and ten forward passes give the same gradient");

// %% [markdown]
// For a loss with a million weights the choice is clear: backward. For one direction it is forward.
//
// And both together are worth more than each alone. Carry a direction $d$ **forward through the
// adjoints**: since $\bar{x}$ is a node, its tangent is
// $\dot{\bar{x}}_i = \sum_j H_{ij} d_j$. That is a whole product $H d$ in one pass, without ever
// writing $H$ down.

// %%
double[] direction = {1, -1, 2, 0, 0.5, 1, -2, 1, 0, 3};
AdjointGraph gradientNodes = AdjointGraph.of(f, ten);
Tangents along = Tangents.along(ten, direction);

double[] product = new double[10];
for (int i = 0; i < 10; i++) {
  product[i] = along.of(gradientNodes.of(ten.get(i)));
}

double difference = 0;
for (int i = 0; i < 10; i++) {
  double byRows = 0;
  for (int j = 0; j < 10; j++) {
    byRows += large[i][j] * direction[j];
  }
  difference = Math.max(difference, Math.abs(product[i] - byRows));
}
Lesson.check(difference < 1e-9, "H d in one forward pass over the adjoints");

// %% [markdown]
// ## Compiled functions
//
// Each call above recorded the function anew. If it is needed at many points, record it **once** and
// compile the record. Rosenbrock's function of a thousand variables:

// %%
int n = 1000;
CompiledFunction compiled = Autodiff.compile(n, v -> rosenbrock(v));

double[] point = new double[n];
for (int i = 0; i < n; i++) {
  point[i] = (i % 7 - 2.5) / 4.0;
}
double[] compiledGradient = new double[n];
double value = compiled.gradient(point, compiledGradient);

Graph thousandGraph = new Graph();
NodeArray thousand = thousandGraph.variables("x", point);
Node recorded = rosenbrock(thousand);
double[] sweptGradient = Backprop.sweep(recorded).gradient(thousand);

double largest = 0;
for (int i = 0; i < n; i++) {
  largest = Math.max(largest, Math.abs(compiledGradient[i] - sweptGradient[i]));
}
Lesson.check(Math.abs(value - recorded.value()) <= 1e-9 * value, "the same value as the graph");
Lesson.check(largest <= 1e-9, "the same gradient as the sweep");

// %% [markdown]
// ## The loop comes back
//
// The record is one long list: a Java loop ran, and only its thousand rounds are left. vbar looks
// for the pattern in the list and finds the loop again. This is all that is left of the record:

// %%
Statistics statistics = compiled.statistics();
System.out.printf(Locale.ROOT, "recorded   %,d ops%n", statistics.recorded());
String loops = compiled.loops();
long left = loops.lines().filter(line -> !line.startsWith(" ")).count();
System.out.printf(Locale.ROOT, "left       %d instructions and loops%n%n", left);
System.out.print(loops);
Lesson.check(left < 5, "thousands of ops have become a few loops");

// %% [markdown]
// From that text, bytecode is made, which the JVM compiles like any hand-written loop. What it
// brings was recorded on the page *Performance of compiled functions*
// (`docs/performance-compile.md`), for this function and this size:
//
// | one gradient, n = 1,000 | time, recorded |
// | --- | --- |
// | recorded instructions, one by one | 20 µs |
// | compiled to bytecode | 2.3 µs |
// | written by hand | 1.3 µs |
//
// Second derivatives work on compiled functions, too:

// %%
double[] v = new double[n];
double[] hv = new double[n];
v[500] = 1;
compiled.hessianVectorProduct(point, v, hv);

int notZero = 0;
for (double entry : hv) {
  notZero += entry == 0 ? 0 : 1;
}
System.out.println("column 500 of the Hessian has " + notZero + " entries that are not 0");
Lesson.check(notZero == 3, "the diagonal and its two neighbours, as in the picture");

// %% [markdown]
// ## To take along
//
// 1. A derivative is a computation. Record it as nodes, and you can differentiate it again.
// 2. Backward: one output, all inputs. Forward: all outputs, one direction.
// 3. Forward over backward gives $H d$ without $H$.
// 4. Record for looking, compile for running. Both compute the same.
//
// **Try it:** start Newton at $(0, 0)$ instead. How many steps does it need? And what happens where
// the determinant of $H$ is 0 or negative?
