package org.vbar.derive;

import static java.util.stream.Collectors.joining;

import java.text.Normalizer;
import java.util.List;

/** Formulas as one line of plain text, such as {@code W̄⁽¹⁾ = Xᵀ Ā⁽¹⁾}. */
record TextNotation() implements Notation {
  private static final String MACRON = "\u0304";
  private static final String DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

  @Override
  public boolean isLinear() {
    return true;
  }

  @Override
  public String number(double value) {
    return Numbers.text(value);
  }

  @Override
  public String symbol(Symbol symbol) {
    String name = symbol.bar() ? barred(symbol.name()) : symbol.name();
    return symbol.layer() == 0 ? name : name + "⁽" + superscript(symbol.layer()) + "⁾";
  }

  /** A macron on a single first letter, {@code bar(…)} around anything else. */
  private static String barred(String name) {
    boolean oneLetter = Label.of(name).map(Label::isOneLetter).orElse(false);
    int end = name.isEmpty() ? 0 : name.offsetByCodePoints(0, 1);
    return oneLetter
        ? Normalizer.normalize(name.substring(0, end) + MACRON, Normalizer.Form.NFC)
            + name.substring(end)
        : "bar(" + name + ")";
  }

  private static String superscript(int number) {
    StringBuilder text = new StringBuilder();
    for (char digit : Integer.toString(number).toCharArray()) {
      text.append(DIGITS.charAt(digit - '0'));
    }
    return text.toString();
  }

  /** The number whose superscript this is. */
  static String digits(String superscript) {
    return superscript
        .chars()
        .mapToObj(digit -> Integer.toString(DIGITS.indexOf(digit)))
        .collect(joining());
  }

  @Override
  public String entry(Symbol symbol, List<String> indices) {
    return symbol(symbol) + "[" + String.join(",", indices) + "]";
  }

  @Override
  public String partial(Symbol of, Symbol by) {
    return "∂" + symbol(of) + "/∂" + symbol(by);
  }

  @Override
  public String sum(List<String> terms, List<Boolean> negated) {
    StringBuilder text = new StringBuilder();
    for (int k = 0; k < terms.size(); k++) {
      if (k > 0) {
        text.append(negated.get(k) ? " - " : " + ");
      } else if (negated.get(k)) {
        text.append('-');
      }
      text.append(terms.get(k));
    }
    return text.toString();
  }

  @Override
  public String negated(String term) {
    return "-" + term;
  }

  @Override
  public String product(List<String> factors, List<Boolean> dots) {
    StringBuilder text = new StringBuilder(factors.get(0));
    for (int k = 1; k < factors.size(); k++) {
      text.append(dots.get(k - 1) ? "·" : " ∘ ").append(factors.get(k));
    }
    return text.toString();
  }

  @Override
  public String matrixProduct(String left, String right) {
    return left + " " + right;
  }

  @Override
  public String transposed(String matrix) {
    return matrix + "ᵀ";
  }

  @Override
  public String fraction(String numerator, String denominator) {
    return numerator + "/" + denominator;
  }

  @Override
  public String power(String base, String exponent) {
    return exponent.equals("2") ? base + "²" : base + "^" + exponent;
  }

  @Override
  public String function(String name, List<String> arguments) {
    return name + "(" + String.join(", ", arguments) + ")";
  }

  @Override
  public String bigSum(String index, String body) {
    String sign =
        switch (index) {
          case "i" -> "Σᵢ ";
          case "j" -> "Σⱼ ";
          case "k" -> "Σₖ ";
          default -> "Σ_" + index + " ";
        };
    return sign + body;
  }

  @Override
  public String parentheses(String inner) {
    return "(" + inner + ")";
  }

  @Override
  public String equation(List<String> sides) {
    return String.join(" = ", sides);
  }
}
