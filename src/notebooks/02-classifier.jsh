// %% [markdown]
// # 2 · A classifier, weight by weight
//
// A 2-2-1 network for points in the plane: two layers of two neurons with ReLU, then one neuron
// with a sigmoid. No biases. It says how sure it is that a point belongs to class 1.
//
// We compute the derivative of its loss for all ten weights, and check each one **three ways**.

// %%
import java.util.Arrays;
import java.util.Locale;
import org.vbar.backprop.Adjoints;
import org.vbar.backprop.Backprop;
import org.vbar.check.FiniteDifference;
import org.vbar.derive.Derivation;
import org.vbar.derive.Equation;
import org.vbar.export.Direction;
import org.vbar.export.GraphPicture;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.layer.ForwardPass;
import org.vbar.layer.Matrix;
import org.vbar.layer.Network;
import org.vbar.model.Activation;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;
import org.vbar.notebook.Display;
import org.vbar.notebook.Lesson;
import org.vbar.scalar.ScalarMlp;
import org.vbar.scalar.ScalarPass;

// %% [markdown]
// ## The network
//
// In layer $l$, neuron $j$ first adds up, then bends:
//
// $$a_j = \sum_i z_i \, W_{ij} \qquad z_j = \varphi(a_j)$$
//
// The weight $W_{ij}$ leads from input $i$ to neuron $j$; we count from 0.
// The loss for a target $t$ is $\frac{1}{2}(z_3 - t)^2$.

// %%
MlpSpec spec =
    (MlpSpec.inputs(2)
        .layer(2, Activation.RELU)
        .layer(2, Activation.RELU)
        .layer(1, Activation.SIGMOID)
        .withoutBiases()
        .loss(LossKind.HALF_SQUARED_ERROR)
        .build());
double[][] weights = {{0.6, -0.4, 0.3, 0.8}, {0.5, -0.7, -0.2, 0.1}, {0.9, -1.1}};
MlpParameters parameters = MlpParameters.of(spec, weights, new double[3][0]);
double[] input = {1, 2};
double[] target = {1};
System.out.println(spec);

// %% [markdown]
// ## Forward, one node per scalar

// %%
Graph graph = new Graph();
ScalarMlp network = ScalarMlp.record(graph, spec, parameters);
ScalarPass pass = network.forward(input);
Node loss = pass.loss(target).named("loss");
for (int layer = 0; layer < 3; layer++) {
  for (Node a : pass.preActivations(layer)) {
    System.out.printf(Locale.ROOT, "%s = %7.4f   ", a.label(), a.value());
  }
  for (Node z : pass.activations(layer)) {
    System.out.printf(Locale.ROOT, "%s = %6.4f   ", z.label(), z.value());
  }
  System.out.println();
}
String summary = "loss = %.6f, recorded as %d nodes";
System.out.println(String.format(Locale.ROOT, summary, loss.value(), graph.size()));

// %% [markdown]
// The second neuron of layer 2 has $a = -0.72$. Its ReLU gives 0.
// We say it is **inactive** for this sample. Watch what that does backward.

// %%
Lesson.check(pass.activations(1).get(1).value() == 0, "the neuron is inactive");

// %% [markdown]
// ## Backward

// %%
Adjoints adjoints = Backprop.sweep(loss);
GraphPicture picture = GraphPicture.of(adjoints).direction(Direction.TOP_TO_BOTTOM);
Display.graph(picture, "The classifier as a graph: each scalar with its value and adjoint");

// %% [markdown]
// The marked path is the one of largest contribution: start at the loss, always take the arrow
// that passes most on.
//
// Nothing flows through the inactive neuron: the local derivative of its ReLU is 0.
// So its two incoming weights have the adjoint 0. They learn nothing from this sample.

// %%
for (int i = 0; i < 2; i++) {
  Lesson.check(adjoints.of(network.weights(1).at(i, 1)) == 0, "a weight into the inactive neuron");
}

// %% [markdown]
// ## The equations, with numbers
//
// The backprop rule for one weight: first in symbols, then with the local derivative put in,
// then with numbers. Nodes without a name are multiplied through, as one does on paper.

