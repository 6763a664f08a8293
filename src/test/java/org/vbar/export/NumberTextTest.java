package org.vbar.export;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberTextTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, 0",
    "1, 1",
    "-2.5, -2.5",
    "24.70408, 24.7",
    "138.8338, 138.8",
    "645.5773, 645.6",
    "0.000123456, 0.0001235",
    "0.0000123456, 1.235e-5",
    "1234567, 1235000",
    "12345678, 1.235e7",
    "9.99996, 10",
    "4.9e-324, 4.941e-324",
    "NaN, NaN",
    "Infinity, ∞",
    "-Infinity, -∞"
  })
  void of_number_hasFourSignificantDigits(double value, String text) {
    assertEquals(text, NumberText.of(value));
  }

  @Test
  void signed_number_hasAlwaysASign() {
    assertEquals("+0.5", NumberText.signed(0.5));
    assertEquals("-0.5", NumberText.signed(-0.5));
    assertEquals("0", NumberText.signed(0));
    assertEquals("NaN", NumberText.signed(Double.NaN));
  }

  @Test
  void anything_otherLocale_isTheSame() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      assertEquals("0.1235", NumberText.of(0.12346));
      assertEquals("203,530 nodes", NumberText.count(203_530, "node"));
      assertEquals("1 node", NumberText.count(1, "node"));
      assertEquals("1.5", NumberText.coordinate(1.5));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void range_endsThatLookTheSame_isOneNumber() {
    assertEquals("-1 … 1", NumberText.range(-1, 1));
    assertEquals("0.5", NumberText.range(0.5, 0.500001));
  }
}
