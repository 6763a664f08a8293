package org.vbar.check;

import com.google.common.collect.ImmutableList;
import java.util.stream.Collectors;

/**
 * What difference quotients say about one array of adjoints in both worlds: the third opinion.
 *
 * @param name the array, such as {@code W̄2}
 * @param shape its shape
 * @param sampled which entries were looked at, as indices into the row-major array, ascending
 * @param size how many entries the array has
 * @param largestScalar the largest |adjoint − quotient| in the scalar world
 * @param largestMatrix the same in the matrix world
 * @param largestError the largest error that the quotients themselves are estimated to have
 * @param scalar the worst verdict about an entry of the scalar world
 * @param matrix the worst verdict about an entry of the matrix world
 */
public record DifferenceComparison(
    String name,
    String shape,
    ImmutableList<Integer> sampled,
    int size,
    double largestScalar,
    double largestMatrix,
    double largestError,
    Verdict scalar,
    Verdict matrix) {
  private static final int SHOWN = 6;

  /**
   * Whether neither world disagrees with the quotients.
   *
   * @return true also if they could not decide
   */
  public boolean agrees() {
    return scalar.or(matrix) != Verdict.DISAGREES;
  }

  /** The columns of a table of such comparisons. */
  static String[] header() {
    return new String[] {
      "array",
      "shape",
      "entries",
      "scalar off",
      "matrix off",
      "± error",
      "scalar",
      "matrix",
      "sampled"
    };
  }

  String[] cells() {
    String indices =
        sampled.stream().limit(SHOWN).map(String::valueOf).collect(Collectors.joining(" "));
    boolean all = sampled.size() == size;
    return new String[] {
      name,
      shape,
      all ? "all" : sampled.size() + " of " + size,
      Figures.error(largestScalar),
      Figures.error(largestMatrix),
      Figures.error(largestError),
      scalar.toString(),
      matrix.toString(),
      all ? "" : indices + (sampled.size() > SHOWN ? " …" : "")
    };
  }
}
