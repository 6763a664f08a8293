package org.vbar.check;

import com.google.common.collect.ImmutableList;
import java.text.Normalizer;
import org.vbar.model.Activation;
import org.vbar.model.MlpSpec;

/**
 * One array that both worlds compute.
 *
 * @param role what it is
 * @param layer the layer, from 0; −1 for the input and the loss
 */
record Quantity(Role role, int layer) {
  /** What an array is, and the letter that stands for it. */
  enum Role {
    INPUT("X"),
    WEIGHTS("W"),
    BIASES("b"),
    PRE_ACTIVATION("A"),
    ACTIVATION("Z"),
    LOSS("loss"),
    ACTIVATION_ADJOINT("Z\u0304"),
    /** Z̄ ∘ φ′(A), for a last layer whose Z̄ the scalar world does not have. */
    ACTIVATION_ADJOINT_BY_SLOPE("φ′∘Z\u0304"),
    PRE_ACTIVATION_ADJOINT("A\u0304"),
    WEIGHTS_ADJOINT("W\u0304"),
    BIASES_ADJOINT("b\u0304"),
    INPUT_ADJOINT("X\u0304");

    private final String symbol;

    Role(String symbol) {
      this.symbol = normalized(symbol);
    }

    /** Whether the array is the derivative of the loss with respect to another. */
    boolean isAdjoint() {
      return compareTo(LOSS) > 0;
    }

    /** Whether the array is given rather than computed. */
    boolean isGiven() {
      return compareTo(PRE_ACTIVATION) < 0;
    }
  }

  static final Quantity LOSS = new Quantity(Role.LOSS, -1);
  static final Quantity INPUT = new Quantity(Role.INPUT, -1);

  /** One way of writing letters with bars, so that names can be compared. */
  static String normalized(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFC);
  }

  /** The name as in the node names of the scalar world, such as {@code A1}, {@code W̄2}. */
  String name() {
    return layer < 0 ? role.symbol : role.symbol + (layer + 1);
  }

  /** The same kind of array of another layer. */
  Quantity ofLayer(int other) {
    return new Quantity(role, other);
  }

  /**
   * All arrays in an order in which each is computed from earlier ones: what is given, forward to
   * the loss, and from the loss back to the input.
   */
  static ImmutableList<Quantity> inOrder(MlpSpec spec) {
    int count = spec.layers().size();
    ImmutableList.Builder<Quantity> all = ImmutableList.builder();
    all.add(INPUT);
    for (int l = 0; l < count; l++) {
      addParameters(all, spec, l, Role.WEIGHTS, Role.BIASES);
    }
    for (int l = 0; l < count; l++) {
      all.add(new Quantity(Role.PRE_ACTIVATION, l), new Quantity(Role.ACTIVATION, l));
    }
    all.add(LOSS);
    for (int l = count - 1; l >= 0; l--) {
      all.add(new Quantity(Role.ACTIVATION_ADJOINT, l));
      if (l == count - 1 && leavesOutputUnused(spec)) {
        all.add(new Quantity(Role.ACTIVATION_ADJOINT_BY_SLOPE, l));
      }
      all.add(new Quantity(Role.PRE_ACTIVATION_ADJOINT, l));
      addParameters(all, spec, l, Role.WEIGHTS_ADJOINT, Role.BIASES_ADJOINT);
    }
    return all.add(new Quantity(Role.INPUT_ADJOINT, -1)).build();
  }

  /** Whether the loss reads the last pre-activation and an activation stands beside it. */
  static boolean leavesOutputUnused(MlpSpec spec) {
    int last = spec.layers().size() - 1;
    return spec.loss().isComputedFromLogits()
        && spec.layers().get(last).activation() != Activation.IDENTITY;
  }

  private static void addParameters(
      ImmutableList.Builder<Quantity> all, MlpSpec spec, int l, Role weights, Role biases) {
    all.add(new Quantity(weights, l));
    if (spec.hasBiases()) {
      all.add(new Quantity(biases, l));
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
