package org.vbar.export;

import java.util.List;
import java.util.Optional;
import org.vbar.graph.Node;

/**
 * A matrix to be shown beside the graph in {@link HtmlStepper}: the entries as somebody else
 * computed them, and the node of the graph that stands for each.
 *
 * @param name as it is shown and as products refer to it, for example {@code W̄1}
 * @param adjoint whether an entry is to be compared with v̄ of its node or with its value
 * @param rows at least 1
 * @param columns at least 1
 * @param nodes one node per entry, row-major
 * @param values one number per entry, row-major, from the matrix computation
 * @param equation where the matrix comes from, for example {@code W̄1 = Xᵀ · Ā1}
 * @param product which rows and columns an entry is made of, if it is made of a product
 */
public record StepperMatrix(
    String name,
    boolean adjoint,
    int rows,
    int columns,
    List<Node> nodes,
    List<Double> values,
    String equation,
    Optional<Product> product) {

  /**
   * The product that forms a matrix, C = L · R, each operand transposed or not.
   *
   * @param left the name of the left operand; empty for a row of ones, which sums columns
   * @param leftTransposed whether it is transposed
   * @param right the name of the right operand
   * @param rightTransposed whether it is transposed
   * @param plus what is added to the product, for example {@code b1}; empty for nothing
   */
  public record Product(
      Optional<String> left,
      boolean leftTransposed,
      String right,
      boolean rightTransposed,
      String plus) {}

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if the numbers of nodes or values are not rows × columns
   */
  public StepperMatrix {
    nodes = List.copyOf(nodes);
    values = List.copyOf(values);
    if (rows < 1
        || columns < 1
        || nodes.size() != (long) rows * columns
        || values.size() != nodes.size()) {
      throw new IllegalArgumentException(
          "Expected %d × %d nodes and values for %s but got %d nodes and %d values."
              .formatted(rows, columns, name, nodes.size(), values.size()));
    }
  }
}
