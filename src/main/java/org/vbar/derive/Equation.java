package org.vbar.derive;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.ImmutableList;

/**
 * A chain of equal formulas: what is wanted on the left, then the same said in other ways.
 *
 * <p>Numbers are written with six significant digits. Names are escaped for the form they are
 * written in, whatever characters they contain.
 */
public final class Equation {
  private final Expression left;
  private final ImmutableList<Expression> rights;

  Equation(Expression left, Expression... rights) {
    this(left, ImmutableList.copyOf(rights));
  }

  Equation(Expression left, ImmutableList<Expression> rights) {
    this.left = left;
    this.rights = rights;
  }

  Expression left() {
    return left;
  }

  ImmutableList<Expression> rights() {
    return rights;
  }

  /**
   * The equation on one line of plain text.
   *
   * @return for example {@code W̄⁽¹⁾ = Xᵀ Ā⁽¹⁾}
   */
  public String text() {
    return write(new TextNotation());
  }

  /**
   * The equation as LaTeX for math mode; needs amsmath.
   *
   * @return LaTeX without delimiters
   */
  public String latex() {
    return write(new LatexNotation());
  }

  /**
   * The equation as MathML.
   *
   * @return a complete {@code math} element
   */
  public String mathml() {
    return "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\">%s</math>"
        .formatted(write(new MathMlNotation()));
  }

  /**
   * The left side alone as plain text.
   *
   * @return for example {@code W̄⁽¹⁾}
   */
  public String subject() {
    return left.write(new TextNotation());
  }

  private String write(Notation notation) {
    return notation.equation(
        ImmutableList.<Expression>builder().add(left).addAll(rights).build().stream()
            .map(side -> side.write(notation))
            .collect(toImmutableList()));
  }

  /** {@link #text}. */
  @Override
  public String toString() {
    return text();
  }
}
