/**
 * vbar: scalar reverse-mode automatic differentiation that you can see, step through and trust.
 *
 * <p>This package holds the façade {@link org.vbar.Autodiff} for people who only want a gradient.
 * To see what happens, start at {@link org.vbar.graph.Graph} and {@link
 * org.vbar.backprop.Backprop}.
 */
@NullMarked
package org.vbar;

import org.jspecify.annotations.NullMarked;
