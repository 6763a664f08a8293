package org.vbar.notebook;

/** What a lesson claims: each claim is checked whenever the lesson runs. */
public final class Lesson {
  private Lesson() {}

  /**
   * Prints a claim with a check mark if it is true; otherwise ends the lesson.
   *
   * <p>Not Java's {@code assert}, because JShell and Jupyter run without {@code -ea}.
   *
   * @param claim whether it is true
   * @param what what is claimed, as a short statement
   * @throws IllegalStateException if it is not true
   */
  public static void check(boolean claim, String what) {
    if (!claim) {
      throw new IllegalStateException("Not true: " + what + ".");
    }
    System.out.println("✓ " + what);
  }
}
