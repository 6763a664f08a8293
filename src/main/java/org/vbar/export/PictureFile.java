package org.vbar.export;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** Writes a whole file or none. */
final class PictureFile {
  private PictureFile() {}

  /** The part of a file name after its last dot, in lower case; empty if there is none. */
  static String extension(Path path) {
    String name = name(path);
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  /** The same file with another extension. */
  static Path withExtension(Path path, String extension) {
    String name = name(path);
    return path.resolveSibling(name.substring(0, name.lastIndexOf('.') + 1) + extension);
  }

  private static String name(Path path) {
    Path name = path.getFileName();
    return name == null ? "" : name.toString();
  }

  static void requireFolder(Path path) throws NoSuchFileException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new NoSuchFileException(
          path.toString(), null, "there is no folder " + folder + "; create it first");
    }
  }

  /** Writes beside the file first, so that a reader sees the old one or the new one. */
  static void write(Path path, byte[] bytes) throws IOException {
    requireFolder(path);
    if (Files.isDirectory(path)) {
      throw new FileSystemException(
          path.toString(), null, "is a folder; expected the name of a file");
    }
    // Not a "temporary file" of Java's: nobody but the owner could read the picture.
    String random = Long.toHexString(ThreadLocalRandom.current().nextLong());
    Path part = path.resolveSibling("." + name(path) + "." + random + ".part");
    try {
      Files.write(part, bytes, StandardOpenOption.CREATE_NEW);
      move(part, path);
    } catch (FileSystemException e) { // its file has a name that nobody gave
      String why = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
      FileSystemException named =
          new FileSystemException(path.toString(), null, "cannot be written: " + why);
      named.initCause(e);
      delete(part, named);
      throw named;
    } catch (IOException e) {
      delete(part, e);
      throw e;
    }
  }

  private static void delete(Path part, IOException failure) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private static void move(Path part, Path path) throws IOException {
    try {
      Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, path, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
