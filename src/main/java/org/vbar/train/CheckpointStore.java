package org.vbar.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * The checkpoints of one training: the newest and the one before, as two files of a directory.
 *
 * <p>Files are written beside their place, flushed and moved there, so a killed process leaves one
 * that is whole. A damaged one is refused by its checksum, and the one before is used.
 */
public final class CheckpointStore {
  private static final String NEWEST = "checkpoint.vbar";
  private static final String PREVIOUS = "checkpoint.previous.vbar";

  private final Path directory;

  /** Whether the newest file is known to be whole, and so is worth keeping as the previous one. */
  private boolean newestIsWhole;

  /**
   * Uses a directory, which is created when the first checkpoint is written. One directory is for
   * one training.
   */
  public CheckpointStore(Path directory) {
    this.directory = directory;
  }

  /** The directory. */
  public Path directory() {
    return directory;
  }

  /** Whether there is any checkpoint, whole or not. */
  public boolean isUsed() {
    return Files.exists(directory.resolve(NEWEST)) || Files.exists(directory.resolve(PREVIOUS));
  }

  /** Deletes the checkpoints, for a training that starts anew. */
  public void clear() throws IOException {
    Files.deleteIfExists(directory.resolve(NEWEST));
    Files.deleteIfExists(directory.resolve(PREVIOUS));
    newestIsWhole = false;
  }

  /**
   * What was found.
   *
   * @param checkpoint the newest that is whole
   * @param refused why a newer one was not used
   */
  record Restored(Checkpoint checkpoint, Optional<String> refused) {}

  void save(Checkpoint checkpoint) throws IOException {
    byte[] bytes = CheckpointFormat.write(checkpoint);
    Path newest = directory.resolve(NEWEST);
    if (newestIsWhole && Files.exists(newest)) {
      Files.move(
          newest,
          directory.resolve(PREVIOUS),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    }
    AtomicFiles.write(newest, bytes);
    newestIsWhole = true;
  }

  /**
   * Loads the newest checkpoint that is whole.
   *
   * @return empty if there is none at all
   * @throws CheckpointException if there are some and all are damaged
   */
  Optional<Restored> load() throws IOException {
    Optional<String> refused = Optional.empty();
    for (String name : new String[] {NEWEST, PREVIOUS}) {
      Path file = directory.resolve(name);
      if (!Files.exists(file)) {
        continue;
      }
      try {
        Checkpoint checkpoint = CheckpointFormat.read(Files.readAllBytes(file));
        newestIsWhole = name.equals(NEWEST);
        return Optional.of(new Restored(checkpoint, refused));
      } catch (CheckpointException e) {
        String refusal = file + " is refused: " + e.getMessage() + ".";
        refused = Optional.of(refused.map(earlier -> earlier + " " + refusal).orElse(refusal));
      }
    }
    if (refused.isPresent()) {
      throw new CheckpointException(
          refused.get() + " No other checkpoint is left: start anew without resuming.");
    }
    return Optional.empty();
  }
}
