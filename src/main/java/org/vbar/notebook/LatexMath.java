package org.vbar.notebook;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.xml.XmlEscapers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes formulas in a subset of LaTeX as presentation MathML.
 *
 * <p>The subset is what lessons and {@code org.vbar.derive} use. Anything else is refused with its
 * name: a formula is right or the build fails.
 */
final class LatexMath {
  private static final ImmutableMap<String, String> IDENTIFIERS =
      ImmutableMap.<String, String>builder()
          .put("alpha", "α")
          .put("beta", "β")
          .put("gamma", "γ")
          .put("delta", "δ")
          .put("epsilon", "ϵ")
          .put("varepsilon", "ε")
          .put("eta", "η")
          .put("theta", "θ")
          .put("kappa", "κ")
          .put("lambda", "λ")
          .put("mu", "μ")
          .put("nu", "ν")
          .put("pi", "π")
          .put("rho", "ρ")
          .put("sigma", "σ")
          .put("tau", "τ")
          .put("phi", "ϕ")
          .put("varphi", "φ")
          .put("psi", "ψ")
          .put("omega", "ω")
          .put("Gamma", "Γ")
          .put("Delta", "Δ")
          .put("Theta", "Θ")
          .put("Lambda", "Λ")
          .put("Sigma", "Σ")
          .put("Phi", "Φ")
          .put("Psi", "Ψ")
          .put("Omega", "Ω")
          .put("ell", "ℓ")
          .put("infty", "∞")
          .put("partial", "∂")
          .put("nabla", "∇")
          .buildOrThrow();

  private static final ImmutableMap<String, String> OPERATORS =
      ImmutableMap.<String, String>builder()
          .put("cdot", "·")
          .put("times", "×")
          .put("circ", "∘")
          .put("odot", "⊙")
          .put("pm", "±")
          .put("le", "≤")
          .put("leq", "≤")
          .put("ge", "≥")
          .put("geq", "≥")
          .put("ll", "≪")
          .put("gg", "≫")
          .put("ne", "≠")
          .put("neq", "≠")
          .put("approx", "≈")
          .put("equiv", "≡")
          .put("sim", "∼")
          .put("propto", "∝")
          .put("in", "∈")
          .put("to", "→")
          .put("rightarrow", "→")
          .put("leftarrow", "←")
          .put("mapsto", "↦")
          .put("Rightarrow", "⇒")
          .put("top", "⊤")
          .put("mid", "∣")
          .put("dots", "…")
          .put("ldots", "…")
          .put("cdots", "⋯")
          .put("vdots", "⋮")
          .put("ddots", "⋱")
          .put("prime", "′")
          .put("lvert", "|")
          .put("rvert", "|")
          .put("lVert", "‖")
          .put("rVert", "‖")
          .put("|", "‖")
          .put("{", "{")
          .put("}", "}")
          .put("%", "%")
          .put("#", "#")
          .put("&", "&amp;")
          .put("_", "_")
          .put("$", "$")
          .buildOrThrow();

  private static final ImmutableMap<String, String> LARGE =
      ImmutableMap.of("sum", "∑", "prod", "∏", "int", "∫");

  private static final ImmutableSet<String> FUNCTIONS =
      ImmutableSet.of(
          "ln", "log", "exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arctan", "det", "dim");

  /** Functions whose index stands below them. */
  private static final ImmutableSet<String> LIMITS =
      ImmutableSet.of("max", "min", "lim", "sup", "inf");

  private static final ImmutableMap<String, String> ACCENTS =
      ImmutableMap.of(
          "bar",
          "¯",
          "overline",
          "¯",
          "dot",
          "˙",
          "ddot",
          "¨",
          "hat",
          "^",
          "tilde",
          "~",
          "vec",
          "→");

  /** In parts of the font size. */
  private static final ImmutableMap<String, String> SPACES =
      ImmutableMap.of(
          ",", "0.17em", ":", "0.22em", ";", "0.28em", " ", "0.33em", "!", "-0.17em", "quad", "1em",
          "qquad", "2em");

