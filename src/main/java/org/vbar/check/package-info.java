/**
 * Checks of derivatives against each other: the scalar world against the matrix world, and either
 * against central differences.
 *
 * <p>This is the only room in which the two worlds meet. {@code org.vbar.scalar} records one node
 * per scalar and sweeps the graph; {@code org.vbar.layer} multiplies matrices by formulas derived
 * by hand. Neither knows the other, so what they agree on is hardly wrong, and where they do not
 * agree, the report says in which array it starts and what kind of mistake it looks like.
 *
 * <p>May import {@code graph}, {@code backprop}, {@code compile}, {@code model}, {@code scalar} and
 * {@code layer}; besides {@code java.*}, Guava.
 *
 * <p>Start reading at {@link org.vbar.check.CrossCheck} for networks and at {@link
 * org.vbar.check.GradientCheck} for any function; {@link org.vbar.check.Tolerance} says what
 * agreement means.
 */
@NullMarked
package org.vbar.check;

import org.jspecify.annotations.NullMarked;
