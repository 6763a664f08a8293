package org.vbar.scalar;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;
import org.vbar.model.MlpSpec;

/** One sample's way through a {@link ScalarMlp}: every scalar of it as a node. */
public final class ScalarPass {
  private final MlpSpec spec;
  private final NodeArray inputs;
  private final ImmutableList<ImmutableList<Node>> preActivations;
  private final ImmutableList<ImmutableList<Node>> activations;

  ScalarPass(
      MlpSpec spec,
      NodeArray inputs,
      ImmutableList<ImmutableList<Node>> preActivations,
      ImmutableList<ImmutableList<Node>> activations) {
    this.spec = spec;
    this.inputs = inputs;
    this.preActivations = preActivations;
    this.activations = activations;
  }

  /** x, one node per input. */
  public NodeArray inputs() {
    return inputs;
  }

  /** a of a layer, counted from 0. */
  public List<Node> preActivations(int layer) {
    return preActivations.get(layer);
  }

  /** z = φ(a) of a layer, counted from 0; for the identity these are the pre-activations. */
  public List<Node> activations(int layer) {
    return activations.get(layer);
  }

  /** z of the last layer. */
  public List<Node> outputs() {
    return activations.get(activations.size() - 1);
  }

  /**
   * Records this sample's loss as its spec's {@link org.vbar.model.LossKind} defines it. Targets
   * become constants {@code t[k]}.
   *
   * <p>The cross-entropies are recorded from the logits a, in forms that neither overflow nor lose
   * digits where the network is sure and right:
   *
   * <pre>
   *   binary    Σₖ t[k]·softplus(−a[k]) + (1 − t[k])·softplus(a[k])
   *   softmax   Σₖ t[k]·softplus(logSumExp of the other logits − a[k])
   * </pre>
   *
   * <p>The second is −Σₖ t[k]·ln softmax(a)[k], because 1/softmax(a)[k] = 1 + Σ e^(a[j] − a[k])
   * over j ≠ k.
   *
   * @param targets one number per output. Not modified.
   * @throws IllegalArgumentException if the number of targets is wrong
   */
  public Node loss(double... targets) {
    checkTargets(targets.length);
    Graph graph = inputs.graph();
    return graph.inGroup("loss", () -> recordLoss(graph, graph.constants("t", targets)));
  }

  /**
   * Records this sample's loss for targets that are nodes already, such as the data slots of a
   * compiled function: see {@link #loss(double...)}.
   *
   * @param targets one node per output
   * @throws IllegalArgumentException if the number of targets is wrong
   */
  public Node loss(NodeArray targets) {
    checkTargets(targets.size());
    Graph graph = inputs.graph();
    return graph.inGroup("loss", () -> recordLoss(graph, targets));
  }

  private void checkTargets(int count) {
    if (count != spec.outputs()) {
      throw new IllegalArgumentException(
          "Expected " + spec.outputs() + " targets but got " + count + ".");
    }
  }

  private Node recordLoss(Graph graph, NodeArray t) {
    List<Node> logits = preActivations.get(preActivations.size() - 1);
    return switch (spec.loss()) {
      case HALF_SQUARED_ERROR -> squaredError(t).times(0.5);
      case MEAN_SQUARED_ERROR -> squaredError(t);
      case BINARY_CROSS_ENTROPY -> binaryCrossEntropy(logits, t);
      case SOFTMAX_CROSS_ENTROPY -> softmaxCrossEntropy(graph, logits, t);
    };
  }

  private Node squaredError(List<Node> t) {
    List<Node> terms = new ArrayList<>();
    for (int k = 0; k < t.size(); k++) {
      terms.add(outputs().get(k).minus(t.get(k)).square());
    }
    return total(terms);
  }

  private static Node binaryCrossEntropy(List<Node> logits, NodeArray t) {
    List<Node> terms = new ArrayList<>();
    for (int k = 0; k < t.size(); k++) {
      Node a = logits.get(k);
      Node ifOne = t.get(k).times(a.negated().softplus());
      Node ifZero = t.get(k).negated().plus(1).times(a.softplus());
      terms.add(ifOne.plus(ifZero));
    }
    return total(terms);
  }

  private static Node softmaxCrossEntropy(Graph graph, List<Node> logits, NodeArray t) {
    List<Node> terms = new ArrayList<>();
    for (int k = 0; k < t.size(); k++) {
      List<Node> others = new ArrayList<>(logits);
      others.remove(k);
      terms.add(graph.logSumExp(others).minus(logits.get(k)).softplus());
    }
    return graph.dot(t, terms);
  }

  /** A single term stands for itself, so that small graphs stay small. */
  private static Node total(List<Node> terms) {
    return terms.size() == 1 ? terms.get(0) : terms.get(0).graph().sum(terms);
  }
}
