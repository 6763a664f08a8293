package org.vbar.notebook;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableList;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Collects what a cell prints and shows, in order. */
final class Recorder {
  private final List<Output> outputs = new ArrayList<>();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(printed, true, UTF_8);

  /** Where to print. */
  PrintStream stream() {
    return stream;
  }

  synchronized void show(Output.Rich output) {
    takePrinted();
    outputs.add(output);
  }

  /** What there was since the last call. */
  synchronized ImmutableList<Output> take() {
    takePrinted();
    ImmutableList<Output> taken = ImmutableList.copyOf(outputs);
    outputs.clear();
    return taken;
  }

  private void takePrinted() {
    stream.flush();
    if (printed.size() > 0) {
      outputs.add(new Output.Printed(printed.toString(UTF_8).replace("\r\n", "\n")));
      printed.reset();
    }
  }
}
