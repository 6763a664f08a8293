/**
 * What a multilayer perceptron is told to be: its layers, its loss and its parameters, as plain
 * data.
 *
 * <p>Both worlds of vbar build from here: {@code org.vbar.scalar} with one node per scalar, {@code
 * org.vbar.layer} with matrices. Because they meet only in this description, and it holds no
 * mathematics beyond names and one constant, a mistake in one world cannot hide in the other.
 *
 * <p>Imports nothing of vbar; only {@code java.*}, Guava and Commons RNG.
 *
 * <p>Start reading at {@link org.vbar.model.MlpSpec}, then {@link org.vbar.model.MlpParameters}.
 */
@NullMarked
package org.vbar.model;

import org.jspecify.annotations.NullMarked;
