package org.vbar.derive;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Stream;
import org.vbar.graph.Op;
import org.vbar.layer.Matrix;

/**
 * A formula as a tree: written in any {@link Notation}, evaluated with matrices in a {@link Scope}.
 *
 * <p>Everything but {@link MatrixProduct}, {@link Transposed} and {@link Softmax} works entry by
 * entry; a matrix [1 × 1] stands for a scalar and meets every entry of the other operand.
 */
sealed interface Expression
    permits Symbol,
        Expression.Literal,
        Expression.Entry,
        Expression.Partial,
        Expression.Sum,
        Expression.Negated,
        Expression.Product,
        Expression.MatrixProduct,
        Expression.Transposed,
        Expression.Fraction,
        Expression.Power,
        Expression.Apply,
        Expression.Softmax,
        Expression.BigSum {
  int SUM = 1;
  int PRODUCT = 2;
  int POWER = 3;
  int ATOM = 4;

  String write(Notation notation);

  /** How tightly the outermost operation binds. */
  int precedence();

  /** Whether this is a scalar whatever the network, so that · and not ∘ multiplies it. */
  boolean isScalar();

  Matrix evaluate(Scope scope);

  /** Written with parentheses if the outermost operation binds less than {@code least}. */
  default String write(Notation notation, int least) {
    String text = write(notation);
    return precedence() < least ? notation.parentheses(text) : text;
  }

  // ---- Factories, which leave out factors of 1 and flatten ----

  static Expression number(double value) {
    return new Literal(value);
  }

  static Expression sum(Expression... terms) {
    return sum(ImmutableList.copyOf(terms));
  }

  static Expression sum(List<Expression> terms) {
    ImmutableList<Expression> flat =
        terms.stream()
            .flatMap(term -> term instanceof Sum inner ? inner.terms.stream() : Stream.of(term))
            .collect(toImmutableList());
    return flat.size() == 1 ? flat.get(0) : new Sum(flat);
  }

  default Expression plus(Expression other) {
    return sum(this, other);
  }

  default Expression minus(Expression other) {
    return sum(this, other.negated());
  }

  default Expression negated() {
    if (this instanceof Literal literal) {
      return number(-literal.value);
    }
    return this instanceof Negated inner ? inner.term : new Negated(this);
  }

  /** The product entry by entry, its numbers multiplied to one in front. */
  static Expression product(Expression... factors) {
    return product(ImmutableList.copyOf(factors));
  }

  static Expression product(List<Expression> factors) {
    List<Expression> others = new ArrayList<>();
    double number = 1;
    for (Expression factor : factors) {
      number *= takeApart(factor, others);
    }
    if (others.isEmpty()) {
      return number(number);
    }
    if (Math.abs(number) != 1) {
      others.add(0, number(Math.abs(number)));
    }
    Expression product =
        others.size() == 1 ? others.get(0) : new Product(ImmutableList.copyOf(others));
    // Not number < 0: 0 stays 0 whatever its sign.
    return number < 0 ? new Negated(product) : product;
  }

  /** Adds the factors that are no numbers to a list; returns the product of those that are. */
  private static double takeApart(Expression factor, List<Expression> others) {
    if (factor instanceof Literal literal) {
      return literal.value;
    }
    if (factor instanceof Negated inner) {
      return -takeApart(inner.term, others);
    }
    if (factor instanceof Product inner) {
      double number = 1;
      for (Expression part : inner.factors) {
        number *= takeApart(part, others);
      }
      return number;
    }
    others.add(factor);
    return 1;
  }

  default Expression times(Expression other) {
    return product(this, other);
  }

  default Expression over(Expression other) {
    return new Fraction(this, other);
  }

  /** x itself for x¹, and 1 for x⁰. */
  default Expression power(double exponent) {
    if (exponent == 1) {
      return this;
    }
    return exponent == 0 ? number(1) : new Power(this, number(exponent));
  }

  default Expression matrixTimes(Expression right) {
    return new MatrixProduct(this, right);
  }

  default Expression transposed() {
    return new Transposed(this);
  }

  static Expression apply(Op op, Expression... arguments) {
    return new Apply(op, ImmutableList.copyOf(arguments));
  }

  private static Matrix combine(Matrix left, Matrix right, DoubleBinaryOperator function) {
    if (left.rows() == 1 && left.columns() == 1) {
      double a = left.at(0, 0);
      return right.map(b -> function.applyAsDouble(a, b));
    }
    if (right.rows() == 1 && right.columns() == 1) {
      double b = right.at(0, 0);
      return left.map(a -> function.applyAsDouble(a, b));
    }
    return left.combine(right, function);
  }

  private static Matrix scalar(double value) {
    return Matrix.of(1, 1, value);
  }

  // ---- Nodes of the tree ----

  /** A number. */
  record Literal(double value) implements Expression {
    @Override
    public String write(Notation notation) {
      return notation.number(value);
    }

    @Override
    public int precedence() {
      return value < 0 || 1 / value < 0 ? SUM : ATOM;
    }

    @Override
    public boolean isScalar() {
      return true;
    }

    @Override
    public Matrix evaluate(Scope scope) {
      return scalar(value);
    }
  }

  /** One entry of a matrix, or of a vector if there is one index. */
  record Entry(Symbol symbol, ImmutableList<Index> indices) implements Expression {
    @Override
    public String write(Notation notation) {
      return notation.entry(symbol, indices.stream().map(Index::letter).toList());
    }

    @Override
    public int precedence() {
      return ATOM;
    }

    @Override
    public boolean isScalar() {
      return true;
    }

    @Override
    public Matrix evaluate(Scope scope) {
      Matrix matrix = scope.value(symbol);
      int first = scope.place(indices.get(0));
      return scalar(
          indices.size() == 1
              ? matrix.array()[first]
              : matrix.at(first, scope.place(indices.get(1))));
    }
  }

  /** ∂of/∂by, a number that the scope gives. */
  record Partial(Symbol of, Symbol by) implements Expression {
    @Override
    public String write(Notation notation) {
      return notation.partial(of, by);
    }

    @Override
    public int precedence() {
      return ATOM;
    }

    @Override
    public boolean isScalar() {
      return true;
    }

    @Override
    public Matrix evaluate(Scope scope) {
      return scope.value(this);
    }
  }

  /** Terms added from left to right. */
  record Sum(ImmutableList<Expression> terms) implements Expression {
    @Override
    public String write(Notation notation) {
      List<String> texts = new ArrayList<>();
      List<Boolean> signs = new ArrayList<>();
      for (Expression term : terms) {
        // A negative number too, so that a sum reads x - 3 and not x + -3.
        boolean negated =
            term instanceof Negated || (term instanceof Literal literal && literal.value < 0);
        signs.add(negated);
        texts.add(negated ? term.negated().write(notation, PRODUCT) : term.write(notation));
      }
      return notation.sum(texts, signs);
    }

    @Override
    public int precedence() {
      return SUM;
    }

    @Override
    public boolean isScalar() {
      return terms.stream().allMatch(Expression::isScalar);
    }

    @Override
    public Matrix evaluate(Scope scope) {
      return terms.stream()
          .map(term -> term.evaluate(scope))
          .reduce((a, b) -> combine(a, b, Double::sum))
          .orElseGet(() -> scalar(0));
    }
  }

  /** −term. */
  record Negated(Expression term) implements Expression {
    @Override
    public String write(Notation notation) {
      return notation.negated(term.write(notation, PRODUCT));
    }

    @Override
    public int precedence() {
      return SUM;
    }

    @Override
    public boolean isScalar() {
      return term.isScalar();
    }

    @Override
    public Matrix evaluate(Scope scope) {
      return term.evaluate(scope).scaled(-1);
    }
  }

  /** Factors multiplied entry by entry: · with a scalar, ∘ between matrices. */
  record Product(ImmutableList<Expression> factors) implements Expression {
    @Override
    public String write(Notation notation) {
      List<String> texts = new ArrayList<>();
      List<Boolean> dots = new ArrayList<>();
      boolean scalarSoFar = true;
      for (Expression factor : factors) {
        texts.add(factor.write(notation, factor instanceof Fraction ? PRODUCT : POWER));
        dots.add(scalarSoFar || factor.isScalar());
        scalarSoFar &= factor.isScalar();
      }
      return notation.product(texts, dots.subList(1, dots.size()));
    }

    @Override
    public int precedence() {
      return PRODUCT;
    }

    @Override
    public boolean isScalar() {
      return factors.stream().allMatch(Expression::isScalar);
    }

    @Override
    public Matrix evaluate(Scope scope) {
      return factors.stream()
          .map(factor -> factor.evaluate(scope))
          .reduce((a, b) -> combine(a, b, (p, q) -> p * q))
          .orElseGet(() -> scalar(1));
    }
  }

  /** The matrix product, written side by side. */
  record MatrixProduct(Expression left, Expression right) implements Expression {
    @Override
    public String write(Notation notation) {
      return notation.matrixProduct(left.write(notation, POWER), right.write(notation, POWER));
    }

    @Override
    public int precedence() {
      return PRODUCT;
    }

    @Override
    public boolean isScalar() {
      return false;
    }

    @Override
    public Matrix evaluate(Scope scope) {
      return left.evaluate(scope).times(right.evaluate(scope));
    }
  }

  /** The transpose. */
  record Transposed(Expression matrix) implements Expression {
    @Override
    public String write(Notation notation) {
      return notation.transposed(matrix.write(notation, ATOM));
    }

    @Override
    public int precedence() {
      return POWER;
    }

    @Override
    public boolean isScalar() {
      return false;
    }

    @Override
    public Matrix evaluate(Scope scope) {
      return matrix.evaluate(scope).transpose();
    }
  }

  /** A quotient entry by entry. */
  record Fraction(Expression numerator, Expression denominator) implements Expression {
    @Override
    public String write(Notation notation) {
      return notation.isLinear()
          ? notation.fraction(
              numerator.write(notation, PRODUCT), denominator.write(notation, POWER))
          : notation.fraction(numerator.write(notation), denominator.write(notation));
    }

    @Override
    public int precedence() {
      return PRODUCT;
    }

    @Override
    public boolean isScalar() {
      return numerator.isScalar() && denominator.isScalar();
    }

    @Override
    public Matrix evaluate(Scope scope) {
      return combine(numerator.evaluate(scope), denominator.evaluate(scope), (p, q) -> p / q);
    }
  }

  /** A power entry by entry. */
  record Power(Expression base, Expression exponent) implements Expression {
    @Override
    public String write(Notation notation) {
      String raised = base.write(notation, ATOM);
      return notation.power(
          base instanceof Literal literal && Numbers.hasPowerOfTen(literal.value)
              ? notation.parentheses(raised)
              : raised,
          exponent.write(notation, notation.isLinear() ? ATOM : SUM));
    }

    @Override
    public int precedence() {
      return POWER;
    }

    @Override
    public boolean isScalar() {
      return base.isScalar() && exponent.isScalar();
    }

    @Override
    public Matrix evaluate(Scope scope) {
      return combine(base.evaluate(scope), exponent.evaluate(scope), Math::pow);
    }
  }

  /** An op as a function f(x), applied to every entry. */
  record Apply(Op op, ImmutableList<Expression> arguments) implements Expression {
    @Override
    public String write(Notation notation) {
      return notation.function(
          Notation.functionName(op),
          arguments.stream().map(argument -> argument.write(notation)).toList());
    }

    @Override
    public int precedence() {
      return ATOM;
    }

    @Override
    public boolean isScalar() {
      return arguments.stream().allMatch(Expression::isScalar);
    }

    @Override
    public Matrix evaluate(Scope scope) {
      List<Matrix> values = arguments.stream().map(argument -> argument.evaluate(scope)).toList();
      if (values.size() == 1) {
        return values.get(0).map(x -> op.evaluate(new double[] {x}));
      }
      if (values.size() == 2) {
        return combine(values.get(0), values.get(1), (a, b) -> op.evaluate(new double[] {a, b}));
      }
      return scalar(op.evaluate(values.stream().mapToDouble(value -> value.at(0, 0)).toArray()));
    }
  }

  /** The softmax of every sample: of every row, or of every column. */
  record Softmax(Expression logits, boolean byRows) implements Expression {
    @Override
    public String write(Notation notation) {
      return notation.function("softmax", List.of(logits.write(notation)));
    }

    @Override
    public int precedence() {
      return ATOM;
    }

    @Override
    public boolean isScalar() {
      return false;
    }

    @Override
    public Matrix evaluate(Scope scope) {
      Matrix a = logits.evaluate(scope);
      return byRows ? softmaxRows(a) : softmaxRows(a.transpose()).transpose();
    }

    private static Matrix softmaxRows(Matrix logits) {
      Matrix result = Matrix.zeros(logits.rows(), logits.columns());
      for (int i = 0; i < logits.rows(); i++) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < logits.columns(); j++) {
          largest = Math.max(largest, logits.at(i, j));
        }
        double sum = 0;
        for (int j = 0; j < logits.columns(); j++) {
          result.set(i, j, Math.exp(logits.at(i, j) - largest));
          sum += result.at(i, j);
        }
        for (int j = 0; j < logits.columns(); j++) {
          result.set(i, j, result.at(i, j) / sum);
        }
      }
      return result;
    }
  }

  /** Σ over all values of an index. */
  record BigSum(Index index, Expression body) implements Expression {
    @Override
    public String write(Notation notation) {
      return notation.bigSum(index.letter(), body.write(notation, PRODUCT));
    }

    @Override
    public int precedence() {
      return PRODUCT;
    }

    @Override
    public boolean isScalar() {
      return body.isScalar();
    }

    @Override
    public Matrix evaluate(Scope scope) {
      double sum = 0;
      int outer = scope.place(index);
      for (int place = 0; place < scope.size(index); place++) {
        scope.place(index, place);
        sum += body.evaluate(scope).at(0, 0);
      }
      scope.place(index, outer);
      return scalar(sum);
    }
  }
}
