package org.vbar.cli;

/** A failure that the person at the keyboard can mend: its message says how. */
final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1;

  CommandException(String message) {
    super(message);
  }
}
