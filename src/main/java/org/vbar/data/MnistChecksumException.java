package org.vbar.data;

import java.io.IOException;

/** A well-formed file under the name of an MNIST file whose content is not that of MNIST. */
public final class MnistChecksumException extends IOException {
  private static final long serialVersionUID = 1;

  MnistChecksumException(String message) {
    super(message);
  }
}
