package org.vbar.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.vbar.layer.Einsum;
import org.vbar.layer.Matrix;

class PlotTest {
  @Test
  void plot_sameCalls_sameTextWithLabels() {
    String svg = Plot.titled("a < b").xAxis("epoch").yAxis("loss").line("one", 3, 2, 1).toSvg();

    assertEquals(
        svg, Plot.titled("a < b").xAxis("epoch").yAxis("loss").line("one", 3, 2, 1).toSvg());
    assertTrue(svg.contains("a &lt; b") && svg.contains("epoch") && svg.contains("loss"), svg);
    assertTrue(svg.contains("prefers-color-scheme:dark"), svg);
  }

  @Test
  void plot_notFinite_leavesAGap() {
    String svg = Plot.titled("gap").line("one", 1, 2, Double.NaN, 2, 1).toSvg();

    assertFalse(svg.contains("NaN"), svg);
    assertTrue(
        svg.lines().anyMatch(line -> line.matches("<path d=\"M[^M]+M.*stroke-width=\"2.5.*")));
  }

  @Test
  void plot_nothing_isRefused() {
    assertThrows(IllegalStateException.class, () -> Plot.titled("empty").toSvg());
    assertThrows(
        IllegalArgumentException.class,
        () -> Plot.titled("t").line("one", new double[2], new double[3]));
  }

  @Test
  void axis_logarithmic_hasPowersOfTen() {
    Axis axis = Axis.around("x", true, 1e-8, 1);

    assertEquals(0.5, axis.place(1e-4), 1e-12);
    assertEquals(1e-4, axis.numberAt(0.5), 1e-16);
    assertTrue(axis.ticks().stream().anyMatch(tick -> tick.text().equals("10⁻⁸")), axis::toString);
  }

  @Test
  void axis_linear_hasRoundNumbers() {
    assertEquals(
        List.of("0", "2", "4", "6", "8", "10"),
        Axis.around("x", false, 0.1, 9.7).ticks().stream().map(Axis.Tick::text).toList());
  }

  @Test
  void note_atTheTop_standsBelowItsPoint() {
    String svg =
        Plot.titled("t")
            .line("l", new double[] {0, 1}, new double[] {0, 1})
            .yRange(0, 1)
            .note(0.5, 1, "top")
            .note(0.5, 0.5, "middle")
            .toSvg();

    assertTrue(baseline(svg, "top") > centre(svg, 0), svg);
    assertTrue(baseline(svg, "middle") < centre(svg, 1), svg);
  }

  private static double baseline(String svg, String words) {
    Matcher text = Pattern.compile(" y=\"([-.0-9]+)\"[^>]*>" + words + "<").matcher(svg);
    assertTrue(text.find(), svg);
    return Double.parseDouble(text.group(1));
  }

  private static double centre(String svg, int note) {
    List<Double> centres =
        Pattern.compile(" cy=\"([-.0-9]+)\" r=\"6\"")
            .matcher(svg)
            .results()
            .map(found -> Double.valueOf(found.group(1)))
            .toList();
    return centres.get(note);
  }

  @Test
  void tiles_numbers_areWrittenExceptZero() {
    String svg = Tiles.titled("t").add("m", Matrix.of(1, 2, 0, 7)).numbers("%.1f").toSvg();

    assertTrue(svg.contains(">7.0<"), svg);
    assertFalse(svg.contains(">0.0<"), svg);
  }

  @Test
  void shapePicture_innerSizesDiffer_drawsACross() {
    ShapePicture sizes = ShapePicture.titled("t").size("s", 5).size("i", 3).size("j", 4);
    String wrong = sizes.equation("W[i,j] = X[s,i] A[s,j]").toSvg();

    assertTrue(wrong.contains("X [5 × 3] A [5 × 4]"), wrong);
    assertTrue(wrong.contains("l14 14m0 -14l-14 14"), wrong);
    assertThrows(IllegalArgumentException.class, () -> sizes.equation("W[i,j]"));
    assertThrows(IllegalArgumentException.class, () -> sizes.equation("W[i,k] = X[i,s] A[s,k]"));
  }

  @Test
  void indexPicture_summedLetter_isBold() {
    Einsum einsum = Einsum.parse("bi,ih->bh");
    String svg = IndexPicture.titled("t").einsum(einsum, "X", "W", "A").toSvg();

    assertTrue(svg.contains(" font-weight=\"bold\">i<"), svg);
    assertFalse(svg.contains(" font-weight=\"bold\">b<"), svg);
    assertThrows(
        IllegalArgumentException.class, () -> IndexPicture.titled("t").einsum(einsum, "X", "A"));
  }
}
