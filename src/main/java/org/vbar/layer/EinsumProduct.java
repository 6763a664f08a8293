package org.vbar.layer;

import com.google.common.collect.ImmutableList;
import java.util.Map;
import java.util.Optional;

/**
 * An einsum of two operands that is a matrix product, with each operand as it lies in memory or
 * transposed.
 *
 * <p>The letters fall into L, which the left operand shares with the output, C, which both operands
 * have and the output lacks, and R, which the right operand shares with the output. If every group
 * stands together and in one order, then the arrays are matrices over (L, C) and (C, R), up to a
 * transpose. Any group may be empty, which is a group of size 1.
 */
record EinsumProduct(
    String left,
    String summed,
    String right,
    boolean leftTransposed,
    boolean rightTransposed,
    boolean swapped,
    String output) {

  /** The product that an einsum is, if it is one. */
  static Optional<EinsumProduct> of(ImmutableList<String> operands, String output) {
    if (operands.size() != 2) {
      return Optional.empty();
    }
    String a = operands.get(0);
    String b = operands.get(1);
    return of(a, b, output, false).or(() -> of(b, a, output, true));
  }

  private static Optional<EinsumProduct> of(String a, String b, String output, boolean swapped) {
    String left = lettersIn(a, output, b);
    String right = lettersIn(b, output, a);
    String summed = a.replaceAll("[^" + b + "#]", "");
    boolean leftPlain = a.equals(left + summed);
    boolean rightPlain = b.equals(summed + right);
    boolean fits =
        output.equals(left + right)
            && (leftPlain || a.equals(summed + left))
            && (rightPlain || b.equals(right + summed))
            && (a + right).chars().distinct().count() == a.length() + right.length();
    return fits
        ? Optional.of(
            new EinsumProduct(left, summed, right, !leftPlain, !rightPlain, swapped, output))
        : Optional.empty();
  }

  /** The letters of {@code text} that are in {@code wanted} but not in {@code unwanted}. */
  private static String lettersIn(String text, String wanted, String unwanted) {
    return text.replaceAll("[^" + wanted + "#]", "").replaceAll("[" + unwanted + "#]", "");
  }

  /** Runs on a matrix kernel. */
  Tensor contract(Map<Character, Integer> sizes, Tensor first, Tensor second, MatrixKernel kernel) {
    int l = product(left, sizes);
    int c = product(summed, sizes);
    int r = product(right, sizes);
    double[] a = (swapped ? second : first).array();
    double[] b = (swapped ? first : second).array();
    double[] result = new double[l * r];
    if (leftTransposed && rightTransposed) {
      // Aᵀ Bᵀ = (B A)ᵀ
      kernel.addProduct(r, l, c, b, a, result);
      result = Matrix.view(r, l, result).transpose().array();
    } else if (leftTransposed) {
      kernel.addTransposeProduct(l, r, c, a, b, result);
    } else if (rightTransposed) {
      kernel.addProductTranspose(l, r, c, a, b, result);
    } else {
      kernel.addProduct(l, r, c, a, b, result);
    }
    int[] shape =
        output.chars().map(letter -> product(Character.toString(letter), sizes)).toArray();
    return Tensor.of(shape, result);
  }

  private static int product(String letters, Map<Character, Integer> sizes) {
    return letters
        .chars()
        .map(letter -> sizes.getOrDefault((char) letter, 1))
        .reduce(1, (a, b) -> a * b);
  }

  /** Names the matrix product and why a transpose sign stands in it. */
  String explanation() {
    String a = swapped ? "B" : "A";
    String b = swapped ? "A" : "B";
    StringBuilder text = new StringBuilder("As matrices: ");
    text.append(a).append(leftTransposed ? "ᵀ " : " ").append(b).append(rightTransposed ? "ᵀ" : "");
    if (summed.isEmpty()) {
      return text.append(", an outer product: no index is summed over.").toString();
    }
    text.append(
        ". A matrix product sums over the columns of its left factor and the rows of its right one; ");
    text.append(String.join(", ", summed.split("(?<=.)", 0)));
    text.append(leftTransposed || rightTransposed ? " counts" : " counts just those.");
    if (leftTransposed) {
      text.append(" the rows of ").append(a).append(", hence ").append(a).append("ᵀ");
    }
    if (rightTransposed) {
      text.append(leftTransposed ? " and" : "");
      text.append(" the columns of ").append(b).append(", hence ").append(b).append("ᵀ");
    }
    return text.append(leftTransposed || rightTransposed ? " on paper; no array is moved." : "")
        .toString();
  }
}
