package org.vbar.check;

import static java.util.stream.Collectors.joining;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.vbar.check.Diagnosis.Kind;
import org.vbar.check.Quantity.Role;
import org.vbar.layer.ActivationLayer;
import org.vbar.layer.Loss;
import org.vbar.layer.Matrix;
import org.vbar.model.Activation;
import org.vbar.model.LossKind;
import org.vbar.model.MlpSpec;

/**
 * Finds out which mistake turns one world's array into the other's.
 *
 * <p>For each kind of mistake it computes what one world would have got by making it, from arrays
 * that agree, and compares that with what the other world has. Either world may be the one that is
 * wrong.
 */
final class Diagnostician {
  /** How well a prediction has to fit: mistakes are predicted with other roundings. */
  private static final double FIT = 1e-11;

  /** An entry that is smaller than this relative to the largest one says nothing about a factor. */
  private static final double SIGNIFICANT = 1e-3;

  private final MlpSpec spec;
  private final Matrix targets;
  private final Quantity quantity;
  private final World scalar;
  private final World matrix;
  private final double fit;

  private Diagnostician(
      MlpSpec spec,
      Matrix targets,
      Quantity quantity,
      World scalar,
      World matrix,
      Tolerance tolerance) {
    this.spec = spec;
    this.targets = targets;
    this.quantity = quantity;
    this.scalar = scalar;
    this.matrix = matrix;
    this.fit = Math.max(FIT, tolerance.relative());
  }

  /**
   * Diagnoses the first array that disagrees.
   *
   * @param quantity the array, which both worlds have
   */
  static Diagnosis of(
      MlpSpec spec,
      Matrix targets,
      Quantity quantity,
      World scalar,
      World matrix,
      Tolerance tolerance) {
    return new Diagnostician(spec, targets, quantity, scalar, matrix, tolerance).diagnose();
  }

  private Diagnosis diagnose() {
    Matrix s = scalar.array(quantity);
    Matrix m = matrix.array(quantity);
    return first(
            () -> rounding(s, m),
            () -> notFinite(s, m),
            () -> kink(s, m),
            () -> mistake(scalar, matrix),
            () -> mistake(matrix, scalar),
            () -> factor(s, m),
            () -> permutation(s, m))
        .orElseGet(() -> unexplained(s, m));
  }

  /** One kind of mistake, looked for when it is its turn. */
  private interface Search {
    Optional<Diagnosis> run();
  }

  private static Optional<Diagnosis> first(Search... searches) {
    return Arrays.stream(searches).map(Search::run).flatMap(Optional::stream).findFirst();
  }

  @FormatMethod
  private Diagnosis diagnosis(Kind kind, @FormatString String text, Object... details) {
    return new Diagnosis(quantity.name(), kind, Quantity.normalized(text.formatted(details)));
  }

  private boolean equal(Matrix a, Matrix b) {
    Tolerance tolerance = new Tolerance("fit", fit, "predictions round differently");
    return ArrayComparison.sameShape(a, b)
        && ArrayComparison.of(quantity.name(), a, b, tolerance).agrees();
  }

  // ---- Searches that treat both worlds alike ----

  private Optional<Diagnosis> rounding(Matrix s, Matrix m) {
    return equal(s, m)
        ? Optional.of(
            diagnosis(
                Kind.ROUNDING,
                "the worlds differ by less than %s of the largest entry, as rounding can: is the"
                    + " tolerance too narrow?",
                Figures.error(fit)))
        : Optional.empty();
  }

  private Optional<Diagnosis> notFinite(Matrix s, Matrix m) {
    if (!ArrayComparison.sameShape(s, m)) {
      return Optional.empty();
    }
    for (int k = 0; k < s.array().length; k++) {
      double a = s.array()[k];
      double b = m.array()[k];
      if (Double.isFinite(a) != Double.isFinite(b)) {
        return Optional.of(
            diagnosis(
                Kind.NOT_FINITE,
                "entry [%d,%d] is %s in the scalar world and %s in the matrix world",
                k / s.columns(),
                k % s.columns(),
                Figures.value(a),
                Figures.value(b)));
      }
    }
    return Optional.empty();
  }

