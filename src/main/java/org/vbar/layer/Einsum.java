package org.vbar.layer;

import static java.util.stream.Collectors.joining;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.errorprone.annotations.CheckReturnValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A sum of products over named indices, such as {@code hi,i->h} for y[h] = Σᵢ A[h,i] · B[i].
 *
 * <pre>{@code
 * Einsum forward = Einsum.parse("hi,i->h");
 * Tensor y = forward.contract(w, x);
 * Einsum backward = forward.gradientOf(0);            // h,i->hi
 * Tensor wBar = backward.contract(yBar, x);
 * }</pre>
 *
 * <p>One rule defines everything: each assignment of numbers to the letters multiplies one element
 * of each operand and adds the product to one element of the output. It follows that
 *
 * <ul>
 *   <li>a letter that the output lacks is summed over;
 *   <li>a letter twice in one operand reads its diagonal, twice in the output writes the diagonal
 *       and leaves 0 elsewhere;
 *   <li>a letter that only the output has repeats the result along that axis; no operand tells its
 *       size, which {@link #contract(Map, List)} is therefore given;
 *   <li>nothing is ever transposed: an operand's first letter counts its first axis, wherever that
 *       letter stands elsewhere.
 * </ul>
 *
 * <p>The output is always explicit. Two operands that are a matrix product up to the order of their
 * letters run on the kernel of {@link Matrix}, and so do several such products, counted by letters
 * with which both operands and the output begin; everything else costs one multiplication per
 * operand and assignment.
 */
@CheckReturnValue
public final class Einsum {
  private static final String NAMES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  private final ImmutableList<String> operands;
  private final String output;

  private Einsum(ImmutableList<String> operands, String output) {
    this.operands = operands;
    this.output = output;
  }

  /**
   * Reads a formula.
   *
   * @param formula the operands' letters separated by commas, {@code ->} and the output's letters;
   *     each up to 4 of a–z and A–Z, none for a scalar; spaces are skipped
   * @return the einsum
   * @throws IllegalArgumentException if the formula cannot be read
   */
  public static Einsum parse(String formula) {
    List<String> sides = Splitter.on("->").splitToList(formula.replace(" ", ""));
    if (sides.size() != 2) {
      throw new IllegalArgumentException(
          "Expected a formula such as \"hi,i->h\" with one -> but got \"%s\": the output is always written out."
              .formatted(formula));
    }
    ImmutableList<String> operands = ImmutableList.copyOf(Splitter.on(',').split(sides.get(0)));
    if (operands.size() > NAMES.length()) {
      throw new IllegalArgumentException(
          "Expected at most %d operands but got %d in \"%s\"."
              .formatted(NAMES.length(), operands.size(), formula));
    }
    for (String letters : operands) {
      checkLetters(letters, formula);
    }
    checkLetters(sides.get(1), formula);
    return new Einsum(operands, sides.get(1));
  }

  private static void checkLetters(String letters, String formula) {
    if (!letters.matches("[a-zA-Z]{0,%d}".formatted(Tensor.MAXIMUM_RANK))) {
      throw new IllegalArgumentException(
          "Expected 0 to %d letters a–z or A–Z for each operand and the output but got \"%s\" in \"%s\"."
              .formatted(Tensor.MAXIMUM_RANK, letters, formula));
    }
  }

  /**
   * The letters of every operand.
   *
   * @return at least one operand; an empty text for a scalar
   */
  public ImmutableList<String> operands() {
    return operands;
  }

  /**
   * The letters of the output.
   *
   * @return an empty text for a scalar
   */
  public String output() {
    return output;
  }

  /**
   * The einsum that computes the adjoint of one operand: from the output's adjoint, then all other
   * operands in their order, to the operand's own letters.
   *
   * <p>By the rule above, the operand's element takes part in just those products that its letters
   * select, each with the other factors as local derivative; so v̄ᵢ = Σⱼ v̄ⱼ ∂vⱼ/∂vᵢ is a sum of
   * products over the same letters. {@code hi,i->h} gives {@code h,i->hi} and {@code h,hi->i};
   * {@code ii->}, a trace, gives {@code ->ii}; {@code ij->i} gives {@code i->ij}, where j must be
   * given to {@link #contract(Map, List)}, as {@link #sizes} knows it.
   *
   * @param operand from 0
   * @return the einsum for the adjoint of that operand
   * @throws IndexOutOfBoundsException if there is no such operand
   */
  public Einsum gradientOf(int operand) {
    String wanted = operands.get(operand);
    ImmutableList.Builder<String> factors = ImmutableList.<String>builder().add(output);
    for (int k = 0; k < operands.size(); k++) {
      if (k != operand) {
        factors.add(operands.get(k));
      }
    }
    return new Einsum(factors.build(), wanted);
  }

  /**
   * Computes the adjoint of one operand with {@link #gradientOf}.
   *
   * @param operand from 0
   * @param outputAdjoint the output's adjoint, of the output's shape. Not modified.
   * @param values all operands. Not modified.
   * @return the adjoint, of the operand's shape
   * @throws IndexOutOfBoundsException if there is no such operand
   * @throws IllegalArgumentException if a shape does not fit
   */
  public Tensor adjointOf(int operand, Tensor outputAdjoint, List<Tensor> values) {
    ImmutableMap<Character, Integer> sizes = sizes(values);
    List<Tensor> factors = new ArrayList<>(values);
    factors.remove(operand);
    factors.add(0, outputAdjoint);
    return gradientOf(operand).contract(sizes, factors);
  }

  /**
   * Computes the output.
   *
   * @param values one tensor for each operand. Not modified.
   * @return a new tensor
   * @throws IllegalArgumentException if the number of operands, a rank or a size does not fit, or
   *     if the output has a letter that no operand has
   */
  public Tensor contract(Tensor... values) {
    return contract(List.of(values));
  }

  /**
   * Computes the output.
   *
   * @param values one tensor for each operand. Not modified.
   * @return a new tensor
   * @throws IllegalArgumentException if the number of operands, a rank or a size does not fit, or
   *     if the output has a letter that no operand has
   */
  public Tensor contract(List<Tensor> values) {
    return contract(Map.of(), values);
  }

  /**
   * Computes the output where it has letters that no operand has.
   *
   * @param given sizes of such letters; others may be given as well and must agree. Not modified.
   * @param values one tensor for each operand. Not modified.
   * @return a new tensor
   * @throws IllegalArgumentException if the number of operands, a rank or a size does not fit, or a
   *     letter of the output has no size
   */
  public Tensor contract(Map<Character, Integer> given, List<Tensor> values) {
    return contract(given, values, Matrix.KERNEL);
  }

  Tensor contract(Map<Character, Integer> given, List<Tensor> values, MatrixKernel kernel) {
    Map<Character, Integer> sizes = new TreeMap<>(sizes(values));
    given.forEach(
        (letter, size) -> {
          checkGiven(letter, size, sizes);
          sizes.put(letter, size);
        });
    for (char letter : lettersOf(output)) {
      if (!sizes.containsKey(letter)) {
        throw new IllegalArgumentException(
            "Index %s of the output of %s occurs in no operand, so its size is unknown: give it with contract(sizes, operands)."
                .formatted(letter, this));
      }
    }
    return EinsumProduct.of(operands, output)
        .map(product -> product.contract(sizes, values.get(0), values.get(1), kernel))
        .orElseGet(() -> EinsumLoops.contract(operands, output, sizes, values));
  }

  private void checkGiven(char letter, int size, Map<Character, Integer> sizes) {
    int found = sizes.getOrDefault(letter, size);
    if (found != size) {
      throw new IllegalArgumentException(
          "Index %s of %s was given the size %d but has size %d in an operand: one index has one size."
              .formatted(letter, this, size, found));
    }
    if (size < 1) {
      throw new IllegalArgumentException(
          "Index %s of %s was given the size %d: a size is at least 1."
              .formatted(letter, this, size));
    }
  }

  /**
   * The size of every letter that an operand has.
   *
   * @param values one tensor for each operand. Not modified.
   * @return letters and sizes
   * @throws IllegalArgumentException if the number of operands or a rank does not fit, or two axes
   *     with the same letter differ in size
   */
  public ImmutableMap<Character, Integer> sizes(List<Tensor> values) {
    if (values.size() != operands.size()) {
      throw new IllegalArgumentException(
          "Expected %d operands for %s but got %d."
              .formatted(operands.size(), this, values.size()));
    }
    ImmutableMap.Builder<Character, Integer> sizes = ImmutableMap.builder();
    Map<Character, Integer> firstOperand = new TreeMap<>();
    Map<Character, Integer> known = new TreeMap<>();
    for (int k = 0; k < values.size(); k++) {
      String letters = operands.get(k);
      Tensor value = values.get(k);
      if (value.rank() != letters.length()) {
        throw new IllegalArgumentException(
            "Expected operand %d of %s with %d axes, one for each letter of \"%s\", but got the shape %s."
                .formatted(k, this, letters.length(), letters, value.shape()));
      }
      for (int axis = 0; axis < value.rank(); axis++) {
        char letter = letters.charAt(axis);
        int size = value.size(axis);
        int expected = known.getOrDefault(letter, size);
        if (expected != size) {
          int first = firstOperand.getOrDefault(letter, k);
          throw new IllegalArgumentException(
              "Index %s of %s has size %d in operand %d of shape %s but size %d in operand %d of shape %s: one index has one size."
                  .formatted(
                      letter,
                      this,
                      expected,
                      first,
                      values.get(first).shape(),
                      size,
                      k,
                      value.shape()));
        }
        if (known.put(letter, size) == null) {
          firstOperand.put(letter, k);
          sizes.put(letter, size);
        }
      }
    }
    return sizes.build();
  }

  /**
   * Says in words what a contraction of operands does: what is summed over and of what size, what
   * stays, why nothing is transposed, and which matrix product it is, if it is one.
   *
   * @param values one tensor for each operand, for their shapes. Not modified.
   * @return some lines of text
   * @throws IllegalArgumentException if the operands do not fit
   */
  public String explanation(Tensor... values) {
    ImmutableMap<Character, Integer> sizes = sizes(List.of(values));
    StringBuilder text = new StringBuilder();
    text.append(this).append(" means ").append(formula()).append('\n');
    for (char letter : lettersOf(String.join("", operands) + output)) {
      String readers =
          IntStream.range(0, operands.size())
              .filter(k -> operands.get(k).indexOf(letter) >= 0)
              .mapToObj(k -> NAMES.substring(k, k + 1))
              .collect(joining(" and "));
      boolean stays = output.indexOf(letter) >= 0;
      text.append("  ").append(letter);
      if (sizes.containsKey(letter)) {
        text.append(", of size ").append(sizes.get(letter)).append(',');
      }
      if (readers.isEmpty()) {
        text.append(" is in no operand: the result is repeated along it.\n");
      } else if (stays) {
        text.append(" stays: the output has it. It is read from ").append(readers).append(".\n");
      } else {
        text.append(" is summed over: ").append(readers);
        text.append(readers.length() > 1 ? " have" : " has")
            .append(" it and the output lacks it.\n");
      }
    }
    text.append("  Nothing is transposed: the first letter of an operand counts its first axis.\n");
    EinsumProduct.of(operands, output)
        .ifPresent(product -> text.append("  ").append(product.explanation()).append('\n'));
    return text.toString();
  }

  /** {@code out[h] = Σ_i A[h,i] · B[i]}. */
  private String formula() {
    String summed =
        lettersOf(String.join("", operands)).stream()
            .filter(letter -> output.indexOf(letter) < 0)
            .map(String::valueOf)
            .collect(joining(","));
    String product =
        IntStream.range(0, operands.size())
            .mapToObj(k -> NAMES.charAt(k) + subscript(operands.get(k)))
            .collect(joining(" · "));
    return "out"
        + subscript(output)
        + " = "
        + (summed.isEmpty() ? "" : "Σ_" + summed + " ")
        + product;
  }

  private static String subscript(String letters) {
    return letters.isEmpty()
        ? ""
        : letters.chars().mapToObj(Character::toString).collect(joining(",", "[", "]"));
  }

  /** Each letter once, in the order of first use. */
  static ImmutableList<Character> lettersOf(String text) {
    return text.chars().distinct().mapToObj(c -> (char) c).collect(ImmutableList.toImmutableList());
  }

  /** The formula, such as {@code hi,i->h}. */
  @Override
  public String toString() {
    return String.join(",", operands) + "->" + output;
  }
}
