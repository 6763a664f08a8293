package org.vbar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.vbar.export.HtmlStepper;
import org.vbar.export.StepperMatrix;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.model.Activation;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

/** The matrices of a minibatch beside its graph: what lights up with what, and what is said. */
class StepperMatricesTest extends InBrowser {
  private static Path batch;

  @BeforeAll
  static void writePages() throws IOException {
    batch = folder.resolve("batch.html");
    MlpSpec spec =
        MlpSpec.inputs(2)
            .layer(2, Activation.TANH)
            .layer(1, Activation.SIGMOID)
            .loss(LossKind.HALF_SQUARED_ERROR)
            .build();
    double[][] weights = {{0.1, 0.2, 0.3, 0.4}, {0.5, -0.6}};
    double[][] biases = {{0.25, -0.5}, {0.75}};
    MlpParameters parameters = MlpParameters.of(spec, weights, biases);
    MlpStepper.of(spec, parameters, new double[] {1, 2, 3, 4, 5, 6}, new double[] {0, 1, 0})
        .write(batch);
  }

  private static List<?> marked(String mark) {
    return (List<?>)
        browser.run(
            "return [...document.querySelectorAll('td.%s')].map(c => c.dataset.entry)"
                .formatted(mark));
  }

  private static Object litBoxes() {
    return browser.run(
        "return [...document.querySelectorAll('.box.lit')].map(b => b.ariaLabel.split(', ')[0])"
            + ".join()");
  }

  private static String note() {
    return browser.text("matrix-note");
  }

  private static String cell(String entry) {
    browser.run(
        "document.querySelector(\"[data-entry='"
            + entry
            + "']\").scrollIntoView({block: 'center'})");
    return "[data-entry='" + entry + "']";
  }

  /** W1[1,0] is made of nothing, its adjoint of a column of X and a column of Ā1. */
  private static void assertWeightIsLit() {
    assertEquals(List.of("W1[1,0]", "W\u03041[1,0]"), marked("lit"));
    assertEquals(
        List.of("X[0,1]", "X[1,1]", "X[2,1]", "A\u03041[0,0]", "A\u03041[1,0]", "A\u03041[2,0]"),
        marked("operand"));
    assertEquals("W1[1,0]", litBoxes());
    assertEquals(3L, browser.run("return document.querySelectorAll('.arrow.lit').length"));
    assertTrue(note().contains("W1[1,0] = 0.3"), note());
    assertTrue(note().contains("W\u03041[1,0] = X[0,1]·A\u03041[0,0] + X[1,1]·"), note());
  }

  @Test
  void weight_pointedAt_lightsNodeTermsRowAndColumn() {
    browser.open(batch, "");
    browser.type(Keys.END);
    browser.pointAt(cell("W1[1,0]"));
    assertWeightIsLit();
  }

  @Test
  void weight_reachedByKeyboard_isLitAndSaid() {
    browser.open(batch, "");
    browser.type(Keys.END);
    browser.run("document.querySelector(\"[data-entry='X\u0304[0,0]']\").focus()");
    browser.type(Keys.ARROW_LEFT); // the keyboard has the focus
    browser.run("document.querySelector(\"" + cell("W1[0,0]") + "\").focus()");
    browser.type(Keys.ARROW_DOWN);
    assertWeightIsLit();
    String live = browser.run("return document.getElementById('live').textContent").toString();
    assertTrue(live.startsWith("W1[1,0] = 0.3"), live);
    assertTrue(live.contains("difference 0"), live);
    browser.type(Keys.ENTER);
    assertEquals("W1[1,0]", browser.text("node-name"));
    assertTrue(note().startsWith("W1[1,0] = 0.3"), note());
  }

  @Test
  void weight_tapped_isLitAndChosen() {
    browser.device("light", 390, 844);
    browser.open(batch, "");
    browser.type(Keys.END);
    browser.tap(cell("W1[1,0]"));
    assertWeightIsLit();
    assertEquals("W1[1,0]", browser.text("node-name"));
  }

  @Test
  void note_onAPhone_staysInSightOfTheMatrices() {
    browser.device("light", 390, 844);
    browser.open(batch, "");
    browser.run("document.querySelector('#tables figure:last-of-type').scrollIntoView()");
    assertEquals(
        true,
        browser.run(
            "const note = document.getElementById('matrix-note').getBoundingClientRect();"
                + " const last = document.querySelector('#tables figure:last-of-type');"
                + " return note.top === 0 && note.height > 100"
                + " && last.getBoundingClientRect().top >= note.bottom"));
  }

