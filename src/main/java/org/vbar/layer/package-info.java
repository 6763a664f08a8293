/**
 * The network with matrices: forward passes as matrix products, backward passes derived by hand.
 *
 * <p>Nothing here knows the scalar graph. Every adjoint comes from a formula on paper, such as X̄ =
 * Ā Wᵀ, so comparing this package with {@code org.vbar.graph} proves something about both.
 *
 * <p>Conventions: row-major matrices, one sample per row; X [m × in], W [in × out], b [1 × out]; a
 * layer's pre-activation is A = X W + b, its activation Z = φ(A); a bar marks the derivative of the
 * loss, of the same shape as what it stands on.
 *
 * <p>Two forms of the same network live here. {@link org.vbar.layer.Network} is the readable one,
 * in double, layer by layer, which teaching and checking use. {@link
 * org.vbar.layer.TrainingNetwork} is the fast one, in float or double, with fixed memory, vectors
 * and threads; tests hold its gradient to that of the other. Classes whose names begin with Vector
 * are the only ones that mention {@code jdk.incubator.vector}.
 *
 * <p>May import {@code org.vbar.model} and nothing else of vbar; besides {@code java.*}, Guava and
 * Commons Numbers.
 *
 * <p>Start reading at {@link org.vbar.layer.Network}, then {@link org.vbar.layer.Dense} and {@link
 * org.vbar.layer.Loss}; {@link org.vbar.layer.Matrix} is what they compute with. {@link
 * org.vbar.layer.Einsum} says the same products with named indices.
 */
@NullMarked
package org.vbar.layer;

import org.jspecify.annotations.NullMarked;
