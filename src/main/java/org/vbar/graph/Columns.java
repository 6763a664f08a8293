package org.vbar.graph;

import java.util.Arrays;

/**
 * The column store behind a {@link Graph}: what engines such as the sweep read.
 *
 * <p>Per node: value, op and the end of its edges. Per edge, in the order of recording: the
 * parent's index and the local derivative. The edges of node i are {@code firstEdge(i)} to {@code
 * endEdge(i)}, exclusive; a parent's index is always smaller than its child's. That is 13 bytes a
 * node and 12 bytes an edge: 37 bytes for a binary node.
 *
 * <p>Columns are cut into chunks of {@link #CHUNK_SIZE}: growing copies nothing, no array is so
 * large that a collector treats it specially, and a graph that is rewound records over the chunks
 * that it has. Only the first chunk starts small and doubles, so that a tiny graph stays tiny.
 *
 * <p>The arrays that {@link #ends}, {@link #parents} and {@link #derivatives} return are the
 * graph's own, so that a sweep reads them at full speed. They must not be modified.
 */
@SuppressWarnings("EnumOrdinal") // A place in the op table, kept in memory only.
public final class Columns {
  /** log₂ of the chunk size. */
  public static final int CHUNK_BITS = 14;

  /** Entries of a chunk. */
  public static final int CHUNK_SIZE = 1 << CHUNK_BITS;

  /** An index and this mask is the place in its chunk. */
  public static final int CHUNK_MASK = CHUNK_SIZE - 1;

  /** The largest number of nodes, and of edges: what an {@code int} can index, in whole chunks. */
  public static final int LIMIT = Integer.MAX_VALUE & ~CHUNK_MASK;

  private static final int FIRST_SIZE = 64;

  private final int maximumChunks;

  private double[][] values = {new double[FIRST_SIZE]};
  private byte[][] ops = {new byte[FIRST_SIZE]};
  private int[][] ends = {new int[FIRST_SIZE]};
  private int[][] parents = {new int[FIRST_SIZE]};
  private double[][] derivatives = {new double[FIRST_SIZE]};

  // The current chunks, and the next free place in them: recording a node touches no outer array.
  private int nodeChunk;
  private int nodeAt;
  private double[] currentValues = values[0];
  private byte[] currentOps = ops[0];
  private int[] currentEnds = ends[0];
  private int nodeBase;
  private int edgeBase;
  private int edgeChunk;
  private int edgeAt;
  private int[] currentParents = parents[0];
  private double[] currentDerivatives = derivatives[0];

  /** Creates columns for at most {@code limit} nodes and edges, rounded down to whole chunks. */
  Columns(int limit) {
    maximumChunks = limit >>> CHUNK_BITS;
  }

  /** The number of nodes. */
  public int nodeCount() {
    return (nodeChunk << CHUNK_BITS) + nodeAt;
  }

  /** The number of edges. */
  public int edgeCount() {
    return (edgeChunk << CHUNK_BITS) + edgeAt;
  }

  /** The value of node {@code i}. */
  public double value(int i) {
    return values[i >>> CHUNK_BITS][i & CHUNK_MASK];
  }

  /** The op of node {@code i}. */
  public Op op(int i) {
    return Op.of(ops[i >>> CHUNK_BITS][i & CHUNK_MASK]);
  }

  /** The first edge of node {@code i}. */
  public int firstEdge(int i) {
    return i == 0 ? 0 : endEdge(i - 1);
  }

  /** One past the last edge of node {@code i}. */
  public int endEdge(int i) {
    return ends[i >>> CHUNK_BITS][i & CHUNK_MASK];
  }

  /** The parent that edge {@code e} leads to. */
  public int parent(int e) {
    return parents[e >>> CHUNK_BITS][e & CHUNK_MASK];
  }

  /** The local derivative on edge {@code e}. */
  public double derivative(int e) {
    return derivatives[e >>> CHUNK_BITS][e & CHUNK_MASK];
  }

  /** The ends of the edges of the nodes of one chunk. Must not be modified. */
  public int[] ends(int chunk) {
    return ends[chunk];
  }

  /** The parents of the edges of one chunk. Must not be modified. */
  public int[] parents(int chunk) {
    return parents[chunk];
  }

