package org.vbar.backprop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.Lists;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.vbar.Autodiff;
import org.vbar.graph.Anomaly;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.testing.Fixtures;
import org.vbar.testing.Recorder;

/** Reports of numbers that are not finite, and the recording sites that they name. */
class AnomalyTest {
  private static final String HINT =
      "\n  make the graph with Graph.Option.RECORDING_SITES to see where it was recorded";

  @Test
  void check_finiteGraphs_findsNothing() {
    Fixtures readme = Fixtures.micrograd();

    assertEquals(Optional.empty(), readme.graph().check());
    assertEquals(Optional.empty(), Backprop.sweep(readme.output()).check());
    assertEquals(Optional.empty(), new Graph().check());
  }

  @Test
  void check_aValueThatIsNotFinite_namesTheFirstNodeOpAndParents() {
    Graph graph = new Graph();
    Node x = graph.variable("x", -1);
    Node y = x.times(2).named("y");
    Node bad = y.log().named("bad");
    bad.plus(x).exp();
    Anomaly anomaly = graph.check().orElseThrow();

    assertEquals(bad, anomaly.node());
    assertEquals(Anomaly.Kind.VALUE, anomaly.kind());
    assertEquals(
        "The value of bad is NaN.\n  op log: bad = log(y)\n  value NaN\n  parent y = -2.0" + HINT,
        anomaly.report());
    assertEquals(anomaly.report(), anomaly.toString());
  }

