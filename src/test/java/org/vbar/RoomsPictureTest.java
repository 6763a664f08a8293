package org.vbar;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.SetMultimap;
import com.google.common.collect.Sets;
import com.google.common.collect.TreeMultimap;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.vbar.graph.Graph;

/**
 * The picture of the rooms, drawn from the classes: who imports whom.
 *
 * <p>{@code -Dvbar.write=true} writes it anew.
 */
class RoomsPictureTest {
  private static final Path PICTURE = Path.of("docs", "images", "rooms.svg");
  private static final String ROOT = "org.vbar";
  private static final int WIDTH = 860;
  private static final int BOX_WIDTH = 92;
  private static final int BOX_HEIGHT = 34;
  private static final int ROW_HEIGHT = 92;

  @Test
  void picture_ofRooms_isThatOfTheCode() throws IOException {
    String drawn = svg(imports());
    if (Boolean.getBoolean("vbar.write")) {
      Files.writeString(PICTURE, drawn);
    }
    assertEquals(
        drawn,
        Files.readString(PICTURE),
        "The rooms changed; write their picture with"
            + " mvn test -Dtest=RoomsPictureTest -Dvbar.write=true");
  }

  @Test
  void imports_ofTheSweep_areThoseOfItsCode() {
    assertEquals(Set.of("graph"), imports().get("backprop"));
    assertTrue(imports().get("check").containsAll(Set.of("scalar", "layer")));
  }

  private static String room(JavaClass type) {
    String name = type.getPackageName();
    return name.equals(ROOT) ? "Autodiff" : name.substring(ROOT.length() + 1);
  }

