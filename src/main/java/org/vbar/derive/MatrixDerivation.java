package org.vbar.derive;

import static org.vbar.derive.Expression.apply;
import static org.vbar.derive.Expression.number;
import static org.vbar.derive.Expression.product;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.vbar.graph.Op;
import org.vbar.model.Activation;
import org.vbar.model.LayerSpec;
import org.vbar.model.LossKind;
import org.vbar.model.MlpSpec;

/**
 * The author of vectorized derivations: the matrix equations of a multilayer perceptron.
 *
 * <p>Everything is written for samples in rows; for samples in columns each matrix is transposed,
 * so a product changes its order. The methods named after operations know both.
 */
final class MatrixDerivation {
  private static final Expression ONE = number(1);

  private final MlpSpec spec;
  private final boolean rows;
  private final Map<String, String> symbols = new LinkedHashMap<>();
  private final List<DerivationStep> steps = new ArrayList<>();

  private final Symbol m = Symbol.scalar("m");
  private final Symbol loss = Symbol.scalar("ℒ");
  private final Symbol ones = Symbol.matrix("𝟏", 0);
  private final Symbol targets = Symbol.matrix("T", 0);
  private final Symbol probabilities = Symbol.matrix("P", 0);
  private final Index sample = new Index("i", "samples", "m");

  MatrixDerivation(MlpSpec spec, Layout layout) {
    this.spec = spec;
    this.rows = layout == Layout.ROWS;
  }

  Derivation derivation() {
    int last = spec.layers().size();
    describeSymbols(last);
    for (int l = 1; l <= last; l++) {
      writePreActivation(l);
      writeActivation(l);
    }
    writeLoss(last);
    writeLossAdjoint(last);
    for (int l = last; l >= 1; l--) {
      writeWeightsAdjoint(l);
      if (spec.hasBiases()) {
        writeBiasesAdjoint(l);
      }
      writeInputAdjoint(l);
      if (l > 1) {
        writePreActivationAdjoint(l - 1);
      }
    }
    return new Derivation(symbols, ImmutableList.copyOf(steps), Map.of());
  }

  // ---- Symbols, indices and shapes ----

  private Symbol weights(int l) {
    return Symbol.matrix("W", l);
  }

  private Symbol biases(int l) {
    return Symbol.matrix("b", l);
  }

  private Symbol preActivation(int l) {
    return Symbol.matrix("A", l);
  }

  /** Z⁽ˡ⁾, and X for l = 0. */
  private Symbol activation(int l) {
    return l == 0 ? Symbol.matrix("X", 0) : Symbol.matrix("Z", l);
  }

  private int width(int l) {
    return l == 0 ? spec.inputs() : layer(l).outputs();
  }

  private LayerSpec layer(int l) {
    return spec.layers().get(l - 1);
  }

  /** The index of a layer's inputs. */
  private Index input(int l) {
    String counted = l == 1 ? "inputs" : "neurons of layer " + (l - 1);
    return new Index("j", counted, Integer.toString(width(l - 1)));
  }

  /** The index of a layer's outputs. */
  private Index output(int l) {
    return new Index("k", "neurons of layer " + l, Integer.toString(width(l)));
  }

  /** An entry by its indices as they stand for samples in rows. */
  private Expression entry(Symbol symbol, Index first, Index second) {
    return rows ? symbol.at(first, second) : symbol.at(second, first);
  }

  private String shape(Object ofRows, Object ofColumns) {
    return rows
        ? "[%s × %s]".formatted(ofRows, ofColumns)
        : "[%s × %s]".formatted(ofColumns, ofRows);
  }

  /** The matrix product left · right of samples in rows. */
  private Expression times(Expression left, Expression right) {
    return rows ? left.matrixTimes(right) : right.matrixTimes(left);
  }

  /** The entries that {@link #times} multiplies, in the same order. */
  private Expression entries(Expression left, Expression right) {
    return rows ? left.times(right) : right.times(left);
  }

  private static Expression sum(Index index, Expression body) {
    return new Expression.BigSum(index, body);
  }