// %%
Derivation derivation = Derivation.perNamedNode(loss);
Node first = network.weights(2).at(0, 0);
Display.math(derivation.step(first).orElseThrow().equation().latex());

// %% [markdown]
// The same for all ten. Each has one child, the $a$ of the neuron that it leads to, and its local
// derivative is the number that comes in: an input or a $z$.

// %%
StringBuilder rows = new StringBuilder();
StringBuilder lines = new StringBuilder();
for (Node weight : network.parameters()) {
  Equation equation = derivation.step(weight).orElseThrow().equation();
  rows.append("<tr><td>").append(equation.mathml()).append("</td></tr>\n");
  lines.append(equation.text()).append("\n");
}
Display.html("<table>\n" + rows + "</table>", lines.toString());

// %% [markdown]
// ## Three ways to the same number
//
// 1. **The sweep**, node by node.
// 2. **Matrices**, with a backward pass derived by hand. It shares no code with the graph.
// 3. **Central differences**: move the weight a little to both sides and look at the loss.
//    No rule of differentiation is used at all.
//
// Two programs can share a mistake. Three that have nothing in common hardly can.

// %%
double lossAt(double[] p) {
  double[][] layers = {
    Arrays.copyOfRange(p, 0, 4), Arrays.copyOfRange(p, 4, 8), Arrays.copyOfRange(p, 8, 10)
  };
  Network moved = Network.of(spec, MlpParameters.of(spec, layers, new double[3][0]));
  return moved.loss(moved.forward(Matrix.of(1, 2, input)), Matrix.of(1, 1, target));
}

Network matrices = Network.of(spec, parameters);
ForwardPass forward = matrices.forward(Matrix.of(1, 2, input));

double[] bySweep = adjoints.gradient(network.parameters());
double[] byMatrices = matrices.backward(forward, Matrix.of(1, 1, target)).gradient();
double[] byDifferences =
    FiniteDifference.central().gradient(p -> lossAt(p), parameters.toArray()).values();

// %% [markdown]
// Side by side, with the largest distance of either opinion from the sweep:

// %%
double rounded(double value) {
  return Math.round(value * 1e6) / 1e6 + 0.0; // + 0.0, so that no -0 is printed
}

double farthestMatrix = 0;
double farthestDifference = 0;
System.out.println("weight       sweep    matrices  differences");
for (int k = 0; k < bySweep.length; k++) {
  String row = "%-7s  %9.6f   %9.6f    %9.6f%n";
  String name = network.parameters().get(k).label();
  double sweep = rounded(bySweep[k]);
  System.out.printf(Locale.ROOT, row, name, sweep, rounded(byMatrices[k]),
      rounded(byDifferences[k]));
  farthestMatrix = Math.max(farthestMatrix, Math.abs(bySweep[k] - byMatrices[k]));
  farthestDifference = Math.max(farthestDifference, Math.abs(bySweep[k] - byDifferences[k]));
}
Lesson.check(bySweep.length == 10, "there are ten weights");
Lesson.check(farthestMatrix <= 1e-15, "sweep and matrices agree to 1e-15");
Lesson.check(farthestDifference <= 1e-7, "sweep and differences agree to 1e-7");

// %% [markdown]
// ## One step downhill
//
// The derivative says which way is up. Go a little the other way, and the loss must fall.

// %%
double[] p = parameters.toArray();
for (int k = 0; k < p.length; k++) {
  p[k] -= 0.5 * bySweep[k];
}
System.out.printf(Locale.ROOT, "loss before %.6f, after %.6f%n", loss.value(), lossAt(p));
Lesson.check(lossAt(p) < loss.value(), "the loss falls");

// %% [markdown]
// ## Keep this
//
// - One sweep gave all ten derivatives. Differences took twenty runs of the network.
// - A neuron whose ReLU is off passes nothing back.
// - Check a gradient with something that shares nothing with it.
//
// Next: the same network with matrices, and where the transposes come from.
