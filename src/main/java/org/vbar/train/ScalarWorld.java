package org.vbar.train;

import org.vbar.backprop.Backprop;
import org.vbar.data.Batch;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.model.MlpParameters;
import org.vbar.scalar.ScalarMlp;

/** The network with one node per scalar. */
public final class ScalarWorld implements World {
  private final MlpParameters parameters;
  private final Graph graph = new Graph();
  private final Graph.Mark empty = graph.mark();

  /** Reads the parameters anew in every evaluation. */
  public ScalarWorld(MlpParameters parameters) {
    this.parameters = parameters;
  }

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public MlpParameters parameters() {
    return parameters;
  }

  @Override
  public Evaluation evaluate(Batch batch) {
    graph.rewind(empty);
    ScalarMlp network = ScalarMlp.record(graph, parameters.spec(), parameters);
    Node loss = network.minibatch(batch.inputs(), batch.targets()).loss();
    return new Evaluation(loss.value(), Backprop.sweep(loss).gradient(network.parameters()));
  }
}
