package org.vbar.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.vbar.export.GraphPicture;
import org.vbar.export.WrittenPicture;

/** Writes a picture and says where and how. */
final class Pictures {
  private Pictures() {}

  static void write(GraphPicture picture, Path file, PrintWriter out) throws IOException {
    WrittenPicture written = picture.write(file);
    out.println("Picture: " + written.path());
    for (String note : written.notes()) {
      out.println("         " + note);
    }
  }
}
