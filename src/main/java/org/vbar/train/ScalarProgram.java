package org.vbar.train;

import java.util.ArrayList;
import java.util.List;
import org.vbar.compile.CompiledFunction;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;
import org.vbar.scalar.ScalarMlp;
import org.vbar.scalar.ScalarPass;

/**
 * One sample of a network recorded scalar by scalar and compiled: the parameters are inputs in the
 * order of their leaves, the sample's numbers and targets are data.
 *
 * @param loss of one sample
 * @param predictions the network's outputs and after them the loss
 * @param places the place of each leaf's parameter in a flat array. Not modified.
 */
@SuppressWarnings("ArrayRecordComponent") // shared by the threads of one world, never compared
record ScalarProgram(CompiledFunction loss, CompiledFunction predictions, int[] places) {
  static ScalarProgram of(MlpParameters parameters) {
    MlpSpec spec = parameters.spec();
    Graph graph = new Graph();
    ScalarMlp network = ScalarMlp.record(graph, spec, parameters);
    NodeArray leaves = graph.nodes();
    ScalarPass pass = network.forward(new double[spec.inputs()]);
    NodeArray targets = graph.constants("t", new double[spec.outputs()]);
    Node loss = pass.loss(targets);
    List<Node> data = new ArrayList<>(pass.inputs());
    data.addAll(targets);
    List<Node> predictions = new ArrayList<>(pass.outputs());
    predictions.add(loss);
    return new ScalarProgram(
        CompiledFunction.compile(leaves, data, List.of(loss)),
        CompiledFunction.compile(leaves, data, predictions),
        places(network));
  }

  /** The place of each parameter in a flat array, in the order in which they were recorded. */
  static int[] places(ScalarMlp network) {
    List<Node> flat = network.parameters();
    int[] places = new int[flat.size()];
    for (int k = 0; k < places.length; k++) {
      places[flat.get(k).index()] = k;
    }
    return places;
  }
}
