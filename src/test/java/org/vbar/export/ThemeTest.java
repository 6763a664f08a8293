package org.vbar.export;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ThemeTest {
  /** WCAG 2 level AA for text, and for graphics that carry meaning. */
  private static final double TEXT = 4.5;

  private static final double GRAPHICS = 3;

  @ParameterizedTest
  @EnumSource
  void texts_onEverythingUnderThem_haveEnoughContrast(Theme theme) {
    List<String> under = new ArrayList<>(List.of(theme.background()));
    for (Box box : boxes()) {
      under.add(theme.fill(box));
    }
    for (String colour : under) {
      assertContrast(TEXT, theme.ink(), colour);
      assertContrast(TEXT, theme.muted(), colour);
    }
    assertContrast(TEXT, theme.ink(), theme.halo());
  }

  @ParameterizedTest
  @EnumSource
  void signs_onEverythingUnderThem_haveEnoughContrast(Theme theme) {
    for (Box box : boxes()) {
      assertContrast(GRAPHICS, theme.bar(true), theme.fill(box));
      assertContrast(GRAPHICS, theme.bar(false), theme.fill(box));
      assertContrast(GRAPHICS, theme.outline(box), theme.background());
    }
    assertContrast(GRAPHICS, theme.arrow(), theme.background());
    assertContrast(GRAPHICS, theme.path(), theme.background());
    assertContrast(GRAPHICS, theme.path(), theme.halo());
  }

  private static List<Box> boxes() {
    List<Box> boxes = new ArrayList<>();
    for (Box.Kind kind : Box.Kind.values()) {
      boxes.add(box(kind, false));
      boxes.add(box(kind, true));
    }
    return boxes;
  }

  private static Box box(Box.Kind kind, boolean output) {
    return new Box(
        "n0",
        kind,
        output,
        false,
        List.of(),
        List.of(),
        List.of(),
        OptionalDouble.empty(),
        "",
        Optional.empty());
  }

  private static void assertContrast(double least, String one, String other) {
    double contrast = contrast(luminance(one), luminance(other));
    assertTrue(contrast >= least, one + " on " + other + " has a contrast of only " + contrast);
  }

  private static double contrast(double one, double other) {
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  }

  /** Relative luminance as WCAG 2 defines it. */
  private static double luminance(String colour) {
    int rgb = Integer.parseInt(colour.substring(1), 16);
    return 0.2126 * linear(rgb >> 16)
        + 0.7152 * linear(rgb >> 8 & 255)
        + 0.0722 * linear(rgb & 255);
  }

  private static double linear(int channel) {
    double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
  }
}