  private static final ImmutableSet<String> TEXT = ImmutableSet.of("text", "textrm", "mbox");

  private static final ImmutableMap<String, String> TEXT_ESCAPES =
      ImmutableMap.of(
          "textbackslash",
          "\\",
          "textless",
          "<",
          "textgreater",
          ">",
          "textasciitilde",
          "~",
          "textasciicircum",
          "^");

  private final String latex;
  private int place;

  private LatexMath(String latex) {
    this.latex = latex;
  }

  /**
   * A formula as a complete {@code math} element.
   *
   * @param latex LaTeX without delimiters
   * @param block whether it stands on a line of its own
   * @throws IllegalArgumentException if something is outside the subset; the message names it
   */
  static String toMathMl(String latex, boolean block) {
    LatexMath reader = new LatexMath(latex);
    String row = reader.row(Set.of());
    if (reader.place < latex.length()) {
      throw reader.wrong("a \"" + latex.charAt(reader.place) + "\" that closes nothing");
    }
    return "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"%s\" alttext=\"%s\">%s</math>"
        .formatted(
            block ? "block" : "inline", XmlEscapers.xmlAttributeEscaper().escape(latex), row);
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(
        "The formula %s has %s at character %d; docs/notebooks.md lists what can be used."
            .formatted(latex, what, place + 1));
  }

  /** Everything up to the end, a brace or bracket that closes, or one of the given commands. */
  private String row(Set<String> ends) {
    List<String> parts = new ArrayList<>();
    while (!atEnd(ends)) {
      scripted().ifPresent(parts::add);
    }
    return parts.size() == 1 ? parts.get(0) : "<mrow>" + String.join("", parts) + "</mrow>";
  }

  private boolean atEnd(Set<String> ends) {
    skipSpaces();
    return place >= latex.length()
        || latex.charAt(place) == '}'
        || ends.stream().anyMatch(end -> latex.startsWith(end, place));
  }

  private void skipSpaces() {
    while (place < latex.length() && Character.isWhitespace(latex.charAt(place))) {
      place++;
    }
  }

  private boolean takes(String expected) {
    skipSpaces();
    boolean found = latex.startsWith(expected, place);
    place += found ? expected.length() : 0;
    return found;
  }

  /** One atom with its sub- and superscript; empty if it is nothing to be seen. */
  private Optional<String> scripted() {
    Atom base = atom(true);
    String below = "";
    String above = "";
    StringBuilder primes = new StringBuilder();
    while (true) {
      if (takes("'")) {
        primes.append('′');
      } else if (takes("_")) {
        if (!below.isEmpty()) {
          throw wrong("a second subscript");
        }
        below = argument();
      } else if (takes("^")) {
        if (!above.isEmpty()) {
          throw wrong("a second superscript");
        }
        above = argument();
      } else {
        break;
      }
    }
    if (!primes.isEmpty()) {
      String mark = "<mo>" + primes + "</mo>";
      above = above.isEmpty() ? mark : "<mrow>" + mark + above + "</mrow>";
    }
    return Optional.of(base.with(below, above)).filter(text -> !text.isEmpty());
  }

  /** Something that scripts can be put at. */
  private record Atom(String mathMl, boolean limits) {
    String with(String below, String above) {
      String sub = limits ? "munder" : "msub";
      String sup = limits ? "mover" : "msup";
      String both = limits ? "munderover" : "msubsup";
      if (!below.isEmpty() && !above.isEmpty()) {
        return element(both, mathMl + below + above);
      }
      return !below.isEmpty()
          ? element(sub, mathMl + below)
          : !above.isEmpty() ? element(sup, mathMl + above) : mathMl;
    }
  }

  private static String element(String name, String inner) {
    return "<" + name + ">" + inner + "</" + name + ">";
  }

  private static Atom plain(String mathMl) {
    return new Atom(mathMl, false);
  }

