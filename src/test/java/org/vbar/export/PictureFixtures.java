package org.vbar.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.vbar.backprop.Adjoints;
import org.vbar.backprop.Backprop;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.NodeArray;
import org.vbar.graph.NodeMatrix;

/** Named graphs that the tests draw. */
final class PictureFixtures {
  /** Texts that mean something to DOT, to record labels, to HTML, to XML or to a terminal. */
  static final List<String> HOSTILE_LABELS =
      List.of(
          "fontname=Comic Sans, color=red",
          "<img src='file:///etc/passwd'/>",
          "<b>bold</b>",
          "{a|b|<port> c}",
          "a | b",
          "say \"hi\" & 'bye'",
          "&amp;amp; &lt; &#65; &notanentity;",
          "back\\slash\\",
          "\\N \\G \\E \\l \\r \\n typed",
          "two\nlines",
          "bell\u0007 nul\u0000 escape\u001b tab\t",
          "😀 👩‍👩‍👧 é",
          "שלום עולם مرحبا",
          "dpi=300",
          "fill: transparent",
          "];} digraph evil {x->y",
          "<!-- comment --> <![CDATA[x]]> ]]>",
          "   leading and  double   spaces ",
          "%s %n $HOME `id`");

  private PictureFixtures() {}

  /**
   * SQUARE: two edges from one node to another.
   *
   * <pre>
   *   x ══ y = x·x
   * </pre>
   */
  static Adjoints square() {
    Node x = new Graph().variable("x", 3);
    return Backprop.sweep(x.times(x).named("y"));
  }

  /**
   * DIAMOND: two paths from one leaf.
   *
   * <pre>
   *        ┌─ a = sin x ─┐
   *   x ───┤             ├─ y = a·b
   *        └─ b = x²  ───┘
   * </pre>
   */
  static Adjoints diamond() {
    Node x = new Graph().variable("x", 1.5);
    Node a = x.sin().named("a");
    Node b = x.square().named("b");
    return Backprop.sweep(a.times(b).named("y"));
  }

  /** MICROGRAD_README: the expression of micrograd's README, with its names; g = 24.70. */
  static Adjoints micrograd() {
    Graph graph = new Graph();
    Node a = graph.variable("a", -4);
    Node b = graph.variable("b", 2);
    Node c = a.plus(b);
    Node d = a.times(b).plus(b.pow(3));
    c = c.plus(c.plus(1));
    c = c.plus(c.plus(1).minus(a));
    d = d.plus(d.times(2).plus(b.plus(a).relu()));
    d = d.plus(d.times(3).plus(b.minus(a).relu()));
    Node e = c.named("c").minus(d.named("d")).named("e");
    Node f = e.square().named("f");
    Node g = f.dividedBy(2).plus(f.reciprocal().times(10)).named("g");
    return Backprop.sweep(g);
  }

  /** CLASSIFIER: 2-2-1 with ReLU, ReLU, sigmoid and the loss ½(a3 − t)², a node per scalar. */
  static Adjoints classifier() {
    Graph graph = new Graph();
    List<Node> x = List.of(graph.variable("x1", 0.8), graph.variable("x2", -0.4));
    NodeMatrix w1 = graph.matrix("W1", 2, 2, new double[] {0.5, 0.7, -0.3, 0.9});
    NodeMatrix w2 = graph.matrix("W2", 2, 2, new double[] {1.1, -0.6, 0.4, 0.8});
    NodeMatrix w3 = graph.matrix("W3", 2, 1, new double[] {0.9, -1.2});
    List<Node> a1 = layer(graph, 1, x, w1, Node::relu);
    List<Node> a2 = layer(graph, 2, a1, w2, Node::relu);
    Node a3 = layer(graph, 3, a2, w3, Node::sigmoid).get(0);
    Node t = graph.constant("t", 1);
    Node loss =
        graph.inGroup("loss", () -> a3.minus(t).named("r").square().times(0.5).named("loss"));
    return Backprop.sweep(loss);
  }