  /** Ā differs where A is 0, and nowhere else. */
  private Optional<Diagnosis> kink(Matrix s, Matrix m) {
    if (quantity.role() != Role.PRE_ACTIVATION_ADJOINT || !ArrayComparison.sameShape(s, m)) {
      return Optional.empty();
    }
    Matrix a = scalar.array(Role.PRE_ACTIVATION, quantity.layer());
    BitSet differing = differing(s, m);
    if (differing.stream().anyMatch(k -> a.array()[k] != 0)) {
      return Optional.empty();
    }
    int k = differing.nextSetBit(0);
    Optional<Matrix> zBar = matrix.find(new Quantity(Role.ACTIVATION_ADJOINT, quantity.layer()));
    String values =
        zBar.map(z -> z.array()[k])
            .map(
                z ->
                    ": φ′(0) is %s in the scalar world and %s in the matrix world"
                        .formatted(
                            Figures.value(s.array()[k] / z), Figures.value(m.array()[k] / z)))
            .orElse("");
    return Optional.of(
        diagnosis(
            Kind.KINK,
            "the worlds differ only where the pre-activation A%d is exactly 0, in %s%s",
            quantity.layer() + 1,
            Figures.entries(differing.cardinality()),
            values));
  }

  private BitSet differing(Matrix s, Matrix m) {
    double allowed = fit * ArrayComparison.scale(s, m);
    BitSet differing = new BitSet();
    for (int k = 0; k < s.array().length; k++) {
      differing.set(k, ArrayComparison.difference(s.array()[k], m.array()[k]) > allowed);
    }
    return differing;
  }

  /** A constant factor between the two arrays. */
  private Optional<Diagnosis> factor(Matrix s, Matrix m) {
    double largest = ArrayComparison.largestMagnitude(s);
    if (largest == 0 || !ArrayComparison.sameShape(s, m)) {
      return Optional.empty();
    }
    int at =
        IntStream.range(0, s.array().length)
            .filter(k -> Math.abs(s.array()[k]) == largest)
            .findFirst()
            .orElseThrow();
    double factor = m.array()[at] / s.array()[at];
    if (!Double.isFinite(factor) || !equal(s.scaled(factor), m)) {
      return Optional.empty();
    }
    String meaning = meaningOf(Math.abs(factor));
    long telling =
        Arrays.stream(s.array()).filter(e -> Math.abs(e) >= SIGNIFICANT * largest).count();
    if (near(factor, -1)) {
      return Optional.of(
          diagnosis(
              Kind.SIGN,
              "every entry of the matrix world is the scalar world's with the sign flipped"));
    }
    if (meaning.isEmpty() && telling < 2) {
      return Optional.empty(); // any two numbers differ by a factor
    }
    return Optional.of(
        diagnosis(
            Kind.FACTOR,
            "every entry of the matrix world is %s times the scalar world's%s%s",
            Figures.value(factor),
            meaning,
            factor < 0 ? ", with the sign flipped" : ""));
  }

  private String meaningOf(double factor) {
    int samples = targets.rows();
    if (near(factor, 1.0 / samples)) {
      return ": a factor 1/m too many for m = %d samples, as if a mean were taken twice"
          .formatted(samples);
    }
    if (near(factor, samples)) {
      return ": a factor m too many for m = %d samples, a sum instead of a mean".formatted(samples);
    }
    if (near(factor, 2)) {
      return ": a factor 2 too many";
    }
    return near(factor, 0.5) ? ": a factor ½ too many" : "";
  }

  private boolean near(double a, double b) {
    return Math.abs(a - b) <= fit * Math.abs(b);
  }

  private Optional<Diagnosis> permutation(Matrix s, Matrix m) {
    if (!ArrayComparison.sameShape(s, m)) {
      return Optional.empty();
    }
    return first(
        () -> permutedRows("columns", s.transpose(), m.transpose()),
        () -> permutedRows("rows", s, m));
  }

