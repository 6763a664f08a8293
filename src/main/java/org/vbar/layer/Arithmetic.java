package org.vbar.layer;

import org.vbar.model.Activation;

/**
 * Everything a training step does to many numbers at once, at one precision: the seam between what
 * is computed and how.
 *
 * <p>{@link Products} and {@link TrainingNetwork} are written against it and know neither the
 * precision nor whether vectors are used. An instance may hold scratch memory: one thread at a
 * time.
 *
 * <p>Matrices lie in {@link Numbers} from an index {@code start} on; a row begins {@code rowStep}
 * after the one before.
 */
interface Arithmetic {
  /** The precision of all numbers handed in. */
  Precision precision();

  /**
   * How many columns of a right operand lie together, as one panel, if it has {@code columns}
   * columns: the width of C that one call of {@link #multiplyPanel} computes.
   */
  int panelWidth(int columns);

  /**
   * One panel of a product: P = A B, then C = P or C += scale · P.
   *
   * <p>Each element of P is a₀ b₀ + a₁ b₁ + … from left to right, starting at 0, whatever {@code
   * rows} is. So a product may be cut between rows and between panels without changing a bit.
   *
   * @param rows the rows of A and C
   * @param depth the columns of A and rows of B
   * @param a A [rows × depth], whose columns are {@code aColumnStep} apart. Not modified.
   * @param b B [depth × width], without gaps. Not modified.
   * @param width {@link #panelWidth} of the right operand
   * @param c C [rows × width]. Modified.
   * @param add whether C keeps what it holds
   * @param scale the factor of P if C keeps what it holds
   */
  void multiplyPanel(
      int rows,
      int depth,
      Numbers a,
      int aStart,
      int aRowStep,
      int aColumnStep,
      Numbers b,
      int bStart,
      int width,
      Numbers c,
      int cStart,
      int cRowStep,
      boolean add,
      double scale);

  /**
   * Z = φ(A + b) in place of A, and φ′(A + b).
   *
   * <p>φ′ is taken from the pre-activation while it is there, because it cannot be had from a
   * rounded Z, and because both need the same exponential.
   *
   * @param a A and then Z [rows × columns]. Modified.
   * @param biases b, {@code columns} numbers from {@code biasStart} on. Not modified.
   * @param derivative φ′, laid out like A. Modified.
   */
  void activate(
      Activation activation,
      int rows,
      int columns,
      Numbers a,
      int start,
      int rowStep,
      Numbers biases,
      int biasStart,
      Numbers derivative);

  /** x = x ∘ y for {@code count} numbers from {@code start} on. */
  void multiplyElements(int start, int count, Numbers x, Numbers y);

  /**
   * The column sums s of X [rows × columns], then out = s or out += scale · s. Rows are added in
   * ascending order.
   */
  void sumRows(
      int rows,
      int columns,
      Numbers x,
      int start,
      int rowStep,
      Numbers out,
      int outStart,
      boolean add,
      double scale);

  /** y = e^(x − shift) in place of x, for {@code count} numbers from {@code start} on. */
  void exponentials(int start, int count, Numbers x, double shift);
}
