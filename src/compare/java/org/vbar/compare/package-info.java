/**
 * The JVM's side of {@code docs/comparison.md}: the same work with vbar, Hipparchus, DJL and DL4J.
 * Only the Maven profile {@code compare} compiles it. Start reading at {@link
 * org.vbar.compare.Derivatives}.
 */
package org.vbar.compare;
