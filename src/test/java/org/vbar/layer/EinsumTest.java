package org.vbar.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EinsumTest {
  private final Random random = new Random(5);

  @Test
  void contract_matrixTimesVector_sumsOverTheSharedIndex() {
    Tensor a = Tensor.of(new int[] {2, 3}, 1, 2, 3, 4, 5, 6);
    assertEquals(
        Tensor.vector(14, 32), Einsum.parse("hi,i->h").contract(a, Tensor.vector(1, 2, 3)));
  }

  @Test
  void contract_spacesInFormula_areSkipped() {
    assertEquals("oh,o->h", Einsum.parse("oh, o -> h").toString());
  }

  @Test
  void contract_repeatedIndex_readsTheDiagonal() {
    Tensor a = Tensor.of(new int[] {2, 2}, 1, 2, 3, 4);
    assertEquals(Tensor.vector(1, 4), Einsum.parse("ii->i").contract(a));
    assertEquals(Tensor.scalar(5), Einsum.parse("ii->").contract(a));
  }

  @Test
  void contract_repeatedIndexInOutput_writesTheDiagonal() {
    assertEquals(
        Tensor.of(new int[] {2, 2}, 3, 0, 0, 4),
        Einsum.parse("i->ii").contract(Tensor.vector(3, 4)));
  }

  @Test
  void contract_indexOfOutputOnly_repeatsTheResult() {
    Tensor result = Einsum.parse("i->ij").contract(Map.of('j', 3), List.of(Tensor.vector(7, 8)));
    assertEquals(Tensor.of(new int[] {2, 3}, 7, 7, 7, 8, 8, 8), result);
  }

  @Test
  void contract_scalars_multiplies() {
    assertEquals(
        Tensor.scalar(-6), Einsum.parse(",->").contract(Tensor.scalar(2), Tensor.scalar(-3)));
    assertEquals(
        Tensor.vector(2, 4), Einsum.parse(",i->i").contract(Tensor.scalar(2), Tensor.vector(1, 2)));
  }

  @Test
  void contract_threeOperands_multipliesAll() {
    Tensor x = Tensor.vector(1, 2);
    Tensor a = Tensor.of(new int[] {2, 2}, 1, 2, 3, 4);
    assertEquals(Tensor.scalar(27), Einsum.parse("i,ij,j->").contract(x, a, x));
  }

  /** Everything that is a matrix product, by kernel and by loops. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ij,jk->ik",
        "ji,jk->ik",
        "ij,kj->ik",
        "ji,kj->ik",
        "ij,jk->ki",
        "ji,jk->ki",
        "ij,kj->ki",
        "ji,kj->ki",
        "h,i->hi",
        "h,i->ih",
        "i,i->",
        ",->",
        ",i->i",
        "i,->i",
        "oh,o->h",
        "hi,i->h",
        "abij,ij->ab",
        "ijab,ij->ab",
        "abc,cd->abd",
        "ab,cd->abcd",
        "ab,cd->cdab"
      })
  void contract_matrixShaped_kernelEqualsLoopsExactly(String formula) {
    Einsum einsum = Einsum.parse(formula);
    List<Tensor> values = random(einsum);
    assertEquals(
        EinsumLoops.contract(einsum.operands(), einsum.output(), einsum.sizes(values), values),
        einsum.contract(values));
    assertEquals(1, kernelCalls(einsum, values));
  }

  /** Letters with which everything begins count products, one after the other. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bij,bjk->bik",
        "bji,bkj->bik",
        "bij,bkj->bki",
        "bij,bj->bi",
        "bi,bij->bj",
        "abij,abjk->abik"
      })
  void contract_batchOfProducts_callsTheKernelForEach(String formula) {
    Einsum einsum = Einsum.parse(formula);
    List<Tensor> values = random(einsum);
    Map<Character, Integer> sizes = einsum.sizes(values);
    assertEquals(
        EinsumLoops.contract(einsum.operands(), einsum.output(), sizes, values),
        einsum.contract(values));
    assertEquals(
        sizes.getOrDefault('b', 0) * sizes.getOrDefault('a', 1), kernelCalls(einsum, values));
    String words = einsum.explanation(values.toArray(new Tensor[0]));
    String each = formula.startsWith("a") ? "for each a, b" : "for each b";
    assertTrue(words.contains("As matrices, " + each + ": "), words);
  }

  /** How often a contraction calls the matrix kernel. */
  private static int kernelCalls(Einsum einsum, List<Tensor> values) {
    CountingKernel kernel = new CountingKernel();
    Tensor result = einsum.contract(Map.of(), values, kernel);
    assertEquals(einsum.contract(values), result);
    return kernel.calls;
  }

  private static final class CountingKernel implements MatrixKernel {
    private final MatrixKernel kernel = Matrix.KERNEL;
    private int calls;

    @Override
    public void addProduct(int m, int n, int k, double[] a, double[] b, double[] c) {
      calls++;
      kernel.addProduct(m, n, k, a, b, c);
    }

    @Override
    public void addTransposeProduct(int m, int n, int k, double[] a, double[] b, double[] c) {
      calls++;
      kernel.addTransposeProduct(m, n, k, a, b, c);
    }

    @Override
    public void addProductTranspose(int m, int n, int k, double[] a, double[] b, double[] c) {
      calls++;
      kernel.addProductTranspose(m, n, k, a, b, c);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ii,i->i",
        "ij,ij->ij",
        "ij,jk->k",
        "ij,j->",
        "bij,bij->b",
        "bi,bi->bi",
        "ibj,bjk->ibk",
        "ij->ji",
        "ij,ik->i"
      })
  void contract_notMatrixShaped_runsWithoutTheKernel(String formula) {
    Einsum einsum = Einsum.parse(formula);
    assertEquals(0, kernelCalls(einsum, random(einsum)));
  }

  @Test
  void gradientOf_layerProducts_areTheKnownFormulas() {
    Einsum layer = Einsum.parse("hi,i->h");
    assertEquals("h,i->hi", layer.gradientOf(0).toString());
    assertEquals("h,hi->i", layer.gradientOf(1).toString());
    assertEquals("->ii", Einsum.parse("ii->").gradientOf(0).toString());
    assertEquals("i->ij", Einsum.parse("ij->i").gradientOf(0).toString());
    assertEquals(",->", Einsum.parse(",->").gradientOf(1).toString());
  }

  /** Every adjoint against central differences; the functions are linear in each operand. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "hi,i->h",
        "ij,jk->ik",
        "ii->",
        "ii->i",
        "i->ii",
        "ij->i",
        "ij->",
        "ij->j",
        "->",
        ",i->i",
        "i,ij,j->",
        "abcd->",
        "abcd,bd->ca",
        "aabb->ab",
        "aabc,c->ab",
        "ij,jk,kl->il",
        "ab,ab->",
        "i,i,i->i",
        "bij,bjk->bik",
        "aaaa->a",
        "a->aaaa",
        "ij,j->"
      })
  void adjointOf_everyOperand_meetsCentralDifferences(String formula) {
    Einsum einsum = Einsum.parse(formula);
    List<Tensor> values = random(einsum);
    Tensor weights = randomLike(einsum.contract(values));
    for (int k = 0; k < values.size(); k++) {
      Tensor adjoint = einsum.adjointOf(k, weights, values);
      double[] elements = values.get(k).array();
      double[] differences = new double[elements.length];
      for (int e = 0; e < elements.length; e++) {
        double value = elements[e];
        elements[e] = value + 0.5;
        double above = weighted(einsum.contract(values), weights);
        elements[e] = value - 0.5;
        double below = weighted(einsum.contract(values), weights);
        elements[e] = value;
        differences[e] = above - below;
      }
      assertEquals(values.get(k).shape(), adjoint.shape());
      assertArrayEquals(differences, adjoint.array(), 1e-12, formula + " operand " + k);
    }
  }

  private static double weighted(Tensor value, Tensor weights) {
    double sum = 0;
    for (int i = 0; i < value.array().length; i++) {
      sum += value.array()[i] * weights.array()[i];
    }
    return sum;
  }

  @Test
  void contract_sizesDiffer_namesIndexAndBothSizes() {
    Einsum einsum = Einsum.parse("hi,i->h");
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> unused(einsum.contract(Tensor.zeros(3, 5), Tensor.zeros(4))));
    assertEquals(
        "Index i of hi,i->h has size 5 in operand 0 of shape [3 × 5] but size 4 in operand 1 of"
            + " shape [4]: one index has one size.",
        refusal.getMessage());
  }

  @Test
  void contract_diagonalOfRectangle_isRefused() {
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> unused(Einsum.parse("ii->i").contract(Tensor.zeros(2, 3))));
    assertTrue(
        refusal.toString().contains("size 2 in operand 0 of shape [2 × 3] but size 3"),
        refusal::toString);
  }

  @Test
  void contract_wrongRankOrCount_isRefused() {
    Einsum einsum = Einsum.parse("hi,i->h");
    assertThrows(
        IllegalArgumentException.class,
        () -> unused(einsum.contract(Tensor.zeros(3), Tensor.zeros(3))));
    assertThrows(IllegalArgumentException.class, () -> unused(einsum.contract(Tensor.zeros(3, 3))));
  }

  @Test
  void contract_unknownOrContradictingSize_isRefused() {
    Einsum einsum = Einsum.parse("i->ij");
    assertThrows(IllegalArgumentException.class, () -> unused(einsum.contract(Tensor.zeros(3))));
    assertThrows(
        IllegalArgumentException.class,
        () -> unused(einsum.contract(Map.of('i', 2, 'j', 2), List.of(Tensor.zeros(3)))));
    assertThrows(
        IllegalArgumentException.class,
        () -> unused(einsum.contract(Map.of('j', 0), List.of(Tensor.zeros(3)))));
    // A letter that is summed over counts as well.
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                unused(
                    Einsum.parse("ij->i").contract(Map.of('j', 4), List.of(Tensor.zeros(2, 3)))));
    assertEquals(
        "Index j of ij->i was given the size 4 but has size 3 in an operand: one index has one size.",
        refusal.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"hi,i", "h->i->j", "h1->h", "abcde->a", "a->abcde", "…->a", ""})
  void parse_notAFormula_isRefused(String formula) {
    assertThrows(IllegalArgumentException.class, () -> unused(Einsum.parse(formula)));
  }

  @Test
  void explanation_transposedOnPaper_saysWhichIndexIsSummedAndThatNothingMoves() {
    String text = Einsum.parse("oh,o->h").explanation(Tensor.zeros(10, 500), Tensor.zeros(10));
    assertEquals(
        """
        oh,o->h means out[h] = Σ_o A[o,h] · B[o]
          o, of size 10, is summed over: A and B have it and the output lacks it.
          h, of size 500, stays: the output has it. It is read from A.
          Nothing is transposed: the first letter of an operand counts its first axis.
          As matrices: Aᵀ B. A matrix product sums over the columns of its left factor and the rows of its right one; o counts the rows of A, hence Aᵀ on paper; no array is moved.
        """,
        text);
  }

  @Test
  void explanation_outerProductAndBroadcast_saySo() {
    String outer = Einsum.parse("h,i->hi").explanation(Tensor.zeros(2), Tensor.zeros(3));
    assertTrue(
        outer.contains("As matrices: A B, an outer product: no index is summed over."), outer);
    String broadcast = Einsum.parse("i->ij").explanation(Tensor.zeros(2));
    assertTrue(
        broadcast.contains("j is in no operand: the result is repeated along it."), broadcast);
  }

  @Test
  void tensor_wrongElementsOrAxes_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> unused(Tensor.of(new int[] {2, 2}, 1, 2)));
    assertThrows(IllegalArgumentException.class, () -> unused(Tensor.zeros(1, 1, 1, 1, 1)));
    assertThrows(IllegalArgumentException.class, () -> unused(Tensor.zeros(2, 0)));
    assertThrows(IllegalArgumentException.class, () -> unused(Tensor.zeros(2, 2).at(1)));
    assertThrows(IndexOutOfBoundsException.class, () -> unused(Tensor.zeros(2, 2).at(1, 2)));
    assertThrows(IllegalStateException.class, () -> unused(Tensor.zeros(2).toMatrix()));
  }

  private static void unused(Object ignored) {}

  /** Tensors of random numbers; every letter has a size of its own. */
  private List<Tensor> random(Einsum einsum) {
    return einsum.operands().stream()
        .map(letters -> letters.chars().map(c -> 2 + c % 4).toArray())
        .map(sizes -> randomLike(Tensor.zeros(sizes)))
        .toList();
  }

  private Tensor randomLike(Tensor tensor) {
    double[] elements = tensor.array();
    for (int i = 0; i < elements.length; i++) {
      elements[i] = random.nextGaussian();
    }
    return tensor;
  }
}
