package org.vbar.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vbar.model.Activation;
import org.vbar.model.Initializer;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

class InstructionsTest {
  @Test
  void best_withoutTheModule_isPlainAndTrainsAsPlainDoesHere() throws Exception {
    assertEquals("PLAIN " + loss(Instructions.PLAIN), child());
  }

  @Test
  void best_withTheModule_isVector() throws Exception {
    if (Instructions.VECTOR.isAvailable()) {
      assertEquals(
          "VECTOR " + loss(Instructions.VECTOR), child("--add-modules=jdk.incubator.vector"));
    } else {
      assertThrows(
          IllegalStateException.class, () -> Instructions.VECTOR.arithmetic(Precision.FLOAT));
    }
  }

  /** The last line a child JVM prints. */
  private static String child(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output.strip();
  }

  private static double loss(Instructions instructions) {
    MlpSpec spec =
        MlpSpec.inputs(20)
            .layer(17, Activation.SIGMOID)
            .layer(4, Activation.IDENTITY)
            .loss(LossKind.SOFTMAX_CROSS_ENTROPY)
            .build();
    MlpParameters parameters = MlpParameters.initialize(spec, Initializer.XAVIER, 1);
    Samples samples = Samples.zeros(Precision.FLOAT, 2, 20, 4);
    double[] inputs = new double[40];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = i / 40.0;
    }
    samples.set(0, inputs, new double[] {1, 0, 0, 0, 0, 0, 1, 0});
    try (TrainingNetwork network =
        TrainingNetwork.of(parameters, Precision.FLOAT, 2, 2, instructions)) {
      double loss = 0;
      for (int i = 0; i < 10; i++) {
        loss = network.descend(samples, new int[] {1, 0}, 0, 2, 0.5);
      }
      return loss;
    }
  }

  /** Started in a JVM of its own. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) {
      System.out.println(Instructions.best() + " " + loss(Instructions.best()));
    }
  }
}
