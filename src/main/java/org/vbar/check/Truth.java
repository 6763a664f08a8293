package org.vbar.check;

import java.util.Map;
import java.util.function.Consumer;
import org.vbar.backprop.Adjoints;
import org.vbar.backprop.Backprop;
import org.vbar.graph.Node;
import org.vbar.layer.Matrix;

/**
 * What is true of a computation: the values of its arrays, and the derivatives of each with respect
 * to each, once by scalar sweeps and once by differences of values.
 */
final class Truth {
  /** For the five-point rule, whose error is of order h⁴ and whose rounding is of order ε/h. */
  private static final double STEP = 3e-4;

  private final Consumer<Recording> computation;
  private final Recording recording;

  Truth(Consumer<Recording> computation) {
    this.computation = computation;
    this.recording = record(Map.of());
  }

  private Recording record(Map<String, Matrix> given) {
    Recording result = new Recording(given);
    computation.accept(result);
    return result;
  }

  Matrix value(String name) {
    return recording.value(name);
  }

  /** The value of one array after another was given other values. */
  Matrix valueWith(String name, Map<String, Matrix> given) {
    return record(given).value(name);
  }

  /**
   * ∂of/∂by by sweeps: in the shape of {@code by} if {@code of} is a scalar, else the Jacobian with
   * a row for each entry of {@code of} and a column for each of {@code by}.
   */
  Matrix sweep(String of, String by) {
    Recording.Array outputs = recording.array(of);
    Recording.Array inputs = recording.array(by);
    Matrix jacobian = Matrix.zeros(outputs.nodes().size(), inputs.nodes().size());
    for (int i = 0; i < jacobian.rows(); i++) {
      Node output = outputs.at(i);
      Adjoints adjoints = Backprop.sweep(output);
      for (int j = 0; j < jacobian.columns(); j++) {
        jacobian.set(i, j, adjoints.of(inputs.at(j)));
      }
    }
    return shaped(jacobian, value(by));
  }

  /** The same by central differences, which only look at values. */
  Matrix differences(String of, String by) {
    Matrix point = value(by);
    Matrix jacobian = Matrix.zeros(value(of).array().length, point.array().length);
    for (int j = 0; j < jacobian.columns(); j++) {
      double[][] values = new double[4][];
      double[] shifts = {-2, -1, 1, 2};
      for (int k = 0; k < shifts.length; k++) {
        Matrix shifted = point.copy();
        shifted.array()[j] += shifts[k] * STEP;
        values[k] = valueWith(of, Map.of(by, shifted)).array();
      }
      for (int i = 0; i < jacobian.rows(); i++) {
        double outer = values[3][i] - values[0][i];
        double inner = values[2][i] - values[1][i];
        jacobian.set(i, j, (8 * inner - outer) / (12 * STEP));
      }
    }
    return shaped(jacobian, point);
  }

  private static Matrix shaped(Matrix jacobian, Matrix by) {
    return jacobian.rows() == 1 ? Matrix.view(by.rows(), by.columns(), jacobian.array()) : jacobian;
  }
}
