/**
 * The examples a network learns from: where they are read, drawn or computed, and the batches they
 * are handed over in.
 *
 * <p>This package imports nothing else of {@code org.vbar}: only {@code java.*}, Guava and Commons
 * RNG. Everything that takes a seed gives the same bytes on every JDK and platform: random numbers
 * come from one named generator, and {@code StrictMath} computes every transcendental function.
 *
 * <p>Start reading at {@link org.vbar.data.Batch}, the one type that training needs.
 */
@NullMarked
package org.vbar.data;

import org.jspecify.annotations.NullMarked;