  /** The local derivatives of the edges of one chunk. Must not be modified. */
  public double[] derivatives(int chunk) {
    return derivatives[chunk];
  }

  /** Bytes of all columns as allocated, without the few objects around them. */
  public long bytes() {
    long bytes = 0;
    for (int c = 0; c < values.length && values[c] != null; c++) {
      bytes += values[c].length * 13L;
    }
    for (int c = 0; c < parents.length && parents[c] != null; c++) {
      bytes += parents[c].length * 12L;
    }
    return bytes;
  }

  /** Records an edge of the node that {@link #addNode} records next. */
  void addEdge(int parent, double derivative) {
    int at = edgeAt;
    if (at == currentParents.length) {
      growEdges();
      at = edgeAt;
    }
    currentParents[at] = parent;
    currentDerivatives[at] = derivative;
    edgeAt = at + 1;
  }

  /** Records a node whose edges have just been added. Returns its index. */
  int addNode(Op op, double value) {
    int at = nodeAt;
    if (at == currentValues.length) {
      growNodes();
      at = nodeAt;
    }
    currentValues[at] = value;
    currentOps[at] = (byte) op.ordinal();
    currentEnds[at] = (edgeChunk << CHUNK_BITS) + edgeAt;
    nodeAt = at + 1;
    return (nodeChunk << CHUNK_BITS) + at;
  }

  /** Records a node with two edges at once. Returns its index. */
  int addBinary(Op op, double value, int p, double left, int q, double right) {
    int e = edgeAt;
    int n = nodeAt;
    int[] edgeParents = currentParents;
    double[] edgeDerivatives = currentDerivatives;
    double[] nodeValues = currentValues;
    if (e + 1 >= edgeParents.length || n == nodeValues.length) {
      addEdge(p, left);
      addEdge(q, right);
      return addNode(op, value);
    }
    edgeParents[e] = p;
    edgeParents[e + 1] = q;
    edgeDerivatives[e] = left;
    edgeDerivatives[e + 1] = right;
    edgeAt = e + 2;
    nodeValues[n] = value;
    currentOps[n] = (byte) op.ordinal();
    currentEnds[n] = edgeBase + e + 2;
    nodeAt = n + 1;
    return nodeBase + n;
  }

  /** Records an op of two recorded nodes. Returns its index. */
  private int addBinary(Op op, int p, int q) {
    double a = value(p);
    double b = value(q);
    double y = op.value(a, b);
    return addBinary(op, y, p, op.left(a, b, y), q, op.right(a, b, y));
  }

  /**
   * Records a₀b₀, a₁b₁, a₀b₀ + a₁b₁, a₂b₂, the sum with it, and so on for n pairs of recorded
   * nodes. Returns the index of the last.
   */
  int addSumOfProducts(int[] a, int[] b, int n) {
    int sum = addBinary(Op.TIMES, a[0], b[0]);
    int k = 1;
    while (k < n) {
      int fits =
          Math.min((currentValues.length - nodeAt) / 2, (currentParents.length - edgeAt) / 4);
      int end = Math.min(n, k + fits);
      sum = addTermsInChunk(sum, a, b, k, end);
      k = end;
      if (k < n) {
        sum = addBinary(Op.PLUS, sum, addBinary(Op.TIMES, a[k], b[k]));
        k++;
      }
    }
    return sum;
  }

