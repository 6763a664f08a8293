package org.vbar.layer;

import com.google.common.base.Strings;
import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * An einsum of two operands that is a matrix product, with each operand as it lies in memory or
 * transposed.
 *
 * <p>The letters fall into L, which the left operand shares with the output, C, which both operands
 * have and the output lacks, and R, which the right operand shares with the output. If every group
 * stands together and in one order, then the arrays are matrices over (L, C) and (C, R), up to a
 * transpose. Any group may be empty, which is a group of size 1. Letters with which both operands
 * and the output begin count such products, one after the other in memory.
 */
record EinsumProduct(
    String batch,
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
    String batch = Strings.commonPrefix(Strings.commonPrefix(a, b), output);
    return eitherWay("", a, b, output)
        .or(() -> eitherWay(batch, a, b, output).filter(EinsumProduct::isWorthWhile));
  }

  /** With the operands as they are or swapped. */
  private static Optional<EinsumProduct> eitherWay(
      String batch, String a, String b, String output) {
    int from = batch.length();
    String restOfA = a.substring(from);
    String restOfB = b.substring(from);
    String rest = output.substring(from);
    boolean isBatch =
        (batch + restOfA + restOfB).chars().distinct().count()
            == from + (restOfA + restOfB).chars().distinct().count();
    return isBatch
        ? of(batch, restOfA, restOfB, rest, false).or(() -> of(batch, restOfB, restOfA, rest, true))
        : Optional.empty();
  }

  /** Products of single numbers, one by one, are left to the loops. */
  private boolean isWorthWhile() {
    return !summed.isEmpty() && !(left + right).isEmpty();
  }

  private static Optional<EinsumProduct> of(
      String batch, String a, String b, String output, boolean swapped) {
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
            new EinsumProduct(
                batch, left, summed, right, !leftPlain, !rightPlain, swapped, batch + output))
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
    int count = product(batch, sizes);
    double[] result = new double[count * l * r];
    for (int k = 0; k < count; k++) {
      double[] one = product(l, c, r, part(a, k, count), part(b, k, count), kernel);
      System.arraycopy(one, 0, result, k * l * r, l * r);
    }
    int[] shape =
        output.chars().map(letter -> product(Character.toString(letter), sizes)).toArray();
    return Tensor.of(shape, result);
  }

  /** One of so many equal parts of an array; the array itself if it is the only one. */
  private static double[] part(double[] array, int k, int count) {
    if (count == 1) {
      return array;
    }
    int length = array.length / count;
    return Arrays.copyOfRange(array, k * length, (k + 1) * length);
  }

  private double[] product(int l, int c, int r, double[] a, double[] b, MatrixKernel kernel) {
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
    return result;
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
    StringBuilder text = new StringBuilder("As matrices");
    text.append(batch.isEmpty() ? "" : ", for each " + listed(batch)).append(": ");
    text.append(a).append(leftTransposed ? "ᵀ " : " ").append(b).append(rightTransposed ? "ᵀ" : "");
    if (summed.isEmpty()) {
      return text.append(", an outer product: no index is summed over.").toString();
    }
    text.append(
        ". A matrix product sums over the columns of its left factor and the rows of its right one; ");
    text.append(listed(summed));
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

  private static String listed(String letters) {
    return String.join(", ", letters.split("(?<=.)", 0));
  }
}
