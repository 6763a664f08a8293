package org.vbar.export;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.vbar.backprop.Adjoints;
import org.vbar.graph.Node;

/**
 * Which part of a graph is to be shown, and how much of it.
 *
 * @param start the node at the end of the picture: it and its ancestors are shown
 * @param adjoints v̄ of the nodes, if they are to be shown
 * @param depth how many arrows away from the start boxes are shown; empty for all
 * @param groupDepth from which depth on groups are shown as one box; empty for none
 * @param groups paths of single groups to be shown as one box
 * @param limit how many boxes, and twice as many arrows, are shown before more is collapsed
 */
record View(
    Node start,
    Optional<Adjoints> adjoints,
    OptionalInt depth,
    OptionalInt groupDepth,
    Set<String> groups,
    int limit) {}
