package org.vbar.notebook;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.vbar.layer.Einsum;

/**
 * Einsums as wires, as an SVG picture: every tensor is a disc, every index a wire between the
 * tensors that have it. The result is drawn as a ring; an index that it lacks is summed over and
 * its wire is thick.
 *
 * <pre>{@code
 * String svg =
 *     IndexPicture.titled("One triangle")
 *         .einsum(Einsum.parse("bi,ih->bh"), "X", "W", "A")
 *         .einsum(Einsum.parse("bi,bh->ih"), "X", "Ā", "W̄")
 *         .toSvg();
 * }</pre>
 *
 * <p>Where the panels are about the same sets of letters, a set stands at the same place in each,
 * whatever the names and the order of the letters. The methods that add something change this
 * picture and return it.
 */
public final class IndexPicture {
  private static final double PANEL = 220;
  private static final double HEIGHT = 224;
  private static final double RISE = 88;
  private static final double RADIUS = 68;
  private static final double DISC = 23;
  private static final double BEND = 34;
  private static final double MARGIN = 24;
  private static final int ABREAST = 3;

  private final String title;
  private final List<Panel> panels = new ArrayList<>();

  /**
   * For example {@code A = einsum(bi,ih->bh)}: the tensors are the operands and then the result.
   */
  private record Panel(Einsum einsum, List<Tensor> tensors) {
    String formula() {
      return tensors.get(tensors.size() - 1).name + ":  " + einsum.toString().replace("->", " → ");
    }
  }

  /** The place is named by the letters in alphabetic order, and counts those of the same name. */
  private record Tensor(String name, String letters, String place, boolean isResult) {}

  private IndexPicture(String title) {
    this.title = title;
  }

  /** A picture without panels, with a line over it. */
  public static IndexPicture titled(String title) {
    return new IndexPicture(title);
  }

  /**
   * A further panel.
   *
   * @param einsum what to draw
   * @param names a name for each operand and then one for the result
   * @throws IllegalArgumentException if the number of names is wrong
   */
  @CanIgnoreReturnValue
  public IndexPicture einsum(Einsum einsum, String... names) {
    List<String> letters = new ArrayList<>(einsum.operands());
    letters.add(einsum.output());
    if (names.length != letters.size()) {
      throw new IllegalArgumentException(
          "Expected %d names for %s, the last one for the result, but got %d."
              .formatted(letters.size(), einsum, names.length));
    }
    List<Tensor> tensors = new ArrayList<>();
    for (int k = 0; k < names.length; k++) {
      String sorted = sorted(letters.get(k));
      long before = tensors.stream().filter(t -> sorted(t.letters).equals(sorted)).count();
      tensors.add(
          new Tensor(names[k], letters.get(k), sorted + "-" + before, k == names.length - 1));
    }
    panels.add(new Panel(einsum, tensors));
    return this;
  }

  private static String sorted(String letters) {
    return letters.chars().sorted().mapToObj(Character::toString).collect(Collectors.joining());
  }

  /**
   * The picture.
   *
   * @throws IllegalStateException if there is no panel
   */
  public String toSvg() {
    if (panels.isEmpty()) {
      throw new IllegalStateException(
          "The picture \"" + title + "\" has no einsum to show; add one.");
    }
    Sheet sheet = new Sheet();
    sheet.text(MARGIN, 28, "start", 16, Ink.TEXT, " font-weight=\"bold\"", title);
    for (int k = 0; k < panels.size(); k++) {
      int row = k / ABREAST;
      double x = MARGIN + k % ABREAST * PANEL;
      double y = 44 + row * HEIGHT;
      new Drawing(sheet, panels.get(k), places(panels.get(k)), x + PANEL / 2, y + RISE).draw();
    }
    int rows = (panels.size() + ABREAST - 1) / ABREAST;
    double width = 2 * MARGIN + Math.min(ABREAST, panels.size()) * PANEL;
    return sheet.toSvg(
        Math.max(width, 2 * MARGIN + Sheet.widthOf(title, 17)),
        44 + rows * HEIGHT,
        title,
        panels.stream().map(Panel::formula).collect(Collectors.joining("; ")));
  }

  /** Every place of a panel with a number around the circle, the same in all if they fit. */
  private Map<String, Integer> places(Panel panel) {
    Map<String, Integer> shared = numbered(panels);
    int most = panels.stream().mapToInt(p -> p.tensors.size()).max().orElse(0);
    return shared.size() == most ? shared : numbered(List.of(panel));
  }

