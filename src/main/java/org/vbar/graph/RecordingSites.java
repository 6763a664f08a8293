package org.vbar.graph;

import java.security.CodeSource;
import java.util.Objects;
import java.util.Optional;

/** Finds the line of the user's code that records a node. */
final class RecordingSites {
  private static final StackWalker WALKER =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  private RecordingSites() {}

  /**
   * The first frame outside vbar and the JDK, whose streams and maps may stand between vbar and its
   * user; nothing if there is none, as in vbar's own programs.
   */
  static Optional<StackTraceElement> current() {
    return WALKER.walk(
        frames ->
            frames
                .filter(frame -> !isVbar(frame.getDeclaringClass()))
                .filter(frame -> !frame.getClassName().startsWith("java."))
                .filter(frame -> !frame.getClassName().startsWith("jdk."))
                .findFirst()
                .map(StackWalker.StackFrame::toStackTraceElement));
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
