package org.vbar.export;

/** Says why a picture could not be drawn and what to do about it. */
public final class RenderException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Creates an exception. */
  public RenderException(String message) {
    super(message);
  }

  /** Creates an exception with what led to it. */
  public RenderException(String message, Throwable cause) {
    super(message, cause);
  }
}
