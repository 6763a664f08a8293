package org.vbar.derive;

import java.util.List;
import java.util.Optional;

/** Formulas as presentation MathML; every part is one element, so that the whole is well formed. */
record MathMlNotation() implements Notation {
  @Override
  public boolean isLinear() {
    return false;
  }

  @Override
  public String number(double value) {
    String text = Numbers.text(value);
    int e = text.indexOf('E');
    return e < 0
        ? signed(text)
        : row(signed(text.substring(0, e)) + mo("·") + power(mn("10"), exponent(text, e)));
  }

  private static String exponent(String text, int e) {
    return signed(text.substring(e + 1).replace("+", ""));
  }

  private static String signed(String text) {
    return text.startsWith("-") ? row(mo("−") + mn(text.substring(1))) : mn(text);
  }

  @Override
  public String symbol(Symbol symbol) {
    if (symbol.kind() == Symbol.Kind.NODE) {
      return label(symbol.name(), symbol.bar());
    }
    String barred = barred(mi(symbol.name()), symbol.bar());
    return symbol.layer() == 0 ? barred : "<msup>" + barred + layer(symbol) + "</msup>";
  }

  private static String layer(Symbol symbol) {
    return row(mo("(") + mn(Integer.toString(symbol.layer())) + mo(")"));
  }

  /** Not as an accent: without a font for mathematics, browsers then draw bars into the letter. */
  private static String barred(String name, boolean bar) {
    return bar ? "<mover>" + name + mo("¯") + "</mover>" : name;
  }

  /**
   * The bar stands on the letter alone: the bar of W₃[0,0] is that of W. Around anything longer it
   * is written as {@code bar(…)}, because only fonts for mathematics have bars that stretch.
   */
  private static String label(String label, boolean bar) {
    Optional<Label> parts = Label.of(label);
    boolean onLetter = bar && parts.map(Label::isOneLetter).orElse(false);
    String name = parts.map(taken -> label(taken, onLetter)).orElseGet(() -> text(label));
    return bar && !onLetter ? function("bar", name) : name;
  }

  private static String label(Label parts, boolean bar) {
    String letters = barred(mi(parts.letters()), bar);
    String subscripted =
        parts.digits().isEmpty() ? letters : "<msub>" + letters + mn(parts.digits()) + "</msub>";
    String place = parts.place().isEmpty() ? "" : mo("[") + mn(parts.place()) + mo("]");
    String mark = parts.mark().isEmpty() ? "" : text(parts.mark());
    return place.isEmpty() && mark.isEmpty() ? subscripted : row(subscripted + place + mark);
  }

  static String text(String text) {
    return "<mtext>" + escaped(text) + "</mtext>";
  }

  /** Text that XML 1.0 can hold; what it cannot becomes U+FFFD. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(isXml(c) ? c : 0xFFFD);
              }
            });
    return escaped.toString();
  }

  private static boolean isXml(int c) {
    return c == '\t'
        || c == '\n'
        || (c >= 0x20 && c <= 0xD7FF)
        || (c >= 0xE000 && c <= 0xFFFD)
        || c >= 0x10000;
  }

  private static String mi(String name) {
    return "<mi>" + escaped(name) + "</mi>";
  }

  private static String mn(String number) {
    return "<mn>" + escaped(number) + "</mn>";
  }

  private static String mo(String operator) {
    return "<mo>" + operator + "</mo>";
  }

  private static String row(String inner) {
    return "<mrow>" + inner + "</mrow>";
  }

  @Override
  public String entry(Symbol symbol, List<String> indices) {
    String place = row(mi(String.join(",", indices)));
    if (symbol.layer() == 0) {
      return "<msub>" + symbol(symbol) + place + "</msub>";
    }
    return "<msubsup>"
        + barred(mi(symbol.name()), symbol.bar())
        + place
        + layer(symbol)
        + "</msubsup>";
  }

  @Override
  public String partial(Symbol of, Symbol by) {
    return fraction(row(mo("∂") + symbol(of)), row(mo("∂") + symbol(by)));
  }

  @Override
  public String sum(List<String> terms, List<Boolean> negated) {
    StringBuilder text = new StringBuilder();
    for (int k = 0; k < terms.size(); k++) {
      if (k > 0 || negated.get(k)) {
        text.append(mo(negated.get(k) ? "−" : "+"));
      }
      text.append(terms.get(k));
    }
    return row(text.toString());
  }

  @Override
  public String negated(String term) {
    return row(mo("−") + term);
  }

  @Override
  public String product(List<String> factors, List<Boolean> dots) {
    StringBuilder text = new StringBuilder(factors.get(0));
    for (int k = 1; k < factors.size(); k++) {
      text.append(mo(dots.get(k - 1) ? "·" : "∘")).append(factors.get(k));
    }
    return row(text.toString());
  }

  @Override
  public String matrixProduct(String left, String right) {
    return row(left + mo("\u2062") + right); // invisible times
  }

  @Override
  public String transposed(String matrix) {
    return "<msup>" + matrix + mo("⊤") + "</msup>";
  }

  @Override
  public String fraction(String numerator, String denominator) {
    return "<mfrac>" + numerator + denominator + "</mfrac>";
  }

  @Override
  public String power(String base, String exponent) {
    return "<msup>" + base + exponent + "</msup>";
  }

  @Override
  public String function(String name, List<String> arguments) {
    return function(name, String.join(mo(","), arguments));
  }

  private static String function(String name, String inner) {
    return row(mi(name) + mo("\u2061") + mo("(") + inner + mo(")")); // function application
  }

  @Override
  public String bigSum(String index, String body) {
    return row("<munder>" + mo("∑") + mi(index) + "</munder>" + body);
  }

  @Override
  public String parentheses(String inner) {
    return row(mo("(") + inner + mo(")"));
  }

  @Override
  public String equation(List<String> sides) {
    return row(String.join(mo("="), sides));
  }
}
