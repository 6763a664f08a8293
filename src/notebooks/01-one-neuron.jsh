// %% [markdown]
// # 1 · One neuron by hand
//
// A neuron multiplies its inputs by weights, adds them up, adds a bias and bends the result:
//
// $$y = \tanh(x_1 w_1 + x_2 w_2 + b)$$
//
// We ask one question: **if I change a weight a little, how much does $y$ change?**
// By the end you can answer it for every number in the formula, on paper.

// %%
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.vbar.backprop.Adjoints;
import org.vbar.backprop.Backprop;
import org.vbar.backprop.BackwardTrace;
import org.vbar.backprop.SweepStep;
import org.vbar.export.GraphPicture;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.notebook.Display;
import org.vbar.notebook.Lesson;

// %% [markdown]
// ## Forward: every scalar is a node
//
// A graph records each number that is computed, in order. Nothing is hidden:
// one node for each product, each sum, and the hyperbolic tangent.

// %%
Graph graph = new Graph();
Node x1 = graph.variable("x1", 2.0);
Node w1 = graph.variable("w1", -3.0);
Node x2 = graph.variable("x2", 0.5);
Node w2 = graph.variable("w2", 4.0);
Node b = graph.variable("b", 4.5);
Node p1 = x1.times(w1).named("p1");
Node p2 = x2.times(w2).named("p2");
Node s = p1.plus(p2).named("s");
Node a = s.plus(b).named("a");
Node y = a.tanh().named("y");
for (Node node : List.of(p1, p2, s, a, y)) {
  System.out.printf(
      Locale.ROOT, "%-2s = %-8s = %7.4f%n", node.label(), node.formula(), node.value());
}

// %%
Lesson.check(p1.value() == -6 && p2.value() == 2, "the products");
Lesson.check(a.value() == 0.5, "the number before the bend");

// %% [markdown]
// ## Local derivatives: what each node knows
//
// A node knows only its parents. How does it change if one of them changes a little?
//
// - A sum passes every change on: $\partial s/\partial p_1 = 1$.
// - A product scales it by the other factor: $\partial p_1/\partial w_1 = x_1$.
// - The bend has the slope $1 - \tanh^2(a)$.
//
// These **local derivatives** are stored when a node is recorded.

// %%
void show(String derivative, double value, String remark) {
  System.out.printf(Locale.ROOT, "%s = %7.4f   %s%n", derivative, value, remark);
}

show("∂p1/∂x1", p1.localDerivative(0), "the other factor, w1");
show("∂p1/∂w1", p1.localDerivative(1), "the other factor, x1");
show("∂s/∂p1 ", s.localDerivative(0), "a sum passes on");
show("∂y/∂a  ", y.localDerivative(0), "the slope of tanh");
Lesson.check(p1.localDerivative(1) == x1.value(), "∂p1/∂w1 is x1");
Lesson.check(
    Math.abs(y.localDerivative(0) - (1 - y.value() * y.value())) < 1e-15, "∂y/∂a is 1 − y²");

// %% [markdown]
// ## Backward: one rule
//
// Write $\bar{v}$ (say *v-bar*) for the derivative of the output with respect to a node $v$.
// It is called the **adjoint** of $v$. The output starts:
//
// $$\bar{y} = 1$$
//
// Every other node asks its **children**, the nodes that use it:
//
// $$\bar{v} = \sum_{c} \bar{c} \cdot \frac{\partial c}{\partial v}$$
//
// That is the whole of backpropagation. We go from the output to the inputs,
// so that a child's adjoint is known before its parents ask for it.

// %%
BackwardTrace trace = Backprop.trace(y);
for (SweepStep step : trace.steps()) {
  String name = step.node().label();
  System.out.printf(Locale.ROOT, "%-3s  %-16s = %8.4f%n", name, step.rule(), step.adjoint());
}

