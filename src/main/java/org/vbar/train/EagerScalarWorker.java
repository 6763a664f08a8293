package org.vbar.train;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vbar.backprop.Adjoints;
import org.vbar.backprop.Backprop;
import org.vbar.data.Batch;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;
import org.vbar.model.MlpParameters;
import org.vbar.scalar.ScalarMlp;
import org.vbar.scalar.ScalarPass;

/**
 * Records every sample anew: a graph holds the parameters and, after them, one sample at a time.
 */
final class EagerScalarWorker implements ScalarWorker {
  private final MlpParameters parameters;
  private final Graph graph = new Graph();
  private final Graph.Mark empty = graph.mark();
  private ScalarMlp network;
  private Graph.Mark recorded;
  private NodeArray leaves;
  private @Nullable Adjoints recycled;

  /** The place of each leaf's parameter in a flat array: leaves lie column after column. */
  private final int[] places;

  EagerScalarWorker(MlpParameters parameters) {
    this.parameters = parameters;
    this.network = ScalarMlp.record(graph, parameters.spec(), parameters);
    this.recorded = graph.mark();
    this.leaves = graph.nodes();
    this.places = ScalarProgram.places(network);
  }

  @Override
  public void readParameters() {
    graph.rewind(empty);
    network = ScalarMlp.record(graph, parameters.spec(), parameters);
    recorded = graph.mark();
    leaves = graph.nodes();
  }

  @Override
  public double addGradient(Batch batch, int row, double[] sum) {
    Node loss = loss(batch, row, forward(batch, row));
    Adjoints adjoints = recycled == null ? Backprop.sweep(loss) : Backprop.sweep(loss, recycled);
    recycled = adjoints;
    adjoints.addTo(sum, leaves);
    double value = loss.value();
    graph.rewind(recorded);
    return value;
  }

  @Override
  public double predict(Batch batch, int row, double[] outputs) {
    ScalarPass pass = forward(batch, row);
    List<Node> z = pass.outputs();
    for (int k = 0; k < z.size(); k++) {
      outputs[row * z.size() + k] = z.get(k).value();
    }
    double value = loss(batch, row, pass).value();
    graph.rewind(recorded);
    return value;
  }

  @Override
  public void writeInFlatOrder(double[] perLeaf, double divisor, double[] flat) {
    for (int k = 0; k < perLeaf.length; k++) {
      flat[places[k]] = perLeaf[k] / divisor;
    }
  }

  private ScalarPass forward(Batch batch, int row) {
    int columns = batch.columns();
    return network.forward(Arrays.copyOfRange(batch.inputs(), row * columns, (row + 1) * columns));
  }

  private static Node loss(Batch batch, int row, ScalarPass pass) {
    int columns = batch.targetColumns();
    return pass.loss(Arrays.copyOfRange(batch.targets(), row * columns, (row + 1) * columns));
  }
}
