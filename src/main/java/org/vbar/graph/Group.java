package org.vbar.graph;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A named part of a computation, such as a layer or a neuron, that pictures can show as one box.
 *
 * <p>Groups nest as deep as a recursive program opens them, so nothing here recurses. Every method
 * takes time linear in the depth.
 *
 * @param outer the group around this one, if there is one
 * @param name the name within the outer group
 */
public record Group(Optional<Group> outer, String name) {
  /** The names from the outermost group to this one, for example {@code layer 1 / neuron 2}. */
  public String path() {
    Deque<String> names = new ArrayDeque<>();
    for (Optional<Group> g = Optional.of(this); g.isPresent(); g = g.get().outer) {
      names.addFirst(g.get().name);
    }
    return String.join(" / ", names);
  }

  /** 1 for a group that is in no other. */
  public int depth() {
    int depth = 0;
    for (Optional<Group> g = Optional.of(this); g.isPresent(); g = g.get().outer) {
      depth++;
    }
    return depth;
  }

  /** Whether the other object is a group with the same names from the outermost group on. */
  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof Group that)) {
      return false;
    }
    Optional<Group> one = Optional.of(this);
    Optional<Group> two = Optional.of(that);
    while (one.isPresent() && two.isPresent()) {
      if (one.get() == two.get()) {
        return true;
      }
      if (!one.get().name.equals(two.get().name)) {
        return false;
      }
      one = one.get().outer;
      two = two.get().outer;
    }
    return one.isEmpty() && two.isEmpty();
  }

  @Override
  public int hashCode() {
    int hash = 0;
    for (Optional<Group> g = Optional.of(this); g.isPresent(); g = g.get().outer) {
      hash = 31 * hash + g.get().name.hashCode();
    }
    return hash;
  }

  /** The path. */
  @Override
  public String toString() {
    return path();
  }
}
