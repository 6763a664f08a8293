/**
 * Derivatives of what a graph computed: the reverse sweep and its relatives.
 *
 * <ul>
 *   <li>{@link org.vbar.backprop.Backprop#sweep} gives {@link org.vbar.backprop.Adjoints}: every v̄
 *       as a number, in one reverse loop.
 *   <li>{@link org.vbar.backprop.Backprop#trace} gives a {@link org.vbar.backprop.BackwardTrace}:
 *       the same numbers with every term of every Σ, for teaching.
 *   <li>{@link org.vbar.backprop.AdjointGraph} gives v̄ as nodes, so derivatives can be
 *       differentiated again.
 *   <li>{@link org.vbar.backprop.Tangents} goes forward: v̇ along a direction.
 * </ul>
 *
 * <p>This room imports {@code graph} only. Start reading at {@link org.vbar.backprop.Backprop}.
 */
@NullMarked
package org.vbar.backprop;

import org.jspecify.annotations.NullMarked;
