package org.vbar.derive;

import com.google.common.collect.ImmutableList;
import org.vbar.graph.Node;
import org.vbar.layer.Matrix;

/**
 * A name in a formula: a node of a graph, or a matrix or number of a network, possibly with a bar.
 *
 * @param name what is written, for a node its label
 * @param kind what it names
 * @param mark the index of a node, the layer of a matrix from 1, or 0 for neither
 * @param bar whether it is the adjoint
 */
record Symbol(String name, Kind kind, int mark, boolean bar) implements Expression {
  enum Kind {
    NODE,
    MATRIX,
    SCALAR
  }

  static Symbol of(Node node) {
    return of(node, node.label());
  }

  /** A node under a name that is not its label. */
  static Symbol of(Node node, String label) {
    return new Symbol(Label.shown(label), Kind.NODE, node.index(), false);
  }

  static Symbol matrix(String name, int layer) {
    return new Symbol(name, Kind.MATRIX, layer, false);
  }

  static Symbol scalar(String name) {
    return new Symbol(name, Kind.SCALAR, 0, false);
  }

  Symbol barred() {
    return new Symbol(name, kind, mark, true);
  }

  Symbol plain() {
    return new Symbol(name, kind, mark, false);
  }

  /** The layer that is written beside the name, or 0. */
  int layer() {
    return kind == Kind.MATRIX ? mark : 0;
  }

  Expression at(Index... indices) {
    return new Expression.Entry(this, ImmutableList.copyOf(indices));
  }

  @Override
  public String write(Notation notation) {
    return notation.symbol(this);
  }

  @Override
  public int precedence() {
    return ATOM;
  }

  @Override
  public boolean isScalar() {
    return kind != Kind.MATRIX;
  }

  @Override
  public Matrix evaluate(Scope scope) {
    return scope.value(this);
  }
}