  private Optional<Diagnosis> permutedRows(String what, Matrix s, Matrix m) {
    int[] origin = new int[m.rows()];
    BitSet taken = new BitSet();
    double allowed = fit * ArrayComparison.scale(s, m);
    for (int i = 0; i < origin.length; i++) {
      int row = i;
      // The same row first, so that equal rows do not count as exchanged.
      int found =
          IntStream.concat(IntStream.of(i), IntStream.range(0, origin.length))
              .filter(r -> !taken.get(r) && rowsEqual(s, r, m, row, allowed))
              .findFirst()
              .orElse(-1);
      if (found < 0) {
        return Optional.empty();
      }
      taken.set(found);
      origin[i] = found;
    }
    return Optional.of(diagnosis(Kind.PERMUTATION, "%s", permutationText(what, origin)));
  }

  private static boolean rowsEqual(Matrix s, int sRow, Matrix m, int mRow, double allowed) {
    for (int j = 0; j < s.columns(); j++) {
      if (ArrayComparison.difference(s.at(sRow, j), m.at(mRow, j)) > allowed) {
        return false;
      }
    }
    return true;
  }

  private static String permutationText(String what, int[] origin) {
    int n = origin.length;
    int shift = Math.floorMod(-origin[0], n);
    if (n > 2 && IntStream.range(0, n).allMatch(i -> Math.floorMod(i - origin[i], n) == shift)) {
      return "the matrix world's %s are the scalar world's, shifted by %d".formatted(what, shift);
    }
    String moves =
        IntStream.range(0, n)
            .filter(i -> origin[i] != i)
            .limit(8)
            .mapToObj(i -> i + " is " + origin[i])
            .collect(joining(", "));
    return "the matrix world's %s are the scalar world's in another order: %s"
        .formatted(what, moves);
  }

  // ---- Mistakes that one of the worlds may have made ----

  /** What the array would be if a mistake were made, and the mistake in words. */
  private record Prediction(Kind kind, Matrix array, String text) {}

  /** The mistake by which one world gets its array, if it can be computed from the other's. */
  private Optional<Diagnosis> mistake(World right, World wrong) {
    Matrix actual = wrong.array(quantity);
    return predictions(right).stream()
        .filter(prediction -> equal(prediction.array, actual))
        .map(
            prediction ->
                diagnosis(
                    prediction.kind,
                    "in the %s world, %s %s",
                    wrong.name(),
                    quantity.name(),
                    prediction.text))
        .findFirst();
  }

  private List<Prediction> predictions(World right) {
    Matrix array = right.array(quantity);
    int l = quantity.layer();
    List<Prediction> predictions = new ArrayList<>();
    predictions.add(
        new Prediction(Kind.ZERO, Matrix.zeros(array.rows(), array.columns()), "is 0 everywhere"));
    addOtherLayers(predictions, right);
    switch (quantity.role()) {
      case PRE_ACTIVATION -> addPreActivations(predictions, right);
      case ACTIVATION -> addActivations(predictions, right);
      case LOSS -> addLosses(predictions, right);
      case ACTIVATION_ADJOINT -> addActivationAdjoints(predictions, right);
      case PRE_ACTIVATION_ADJOINT -> addPreActivationAdjoints(predictions, right);
      case WEIGHTS_ADJOINT -> addWeightsAdjoints(predictions, right);
      case BIASES_ADJOINT -> addSamples(predictions, right.array(Role.PRE_ACTIVATION_ADJOINT, l));
      case INPUT_ADJOINT -> addInputAdjoint(predictions, right, 0);
      case INPUT, WEIGHTS, BIASES, ACTIVATION_ADJOINT_BY_SLOPE -> {
        // Given, or a product that no network computes.
      }
    }
    predictions.add(
        new Prediction(Kind.TRANSPOSE, array.transpose(), "is the transpose of what it should be"));
    return predictions;
  }

