package org.vbar.export;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import org.vbar.export.Box.Kind;
import org.vbar.export.Box.Row;
import org.vbar.export.Partition.Leaves;
import org.vbar.export.Partition.Part;
import org.vbar.export.Partition.Single;
import org.vbar.export.Partition.Whole;
import org.vbar.graph.Group;
import org.vbar.graph.Node;
import org.vbar.graph.Op;

/** Writes what stands in the boxes of a partition. */
final class BoxMaker {
  private static final int LONGEST_FORMULA = 40;
  private static final int LONGEST_FORMULA_IN_TOOLTIP = 400;

  private final Region region;
  private final Partition partition;

  BoxMaker(Region region, Partition partition) {
    this.region = region;
    this.partition = partition;
  }

  /** One box per part, in the order of the parts. */
  List<Box> boxes() {
    List<Summary> summaries = new ArrayList<>();
    for (int p = 0; p < partition.size(); p++) {
      summaries.add(new Summary());
    }
    region.nodes().stream().forEach(i -> summaries.get(partition.partOf(i)).add(region.node(i), i));
    region.path().forEach(node -> summaries.get(partition.partOf(node.index())).onPath = true);
    List<Box> boxes = new ArrayList<>();
    for (int p = 0; p < partition.size(); p++) {
      Part part = partition.part(p);
      Summary summary = summaries.get(p);
      boxes.add(part instanceof Single single ? node(single, summary) : collapsed(part, summary));
    }
    return boxes;
  }

  /** What is said about the nodes of one box together. */
  private final class Summary {
    private int first = -1;
    private int count;
    private boolean hasStart;
    private boolean onPath;
    private double smallest = Double.POSITIVE_INFINITY;
    private double largest = Double.NEGATIVE_INFINITY;
    private int taking;
    private double smallestAdjoint = Double.POSITIVE_INFINITY;
    private double largestAdjoint = Double.NEGATIVE_INFINITY;
    private final Set<Group> groups = new HashSet<>();

    void add(Node node, int index) {
      first = first < 0 ? index : first;
      count++;
      hasStart |= index == region.start();
      smallest = Math.min(smallest, node.value());
      largest = Math.max(largest, node.value());
      if (node.op() != Op.CONSTANT) {
        double size = region.adjoints().map(a -> Math.abs(a.of(node))).orElse(0.0);
        taking++;
        smallestAdjoint = Math.min(smallestAdjoint, size);
        largestAdjoint = Math.max(largestAdjoint, size);
      }
      node.group().ifPresent(groups::add);
    }

    /** The groups directly in a group. */
    long groupsIn(Group outer) {
      return groups.stream().flatMap(group -> childOf(outer, group)).distinct().count();
    }

    private Stream<Group> childOf(Group outer, Group group) {
      for (Group g = group; g.outer().isPresent(); g = g.outer().get()) {
        if (g.outer().get().equals(outer)) {
          return Stream.of(g);
        }
      }
      return Stream.empty();
    }
  }

  private Box node(Single single, Summary summary) {
    Node node = region.node(single.node());
    Kind kind =
        switch (node.op()) {
          case VARIABLE -> Kind.VARIABLE;
          case CONSTANT -> Kind.CONSTANT;
          default -> Kind.OP;
        };
    boolean bareNumber = kind == Kind.CONSTANT && node.name().isEmpty();
    String name = bareNumber ? NumberText.of(node.value()) : node.label();
    List<String> details =
        kind == Kind.OP ? List.of("= " + FormulaText.of(node, LONGEST_FORMULA)) : List.of();
    List<Row> rows = new ArrayList<>();
    if (!bareNumber) {
      rows.add(new Row("value", NumberText.of(node.value())));
    }
    String tooltip =
        node.label()
            + (kind == Kind.OP ? " = " + FormulaText.of(node, LONGEST_FORMULA_IN_TOOLTIP) : "")
            + "\nvalue "
            + node.value();
    OptionalDouble vBar = OptionalDouble.empty();
    if (region.adjoints().isPresent() && kind != Kind.CONSTANT) {
      double adjoint = region.adjoints().get().of(node);
      vBar = OptionalDouble.of(adjoint);
      rows.add(new Row("v̄", NumberText.signed(adjoint)));
      tooltip += "\nv̄ " + adjoint;
    }
    return new Box(
        "n" + single.node(),
        kind,
        summary.hasStart,
        summary.onPath,
        VisibleText.wrapped(name),
        details,
        rows,
        vBar,
        tooltip,
        node.group());
  }

  private Box collapsed(Part part, Summary summary) {
    Kind kind;
    String id;
    String name;
    String size = NumberText.count(summary.count, "node");
    Optional<Group> frame = Optional.empty();
    if (part instanceof Whole whole) {
      kind = Kind.GROUP;
      id = "g" + summary.first;
      name = whole.group().name();
      frame = whole.group().outer();
      long groups = summary.groupsIn(whole.group());
      size += groups > 0 ? " in " + NumberText.count(groups, "group") : "";
    } else if (part instanceof Leaves leaves) {
      kind = Kind.ARRAY;
      id = "a" + summary.first;
      name = leaves.name();
      frame = leaves.group();
      size = NumberText.count(summary.count, leaves.op() == Op.CONSTANT ? "constant" : "variable");
    } else {
      kind = Kind.REST;
      id = "rest";
      name = "⋯";
      size = NumberText.count(summary.count, "more node");
    }
    List<Row> rows = new ArrayList<>();
    rows.add(new Row("value", NumberText.range(summary.smallest, summary.largest)));
    String tooltip = name + "\n" + size + "\nvalue " + summary.smallest + " … " + summary.largest;
    if (region.adjoints().isPresent() && summary.taking > 0) {
      rows.add(new Row("|v̄|", NumberText.range(summary.smallestAdjoint, summary.largestAdjoint)));
      tooltip += "\n|v̄| " + summary.smallestAdjoint + " … " + summary.largestAdjoint;
    }
    return new Box(
        id,
        kind,
        summary.hasStart,
        summary.onPath,
        VisibleText.wrapped(name),
        List.of(size),
        rows,
        OptionalDouble.empty(),
        tooltip,
        frame);
  }
}
