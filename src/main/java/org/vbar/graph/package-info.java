/**
 * What was computed: {@link org.vbar.graph.Graph}, {@link org.vbar.graph.Node} and the op table
 * {@link org.vbar.graph.Op}.
 *
 * <p>This room imports no other room. Start reading at {@link org.vbar.graph.Graph}; then {@link
 * org.vbar.graph.Op} for what can be computed and {@link org.vbar.graph.Columns} for how it is
 * stored.
 */
@NullMarked
package org.vbar.graph;

import org.jspecify.annotations.NullMarked;
