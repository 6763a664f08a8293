package org.vbar.backprop;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.vbar.graph.Columns;
import org.vbar.graph.Node;

/**
 * The reverse sweep: v̄ = ∂output/∂v for every node v that the output depends on.
 *
 * <p>It implements Grosse's backprop rule with the output v_N,
 *
 * <pre>
 *   v̄_N = 1            v̄ᵢ = Σ over j in Ch(vᵢ) of v̄ⱼ · ∂vⱼ/∂vᵢ
 * </pre>
 *
 * <p>in push form: from the output down, each node with its adjoint complete adds v̄ⱼ · ∂vⱼ/∂vᵢ to
 * each of its parents. It knows no op, because the local derivatives stand on the edges.
 *
 * <p><b>Order of additions.</b> Every v̄ starts at 0 and its terms are added in the reverse order
 * in which their edges were recorded: children from the newest to the oldest and, within a child,
 * from the last argument to the first. {@link #trace} adds in the same order, so both agree to the
 * last bit.
 *
 * <p><b>Zero times infinity.</b> The terms are IEEE products: v̄ⱼ = 0 with an infinite local
 * derivative gives NaN. Nodes that the output does not depend on give no terms at all, whatever
 * their local derivatives are.
 */
public final class Backprop {
  private Backprop() {}

  /**
   * Sweeps from an output. The graph is only read: a sweep can be repeated, and several threads can
   * sweep one graph.
   *
   * <p>Looks once at every node and edge up to the output; allocates one number per node.
   *
   * @throws IllegalStateException if the output was dropped by a rewind
   */
  public static Adjoints sweep(Node output) {
    return sweep(output, new double[0]);
  }

  /**
   * Sweeps from an output into the memory of an earlier result, for loops in which fresh memory for
   * every sweep would cost more than the sweep. The earlier result refuses every later use.
   *
   * @throws IllegalStateException if the output was dropped by a rewind or the earlier result was
   *     recycled before
   */
  public static Adjoints sweep(Node output, Adjoints recycled) {
    return sweep(output, recycled.recycle());
  }

  private static Adjoints sweep(Node output, double[] memory) {
    Columns columns = output.graph().columns();
    output.value(); // refuses a dropped node
    int count = output.index() + 1;
    double[] adjoints = memory;
    if (memory.length < count) {
      adjoints = new double[count];
    } else {
      Arrays.fill(memory, 0, count, 0);
    }
    adjoints[output.index()] = 1;
    push(columns, output.index(), adjoints);
    return new Adjoints(output, adjoints);
  }

  /**
   * The same sweep written as the rule's Σ over children, term by term, for people to read. Takes
   * some hundred bytes per edge.
   *
   * @throws IllegalStateException if the output was dropped by a rewind
   */
  public static BackwardTrace trace(Node output) {
    return BackwardTrace.from(output);
  }

  /**
   * Pushes adjoints from node {@code output} down to node 0.
   *
   * <p>Nodes and edges lie in construction order, so both are walked backwards without a jump. One
   * loop over edges with a test for the next chunk is faster than an inner loop per chunk, because
   * most nodes have two edges: 4.0 instead of 6.4 ns a node. Two edges in one chunk are pushed
   * without a loop: 2.4 to 3.1 ns in every JVM, where the loop alone took 2.7 in some and 4.3 in
   * others (SweepBenchmark).
   */
  private static void push(Columns columns, int output, double[] adjoints) {
    Dependence dependence = new Dependence(columns, output);
    int e = columns.endEdge(output);
    int edgeChunk = -1;
    int[] parents = {};
    double[] derivatives = {};
    // Below the first edge there are only leaves.
    for (int chunk = output >>> Columns.CHUNK_BITS; chunk >= 0 && e > 0; chunk--) {
      int[] ends = columns.ends(chunk);
      int base = chunk << Columns.CHUNK_BITS;
      for (int at = Math.min(output - base, Columns.CHUNK_MASK); at >= 0; at--) {
        int first = at > 0 ? ends[at - 1] : columns.firstEdge(base);
        double adjoint = adjoints[base + at];
        if (adjoint == 0 && dependence.givesNothing(base + at)) {
          e = first;
          continue;
        }
        int right = (e - 1) & Columns.CHUNK_MASK;
        if (e - first == 2 && right > 0 && (e - 1) >>> Columns.CHUNK_BITS == edgeChunk) {
          adjoints[parents[right]] += adjoint * derivatives[right];
          adjoints[parents[right - 1]] += adjoint * derivatives[right - 1];
          e = first;
          continue;
        }
        while (e > first) {
          e--;
          if (e >>> Columns.CHUNK_BITS != edgeChunk) {
            edgeChunk = e >>> Columns.CHUNK_BITS;
            parents = columns.parents(edgeChunk);
            derivatives = columns.derivatives(edgeChunk);
          }
          int k = e & Columns.CHUNK_MASK;
          adjoints[parents[k]] += adjoint * derivatives[k];
        }
      }
    }
  }

  /** What the sweep needs to know of nodes whose adjoint is 0. */
  private static final class Dependence {
    private final Columns columns;
    private final int output;
    private @Nullable BitSet ancestors;

    Dependence(Columns columns, int output) {
      this.columns = columns;
      this.output = output;
    }

    /**
     * Whether a node with adjoint 0 adds 0 to all its parents: because its local derivatives are
     * finite or because the output does not depend on it.
     */
    boolean givesNothing(int node) {
      int end = columns.endEdge(node);
      for (int e = columns.firstEdge(node); e < end; e++) {
        if (!Double.isFinite(columns.derivative(e))) {
          return !isAncestor(node);
        }
      }
      return true;
    }

    private boolean isAncestor(int node) {
      BitSet known = ancestors;
      if (known == null) {
        known = ancestors(columns, output);
        ancestors = known;
      }
      return known.get(node);
    }
  }

  /** The nodes that node {@code output} depends on, with itself. */
  static BitSet ancestors(Columns columns, int output) {
    BitSet ancestors = new BitSet(output + 1);
    ancestors.set(output);
    for (int i = output; i >= 0; i = i == 0 ? -1 : ancestors.previousSetBit(i - 1)) {
      int end = columns.endEdge(i);
      for (int e = columns.firstEdge(i); e < end; e++) {
        ancestors.set(columns.parent(e));
      }
    }
    return ancestors;
  }
}