  private void describeSymbols(int last) {
    symbols.put("m", "scalar, the number of samples");
    symbols.put("X", shape("m", width(0)) + ", the batch, one sample per " + line());
    for (int l = 1; l <= last; l++) {
      put(weights(l), shape(width(l - 1), width(l)), "the weights of layer " + l);
      if (spec.hasBiases()) {
        put(biases(l), shape(1, width(l)), "the biases of layer " + l);
      }
      put(preActivation(l), shape("m", width(l)), "the pre-activations of layer " + l);
      put(
          activation(l),
          shape("m", width(l)),
          "the activations of layer %d, %s".formatted(l, layer(l).activation().label()));
    }
    if (spec.loss() == LossKind.SOFTMAX_CROSS_ENTROPY) {
      put(probabilities, shape("m", width(last)), "the softmax of the logits");
    }
    String rule =
        spec.loss() == LossKind.SOFTMAX_CROSS_ENTROPY
            ? "the targets; the entries of one sample sum to 1"
            : "the targets";
    put(targets, shape("m", width(last)), rule);
    if (spec.hasBiases()) {
      String job =
          "all ones: copies the biases to every sample forward, sums over samples backward";
      symbols.put("𝟏", "[m × 1], " + job);
    }
    spec.layers().stream().map(layer -> functions(layer.activation())).forEach(symbols::putAll);
    symbols.put("ℒ", "scalar, the loss: " + spec.loss().label());
    symbols.put("bar", "a bar marks the derivative of ℒ; it has the shape of what it stands on");
  }

  /** What stands for an activation and its derivative; all keep the shape of what they take. */
  private static Map<String, String> functions(Activation activation) {
    String sigmoid = "the sigmoid of each entry, 1/(1 + exp(-a))";
    String step = "of each entry: 1 if a > 0, else 0";
    return switch (activation) {
      case IDENTITY, TANH -> Map.of();
      case RELU -> ImmutableMap.of("ReLU", "of each entry: a if a > 0, else 0", "θ", step);
      case LEAKY_RELU ->
          ImmutableMap.of(
              "leakyRelu", "of each entry: a if a > 0, else the slope times a", "θ", step);
      case SIGMOID -> Map.of("σ", sigmoid);
      case SOFTPLUS -> ImmutableMap.of("softplus", "of each entry: log(1 + exp(a))", "σ", sigmoid);
      case GELU ->
          Map.of(
              "GELU", "of each entry: a times the normal distribution at a, 0.5·erfc(-a/sqrt(2))");
      case SILU -> ImmutableMap.of("SiLU", "of each entry: a·σ(a)", "σ", sigmoid);
    };
  }

  private void put(Symbol symbol, String shape, String meaning) {
    symbols.put(new TextNotation().symbol(symbol), shape + ", " + meaning);
  }

  private String line() {
    return rows ? "row" : "column";
  }

  private void add(Equation equation, String shape, Equation perElement, String... reasons) {
    steps.add(
        new DerivationStep(
            equation, shape, Optional.of(perElement), ImmutableList.copyOf(reasons)));
  }

  // ---- Forward ----

  private void writePreActivation(int l) {
    Expression product = times(activation(l - 1), weights(l));
    Expression entry =
        sum(
            input(l),
            entries(
                entry(activation(l - 1), sample, input(l)),
                entry(weights(l), input(l), output(l))));
    if (spec.hasBiases()) {
      product =
          product.plus(
              rows ? ones.matrixTimes(biases(l)) : biases(l).matrixTimes(ones.transposed()));
      entry = entry.plus(biases(l).at(output(l)));
    }
    add(
        new Equation(preActivation(l), product),
        shape("m", width(l)),
        new Equation(entry(preActivation(l), sample, output(l)), entry),
        plainProduct(l));
  }

  private String plainProduct(int l) {
    String left = new TextNotation().symbol(rows ? activation(l - 1) : weights(l));
    String right = new TextNotation().symbol(rows ? weights(l) : activation(l - 1));
    return "No transpose: j, the %s, is summed over and counts the columns of %s and the rows of %s."
        .formatted(input(l).counted(), left, right);
  }

  private void writeActivation(int l) {
    UnaryOperator<Expression> phi = a -> value(layer(l).activation(), a);
    add(
        new Equation(activation(l), phi.apply(preActivation(l))),
        shape("m", width(l)),
        new Equation(
            entry(activation(l), sample, output(l)),
            phi.apply(entry(preActivation(l), sample, output(l)))),
        "Entry by entry: no index is summed over.");
  }

