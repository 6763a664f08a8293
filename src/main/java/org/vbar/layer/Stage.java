package org.vbar.layer;

import org.vbar.model.Activation;
import org.vbar.model.LayerSpec;

/**
 * One layer of a {@link TrainingNetwork} with all the memory a step needs: Z = φ(X W + b) and the
 * adjoints of W, b and X, for rows of a batch and rows of W.
 *
 * <p>The formulas are those of {@link Dense} and {@link ActivationLayer}. Methods that take rows of
 * the batch write only these rows, and those that take rows of W only these, so that threads can
 * share the work. Each element is computed in one order of additions, whoever computes it.
 */
final class Stage {
  /*
   *          rows of the batch                         rows of W
   *   A = X W + b   Z = φ(A)   D = φ′(A)        W̄ = Xᵀ Ā     b̄ = column sums of Ā
   *   Ā = Z̄ ∘ D     X̄ = Ā Wᵀ
   *
   * W, its adjoint, and copies of Wᵀ and Ā are kept in panels, because they are right operands: a
   * product then packs nothing. X, Z, D and Ā are row-major, because they are left operands.
   */
  private final Activation activation;
  private final Panels weights;
  private final Products.Target weightsTarget;
  private final Products.Target weightsAdjointTarget;
  private final boolean biases;
  private final int biasStart;
  private final Products.Left input;
  private final Products.Left inputTransposed;
  private final Numbers values;
  private final Numbers derivatives;
  private final Numbers adjoints;
  private final Products.Target valuesTarget;
  private final Products.Left adjointsLeft;
  private final Products.Target adjointsTarget;
  private final Panels adjointPanels;
  private final Panels transposedWeights;

  /**
   * A layer whose weights begin at {@code start} and are followed by its biases, in the parameters
   * and in the gradient; a layer without biases has zeros there.
   */
  Stage(
      Arithmetic arithmetic,
      LayerSpec layer,
      boolean biases,
      Numbers parameters,
      Numbers gradient,
      int start,
      int batchSize,
      Products.Left input) {
    int width = arithmetic.panelWidth(layer.outputs());
    this.activation = layer.activation();
    this.weights = new Panels(parameters, start, layer.inputs(), layer.outputs(), width);
    this.weightsTarget = Products.Target.panels(weights);
    this.weightsAdjointTarget =
        new Products.Target(
            gradient, weightsTarget.start(), weightsTarget.rowStep(), weightsTarget.panelStep());
    this.biases = biases;
    this.biasStart = start + Panels.length(layer.inputs(), layer.outputs(), width);
    this.input = input;
    this.inputTransposed = input.transposed();
    int padded = weights.paddedColumns();
    this.values = zeros(arithmetic, batchSize, padded);
    this.derivatives = zeros(arithmetic, batchSize, padded);
    this.adjoints = zeros(arithmetic, batchSize, padded);
    this.valuesTarget = Products.Target.rows(values, padded, width);
    this.adjointsTarget = Products.Target.rows(adjoints, padded, width);
    this.adjointsLeft = new Products.Left(adjoints, 0, padded, 1);
    this.adjointPanels = Panels.zeros(arithmetic, batchSize, layer.outputs());
    this.transposedWeights = Panels.zeros(arithmetic, layer.outputs(), layer.inputs());
  }

  private static Numbers zeros(Arithmetic arithmetic, int rows, int columns) {
    return Numbers.zeros(arithmetic.precision(), Math.multiplyExact(rows, columns));
  }

  /** How many numbers a layer takes of the parameters. */
  static int parameterLength(Arithmetic arithmetic, LayerSpec layer) {
    int width = arithmetic.panelWidth(layer.outputs());
    return Math.addExact(
        Panels.length(layer.inputs(), layer.outputs(), width),
        Panels.paddedColumns(layer.outputs(), width));
  }

  /** Z as left operand of the next layer. */
  Products.Left output() {
    return new Products.Left(values, 0, rowStep(), 1);
  }

  /** From one row of Z, D and Ā to the next. */
  int rowStep() {
    return weights.paddedColumns();
  }

  int inputs() {
    return weights.rows();
  }

  int outputs() {
    return weights.columns();
  }

  /** Z, or A if {@link #forward} was told to leave out φ. */
  Numbers values() {
    return values;
  }

  /** Ā, which the last layer's loss writes. */
  Numbers adjoints() {
    return adjoints;
  }

  int weightIndex(int row, int column) {
    return weights.index(row, column);
  }

  /** Multiplies W̄, as {@link #parameterAdjoints} left it, by a factor. */
  void scaleWeightsAdjoint(double factor) {
    Numbers adjoint = weightsAdjointTarget.numbers();
    for (int i = weightsAdjointTarget.start(); i < biasStart; i++) {
      adjoint.set(i, adjoint.at(i) * factor);
    }
  }

  int biasIndex(int column) {
    return biasStart + column;
  }

  /** Rows of Z and D. */
  void forward(Arithmetic arithmetic, int from, int to, boolean linear) {
    Products.multiply(arithmetic, from, to, weights.rows(), input, weights, valuesTarget, false, 1);
    arithmetic.activate(
        linear ? Activation.IDENTITY : activation,
        to - from,
        rowStep(),
        values,
        from * rowStep(),
        rowStep(),
        weights.numbers(),
        biasStart,
        derivatives);
  }

  /** Rows of Ā in place of Z̄. */
  void backwardThroughActivation(Arithmetic arithmetic, int from, int to) {
    arithmetic.multiplyElements(from * rowStep(), (to - from) * rowStep(), adjoints, derivatives);
  }

  /** Rows of X̄, which is Z̄ of the layer before, and there in place of Ā. */
  void backwardToInput(Arithmetic arithmetic, int from, int to, Stage before) {
    Products.multiply(
        arithmetic,
        from,
        to,
        weights.columns(),
        adjointsLeft,
        transposedWeights,
        before.adjointsTarget,
        false,
        1);
  }

  /** Makes rows of Ā ready for {@link #parameterAdjoints}. */
  void packAdjoints(int from, int to) {
    adjointPanels.packRows(from, to, adjoints, rowStep());
  }

  /**
   * Rows of W̄ for a batch of m samples, in place of W̄ or, times {@code scale}, added to W; with
   * row 0 also b̄, which has a scale of its own.
   */
  void parameterAdjoints(
      Arithmetic arithmetic,
      int m,
      int from,
      int to,
      boolean addToParameters,
      double scale,
      double biasScale) {
    Products.Target changed = addToParameters ? weightsTarget : weightsAdjointTarget;
    Products.multiply(
        arithmetic, from, to, m, inputTransposed, adjointPanels, changed, addToParameters, scale);
    if (from == 0 && to > 0 && biases) {
      arithmetic.sumRows(
          m,
          rowStep(),
          adjoints,
          0,
          rowStep(),
          changed.numbers(),
          biasStart,
          addToParameters,
          biasScale);
    }
  }

  /** Brings rows of the copy of Wᵀ up to date with W. */
  void packTranspose(int from, int to) {
    transposedWeights.packTranspose(from, to, weights);
  }
}
