/**
 * Training: gradients of either world, applied to the shared parameters.
 *
 * <p>This room imports {@code graph}, {@code backprop}, {@code model}, {@code scalar}, {@code
 * layer} and {@code data}. Start reading at {@link org.vbar.train.World}, then {@link
 * org.vbar.train.Trainer}.
 */
@NullMarked
package org.vbar.train;

import org.jspecify.annotations.NullMarked;