  /** What a command or a script applies to: a group in braces, or one sign. */
  private String argument() {
    skipSpaces();
    return atom(false).mathMl;
  }

  private Atom atom(boolean wholeNumbers) {
    skipSpaces();
    if (place >= latex.length()) {
      throw wrong("nothing where something is needed");
    }
    char c = latex.charAt(place);
    if (c == '\\') {
      return command();
    }
    if (c == '{') {
      place++;
      String inner = row(Set.of());
      close("}");
      return plain(inner);
    }
    if (c >= '0' && c <= '9') {
      return plain(element("mn", wholeNumbers ? number() : String.valueOf(latex.charAt(place++))));
    }
    int letter = latex.codePointAt(place);
    place += Character.charCount(letter);
    if (Character.isLetter(letter)) {
      return plain(element("mi", Character.toString(letter)));
    }
    return switch (c) {
      case '-' -> plain("<mo>−</mo>");
      case '+', '=', '/', ',', ';', ':', '!', '.', '*', '?' -> plain(element("mo", "" + c));
      case '<' -> plain("<mo>&lt;</mo>");
      case '>' -> plain("<mo>&gt;</mo>");
      case '(', ')', '[', ']', '|' -> plain("<mo stretchy=\"false\">" + c + "</mo>");
      default -> {
        place -= Character.charCount(letter);
        throw wrong("an unknown sign " + Character.toString(letter));
      }
    };
  }

  /** Digits with at most one point between them. */
  private String number() {
    int start = place;
    while (place < latex.length()
        && (isDigit(place) || (latex.charAt(place) == '.' && isDigit(place + 1)))) {
      place++;
    }
    return latex.substring(start, place);
  }

  private boolean isDigit(int at) {
    return at < latex.length() && latex.charAt(at) >= '0' && latex.charAt(at) <= '9';
  }

  private void close(String expected) {
    if (!takes(expected)) {
      throw wrong("no " + expected);
    }
  }

  /** The name after a backslash: letters, or one other sign. */
  private String commandName() {
    place++;
    int start = place;
    while (place < latex.length() && isAsciiLetter(latex.charAt(place))) {
      place++;
    }
    if (place == start && place < latex.length()) {
      place++;
    }
    return latex.substring(start, place);
  }

  private static boolean isAsciiLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private Atom command() {
    int start = place;
    String name = commandName();
    if (IDENTIFIERS.containsKey(name)) {
      return plain(element("mi", lookUp(IDENTIFIERS, name)));
    }
    if (OPERATORS.containsKey(name)) {
      return plain(element("mo", lookUp(OPERATORS, name)));
    }
    if (LARGE.containsKey(name)) {
      return new Atom(element("mo", lookUp(LARGE, name)), !name.equals("int"));
    }
    if (LIMITS.contains(name)) {
      return new Atom("<mo movablelimits=\"true\" lspace=\"0\">" + name + "</mo>", true);
    }
    if (FUNCTIONS.contains(name)) {
      return plain(function(element("mi", name)));
    }
    if (ACCENTS.containsKey(name)) {
      String mark = "<mo stretchy=\"" + name.equals("overline") + "\">" + lookUp(ACCENTS, name);
      return plain("<mover accent=\"true\">" + argument() + mark + "</mo></mover>");
    }
    if (SPACES.containsKey(name)) {
      return plain("<mspace width=\"" + lookUp(SPACES, name) + "\"></mspace>");
    }
    if (TEXT.contains(name)) {
      return plain(element("mtext", escaped(words())));
    }
    return switch (name) {
      case "frac", "dfrac", "tfrac" -> plain(element("mfrac", argument() + argument()));
      case "sqrt" -> plain(root());
      case "left" -> plain(fenced());
      case "mathrm" -> plain(upright(words()));
      case "operatorname" -> plain(function(upright(words())));
      case "mathbf", "mathcal", "mathbb" ->
          plain(element("mi", escaped(MathLetters.styled(name, words()))));
      case "begin" -> plain(environment());
      default -> {
        place = start;
        throw wrong("an unknown command \\" + name);
      }
    };
  }

