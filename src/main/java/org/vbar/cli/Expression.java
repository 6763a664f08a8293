package org.vbar.cli;

import static java.util.stream.Collectors.joining;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.Op;

/**
 * A formula typed on the command line, such as {@code relu(w*x+b)^2}, recorded as nodes.
 *
 * <pre>
 *   sum     = product (("+" | "-") product)*
 *   product = unary (("*" | "·" | "/") unary)*
 *   unary   = "-" unary | power
 *   power   = atom ("^" unary)?                  right associative: -x^2 is -(x^2)
 *   atom    = number | name | name "(" sum ("," sum)* ")" | "(" sum ")"
 * </pre>
 *
 * <p>Functions are the methods of {@link Node} that the op table names, and {@code sum}. A name
 * without parentheses is a variable and needs a value; {@code pi} and {@code e} stand for
 * themselves unless they are given one. A variable that occurs twice is one node with two children.
 */
final class Expression {
  private static final int DEEPEST = 500;
  private static final Map<String, Double> KNOWN = Map.of("pi", Math.PI, "e", Math.E);

  private final String text;
  private final Graph graph;
  private final Map<String, Double> values;
  private final Map<String, Node> leaves = new LinkedHashMap<>();
  private int at;
  private int depth;

  private Expression(String text, Graph graph, Map<String, Double> values) {
    this.text = text;
    this.graph = graph;
    this.values = values;
  }

  /**
   * Records an expression at a point.
   *
   * @param values the values of the variables
   * @throws CommandException if the text is not an expression or a value is missing or not needed
   */
  static Node record(String text, Graph graph, Map<String, Double> values) {
    Expression expression = new Expression(text, graph, values);
    Node result = expression.sum();
    if (!expression.atEnd()) {
      throw expression.error("Expected an operator or the end");
    }
    Set<String> unused = new HashSet<>(values.keySet());
    unused.removeAll(expression.leaves.keySet());
    if (!unused.isEmpty()) {
      throw new CommandException(
          "Values were given for "
              + unused.stream().sorted().collect(joining(", "))
              + ", but the expression does not use them: check the spelling.");
    }
    return result;
  }

  private Node sum() {
    if (++depth > DEEPEST) {
      throw error("More than " + DEEPEST + " nested parentheses");
    }
    Node sum = product();
    while (true) {
      if (accept('+')) {
        sum = sum.plus(product());
      } else if (accept('-') || accept('−')) {
        sum = sum.minus(product());
      } else {
        depth--;
        return sum;
      }
    }
  }

  private Node product() {
    Node product = unary();
    while (true) {
      if (accept('*') || accept('·')) {
        product = product.times(unary());
      } else if (accept('/')) {
        product = product.dividedBy(unary());
      } else {
        return product;
      }
    }
  }

  private Node unary() {
    int signs = 0;
    while (accept('-') || accept('−')) {
      signs++;
    }
    Node power = power();
    for (; signs > 0; signs--) {
      power = power.negated();
    }
    return power;
  }

  private Node power() {
    Node base = atom();
    if (!accept('^')) {
      return base;
    }
    if (++depth > DEEPEST) {
      throw error("More than " + DEEPEST + " nested powers");
    }
    int start = at;
    Optional<Double> number = constantExponent();
    if (number.isEmpty()) {
      at = start;
    }
    Node power = number.isPresent() ? constantPower(base, number.get()) : base.pow(unary());
    depth--;
    return power;
  }

  /** An exponent that is a plain number takes no derivative and no node. */
  private Optional<Double> constantExponent() {
    boolean negative = accept('-') || accept('−');
    Optional<Double> number = number();
    return peek() == '^' ? Optional.empty() : number.map(value -> negative ? -value : value);
  }

  private static Node constantPower(Node base, double exponent) {
    return exponent == 2 ? base.square() : base.pow(exponent);
  }

  private Node atom() {
    Optional<Double> number = number();
    if (number.isPresent()) {
      return graph.constant(number.get());
    }
    if (accept('(')) {
      Node inner = sum();
      expect(')');
      return inner;
    }
    int start = at;
    String name = name();
    return accept('(') ? call(name, start) : leaf(name, start);
  }

  private Node call(String name, int start) {
    List<Node> arguments = new ArrayList<>();
    do {
      arguments.add(sum());
    } while (accept(','));
    expect(')');
    return Functions.call(name, arguments)
        .orElseThrow(
            () -> {
              at = start;
              return error(
                  "There is no function "
                      + name
                      + " of "
                      + arguments.size()
                      + (arguments.size() == 1 ? " argument" : " arguments")
                      + "; there are "
                      + Functions.names());
            });
  }

  private Node leaf(String name, int start) {
    Node known = leaves.get(name);
    if (known != null) {
      return known;
    }
    Double value = values.get(name);
    Double constant = KNOWN.get(name);
    Node leaf;
    if (value != null) {
      leaf = graph.variable(name, value);
    } else if (constant != null) {
      leaf = graph.constant(name, constant);
    } else {
      at = start;
      throw error("The variable " + name + " has no value: add " + name + "=… to --at");
    }
    leaves.put(name, leaf);
    return leaf;
  }

