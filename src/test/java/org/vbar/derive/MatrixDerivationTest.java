package org.vbar.derive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vbar.layer.BackwardPass;
import org.vbar.layer.ForwardPass;
import org.vbar.layer.Matrix;
import org.vbar.layer.Network;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

class MatrixDerivationTest {
  private static final double ROUNDING = 1e-12;
  private static final int SAMPLES = 5;

  private static final MlpSpec MNIST =
      MlpSpec.inputs(784)
          .layer(128, Activation.SIGMOID)
          .layer(10, Activation.IDENTITY)
          .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
          .build();

  @Test
  void vectorized_mnistInRows_isTheCorrectedListOfTheRowMajorDocument() {
    Derivation d = Derivation.vectorized(MNIST);
    assertEquation(d, "A⁽¹⁾ = X W⁽¹⁾ + 𝟏 b⁽¹⁾", "[m × 128]");
    assertEquation(d, "Z⁽¹⁾ = σ(A⁽¹⁾)", "[m × 128]");
    assertEquation(d, "A⁽²⁾ = Z⁽¹⁾ W⁽²⁾ + 𝟏 b⁽²⁾", "[m × 10]");
    assertEquation(d, "P = softmax(A⁽²⁾)", "[m × 10]");
    assertEquation(d, "Ā⁽²⁾ = 1/m·(P - T)", "[m × 10]");
    assertEquation(d, "W̄⁽²⁾ = Z⁽¹⁾ᵀ Ā⁽²⁾", "[128 × 10]");
    assertEquation(d, "b̄⁽²⁾ = 𝟏ᵀ Ā⁽²⁾", "[1 × 10]");
    assertEquation(d, "Z̄⁽¹⁾ = Ā⁽²⁾ W⁽²⁾ᵀ", "[m × 128]");
    assertEquation(d, "Ā⁽¹⁾ = Z̄⁽¹⁾ ∘ σ(A⁽¹⁾) ∘ (1 - σ(A⁽¹⁾))", "[m × 128]");
    assertEquation(d, "W̄⁽¹⁾ = Xᵀ Ā⁽¹⁾", "[784 × 128]");
    assertEquation(d, "b̄⁽¹⁾ = 𝟏ᵀ Ā⁽¹⁾", "[1 × 128]");
  }

  @Test
  void vectorized_mnistInColumns_isTheCorrectedListOfTheColumnDocument() {
    Derivation d = Derivation.vectorized(MNIST, Layout.COLUMNS);
    assertEquation(d, "A⁽¹⁾ = W⁽¹⁾ X + b⁽¹⁾ 𝟏ᵀ", "[128 × m]");
    assertEquation(d, "A⁽²⁾ = W⁽²⁾ Z⁽¹⁾ + b⁽²⁾ 𝟏ᵀ", "[10 × m]");
    assertEquation(d, "Ā⁽²⁾ = 1/m·(P - T)", "[10 × m]");
    assertEquation(d, "W̄⁽²⁾ = Ā⁽²⁾ Z⁽¹⁾ᵀ", "[10 × 128]");
    assertEquation(d, "b̄⁽²⁾ = Ā⁽²⁾ 𝟏", "[10 × 1]");
    assertEquation(d, "Z̄⁽¹⁾ = W⁽²⁾ᵀ Ā⁽²⁾", "[128 × m]");
    assertEquation(d, "Ā⁽¹⁾ = Z̄⁽¹⁾ ∘ σ(A⁽¹⁾) ∘ (1 - σ(A⁽¹⁾))", "[128 × m]");
    assertEquation(d, "W̄⁽¹⁾ = Ā⁽¹⁾ Xᵀ", "[128 × 784]");
    assertEquation(d, "b̄⁽¹⁾ = Ā⁽¹⁾ 𝟏", "[128 × 1]");
  }

  @Test
  void vectorized_transposes_sayWhichIndexIsSummed() {
    DerivationStep step = Derivation.vectorized(MNIST).step("W̄⁽¹⁾").orElseThrow();
    assertEquals("W̄⁽¹⁾[j,k] = Σᵢ X[i,j]·Ā⁽¹⁾[i,k]", step.perElement().orElseThrow().text());
    assertEquals(
        "Why Xᵀ: i, the samples, is summed over and counts the rows of X [m × 784]. A matrix product"
            + " sums over the columns of its left factor, so X is transposed: [784 × m] · [m × 128]"
            + " = [784 × 128].",
        step.reasons().get(0));
    DerivationStep columns =
        Derivation.vectorized(MNIST, Layout.COLUMNS).step("Z̄⁽¹⁾").orElseThrow();
    assertEquals(
        "Why W⁽²⁾ᵀ: k, the neurons of layer 2, is summed over and counts the rows of W⁽²⁾ [10 × 128]."
            + " A matrix product sums over the columns of its left factor, so W⁽²⁾ is transposed:"
            + " [128 × 10] · [10 × m] = [128 × m].",
        columns.reasons().get(0));
    assertTrue(
        Derivation.vectorized(MNIST)
            .step("Ā⁽¹⁾")
            .orElseThrow()
            .reasons()
            .get(0)
            .contains("Hadamard"));
  }

