package org.vbar.derive;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import java.text.Normalizer;
import java.util.List;
import java.util.regex.Pattern;
import org.vbar.graph.LatexText;

/** Formulas as LaTeX for amsmath, such as {@code \bar{W}^{(1)} = X^{\top} \bar{A}^{(1)}}. */
record LatexNotation() implements Notation {
  /** Letters that LaTeX has only in formulas, with their commands. */
  private static final ImmutableMap<String, String> LETTERS = letters();

  private static ImmutableMap<String, String> letters() {
    ImmutableMap.Builder<String, String> letters =
        ImmutableMap.<String, String>builder().put("ℒ", "\\mathcal{L}").put("𝟏", "\\mathbf{1}");
    String greek = "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ";
    List<String> names =
        Splitter.on(' ')
            .splitToList(
                "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho"
                    + " sigma tau upsilon varphi chi psi omega"
                    + " Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega");
    for (int k = 0; k < names.size(); k++) {
      letters.put(greek.substring(k, k + 1), "\\" + names.get(k));
    }
    return letters.buildOrThrow();
  }

  /** Formulas inside running text, character by character; all else LaTeX has in any font. */
  private static final ImmutableMap<String, String> IN_PROSE =
      ImmutableMap.<String, String>builder()
          .put("ᵀ", "^{\\top}")
          .put("²", "^{2}")
          .put("×", "\\times")
          .put("·", "\\cdot")
          .put("∘", "\\circ")
          .put("½", "\\tfrac{1}{2}")
          .put("′", "'")
          .put("∞", "\\infty")
          .putAll(LETTERS)
          .buildOrThrow();

  private static final Pattern LAYER = Pattern.compile("⁽([⁰¹²³⁴⁵⁶⁷⁸⁹]+)⁾");
  private static final Pattern BARRED = Pattern.compile("([A-Za-z])\u0304");

  /** Running text with formulas in it, such as {@code Why Z⁽¹⁾ᵀ}, for any LaTeX engine. */
  static String prose(String text) {
    String layers =
        LAYER
            .matcher(LatexText.escaped(text))
            .replaceAll(layer -> "\\$^{(" + TextNotation.digits(layer.group(1)) + ")}\\$");
    StringBuilder prose = new StringBuilder();
    layers.codePoints().forEach(c -> prose.append(inProse(Character.toString(c))));
    return BARRED
        .matcher(prose)
        .replaceAll("\\$\\\\bar{$1}\\$")
        // Two formulas side by side; $$ would begin another kind.
        .replace("$$", "${}$");
  }

  private static String inProse(String character) {
    String formula = IN_PROSE.get(character);
    if (formula != null) {
      return "$" + formula + "$";
    }
    // A letter with a macron, whether one character or two.
    String apart = Normalizer.normalize(character, Normalizer.Form.NFD);
    return apart.endsWith("\u0304") ? apart : character;
  }

  @Override
  public boolean isLinear() {
    return false;
  }

  @Override
  public String number(double value) {
    String text = Numbers.text(value);
    int e = text.indexOf('E');
    return e < 0
        ? text.replace("∞", "\\infty").replace("NaN", "\\mathrm{NaN}")
        : text.substring(0, e) + " \\cdot 10^{" + text.substring(e + 1).replace("+", "") + "}";
  }

  @Override
  public String symbol(Symbol symbol) {
    if (symbol.kind() == Symbol.Kind.NODE) {
      return label(symbol.name(), symbol.bar());
    }
    String name = letters(symbol.name());
    String barred = symbol.bar() ? "\\bar{" + name + "}" : name;
    return symbol.layer() == 0 ? barred : barred + "^{(" + symbol.layer() + ")}";
  }

  /** The bar stands on the letters alone: the bar of W₃[0,0] is that of W. */
  private static String label(String label, boolean bar) {
    return Label.of(label)
        .map(
            parts ->
                barred(letters(parts.letters()), bar)
                    + (parts.digits().isEmpty() ? "" : "_{" + parts.digits() + "}")
                    + (parts.place().isEmpty() ? "" : "[" + parts.place() + "]")
                    + LatexText.escaped(parts.mark()))
        // Few fonts have U+FFFD.
        .orElseGet(
            () -> barred("\\text{" + LatexText.escaped(label).replace('\uFFFD', '?') + "}", bar));
  }

  private static String barred(String name, boolean bar) {
    if (!bar) {
      return name;
    }
    boolean oneLetter = name.length() == 1 || LETTERS.containsValue(name);
    return (oneLetter ? "\\bar{" : "\\overline{") + name + "}";
  }

  private static String letters(String letters) {
    String command = letters.equals("logΓ") ? "\\ln\\Gamma" : LETTERS.get(letters);
    if (command != null) {
      return command;
    }
    if (letters.matches("[A-Za-z]+")) {
      return letters.length() == 1 ? letters : "\\mathrm{" + letters + "}";
    }
    return "\\text{" + LatexText.escaped(letters) + "}";
  }

  @Override
  public String entry(Symbol symbol, List<String> indices) {
    return symbol(symbol) + "_{" + String.join(",", indices) + "}";
  }

  @Override
  public String partial(Symbol of, Symbol by) {
    return "\\frac{\\partial " + symbol(of) + "}{\\partial " + symbol(by) + "}";
  }

  @Override
  public String sum(List<String> terms, List<Boolean> negated) {
    return new TextNotation().sum(terms, negated);
  }

  @Override
  public String negated(String term) {
    return "-" + term;
  }

  @Override
  public String product(List<String> factors, List<Boolean> dots) {
    StringBuilder text = new StringBuilder(factors.get(0));
    for (int k = 1; k < factors.size(); k++) {
      text.append(dots.get(k - 1) ? " \\cdot " : " \\circ ").append(factors.get(k));
    }
    return text.toString();
  }

  @Override
  public String matrixProduct(String left, String right) {
    return left + " \\, " + right;
  }

  @Override
  public String transposed(String matrix) {
    // In braces, so that a second superscript is allowed.
    return "{" + matrix + "}^{\\top}";
  }

  @Override
  public String fraction(String numerator, String denominator) {
    return "\\frac{" + numerator + "}{" + denominator + "}";
  }

  @Override
  public String power(String base, String exponent) {
    return "{" + base + "}^{" + exponent + "}";
  }

  @Override
  public String function(String name, List<String> arguments) {
    String letters = letters(name);
    String function =
        letters.startsWith("\\mathrm") ? letters.replace("\\mathrm", "\\operatorname") : letters;
    return function + "\\left(" + String.join(", ", arguments) + "\\right)";
  }

  @Override
  public String bigSum(String index, String body) {
    return "\\sum_{" + index + "} " + body;
  }

  @Override
  public String parentheses(String inner) {
    return "\\left(" + inner + "\\right)";
  }

  @Override
  public String equation(List<String> sides) {
    return String.join(" = ", sides);
  }
}