  @Test
  void check_aLocalDerivativeThatIsNotFinite_namesTheParent() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 1);
    Node zero = graph.variable("zero", 0);
    Node bad = x.hypot(zero.sqrt().named("root"));
    Anomaly anomaly = graph.check().orElseThrow();

    assertEquals(2, anomaly.node().index());
    assertEquals(Anomaly.Kind.LOCAL_DERIVATIVE, anomaly.kind());
    assertEquals(0, anomaly.place());
    assertEquals(
        "The local derivative with respect to zero of root is Infinity.\n"
            + "  op sqrt: root = sqrt(zero)\n  value 0.0\n  parent zero = 0.0"
            + HINT,
        anomaly.report());
    assertTrue(Anomaly.of(bad).isEmpty());
  }

  @Test
  void check_aLeafThatIsNotFinite_isFoundToo() {
    Graph graph = new Graph();
    graph.constant("c", Double.POSITIVE_INFINITY);

    assertEquals(
        "The value of c is Infinity.\n  op constant\n  value Infinity" + HINT,
        graph.check().orElseThrow().report());
  }

  @Test
  void check_theDerivativeForAConstant_isNoAnomaly() {
    Graph graph = new Graph();
    Node x = graph.variable("x", -2);
    Node y = x.pow(graph.constant(3));

    assertEquals(Double.NaN, y.localDerivative(1));
    assertEquals(Optional.empty(), graph.check());
    assertEquals(12, Backprop.sweep(y).of(x));
    assertEquals(Optional.empty(), Backprop.sweep(y).check());
  }

  @Test
  void checkOfAdjoints_nodesThatDoNotMatter_areLeftOut() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 0);
    x.log();
    Node y = x.exp();
    y.reciprocal().minus(1).log();

    assertTrue(graph.check().isPresent());
    assertEquals(Optional.empty(), Backprop.sweep(y).check());
  }

  @Test
  void checkOfAdjoints_valuesBeforeAdjoints_namesTheCause() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 0);
    Node root = x.sqrt().named("root");
    Node y = root.times(0);
    Anomaly anomaly = Backprop.sweep(y).check().orElseThrow();

    assertEquals(root, anomaly.node());
    assertEquals(Anomaly.Kind.LOCAL_DERIVATIVE, anomaly.kind());
  }

  @Test
  void checkOfAdjoints_anAdjointThatOverflows_isTheFirstInSweepOrder() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 1e-200);
    Node a = x.times(1e200).named("a");
    Node y = a.times(1e200);
    Anomaly anomaly = Backprop.sweep(y).check().orElseThrow();

    assertEquals(x, anomaly.node());
    assertEquals(Anomaly.Kind.ADJOINT, anomaly.kind());
    assertEquals(
        "The adjoint of x is Infinity.\n  op variable\n  value 1.0E-200" + HINT, anomaly.report());
  }

  // ---- Recording sites ----

  private static StackTraceElement site(Graph graph, Node node) {
    return graph.recordingSite(node).orElseThrow();
  }

  /** The caller's frame. */
  private static StackTraceElement here() {
    return StackWalker.getInstance()
        .walk(frames -> frames.skip(1).findFirst().orElseThrow())
        .toStackTraceElement();
  }

  private static void assertSite(StackTraceElement expected, int lines, Graph graph, Node node) {
    StackTraceElement site = site(graph, node);
    assertEquals("AnomalyTest.java", site.getFileName());
    assertEquals(expected.getLineNumber() + lines, site.getLineNumber(), node::toString);
  }

  @Test
  void recordingSite_withoutTheOption_isEmpty() {
    Graph graph = new Graph();

    assertEquals(Optional.empty(), graph.recordingSite(graph.variable(1)));
  }

  @Test
  void recordingSite_ofEveryWayToRecord_isTheUsersLine() {
    Graph graph = new Graph(Graph.Option.RECORDING_SITES);
    StackTraceElement start = here();
    Node x = graph.variable("x", -1);
    Node c = graph.constant(3);
    Node p = graph.variables("p", 1, 2).get(1);
    Node y = x.times(2);
    Node sum = graph.sum(List.of(x, c));
    Node dot = graph.dot(List.of(x), List.of(c));
    Node lse = graph.logSumExp(List.of(x, c));
    Node custom = graph.apply(Recorder.A_TIMES_B_SQUARED, x, c);
    Node where = Node.where(x, c, p);
    Node power = x.pow(2);
    Node inGroup = graph.inGroup("g", (Supplier<Node>) x::exp);

    int line = 0;
    for (Node node : List.of(x, c, p, y, sum, dot, lse, custom, where, power, inGroup)) {
      assertSite(start, ++line, graph, node);
    }
    assertSite(start, 4, graph, y.parents().get(1));
  }

  @Test
  void recordingSite_throughStreamsAndDerivatives_isTheUsersLine() {
    Graph graph = new Graph(Graph.Option.RECORDING_SITES);
    Node x = graph.variable("x", 2);
    StackTraceElement start = here();
    List<Node> mapped = List.of(x, x).stream().map(Node::exp).toList();
    Node sum = graph.logSumExp(mapped);
    List<Node> gradient = AdjointGraph.of(sum.plus(x.times(x)), List.of(x)).gradient();
    Node later = CompletableFuture.supplyAsync(() -> x.sin()).join();

    assertSite(start, 1, graph, mapped.get(1));
    assertSite(start, 2, graph, sum);
    assertSite(start, 3, graph, gradient.get(0));
    for (Node node : graph.nodes().subList(sum.index() + 1, later.index())) {
      assertSite(start, 3, graph, node);
    }
    assertSite(start, 4, graph, later);
  }

  @Test
  void recordingSite_withoutAnyFrameOfTheUser_isEmpty() {
    Graph graph = new Graph(Graph.Option.RECORDING_SITES);
    Node x = graph.variable("x", 2);
    Node y = CompletableFuture.supplyAsync(x::sin).join();

    assertEquals(Math.sin(2), y.value());
    assertEquals(Optional.empty(), graph.recordingSite(y));
  }

  @Test
  void recordingSite_afterARewind_isThatOfTheNewNode() {
    Graph graph = new Graph(Graph.Option.RECORDING_SITES);
    Node x = graph.variable("x", 2);
    Graph.Mark mark = graph.mark();
    x.exp();
    graph.rewind(mark);
    StackTraceElement start = here();
    Node y = x.sin();

    assertSite(start, 1, graph, y);
  }

  @Test
  void report_withSites_namesFileAndLine() {
    Graph graph = new Graph(Graph.Option.RECORDING_SITES);
    Node x = graph.variable("x", -1);
    StackTraceElement start = here();
    x.log();
    String report = graph.check().orElseThrow().report();

    assertTrue(
        report.contains(
            "\n  recorded at org.vbar.backprop.AnomalyTest.report_withSites_namesFileAndLine"
                + "(AnomalyTest.java:"
                + (start.getLineNumber() + 1)
                + ")"),
        report);
    assertFalse(report.contains("RECORDING_SITES"), report);
  }

  @Test
  void recordingSite_throughTheFacade_isInTheUsersFunction() {
    List<StackTraceElement> sites = Lists.newArrayList();
    // the façade makes a graph without sites: the function records in one of its own
    Graph graph = new Graph(Graph.Option.RECORDING_SITES);
    Node z = graph.variable("z", 3);
    StackTraceElement start = here();
    Autodiff.gradient(
        v -> {
          Node y = z.exp();
          sites.add(site(graph, y));
          return v.get(0);
        },
        1);

    assertEquals(start.getLineNumber() + 3, sites.get(0).getLineNumber());
    assertEquals("AnomalyTest.java", sites.get(0).getFileName());
  }
}
