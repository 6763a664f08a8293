/**
 * Checks: what two independent computations say about the same number.
 *
 * <p>{@link org.vbar.check.FormulaCheck} measures published formulas against the scalar graph and
 * against central differences.
 *
 * <p>May import {@code graph}, {@code backprop}, {@code compile}, {@code model}, {@code scalar} and
 * {@code layer}.
 */
@NullMarked
package org.vbar.check;

import org.jspecify.annotations.NullMarked;
