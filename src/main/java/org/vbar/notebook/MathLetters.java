package org.vbar.notebook;

/** Bold, script and double-struck letters, which Unicode has as characters of their own. */
final class MathLetters {
  private static final String SCRIPT_EXCEPTIONS = "BℬEℰFℱHℋIℐLℒMℳRℛ";
  private static final String DOUBLE_STRUCK_EXCEPTIONS = "CℂHℍNℕPℙQℚRℝZℤ";

  private MathLetters() {}

  /**
   * The letters of a text in another style; other signs stay.
   *
   * @param command {@code mathbf}, {@code mathcal} or {@code mathbb}
   */
  static String styled(String command, String text) {
    StringBuilder styled = new StringBuilder();
    text.codePoints().forEach(c -> styled.appendCodePoint(styled(command, c)));
    return styled.toString();
  }

  private static int styled(String command, int c) {
    return switch (command) {
      case "mathbf" -> isDigit(c) ? 0x1D7CE + c - '0' : shifted(c, 0x1D400, 0x1D41A, "");
      case "mathcal" -> shifted(c, 0x1D49C, c, SCRIPT_EXCEPTIONS);
      case "mathbb" ->
          isDigit(c) ? 0x1D7D8 + c - '0' : shifted(c, 0x1D538, 0x1D552, DOUBLE_STRUCK_EXCEPTIONS);
      default -> throw new IllegalArgumentException(command);
    };
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  /** A capital that Unicode has elsewhere is followed by its character in the exceptions. */
  private static int shifted(int c, int capitalA, int smallA, String exceptions) {
    if (c >= 'A' && c <= 'Z') {
      int exception = exceptions.indexOf(c);
      return exception < 0 ? capitalA + c - 'A' : exceptions.charAt(exception + 1);
    }
    if (c >= 'a' && c <= 'z' && smallA != c) {
      return smallA + c - 'a';
    }
    return c;
  }
}
