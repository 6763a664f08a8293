package org.vbar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.vbar.export.HtmlStepper;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;

/** What the stepper's keys, buttons, links and groups do, and what a screen reader is told. */
class StepperControlsTest extends InBrowser {
  private static Path nested;
  private static Path classifier;

  @BeforeAll
  static void writePages() throws IOException {
    nested = folder.resolve("nested.html");
    HtmlStepper.write(nestedGroups(), nested);
    classifier = folder.resolve("classifier.html");
    ClassifierTour.stepper().write(classifier);
  }

  /** x is read by p and by out, p three times over; inner lies in middle, middle in outer. */
  private static Node nestedGroups() {
    Graph graph = new Graph();
    Node x = graph.variable("x", 0.5);
    Node o =
        graph.inGroup(
            "outer",
            () -> {
              Node p = x.times(2).named("p");
              Node q =
                  graph.inGroup(
                      "middle",
                      () -> {
                        Node r = p.sin().named("r");
                        Node s =
                            graph.inGroup("inner", () -> r.times(r).named("rr").plus(p).named("s"));
                        return s.exp().named("q");
                      });
              return q.plus(p).named("o");
            });
    return o.tanh().plus(x).named("out");
  }

  private static String live() {
    return browser.run("return document.getElementById('live').textContent").toString();
  }

  private static String hash() {
    return browser.runLater("setTimeout(() => done(location.hash), 300)").toString();
  }

  private static String focused() {
    return browser.run("return document.activeElement.id").toString();
  }

  private static double scale() {
    String script = "return new DOMMatrix(document.getElementById('drawing').style.transform).%s";
    return ((Number) browser.run(script.formatted("a"))).doubleValue();
  }

  private static double across() {
    String script = "return new DOMMatrix(document.getElementById('drawing').style.transform).%s";
    return ((Number) browser.run(script.formatted("e"))).doubleValue();
  }

  // ---- The live line ----

  @Test
  void liveLine_ofAForwardStep_saysValueAndLocalDerivatives() {
    browser.open(nested, "#forward-n2");
    assertEquals(
        "Step 3 of 23. p = x·2 = 1. from x = 0.5,  ∂p/∂x = 2. from v1 = 2,  ∂p/∂v1 = 0.5", live());
  }

  @Test
  void liveLine_ofABackwardStep_saysTheSumWithItsNumbers() {
    browser.open(nested, "#backward-n0-2");
    String said = live().replace('\u00a0', ' ');
    assertTrue(said.startsWith("Step 23 of 23. x\u0304: term 2 of 2, through the child p. "), said);
    assertTrue(said.contains("x\u0304 += p\u0304 · ∂p/∂x. "), said);
    assertTrue(said.contains("on the edge: ∂p/∂x = 2. of the child, complete: p\u0304 = "), said);
    assertTrue(said.matches(".*x\u0304 = 1 \\+ [-\\d.e]+ · 2 = 1\\S*  ✓ complete"), said);
    assertTrue(
        holds("document.getElementById('count').getAttribute('aria-live') === 'off'"),
        "a step is said once");
  }

  @Test
  void liveLine_ofAChosenNode_saysItsEquationParentsAndChildren() {
    browser.open(nested, "");
    browser.type(Keys.END);
    browser.click("#vbar-n2");
    assertTrue(live().startsWith("Chosen: p, value 1, v̄ "), live());
    assertTrue(live().contains("p = x·2. Parents: x, v1. Children: r, s, o."), live());
  }

