package org.vbar.export;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The colours of a picture, as {@code #RRGGBB}.
 *
 * <p>The colours that carry meaning are those of Okabe and Ito (Color Universal Design, 2008),
 * which people with any kind of colour vision can tell apart; nothing is said by colour alone.
 * Every text has a contrast of at least 4.5 to what lies under it, as WCAG 2 level AA asks.
 */
public enum Theme {
  /** Dark on white. */
  LIGHT(
      "#FFFFFF", "#1B1F24", "#505A64", "#F4F6F8", "#E1F0FA", "#F3F0EA", "#DFF3EC", "#E9ECF0",
      "#57606A", "#0072B2", "#009E73", "#C3CAD2", "#8C959F", "#0072B2", "#D55E00", "#1B1F24",
      "#F0E442"),
  /** Light on nearly black. */
  DARK(
      "#12161C", "#F0F3F6", "#B4BDC7", "#232A33", "#123449", "#302C26", "#123A2F", "#2B323C",
      "#9AA4AF", "#56B4E9", "#2FC79B", "#48525E", "#78838F", "#56B4E9", "#E69F00", "#F0E442",
      "#5C560A");

  private final String background;
  private final String ink;
  private final String muted;
  private final String opFill;
  private final String variableFill;
  private final String constantFill;
  private final String outputFill;
  private final String collapsedFill;
  private final String outline;
  private final String variableOutline;
  private final String outputOutline;
  private final String track;
  private final String arrow;
  private final String positive;
  private final String negative;
  private final String path;
  private final String halo;

  Theme(
      String background,
      String ink,
      String muted,
      String opFill,
      String variableFill,
      String constantFill,
      String outputFill,
      String collapsedFill,
      String outline,
      String variableOutline,
      String outputOutline,
      String track,
      String arrow,
      String positive,
      String negative,
      String path,
      String halo) {
    this.background = background;
    this.ink = ink;
    this.muted = muted;
    this.opFill = opFill;
    this.variableFill = variableFill;
    this.constantFill = constantFill;
    this.outputFill = outputFill;
    this.collapsedFill = collapsedFill;
    this.outline = outline;
    this.variableOutline = variableOutline;
    this.outputOutline = outputOutline;
    this.track = track;
    this.arrow = arrow;
    this.positive = positive;
    this.negative = negative;
    this.path = path;
    this.halo = halo;
  }

  /**
   * Style rules that make a light SVG dark: a declaration for each selector. Presentation
   * attributes give way to them. Letters have the colour of ink, of which an arrow on the path of
   * largest contribution has its own, and so letters have a rule of their own.
   */
  static Map<String, String> darkRules() {
    Map<String, String> rules = new LinkedHashMap<>();
    List<String> from = LIGHT.colours();
    for (int k = 0; k < from.size(); k++) {
      String dark = DARK.colours().get(k);
      for (String property : List.of("fill", "stroke")) {
        rules.put("[%s=\"%s\"]".formatted(property, from.get(k)), property + ":" + dark);
      }
    }
    rules.put("text[fill=\"%s\"]".formatted(LIGHT.ink), "fill:" + DARK.ink);
    return rules;
  }

  /** Ink before path: where both are one colour, shapes take that of the path. */
  private List<String> colours() {
    return List.of(
        background,
        ink,
        muted,
        opFill,
        variableFill,
        constantFill,
        outputFill,
        collapsedFill,
        outline,
        variableOutline,
        outputOutline,
        track,
        arrow,
        positive,
        negative,
        path,
        halo);
  }

  /** Under everything. */
  public String background() {
    return background;
  }

  /** Names and numbers. */
  public String ink() {
    return ink;
  }

  /** Formulas, captions and the legend. */
  public String muted() {
    return muted;
  }

  /** The area of a box. */
  String fill(Box box) {
    if (box.output()) {
      return outputFill;
    }
    return switch (box.kind()) {
      case VARIABLE -> variableFill;
      case CONSTANT -> constantFill;
      case OP -> opFill;
      case GROUP, ARRAY, REST -> collapsedFill;
    };
  }

  /** The border of a box. */
  String outline(Box box) {
    if (box.output()) {
      return outputOutline;
    }
    return box.kind() == Box.Kind.VARIABLE ? variableOutline : outline;
  }

  /** The line around a group, and the empty part of a bar. */
  String track() {
    return track;
  }

  /** An arrow off the path of largest contribution. */
  String arrow() {
    return arrow;
  }

  /** A bar for v̄ &gt; 0, or for v̄ &lt; 0. */
  String bar(boolean isNegative) {
    return isNegative ? negative : positive;
  }

  /** The path of largest contribution. */
  String path() {
    return path;
  }

  /** The marker stroke under the path of largest contribution. */
  String halo() {
    return halo;
  }
}
