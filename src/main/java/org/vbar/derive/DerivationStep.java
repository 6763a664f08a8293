package org.vbar.derive;

import com.google.common.collect.ImmutableList;
import java.util.Optional;

/**
 * One equation of a derivation with what a reader may ask about it.
 *
 * @param equation the equation
 * @param shape the shape of both sides, such as {@code [m × 128]}, or {@code scalar}
 * @param perElement the same for one entry, where the equation is one of matrices
 * @param reasons why it is so: which index a transpose sums over, what ∘ means, which rule was used
 */
public record DerivationStep(
    Equation equation,
    String shape,
    Optional<Equation> perElement,
    ImmutableList<String> reasons) {}
