/**
 * Derivations: the backprop equations of a graph, node by node, and of a multilayer perceptron with
 * matrices, where every symbol has its shape and every transpose its reason.
 *
 * <p>An equation is a small tree that is written as text, LaTeX or MathML and that can be
 * evaluated; so the tests compare what is written with what the sweep and the layers compute.
 *
 * <p>May import {@code org.vbar.graph}, {@code org.vbar.backprop}, {@code org.vbar.model} and
 * {@code org.vbar.layer}.
 *
 * <p>Start reading at {@link org.vbar.derive.Derivation}; then {@code Expression}, the tree, {@code
 * LocalDerivatives}, and the two authors {@code NodeDerivation} and {@code MatrixDerivation}.
 */
@NullMarked
package org.vbar.derive;

import org.jspecify.annotations.NullMarked;
