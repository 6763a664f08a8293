package org.vbar.examples;

// tag::first
import java.io.IOException;
import java.nio.file.Path;
import org.vbar.backprop.Adjoints;
import org.vbar.backprop.Backprop;
import org.vbar.export.GraphPicture;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;

public class First {
  public static void main(String[] args) throws IOException {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2.0);
    Node w = graph.variable("w", -3.0);
    Node y = x.times(w).plus(6.88).tanh().named("y");

    Adjoints adjoints = Backprop.sweep(y);
    System.out.println("dy/dx = " + adjoints.of(x));
    System.out.println("dy/dw = " + adjoints.of(w));
    GraphPicture.of(adjoints).write(Path.of("target/first.svg"));
  }
}
// end::first
