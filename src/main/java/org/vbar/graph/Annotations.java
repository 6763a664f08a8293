package org.vbar.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What only some nodes of a graph have, kept beside the columns so that the others pay nothing:
 * names, groups, parameters, custom ops, recording sites and guards.
 */
final class Annotations {
  final Names names = new Names();
  final Groups groups = new Groups();
  final Parameters parameters = new Parameters();
  final TreeMap<Integer, CustomOp> customOps = new TreeMap<>();
  final TreeMap<Integer, StackTraceElement> sites = new TreeMap<>();
  final List<Guard> guards = new ArrayList<>();

  /** Forgets everything about the nodes from index {@code size} on, and the guards after some. */
  void truncate(int size, int guardCount) {
    names.truncate(size);
    groups.truncate(size);
    parameters.truncate(size);
    customOps.tailMap(size).clear();
    sites.tailMap(size).clear();
    guards.subList(guardCount, guards.size()).clear();
  }

  /** Names of single nodes and of ranges of nodes. */
  static final class Names {
    /** Names with one index, or with row and column if {@code rows} is not 0. */
    private record Range(int count, int rows, String name) {}

    private final TreeMap<Integer, String> single = new TreeMap<>();
    private final TreeMap<Integer, Range> ranges = new TreeMap<>();

    void put(int index, String name) {
      single.put(index, name);
    }

    void addRange(int first, int count, int rows, String name) {
      ranges.put(first, new Range(count, rows, name));
    }

    @Nullable String get(int index) {
      String name = single.get(index);
      if (name != null) {
        return name;
      }
      var entry = ranges.floorEntry(index);
      if (entry == null) {
        return null;
      }
      int k = index - entry.getKey();
      Range range = entry.getValue();
      if (k >= range.count) {
        return null;
      }
      String place = range.rows == 0 ? "" + k : k % range.rows + "," + k / range.rows;
      return range.name + "[" + place + "]";
    }

    void truncate(int size) {
      single.tailMap(size).clear();
      ranges.tailMap(size).clear();
    }
  }

  /** Which group was open, as the list of indices where it changed. */
  static final class Groups {
    private final TreeMap<Integer, Optional<Group>> starts = new TreeMap<>();

    void startAt(int index, @Nullable Group group) {
      starts.put(index, Optional.ofNullable(group));
    }

    @Nullable Group at(int index) {
      var entry = starts.floorEntry(index);
      return entry == null ? null : entry.getValue().orElse(null);
    }

    /** Keeps what is open now for the nodes that come next. */
    void truncate(int size) {
      if (!starts.isEmpty()) {
        var open = starts.lastEntry().getValue();
        starts.tailMap(size).clear();
        starts.put(size, open);
      }
    }
  }

  /** Numbers beside parents, in the order of recording and therefore sorted by index. */
  static final class Parameters {
    private int[] indices = new int[8];
    private double[] values = new double[8];
    private int count;

    void put(int index, double value) {
      if (count == indices.length) {
        indices = Arrays.copyOf(indices, 2 * count);
        values = Arrays.copyOf(values, 2 * count);
      }
      indices[count] = index;
      values[count] = value;
      count++;
    }

    double get(int index) {
      return values[Arrays.binarySearch(indices, 0, count, index)];
    }

    void truncate(int size) {
      int found = Arrays.binarySearch(indices, 0, count, size);
      count = found >= 0 ? found : -found - 1;
    }
  }
}
