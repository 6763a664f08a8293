package org.vbar.derive;

import java.util.List;
import org.vbar.graph.Op;

/**
 * A way to write formulas down. Parts come in already written; a notation puts them together.
 *
 * <p>A stacked fraction, a superscript and a root need no parentheses around what they hold; {@link
 * #isLinear} says that this notation has none of them.
 */
interface Notation {
  /** Whether everything stands on one line, so that fractions need parentheses. */
  boolean isLinear();

  String number(double value);

  String symbol(Symbol symbol);

  /** An entry of a matrix, such as X[i,j]. */
  String entry(Symbol symbol, List<String> indices);

  /** ∂of/∂by. */
  String partial(Symbol of, Symbol by);

  /** Terms with + between them, or − before those that are negated. */
  String sum(List<String> terms, List<Boolean> negated);

  String negated(String term);

  /**
   * Factors multiplied entry by entry; a dot after {@code k} where {@code scalar.get(k)}, else ∘.
   */
  String product(List<String> factors, List<Boolean> dots);

  /** The matrix product. */
  String matrixProduct(String left, String right);

  String transposed(String matrix);

  String fraction(String numerator, String denominator);

  String power(String base, String exponent);

  String function(String name, List<String> arguments);

  String bigSum(String index, String body);

  String parentheses(String inner);

  /** Sides of an equation with = between them. */
  String equation(List<String> sides);

  /**
   * The name of an op's function in formulas: σ, θ or ReLU where mathematics has a name of its own.
   */
  static String functionName(Op op) {
    return switch (op) {
      case SIGMOID -> "σ";
      case HEAVISIDE -> "θ";
      case RELU -> "ReLU";
      case GELU -> "GELU";
      case SILU -> "SiLU";
      case LOG_GAMMA -> "logΓ";
      case DIGAMMA, POLYGAMMA -> "ψ";
      default -> op.methodName();
    };
  }
}
