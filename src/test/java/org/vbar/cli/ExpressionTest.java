package org.vbar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vbar.backprop.Backprop;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.Op;

class ExpressionTest {
  private static final Map<String, Double> POINT = Map.of("x", 2.0, "y", 3.0);

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          x+y*y-1            ; 10
          x-y-1              ; -2
          x/y/2              ; 0.3333333333333333
          -x^2 + 0*y         ; -4
          2^-1 + 0*x*y       ; 0.5
          2^x^y              ; 256
          x^y^2 + 0*y        ; 512
          (x+y)*(x-y)        ; -5
          --x + 0*y          ; 2
          1e2 + 1.5E-1*x*0 + 0*y ; 100
          max(x, y) - min(x, y)  ; 1
          sum(x, y, 1)       ; 6
          logSumExp(x, y, y) - logSumExp(x, y, y) ; 0
          leakyRelu(-x, 0.5) + y ; 2
          cos(pi) + 0*x*y    ; -1
          log(e) + 0*x*y     ; 1
          x · y − 1          ; 5
          """)
  void record_expression_hasItsValue(String text, double expected) {
    assertEquals(expected, Expression.record(text, new Graph(), POINT).value(), 1e-15);
  }

  @Test
  void record_variableTwice_isOneNodeWithTwoChildren() {
    Node y = Expression.record("x*x + sin(x)", new Graph(), Map.of("x", 2.0));
    Node x = y.graph().node(0);
    assertEquals(Op.VARIABLE, x.op());
    assertEquals(2, x.children().size());
    assertEquals(4 + Math.cos(2), Backprop.sweep(y).of(x), 1e-15);
  }

  @Test
  void record_readmeExample_hasDerivatives() {
    Node y = Expression.record("relu(w*x+b)^2", new Graph(), Map.of("w", 1.0, "x", 2.0, "b", -1.0));
    assertEquals(1, y.value());
    double[] gradient =
        Backprop.sweep(y)
            .gradient(y.graph().nodes().stream().filter(n -> n.op() == Op.VARIABLE).toList());
    assertEquals(List.of(4.0, 2.0, 2.0), List.of(gradient[0], gradient[1], gradient[2]));
  }

  @Test
  void record_everyFunctionOfOneOrTwoArguments_isCallable() {
    for (Op op : Op.values()) {
      String call =
          switch (op.arity()) {
            case UNARY -> op.methodName() + "(x)";
            case BINARY -> op.methodName() + "(x, y)";
            case UNARY_WITH_PARAMETER -> op == Op.POW_CONSTANT ? "x^3" : op.methodName() + "(x, 1)";
            case LEAF, N_ARY -> null;
          };
      if (call != null) {
        Node y = Expression.record(call + " + 0*x*y", new Graph(), Map.of("x", 0.5, "y", 0.25));
        assertTrue(
            y.graph().nodes().stream().anyMatch(node -> node.op() == op), call + " is not " + op);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          x +            ; Expected a number, a variable, a function or a parenthesis, at place 4
          (x             ; Expected ), at place 3
          x y            ; Expected an operator or the end, at place 3
          z + x          ; The variable z has no value: add z=… to --at, at place 1
          foo(x)         ; There is no function foo of 1 argument; there are
          sin(x, x)      ; There is no function sin of 2 arguments
          1.2.3          ; Expected a number such as 2, 0.5 or 1e-3
          x              ; Values were given for y, but the expression does not use them
          leakyRelu(x, y); The second argument of leakyRelu must be a number.
          """)
  void record_mistake_isExplained(String text, String message) {
    var failure =
        assertThrows(CommandException.class, () -> Expression.record(text, new Graph(), POINT));
    String given = String.valueOf(failure.getMessage());
    assertTrue(given.contains(message), given);
  }

  @Test
  void record_hostileNesting_isRefusedInsteadOfOverflowing() {
    for (String text :
        List.of(
            "(".repeat(100_000),
            "sin(".repeat(100_000),
            "2^(".repeat(50_000),
            "x^".repeat(100_000) + "x")) {
      assertThrows(CommandException.class, () -> Expression.record(text, new Graph(), POINT));
    }
    String chain = "x" + "+x".repeat(100_000) + "-".repeat(100_001) + "x+0*y";
    assertEquals(2 * 100_001 - 2.0, Expression.record(chain, new Graph(), POINT).value());
  }
}