  private static Map<String, Integer> numbered(List<Panel> panels) {
    Map<String, Integer> places = new LinkedHashMap<>();
    for (Panel panel : panels) {
      for (Tensor tensor : panel.tensors) {
        places.putIfAbsent(tensor.place, places.size());
      }
    }
    return places;
  }

  /** One panel around a centre. */
  private record Drawing(
      Sheet sheet, Panel panel, Map<String, Integer> places, double centreX, double centreY) {
    void draw() {
      drawWires();
      for (Tensor tensor : panel.tensors) {
        double x = x(tensor);
        double y = y(tensor);
        sheet.circle(x, y, DISC, sheet.fill(Ink.PAPER));
        sheet.circle(x, y, DISC, sheet.fill(Ink.GRID) + " fill-opacity=\"0.6\"");
        sheet.circle(
            x,
            y,
            DISC,
            sheet.stroke(tensor.isResult ? Ink.TEXT : Ink.AXIS, tensor.isResult ? 3.5 : 1));
        sheet.text(x, y + 2, "middle", 15, Ink.TEXT, " font-weight=\"bold\"", tensor.name);
        sheet.text(x, y + 16, "middle", 11, Ink.MUTED, tensor.letters);
      }
      sheet.text(centreX, centreY + RADIUS + DISC + 30, "middle", 14, Ink.TEXT, panel.formula());
    }

    /** Letters that join the same tensors share a bundle of bent wires. */
    private void drawWires() {
      Map<List<Tensor>, List<Character>> bundles = new LinkedHashMap<>();
      wires()
          .forEach(
              (letter, ends) -> bundles.computeIfAbsent(ends, e -> new ArrayList<>()).add(letter));
      bundles.forEach(
          (ends, letters) -> {
            for (int k = 0; k < letters.size(); k++) {
              drawWire(letters.get(k), ends, BEND * (k - (letters.size() - 1) / 2.0));
            }
          });
    }

    /** Every letter with the tensors that have it, in alphabetic order. */
    private Map<Character, List<Tensor>> wires() {
      Map<Character, List<Tensor>> wires = new TreeMap<>();
      for (Tensor tensor : panel.tensors) {
        tensor
            .letters
            .chars()
            .distinct()
            .forEach(c -> wires.computeIfAbsent((char) c, l -> new ArrayList<>()).add(tensor));
      }
      return wires;
    }

    /** All ends of a wire meet in the middle of the tensors that have it, give or take a bend. */
    private void drawWire(char letter, List<Tensor> ends, double bend) {
      boolean summed = panel.einsum.output().indexOf(letter) < 0;
      Tensor first = ends.get(0);
      Tensor last = ends.get(ends.size() - 1);
      double length = StrictMath.hypot(x(last) - x(first), y(last) - y(first));
      double x = ends.stream().mapToDouble(this::x).average().orElse(centreX);
      double y = ends.stream().mapToDouble(this::y).average().orElse(centreY);
      if (length > 0) {
        x += bend * (y(last) - y(first)) / length;
        y -= bend * (x(last) - x(first)) / length;
      } else { // a letter that one tensor alone has leads outwards
        x += 45 * StrictMath.cos(angle(first)) + bend * StrictMath.sin(angle(first));
        y += 45 * StrictMath.sin(angle(first)) - bend * StrictMath.cos(angle(first));
      }
      for (Tensor end : ends) {
        sheet.line(
            x(end), y(end), x, y, sheet.stroke(summed ? Ink.BLUE : Ink.AXIS, summed ? 6 : 2));
      }
      sheet.circle(x, y, 11, sheet.fill(Ink.PAPER));
      sheet.text(
          x,
          y + 5,
          "middle",
          15,
          summed ? Ink.BLUE : Ink.TEXT,
          summed ? " font-weight=\"bold\"" : "",
          Character.toString(letter));
    }

    private double angle(Tensor tensor) {
      int place = places.getOrDefault(tensor.place, 0);
      return 2 * Math.PI * place / places.size() - 5 * Math.PI / 6;
    }

    private double x(Tensor tensor) {
      return centreX + RADIUS * StrictMath.cos(angle(tensor));
    }

    private double y(Tensor tensor) {
      return centreY + RADIUS * StrictMath.sin(angle(tensor));
    }
  }
}
