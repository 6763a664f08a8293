package org.vbar.export;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.vbar.graph.Group;
import org.vbar.graph.Op;

/** Which node goes into which box. Parts are numbered in the order of their first node. */
final class Partition {
  /** What one box stands for. */
  sealed interface Part {}

  /** One node. */
  record Single(int node) implements Part {}

  /** All nodes of a group and the groups in it. */
  record Whole(Group group) implements Part {}

  /** Variables, or constants, that were recorded as one array. */
  record Leaves(Optional<Group> group, String name, Op op) implements Part {}

  /** Whatever is too far from the start. */
  record Rest() implements Part {}

  private final List<Part> parts;
  private final int[] partOf;

  private Partition(List<Part> parts, int[] partOf) {
    this.parts = parts;
    this.partOf = partOf;
  }

  /** Puts each node of a region into the part that a rule names. */
  static Partition of(Region region, IntFunction<Part> rule) {
    int[] partOf = new int[region.start() + 1];
    Arrays.fill(partOf, -1);
    Map<Part, Integer> numbers = new HashMap<>();
    List<Part> parts = new ArrayList<>();
    region.nodes().stream()
        .forEach(
            node ->
                partOf[node] =
                    numbers.computeIfAbsent(
                        rule.apply(node),
                        part -> {
                          parts.add(part);
                          return parts.size() - 1;
                        }));
    return new Partition(parts, partOf);
  }

  /** The same with all parts that are not kept put together as the rest. */
  Partition keeping(Region region, BitSet kept) {
    return of(region, node -> kept.get(partOf(node)) ? part(partOf(node)) : new Rest());
  }

  int size() {
    return parts.size();
  }

  Part part(int number) {
    return parts.get(number);
  }

  int partOf(int node) {
    return partOf[node];
  }
}