  private Optional<Double> number() {
    skipSpace();
    int start = at;
    while (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
      at++;
    }
    if (at == start) {
      return Optional.empty();
    }
    int exponent = at;
    if (exponent < text.length() && Character.toLowerCase(text.charAt(exponent)) == 'e') {
      exponent++;
      if (exponent < text.length() && "+-".indexOf(text.charAt(exponent)) >= 0) {
        exponent++;
      }
      if (exponent < text.length() && isDigit(text.charAt(exponent))) {
        while (exponent < text.length() && isDigit(text.charAt(exponent))) {
          exponent++;
        }
        at = exponent;
      }
    }
    try {
      return Optional.of(Double.parseDouble(text.substring(start, at)));
    } catch (NumberFormatException e) {
      at = start;
      throw error("Expected a number such as 2, 0.5 or 1e-3");
    }
  }

  private String name() {
    skipSpace();
    int start = at;
    while (at < text.length()
        && (Character.isLetter(text.charAt(at))
            || text.charAt(at) == '_'
            || (at > start && isDigit(text.charAt(at))))) {
      at++;
    }
    if (at == start) {
      throw error("Expected a number, a variable, a function or a parenthesis");
    }
    return text.substring(start, at);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private boolean atEnd() {
    skipSpace();
    return at == text.length();
  }

  private char peek() {
    return atEnd() ? 0 : text.charAt(at);
  }

  private boolean accept(char c) {
    boolean found = peek() == c;
    at += found ? 1 : 0;
    return found;
  }

  private void expect(char c) {
    if (!accept(c)) {
      throw error("Expected " + c);
    }
  }

  private CommandException error(String what) {
    int from = Math.max(0, at - 30);
    int to = Math.min(text.length(), at + 30);
    return new CommandException(
        what
            + ", at place "
            + (at + 1)
            + ":\n  "
            + text.substring(from, to)
            + "\n  "
            + " ".repeat(at - from)
            + "^");
  }

  /**
   * The functions of an expression: the methods of {@link Node} that belong to the op table. The
   * number of {@code leakyRelu(x, 0.1)} and its like must be written as a number.
   */
  private static final class Functions {
    private static final Map<String, Method> METHODS = methods();

    private static Map<String, Method> methods() {
      Map<String, Method> methods = new TreeMap<>();
      for (Op op : Op.values()) {
        switch (op.arity()) {
          case UNARY -> add(methods, op);
          case BINARY -> add(methods, op, Node.class);
          case UNARY_WITH_PARAMETER -> {
            if (op != Op.POW_CONSTANT) { // pow takes a node here, which may be a number
              add(methods, op, op == Op.POLYGAMMA ? int.class : double.class);
            }
          }
          case LEAF, N_ARY -> {}
        }
      }
      return methods;
    }

    private static void add(Map<String, Method> methods, Op op, Class<?>... rest) {
      try {
        Method method = Node.class.getMethod(op.methodName(), rest);
        methods.put(key(op.methodName(), rest.length), method);
      } catch (NoSuchMethodException e) {
        throw new IllegalStateException("Node lacks the method of " + op, e);
      }
    }

    private static String key(String name, int rest) {
      return name + "(" + "·".repeat(rest + 1) + ")";
    }

    static Optional<Node> call(String name, List<Node> arguments) {
      Node first = arguments.get(0);
      switch (name) {
        case "sum" -> {
          return Optional.of(first.graph().sum(arguments));
        }
        case "logSumExp" -> {
          return Optional.of(first.graph().logSumExp(arguments));
        }
        default -> {
          Method method = METHODS.get(key(name, arguments.size() - 1));
          return method == null
              ? Optional.empty()
              : Optional.of(invoke(method, first, arguments.subList(1, arguments.size())));
        }
      }
    }

    private static Node invoke(Method method, Node first, List<Node> rest) {
      Object[] arguments = rest.toArray();
      if (arguments.length == 1 && method.getParameterTypes()[0] != Node.class) {
        Node parameter = rest.get(0);
        if (parameter.op() != Op.CONSTANT) {
          throw new CommandException(
              "The second argument of " + method.getName() + " must be a number.");
        }
        boolean whole = method.getParameterTypes()[0] == int.class;
        arguments[0] = whole ? (Object) (int) parameter.value() : (Object) parameter.value();
      }
      try {
        return (Node) method.invoke(first, arguments);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException("Could not call " + method, e);
      } catch (InvocationTargetException e) {
        throw new CommandException(method.getName() + " refused: " + e.getCause());
      }
    }

    static String names() {
      return METHODS.values().stream().map(Method::getName).distinct().collect(joining(", "))
          + ", logSumExp, sum";
    }
  }
}
