package org.vbar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.vbar.backprop.Backprop;
import org.vbar.backprop.BackwardTrace;
import org.vbar.backprop.SweepStep;
import org.vbar.export.HtmlStepper;
import org.vbar.export.StepperMatrix;
import org.vbar.export.StepperMatrix.Product;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.Op;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

/** The stepper as its reader meets it: in a browser, from disk, by keyboard and by pointer. */
class StepperBrowserTest extends InBrowser {
  private static Path classifier;

  @BeforeAll
  static void writePages() throws IOException {
    classifier = folder.resolve("classifier.html");
    ClassifierTour.stepper().write(classifier);
  }

  private static long number(String script) {
    return ((Number) browser.run(script)).longValue();
  }

  private static boolean isLit(String id) {
    return holds("document.getElementById('vbar-" + id + "').classList.contains('lit')");
  }

  @Test
  void steps_walkedToTheEnd_sayEveryTermOfTheTrace() {
    browser.open(classifier, "");
    BackwardTrace trace = Backprop.trace(ClassifierTour.record());
    long terms = trace.steps().stream().mapToLong(s -> s.contributions().size()).sum();
    long nodes = trace.output().graph().nodes().size();
    long steps = number("return +document.getElementById('where').max + 1");
    assertEquals(nodes + terms + 1, steps);
    browser.type("0", Keys.END);
    assertEquals(steps + " / " + steps, browser.text("count"));
    long complete = number("return document.querySelectorAll('.box.complete').length");
    assertEquals(
        trace.output().graph().nodes().stream().filter(n -> n.op() != Op.CONSTANT).count(),
        complete);
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void term_linkedByFragment_showsRunningSumWithNumbers() {
    BackwardTrace trace = Backprop.trace(ClassifierTour.record());
    SweepStep two =
        trace.steps().stream().filter(s -> s.contributions().size() == 2).findFirst().orElseThrow();
    String node = "n" + two.node().index();
    browser.open(classifier, "#backward-" + node + "-1");
    assertTrue(browser.text("what").contains("term 1 of 2"), browser.text("what"));
    assertTrue(browser.text("working").endsWith("…"), browser.text("working"));
    assertFalse(
        holds("document.getElementById('vbar-" + node + "').classList.contains('complete')"));
    browser.type(Keys.ARROW_RIGHT);
    assertTrue(browser.text("what").contains("term 2 of 2"), browser.text("what"));
    assertTrue(browser.text("working").endsWith("✓ complete"), browser.text("working"));
    assertTrue(
        browser
            .run("return document.getElementById('live').textContent")
            .toString()
            .contains("term 2 of 2"));
    SweepStep.Contribution second = two.contributions().get(1);
    int edge = trace.output().graph().columns().firstEdge(second.child().index()) + second.place();
    assertTrue(holds("document.getElementById('vbar-e" + edge + "').classList.contains('now')"));
  }

  @Test
  void keyboard_everyMove_changesTheStep() {
    browser.open(classifier, "");
    browser.type(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT);
    assertTrue(browser.text("count").startsWith("2 /"));
    browser.type("b");
    assertTrue(browser.text("phase").startsWith("Backward"));
    assertEquals("v̄(loss) = 1", browser.text("what"));
    browser.type(Keys.PAGE_DOWN);
    assertTrue(browser.text("what").contains("term 1 of"));
    browser.type(Keys.HOME);
    assertTrue(browser.text("count").startsWith("1 /"));
    browser.type("n", "b", Keys.ARROW_RIGHT);
    assertFalse(browser.text("what").contains("term"), browser.text("what"));
    browser.type(" ");
    assertTrue(holds("document.getElementById('play').getAttribute('aria-pressed') === 'true'"));
    browser.type(" ");
    assertTrue(holds("document.getElementById('play').getAttribute('aria-pressed') === 'false'"));
    browser.type("?");
    assertTrue(holds("document.getElementById('keys').open"));
    browser.type(Keys.ESCAPE);
    assertFalse(holds("document.getElementById('keys').open"));
  }

  @Test
  void keyboard_otherKeys_doWhatTheirListSays() {
    browser.open(classifier, "");
    browser.type(Keys.PAGE_DOWN, Keys.PAGE_DOWN, Keys.PAGE_DOWN, Keys.PAGE_UP);
    assertTrue(browser.text("count").startsWith("3 /"), browser.text("count"));
    browser.type("b", Keys.PAGE_DOWN);
    String what = browser.text("what");
    browser.type(Keys.PAGE_DOWN, Keys.PAGE_UP);
    assertEquals(what, browser.text("what"));

    String speed = "return document.getElementById('speed').selectedIndex";
    long before = number(speed);
    browser.type("]");
    assertEquals(before + 1, number(speed));
    browser.type("[", "[");
    assertEquals(before - 1, number(speed));

    browser.type("+");
    double large = scale();
    browser.type("-");
    assertEquals(0.8, scale() / large, 1e-6);
    double left = left();
    double top = top();
    browser.typeShifted(Keys.ARROW_LEFT);
    browser.typeShifted(Keys.ARROW_DOWN);
    browser.typeShifted(Keys.ARROW_DOWN);
    browser.typeShifted(Keys.ARROW_UP);
    assertEquals(60, Math.abs(left() - left), 1);
    assertEquals(60, Math.abs(top() - top), 1);

    browser.run("document.getElementById('vbar-n20').focus()");
    browser.type(Keys.ENTER);
    assertTrue(holds("document.getElementById('vbar-n20').classList.contains('chosen')"));
    browser.type("j");
    assertTrue(
        holds("document.getElementById('vbar-n20').classList.contains('now')"),
        "j jumps to the chosen node");
  }

  private static double left() {
    return ((Number)
            browser.run(
                "return document.querySelector('#picture svg').getBoundingClientRect().left"))
        .doubleValue();
  }

  private static double top() {
    return ((Number)
            browser.run(
                "return document.querySelector('#picture svg').getBoundingClientRect().top"))
        .doubleValue();
  }

  @Test
  void mouse_wheel_zooms() {
    browser.open(classifier, "");
    double before = scale();
    browser.wheel("#picture", -250);
    assertEquals(Math.exp(0.5), scale() / before, 0.01);
  }

  @Test
  void mouse_drag_pans() {
    browser.open(classifier, "");
    double before = scale();
    double left = left();
    double top = top();
    browser.drag("#picture", 80, 30);
    assertEquals(80, left() - left, 2);
    assertEquals(30, top() - top, 2);
    assertEquals(before, scale(), 1e-9);
  }

  /** Everything that a click on a node promises. */
  @Test
  void node_clicked_tellsEquationParentsChildrenAndPath() {
    BackwardTrace trace = Backprop.trace(ClassifierTour.record());
    SweepStep two =
        trace.steps().stream().filter(s -> s.contributions().size() == 2).findFirst().orElseThrow();
    browser.open(classifier, "");
    browser.type(Keys.END);
    browser.click("#vbar-n" + two.node().index());
    String facts = browser.text("facts");
    for (Node parent : two.node().parents()) {
      assertTrue(facts.contains(parent.label()), parent.label() + " in " + facts);
    }
    for (SweepStep.Contribution term : two.contributions()) {
      assertTrue(facts.contains(term.child().label()), term.child().label() + " in " + facts);
    }
    assertTrue(facts.contains("shortest path to the output") && facts.contains("→ loss"), facts);
    assertTrue(facts.contains(two.node().label()), facts);
  }

  /** What is marked differs from its like in more than its colour. */
  @Test
  void marks_ofTheStep_areNotInColourAlone() {
    browser.open(classifier, "#backward-n20-1");
    browser.click("#vbar-n20");
    String width =
        "parseFloat(getComputedStyle(document.querySelector('#picture %s')).strokeWidth)";
    String arrow = width.formatted(".arrow:not(.now):not(.lit):not(.to-output) path");
    assertTrue(holds(width.formatted(".arrow.now path") + " >= 2 * " + arrow));
    assertTrue(holds(width.formatted(".arrow.to-output path") + " >= 1.5 * " + arrow));
    String dashes =
        "return getComputedStyle(document.querySelector('#picture .box.%s .ring')).strokeDasharray";
    String now = browser.run(dashes.formatted("now")).toString();
    assertFalse(now.equals("none"), now);
    assertTrue(
        holds("document.querySelectorAll('.box.complete .tick').length > 0"),
        "what is complete has a tick");
  }

  @Test
  void page_opened_asksForNothingElse() {
    browser.open(classifier, "");
    browser.type(Keys.END, "g", "b", "?");
    assertEquals(
        List.of(), browser.run("return performance.getEntriesByType('resource').map(e => e.name)"));
    assertTrue(
        holds(
            "document.querySelector('meta[http-equiv=Content-Security-Policy]').content"
                + ".includes(\"default-src 'none'\")"));
  }

  @Test
  void facts_ofTheStep_sayOnlyWhatIsComputed() {
    SweepStep two =
        Backprop.trace(ClassifierTour.record()).steps().stream()
            .filter(s -> s.contributions().size() == 2)
            .findFirst()
            .orElseThrow();
    String node = "n" + two.node().index();
    String vBar = Double.toString(two.adjoint());
    String value = Double.toString(two.node().value());
    String hint = "return document.querySelector('#vbar-%s title').textContent".formatted(node);
    browser.open(classifier, "");
    browser.pointAt("#vbar-" + node);
    browser.click("#vbar-" + node);
    assertFalse(browser.text("facts").contains(value), browser.text("facts"));
    assertTrue(browser.text("facts").contains("not reached yet"), browser.text("facts"));
    assertFalse(browser.run(hint).toString().contains("value"), browser.run(hint).toString());
    browser.open(classifier, "#backward-" + node + "-1");
    browser.pointAt("#vbar-" + node);
    assertTrue(browser.text("facts").contains(value), browser.text("facts"));
    assertTrue(browser.text("facts").contains("after 1 of 2 terms"), browser.text("facts"));
    assertFalse(browser.text("facts").contains(vBar), browser.text("facts"));
    assertTrue(browser.run(hint).toString().contains("value " + value));
    assertFalse(browser.run(hint).toString().contains(vBar), browser.run(hint).toString());
    browser.type(Keys.ARROW_RIGHT);
    assertTrue(browser.text("facts").contains("v̄ in full\n" + vBar), browser.text("facts"));
  }

  /** A page of a sum of so many ones, one box behind the other. */
  private Path longSum(int terms) throws IOException {
    Node sum = new Graph().variable("x", 1);
    for (int k = 0; k < terms; k++) {
      sum = sum.plus(1);
    }
    Path page = folder.resolve("sum.html");
    HtmlStepper.write(sum, page);
    return page;
  }

  @Test
  void largeGraph_opened_laysOutWhatIsInSightAndLaterTheRest() throws IOException {
    Path page = longSum(400);
    browser.open(page, "#forward-n0");
    String last = "document.querySelector('.box.output text').getBoundingClientRect().width > 0";
    assertTrue(
        holds("getComputedStyle(document.querySelector('#vbar-n0 text')).display !== 'none'"));
    browser.type(Keys.END, "b");
    assertTrue(holds(last), "the output is in sight");
    // Out of sight, the first box may still have its number of the last step, until the page is
    // idle.
    browser.runLater(
        """
        const number = () => [...document.querySelectorAll('#vbar-n0 text:not(.tick)')].at(-1);
        const isBehind = () => document.querySelector('.far') || number().textContent !== '?';
        const wait = () => isBehind() ? setTimeout(wait, 20) : done();
        wait();
        """);
  }

  /** A single step touches only what it can change: the same must be seen as after a jump there. */
  @Test
  void largeGraph_walked_showsWhatAJumpShows() throws IOException {
    Path page = longSum(400);
    String settled =
        "const shown = () => [...document.querySelectorAll('.box, .arrow')].map(g =>"
            + " g.id + [...g.classList].sort() + [...g.querySelectorAll('text:not(.tick)')].map(t =>"
            + " t.textContent)).join();"
            + "const wait = () => document.querySelector('.far') ? setTimeout(wait, 20)"
            + " : setTimeout(() => done(shown()), 500); wait();";
    browser.open(page, "#forward-n795");
    browser.runLater(settled);
    for (int k = 0; k < 20; k++) { // over the end of the forward pass and a little back
      browser.type(Keys.ARROW_RIGHT);
    }
    browser.type(Keys.ARROW_LEFT, Keys.ARROW_LEFT);
    Object walked = browser.runLater(settled);
    Object address =
        browser.runLater("setTimeout(() => done(location.hash), 300)"); // it follows a little later
    browser.open(page, address.toString());
    assertTrue(browser.runLater(settled).equals(walked), "the same boxes, arrows and numbers");
    assertTrue(address.toString().startsWith("#backward-"), address.toString());
  }

  @Test
  void letters_tooSmallToBeRead_areNotDrawn() throws IOException {
    Path page = longSum(100);
    browser.open(page, "");
    String letters = "return getComputedStyle(document.querySelector('#vbar-n0 text')).visibility";
    assertEquals("visible", browser.run(letters));
    browser.type("0");
    assertTrue(scale() < 0.2);
    assertEquals("hidden", browser.run(letters));
    browser.type("+".repeat(10));
    assertEquals("visible", browser.run(letters));
  }

  @Test
  void search_weight_choosesItsNode() {
    browser.open(classifier, "");
    browser.type("/");
    browser.type("w2[1", Keys.ENTER);
    assertEquals("W2[1,0]", browser.text("node-name"));
    String facts = browser.text("facts");
    assertTrue(facts.contains("shortest path to the output") && facts.contains("→ loss"), facts);
    assertEquals(1, number("return document.querySelectorAll('.box.chosen').length"));
    assertTrue(number("return document.querySelectorAll('.arrow.to-output').length") > 3);
  }

  @Test
  void matrixEntry_pointedAt_lightsNodeAndRowAndColumn() {
    browser.open(classifier, "");
    BackwardTrace trace = Backprop.trace(ClassifierTour.record());
    Node weight =
        trace.output().graph().nodes().stream()
            .filter(n -> n.label().equals("W1[1,0]"))
            .findFirst()
            .orElseThrow();
    browser.type(Keys.END);
    browser.pointAt("[data-entry='W\u03041[1,0]']");
    assertTrue(isLit("n" + weight.index()));
    assertTrue(holds("document.querySelector(\"[data-entry='X[0,1]']\").matches('.operand')"));
    assertTrue(
        holds("document.querySelector(\"[data-entry='A\u03041[0,0]']\").matches('.operand')"));
    assertTrue(number("return document.querySelectorAll('.arrow.lit').length") == 1);
    String note = browser.text("matrix-note");
    assertTrue(note.contains("W\u03041[1,0] = X[0,1]·A\u03041[0,0]"), note);
    String own = Double.toString(trace.of(weight));
    assertTrue(note.contains("per element " + own), note);
    assertTrue(note.contains("matrix " + own), note);
    assertTrue(note.contains("difference 0"), note);

    browser.pointAt("#vbar-n" + weight.index());
    assertTrue(holds("document.querySelector(\"[data-entry='W1[1,0]']\").matches('.lit')"));
    assertTrue(holds("document.querySelector(\"[data-entry='W\u03041[1,0]']\").matches('.lit')"));
  }

  /** As in the graph, no number stands in a matrix before the step that computes it. */
  @Test
  void matrixEntries_ofTheStep_showOnlyWhatIsComputed() {
    browser.open(classifier, "");
    String unknown =
        "return [...document.querySelectorAll('td')].filter(c => c.textContent === '·')";
    String adjoint = "document.querySelector(\"[data-entry='A\u03043[0,0]']\").textContent";
    long all = number("return document.querySelectorAll('td').length");
    assertTrue(number(unknown + ".length") > all / 2);
    browser.pointAt("[data-entry='A\u03043[0,0]']");
    assertTrue(browser.text("matrix-note").contains("= ?"), browser.text("matrix-note"));
    assertTrue(browser.text("matrix-note").contains("not computed yet"));
    browser.type("b");
    assertEquals("·", browser.run("return " + adjoint));
    assertEquals(
        List.of(),
        browser.run(unknown + ".map(c => c.dataset.entry).filter(e => !e.includes('\u0304'))"),
        "all values are there");
    browser.type(Keys.END);
    assertEquals(0, number(unknown + ".length"));
  }

  @Test
  void hint_nodeNamedLikeAFact_keepsItsName() throws IOException {
    Node y = new Graph().variable("x", 2).times(3).named("value added");
    Path page = folder.resolve("named.html");
    HtmlStepper.write(y, page);
    browser.open(page, "");
    String id = "#vbar-n" + y.index();
    browser.pointAt(id);
    String hint = browser.run("return document.querySelector('" + id + " title').textContent") + "";
    assertTrue(hint.contains("value added"), hint);
    assertFalse(hint.contains("value 6"), hint);
  }

  @Test
  void matrices_whileStepping_keepTheirWidth() {
    String widths = "return [...document.querySelectorAll('table')].map(t => t.offsetWidth)";
    browser.open(classifier, "");
    Object atFirst = browser.run(widths);
    browser.type(Keys.END);
    assertEquals(atFirst, browser.run(widths));
    assertEquals(
        0,
        number(
            "return [...document.querySelectorAll('td, td > div')]"
                + ".filter(c => c.scrollWidth > c.clientWidth).length"),
        "every number has its room");
  }

  /** The stepper of a network whose first weights are one row of so many columns. */
  private Path wideMatrix(int columns) throws IOException {
    MlpSpec spec =
        MlpSpec.inputs(1)
            .layer(columns, Activation.TANH)
            .layer(1, Activation.SIGMOID)
            .loss(LossKind.HALF_SQUARED_ERROR)
            .build();
    MlpParameters parameters = MlpParameters.initialize(spec, Initializer.XAVIER, 1);
    Path page = folder.resolve("wide.html");
    MlpStepper.of(spec, parameters, new double[] {2}, new double[] {1}).write(page);
    return page;
  }

  @Test
  void print_matrixMuchWiderThanThePaper_isCutIntoParts() throws IOException {
    browser.open(wideMatrix(70), "");
    browser.type(Keys.END);
    browser.run(
        """
        window.seen = [];
        addEventListener('beforeprint', () => {
          const figure = [...document.querySelectorAll('#tables figure')].find(
            f => f.textContent.startsWith('W1 '));
          const parts = [...figure.querySelectorAll('.part')];
          seen.push(
            figure.querySelector('.wide > table').hidden,
            parts.length > 1,
            parts.flatMap(part => [...part.querySelectorAll('td')].map(td => td.textContent)).join()
              === [...figure.querySelectorAll('.wide > table td')].map(td => td.textContent).join(),
            parts.every(part => part.querySelector('table').style.zoom === '1'),
            parts[0].firstChild.textContent.startsWith('columns 0 to '));
        });
        """);
    browser.print();
    assertEquals(List.of(true, true, true, true, true), browser.run("return window.seen"));
    assertEquals(
        0, number("return document.querySelectorAll('#tables .part, #tables [hidden]').length"));
  }

  @Test
  void matrix_tooWide_isScrolledToTheEntryOfTheStep() throws IOException {
    Path page = wideMatrix(30);
    browser.open(page, "");
    Object id =
        browser.run(
            "return document.querySelector(\"[aria-label^='W1[0,29]']\").id.replace('vbar-', '')");
    browser.open(page, "#forward-" + id);
    browser.run(
        """
        window.inSight = () => {
          const cell = document.querySelector('td.lit').getBoundingClientRect();
          const wide = document.querySelector('td.lit').closest('.wide').getBoundingClientRect();
          return cell.left >= wide.left && cell.right <= wide.right;
        };
        """);
    assertEquals("W1[0,29]", browser.run("return document.querySelector('td.lit').dataset.entry"));
    assertTrue(holds("inSight()"), "the last column");
    browser.type(Keys.HOME);
    assertTrue(holds("inSight()"), "the first column again");
  }

  @Test
  void matrix_whoseProductDoesNotFit_isShownWithoutIt() throws IOException {
    Node x = new Graph().variable("x", 2);
    Product ofNothing = new Product(Optional.of("A"), false, "B", false, "");
    Product tooLong = new Product(Optional.of("P"), true, "Q", false, "");
    List<StepperMatrix> odd =
        List.of(
            new StepperMatrix(
                "P", false, 1, 1, List.of(x), List.of(2.0), "P = A · B", Optional.of(ofNothing)),
            new StepperMatrix(
                "Q",
                false,
                2,
                1,
                List.of(x, x),
                List.of(2.0, 2.0),
                "Q = Pᵀ · Q",
                Optional.of(tooLong)));
    Path page = folder.resolve("odd.html");
    HtmlStepper.of(x.times(3)).matrices(odd).write(page);
    browser.open(page, "");
    browser.pointAt("[data-entry='Q[1,0]']");
    assertTrue(browser.text("matrix-note").contains("Q[1,0] = 2"), browser.text("matrix-note"));
    browser.pointAt("[data-entry='P[0,0]']");
    assertTrue(browser.text("matrix-note").contains("P[0,0] = 2"), browser.text("matrix-note"));
  }

  @Test
  void groups_closed_hideTheirNodesAndOpenAgain() {
    browser.open(classifier, "");
    String hidden = "return document.querySelectorAll('.box[visibility=hidden]').length";
    assertEquals(0, number(hidden));
    browser.type("g");
    assertTrue(number(hidden) > 15);
    browser.type("g");
    assertEquals(0, number(hidden));
    browser.run("document.querySelector('[aria-label=\"Group layer 1 / neuron 0\"]').focus()");
    browser.type(Keys.ENTER);
    assertEquals(4, number(hidden));
  }

  @Test
  void theme_followsSystemAndSwitch() {
    browser.device("dark", 1440, 1000);
    browser.open(classifier, "");
    String fill = "return getComputedStyle(document.querySelector('#picture svg > rect')).fill";
    assertEquals("rgb(18, 22, 28)", browser.run(fill));
    browser.type("t");
    assertEquals("rgb(255, 255, 255)", browser.run(fill));
  }

  @Test
  void phone_width_needsNoSidewaysScrolling() {
    browser.device("light", 390, 844);
    browser.open(classifier, "#backward-n20-1");
    assertTrue(holds("document.documentElement.scrollWidth <= 390"));
  }

  private static double scale() {
    return real("return new DOMMatrix(document.getElementById('drawing').style.transform).a");
  }

  private static double real(String script) {
    return ((Number) browser.run(script)).doubleValue();
  }

  @Test
  void fingers_spreadSwipedAndTapped_zoomPanAndChoose() {
    browser.device("light", 390, 844);
    browser.open(classifier, "");
    browser.type("0");
    double before = scale();
    assertEquals(
        "none",
        browser.run("return getComputedStyle(document.getElementById('picture')).touchAction"),
        "the fingers are the page's");
    browser.spread("#picture", 40, 120);
    assertEquals(3, scale() / before, 0.5);
    String left = "return document.querySelector('#picture svg').getBoundingClientRect().left";
    double at = ((Number) browser.run(left)).doubleValue();
    browser.swipe("#picture", 100);
    assertEquals(100, ((Number) browser.run(left)).doubleValue() - at, 10);
    browser.type("0");
    browser.tap("#vbar-n20");
    assertTrue(holds("document.getElementById('vbar-n20').classList.contains('chosen')"));
    assertEquals(List.of(), browser.complaints());
  }

  /** Printed light, whole and wide; afterwards the screen is as it was. */
  @Test
  void print_zoomedAndDark_leavesTheScreenAsItWas() throws IOException {
    browser.device("dark", 1440, 1000);
    browser.open(classifier, "#backward-n20-1");
    browser.type("+", "+", "+");
    double before = scale();
    browser.run(
        "window.seen = [];addEventListener('beforeprint', () =>"
            + " seen.push(document.documentElement.dataset.theme +"
            + " document.querySelectorAll('.far').length))");
    byte[] pdf = browser.print();
    Files.write(folder.resolve("step.pdf"), pdf);
    assertEquals("%PDF", new String(pdf, 0, 4, StandardCharsets.US_ASCII));
    assertEquals(List.of("light0"), browser.run("return window.seen"));
    assertEquals("dark", browser.run("return document.documentElement.dataset.theme"));
    assertEquals(before, scale(), 1e-9);
  }

  /** In one go, so that the page has no idle time in between. */
  @Test
  void print_rightAfterAJump_isWholeAndUpToDate() throws IOException {
    browser.open(longSum(400), "#forward-n0");
    assertEquals(
        List.of(true, true, true, true),
        browser.run(
            """
            const sheets = () => [...document.querySelectorAll('.sheet')].map(
              sheet => sheet.getAttribute('viewBox'));
            const before = sheets();
            document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'End', bubbles: true}));
            dispatchEvent(new Event('beforeprint'));
            const numbers = [...document.querySelectorAll('.box text')].map(t => t.textContent);
            const seen = [
              !numbers.includes('?'),
              document.querySelectorAll('.far').length === 0,
              new Set(sheets()).size === 1
            ];
            dispatchEvent(new Event('afterprint'));
            return [...seen, sheets().join() === before.join() && new Set(before).size > 1];
            """));
  }

  @Test
  void print_onPaper_hasNoControlsAndTheWholePicture() {
    browser.open(classifier, "");
    browser.run("window.print = () => { window.printed = true; };");
    browser.click("#print");
    assertTrue(holds("window.printed"));
    browser.medium("print");
    try {
      String display = "getComputedStyle(document.querySelector('%s')).display === 'none'";
      for (String control : List.of("#theme", "#search", "footer", "#zoom", "#facts > p")) {
        String shown = control.equals("#search") ? ".search" : control;
        assertTrue(holds(display.formatted(shown)), control);
      }
      assertEquals(
          "none",
          browser.run("return getComputedStyle(document.getElementById('drawing')).transform"));
      assertFalse(holds(display.formatted("#what")));
      assertFalse(holds(display.formatted("#legend")));
    } finally {
      browser.medium("screen");
    }
  }

  /** WCAG 2.2, success criterion 1.4.3. */
  @Test
  void theme_eitherOne_hasReadableContrast() {
    for (String scheme : List.of("light", "dark")) {
      browser.device(scheme, 1440, 1000);
      browser.open(classifier, "#backward-n20-1");
      assertEquals(
          List.of(),
          browser.run(
              """
              const light = c => c.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255).map(
                v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
              const luminance = c => light(c).reduce(
                (sum, v, k) => sum + v * [0.2126, 0.7152, 0.0722][k], 0);
              const under = e => {
                const c = getComputedStyle(e).backgroundColor;
                return c.endsWith(', 0)') && e.parentElement ? under(e.parentElement) : c;
              };
              const ratio = e => {
                const [a, b] = [luminance(getComputedStyle(e).color), luminance(under(e))];
                return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
              };
              return [...document.querySelectorAll(
                  'h1, h2, #phase, .line, #legend span, dt, dd, button, figcaption, small, td')]
                .filter(e => ratio(e) < 4.5).map(e => e.outerHTML.slice(0, 60));
              """),
          scheme);
      assertEquals(
          scheme.equals("dark") ? "rgb(18, 22, 28)" : "rgb(255, 255, 255)",
          browser.run("return getComputedStyle(document.body).backgroundColor"));
    }
  }

  @Test
  void accessibility_everyControl_hasAName() {
    browser.open(classifier, "");
    assertEquals(
        List.of(),
        browser.run(
            "return [...document.querySelectorAll('button, select, input, [role=button], svg:not([role=none]),"
                + " table')].filter(e => !(e.getAttribute('aria-label') ||"
                + " e.getAttribute('aria-labelledby') || e.textContent.trim() ||"
                + " e.closest('label'))).map(e => e.outerHTML.slice(0, 80))"));
    assertEquals("en", browser.run("return document.documentElement.lang"));
    assertEquals(
        "polite", browser.run("return document.getElementById('live').getAttribute('aria-live')"));
  }

  @Test
  void labels_hostile_areOnlyText() throws IOException {
    List<String> labels =
        List.of(
            "</script><script>window.hacked=1</script>",
            "<img src=x onerror='window.hacked=1'>",
            "\"';window.hacked=1//",
            "line\u2028and\u2029paragraph",
            "<!--<script>",
            "{{script}} $1 \\u003c",
            "]]></svg><svg onload=window.hacked=1>",
            "\ud800 lone",
            "שלום 😀 \u202e");
    Graph graph = new Graph();
    Node sum = graph.constant("<b>c</b>", 1);
    for (String label : labels) {
      Node leaf = graph.variable(label, 2);
      Node before = sum;
      sum = graph.inGroup("group " + label, () -> before.times(leaf).named("·" + label));
    }
    Path page = folder.resolve("hostile.html");
    HtmlStepper.of(sum).title("</title>" + labels.get(0)).write(page);
    browser.open(page, "");
    assertEquals("true", browser.run("return document.documentElement.dataset.ready"));
    long steps = number("return +document.getElementById('where').max");
    for (long k = 0; k < steps; k++) {
      browser.run("document.getElementById('next').click()");
    }
    browser.run(
        "document.querySelectorAll('.box').forEach(b => b.dispatchEvent(new Event('click',"
            + " {bubbles: true})))");
    assertTrue(holds("window.hacked === undefined"));
    assertEquals(2, number("return document.scripts.length"));
    assertEquals(0, number("return document.images.length"));
    String spoken =
        browser
            .run(
                "return [...document.querySelectorAll('.box')].map(b => b.ariaLabel)"
                    + ".find(label => label.startsWith('<' + '/script'))")
            .toString();
    assertTrue(spoken.startsWith(labels.get(0) + ", value 2"), spoken);
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void script_thatIsNotOurs_isRefused() throws IOException {
    Path page = folder.resolve("changed.html");
    String html = Files.readString(classifier);
    Files.writeString(
        page, html.replace("</body>", "<script>window.hacked=1</script><img src=x></body>"));
    assertNotEquals(html, Files.readString(page));
    browser.open(page, "");
    assertTrue(holds("window.hacked === undefined"));
    assertTrue(browser.complaints().size() >= 2, () -> browser.complaints().toString());
  }

  @Test
  void largeGraph_overTheLimit_isCollapsedAndSaysSo() throws IOException {
    Path page = folder.resolve("large.html");
    ClassifierTour.stepper().limit(10).write(page);
    browser.open(page, "");
    assertTrue(browser.text("notes").contains("would be too many"), browser.text("notes"));
    assertTrue(number("return document.querySelectorAll('.box').length") <= 10);
    browser.type(Keys.END);
    assertTrue(browser.text("phase").startsWith("Backward"));
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void largeGraph_overTwoThousandBoxes_isCollapsed() throws IOException {
    Graph graph = new Graph();
    Node sum = graph.variable("x", 1);
    for (int group = 0; group < 30; group++) {
      Node first = sum;
      sum =
          graph.inGroup(
              "part " + group,
              () -> {
                Node y = first;
                for (int k = 0; k < 80; k++) {
                  y = y.sin();
                }
                return y;
              });
    }
    Path page = folder.resolve("many.html");
    HtmlStepper.write(sum, page);
    browser.open(page, "");
    assertTrue(browser.text("notes").contains("would be too many"), browser.text("notes"));
    assertTrue(number("return document.querySelectorAll('.box').length") <= 2_000);
  }

  @Test
  void window_resized_keepsScaleAndMiddle() {
    browser.open(classifier, "#backward-n20-1");
    browser.type("+", "+", "+");
    String middle =
        "const p = document.getElementById('picture').getBoundingClientRect();"
            + "const m = new DOMMatrix(document.getElementById('drawing').style.transform);"
            + "const at = m.inverse().transformPoint({x: p.width / 2, y: p.height / 2});"
            + "return at.%s";
    browser.run("document.querySelector('#picture').focus()");
    double before = scale();
    double x = real(middle.formatted("x"));
    double y = real(middle.formatted("y"));
    browser.device("light", 1500, 1080);
    browser.runLater("requestAnimationFrame(() => requestAnimationFrame(() => done()))");
    assertEquals(before, scale(), 1e-9);
    assertEquals(x, real(middle.formatted("x")), 0.5);
    assertEquals(y, real(middle.formatted("y")), 0.5);
  }

  /** 0.5 comes to be by way of 1.0000005e-9, which takes more room. */
  @Test
  void partialSum_longerThanTheSum_keepsClearOfItsLabel() throws IOException {
    Graph graph = new Graph();
    Node x = graph.variable("x", 1);
    Node y = x.times(0.5).plus(x.times(-1.2345678e-9)).plus(x.times(1.2345678e-9)).named("y");
    Path page = folder.resolve("partial.html");
    HtmlStepper.write(y, page);
    browser.open(page, "#backward-n0-1");
    assertTrue(browser.text("working").endsWith("…"), browser.text("working"));
    String texts = "const t = [...document.querySelectorAll('#vbar-n0 text:not(.tick)')];";
    assertTrue(
        browser.run(texts + "return t.at(-1).textContent").toString().length() > 8,
        "a long partial sum");
    assertEquals(
        true,
        browser.run(
            texts
                + "return t.at(-2).getBoundingClientRect().right + 2"
                + " < t.at(-1).getBoundingClientRect().left"));
  }

  @Test
  void collapsedBoxes_andTheirMatrices_showNothingTooEarly() throws IOException {
    Path page = folder.resolve("collapsed.html");
    ClassifierTour.stepper().limit(10).write(page);
    browser.open(page, "");
    String numbers =
        "[...document.querySelectorAll('.box.group text')].filter(t =>"
            + " t.previousElementSibling.textContent === '%s').map(t => t.textContent)";
    String vBars = "return " + numbers.formatted("|v̄|") + ".filter(t => t !== '?').length";
    String adjoints =
        "return [...document.querySelectorAll('#tables td')].filter(c =>"
            + " c.dataset.entry.includes('\u0304') && c.textContent !== '·').length";
    assertTrue(number("return " + numbers.formatted("|v̄|") + ".length") > 0);
    assertEquals(0, number(vBars));
    browser.type("b");
    assertEquals(
        0, number("return " + numbers.formatted("value") + ".filter(t => t === '?').length"));
    assertTrue(number(adjoints) < number("return document.querySelectorAll('td').length") / 4);
    browser.type(Keys.END);
    assertEquals(number("return " + numbers.formatted("|v̄|") + ".length"), number(vBars));
    assertEquals(
        0,
        number(
            "return [...document.querySelectorAll('#tables td')].filter(c => c.textContent"
                + " === '·').length"));
  }

  @Test
  void arrow_intoWhatIsNotReached_hidesItsNumber() {
    browser.open(classifier, "");
    String hidden =
        "return [...document.querySelectorAll('.arrow text')]"
            + ".filter(t => getComputedStyle(t).visibility === 'hidden').length";
    assertTrue(number(hidden) > 10);
    browser.type("b");
    assertEquals(0, number(hidden));
  }

  /** A bar is set over its letter: it takes no room of its own. */
  @Test
  void bars_overLetters_takeNoRoom() {
    browser.open(classifier, "");
    assertEquals(
        true,
        browser.run(
            """
            const width = text => {
              const span = document.createElement('span');
              span.textContent = text;
              document.querySelector('figcaption').append(span);
              const w = span.getBoundingClientRect().width;
              span.remove();
              return w;
            };
            return ['W', 'A', 'Z', 'X', 'b', 'v'].every(
              letter => Math.abs(width(letter + '\u0304') - width(letter)) < 1.5);
            """));
  }

  /** The still picture of the README; look at target/stepper.png and copy it. */
  @Test
  void picture_ofAStep_isWritten() throws IOException {
    browser.device("light", 1440, 900);
    browser.open(classifier, "#backward-n20-1");
    Path picture = Path.of("target/stepper.png");
    browser.picture(picture);
    assertTrue(Files.size(picture) > 20_000 && Files.size(picture) < 300_000);
  }
}
