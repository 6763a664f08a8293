package org.vbar.export;

import java.util.List;

/**
 * One arrow of a picture, from parents to children.
 *
 * @param id unique in its picture and stable: {@code e5} for the graph's edge 5
 * @param from the id of the box with the parents
 * @param to the id of the box with the children
 * @param label the local derivative, or the number of edges and their Σ |contribution|; may be
 *     empty
 * @param tooltip everything, in full precision
 * @param contribution Σ |c̄ · ∂c/∂p|
 * @param onPath whether the path of largest contribution follows this arrow
 */
record Arrow(
    String id,
    String from,
    String to,
    List<String> label,
    String tooltip,
    double contribution,
    boolean onPath) {}