  private void addOtherLayers(List<Prediction> predictions, World right) {
    for (int k = 0; quantity.layer() >= 0 && k < spec.layers().size(); k++) {
      Quantity other = quantity.ofLayer(k);
      if (k != quantity.layer()) {
        right
            .find(other)
            .ifPresent(
                array ->
                    predictions.add(
                        new Prediction(
                            Kind.LAYER,
                            array,
                            "is what should be " + other + ": layers swapped?")));
      }
    }
  }

  private void addPreActivations(List<Prediction> predictions, World right) {
    int l = quantity.layer();
    Quantity w = new Quantity(Role.WEIGHTS, l);
    Quantity b = new Quantity(Role.BIASES, l);
    Optional<Matrix> weights = right.find(w);
    Matrix x = right.array(l == 0 ? Quantity.INPUT : new Quantity(Role.ACTIVATION, l - 1));
    if (weights.isEmpty()) {
      return;
    }
    Optional<Matrix> biases = right.find(b);
    if (biases.isPresent()) {
      predictions.add(new Prediction(Kind.BIAS, x.times(weights.get()), "lacks the biases " + b));
    }
    if (differsFromTranspose(weights.get())) {
      Matrix product = x.timesTranspose(weights.get());
      predictions.add(
          new Prediction(
              Kind.TRANSPOSE,
              biases.map(product::addRow).orElse(product),
              "is computed with " + w + " transposed"));
    }
  }

  private void addActivations(List<Prediction> predictions, World right) {
    Matrix a = right.array(Role.PRE_ACTIVATION, quantity.layer());
    for (Activation other : otherActivations()) {
      predictions.add(
          new Prediction(
              Kind.ACTIVATION,
              new ActivationLayer(a.columns(), other).forward(a),
              "is φ(A) for the activation %s instead of %s"
                  .formatted(other.label(), activation().label())));
    }
  }

  private Activation activation() {
    return spec.layers().get(quantity.layer()).activation();
  }

  private List<Activation> otherActivations() {
    return Arrays.stream(Activation.values()).filter(a -> a != activation()).toList();
  }

  private List<LossKind> otherLosses() {
    return Arrays.stream(LossKind.values()).filter(kind -> kind != spec.loss()).toList();
  }

  private String insteadOf(LossKind other) {
    return "is that of %s instead of %s".formatted(other.label(), spec.loss().label());
  }

  private void addLosses(List<Prediction> predictions, World right) {
    int last = spec.layers().size() - 1;
    Matrix a = right.array(Role.PRE_ACTIVATION, last);
    Matrix z = right.array(Role.ACTIVATION, last);
    for (LossKind other : otherLosses()) {
      double value = Loss.of(other).value(a, z, targets);
      predictions.add(new Prediction(Kind.LOSS, Matrix.of(1, 1, value), insteadOf(other)));
    }
  }

  private void addActivationAdjoints(List<Prediction> predictions, World right) {
    int last = spec.layers().size() - 1;
    if (quantity.layer() < last) {
      addInputAdjoint(predictions, right, quantity.layer() + 1);
      return;
    }
    Matrix a = right.array(Role.PRE_ACTIVATION, last);
    Matrix z = right.array(Role.ACTIVATION, last);
    for (LossKind other : otherLosses()) {
      Matrix adjoint = Loss.of(other).activationAdjoint(a, z, targets);
      predictions.add(new Prediction(Kind.LOSS, adjoint, insteadOf(other)));
    }
  }

  private void addPreActivationAdjoints(List<Prediction> predictions, World right) {
    int l = quantity.layer();
    Matrix a = right.array(Role.PRE_ACTIVATION, l);
    Optional<Matrix> zBar = right.find(new Quantity(Role.ACTIVATION_ADJOINT, l));
    if (zBar.isPresent()) {
      for (Activation other : otherActivations()) {
        String text =
            other == Activation.IDENTITY
                ? "equals Z\u0304%d: φ′(A%d) is left out".formatted(l + 1, l + 1)
                : "takes the derivative of %s instead of %s"
                    .formatted(other.label(), activation().label());
        predictions.add(
            new Prediction(
                Kind.ACTIVATION,
                new ActivationLayer(a.columns(), other).backward(a, zBar.get()),
                text));
      }
    }
    Matrix twice =
        new ActivationLayer(a.columns(), activation())
            .backward(a, right.array(Role.PRE_ACTIVATION_ADJOINT, l));
    predictions.add(
        new Prediction(Kind.ACTIVATION, twice, "has φ′(A%d) applied twice".formatted(l + 1)));
  }

