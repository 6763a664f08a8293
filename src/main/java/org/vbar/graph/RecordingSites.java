package org.vbar.graph;

import java.security.CodeSource;
import java.util.Objects;

/** Finds the line of the user's code that records a node. */
final class RecordingSites {
  private static final StackWalker WALKER =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  private RecordingSites() {}

  /** The first frame outside vbar. */
  static StackTraceElement current() {
    return WALKER.walk(
        frames ->
            frames
                .filter(frame -> !isVbar(frame.getDeclaringClass()))
                .findFirst()
                .map(StackWalker.StackFrame::toStackTraceElement)
                .orElseThrow(() -> new IllegalStateException("No frame outside vbar.")));
  }

  /** In our packages and loaded from where {@link Graph} was: our tests are users too. */
  private static boolean isVbar(Class<?> type) {
    return type.getPackageName().startsWith("org.vbar")
        && Objects.equals(source(type), source(Graph.class));
  }

  private static CodeSource source(Class<?> type) {
    return type.getProtectionDomain().getCodeSource();
  }
}