  @Test
  void vectorized_inColumns_entriesStandInTheOrderOfTheMatrices() {
    Derivation d = Derivation.vectorized(MNIST, Layout.COLUMNS);
    assertEquals("A⁽¹⁾[k,i] = Σⱼ W⁽¹⁾[k,j]·X[j,i] + b⁽¹⁾[k]", each(d, "A⁽¹⁾"));
    assertEquals("W̄⁽¹⁾[k,j] = Σᵢ Ā⁽¹⁾[k,i]·X[j,i]", each(d, "W̄⁽¹⁾"));
    assertEquals("Z̄⁽¹⁾[j,i] = Σₖ W⁽²⁾[k,j]·Ā⁽²⁾[k,i]", each(d, "Z̄⁽¹⁾"));
  }

  private static String each(Derivation derivation, String subject) {
    return derivation.step(subject).orElseThrow().perElement().orElseThrow().text();
  }

  /** Whatever stands before a parenthesis in an equation is a function that the list explains. */
  @ParameterizedTest
  @MethodSource("specs")
  void symbols_everyFunctionInAnEquation_isExplainedOrKnown(MlpSpec spec) {
    Derivation derivation = Derivation.vectorized(spec);
    Set<String> known = Set.of("exp", "log", "tanh", "erfc", "softmax");
    for (DerivationStep step : derivation.steps()) {
      Matcher matcher = Pattern.compile("(\\p{L}+)\\(").matcher(step.equation().text());
      while (matcher.find()) {
        String function = matcher.group(1);
        assertTrue(
            known.contains(function) || derivation.symbols().containsKey(function), function);
      }
    }
  }

  @Test
  void latex_reasons_writeTheirFormulasAsFormulas() {
    String latex = Derivation.vectorized(MNIST).latex();
    assertTrue(latex.contains("Why Z$^{(1)}${}$^{\\top}$: i, the samples, is summed over"), latex);
    assertTrue(latex.contains("\\text{[128 $\\times$ 10]}"), latex);
  }

  @Test
  void latexAndMathml_weightsAdjoint_areTheSameEquation() {
    Equation equation = Derivation.vectorized(MNIST).step("W̄⁽²⁾").orElseThrow().equation();
    assertEquals("\\bar{W}^{(2)} = {Z^{(1)}}^{\\top} \\, \\bar{A}^{(2)}", equation.latex());
    assertTrue(
        equation
            .mathml()
            .contains("<msup><mi>Z</mi><mrow><mo>(</mo><mn>1</mn><mo>)</mo></mrow></msup>"),
        equation.mathml());
  }

  private static void assertEquation(Derivation derivation, String text, String shape) {
    DerivationStep step = derivation.step(text.substring(0, text.indexOf(" ="))).orElseThrow();
    assertEquals(text, step.equation().text());
    assertEquals(shape, step.shape());
  }

  // ---- Every equation evaluated ----

  static Stream<MlpSpec> specs() {
    List<MlpSpec> specs = new ArrayList<>();
    for (Activation activation : Activation.values()) {
      for (LossKind loss : LossKind.values()) {
        Activation last =
            switch (loss) {
              case BINARY_CROSS_ENTROPY -> Activation.SIGMOID;
              case SOFTMAX_CROSS_ENTROPY -> Activation.IDENTITY;
              default -> activation;
            };
        MlpSpec.Builder builder =
            MlpSpec.inputs(3)
                .layer(4, activation)
                .layer(6, Activation.TANH)
                .layer(2, last)
                .loss(loss);
        specs.add(builder.build());
        specs.add(builder.withoutBiases().build());
      }
    }
    return specs.stream();
  }

