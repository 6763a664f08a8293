package org.vbar.graph;

import java.util.Optional;

/**
 * A named part of a computation, such as a layer or a neuron, that pictures can show as one box.
 *
 * @param outer the group around this one, if there is one
 * @param name the name within the outer group
 */
public record Group(Optional<Group> outer, String name) {
  /** The names from the outermost group to this one, for example {@code layer 1 / neuron 2}. */
  public String path() {
    return outer.map(group -> group.path() + " / ").orElse("") + name;
  }

  /** 1 for a group that is in no other. */
  public int depth() {
    return 1 + outer.map(Group::depth).orElse(0);
  }
}