  private static Expression value(Activation activation, Expression a) {
    return op(activation)
        .map(op -> LocalDerivatives.value(op, ImmutableList.of(a), Activation.LEAKY_SLOPE))
        .orElse(a);
  }

  private static Expression derivative(Activation activation, Expression a) {
    return op(activation)
        .map(op -> LocalDerivatives.of(op, ImmutableList.of(a), Activation.LEAKY_SLOPE, 0, a))
        .orElse(ONE);
  }

  private static Optional<Op> op(Activation activation) {
    return switch (activation) {
      case IDENTITY -> Optional.empty();
      case RELU -> Optional.of(Op.RELU);
      case LEAKY_RELU -> Optional.of(Op.LEAKY_RELU);
      case SIGMOID -> Optional.of(Op.SIGMOID);
      case TANH -> Optional.of(Op.TANH);
      case SOFTPLUS -> Optional.of(Op.SOFTPLUS);
      case GELU -> Optional.of(Op.GELU);
      case SILU -> Optional.of(Op.SILU);
    };
  }

  private void writeLoss(int last) {
    Index neuron = output(last);
    Expression z = entry(activation(last), sample, neuron);
    Expression t = entry(targets, sample, neuron);
    Expression each =
        switch (spec.loss()) {
          case HALF_SQUARED_ERROR -> product(number(0.5), z.minus(t).power(2));
          case MEAN_SQUARED_ERROR -> z.minus(t).power(2);
          case BINARY_CROSS_ENTROPY ->
              t.times(apply(Op.LOG, z))
                  .plus(ONE.minus(t).times(apply(Op.LOG, ONE.minus(z))))
                  .negated();
          case SOFTMAX_CROSS_ENTROPY -> {
            writeProbabilities(last);
            yield t.times(apply(Op.LOG, entry(probabilities, sample, neuron))).negated();
          }
        };
    Expression inner = each instanceof Expression.Negated negated ? negated.term() : each;
    Expression mean = ONE.over(m).times(sum(sample, sum(neuron, inner)));
    Equation equation = new Equation(loss, each.equals(inner) ? mean : mean.negated());
    steps.add(
        new DerivationStep(
            equation,
            "scalar",
            Optional.empty(),
            ImmutableList.of("The mean over i, the samples, of the sum over k, the outputs.")));
  }

  private void writeProbabilities(int last) {
    Index other = new Index("j", "outputs", Integer.toString(width(last)));
    Expression exp = apply(Op.EXP, entry(preActivation(last), sample, output(last)));
    Expression others = apply(Op.EXP, entry(preActivation(last), sample, other));
    add(
        new Equation(probabilities, new Expression.Softmax(preActivation(last), rows)),
        shape("m", width(last)),
        new Equation(entry(probabilities, sample, output(last)), exp.over(sum(other, others))),
        "Each %s is one sample and is normalized for itself.".formatted(line()));
  }

  // ---- Backward ----

  private void writeLossAdjoint(int last) {
    boolean squared =
        spec.loss() == LossKind.HALF_SQUARED_ERROR || spec.loss() == LossKind.MEAN_SQUARED_ERROR;
    double factor = spec.loss() == LossKind.MEAN_SQUARED_ERROR ? 2 : 1;
    Symbol subject = squared ? activation(last) : preActivation(last);
    Symbol prediction =
        spec.loss() == LossKind.SOFTMAX_CROSS_ENTROPY ? probabilities : activation(last);
    Expression scale = number(factor).over(m);
    add(
        new Equation(subject.barred(), scale.times(prediction.minus(targets))),
        shape("m", width(last)),
        new Equation(
            entry(subject.barred(), sample, output(last)),
            scale.times(
                entry(prediction, sample, output(last))
                    .minus(entry(targets, sample, output(last))))),
        lossReason()
            + "1/m is the mean over samples and stands here once; no later equation repeats it.");
    if (squared) {
      writePreActivationAdjoint(last);
    }
  }

