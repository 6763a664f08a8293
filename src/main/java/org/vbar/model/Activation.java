package org.vbar.model;

import java.util.Locale;

/**
 * The name of an activation φ, applied to every element of a pre-activation.
 *
 * <p>Only the description lives here. The values and derivatives are written twice, independently:
 * once for the scalar graph and once for matrices.
 */
public enum Activation {
  /** φ(x) = x. */
  IDENTITY,

  /** φ(x) = max(0, x), with φ′(0) = 0. */
  RELU,

  /**
   * φ(x) = x for x &gt; 0 and {@link #LEAKY_SLOPE} · x otherwise, with φ′(0) = {@link
   * #LEAKY_SLOPE}.
   */
  LEAKY_RELU,

  /** φ(x) = σ(x) = 1 / (1 + e⁻ˣ). */
  SIGMOID,

  /** φ(x) = tanh(x). */
  TANH,

  /** φ(x) = log(1 + eˣ). */
  SOFTPLUS,

  /** φ(x) = x · Φ(x) with the exact Φ(x) = ½ erfc(−x/√2), not the approximation with tanh. */
  GELU,

  /** φ(x) = x · σ(x), also called swish. */
  SILU;

  /** The slope of {@link #LEAKY_RELU} for x ≤ 0. */
  public static final double LEAKY_SLOPE = 0.01;

  /**
   * The name in running text, such as {@code "leaky relu"}.
   *
   * @return the name in lower case, words separated by a space
   */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
