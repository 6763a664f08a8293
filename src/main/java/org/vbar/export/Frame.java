package org.vbar.export;

import java.util.Optional;
import org.vbar.graph.Group;

/**
 * The line around the boxes of a group that is not collapsed.
 *
 * @param id unique in its picture
 * @param outer the id of the frame around this one
 */
record Frame(String id, Group group, Optional<String> outer) {}
