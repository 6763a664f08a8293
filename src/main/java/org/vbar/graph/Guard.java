package org.vbar.graph;

/**
 * An outcome that Java code was told by {@link Node#isTrue}: what was recorded afterwards may only
 * hold for points where the comparison comes out the same.
 *
 * @param comparison the node that was asked
 * @param outcome what it answered
 */
public record Guard(Node comparison, boolean outcome) {}