  private String lossReason() {
    return switch (spec.loss()) {
      case HALF_SQUARED_ERROR -> "½ cancels the 2 of the square. ";
      case MEAN_SQUARED_ERROR -> "2 from the square. ";
      case BINARY_CROSS_ENTROPY ->
          "The loss and σ derived together: z̄ = (z - t)/(z·(1 - z)) and σ′ = z·(1 - z) cancel. ";
      case SOFTMAX_CROSS_ENTROPY ->
          "The loss and the softmax derived together: every logit of a sample reaches all its"
              + " probabilities, and the sum over those paths is p·Σt - t = p - t. ";
    };
  }

  private void writePreActivationAdjoint(int l) {
    Activation phi = layer(l).activation();
    Symbol a = preActivation(l);
    Symbol zBar = activation(l).barred();
    Index k = output(l);
    String reason =
        phi == Activation.IDENTITY
            ? "φ is the identity, so φ′ = 1."
            : ("∘ multiplies entry by entry (Hadamard), all operands %s: each Z entry depends on one A"
                    + " entry, so its sum over children has one term and no index is summed over. It"
                    + " is neither a matrix product nor a composition.")
                .formatted(shape("m", width(l)));
    add(
        new Equation(a.barred(), zBar.times(derivative(phi, a))),
        shape("m", width(l)),
        new Equation(
            entry(a.barred(), sample, k),
            entry(zBar, sample, k).times(derivative(phi, entry(a, sample, k)))),
        reason);
  }

  private void writeWeightsAdjoint(int l) {
    Symbol x = activation(l - 1);
    Symbol aBar = preActivation(l).barred();
    add(
        new Equation(weights(l).barred(), times(x.transposed(), aBar)),
        shape(width(l - 1), width(l)),
        new Equation(
            entry(weights(l).barred(), input(l), output(l)),
            sum(sample, entries(entry(x, sample, input(l)), entry(aBar, sample, output(l))))),
        whyTransposed(
            x,
            sample,
            shape("m", width(l - 1)),
            rows ? "rows" : "columns",
            rows
                ? "[%d × m] · [m × %d] = [%d × %d]"
                    .formatted(width(l - 1), width(l), width(l - 1), width(l))
                : "[%d × m] · [m × %d] = [%d × %d]"
                    .formatted(width(l), width(l - 1), width(l), width(l - 1))));
  }

  private void writeBiasesAdjoint(int l) {
    Symbol aBar = preActivation(l).barred();
    String job =
        "𝟏 sums over i, the samples: every sample used the same biases, so they have m children each.";
    add(
        new Equation(
            biases(l).barred(),
            rows ? ones.transposed().matrixTimes(aBar) : aBar.matrixTimes(ones)),
        shape(1, width(l)),
        new Equation(biases(l).barred().at(output(l)), sum(sample, entry(aBar, sample, output(l)))),
        job);
  }

  private void writeInputAdjoint(int l) {
    Symbol aBar = preActivation(l).barred();
    Symbol xBar = activation(l - 1).barred();
    add(
        new Equation(xBar, times(aBar, weights(l).transposed())),
        shape("m", width(l - 1)),
        new Equation(
            entry(xBar, sample, input(l)),
            sum(
                output(l),
                entries(entry(aBar, sample, output(l)), entry(weights(l), input(l), output(l))))),
        whyTransposed(
            weights(l),
            output(l),
            shape(width(l - 1), width(l)),
            rows ? "columns" : "rows",
            rows
                ? "[m × %d] · [%d × %d] = [m × %d]"
                    .formatted(width(l), width(l), width(l - 1), width(l - 1))
                : "[%d × %d] · [%d × m] = [%d × m]"
                    .formatted(width(l - 1), width(l), width(l), width(l - 1))));
  }

  /** Says which index is summed over and where it stands in the matrix that is transposed. */
  private static String whyTransposed(
      Symbol matrix, Index summed, String shape, String counts, String shapes) {
    String name = new TextNotation().symbol(matrix);
    boolean onTheLeft = counts.equals("rows");
    return ("Why %sᵀ: %s, the %s, is summed over and counts the %s of %s %s. A matrix product sums over"
            + " the %s, so %s is transposed: %s.")
        .formatted(
            name,
            summed.letter(),
            summed.counted(),
            counts,
            name,
            shape,
            onTheLeft ? "columns of its left factor" : "rows of its right factor",
            name,
            shapes);
  }
}
