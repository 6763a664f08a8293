package org.vbar.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.vbar.export.GraphPicture;
import org.vbar.export.HtmlStepper;
import org.vbar.export.WrittenPicture;

/** Writes a picture and says where and how. */
final class Pictures {
  private Pictures() {}

  static void write(GraphPicture picture, Path file, PrintWriter out) throws IOException {
    say("Picture: ", picture.write(file), out);
  }

  static void write(HtmlStepper stepper, Path file, PrintWriter out) throws IOException {
    say("Stepper: ", stepper.write(file), out);
  }

  private static void say(String what, WrittenPicture written, PrintWriter out) {
    out.println(what + written.path());
    for (String note : written.notes()) {
      out.println("         " + note);
    }
  }
}
