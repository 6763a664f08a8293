package org.vbar.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** Measures in a browser how long the stepper of about 2,000 nodes takes to load and to step. */
final class StepperTiming {
  private StepperTiming() {}

  public static void main(String[] arguments) throws IOException {
    MlpSpec spec =
        MlpSpec.inputs(8)
            .layer(22, Activation.RELU)
            .layer(20, Activation.RELU)
            .layer(1, Activation.SIGMOID)
            .loss(LossKind.HALF_SQUARED_ERROR)
            .build();
    MlpParameters parameters = MlpParameters.initialize(spec, Initializer.XAVIER, 1);
    Node loss =
        ScalarMlp.record(new Graph(), spec, parameters).forward(1, 2, 3, 4, 5, 6, 7, 8).loss(1);
    Path page = Path.of("target/stepper-timing.html");
    if (arguments.length == 0) {
      HtmlStepper.write(loss, page);
    }
    System.out.println(loss.graph().size() + " nodes, " + Files.size(page) + " bytes");
    if (arguments.length == 0) {
      return; // laid out; the measurement itself should not share the machine with dot
    }
    try (Browser browser = Browser.start(Files.createTempDirectory("stepper-timing"))) {
      browser.device("light", 1440, 1000);
      for (int repeat = 0; repeat < 2; repeat++) {
        browser.open(page, "");
        System.out.println(
            "load, ms: "
                + browser.run(
                    "return Math.round(performance.getEntriesByType('navigation')[0].loadEventEnd)"));
        System.out.println(
            "step with style and layout, ms (median, 99 %, largest of 300 steps): "
                + browser.run(
                    """
                    const next = document.getElementById('next');
                    const times = [];
                    for (let k = 0; k < 300; k++) {
                      const start = performance.now();
                      next.click();
                      document.body.getBoundingClientRect();
                      document.querySelector('.now').getBoundingClientRect();
                      times.push(performance.now() - start);
                    }
                    times.sort((a, b) => a - b);
                    const at = part => times[Math.floor(part * (times.length - 1))].toFixed(1);
                    return [at(0.5), at(0.99), at(1), times.length].join(' ');
                    """));
      }
    }
  }
}
