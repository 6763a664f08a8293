package org.vbar.compile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vbar.graph.Node;

/**
 * The names of a tape's inputs and data by slot, cut into a base and up to two indices: {@code
 * W[3,1]} is base {@code W} with indices 3 and 1. Takes three numbers a leaf, and no string.
 *
 * <p>A base with two leaves of the same name says nothing, so it is forgotten. One that is not a
 * word is not read: in a text of formulas it could be taken for a part of them.
 */
final class LeafNames {
  /** No base, or no index. */
  static final int NONE = -1;

  private static final int MOST_DIGITS = 9;

  private final Map<String, Integer> places = new HashMap<>();
  private final List<String> bases = new ArrayList<>();
  private final int[] base;
  private final int[][] index;

  private LeafNames(int leaves) {
    base = new int[leaves];
    index = new int[2][leaves];
    Arrays.fill(base, NONE);
    Arrays.fill(index[0], NONE);
    Arrays.fill(index[1], NONE);
  }

  /** Reads the names of leaves whose slots are given, inputs first. */
  static LeafNames of(List<Node> inputs, List<Node> data, int[] slots) {
    LeafNames names = new LeafNames(slots.length);
    for (int k = 0; k < slots.length; k++) {
      Node leaf = k < inputs.size() ? inputs.get(k) : data.get(k - inputs.size());
      int slot = slots[k];
      leaf.name().ifPresent(name -> names.put(slot, name));
    }
    names.forgetAmbiguous();
    return names;
  }

  private void put(int slot, String name) {
    int open = name.lastIndexOf('[');
    if (open > 0 && name.endsWith("]")) {
      int comma = name.indexOf(',', open);
      int first = number(name, open + 1, comma < 0 ? name.length() - 1 : comma);
      int second = comma < 0 ? NONE : number(name, comma + 1, name.length() - 1);
      if (first != NONE && (comma < 0 || second != NONE)) {
        base[slot] = placeOfWord(name.substring(0, open));
        index[0][slot] = first;
        index[1][slot] = second;
        return;
      }
    }
    base[slot] = placeOfWord(name);
  }

  private int placeOfWord(String name) {
    return isWord(name) ? place(name) : NONE;
  }

  /** Whether a name is made of letters, digits, their accents and indices, and the like. */
  private static boolean isWord(String name) {
    return !name.isEmpty()
        && !Character.isDigit(name.codePointAt(0))
        && name.codePoints().allMatch(LeafNames::isPartOfWord);
  }

  private static boolean isPartOfWord(int c) {
    if (Character.isIdentifierIgnorable(c)) { // control characters, too
      return false;
    }
    return Character.isUnicodeIdentifierPart(c)
        || Character.getType(c) == Character.OTHER_NUMBER
        || "'′″.".indexOf(c) >= 0;
  }

  private int place(String name) {
    Integer known = places.putIfAbsent(name, bases.size());
    if (known != null) {
      return known;
    }
    bases.add(name);
    return bases.size() - 1;
  }

  /** The digits between two places as a number, or {@link #NONE}. */
  private static int number(String text, int from, int to) {
    if (from >= to || to - from > MOST_DIGITS) {
      return NONE;
    }
    int number = 0;
    for (int at = from; at < to; at++) {
      char digit = text.charAt(at);
      if (digit < '0' || digit > '9') {
        return NONE;
      }
      number = 10 * number + digit - '0';
    }
    return number;
  }

  private void forgetAmbiguous() {
    record Name(int base, int first, int second) {}
    Set<Name> seen = new HashSet<>();
    Set<Integer> ambiguous = new HashSet<>();
    for (int slot = 0; slot < base.length; slot++) {
      if (base[slot] != NONE && !seen.add(new Name(base[slot], index[0][slot], index[1][slot]))) {
        ambiguous.add(base[slot]);
      }
    }
    for (int slot = 0; slot < base.length; slot++) {
      if (ambiguous.contains(base[slot])) {
        base[slot] = NONE;
      }
    }
    ambiguous.forEach(place -> places.remove(bases.get(place)));
  }

  /** Whether some leaves are called so, with indices or without. */
  boolean has(String name) {
    return places.containsKey(name);
  }

  /** The place of a leaf's base, or {@link #NONE}. */
  int base(int slot) {
    return base[slot];
  }

  String baseName(int slot) {
    return bases.get(base[slot]);
  }

  /** Index 0 or 1 of a leaf, or {@link #NONE}. */
  int index(int which, int slot) {
    return index[which][slot];
  }
}
