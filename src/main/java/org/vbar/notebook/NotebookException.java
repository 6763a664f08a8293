package org.vbar.notebook;

/** A cell that does not compile or does not run to its end; the message shows it and says why. */
public final class NotebookException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NotebookException(String message) {
    super(message);
  }
}
