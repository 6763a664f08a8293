package org.vbar.export;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Edges from one part to another that are drawn as one arrow.
 *
 * @param from the part with the parents
 * @param to the part with the children
 * @param edges how many
 * @param child the child of the first edge
 * @param edge the first edge
 * @param contribution Σ |c̄ · ∂c/∂p|
 * @param onPath whether the path of largest contribution follows one of them
 */
record Bundle(
    int from, int to, int edges, int child, int edge, double contribution, boolean onPath) {

  /** Up to so many parallel edges between two nodes, such as the two of x·x, stay separate. */
  static final int MOST_PARALLEL_EDGES = 8;

  private Bundle with(Bundle other) {
    return new Bundle(
        from,
        to,
        edges + other.edges,
        child,
        edge,
        contribution + other.contribution,
        onPath || other.onPath);
  }

  /**
   * All edges between different parts: those between two nodes one by one, the others, and more
   * than eight parallel ones, in bundles.
   */
  static List<Bundle> between(Region region, Partition partition) {
    Map<Long, Bundle> bundles = new LinkedHashMap<>();
    Map<Long, List<Bundle>> parallel = new LinkedHashMap<>();
    region.nodes().stream()
        .forEach(
            child -> {
              int to = partition.partOf(child);
              for (int e = region.firstEdge(child); e < region.endEdge(child); e++) {
                int from = partition.partOf(region.parent(e));
                if (from == to) {
                  continue;
                }
                double size = Math.abs(region.contribution(child, e));
                Bundle edge = new Bundle(from, to, 1, child, e, size, region.isOnPath(e));
                long ends = (long) from << 32 | to;
                bundles.merge(ends, edge, Bundle::with);
                List<Bundle> edges = parallel.computeIfAbsent(ends, x -> new ArrayList<>(1));
                if (edges.size() <= MOST_PARALLEL_EDGES) {
                  edges.add(edge);
                }
              }
            });
    List<Bundle> arrows = new ArrayList<>();
    bundles.forEach(
        (ends, bundle) -> {
          boolean nodes =
              partition.part(bundle.from) instanceof Partition.Single
                  && partition.part(bundle.to) instanceof Partition.Single;
          if (nodes && bundle.edges <= MOST_PARALLEL_EDGES) {
            arrows.addAll(parallel.getOrDefault(ends, List.of()));
          } else {
            arrows.add(bundle);
          }
        });
    return arrows;
  }
}
