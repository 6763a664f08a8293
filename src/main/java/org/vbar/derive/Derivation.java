package org.vbar.derive;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.text.Normalizer;
import java.util.Map;
import java.util.Optional;
import org.vbar.graph.Node;
import org.vbar.model.MlpSpec;

/**
 * Backprop equations to read: of a graph, node by node, or of a multilayer perceptron with
 * matrices.
 *
 * <pre>{@code
 * Derivation.perElement(loss).text();          // v̄ of every node
 * Derivation.perNamedNode(loss).latex();       // v̄ of every node with a name
 * Derivation.vectorized(spec).mathml();        // W̄⁽¹⁾ = Xᵀ Ā⁽¹⁾ [784 × 128], because …
 * }</pre>
 */
public final class Derivation {
  private final ImmutableMap<String, String> symbols;
  private final ImmutableList<DerivationStep> steps;
  private final ImmutableMap<Node, DerivationStep> byNode;

  Derivation(
      Map<String, String> symbols,
      ImmutableList<DerivationStep> steps,
      Map<Node, DerivationStep> byNode) {
    this.symbols = ImmutableMap.copyOf(symbols);
    this.steps = steps;
    this.byNode = ImmutableMap.copyOf(byNode);
  }

  /**
   * The backprop rule written out for every node that takes a derivative and that the output
   * depends on, the output first: in symbols, with the local derivatives put in, with numbers, and
   * the result.
   *
   * <p>A child that uses a node twice stands once, with the sum of both local derivatives as ∂c/∂v.
   * Nodes that have one name get their index behind it, as x#3; a name that could be taken for a
   * formula, such as a + b, stands in quotation marks. The length grows with the number of edges:
   * meant for graphs that people read.
   *
   * @param output where the sweep starts
   * @return one step per node
   * @throws IllegalStateException if the output was dropped by a rewind
   */
  public static Derivation perElement(Node output) {
    return NodeDerivation.of(output, false);
  }

  /**
   * As {@link #perElement}, but a node that has no name and one child is no step of its own: its
   * child's local derivative is multiplied along, as one does on paper. So w̄ = l̄·a although l was
   * recorded as products and sums.
   *
   * @param output where the sweep starts
   * @return one step per node that has a name or more than one child
   * @throws IllegalStateException if the output was dropped by a rewind
   */
  public static Derivation perNamedNode(Node output) {
    return NodeDerivation.of(output, true);
  }

  /**
   * The matrix equations of a network, forward and backward, with one sample per row.
   *
   * @param spec the network
   * @return one step per matrix
   */
  public static Derivation vectorized(MlpSpec spec) {
    return vectorized(spec, Layout.ROWS);
  }

  /**
   * The matrix equations of a network, forward and backward.
   *
   * <p>Every symbol and every equation has its shape, where m is the number of samples. Beside each
   * equation stands the one for a single entry; each transpose names the index that is summed over.
   *
   * @param spec the network
   * @param layout which way the samples lie
   * @return one step per matrix
   */
  public static Derivation vectorized(MlpSpec spec, Layout layout) {
    return new MatrixDerivation(spec, layout).derivation();
  }

  /**
   * What the symbols mean: of a network all of them with their shapes, of a graph the nodes without
   * a name, with what they are computed from.
   *
   * @return symbols as plain text with an explanation
   */
  public ImmutableMap<String, String> symbols() {
    return symbols;
  }

  /**
   * The equations in the order of computation.
   *
   * @return at least one step
   */
  public ImmutableList<DerivationStep> steps() {
    return steps;
  }

  /**
   * The step of a node.
   *
   * @param node a node of the graph
   * @return its step, or empty if there is none
   */
  public Optional<DerivationStep> step(Node node) {
    return Optional.ofNullable(byNode.get(node));
  }

  /**
   * The step that defines a symbol.
   *
   * @param subject the left side as plain text, such as {@code W̄⁽¹⁾}
   * @return the first such step, or empty if there is none
   */
  public Optional<DerivationStep> step(String subject) {
    String wanted = Normalizer.normalize(subject, Normalizer.Form.NFC);
    return steps.stream().filter(step -> step.equation().subject().equals(wanted)).findFirst();
  }

  /**
   * The derivation as plain text: an equation per line, with shapes, and below it, indented, the
   * equation of one entry and the reasons.
   *
   * @return lines that end with a line feed
   */
  public String text() {
    StringBuilder text = new StringBuilder();
    symbols.forEach(
        (symbol, meaning) -> text.append(symbol).append(": ").append(meaning).append('\n'));
    text.append(symbols.isEmpty() ? "" : "\n");
    for (DerivationStep step : steps) {
      text.append(step.equation().text());
      text.append(isOfMatrices() ? "    " + step.shape() : "").append('\n');
      step.perElement().ifPresent(each -> text.append("    ").append(each.text()).append('\n'));
      step.reasons().forEach(reason -> text.append("    ").append(reason).append('\n'));
    }
    return text.toString();
  }

  /**
   * The derivation as LaTeX: display equations, with reasons as paragraphs between them. Needs
   * amsmath, and a font for names in other scripts.
   *
   * @return LaTeX for a document's body
   */
  public String latex() {
    StringBuilder text = new StringBuilder();
    if (!symbols.isEmpty()) {
      text.append("\\begin{itemize}\n");
      symbols.forEach(
          (symbol, meaning) ->
              text.append("  \\item ")
                  .append(LatexNotation.prose(symbol + ": " + meaning))
                  .append('\n'));
      text.append("\\end{itemize}\n");
    }
    for (DerivationStep step : steps) {
      text.append("\\[\n  ").append(step.equation().latex());
      if (isOfMatrices()) {
        text.append(" \\qquad \\text{").append(LatexNotation.prose(step.shape())).append('}');
      }
      text.append("\n\\]\n");
      step.perElement()
          .ifPresent(each -> text.append("\\[\n  ").append(each.latex()).append("\n\\]\n"));
      for (String reason : step.reasons()) {
        text.append(LatexNotation.prose(reason)).append("\n\n");
      }
    }
    return text.toString();
  }

  /**
   * The derivation as XHTML with MathML.
   *
   * @return one well-formed {@code div} element
   */
  public String mathml() {
    StringBuilder text = new StringBuilder("<div xmlns=\"http://www.w3.org/1999/xhtml\">\n");
    if (!symbols.isEmpty()) {
      text.append("<ul>\n");
      symbols.forEach(
          (symbol, meaning) ->
              text.append("<li>")
                  .append(MathMlNotation.escaped(symbol + ": " + meaning))
                  .append("</li>\n"));
      text.append("</ul>\n");
    }
    for (DerivationStep step : steps) {
      text.append(step.equation().mathml()).append('\n');
      if (isOfMatrices()) {
        text.append("<p>").append(MathMlNotation.escaped(step.shape())).append("</p>\n");
      }
      step.perElement().ifPresent(each -> text.append(each.mathml()).append('\n'));
      for (String reason : step.reasons()) {
        text.append("<p>").append(MathMlNotation.escaped(reason)).append("</p>\n");
      }
    }
    return text.append("</div>\n").toString();
  }

  /** Whether shapes are worth saying; in a graph everything is a scalar. */
  private boolean isOfMatrices() {
    return byNode.isEmpty();
  }

  /** {@link #text}. */
  @Override
  public String toString() {
    return text();
  }
}
