package org.vbar.export;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.Optional;
import org.vbar.backprop.Adjoints;
import org.vbar.graph.Node;
import org.vbar.graph.Op;

/**
 * A computation as text: the output at the top, under every node its parents.
 *
 * <pre>
 *   y = x·w + b = 7   v̄ +1
 *   ├─ v3 = x·w = 6   v̄ +1   ∂ 1   ◀
 *   │  ├─ x = 2   v̄ +3   ∂ 3   ◀
 *   │  └─ w = 3   v̄ +2   ∂ 2
 *   └─ b = 1   v̄ +1   ∂ 1
 * </pre>
 *
 * <p>{@code ∂} is the derivative of the node above with respect to this one, {@code ◀} marks the
 * path of largest contribution as {@link GraphPicture} defines it. A node that is used more than
 * once is written once; later it is only named. Text that was typed stays on its line.
 */
public final class TextTree {
  private static final int DEFAULT_DEPTH = 20;
  private static final int DEFAULT_LINES = 2_000;
  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_FORMULA = 80;

  private Node start;
  private final Optional<Adjoints> adjoints;
  private int depth = DEFAULT_DEPTH;
  private int lines = DEFAULT_LINES;

  private TextTree(Node start, Optional<Adjoints> adjoints) {
    this.start = start;
    this.adjoints = adjoints;
  }

  /** A node and its ancestors with their values. */
  public static TextTree of(Node output) {
    return new TextTree(output, Optional.empty());
  }

  /** The output of a sweep and its ancestors with their values and v̄. */
  public static TextTree of(Adjoints adjoints) {
    return new TextTree(adjoints.output(), Optional.of(adjoints));
  }

  /** Starts at another node of the same graph. */
  @CanIgnoreReturnValue
  public TextTree startingAt(Node node) {
    start = node;
    return this;
  }

  /**
   * How many levels of parents are written; 20 if nothing is said.
   *
   * @throws IllegalArgumentException if it is negative
   */
  @CanIgnoreReturnValue
  public TextTree depth(int levels) {
    if (levels < 0) {
      throw new IllegalArgumentException("Expected a depth of at least 0 but got " + levels + ".");
    }
    depth = levels;
    return this;
  }

  /**
   * How many nodes are written; 2,000 if nothing is said.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  @CanIgnoreReturnValue
  public TextTree lines(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("Expected at least 1 line but got " + most + ".");
    }
    lines = most;
    return this;
  }

  /**
   * A line that is to be written.
   *
   * @param edge the edge from the child above; −1 for the start
   * @param indent what stands before the lines of its parents
   */
  private record Line(int node, int edge, int depth, String lead, String indent) {}

  /** The text, with a line break after every line. */
  @Override
  public String toString() {
    Region region = new Region(start, adjoints);
    StringBuilder text = new StringBuilder();
    BitSet written = new BitSet();
    Deque<Line> stack = new ArrayDeque<>();
    stack.push(new Line(region.start(), -1, 0, "", ""));
    int count = 0;
    while (!stack.isEmpty()) {
      if (count++ == lines) {
        text.append("… more than ").append(NumberText.count(lines, "line")).append('\n');
        break;
      }
      Line line = stack.pop();
      boolean again = written.get(line.node);
      boolean leaf = region.firstEdge(line.node) == region.endEdge(line.node);
      text.append(line.lead);
      describe(region, line, again, text);
      if (again) {
        text.append(leaf ? "" : "   (see above)").append('\n');
        continue;
      }
      written.set(line.node);
      boolean cut = !leaf && line.depth == depth;
      text.append(cut ? "   …" : "").append('\n');
      if (!cut) {
        pushParents(region, line, stack);
      }
    }
    return text.toString();
  }

  private static void pushParents(Region region, Line line, Deque<Line> stack) {
    int last = region.endEdge(line.node) - 1;
    for (int e = last; e >= region.firstEdge(line.node); e--) {
      String lead = line.indent + (e == last ? "└─ " : "├─ ");
      String indent = line.indent + (e == last ? "   " : "│  ");
      stack.push(new Line(region.parent(e), e, line.depth + 1, lead, indent));
    }
  }

  private void describe(Region region, Line line, boolean again, StringBuilder text) {
    Node node = region.node(line.node);
    boolean bareNumber = node.op() == Op.CONSTANT && node.name().isEmpty();
    if (!bareNumber) {
      text.append(VisibleText.shortened(node.label(), LONGEST_NAME));
    }
    if (!again) {
      if (!node.op().isLeaf()) {
        text.append(" = ").append(FormulaText.of(node, LONGEST_FORMULA));
      }
      text.append(bareNumber ? "" : " = ").append(NumberText.of(node.value()));
      if (adjoints.isPresent() && node.op() != Op.CONSTANT) {
        text.append("   v̄ ").append(NumberText.signed(adjoints.get().of(node)));
      }
    } else if (bareNumber) {
      text.append(NumberText.of(node.value()));
    }
    if (line.edge >= 0) {
      text.append("   ∂ ").append(NumberText.of(region.derivative(line.edge)));
      text.append(region.isOnPath(line.edge) ? "   ◀" : "");
    }
  }
}
