package org.vbar.train;

import java.io.IOException;

/** A checkpoint cannot be used: it is damaged, or belongs to another training. */
public final class CheckpointException extends IOException {
  private static final long serialVersionUID = 1;

  CheckpointException(String message) {
    super(message);
  }
}
