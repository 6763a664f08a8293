package org.vbar.layer;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Any einsum as nested loops: one over each letter of the output, then one over each letter that is
 * summed, all ascending.
 *
 * <p>A letter moves through an operand by the sum of the strides of all axes that carry it, which
 * is how a repeated letter walks a diagonal and how a letter that an operand lacks stands still.
 */
final class EinsumLoops {
  private final int[] sizes;
  private final int[][] strides;
  private final double[][] factors;
  private final double[] out;

  private EinsumLoops(int[] sizes, int[][] strides, double[][] factors, double[] out) {
    this.sizes = sizes;
    this.strides = strides;
    this.factors = factors;
    this.out = out;
  }

  static Tensor contract(
      List<String> operands, String output, Map<Character, Integer> sizes, List<Tensor> values) {
    List<Character> letters = Einsum.lettersOf(output + String.join("", operands));
    int n = operands.size();
    int[][] strides = new int[n + 1][];
    double[][] factors = new double[n][];
    for (int k = 0; k < n; k++) {
      strides[k] = strides(operands.get(k), letters, sizes);
      factors[k] = values.get(k).array();
    }
    strides[n] = strides(output, letters, sizes);
    Tensor result = Tensor.zeros(output.chars().map(c -> size(sizes, (char) c)).toArray());
    int[] counts = letters.stream().mapToInt(c -> size(sizes, c)).toArray();
    new EinsumLoops(counts, strides, factors, result.array()).run(0, new int[n + 1]);
    return result;
  }

  private static int size(Map<Character, Integer> sizes, char letter) {
    return sizes.getOrDefault(letter, 1);
  }

  /** How far one step of each letter goes in an array whose axes carry {@code axes}. */
  private static int[] strides(
      String axes, List<Character> letters, Map<Character, Integer> sizes) {
    int[] strides = new int[letters.size()];
    int stride = 1;
    for (int axis = axes.length() - 1; axis >= 0; axis--) {
      strides[letters.indexOf(axes.charAt(axis))] += stride;
      stride *= size(sizes, axes.charAt(axis));
    }
    return strides;
  }

  /** Runs the loop over letter {@code depth} and those inside it, from given places. */
  private void run(int depth, int[] start) {
    if (depth == sizes.length) {
      double product = factors[0][start[0]];
      for (int k = 1; k < factors.length; k++) {
        product *= factors[k][start[k]];
      }
      out[start[factors.length]] += product;
      return;
    }
    int[] at = Arrays.copyOf(start, start.length);
    for (int i = 0; i < sizes[depth]; i++) {
      run(depth + 1, at);
      for (int k = 0; k < at.length; k++) {
        at[k] += strides[k][depth];
      }
    }
  }
}