  /** Every room with the rooms that its classes use. */
  private static SetMultimap<String, String> imports() {
    SetMultimap<String, String> imports = TreeMultimap.create();
    for (JavaClass type :
        new ClassFileImporter()
            .importUrl(Graph.class.getProtectionDomain().getCodeSource().getLocation())) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (target.getPackageName().startsWith(ROOT) && !room(target).equals(room(type))) {
          imports.put(room(type), room(target));
        }
      }
    }
    return imports;
  }

  private static Set<String> rooms(SetMultimap<String, String> imports) {
    return new TreeSet<>(Sets.union(imports.keySet(), new TreeSet<>(imports.values())));
  }

  /** What a room reaches by at least one import. */
  private static Set<String> reached(SetMultimap<String, String> imports, String room) {
    Set<String> all = new TreeSet<>();
    for (String other : imports.get(room)) {
      all.add(other);
      all.addAll(reached(imports, other));
    }
    return all;
  }

  /** The longest way down from a room. */
  private static int level(SetMultimap<String, String> imports, String room) {
    return imports.get(room).stream().mapToInt(other -> 1 + level(imports, other)).max().orElse(0);
  }

  /**
   * A room, or a bend of an arrow that passes a row.
   *
   * @param name the room's name; empty for a bend
   * @param below what arrows lead to, in the next row
   */
  private record Spot(String name, int level, List<Spot> below) {
    /** Slots of a row: an arrow needs less room than a box. */
    double width() {
      return name.isEmpty() ? 0.3 : 1;
    }
  }

  /** All rooms and bends, those that are imported first. */
  private static List<Spot> spots(SetMultimap<String, String> imports) {
    Map<String, Spot> rooms = new TreeMap<>();
    List<Spot> all = new ArrayList<>();
    rooms(imports).stream()
        .sorted(Comparator.comparing((String room) -> level(imports, room)).thenComparing(r -> r))
        .forEach(
            room -> {
              List<Spot> below = new ArrayList<>();
              int level = level(imports, room);
              for (String other : essential(imports, room)) {
                Spot end = requireNonNull(rooms.get(other), other);
                while (end.level < level - 1) {
                  end = new Spot("", end.level + 1, List.of(end));
                  if (!all.contains(end)) { // arrows to one room run together
                    all.add(end);
                  }
                }
                below.add(end);
              }
              Spot spot = new Spot(room, level, below);
              rooms.put(room, spot);
              all.add(spot);
            });
    return all;
  }

  private static String svg(SetMultimap<String, String> imports) {
    Map<Spot, double[]> places = places(spots(imports));
    StringBuilder arrows = new StringBuilder();
    StringBuilder boxes = new StringBuilder();
    places.forEach(
        (spot, at) -> {
          if (!spot.name.isEmpty()) {
            spot.below.forEach(other -> arrows.append(arrow(places, at, other)));
            boxes.append(box(spot.name, at));
          }
        });
    int top = places.keySet().stream().mapToInt(Spot::level).max().orElseThrow();
    return String.format(
        Locale.ROOT,
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" \
        font-family="Helvetica, Arial, sans-serif" font-size="14" text-anchor="middle">
        <title>The rooms of vbar</title>
        <desc>Each arrow leads from a room to one that it imports. \
        Arrows that follow from others are left out.</desc>
        <rect width="100%%" height="100%%" fill="#ffffff"/>
        <defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" \
        markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#5b6b7f"/></marker></defs>
        <g fill="none" stroke="#5b6b7f" stroke-width="1.3">
        %s</g>
        %s</svg>
        """,
        WIDTH,
        top * ROW_HEIGHT + BOX_HEIGHT + 40,
        arrows,
        boxes);
  }

  /** Rows from the bottom up; within a row, spots stand above the middle of what is below them. */
  private static Map<Spot, double[]> places(List<Spot> spots) {
    Map<Spot, double[]> places = new LinkedHashMap<>();
    int top = spots.stream().mapToInt(Spot::level).max().orElseThrow();
    for (int level = 0; level <= top; level++) {
      List<Spot> row = new ArrayList<>();
      for (Spot spot : spots) {
        if (spot.level == level) {
          row.add(spot);
        }
      }
      row.sort(
          Comparator.comparing(
                  (Spot spot) ->
                      spot.below.stream()
                          .mapToDouble(other -> place(places, other)[0])
                          .average()
                          .orElse(0))
              .thenComparing(Spot::name));
      double slot = WIDTH / row.stream().mapToDouble(Spot::width).sum();
      double x = 0;
      double y = 20.0 + (top - level) * ROW_HEIGHT + BOX_HEIGHT / 2.0;
      for (Spot spot : row) {
        places.put(spot, new double[] {x + slot * spot.width() / 2, y});
        x += slot * spot.width();
      }
    }
    return places;
  }

  private static double[] place(Map<Spot, double[]> places, Spot spot) {
    return requireNonNull(places.get(spot));
  }

  /** The imports that no chain of other imports implies. */
  private static Set<String> essential(SetMultimap<String, String> imports, String room) {
    Set<String> implied = new TreeSet<>();
    imports.get(room).forEach(other -> implied.addAll(reached(imports, other)));
    return Sets.difference(imports.get(room), implied);
  }

  /** A curve from a box through the bends to the next box; it passes bends upright. */
  private static String arrow(Map<Spot, double[]> places, double[] from, Spot first) {
    double x = from[0];
    double y = from[1] + BOX_HEIGHT / 2.0;
    StringBuilder path = new StringBuilder(String.format(Locale.ROOT, "M%.1f %.1f", x, y));
    Spot spot = first;
    while (true) {
      double[] at = place(places, spot);
      double endY = at[1] - BOX_HEIGHT / 2.0 - (spot.name.isEmpty() ? 0 : 1);
      double bend = (endY - y) / 2;
      path.append(
          String.format(
              Locale.ROOT,
              "C%.1f %.1f %.1f %.1f %.1f %.1f",
              x,
              y + bend,
              at[0],
              endY - bend,
              at[0],
              endY));
      x = at[0];
      y = at[1] + BOX_HEIGHT / 2.0;
      if (!spot.name.isEmpty()) {
        return "<path marker-end=\"url(#tip)\" d=\"" + path + "\"/>\n";
      }
      path.append(String.format(Locale.ROOT, "L%.1f %.1f", x, y));
      spot = spot.below.get(0);
    }
  }

  private static String box(String room, double[] at) {
    return String.format(
        Locale.ROOT,
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"%d\" rx=\"7\" fill=\"#e6eefb\""
            + " stroke=\"#2f5d9b\"/><text x=\"%.1f\" y=\"%.1f\">%s</text>\n",
        at[0] - BOX_WIDTH / 2.0,
        at[1] - BOX_HEIGHT / 2.0,
        BOX_WIDTH,
        BOX_HEIGHT,
        at[0],
        at[1] + 5,
        room);
  }
}
