package org.vbar.check;

import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.vbar.layer.Matrix;

/** What formulas of several documents are made of, and numbers to try them on. */
final class Calculations {
  private Calculations() {}

  /** An entry as a function of its row and column. */
  interface Entry {
    double at(int i, int j);
  }

  static Matrix matrix(int rows, int columns, Entry entry) {
    Matrix result = Matrix.zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        result.set(i, j, entry.at(i, j));
      }
    }
    return result;
  }

  static Matrix column(int rows, IntToDoubleFunction entry) {
    return matrix(rows, 1, (i, j) -> entry.applyAsDouble(i));
  }

  static Matrix row(int columns, IntToDoubleFunction entry) {
    return matrix(1, columns, (i, j) -> entry.applyAsDouble(j));
  }

  static Matrix scalar(double value) {
    return Matrix.of(1, 1, value);
  }

  /** Numbers between −1 and 1, which {@link Random} specifies to be the same on every machine. */
  static Matrix numbers(long seed, int rows, int columns) {
    Random random = new Random(seed);
    return matrix(rows, columns, (i, j) -> 2 * random.nextDouble() - 1);
  }

  static double sum(int count, IntToDoubleFunction term) {
    double sum = 0;
    for (int k = 0; k < count; k++) {
      sum += term.applyAsDouble(k);
    }
    return sum;
  }

  static double total(Matrix matrix) {
    return sum(matrix.array().length, k -> matrix.array()[k]);
  }

  static Matrix sigmoid(Matrix x) {
    return x.map(a -> 1 / (1 + Math.exp(-a)));
  }

  /** σ(x)(1 − σ(x)). */
  static Matrix sigmoidDerivative(Matrix x) {
    return sigmoid(x).map(s -> s * (1 - s));
  }

  static Matrix heaviside(Matrix x) {
    return x.map(a -> a > 0 ? 1 : 0);
  }

  /** The softmax of every row. */
  static Matrix softmaxRows(Matrix x) {
    Matrix exponentials = x.map(Math::exp);
    return matrix(
        x.rows(),
        x.columns(),
        (i, j) -> exponentials.at(i, j) / sum(x.columns(), k -> exponentials.at(i, k)));
  }

  /** The softmax of one column. */
  static Matrix softmaxColumn(Matrix x) {
    return softmaxRows(x.transpose()).transpose();
  }

  static double delta(int i, int j) {
    return i == j ? 1 : 0;
  }

  /** A square matrix with the given numbers on its diagonal. */
  static Matrix diagonal(Matrix vector) {
    int n = vector.array().length;
    return matrix(n, n, (i, j) -> i == j ? vector.array()[i] : 0);
  }

  /** The entries as one column. */
  static Matrix flat(Matrix matrix) {
    return Matrix.view(matrix.array().length, 1, matrix.array());
  }
}
