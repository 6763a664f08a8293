package org.vbar.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vbar.backprop.Adjoints;
import org.vbar.backprop.Backprop;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.w3c.dom.Element;

/** What a picture shows: read from its SVG. */
class GraphPictureTest {
  private static final double TITLE_HEIGHT = 19;

  private static TestSvg svg(GraphPicture picture) {
    return TestSvg.parse(picture.engines(TestEngines.onALine()).toSvg());
  }

  private static Set<String> headings(TestSvg svg, String boxClass) {
    return svg.ofClass(boxClass).stream()
        .map(TestSvg::heading)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  // ---- What stands in a picture ----

  @Test
  void toSvg_sweep_showsNameFormulaValueAdjointAndLocalDerivative() {
    TestSvg svg = svg(GraphPicture.of(PictureFixtures.diamond()));
    assertEquals(
        List.of("a", "= sin(x)", "value", "0.9975", "v̄", "+2.25"),
        TestSvg.lines(svg.get("vbar-n1")));
    assertEquals(List.of("x", "value", "1.5", "v̄", "+3.152"), TestSvg.lines(svg.get("vbar-n0")));
    assertEquals(List.of("0.07074"), TestSvg.lines(svg.get("vbar-e0")));
    assertTrue(TestSvg.title(svg.get("vbar-n1")).contains("value 0.9974949866040544"));
    assertTrue(TestSvg.title(svg.get("vbar-e0")).contains("∂a/∂x = 0.0707372016677029"));
  }

  @Test
  void toSvg_nodeWithoutSweep_showsValuesOnly() {
    TestSvg svg = svg(GraphPicture.of(PictureFixtures.diamond().output()));
    assertEquals(List.of("y", "= a·b", "value", "2.244"), TestSvg.lines(svg.get("vbar-n3")));
    assertEquals(List.of(), svg.ofClass("on-path"));
  }

  @Test
  void toSvg_kinds_haveTheirClassesAndShapes() {
    TestSvg svg = svg(GraphPicture.of(PictureFixtures.classifier()));
    assertEquals(Set.of("0.5", "t"), headings(svg, "constant"));
    assertEquals(Set.of("loss"), headings(svg, "output"));
    assertTrue(headings(svg, "variable").containsAll(Set.of("x1", "x2", "W1[0,0]", "W3[1,0]")));
    Element constant = TestSvg.elements(svg.ofClass("constant").get(0), "rect").get(0);
    assertFalse(constant.getAttribute("stroke-dasharray").isEmpty());
    assertEquals("", constant.getAttribute("rx"));
    Element output = svg.ofClass("output").get(0);
    long outlines =
        TestSvg.elements(output, "rect").stream().filter(r -> r.hasAttribute("stroke")).count();
    assertEquals(2, outlines);
  }

  @Test
  void toSvg_signOfAdjoint_isOnASideOfTheBar() {
    TestSvg svg = svg(GraphPicture.of(PictureFixtures.classifier()));
    List<Element> constants = svg.ofClass("constant");
    for (Element box : svg.ofClass("box").stream().filter(b -> !constants.contains(b)).toList()) {
      List<String> lines = TestSvg.lines(box);
      List<Element> rects = TestSvg.elements(box, "rect");
      Element middle = rects.get(rects.size() - 1);
      Element bar = rects.get(rects.size() - 2);
      double centre = number(middle, "x") + number(middle, "width") / 2;
      String adjoint = lines.get(lines.size() - 1);
      if (adjoint.startsWith("+")) {
        assertEquals(centre, number(bar, "x"), 0.02, lines::toString);
      } else if (adjoint.startsWith("-")) {
        assertEquals(centre, number(bar, "x") + number(bar, "width"), 0.02, lines::toString);
      }
    }
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }

  @Test
  void toSvg_numbersThatAreNotFinite_areShown() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 0);
    Node y = x.log().times(x).named("y");
    TestSvg svg = svg(GraphPicture.of(Backprop.sweep(y)));
    assertEquals(List.of("x", "value", "0", "v̄", "NaN"), TestSvg.lines(svg.get("vbar-n0")));
    assertTrue(TestSvg.lines(svg.get("vbar-n1")).contains("-∞"));
    assertEquals(List.of("∞"), TestSvg.lines(svg.get("vbar-e0")));
  }

  @Test
  void toSvg_singleLeaf_isOneBox() {
    TestSvg svg = svg(GraphPicture.of(Backprop.sweep(new Graph().variable("x", 1))));
    assertEquals(Set.of("x"), headings(svg, "box"));
  }

  // ---- The path of largest contribution ----

  @Test
  void toSvg_pathOfLargestContribution_isMarked() {
    TestSvg svg = svg(GraphPicture.of(PictureFixtures.diamond()));
    // ȳ·∂y/∂a = 2.25 beats ȳ·∂y/∂b = 0.9975, although x gets more through b.
    assertEquals(
        List.of("vbar-n0", "vbar-n1", "vbar-n3"),
        svg.ofClass("on-path").stream()
            .filter(e -> e.getAttribute("class").startsWith("box"))
            .map(e -> e.getAttribute("id"))
            .toList());
    List<Element> arrows =
        svg.ofClass("arrow").stream()
            .filter(e -> e.getAttribute("class").contains("on-path"))
            .toList();
    assertEquals(2, arrows.size());
    double wide = number(TestSvg.elements(arrows.get(0), "path").get(0), "stroke-width");
    for (Element other : svg.ofClass("arrow")) {
      if (!arrows.contains(other)) {
        assertTrue(wide > number(TestSvg.elements(other, "path").get(0), "stroke-width") + 0.9);
      }
    }
  }

  @Test
  void path_equalContributions_takesTheFirstArgument() {
    TestSvg svg = svg(GraphPicture.of(PictureFixtures.square()));
    assertTrue(svg.get("vbar-e0").getAttribute("class").contains("on-path"));
    assertFalse(svg.get("vbar-e1").getAttribute("class").contains("on-path"));
  }

  @Test
  void path_constantsAndZeros_areNotFollowed() {
    Graph graph = new Graph();
    Node x = graph.variable("x", -1);
    Node y = x.relu().times(1000).named("y");
    TestSvg svg = svg(GraphPicture.of(Backprop.sweep(y)));
    assertEquals(
        Set.of("v1", "y"),
        svg.ofClass("on-path").stream()
            .filter(e -> e.getAttribute("class").startsWith("box"))
            .map(TestSvg::heading)
            .collect(Collectors.toSet()));
  }

  // ---- For everybody ----

  @ParameterizedTest
  @ValueSource(strings = {"dot", "graph-support"})
  void toSvg_anyEngine_isAnImageWithTitleAndDescription(String engine) {
    String svg =
        GraphPicture.of(PictureFixtures.classifier())
            .title("Classifier <1>")
            .engines(TestEngines.named(engine))
            .toSvg();
    TestSvg picture = TestSvg.parse(svg);
    assertEquals("img", picture.root().getAttribute("role"));
    assertEquals("vbar-title vbar-desc", picture.root().getAttribute("aria-labelledby"));
    assertEquals("Classifier <1>", picture.get("vbar-title").getTextContent());
    String description = picture.get("vbar-desc").getTextContent();
    assertTrue(
        description.startsWith(
            "Computation graph of loss = 0.06386: 37 nodes as 37 boxes and 40 arrows."
                + " Path of largest contribution, from the output: loss (v̄ +1), "),
        description);
    assertEquals(37, picture.ofClass("box").size());
    assertEquals(40, picture.ofClass("arrow").size());
    assertTrue(picture.root().getTextContent().contains("path of largest contribution"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dot", "graph-support"})
  void toSvg_anyEngine_boxesAreApartAndInsideThePicture(String engine) {
    for (Direction direction : Direction.values()) {
      for (Adjoints adjoints :
          Arrays.asList(PictureFixtures.classifier(), PictureFixtures.hostile())) {
        GraphPicture picture = GraphPicture.of(adjoints).direction(direction);
        TestSvg svg = TestSvg.parse(picture.engines(TestEngines.named(engine)).toSvg());
        List<Rect> boxes = svg.ofClass("box").stream().map(GraphPictureTest::place).toList();
        for (Rect box : boxes) {
          assertTrue(box.x() >= 0 && box.y() >= 0);
          assertTrue(box.right() <= number(svg.root(), "width"));
          assertTrue(box.bottom() <= number(svg.root(), "height"));
          assertEquals(1, boxes.stream().filter(other -> overlap(box, other)).count());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dot", "graph-support"})
  void toSvg_leftToRight_firstParentIsAboveTheSecond(String engine) {
    Graph graph = new Graph();
    Node sum = graph.variable("first", 1).times(graph.variable("second", 2));
    GraphPicture picture = GraphPicture.of(Backprop.sweep(sum)).direction(Direction.LEFT_TO_RIGHT);
    TestSvg svg = TestSvg.parse(picture.engines(TestEngines.named(engine)).toSvg());
    Rect first = place(variable(svg, "first"));
    Rect second = place(variable(svg, "second"));
    assertTrue(first.bottom() < second.y(), first + " is not above " + second);
  }

  private static Element variable(TestSvg svg, String name) {
    return svg.ofClass("variable").stream()
        .filter(box -> TestSvg.heading(box).equals(name))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dot", "graph-support"})
  void toSvg_frames_holdTheirBoxesBelowTheTitle(String engine) {
    for (Direction direction : Direction.values()) {
      GraphPicture picture = GraphPicture.of(PictureFixtures.classifier()).direction(direction);
      TestSvg svg = TestSvg.parse(picture.engines(TestEngines.named(engine)).toSvg());
      List<Rect> boxes = svg.ofClass("box").stream().map(GraphPictureTest::place).toList();
      List<Element> frames = svg.ofClass("frame");
      assertFalse(frames.isEmpty());
      for (Element frame : frames) {
        Rect line = place(frame);
        assertTrue(
            boxes.stream()
                .filter(box -> overlap(box, line))
                .allMatch(box -> box.y() >= line.y() + TITLE_HEIGHT),
            direction + ": a box lies over the title of " + TestSvg.title(frame));
      }
    }
  }

  @Test
  void frames_nestedVeryDeep_areCollapsedWithANote() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 1);
    Node[] y = {x};
    nested(graph, y, 500);
    GraphPicture picture = GraphPicture.of(Backprop.sweep(y[0])).limit(10_000);
    TestSvg svg = svg(picture);
    assertEquals(24, svg.ofClass("frame").size());
    assertEquals(1, svg.ofClass("group").size());
    assertTrue(
        picture
            .notes()
            .contains("Groups are nested 500 deep: those of level 25 are shown as one box each."),
        picture.notes().toString());

    GraphPicture asked = GraphPicture.of(Backprop.sweep(y[0])).limit(10_000).collapse(25);
    assertEquals(24, svg(asked).ofClass("frame").size());
    assertFalse(asked.notes().toString().contains("nested"), "it is what was asked for");
  }

  private static void nested(Graph graph, Node[] y, int depth) {
    if (depth > 0) {
      graph.inGroup(
          "level " + depth,
          () -> {
            y[0] = y[0].sin();
            nested(graph, y, depth - 1);
          });
    }
  }

  private static Rect place(Element box) {
    Element rect = TestSvg.elements(box, "rect").get(0);
    return new Rect(
        number(rect, "x"), number(rect, "y"), number(rect, "width"), number(rect, "height"));
  }

  private static boolean overlap(Rect a, Rect b) {
    return a.x() < b.right() && b.x() < a.right() && a.y() < b.bottom() && b.y() < a.bottom();
  }

  @Test
  void toSvg_idPrefix_isBeforeEveryId() {
    String svg =
        GraphPicture.of(PictureFixtures.square())
            .idPrefix("p2")
            .engines(TestEngines.onALine())
            .toSvg();
    for (Element element : TestSvg.elements(TestSvg.parse(svg).root(), "*")) {
      String id = element.getAttribute("id");
      assertTrue(id.isEmpty() || id.startsWith("p2-"), id);
    }
  }

  @Test
  void legend_turnedOff_isNotThere() {
    GraphPicture picture = GraphPicture.of(PictureFixtures.square());
    assertEquals(1, svg(picture).ofClass("legend").size());
    assertEquals(0, svg(picture.legend(false)).ofClass("legend").size());
  }

  // ---- Hostile labels ----

  @ParameterizedTest
  @ValueSource(strings = {"dot", "graph-support"})
  void toSvg_hostileLabels_areShownAsTyped(String engine) {
    GraphPicture picture = GraphPicture.of(PictureFixtures.hostile()).title("\\N <&> \"{|}");
    TestSvg svg = TestSvg.parse(picture.engines(TestEngines.named(engine)).toSvg());
    for (int k = 0; k < PictureFixtures.HOSTILE_LABELS.size(); k++) {
      String typed = PictureFixtures.HOSTILE_LABELS.get(k);
      String shown =
          typed
              .replace("\n", "")
              .replace('\u0007', '␇')
              .replace('\u0000', '␀')
              .replace('\u001b', '␛')
              .replace('\t', '␉');
      assertEquals(shown, TestSvg.heading(svg.get("vbar-n" + k)));
    }
    assertTrue(TestSvg.lines(svg.root()).contains("\\N <&> \"{|}"));
    assertTrue(TestSvg.lines(svg.root()).contains("group \"<&>\" {|} \\N"));
    assertEquals(List.of(), TestSvg.elements(svg.root(), "img"));
    assertEquals(List.of(), TestSvg.elements(svg.root(), "b"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dot", "graph-support"})
  void toSvg_labelOfTenThousandCharacters_isShownWhole(String engine) {
    String name = "0123456789 <&>\" \\N {|} 😀 ".repeat(400).substring(0, 10_000);
    Node x = new Graph().variable(name, 1);
    GraphPicture picture = GraphPicture.of(Backprop.sweep(x.exp().named("y")));
    TestSvg svg = TestSvg.parse(picture.engines(TestEngines.named(engine)).toSvg());
    assertEquals(name, TestSvg.heading(svg.get("vbar-n0")));
    assertTrue(number(svg.root(), "width") < 4_000);
  }

  @Test
  void toDot_hostileLabels_graphvizShowsThemAsTyped() {
    String dot = GraphPicture.of(PictureFixtures.hostile()).toDot();
    TestSvg svg = TestSvg.parse(TestEngines.dot().svg(dot));
    for (int k = 0; k < PictureFixtures.HOSTILE_LABELS.size(); k++) {
      String shown = String.join("", TestSvg.lines(svg.get("n" + k))).replace('\u00a0', ' ');
      String typed = String.join("", VisibleText.lines(PictureFixtures.HOSTILE_LABELS.get(k)));
      assertTrue(shown.startsWith(typed + "value "), shown);
    }
  }

  @Test
  void layout_hostileLabels_areNotShownToTheEngine() {
    StringBuilder asked = new StringBuilder();
    DotEngine line = TestEngines.onALine();
    DotEngine spy =
        new DotEngine() {
          @Override
          public String name() {
            return "spy";
          }

          @Override
          public String svg(String dot) {
            asked.append(dot);
            return line.svg(dot);
          }
        };
    GraphPicture.of(PictureFixtures.hostile()).title("secret").engines(spy).toSvg();
    assertTrue(asked.toString().matches("(?s)[-A-Za-z0-9_\\[\\]{}\"=.,;> \n]+"), asked::toString);
    assertFalse(asked.toString().contains("secret"));
    assertFalse(asked.toString().contains("evil"));
  }

  // ---- Parts of graphs and large graphs ----

  @Test
  void depth_given_putsTheRestIntoOneBox() {
    GraphPicture picture = GraphPicture.of(PictureFixtures.micrograd()).depth(1);
    TestSvg svg = svg(picture);
    assertEquals(Set.of("g", "v28", "v31"), headings(svg, "op"));
    assertEquals(Set.of("⋯"), headings(svg, "rest"));
    assertTrue(TestSvg.lines(svg.get("vbar-rest")).contains("30 more nodes"));
    assertEquals(List.of("33 nodes shown as 4 boxes."), picture.notes());
  }

  @Test
  void startingAt_node_showsItsAncestorsWithAdjointsOfTheOutput() {
    Adjoints adjoints = PictureFixtures.diamond();
    Node a = adjoints.output().parents().get(0);
    TestSvg svg = svg(GraphPicture.of(adjoints).startingAt(a));
    assertEquals(Set.of("a", "x"), headings(svg, "box"));
    assertEquals(Set.of("a"), headings(svg, "output"));
    assertTrue(TestSvg.lines(svg.get("vbar-n0")).contains("+3.152"));
  }

  @Test
  void startingAt_nodeOfAnotherGraph_isRefused() {
    GraphPicture picture = GraphPicture.of(PictureFixtures.diamond());
    Node other = new Graph().variable("other", 1);
    assertThrows(IllegalArgumentException.class, () -> picture.startingAt(other));
  }

  @Test
  void collapse_depth_showsABoxPerNeuron() {
    TestSvg svg = svg(GraphPicture.of(PictureFixtures.classifier()).collapse(2));
    assertEquals(
        List.of("neuron 1", "neuron 2", "neuron 1", "neuron 2", "neuron 1"),
        svg.ofClass("group").stream().map(TestSvg::heading).toList());
    assertEquals(
        List.of("layer 1", "layer 2", "layer 3", "loss"),
        svg.ofClass("frame").stream().map(TestSvg::title).toList());
    List<String> lines = TestSvg.lines(svg.ofClass("group").get(0));
    assertEquals(List.of("neuron 1", "4 nodes", "value", "0.12 … 0.52", "|v̄|", "0.08125"), lines);
  }

  @Test
  void collapse_path_showsOnlyThatGroupAsABox() {
    GraphPicture picture = GraphPicture.of(PictureFixtures.classifier());
    TestSvg svg = svg(picture.collapse("layer 1").collapse("layer 2 / neuron 2"));
    assertEquals(Set.of("layer 1", "neuron 2"), headings(svg, "group"));
    Element layer = svg.ofClass("group").get(0);
    assertTrue(TestSvg.lines(layer).contains("8 nodes in 2 groups"));
    Element merged =
        svg.ofClass("arrow").stream()
            .filter(arrow -> TestSvg.lines(arrow).contains("2 edges"))
            .findFirst()
            .orElseThrow();
    // From x1 and x2, with Σ |c̄·∂c/∂p|.
    assertEquals(List.of("2 edges", "Σ 0.06131"), TestSvg.lines(merged));
  }

  @Test
  void collapse_unknownPath_isRefusedWithTheKnownOnes() {
    GraphPicture picture = GraphPicture.of(PictureFixtures.classifier()).collapse("layer 9");
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, picture::toDot);
    assertTrue(e.toString().contains("no group \"layer 9\""), e.getMessage());
    assertTrue(e.toString().contains("\"layer 1 / neuron 2\""), e.getMessage());
  }

  @Test
  void limit_networkOfTwoHundredThousandNodes_isAPictureOfLayers() {
    GraphPicture picture = GraphPicture.of(PictureFixtures.mlp(784, 128, 10));
    TestSvg svg = svg(picture);
    assertEquals(Set.of("layer 1", "layer 2", "loss"), headings(svg, "group"));
    assertEquals(Set.of("x", "W1", "W2"), headings(svg, "array"));
    assertTrue(TestSvg.lines(svg.ofClass("group").get(0)).contains("100,608 nodes in 128 groups"));
    assertEquals(
        List.of(
            "204,316 nodes shown as 6 boxes.",
            "204,316 boxes would be too many: groups of level 1 are shown as one box each."),
        picture.notes());
    assertTrue(TestSvg.lines(svg.root()).get(0).startsWith("204,316 nodes shown as 6 boxes."));
  }

  @Test
  void limit_deepestGroupsFirst_leavesOuterOnesOpenIfThatIsEnough() {
    TestSvg svg = svg(GraphPicture.of(PictureFixtures.mlp(4, 3, 2)).limit(20));
    assertEquals(
        Set.of("neuron 1", "neuron 2", "neuron 3"),
        headings(svg, "group").stream().filter(h -> !h.equals("loss")).collect(Collectors.toSet()));
    assertEquals(3, svg.ofClass("frame").size());
  }

  @Test
  void limit_deepChainWithoutGroups_isCutNearTheOutput() {
    GraphPicture picture = GraphPicture.of(PictureFixtures.chain(100_000));
    TestSvg svg = svg(picture);
    assertEquals(18, svg.ofClass("box").size());
    assertTrue(headings(svg, "op").contains("y"));
    assertTrue(TestSvg.lines(svg.get("vbar-rest")).contains("99,984 more nodes"));
    assertEquals(
        List.of(
            "100,001 nodes shown as 18 boxes.",
            "Only the nearest 17 of 100,001 boxes are shown; the rest is one box."),
        picture.notes());
  }

  @Test
  void limit_manyParentsOfOneNode_isKept() {
    Graph graph = new Graph();
    List<Node> leaves = new ArrayList<>();
    for (int k = 0; k < 5_000; k++) {
      leaves.add(graph.variable(k));
    }
    TestSvg svg = svg(GraphPicture.of(Backprop.sweep(graph.sum(leaves).named("y"))).limit(50));
    assertEquals(50, svg.ofClass("box").size());
  }

  @Test
  void toSvg_manyParallelEdges_areOneArrow() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 2);
    List<Node> terms = Collections.nCopies(1_000, x);
    TestSvg svg = svg(GraphPicture.of(Backprop.sweep(graph.sum(terms).named("y"))));
    assertEquals(1, svg.ofClass("arrow").size());
    assertEquals(List.of("1,000 edges", "Σ 1000"), TestSvg.lines(svg.ofClass("arrow").get(0)));
  }

  @Test
  void toSvg_manyArrows_carryNoNumbers() {
    GraphPicture picture = GraphPicture.of(PictureFixtures.random(400)).limit(10_000);
    assertTrue(svg(picture).ofClass("arrow").stream().allMatch(a -> TestSvg.lines(a).isEmpty()));
    assertTrue(picture.notes().get(0).startsWith("The numbers on the arrows are left out"));
  }

  @Test
  void settings_outOfRange_areRefused() {
    GraphPicture picture = GraphPicture.of(PictureFixtures.square());
    assertThrows(IllegalArgumentException.class, () -> picture.depth(-1));
    assertThrows(IllegalArgumentException.class, () -> picture.collapse(0));
    assertThrows(IllegalArgumentException.class, () -> picture.limit(1));
    assertThrows(IllegalArgumentException.class, () -> picture.scale(0));
    assertThrows(IllegalArgumentException.class, () -> picture.scale(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> picture.idPrefix("1\" onload=\""));
  }

  @Test
  void of_droppedNode_isRefused() {
    Graph graph = new Graph();
    Graph.Mark mark = graph.mark();
    Node x = graph.variable("x", 1);
    GraphPicture picture = GraphPicture.of(x);
    graph.rewind(mark);
    assertThrows(IllegalStateException.class, picture::toDot);
  }
}