  @Test
  void box_ofTheStep_saysItsNumbersAsTheyAreKnown() {
    browser.open(nested, "");
    String label = "return document.getElementById('vbar-n2').ariaLabel";
    assertEquals("p, not reached yet", browser.run(label));
    browser.type(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
    assertEquals("p, value 1", browser.run(label));
    assertTrue(
        holds("document.querySelector('[aria-current=step]').id === 'vbar-n2'"), "the step's box");
    browser.open(nested, "#backward-n2-1");
    assertTrue(browser.run(label).toString().endsWith(", not complete"), label);
    browser.open(nested, "#backward-n0-1");
    assertTrue(browser.run(label).toString().startsWith("p, value 1, v̄ "), label);
    assertFalse(browser.run(label).toString().contains("not"), browser.run(label).toString());
    assertEquals(1L, browser.run("return document.querySelectorAll('[aria-current]').length"));
  }

  @Test
  void box_focused_isDescribedByWhatIsKnown() {
    browser.open(nested, "");
    browser.run("document.getElementById('vbar-n2').focus()");
    String title = "return document.querySelector('#vbar-n2 title').textContent";
    assertEquals("p = x·2", browser.run(title));
    browser.type(Keys.END);
    browser.run("document.activeElement.blur(); document.getElementById('vbar-n2').focus()");
    assertTrue(browser.run(title).toString().contains("v̄ "), browser.run(title).toString());
    assertEquals(
        0L,
        browser.run("return document.querySelectorAll('.arrow:not([aria-hidden=true])').length"),
        "an arrow's title tells the end");
  }

  @Test
  void facts_ofANodeReadTwice_nameItsChildOnceAndBothTerms() {
    browser.open(nested, "");
    browser.type(Keys.END);
    browser.click("#vbar-n3");
    String facts = browser.text("facts");
    assertTrue(facts.contains("children (consumers)\nrr\nshortest"), facts);
    assertTrue(facts.contains("v̄(rr)·∂rr/∂r + v̄(rr)·∂rr/∂r"), facts);
  }

  @Test
  void facts_ofManyArguments_nameTheParentsInTheirOrder() throws IOException {
    Graph graph = new Graph();
    Node x = graph.variable("x", 1);
    Node y = graph.variable("y", 2);
    Path page = folder.resolve("arguments.html");
    HtmlStepper.write(graph.logSumExp(List.of(x, y, x)).named("z"), page);
    browser.open(page, "#forward-n2");
    assertEquals(
        List.of("x", "y", "x"),
        browser.run(
            "return [...document.querySelectorAll('#facts dd button')].map(b => b.textContent)"));
    assertTrue(live().matches(".*from x = 1,.*from y = 2,.*from x = 1,.*"), live());
  }

  @Test
  void numbers_atTheEndsOfTheirRange_areShownAsInPictures() throws IOException {
    Graph graph = new Graph();
    Node y = graph.variable("most", Double.MAX_VALUE).plus(graph.variable("least", 4.9e-324));
    Path page = folder.resolve("ends.html");
    HtmlStepper.write(y, page);
    browser.open(page, "");
    assertEquals("most = 1.798e308, a variable", browser.text("what"));
    browser.type(Keys.ARROW_RIGHT);
    assertEquals("least = 4.941e-324, a variable", browser.text("what"));
  }

  // ---- The numbers in a box ----

  @Test
  void bar_ofABox_showsWhenItsSumIsComplete() {
    String bar =
        "[...document.querySelectorAll('#vbar-n0 rect:not(.ring)')].at(-2).getAttribute('visibility')"
            + " !== 'hidden'";
    browser.open(nested, "#backward-n0-1");
    assertFalse(holds(bar), "one of two terms");
    browser.type(Keys.ARROW_RIGHT);
    assertTrue(holds(bar), "both terms");
    browser.type(Keys.ARROW_LEFT);
    assertFalse(holds(bar), "one of two terms again");
  }

  @Test
  void slider_moved_goesToItsStepAndFollowsTheSteps() {
    browser.open(nested, "");
    browser.run(
        "const w = document.getElementById('where'); w.value = 4;"
            + " w.dispatchEvent(new Event('input'));");
    assertEquals("5 / 23", browser.text("count"));
    browser.type(Keys.ARROW_RIGHT);
    assertTrue(holds("document.getElementById('where').value === '5'"));
    assertEquals(
        browser.text("what"), browser.run("return document.getElementById('where').ariaValueText"));
    browser.run("document.getElementById('where').focus()");
    browser.type(Keys.ARROW_RIGHT);
    assertEquals("7 / 23", browser.text("count"));
    browser.type(" ");
    assertEquals("Pause", browser.text("play"));
    browser.type(" ");
    assertEquals("Play", browser.text("play"));
  }

  // ---- Play ----

  @Test
  void play_atEverySpeed_stepsAtItsPace() {
    browser.open(nested, "");
    browser.run(
        "window.paces = []; const real = setInterval;"
            + " window.setInterval = (act, pace) => { paces.push(pace); return real(act, 1e6); };");
    browser.type("[", "[", "[", " ");
    assertEquals("polite", browser.run("return document.getElementById('live').ariaLive"));
    browser.type("]", "]");
    assertEquals("off", browser.run("return document.getElementById('live').ariaLive"));
    browser.type("]", "]");
    browser.run(
        "const s = document.getElementById('speed'); s.selectedIndex = 1;"
            + " s.dispatchEvent(new Event('change'));");
    browser.type(" ");
    assertEquals("polite", browser.run("return document.getElementById('live').ariaLive"));
    assertEquals(List.of(2400L, 1200L, 500L, 120L, 120L, 1200L), browser.run("return paces"));
  }

  @Test
  void play_toTheEnd_stopsThereAndStartsAgain() {
    browser.open(nested, "#backward-n0-1");
    browser.type("]", "]", " ");
    browser.runLater(
        "const wait = () => document.getElementById('play').textContent === 'Play'"
            + " ? done() : setTimeout(wait, 20); wait();");
    assertEquals("23 / 23", browser.text("count"));
    browser.type(" ");
    assertEquals("Pause", browser.text("play"));
    assertNotEquals("23 / 23", browser.text("count"), "It starts again from the first.");
    browser.type(Keys.PAGE_DOWN);
    assertEquals("Play", browser.text("play"), "a step of one's own stops it");
  }

  @Test
  void description_ofThePicture_tellsNoNumberOfALaterStep() {
    browser.open(nested, "");
    assertTrue(
        holds(
            "/^\\d+ boxes and \\d+ arrows; [^0-9]*$/.test(document.querySelector('desc').textContent)"),
        browser.text("vbar-desc"));
  }

  // ---- Search and jump ----

  @Test
  void search_enter_choosesTheNodeAndGivesTheKeysBack() {
    browser.open(nested, "");
    browser.type("/");
    browser.type("rr", Keys.ENTER);
    assertEquals("rr", browser.text("node-name"));
    assertEquals("vbar-n4", focused());
    browser.type("j");
    assertTrue(browser.text("what").startsWith("v̄(rr): term 1"), browser.text("what"));
    assertTrue(holds("document.getElementById('search').value === 'rr'"), "j is a key, no text");
    browser.type("/", "q", Keys.ENTER);
    assertEquals("q", browser.text("node-name"), "another word replaces the first");
  }

  @Test
  void search_anyText_isFoundAsItStands() {
    browser.open(nested, "");
    browser.type("/", "[.*(");
    assertEquals("no node has this in its name or formula", browser.text("found"));
    assertEquals("no nodes found", live());
    browser.type(Keys.ENTER);
    assertTrue(browser.text("what").startsWith("x = 0.5, a variable"), browser.text("what"));
    browser.type(Keys.ESCAPE, "/", "SIN(");
    assertEquals("r = sin(p)", browser.text("found"));
    assertEquals("1 node found", live());
  }

  @Test
  void search_escapeAndLeaving_closeItsList() {
    String open = "!document.getElementById('found').hidden";
    browser.open(nested, "");
    browser.click("#vbar-n2");
    browser.type("/", "r", Keys.TAB);
    assertTrue(holds(open + " && document.activeElement.closest('#found') !== null"));
    browser.type(Keys.ESCAPE);
    assertFalse(holds(open));
    assertEquals("p", browser.text("node-name"), "what was chosen is chosen");
    browser.type("/", "r");
    assertTrue(holds(open));
    browser.click("#what");
    assertFalse(holds(open));
  }

  @Test
  void jump_byButtonAndKey_goesToValueAndAdjoint() {
    browser.open(nested, "");
    browser.click("#vbar-n2");
    browser.run("[...document.querySelectorAll('#facts p button')][1].click()");
    assertTrue(browser.text("what").startsWith("p\u0304: term 1 of 3"), browser.text("what"));
    browser.run("[...document.querySelectorAll('#facts p button')][0].click()");
    assertEquals("p = x·2 = 1", browser.text("what"));
    browser.type("j");
    assertTrue(browser.text("what").startsWith("p\u0304: term 1 of 3"), browser.text("what"));
    browser.type(Keys.ESCAPE, Keys.HOME, "j");
    assertTrue(browser.text("what").startsWith("x\u0304: term 1"), "without a choice, the step's");
  }

  // ---- The address ----

  @Test
  void address_followsTheStepAndLeadsBackToIt() {
    browser.open(nested, "");
    browser.type("b", Keys.ARROW_RIGHT);
    assertEquals("#backward-n8-1", hash());
    browser.type("n");
    assertEquals("#backward-n8", hash());
    String what = browser.text("what");
    browser.open(nested, "#backward-n8");
    assertEquals(what, browser.text("what"), "one node a step, as in the page it comes from");
    assertTrue(holds("document.getElementById('grain').value === 'node'"));
    browser.run("location.hash = '#backward-n2-3'");
    assertEquals("#backward-n2-3", hash());
    assertTrue(browser.text("what").contains("term 3 of 3"), browser.text("what"));
    browser.run("history.back()");
    assertEquals("#backward-n8", hash());
    assertEquals(what, browser.text("what"));
  }

  @Test
  void address_thatNamesNoStep_doesNoHarm() {
    List<String> first = new ArrayList<>();
    for (String odd : List.of("#", "#%", "#%E0%A4%A", "#forward-n99", "#panel", "#__proto__")) {
      browser.open(nested, odd);
      first.add(browser.text("count"));
    }
    assertEquals(List.of("1 / 23"), first.stream().distinct().toList());
    browser.open(nested, "#backward-n2-99");
    assertTrue(browser.text("what").contains("term 1 of 3"), browser.text("what"));
    assertEquals("#backward-n2-1", hash(), "the address says what is seen");
    assertEquals(List.of(), browser.complaints());
  }

  // ---- The pointer ----

  @Test
  void drag_withAnotherButtonOrNone_movesNothing() {
    String press =
        "const at = (type, x, button, buttons) => document.getElementById('picture').dispatchEvent("
            + "new PointerEvent(type, {pointerId: 1, clientX: x, clientY: 300, button, buttons,"
            + " bubbles: true}));";
    browser.open(nested, "");
    double before = across();
    browser.run(press + "at('pointerdown', 300, 2, 2); at('pointermove', 400, -1, 2);");
    assertEquals(before, across(), "the button of the menu");
    browser.run(press + "at('pointerdown', 300, 0, 1); at('pointermove', 400, -1, 0);");
    assertEquals(before, across(), "let go where the page did not hear of it");
    browser.run(press + "at('pointerdown', 300, 0, 1); at('pointermove', 400, -1, 1);");
    assertEquals(before + 100, across(), 1e-2);
  }

  @Test
  void drag_overABox_choosesNothingAndAClickAfterItDoes() {
    browser.open(nested, "");
    browser.drag("#vbar-n0", 60, 20);
    assertEquals(0L, browser.run("return document.querySelectorAll('.box.chosen').length"));
    browser.run(
        "document.getElementById('vbar-n2').dispatchEvent(new MouseEvent('click', {bubbles: true}))");
    assertTrue(holds("document.getElementById('vbar-n2').matches('.chosen')"), "without a pointer");
  }

  // ---- Groups ----

  private static List<?> hiddenBoxes() {
    return (List<?>)
        browser.run(
            "return [...document.querySelectorAll('.box[visibility=hidden]')]"
                + ".map(g => g.ariaLabel.split(',')[0])");
  }

  private static void clickGroup(String path) {
    browser.run(
        "document.querySelector(\".cover[aria-label='Group %s']\")".formatted(path)
            + ".dispatchEvent(new MouseEvent('click', {bubbles: true}))");
  }

  @Test
  void groups_inGroups_closeOneByOneAndCountWhatIsReady() {
    browser.open(nested, "");
    clickGroup("outer / middle / inner");
    assertEquals(List.of("rr", "s"), hiddenBoxes());
    assertEquals(
        1L, browser.run("return document.querySelectorAll('.arrow[visibility=hidden]').length"));
    clickGroup("outer / middle");
    assertEquals(List.of("r", "rr", "s", "q"), hiddenBoxes());
    browser.type("b", Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
    assertTrue(browser.text("what").startsWith("q\u0304"), browser.text("what"));
    String lid = "document.querySelector(\".cover[aria-label='Group outer / middle']\")";
    assertTrue(holds(lid + ".matches('.now')"), "the step is under the lid");
    assertEquals(
        "middle1 of 4 v̄", browser.run("return " + lid + ".querySelector('.words').textContent"));
    clickGroup("outer / middle");
    assertEquals(List.of("rr", "s"), hiddenBoxes(), "the inner one is still closed");
  }

  @Test
  void group_closed_opensForWhatIsChosenInIt() {
    browser.open(nested, "");
    browser.type("g");
    assertTrue(hiddenBoxes().contains("s"));
    browser.type("/", "s", Keys.ENTER);
    assertEquals(List.of(), hiddenBoxes());
    assertEquals("vbar-n5", focused());
    browser.type("g");
    assertTrue(
        holds("document.activeElement.ariaLabel === 'Group outer'"), "the focus is on the lid");
  }

  @Test
  void signs_ofGroups_areClearOfBoxesAndOfEachOther() {
    for (Path page : List.of(nested, classifier)) {
      browser.open(page, "");
      browser.type("0", "+");
      assertEquals(
          List.of(),
          browser.run(
              """
              const rect = e => e.getBoundingClientRect();
              const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
                && a.top < b.bottom - 1 && b.top < a.bottom - 1;
              const grips = [...document.querySelectorAll('.grip')].map(rect);
              const boxes = [...document.querySelectorAll('.box > rect:first-of-type')].map(rect);
              return grips.flatMap((g, k) => [...grips.slice(k + 1), ...boxes].filter(o => meet(g, o)));
              """));
    }
  }

  // ---- What grows with the graph ----

  @Test
  void facts_ofANodeWithManyChildren_stayShort() throws IOException {
    Node sum = new Graph().variable("x", 1);
    Node x = sum;
    for (int k = 0; k < 60; k++) {
      sum = sum.sin().plus(x);
    }
    Path page = folder.resolve("fan.html");
    HtmlStepper.write(sum.named("out"), page);
    browser.open(page, "#backward-n0-30");
    assertTrue(browser.text("facts").length() < 2_000, browser.text("facts"));
    assertTrue(browser.text("facts").contains("more terms"), browser.text("facts"));
    String children = "document.querySelectorAll('#facts dd button').length";
    assertTrue(holds(children + " < 50"));
    browser.run("[...document.querySelectorAll('#facts dd button')].at(-1).click()");
    assertTrue(holds(children + " === 61"), "all of them when they are asked for");
    browser.open(page, "#backward-n1-1");
    assertTrue(browser.text("facts").contains("more nodes"), browser.text("facts"));
  }

  // ---- Eyes ----

  @Test
  void focus_onABox_isSeenByKeyboardOnly() {
    browser.open(nested, "");
    browser.run("document.getElementById('picture').focus()");
    browser.type(Keys.TAB, Keys.TAB, Keys.TAB);
    String style = "getComputedStyle(document.activeElement%s).%s";
    assertTrue(holds("document.activeElement.matches('.box.waiting:focus-visible')"), focused());
    String ring = ".querySelector('.ring')";
    assertEquals("1", browser.run("return " + style.formatted(ring, "strokeOpacity")));
    assertEquals("5px", browser.run("return " + style.formatted(ring, "strokeWidth")));
    browser.click("#vbar-n4");
    assertEquals("none", browser.run("return " + style.formatted("", "outlineStyle")));
  }

  @Test
  void phone_onItsSide_showsThePictureAndTheStep() {
    browser.device("light", 844, 390);
    browser.open(classifier, "#backward-n20-1");
    assertTrue(holds("document.getElementById('picture').clientHeight >= 150"));
    assertTrue(
        holds(
            "document.getElementById('phase').getBoundingClientRect().bottom"
                + " < document.querySelector('footer').getBoundingClientRect().top"));
    assertTrue(holds("document.querySelector('footer').clientHeight < 70"), "one row");
  }

  @Test
  void phone_choices_areNotCutOff() {
    for (int width : new int[] {390, 320}) {
      browser.device("light", width, 800);
      browser.open(classifier, "");
      assertTrue(holds("document.documentElement.scrollWidth <= " + width));
      assertEquals(
          true,
          browser.run(
              """
              return [...document.querySelectorAll('footer select')].every(select => {
                const free = select.cloneNode(true);
                free.style.flex = 'none';
                free.style.position = 'absolute';
                select.parentNode.append(free);
                const wanted = free.offsetWidth;
                free.remove();
                return select.offsetWidth >= wanted;
              });
              """));
    }
  }

  @Test
  void theme_changedInTheSystemWhileOpen_follows() {
    browser.open(nested, "");
    String theme = "return document.documentElement.dataset.theme";
    assertEquals("light", browser.run(theme));
    browser.device("dark", 1440, 1000);
    browser.runLater("requestAnimationFrame(() => requestAnimationFrame(() => done()))");
    assertEquals("dark", browser.run(theme));
    browser.click("#theme");
    assertEquals("light", browser.run(theme));
  }

  /** As an absent script cannot, nothing but the picture is offered; it scrolls. */
  @Test
  void page_withoutScripts_showsThePictureAlone() {
    browser.scripts(false);
    try {
      browser.open(classifier, "");
      String display = "return getComputedStyle(document.querySelector('%s')).display";
      assertEquals("none", browser.run(display.formatted("footer")));
      assertEquals("none", browser.run(display.formatted("#panel")));
      assertEquals("block", browser.run(display.formatted("#drawing")));
      assertTrue(holds("getComputedStyle(document.getElementById('picture')).overflow === 'auto'"));
      assertTrue(
          holds(
              "document.getElementById('picture').scrollWidth"
                  + " > document.getElementById('picture').clientWidth"));
    } finally {
      browser.scripts(true);
    }
  }

  @Test
  void zoom_keysAndButtons_keepWithinTheirLimits() {
    browser.open(nested, "");
    browser.type("+".repeat(30));
    assertEquals(6, scale(), 1e-6);
    browser.type("-".repeat(60));
    assertEquals(0.02, scale(), 1e-6);
    browser.click("#fit");
    double whole = scale();
    browser.click("#larger");
    browser.click("#smaller");
    assertEquals(whole, scale(), 1e-6);
  }
}
