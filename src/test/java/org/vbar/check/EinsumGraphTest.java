package org.vbar.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vbar.backprop.Adjoints;
import org.vbar.backprop.Backprop;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.layer.Einsum;
import org.vbar.layer.Tensor;

/** Einsums against the scalar graph: values, and the adjoint of every operand. */
class EinsumGraphTest {
  private static final double ROUNDING = 1e-12;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hi,i->h",
        "oh,o->h",
        "h,i->hi",
        "mi,ij->mj",
        "ii->",
        "ii->i",
        "i->ii",
        "ij->i",
        "ij,j->",
        ",i->i",
        "i,ij,j->",
        "aab,bc->ca",
        "bij,bjk->bik",
        "->",
        "ab,ab,ab->b",
        "i,i->ii"
      })
  void adjointOf_everyOperand_equalsTheSweepOfTheRecordedSum(String formula) {
    check(formula);
  }

  /** 1 to 4 operands of rank 0 to 4; letters repeat, also in one operand and in the output. */
  @Test
  void adjointOf_randomEinsums_equalTheSweeps() {
    Set<Integer> ranks = new TreeSet<>();
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      List<String> operands = new ArrayList<>();
      for (int k = 0; k <= random.nextInt(4); k++) {
        operands.add(letters(random, "abcde"));
      }
      String used = String.join("", operands);
      String output = used.isEmpty() ? "" : letters(random, used);
      operands.forEach(operand -> ranks.add(operand.length()));
      check(String.join(",", operands) + "->" + output);
    }
    assertEquals(Set.of(0, 1, 2, 3, 4), ranks);
  }

  private static String letters(Random random, String from) {
    StringBuilder letters = new StringBuilder();
    for (int rank = random.nextInt(5); rank > 0; rank--) {
      letters.append(from.charAt(random.nextInt(from.length())));
    }
    return letters.toString();
  }

  private static void check(String formula) {
    Einsum einsum = Einsum.parse(formula);
    Random random = new Random(formula.hashCode());
    Graph graph = new Graph();
    List<Tensor> values = new ArrayList<>();
    List<List<Node>> nodes = new ArrayList<>();
    for (String letters : einsum.operands()) {
      Tensor value = gaussian(random, letters.chars().map(c -> 2 + c % 3).toArray());
      values.add(value);
      nodes.add(graph.variables("p" + nodes.size(), value.array()));
    }

    Tensor result = einsum.contract(values);
    Tensor weights = gaussian(random, new int[] {result.array().length});
    List<List<Node>> terms = terms(einsum, graph, values, nodes, result.array().length);
    List<Node> outputs = terms.stream().map(graph::sum).toList();
    Node objective = graph.dot(outputs, List.copyOf(graph.constants("weight", weights.array())));
    Adjoints adjoints = Backprop.sweep(objective);

    for (int i = 0; i < outputs.size(); i++) {
      assertNear(outputs.get(i).value(), result.array()[i], formula);
    }
    int[] shape = einsum.output().chars().map(c -> 2 + c % 3).toArray();
    Tensor outputAdjoint = Tensor.of(shape, weights.array());
    for (int k = 0; k < values.size(); k++) {
      double[] adjoint = einsum.adjointOf(k, outputAdjoint, values).array();
      for (int i = 0; i < adjoint.length; i++) {
        assertNear(adjoints.of(nodes.get(k).get(i)), adjoint[i], formula + " operand " + k);
      }
    }
  }

  private static void assertNear(double expected, double actual, String what) {
    assertEquals(expected, actual, ROUNDING * Math.max(1, Math.abs(expected)), what);
  }

  /** For every element of the output the products that are added to it, by the definition. */
  private static List<List<Node>> terms(
      Einsum einsum, Graph graph, List<Tensor> values, List<List<Node>> nodes, int outputs) {
    List<List<Node>> terms = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      terms.add(new ArrayList<>());
    }
    Map<Character, Integer> sizes = new TreeMap<>(einsum.sizes(values));
    Map<Character, Integer> at = new TreeMap<>();
    sizes.keySet().forEach(letter -> at.put(letter, 0));
    do {
      Node product = graph.constant(1);
      for (int k = 0; k < nodes.size(); k++) {
        product = product.times(nodes.get(k).get(place(einsum.operands().get(k), at, sizes)));
      }
      terms.get(place(einsum.output(), at, sizes)).add(product);
    } while (advance(at, sizes));
    return terms;
  }

  private static int place(
      String letters, Map<Character, Integer> at, Map<Character, Integer> sizes) {
    int place = 0;
    for (int axis = 0; axis < letters.length(); axis++) {
      char letter = letters.charAt(axis);
      place = place * sizes.getOrDefault(letter, 1) + at.getOrDefault(letter, 0);
    }
    return place;
  }

  private static boolean advance(Map<Character, Integer> at, Map<Character, Integer> sizes) {
    for (char letter : sizes.keySet()) {
      int next = at.getOrDefault(letter, 0) + 1;
      if (next < sizes.getOrDefault(letter, 1)) {
        at.put(letter, next);
        return true;
      }
      at.put(letter, 0);
    }
    return false;
  }

  private static Tensor gaussian(Random random, int[] sizes) {
    Tensor tensor = Tensor.zeros(sizes);
    for (int i = 0; i < tensor.array().length; i++) {
      tensor.array()[i] = random.nextGaussian();
    }
    return tensor;
  }
}