  /** In the backward pass, too: of the entries of a node, the one that was pointed at. */
  @Test
  void preActivation_clickedInTheBackwardPass_tellsItsOwnSum() {
    browser.open(batch, "");
    browser.type(Keys.END);
    browser.click(cell("A1[2,1]"));
    assertTrue(note().startsWith("A1[2,1] = X[2,0]·W1[0,1] + X[2,1]·W1[1,1] + b1[0,1]\n"), note());
    assertTrue(note().contains("= 5·0.2 + 6·0.4 + (-0.5) = 2.9"), note());
    assertEquals(List.of("X[2,0]", "X[2,1]", "W1[0,1]", "W1[1,1]", "b1[0,1]"), marked("operand"));
  }

  @Test
  void node_reachedByKeyboard_lightsItsEntries() {
    browser.open(batch, "");
    browser.type(Keys.END);
    browser.run("document.getElementById('picture').focus()");
    browser.type(Keys.TAB, Keys.TAB, Keys.TAB);
    String label = browser.run("return document.activeElement.ariaLabel").toString();
    assertTrue(label.startsWith("W1["), label);
    String entry = label.substring(0, 7);
    assertEquals(List.of(entry, entry.replace("W", "W\u0304")), marked("lit"));
  }

  /** x[1]·W1[1,0] is one term of A1[0,0]; its v̄ goes into X̄ and W̄1. */
  @Test
  void term_pointedAt_lightsTheEntriesOfItsParents() {
    browser.open(batch, "");
    Object id =
        browser.run(
            "return '#' + [...document.querySelectorAll('.box')].find("
                + "b => b.textContent.includes('x[1]·W1[1,0]')).id");
    browser.type(Keys.END);
    browser.run("document.querySelector('" + id + "').focus()");
    browser.type(Keys.ENTER);
    assertTrue(note().contains("is no entry of a matrix; it goes into"), note());
    assertEquals(2, marked("operand").size(), marked("operand")::toString);
    assertTrue(marked("operand").contains("W\u03041[1,0]"), marked("operand")::toString);
    browser.open(batch, "#forward-" + id.toString().replace("#vbar-", ""));
    assertTrue(note().contains("it is made of X["), note());
    assertTrue(marked("operand").contains("W1[1,0]"), marked("operand")::toString);
  }

  @Test
  void entry_forAScreenReader_hasNameAndNumber() {
    browser.open(batch, "");
    String label = "return document.querySelector(\"[data-entry='W1[1,0]']\").ariaLabel";
    assertEquals("W1[1,0]: not computed yet", browser.run(label));
    browser.type("b");
    assertEquals("W1[1,0]: 0.3", browser.run(label));
  }

  @Test
  void worlds_thatDiffer_showBothNumbersAndTheirDifference() throws IOException {
    Node x = new Graph().variable("x", 2);
    StepperMatrix value =
        new StepperMatrix("X", false, 1, 1, List.of(x), List.of(2.5), "given", Optional.empty());
    StepperMatrix adjoint =
        new StepperMatrix(
            "X\u0304", true, 1, 1, List.of(x), List.of(2.75), "X\u0304", Optional.empty());
    Path page = folder.resolve("differ.html");
    HtmlStepper.of(x.times(3).named("y")).matrices(List.of(value, adjoint)).write(page);
    browser.open(page, "");
    browser.type(Keys.END);
    browser.pointAt("[data-entry='X\u0304[0,0]']");
    assertTrue(note().endsWith("per element 3\nmatrix 2.75\ndifference 0.25"), note());
    browser.pointAt("[data-entry='X[0,0]']");
    assertTrue(note().contains("node x per element 2\nmatrix 2.5\ndifference -0.5"), note());
  }

  @Test
  void collapsedArray_ofTheStep_saysWhichEntriesItStandsFor() throws IOException {
    Path page = folder.resolve("collapsed.html");
    ClassifierTour.stepper().limit(20).write(page);
    browser.open(page, "");
    assertTrue(note().contains("stands for entries of "), note());
  }
}
