/**
 * The multilayer perceptron with one node per scalar: every weight, every product and every partial
 * sum is a node of a graph.
 *
 * <p>This room imports {@code graph} and {@code model}. It knows nothing of matrices; the room
 * {@code layer} computes the same networks independently, and {@code check} compares the two. Start
 * reading at {@link org.vbar.scalar.ScalarMlp}.
 */
@NullMarked
package org.vbar.scalar;

import org.jspecify.annotations.NullMarked;