  @ParameterizedTest
  @MethodSource("specs")
  void vectorized_everyEquation_evaluatesToTheLayers(MlpSpec spec) {
    for (Layout layout : Layout.values()) {
      Derivation derivation = Derivation.vectorized(spec, layout);
      Scope scope = scope(spec, layout);
      int perElement = 0;
      for (DerivationStep step : derivation.steps()) {
        String text = step.equation().text();
        Matrix expected = step.equation().left().evaluate(scope);
        for (Expression right : step.equation().rights()) {
          assertNear(expected, right.evaluate(scope), text);
        }
        assertShape(step, expected);
        if (step.perElement().isPresent()) {
          checkEntries(step.perElement().get(), scope);
          perElement++;
        }
      }
      assertEquals(derivation.steps().size() - 1, perElement, "all but the loss");
      WellFormed.check(derivation.mathml());
      WellFormed.checkBraces(derivation.latex());
      assertTrue(
          derivation.latex().chars().allMatch(c -> c < 128),
          "every LaTeX engine and font has ASCII: " + derivation.latex());
    }
  }

  private static void assertShape(DerivationStep step, Matrix value) {
    String shape = value.shape();
    String written = step.shape().replace("m", Integer.toString(SAMPLES));
    assertEquals(written.equals("scalar") ? "[1 × 1]" : written, shape, step.toString());
  }

  /** Both sides for every entry. */
  private static void checkEntries(Equation each, Scope scope) {
    Expression.Entry left = (Expression.Entry) each.left();
    Index first = left.indices().get(0);
    Index second = left.indices().get(left.indices().size() - 1);
    for (int i = 0; i < scope.size(first); i++) {
      for (int k = 0; k < scope.size(second); k++) {
        scope.place(first, i);
        scope.place(second, k);
        for (Expression right : each.rights()) {
          assertNear(left.evaluate(scope), right.evaluate(scope), each.text());
        }
      }
    }
  }

  private static void assertNear(Matrix expected, Matrix actual, String what) {
    assertEquals(expected.shape(), actual.shape(), what);
    for (int i = 0; i < expected.array().length; i++) {
      assertEquals(expected.array()[i], actual.array()[i], ROUNDING, what);
    }
  }

  /** What the layers computed, transposed for samples in columns. */
  private static Scope scope(MlpSpec spec, Layout layout) {
    Random random = new Random(7);
    MlpParameters parameters = MlpParameters.initialize(spec, Initializer.XAVIER, 11);
    for (int l = 0; l < spec.layers().size(); l++) {
      for (int k = 0; k < parameters.biases(l).length; k++) {
        parameters.biases(l)[k] = random.nextGaussian();
      }
    }
    Matrix x = Matrix.zeros(SAMPLES, 3).map(zero -> random.nextGaussian());
    Matrix t = Matrix.zeros(SAMPLES, 2);
    for (int i = 0; i < SAMPLES; i++) {
      t.set(i, 0, random.nextDouble());
      t.set(i, 1, 1 - t.at(i, 0));
    }
    Network network = Network.of(spec, parameters);
    ForwardPass pass = network.forward(x);
    BackwardPass adjoints = network.backward(pass, t);

    Writer writer = new Writer(new Scope(), layout);
    writer.scope.put(Symbol.scalar("m"), SAMPLES);
    writer.scope.put(Symbol.scalar("ℒ"), network.loss(pass, t));
    writer.scope.put(Symbol.matrix("𝟏", 0), Matrix.zeros(SAMPLES, 1).map(zero -> 1));
    writer.put(Symbol.matrix("X", 0), x);
    writer.put(Symbol.matrix("X", 0).barred(), adjoints.input());
    writer.put(Symbol.matrix("T", 0), t);
    writer.put(Symbol.matrix("P", 0), network.predict(x));
    for (int l = 0; l < spec.layers().size(); l++) {
      int in = spec.layers().get(l).inputs();
      int out = spec.layers().get(l).outputs();
      writer.put(Symbol.matrix("W", l + 1), Matrix.view(in, out, parameters.weights(l)));
      writer.put(Symbol.matrix("W", l + 1).barred(), adjoints.weights(l));
      if (spec.hasBiases()) {
        writer.put(Symbol.matrix("b", l + 1), Matrix.view(1, out, parameters.biases(l)));
        writer.put(Symbol.matrix("b", l + 1).barred(), adjoints.biases(l));
      }
      writer.put(Symbol.matrix("A", l + 1), pass.preActivation(l));
      writer.put(Symbol.matrix("A", l + 1).barred(), adjoints.preActivation(l));
      writer.put(Symbol.matrix("Z", l + 1), pass.activation(l));
      writer.put(Symbol.matrix("Z", l + 1).barred(), adjoints.activation(l));
    }
    return writer.scope;
  }

  private record Writer(Scope scope, Layout layout) {
    void put(Symbol symbol, Matrix inRows) {
      scope.put(symbol, layout == Layout.ROWS ? inRows : inRows.transpose());
    }
  }
}
