package org.vbar.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.layer.Matrix;

/**
 * A computation recorded scalar by scalar, whose arrays have names.
 *
 * <p>Any named array can be given other values than those computed: it then starts the computation
 * anew, and everything after it is a function of it. So a derivative with respect to an
 * intermediate array can be measured by differences.
 */
final class Recording {
  /** A rectangle of nodes; a vector is one column or one row. */
  record Array(int rows, int columns, List<Node> nodes) {
    Node at(int i, int j) {
      return nodes.get(i * columns + j);
    }

    Node at(int k) {
      return nodes.get(k);
    }

    Array map(Function<Node, Node> function) {
      return new Array(rows, columns, nodes.stream().map(function).toList());
    }

    Array combine(Array other, BinaryOperator<Node> function) {
      List<Node> combined = new ArrayList<>();
      for (int k = 0; k < nodes.size(); k++) {
        combined.add(function.apply(nodes.get(k), other.nodes.get(k)));
      }
      return new Array(rows, columns, combined);
    }

    /** The matrix product, every entry a sum of products. */
    Array times(Array right) {
      List<Node> product = new ArrayList<>();
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < right.columns; j++) {
          Node sum = at(i, 0).times(right.at(0, j));
          for (int k = 1; k < columns; k++) {
            sum = sum.plus(at(i, k).times(right.at(k, j)));
          }
          product.add(sum);
        }
      }
      return new Array(rows, right.columns, product);
    }

    /** Adds a row to every row or a column to every column. */
    Array plus(Array vector) {
      List<Node> sums = new ArrayList<>();
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          sums.add(at(i, j).plus(vector.at(vector.rows == 1 ? 0 : i, vector.columns == 1 ? 0 : j)));
        }
      }
      return new Array(rows, columns, sums);
    }

    /** The softmax of every row, or of the one column. */
    Array softmax() {
      List<Node> result = new ArrayList<>();
      int count = columns == 1 ? rows : columns;
      for (int start = 0; start < nodes.size(); start += count) {
        List<Node> sample = nodes.subList(start, start + count);
        Node total = sample.get(0).graph().sum(sample.stream().map(Node::exp).toList());
        sample.forEach(a -> result.add(a.exp().dividedBy(total)));
      }
      return new Array(rows, columns, result);
    }

    Array sum() {
      return new Array(1, 1, List.of(nodes.get(0).graph().sum(nodes)));
    }
  }

  private final Graph graph = new Graph();
  private final Map<String, Matrix> given;
  private final Map<String, Array> arrays = new HashMap<>();

  Recording(Map<String, Matrix> given) {
    this.given = given;
  }

  /** A leaf. */
  Array leaf(String name, Matrix value) {
    Array array = variables(name, given.getOrDefault(name, value));
    arrays.put(name, array);
    return array;
  }

  /** Gives a computed array its name, or replaces it by given values. */
  Array name(String name, Array computed) {
    Matrix other = given.get(name);
    Array array = other == null ? computed : variables(name, other);
    arrays.put(name, array);
    return array;
  }

  private Array variables(String name, Matrix value) {
    return new Array(value.rows(), value.columns(), graph.variables(name, value.array()));
  }

  Array array(String name) {
    Array array = arrays.get(name);
    if (array == null) {
      throw new IllegalArgumentException("Nothing was recorded under the name " + name + ".");
    }
    return array;
  }

  Matrix value(String name) {
    Array array = array(name);
    Matrix value = Matrix.zeros(array.rows, array.columns);
    for (int k = 0; k < array.nodes.size(); k++) {
      value.array()[k] = array.at(k).value();
    }
    return value;
  }
}