// %% [markdown]
// Read one line: $\bar{w}_1 = \bar{p}_1 \cdot \partial p_1/\partial w_1 = 0.7864 \cdot 2$.
// If $w_1$ grows by 0.001, $y$ grows by about 0.0016. Let us try it.

// %%
double bumped = Math.tanh(2.0 * (-3.0 + 0.001) + 0.5 * 4.0 + 4.5);
double moved = bumped - y.value();
double predicted = 0.001 * trace.of(w1);
System.out.printf(Locale.ROOT, "y moved by %.6f; the adjoint said %.6f%n", moved, predicted);
Lesson.check(Math.abs(moved - predicted) < 1e-5, "the adjoint predicts the change");

// %% [markdown]
// The picture shows it all: values and adjoints in the boxes, local derivatives on the arrows.
// To find an adjoint, multiply along the arrows from the output. Where ways meet, add.

// %%
Display.graph(
    GraphPicture.of(Backprop.sweep(y)),
    "One neuron: two products, two sums and a tanh, with values, adjoints and local derivatives");

// %% [markdown]
// ## Why order matters: the diamond
//
// Here a node has two children, and the ways meet again:
//
// $$u = 2x \qquad l = u^2 \qquad r = 3u \qquad z = l + r$$

// %%
Graph diamond = new Graph();
Node x = diamond.variable("x", 1.0);
Node u = x.times(2).named("u");
Node l = u.square().named("l");
Node r = u.times(3).named("r");
Node z = l.plus(r).named("z");
Display.graph(
    GraphPicture.of(Backprop.sweep(z)), "A diamond: u is used by l and by r, and z is their sum");

// %% [markdown]
// A tempting program: *when a node gets a contribution, add it to the adjoint, and pass
// that adjoint on to the parents at once.* It looks like the rule. It is not.

// %%
Map<Node, Double> wrong = new HashMap<>();
void passOn(Node node, double contribution) {
  wrong.merge(node, contribution, Double::sum);
  List<Node> parents = node.parents();
  for (int k = 0; k < parents.size(); k++) {
    passOn(parents.get(k), wrong.get(node) * node.localDerivative(k));
  }
}
passOn(z, 1);
double right = Backprop.sweep(z).of(x);
System.out.println("right  x̄ = " + right);
System.out.println("naive  x̄ = " + wrong.get(x));
Lesson.check(right == 14, "dz/dx = 8x + 6 at x = 1");
Lesson.check(wrong.get(x) != right, "the naive program is wrong");

// %% [markdown]
// What happened? The first child of $u$ brought its term, and $u$ passed it on.
// Then the second child brought its own, and $u$ passed on the **sum of both**.
// So the first term went to $x$ twice.
//
// The cure is order, not cleverness. A node passes its adjoint on **once, when all its children
// have given their terms**. The graph makes that easy: children are always recorded
// after their parents, so a walk from the last node to the first meets every child first.

// %%
for (SweepStep step : Backprop.trace(z).steps()) {
  int terms = step.contributions().size();
  System.out.println(step.node().label() + ": terms " + terms + ", adjoint " + step.adjoint());
}

// %% [markdown]
// ## Used twice by one child
//
// In $q = x \cdot x$ the node $x$ is a parent **twice**. Two arrows, two terms:
// $\bar{x} = x + x = 2x$. A program that keeps parents in a set loses one of them.

// %%
Graph square = new Graph();
Node side = square.variable("x", 3.0);
Node area = side.times(side).named("q");
double sideBar = Backprop.sweep(area).of(side);
System.out.println("parents: " + area.parents().size() + ", x̄ = " + sideBar);
Lesson.check(sideBar == 6, "both arrows count");

// %% [markdown]
// ## Keep this
//
// - A node stores its value and one local derivative per parent.
// - $\bar{v}$ is the sum over the children of $\bar{c}$ times the local derivative.
// - Children first. Then one pass gives the derivative with respect to **every** node.
//
// Next: a whole network, weight by weight.
