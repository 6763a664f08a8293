package org.vbar.compile;

/** Says why a function stays in the interpreter. */
final class UnsuitableException extends Exception {
  private static final long serialVersionUID = 1;

  private final String reason;

  UnsuitableException(String reason) {
    super(reason);
    this.reason = reason;
  }

  @Override
  public String getMessage() {
    return reason;
  }
}
