package org.vbar.notebook;

import java.lang.reflect.Method;

/**
 * The Jupyter kernel {@code rapaio-jupyter-kernel}, if this code runs in it. Reached by reflection,
 * so that vbar does not depend on it.
 */
final class JupyterKernel {
  private static final String ROOT = "org.rapaio.jupyter.kernel.";

  private JupyterKernel() {}

  static boolean isPresent() {
    try {
      Class.forName(ROOT + "MainApp");
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Sends one message with the output and its text. */
  static void show(Output.Rich output) {
    try {
      Class<?> dataClass = Class.forName(ROOT + "display.DisplayData");
      Method withType = dataClass.getMethod("withType", String.class, String.class);
      Object data = withType.invoke(null, output.mimeType(), output.data());
      dataClass.getMethod("putText", String.class).invoke(data, output.text());
      Object kernel = Class.forName(ROOT + "MainApp").getField("kernel").get(null);
      kernel.getClass().getMethod("display", dataClass).invoke(kernel, data);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "This version of rapaio-jupyter-kernel cannot be asked to display; 3.0.1 can: " + e, e);
    }
  }
}
