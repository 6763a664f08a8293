package org.vbar.data;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A file that was found and could be read, but is not the IDX file that was expected. */
public final class IdxFormatException extends IOException {
  private static final long serialVersionUID = 1;

  IdxFormatException(String message) {
    super(message);
  }

  IdxFormatException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
