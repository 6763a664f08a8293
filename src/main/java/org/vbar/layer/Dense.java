package org.vbar.layer;

import com.google.common.collect.ImmutableList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A fully connected layer without activation, A = X W + b.
 *
 * <p>With b added to every row. Element by element, A[i,k] = Σⱼ X[i,j] W[j,k] + b[k], so
 *
 * <pre>
 *   X̄[i,j] = Σₖ Ā[i,k] W[j,k]        X̄ = Ā Wᵀ
 *   W̄[j,k] = Σᵢ X[i,j] Ā[i,k]        W̄ = Xᵀ Ā
 *   b̄[k]   = Σᵢ Ā[i,k]               b̄ = the column sums of Ā
 * </pre>
 *
 * <p>These are Grosse's backprop rule v̄ᵢ = Σⱼ v̄ⱼ ∂vⱼ/∂vᵢ, with the sum over the children of each
 * element. No 1/m appears here: a mean over the batch is the loss's affair, and Ā already has it.
 * Each product costs 2 · m · inputs · outputs operations.
 *
 * <p>Weights and biases are shared with whoever made the layer, so that an optimizer's step is seen
 * at once. Open for subclasses that replace a formula.
 */
public class Dense implements Layer {
  private final Matrix weights;
  private final @Nullable Matrix biases;

  private Dense(Matrix weights, @Nullable Matrix biases) {
    this.weights = weights;
    this.biases = biases;
  }

  /**
   * A layer with the weights and biases of another, for subclasses that replace a formula.
   *
   * @param original the layer to share parameters with
   */
  protected Dense(Dense original) {
    this(original.weights, original.biases);
  }

  /**
   * A layer with biases, A = X W + b.
   *
   * @param weights W [inputs × outputs], shared
   * @param biases b [1 × outputs], shared
   * @return a new layer
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static Dense of(Matrix weights, Matrix biases) {
    if (biases.rows() != 1 || biases.columns() != weights.columns()) {
      throw new IllegalArgumentException(
          "Expected biases of shape [1 × %d] but got %s: one for each column of the weights %s."
              .formatted(weights.columns(), biases.shape(), weights.shape()));
    }
    return new Dense(weights, biases);
  }

  /**
   * A layer without biases, A = X W.
   *
   * @param weights W [inputs × outputs], shared
   * @return a new layer
   */
  public static Dense withoutBiases(Matrix weights) {
    return new Dense(weights, null);
  }

  @Override
  public final int inputs() {
    return weights.rows();
  }

  @Override
  public final int outputs() {
    return weights.columns();
  }

  /**
   * The weights.
   *
   * @return W [inputs × outputs], shared
   */
  public final Matrix weights() {
    return weights;
  }

  /**
   * The biases.
   *
   * @return b [1 × outputs], shared, or empty for a layer without biases
   */
  public final Optional<Matrix> biases() {
    return Optional.ofNullable(biases);
  }

  /** A = X W + b. */
  @Override
  public Matrix forward(Matrix x) {
    Matrix product = x.times(weights);
    return biases == null ? product : product.addRow(biases);
  }

  /** X̄ = Ā Wᵀ. */
  @Override
  public Matrix backward(Matrix x, Matrix outputAdjoint) {
    return outputAdjoint.timesTranspose(weights);
  }

  /** W̄ and, with biases, b̄. */
  @Override
  public final ImmutableList<Matrix> parameterAdjoints(Matrix x, Matrix outputAdjoint) {
    Matrix weightsAdjoint = weightsAdjoint(x, outputAdjoint);
    return biases == null
        ? ImmutableList.of(weightsAdjoint)
        : ImmutableList.of(weightsAdjoint, biasesAdjoint(outputAdjoint));
  }

  /**
   * W̄ = Xᵀ Ā.
   *
   * @param x X [m × inputs]. Not modified.
   * @param outputAdjoint Ā [m × outputs]. Not modified.
   * @return W̄ [inputs × outputs]
   */
  protected Matrix weightsAdjoint(Matrix x, Matrix outputAdjoint) {
    return x.transposeTimes(outputAdjoint);
  }

  /**
   * b̄ = the column sums of Ā.
   *
   * @param outputAdjoint Ā [m × outputs]. Not modified.
   * @return b̄ [1 × outputs]
   */
  protected Matrix biasesAdjoint(Matrix outputAdjoint) {
    return outputAdjoint.columnSums();
  }
}
