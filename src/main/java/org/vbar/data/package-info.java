/**
 * The examples a network learns from: where they are read, drawn or computed, and the batches they
 * are handed over in.
 *
 * <p>This package imports nothing else of {@code org.vbar}: only {@code java.*}, Guava and Commons
 * RNG. Everything that takes a seed gives the same bytes on every JDK and platform: random numbers
 * come from one named generator, and {@code StrictMath} computes every transcendental function.
 *
 * <p>Start reading at {@link org.vbar.data.Batch}, the one type that training needs. Then {@link
 * org.vbar.data.ToyData} for points in the plane, {@link org.vbar.data.SyntheticDigits} for digits
 * that need no download, and {@link org.vbar.data.Mnist} for the real ones, which {@link
 * org.vbar.data.Idx} reads.
 */
@NullMarked
package org.vbar.data;

import org.jspecify.annotations.NullMarked;
