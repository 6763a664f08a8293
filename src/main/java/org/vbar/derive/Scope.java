package org.vbar.derive;

import java.util.HashMap;
import java.util.Map;
import org.vbar.layer.Matrix;

/** What the names in an expression stand for while it is evaluated. */
final class Scope {
  private final Map<Expression, Matrix> values = new HashMap<>();
  private final Map<String, Integer> places = new HashMap<>();

  Scope put(Expression name, Matrix value) {
    values.put(name, value);
    return this;
  }

  Scope put(Expression name, double value) {
    return put(name, Matrix.of(1, 1, value));
  }

  Matrix value(Expression name) {
    Matrix value = values.get(name);
    if (value == null) {
      throw new IllegalStateException("No value was given for " + name + ".");
    }
    return value;
  }

  void place(Index index, int place) {
    places.put(index.letter(), place);
  }

  int place(Index index) {
    return places.getOrDefault(index.letter(), 0);
  }

  /** How far an index counts. */
  int size(Index index) {
    return index.size().equals("m")
        ? (int) value(Symbol.scalar("m")).at(0, 0)
        : Integer.parseInt(index.size());
  }
}
