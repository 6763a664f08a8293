package org.vbar.export;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.vbar.export.Partition.Leaves;
import org.vbar.export.Partition.Part;
import org.vbar.export.Partition.Single;
import org.vbar.export.Partition.Whole;
import org.vbar.graph.Group;
import org.vbar.graph.Node;

/**
 * Decides which boxes and arrows a picture has.
 *
 * <p>If the view asks for more than its limit, more and more is put together until the rest is
 * readable: first the deepest groups become boxes, with the leaves of each array that is in none of
 * them, then the groups around those, and so on to the outermost. What is still too much is cut off
 * at a distance from the start and shown as one box.
 */
final class SceneBuilder {
  private static final int STEPS_OF_A_CUT = 16;
  private static final int ARROWS_PER_BOX = 2;
  private static final int GROUPS_IN_A_MESSAGE = 10;

  /** Frames in frames that a picture shows; every engine recurses into them. */
  private static final int DEEPEST_FRAMES = 24;

  private final View view;
  private final Region region;
  private final Map<Integer, Group> groups = new HashMap<>();
  private final int deepest;
  private final List<String> notes = new ArrayList<>();

  private SceneBuilder(View view) {
    this.view = view;
    this.region = new Region(view.start(), view.adjoints());
    region.nodes().stream()
        .forEach(i -> region.node(i).group().ifPresent(group -> groups.put(i, group)));
    this.deepest = groups.values().stream().distinct().mapToInt(Group::depth).max().orElse(0);
  }

  static Scene scene(View view) {
    return new SceneBuilder(view).build();
  }

  /** A partition and the arrows between its parts, which are looked for only when needed. */
  private final class Plan {
    private final Partition partition;
    private @Nullable List<Bundle> arrows;

    Plan(Partition partition) {
      this.partition = partition;
    }

    Partition partition() {
      return partition;
    }

    List<Bundle> arrows() {
      List<Bundle> known = arrows;
      if (known == null) {
        known = Bundle.between(region, partition);
        arrows = known;
      }
      return known;
    }

    boolean isWithin(int limit) {
      return partition.size() <= limit && arrows().size() <= (long) ARROWS_PER_BOX * limit;
    }
  }

  private Scene build() {
    refuseUnknownGroups();
    Plan plan = plan(groupDepth(), false);
    if (!plan.isWithin(view.limit())) {
      plan = collapsed(plan);
    }
    if (!plan.isWithin(view.limit())) {
      plan = cut(plan);
    }
    return scene(plan);
  }

  /** The depth at which groups are boxes: what the view asks for, or where frames get too deep. */
  private OptionalInt groupDepth() {
    int asked = view.groupDepth().orElse(deepest + 1);
    if (Math.min(asked - 1, deepest) <= DEEPEST_FRAMES) {
      return view.groupDepth();
    }
    notes.add(
        "Groups are nested "
            + NumberText.count(deepest)
            + " deep: those of level "
            + (DEEPEST_FRAMES + 1)
            + " are shown as one box each.");
    return OptionalInt.of(DEEPEST_FRAMES + 1);
  }

  private void refuseUnknownGroups() {
    Set<String> known = view.groups().isEmpty() ? Set.of() : paths();
    for (String path : view.groups()) {
      if (!known.contains(path)) {
        throw new IllegalArgumentException(
            "There is no group \""
                + path
                + "\" among the ancestors of "
                + view.start().label()
                + ". Groups are named by their path, as in \"layer 1 / neuron 2\"; here are "
                + (known.isEmpty()
                    ? "none"
                    : known.stream()
                        .limit(GROUPS_IN_A_MESSAGE)
                        .collect(Collectors.joining("\", \"", "\"", "\"")))
                + ".");
      }
    }
  }

  private Set<String> paths() {
    Set<String> paths = new TreeSet<>();
    for (Group innermost : new HashSet<>(groups.values())) {
      for (Optional<Group> g = Optional.of(innermost); g.isPresent(); g = g.get().outer()) {
        paths.add(g.get().path());
      }
    }
    return paths;
  }

  private Plan plan(OptionalInt groupDepth, boolean arrays) {
    Map<Group, Optional<Group>> known = new HashMap<>();
    Partition partition =
        Partition.of(
            region,
            node -> {
              Optional<Group> group = Optional.ofNullable(groups.get(node));
              Optional<Group> whole =
                  group.flatMap(g -> known.computeIfAbsent(g, x -> whole(x, groupDepth)));
              if (whole.isPresent()) {
                return new Whole(whole.get());
              }
              return arrays ? arrayOrSingle(node, group) : new Single(node);
            });
    Plan plan = new Plan(partition);
    return view.depth().isPresent()
        ? keeping(plan, near(plan, view.depth().getAsInt(), Integer.MAX_VALUE))
        : plan;
  }

  /** The outermost group around or at {@code group} that is to be one box. */
  private Optional<Group> whole(Group group, OptionalInt groupDepth) {
    Optional<Group> whole = Optional.empty();
    int depth = group.depth();
    for (Optional<Group> g = Optional.of(group); g.isPresent(); g = g.get().outer()) {
      boolean deep = groupDepth.isPresent() && depth >= groupDepth.getAsInt();
      if (deep || (!view.groups().isEmpty() && view.groups().contains(g.get().path()))) {
        whole = g;
      }
      depth--;
    }
    return whole;
  }

