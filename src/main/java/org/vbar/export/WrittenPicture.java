package org.vbar.export;

import java.nio.file.Path;
import java.util.List;

/**
 * What became of {@link GraphPicture#write}.
 *
 * @param path the file
 * @param notes what was put together or left out, and what laid the graph out
 */
public record WrittenPicture(Path path, List<String> notes) {
  /** Copies the list. */
  public WrittenPicture {
    notes = List.copyOf(notes);
  }
}
