package org.vbar.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.vbar.cli.MlpStepper;
import org.vbar.export.HtmlStepper;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;
import org.vbar.scalar.ScalarMlp;
import org.vbar.testing.Browser;

/**
 * Measures in a browser how long the stepper of about 2,000 nodes takes to load and to step, alone
 * and beside matrices. Without an argument it writes the two pages; with pages as arguments it
 * measures those, so that pages of two versions can be measured in one run.
 *
 * <p>Whatever stops the page's thread, such as another process, makes a step long. So a fixed piece
 * of script, one a frame, is timed in the same way as a control; and the time that the thread
 * itself worked is reported beside.
 */
final class StepperTiming {
  private static final int STEPS = 300;

  private static final String PRESS =
      """
      const press = id => {
        if (id === 'backward') document.body.dispatchEvent(
          new KeyboardEvent('keydown', {key: 'b', bubbles: true}));
        else document.getElementById(id).click();
      };
      """;

  private StepperTiming() {}

  public static void main(String[] arguments) throws IOException {
    MlpSpec spec =
        MlpSpec.inputs(8)
            .layer(22, Activation.RELU)
            .layer(19, Activation.RELU)
            .layer(1, Activation.SIGMOID)
            .loss(LossKind.HALF_SQUARED_ERROR)
            .build();
    MlpParameters parameters = MlpParameters.initialize(spec, Initializer.XAVIER, 1);
    double[] inputs = {1, 2, 3, 4, 5, 6, 7, 8};
    Path alone = Path.of("target/stepper-timing.html");
    Path beside = Path.of("target/stepper-timing-matrices.html");
    if (arguments.length == 0) { // laid out; the measurement should not share the machine with dot
      Node loss = ScalarMlp.record(new Graph(), spec, parameters).forward(inputs).loss(1);
      System.out.println(loss.graph().size() + " nodes");
      HtmlStepper.write(loss, alone);
      MlpStepper.of(spec, parameters, inputs, new double[] {1}).write(beside);
      return;
    }
    for (String page : arguments) {
      measure(Path.of(page));
    }
  }

  private static void measure(Path page) throws IOException {
    System.out.println(page + ", " + Files.size(page) + " bytes");
    try (Browser browser = Browser.start(Files.createTempDirectory("stepper-timing"))) {
      browser.device("light", 1440, 1000);
      for (int repeat = 0; repeat < 3; repeat++) {
        browser.open(page, "");
        System.out.println(
            "boxes: " + browser.run("return document.querySelectorAll('.box').length"));
        System.out.println(
            "load, ms, and with the first frame after it: "
                + browser.run(
                    "return Math.round(performance.getEntriesByType('navigation')[0].loadEventEnd)")
                + " "
                + browser.runLater(
                    """
                    requestAnimationFrame(() => requestAnimationFrame(
                      () => done(Math.round(performance.now()))));
                    """));
        times(browser, "at once, backward pass", "backward", "next");
        browser.runLater(
            """
            const wait = () => document.querySelector('.far') ? setTimeout(wait, 20) : done();
            wait();
            """);
        System.out.println(
            "all laid out, ms: " + browser.run("return Math.round(performance.now())"));
        steps(browser, "forward from the first", "first", "next");
        steps(browser, "backward pass", "backward", "next");
        steps(browser, "back from the last", "last", "back");
        browser.click("#fit");
        steps(browser, "backward pass, all in sight", "backward", "next");
        control(browser);
      }
    }
  }

  private static void steps(Browser browser, String name, String from, String button) {
    times(browser, name, from, button);
    ownTimes(browser, from, button);
  }

  /** The same steps one by one, with what the page's thread itself worked for each. */
  private static void ownTimes(Browser browser, String from, String button) {
    browser.runLater(PRESS + "press('%s'); setTimeout(done, 500);".formatted(from));
    double[] own = new double[STEPS];
    double longest = 0;
    int over = 0;
    for (int k = 0; k < STEPS; k++) {
      double before = ownTime(browser);
      Object time =
          browser.runLater(
              PRESS
                  + """
                  requestAnimationFrame(() => {
                    const start = performance.now();
                    press('%s');
                    document.body.getBoundingClientRect();
                    document.querySelector('.now').getBoundingClientRect();
                    const time = performance.now() - start;
                    requestAnimationFrame(() => requestAnimationFrame(() => done(time)));
                  });
                  """
                      .formatted(button));
      own[k] = ownTime(browser) - before;
      double wall = Double.parseDouble(String.valueOf(time));
      longest = Math.max(longest, wall);
      over += wall > 16 ? 1 : 0;
    }
    Arrays.sort(own);
    System.out.printf(
        "  one by one, script, style and layout: the thread's own time, ms, median %.1f, largest"
            + " %.1f; by the clock %.1f, %d over 16%n",
        own[STEPS / 2], own[STEPS - 1], longest, over);
  }

  private static double ownTime(Browser browser) {
    return browser.threadMillis(Set.of("ScriptDuration", "RecalcStyleDuration", "LayoutDuration"));
  }

  /** Only script, of about the length of a step. */
  private static void control(Browser browser) {
    System.out.println(
        "control, ms; median, 99 %, largest of 300, how many over 16: "
            + browser.runLater(
                """
                const worked = () => new Promise(resolve => requestAnimationFrame(() => {
                  const start = performance.now();
                  let sum = 0;
                  for (let k = 0; k < 2.5e6; k++) sum += k % 7;
                  window.kept = sum;
                  resolve(performance.now() - start);
                }));
                (async () => {
                  const times = [];
                  for (let k = 0; k < 300; k++) times.push(await worked());
                  times.sort((a, b) => a - b);
                  done([0.5, 0.99, 1].map(part => times[Math.floor(part * 299)].toFixed(1)).join(' ')
                    + ' ' + times.filter(t => t > 16).length);
                })();
                """));
  }

  /**
   * One step a frame: until style and layout are done, and until the page's thread has drawn. A
   * message that is sent in a frame arrives after the frame's drawing.
   */
  private static void times(Browser browser, String name, String from, String button) {
    System.out.println(
        name
            + ", ms; jump, first, median, 99 %, largest of 300 steps, how many over 16: "
            + browser.runLater(
                PRESS
                    + """
                const channel = new MessageChannel();
                let arrived;
                channel.port1.onmessage = () => arrived(performance.now());
                const measured = id => new Promise(resolve => requestAnimationFrame(() => {
                  const start = performance.now();
                  press(id);
                  document.body.getBoundingClientRect();
                  document.querySelector('.now').getBoundingClientRect();
                  const layout = performance.now() - start;
                  arrived = end => resolve([layout, end - start]);
                  channel.port2.postMessage(0);
                }));
                const inWords = (jump, steps) => {
                  const times = [...steps].sort((a, b) => a - b);
                  const at = part => times[Math.floor(part * (times.length - 1))];
                  return [jump, steps[0], at(0.5), at(0.99), at(1)].map(t => t.toFixed(1))
                    .join(' ') + ' ' + times.filter(t => t > 16).length;
                };
                (async () => {
                  const jump = await measured('%1$s');
                  const steps = [];
                  for (let k = 0; k < 300; k++) steps.push(await measured('%2$s'));
                  done('style and layout ' + inWords(jump[0], steps.map(s => s[0]))
                    + '; with drawing ' + inWords(jump[1], steps.map(s => s[1])));
                })();
                """
                        .formatted(from, button)));
  }
}