  private Part arrayOrSingle(int index, Optional<Group> group) {
    Node node = region.node(index);
    if (node.op().isLeaf()) {
      String name = node.name().orElse("");
      int bracket = name.lastIndexOf('[');
      if (bracket > 0 && name.endsWith("]")) {
        return new Leaves(group, name.substring(0, bracket), node.op());
      }
    }
    return new Single(index);
  }

  /** Collapses groups from the deepest on until the picture is readable. */
  private Plan collapsed(Plan full) {
    int shown = Math.min(view.groupDepth().orElse(deepest + 1) - 1, DEEPEST_FRAMES);
    Plan plan = plan(OptionalInt.of(shown + 1), true);
    OptionalInt level = OptionalInt.empty();
    for (int d = Math.min(deepest, shown); d >= 1 && !plan.isWithin(view.limit()); d--) {
      level = OptionalInt.of(d);
      plan = plan(level, true);
    }
    if (plan.partition().size() < full.partition().size()) {
      notes.add(
          NumberText.count(full.partition().size())
              + " boxes would be too many: "
              + (level.isPresent() ? "groups of level " + level.getAsInt() : "arrays")
              + " are shown as one box each.");
    }
    return plan;
  }

  /** Keeps what is nearest to the start. */
  private Plan cut(Plan plan) {
    Plan cut = keeping(plan, near(plan, STEPS_OF_A_CUT, view.limit()));
    notes.add(
        "Only the nearest "
            + NumberText.count(cut.partition().size() - 1L)
            + " of "
            + NumberText.count(plan.partition().size())
            + " boxes are shown; the rest is one box.");
    return cut;
  }

  private Plan keeping(Plan plan, BitSet kept) {
    if (kept.cardinality() == plan.partition().size()) {
      return plan;
    }
    Partition partition = plan.partition().keeping(region, kept);
    return new Plan(partition);
  }

  /** The parts at most {@code steps} arrows from the start, nearest first, up to the limit. */
  private BitSet near(Plan plan, int steps, int limit) {
    List<List<Bundle>> incoming = new ArrayList<>();
    List<List<Bundle>> touching = new ArrayList<>();
    for (int p = 0; p < plan.partition().size(); p++) {
      incoming.add(new ArrayList<>());
      touching.add(new ArrayList<>());
    }
    for (Bundle arrow : plan.arrows()) {
      incoming.get(arrow.to()).add(arrow);
      touching.get(arrow.to()).add(arrow);
      touching.get(arrow.from()).add(arrow);
    }
    BitSet near = new BitSet();
    BitSet seen = new BitSet();
    ArrayDeque<int[]> queue = new ArrayDeque<>();
    int start = plan.partition().partOf(region.start());
    queue.add(new int[] {start, 0});
    seen.set(start);
    long arrows = 0;
    while (!queue.isEmpty() && near.cardinality() + 1 < limit) {
      int[] next = queue.remove();
      arrows +=
          touching.get(next[0]).stream()
              .filter(a -> near.get(a.from() == next[0] ? a.to() : a.from()))
              .count();
      if (arrows > (long) ARROWS_PER_BOX * limit) {
        break;
      }
      near.set(next[0]);
      if (next[1] == steps) {
        continue;
      }
      for (Bundle arrow : incoming.get(next[0])) {
        if (!seen.get(arrow.from())) {
          seen.set(arrow.from());
          queue.add(new int[] {arrow.from(), next[1] + 1});
        }
      }
    }
    return near;
  }

  private Scene scene(Plan plan) {
    List<Box> boxes = new BoxMaker(region, plan.partition()).boxes();
    boolean labelled = plan.arrows().size() <= Scene.MANY_ARROWS;
    List<Arrow> arrows =
        plan.arrows().stream().map(new ArrowMaker(region, boxes, labelled)::arrow).toList();
    if (!labelled) {
      notes.add("The numbers on the arrows are left out; they are in the tooltips of the SVG.");
    }
    boolean collapsed = boxes.stream().anyMatch(box -> box.kind().isCollapsed());
    if (collapsed) {
      notes.add(
          0,
          NumberText.count(region.nodes().cardinality(), "node")
              + " shown as "
              + NumberText.count(boxes.size())
              + (boxes.size() == 1 ? " box." : " boxes."));
    }
    return new Scene(
        boxes,
        arrows,
        frames(boxes),
        List.copyOf(notes),
        region.adjoints().isPresent(),
        Description.of(region, boxes.size(), arrows.size(), notes),
        node -> node > region.start() ? -1 : plan.partition().partOf(node));
  }

  private static List<Frame> frames(Collection<Box> boxes) {
    Map<Group, Frame> frames = new LinkedHashMap<>();
    boxes.forEach(box -> box.frame().ifPresent(group -> frame(group, frames)));
    return List.copyOf(frames.values());
  }

  private static Frame frame(Group group, Map<Group, Frame> frames) {
    Frame known = frames.get(group);
    if (known != null) {
      return known;
    }
    Optional<String> outer = group.outer().map(g -> frame(g, frames).id());
    Frame frame = new Frame("cluster_f" + frames.size(), group, outer);
    frames.put(group, frame);
    return frame;
  }
}
