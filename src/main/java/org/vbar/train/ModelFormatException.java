package org.vbar.train;

import java.io.IOException;

/** A file is no model, or a damaged one, or one that vbar cannot compute. */
public final class ModelFormatException extends IOException {
  private static final long serialVersionUID = 1;

  ModelFormatException(String message) {
    super(message);
  }
}