  /**
   * Records aₖbₖ and the sum with it for some k, all in the current chunks. With everything in
   * local variables a node takes 3.6 ns; recorded one by one by {@code addBinary} it takes 4.4, and
   * 6.7 with views (SweepBenchmark).
   */
  private int addTermsInChunk(int firstSum, int[] a, int[] b, int from, int to) {
    double[] nodeValues = currentValues;
    byte[] nodeOps = currentOps;
    int[] nodeEnds = currentEnds;
    int[] edgeParents = currentParents;
    double[] edgeDerivatives = currentDerivatives;
    byte times = (byte) Op.TIMES.ordinal();
    byte plus = (byte) Op.PLUS.ordinal();
    int nodesBefore = nodeBase;
    int edgesBefore = edgeBase;
    int n = nodeAt;
    int e = edgeAt;
    int sum = firstSum;
    double total = value(sum);
    for (int k = from; k < to; k++) {
      int p = a[k];
      int q = b[k];
      double x = value(p);
      double y = value(q);
      double product = Op.TIMES.value(x, y);
      double next = Op.PLUS.value(total, product);
      edgeParents[e] = p;
      edgeParents[e + 1] = q;
      edgeParents[e + 2] = sum;
      edgeParents[e + 3] = nodesBefore + n;
      edgeDerivatives[e] = Op.TIMES.left(x, y, product);
      edgeDerivatives[e + 1] = Op.TIMES.right(x, y, product);
      edgeDerivatives[e + 2] = Op.PLUS.left(total, product, next);
      edgeDerivatives[e + 3] = Op.PLUS.right(total, product, next);
      nodeValues[n] = product;
      nodeValues[n + 1] = next;
      nodeOps[n] = times;
      nodeOps[n + 1] = plus;
      nodeEnds[n] = edgesBefore + e + 2;
      nodeEnds[n + 1] = edgesBefore + e + 4;
      sum = nodesBefore + n + 1;
      total = next;
      n += 2;
      e += 4;
    }
    nodeAt = n;
    edgeAt = e;
    return sum;
  }

  void truncate(int nodes, int edges) {
    nodeChunk = chunkOfEnd(nodes);
    nodeAt = nodes - (nodeChunk << CHUNK_BITS);
    edgeChunk = chunkOfEnd(edges);
    edgeAt = edges - (edgeChunk << CHUNK_BITS);
    useCurrentChunks();
  }

  /** The chunk that holds the last of {@code count} entries. */
  private static int chunkOfEnd(int count) {
    return count == 0 ? 0 : (count - 1) >>> CHUNK_BITS;
  }

  private void useCurrentChunks() {
    nodeBase = nodeChunk << CHUNK_BITS;
    edgeBase = edgeChunk << CHUNK_BITS;
    currentValues = values[nodeChunk];
    currentOps = ops[nodeChunk];
    currentEnds = ends[nodeChunk];
    currentParents = parents[edgeChunk];
    currentDerivatives = derivatives[edgeChunk];
  }

  private void growNodes() {
    if (nodeAt < CHUNK_SIZE) {
      values[0] = Arrays.copyOf(values[0], nodeAt * 2);
      ops[0] = Arrays.copyOf(ops[0], nodeAt * 2);
      ends[0] = Arrays.copyOf(ends[0], nodeAt * 2);
    } else {
      int next = nextChunk(nodeChunk);
      if (next == values.length) {
        values = Arrays.copyOf(values, 2 * next);
        ops = Arrays.copyOf(ops, 2 * next);
        ends = Arrays.copyOf(ends, 2 * next);
      }
      if (values[next] == null) {
        values[next] = new double[CHUNK_SIZE];
        ops[next] = new byte[CHUNK_SIZE];
        ends[next] = new int[CHUNK_SIZE];
      }
      nodeChunk = next;
      nodeAt = 0;
    }
    useCurrentChunks();
  }

  private void growEdges() {
    if (edgeAt < CHUNK_SIZE) {
      parents[0] = Arrays.copyOf(parents[0], edgeAt * 2);
      derivatives[0] = Arrays.copyOf(derivatives[0], edgeAt * 2);
    } else {
      int next = nextChunk(edgeChunk);
      if (next == parents.length) {
        parents = Arrays.copyOf(parents, 2 * next);
        derivatives = Arrays.copyOf(derivatives, 2 * next);
      }
      if (parents[next] == null) {
        parents[next] = new int[CHUNK_SIZE];
        derivatives[next] = new double[CHUNK_SIZE];
      }
      edgeChunk = next;
      edgeAt = 0;
    }
    useCurrentChunks();
  }

  /** The chunk after the given one. A full graph drops the edges of the unfinished node first. */
  private int nextChunk(int chunk) {
    if (chunk + 1 < maximumChunks) {
      return chunk + 1;
    }
    int nodes = nodeCount();
    truncate(nodes, firstEdge(nodes));
    throw new IllegalStateException(
        "The graph is full: it holds "
            + nodes
            + " nodes and "
            + edgeCount()
            + " edges and may hold "
            + (maximumChunks << CHUNK_BITS)
            + " of each. Rewind to a mark after each sample, or split the computation over several"
            + " graphs.");
  }
}