  private static List<Node> layer(
      Graph graph, int number, List<Node> in, List<Node> w, UnaryOperator<Node> activation) {
    int out = w.size() / in.size();
    List<Node> a = new ArrayList<>();
    graph.inGroup(
        "layer " + number,
        () -> {
          for (int j = 0; j < out; j++) {
            int neuron = j;
            String at = number + (out > 1 ? "[" + j + "]" : "");
            graph.inGroup(
                "neuron " + (j + 1),
                () -> {
                  Node left = in.get(0).times(w.get(neuron));
                  Node z = left.plus(in.get(1).times(w.get(out + neuron))).named("z" + at);
                  a.add(activation.apply(z).named("a" + at));
                });
          }
        });
    return a;
  }

  /** MLP: in-hidden-out, recorded scalar by scalar, a group per layer and per neuron in it. */
  static Adjoints mlp(int in, int hidden, int out) {
    Random random = new Random(7);
    Graph graph = new Graph();
    NodeArray x = graph.variables("x", random.doubles(in).toArray());
    NodeMatrix w1 =
        graph.matrix("W1", in, hidden, random.doubles((long) in * hidden, -0.1, 0.1).toArray());
    NodeMatrix w2 =
        graph.matrix("W2", hidden, out, random.doubles((long) hidden * out, -0.5, 0.5).toArray());
    List<Node> h = dense(graph, "layer 1", x, w1, hidden, true);
    List<Node> logits = dense(graph, "layer 2", h, w2, out, false);
    Node loss =
        graph.inGroup(
            "loss", () -> graph.logSumExp(logits).minus(logits.get(3 % out)).named("loss"));
    return Backprop.sweep(loss);
  }

  private static List<Node> dense(
      Graph graph, String layer, List<Node> in, List<Node> w, int out, boolean relu) {
    return graph.inGroup(
        layer,
        () -> {
          List<Node> result = new ArrayList<>();
          for (int j = 0; j < out; j++) {
            int neuron = j;
            result.add(
                graph.inGroup(
                    "neuron " + (j + 1),
                    () -> {
                      List<Node> terms = new ArrayList<>();
                      for (int i = 0; i < in.size(); i++) {
                        terms.add(in.get(i).times(w.get(i * out + neuron)));
                      }
                      Node z = graph.sum(terms);
                      return relu ? z.relu() : z;
                    }));
          }
          return result;
        });
  }

  /** DEEP_CHAIN: x₀, x₁ = sin x₀, x₂ = sin x₁ and so on, without groups. */
  static Adjoints chain(int length) {
    Node x = new Graph().variable("x", 0.5);
    for (int k = 0; k < length; k++) {
      x = x.sin();
    }
    return Backprop.sweep(x.named("y"));
  }

  /** FAN_IN: variables with hostile names, summed up. */
  static Adjoints hostile() {
    Graph graph = new Graph();
    List<Node> leaves = new ArrayList<>();
    for (int k = 0; k < HOSTILE_LABELS.size(); k++) {
      leaves.add(graph.variable(HOSTILE_LABELS.get(k), k - 3));
    }
    Node sum =
        graph.inGroup("group \"<&>\" {|} \\N", () -> graph.sum(leaves).named("Σ <all> & \"more\""));
    return Backprop.sweep(sum.tanh().named("out\\"));
  }

  /** A random graph of nodes with two parents each, recorded shortly before them. */
  static Adjoints random(int size) {
    Random random = new Random(11);
    Graph graph = new Graph();
    List<Node> nodes = new ArrayList<>();
    for (int k = 0; k < size; k++) {
      if (k < 5) {
        nodes.add(graph.variable("x" + k, random.nextDouble()));
      } else {
        Node left = nodes.get(k - 1);
        Node right = nodes.get(Math.max(0, k - 1 - random.nextInt(12)));
        nodes.add(random.nextBoolean() ? left.plus(right.sin()) : left.times(right).tanh());
      }
    }
    return Backprop.sweep(nodes.get(size - 1));
  }
}
