/** Placeholder. */
@org.jspecify.annotations.NullMarked
package org.vbar.graph;