  private static String lookUp(Map<String, String> table, String name) {
    return java.util.Objects.requireNonNull(table.get(name));
  }

  /** A function's name, with the invisible sign that it is applied to what follows. */
  private String function(String name) {
    skipSpaces();
    boolean applied = place < latex.length() && "^_}&".indexOf(latex.charAt(place)) < 0;
    return applied ? "<mrow>" + name + "<mo>\u2061</mo></mrow>" : name;
  }

  private static String upright(String words) {
    return words.codePointCount(0, words.length()) == 1
        ? "<mi mathvariant=\"normal\">" + escaped(words) + "</mi>"
        : element("mi", escaped(words));
  }

  private static String escaped(String text) {
    return XmlEscapers.xmlContentEscaper().escape(text);
  }

  /** The text of a group in braces, as it is but for escapes. */
  private String words() {
    close("{");
    StringBuilder words = new StringBuilder();
    int depth = 0;
    while (place < latex.length() && (depth > 0 || latex.charAt(place) != '}')) {
      char c = latex.charAt(place);
      if (c == '\\') {
        String name = commandName();
        words.append(TEXT_ESCAPES.getOrDefault(name, name));
      } else {
        depth += c == '{' ? 1 : c == '}' ? -1 : 0;
        words.append(c == '{' || c == '}' ? "" : String.valueOf(c));
        place++;
      }
    }
    close("}");
    return words.toString();
  }

  private String root() {
    if (!takes("[")) {
      return element("msqrt", argument());
    }
    String degree = row(Set.of("]"));
    close("]");
    return element("mroot", argument() + degree);
  }

  private String fenced() {
    String open = delimiter();
    String inner = row(Set.of("\\right"));
    if (!latex.startsWith("\\right", place)) {
      throw wrong("no \\right");
    }
    place += "\\right".length();
    return "<mrow>" + open + inner + delimiter() + "</mrow>";
  }

  private String delimiter() {
    skipSpaces();
    if (takes(".")) {
      return "";
    }
    for (String each : new String[] {"(", ")", "[", "]", "|", "\\{", "\\}", "\\|"}) {
      if (takes(each)) {
        String sign = each.equals("\\|") ? "‖" : each.replace("\\", "");
        return "<mo stretchy=\"true\">" + sign + "</mo>";
      }
    }
    throw wrong("no delimiter such as ( after \\left or \\right");
  }

  private static final ImmutableMap<String, List<String>> ENVIRONMENTS =
      ImmutableMap.of(
          "aligned", List.of("", ""),
          "cases", List.of("{", ""),
          "matrix", List.of("", ""),
          "pmatrix", List.of("(", ")"),
          "bmatrix", List.of("[", "]"));

  private String environment() {
    String name = words();
    List<String> fences = ENVIRONMENTS.get(name);
    if (fences == null) {
      throw wrong("an unknown environment " + name);
    }
    String end = "\\end{" + name + "}";
    Set<String> ends = Set.of("&", "\\\\", "\\end");
    List<String> rows = new ArrayList<>();
    StringBuilder row = new StringBuilder();
    while (true) {
      row.append(element("mtd", row(ends)));
      if (takes("&")) {
        continue;
      }
      boolean another = takes("\\\\");
      rows.add(element("mtr", row.toString()));
      row.setLength(0);
      if (!another) {
        close(end);
        break;
      }
    }
    String table = "<mtable class=\"" + name + "\">" + String.join("", rows) + "</mtable>";
    return "<mrow>" + fence(fences.get(0)) + table + fence(fences.get(1)) + "</mrow>";
  }

  private static String fence(String sign) {
    return sign.isEmpty() ? "" : "<mo stretchy=\"true\">" + sign + "</mo>";
  }
}