  private void addWeightsAdjoints(List<Prediction> predictions, World right) {
    int l = quantity.layer();
    Quantity input = l == 0 ? Quantity.INPUT : new Quantity(Role.ACTIVATION, l - 1);
    Matrix x = right.array(input);
    Matrix aBar = right.array(Role.PRE_ACTIVATION_ADJOINT, l);
    right
        .find(new Quantity(Role.ACTIVATION_ADJOINT, l))
        .filter(zBar -> !equal(zBar, aBar)) // where φ′ is 1, nothing is left out
        .ifPresent(
            zBar ->
                predictions.add(
                    new Prediction(
                        Kind.ACTIVATION,
                        x.transposeTimes(zBar),
                        "is computed from Z\u0304%d instead of A\u0304%d: φ′ is left out"
                            .formatted(l + 1, l + 1))));
    if (differsFromTranspose(x)) {
      predictions.add(
          new Prediction(
              Kind.TRANSPOSE,
              x.times(aBar),
              "is %s · A\u0304%d: the transpose of %s is missing".formatted(input, l + 1, input)));
    }
  }

  private static void addSamples(List<Prediction> predictions, Matrix aBar) {
    for (int i = 0; i < aBar.rows(); i++) {
      Matrix row = Matrix.zeros(1, aBar.columns());
      System.arraycopy(aBar.array(), i * aBar.columns(), row.array(), 0, aBar.columns());
      predictions.add(
          new Prediction(
              Kind.BATCH, row, "is sample " + i + "'s alone instead of the sum over the batch"));
    }
  }

  /** The adjoint of what goes into a layer, with W where Wᵀ belongs. */
  private void addInputAdjoint(List<Prediction> predictions, World right, int layer) {
    Quantity w = new Quantity(Role.WEIGHTS, layer);
    Matrix aBar = right.array(Role.PRE_ACTIVATION_ADJOINT, layer);
    right
        .find(w)
        .filter(this::differsFromTranspose)
        .ifPresent(
            weights ->
                predictions.add(
                    new Prediction(
                        Kind.TRANSPOSE,
                        aBar.times(weights),
                        "is A\u0304%d · %s: the transpose of %s is missing"
                            .formatted(layer + 1, w, w))));
  }

  /** Whether a missing transpose would change the numbers but not the shape. */
  private boolean differsFromTranspose(Matrix matrix) {
    return matrix.rows() == matrix.columns() && !equal(matrix, matrix.transpose());
  }

  // ---- The rest ----

  private Diagnosis unexplained(Matrix s, Matrix m) {
    if (!ArrayComparison.sameShape(s, m)) {
      return diagnosis(
          Kind.SHAPE,
          "its shape is %s in the scalar world and %s in the matrix world",
          s.shape(),
          m.shape());
    }
    if (quantity.role().isGiven()) {
      return diagnosis(Kind.DIFFERENT_PARAMETERS, "the worlds were given different numbers");
    }
    BitSet differing = differing(s, m);
    int columns = s.columns();
    int first = differing.nextSetBit(0);
    String where = "";
    if (columns > 1 && differing.stream().allMatch(k -> k % columns == first % columns)) {
      where = ", all in column " + first % columns;
    } else if (s.rows() > 1 && differing.stream().allMatch(k -> k / columns == first / columns)) {
      where = ", all in row " + first / columns;
    }
    return diagnosis(
        Kind.UNKNOWN,
        "%d of %d entries differ%s; no known mistake gives these numbers",
        differing.cardinality(),
        s.array().length,
        where);
  }
}
