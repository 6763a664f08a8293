package org.vbar.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page of verified formulas; {@code -Dvbar.write=formulas} writes it anew. */
class FormulaPageTest {
  private static final Path PAGE = Path.of("docs", "formulas.md");

  @Test
  void page_asCommitted_equalsWhatIsMeasured() throws IOException {
    String measured = FormulaCheck.page();
    if ("formulas".equals(System.getProperty("vbar.write"))) {
      Files.writeString(PAGE, measured);
    }
    assertEquals(
        Files.readString(PAGE),
        measured,
        "docs/formulas.md is out of date: mvn -q test -Dtest=FormulaPageTest -Dvbar.write=formulas");
  }
}
