package org.vbar.layer;

import org.vbar.model.LayerSpec;
import org.vbar.model.MlpSpec;

/** The matrix products of one training step and nothing else, to compare a step with. */
public final class ProductsOfStep {
  private final Arithmetic arithmetic;
  private final int batchSize;
  private final Layer[] layers;

  private record Layer(
      LayerSpec spec,
      Panels weights,
      Panels transposed,
      Panels adjoints,
      Products.Left input,
      Products.Target values,
      Products.Left adjointRows,
      Products.Target inputAdjoints) {}

  /** The products of a network of this description. */
  public ProductsOfStep(
      MlpSpec spec, Precision precision, int batchSize, Instructions instructions) {
    this.arithmetic = instructions.arithmetic(precision);
    this.batchSize = batchSize;
    this.layers = spec.layers().stream().map(this::layer).toArray(Layer[]::new);
  }

  private Layer layer(LayerSpec spec) {
    int in = spec.inputs();
    int out = spec.outputs();
    Panels weights = random(Panels.zeros(arithmetic, in, out));
    Panels transposed = random(Panels.zeros(arithmetic, out, in));
    Panels adjoints = random(Panels.zeros(arithmetic, batchSize, out));
    int outStep = weights.paddedColumns();
    int inStep = transposed.paddedColumns();
    return new Layer(
        spec,
        weights,
        transposed,
        adjoints,
        new Products.Left(random(batchSize * in), 0, in, 1),
        Products.Target.rows(random(batchSize * outStep), outStep, weights.width()),
        new Products.Left(random(batchSize * outStep), 0, outStep, 1),
        Products.Target.rows(random(batchSize * inStep), inStep, transposed.width()));
  }

  private static Panels random(Panels panels) {
    fill(panels.numbers());
    return panels;
  }

  private Numbers random(int length) {
    Numbers numbers = Numbers.zeros(arithmetic.precision(), length);
    fill(numbers);
    return numbers;
  }

  private static void fill(Numbers numbers) {
    for (int i = 0; i < numbers.length(); i++) {
      numbers.set(i, Math.sin(i) / 100);
    }
  }

  /** A = X W of a layer. */
  public void forward(int l) {
    Layer layer = layers[l];
    Products.multiply(
        arithmetic,
        0,
        batchSize,
        layer.spec.inputs(),
        layer.input,
        layer.weights,
        layer.values,
        false,
        1);
  }

  /** W += scale Xᵀ Ā of a layer. */
  public void weightsAdjoint(int l) {
    Layer layer = layers[l];
    Products.multiply(
        arithmetic,
        0,
        layer.spec.inputs(),
        batchSize,
        layer.input.transposed(),
        layer.adjoints,
        Products.Target.panels(layer.weights),
        true,
        -1e-6);
  }

  /** X̄ = Ā Wᵀ of a layer. */
  public void inputAdjoint(int l) {
    Layer layer = layers[l];
    Products.multiply(
        arithmetic,
        0,
        batchSize,
        layer.spec.outputs(),
        layer.adjointRows,
        layer.transposed,
        layer.inputAdjoints,
        false,
        1);
  }

  /** All products of a step: three for each layer, but two for the first. */
  public void step() {
    for (int l = 0; l < layers.length; l++) {
      forward(l);
    }
    for (int l = layers.length - 1; l >= 0; l--) {
      weightsAdjoint(l);
      if (l > 0) {
        inputAdjoint(l);
      }
    }
  }
}
