// %% [markdown]
// # 2 · A classifier, weight by weight
//
// Two inputs, two hidden layers of two neurons with ReLU, one output with a sigmoid. No biases.
// It says how sure it is that a point belongs to class 1.
//
// We compute the derivative of its loss for all ten weights, and check each one **three ways**.

// %%
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.vbar.backprop.Adjoints;
import org.vbar.backprop.Backprop;
import org.vbar.check.FiniteDifference;
import org.vbar.derive.Derivation;
import org.vbar.derive.DerivationStep;
import org.vbar.export.GraphPicture;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.layer.BackwardPass;
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
System.out.println(String.format(Locale.ROOT, "loss = %.6f, recorded as %d nodes", loss.value(), graph.size()));

// %% [markdown]
// The second neuron of layer 2 has $a = -0.72$. Its ReLU gives 0.
// We say it is **inactive** for this sample. Watch what that does backward.

// %%
Lesson.check(pass.activations(1).get(1).value() == 0, "the neuron is inactive");

// %% [markdown]
// ## Backward

// %%
Adjoints adjoints = Backprop.sweep(loss);
Display.graph(GraphPicture.of(adjoints).title("∂loss/∂v of every node"), "The classifier as a graph: every scalar with its value and its adjoint");

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
// For each weight: the rule in symbols, with the local derivatives put in, and with numbers.
// Nodes without a name are multiplied through, as one does on paper.

// %%
Derivation derivation = Derivation.perNamedNode(loss);
for (Node weight : network.weights(2)) {
  System.out.println(derivation.step(weight).orElseThrow().equation().text());
}
for (Node weight : network.weights(0)) {
  System.out.println(derivation.step(weight).orElseThrow().equation().text());
}

// %% [markdown]
// As a formula, for the first weight of the last layer:

// %%
Display.math(derivation.step(network.weights(2).at(0, 0)).orElseThrow().equation().latex());

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
  double[][] layers = {Arrays.copyOfRange(p, 0, 4), Arrays.copyOfRange(p, 4, 8), Arrays.copyOfRange(p, 8, 10)};
  MlpParameters moved = MlpParameters.of(spec, layers, new double[3][0]);
  Network matrices = Network.of(spec, moved);
  return matrices.loss(matrices.forward(Matrix.of(1, 2, input)), Matrix.of(1, 1, target));
}
Network matrices = Network.of(spec, parameters);
ForwardPass forward = matrices.forward(Matrix.of(1, 2, input));
double[] byMatrices = matrices.backward(forward, Matrix.of(1, 1, target)).gradient();
double[] bySweep = adjoints.gradient(network.parameters());
double[] byDifferences = FiniteDifference.central().gradient(p -> lossAt(p), parameters.toArray()).values();

// %%
System.out.println("weight      sweep       matrices    differences");
for (int k = 0; k < bySweep.length; k++) {
  String name = network.parameters().get(k).label();
  System.out.printf(Locale.ROOT, "%-8s %10.6f  %10.6f  %10.6f%n", name, bySweep[k] + 0.0, byMatrices[k] + 0.0, Math.round(byDifferences[k] * 1e6) / 1e6 + 0.0);
  Lesson.check(Math.abs(bySweep[k] - byMatrices[k]) <= 1e-15, "matrices agree for " + name);
  Lesson.check(Math.abs(bySweep[k] - byDifferences[k]) <= 1e-7, "differences agree for " + name);
}
Lesson.check(bySweep.length == 10, "ten weights");

// %% [markdown]
// ## One step downhill
//
// The derivative says which way is up. Go a little the other way, and the loss must fall.

// %%
double[] p = parameters.toArray();
for (int k = 0; k < p.length; k++) {
  p[k] -= 0.5 * bySweep[k];
}
System.out.println(String.format(Locale.ROOT, "loss before %.6f, after %.6f", loss.value(), lossAt(p)));
Lesson.check(lossAt(p) < loss.value(), "the loss falls");

// %% [markdown]
// ## Keep this
//
// - One sweep gave all ten derivatives. Differences took twenty runs of the network.
// - A neuron whose ReLU is off passes nothing back.
// - Check a gradient with something that shares nothing with it.
//
// Next: the same network with matrices, and where the transposes come from.
