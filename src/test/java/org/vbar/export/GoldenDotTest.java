package org.vbar.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * DOT text, word for word. After a change that is meant, write the files anew with {@code mvn test
 * -Dtest=GoldenDotTest -Dvbar.golden=write} and look at the difference.
 */
class GoldenDotTest {
  private static final Path FOLDER = Path.of("src/test/resources/org/vbar/export");

  static Stream<Arguments> pictures() {
    return Stream.of(
        picture("square", () -> GraphPicture.of(PictureFixtures.square()).title("x·x")),
        picture("diamond", () -> GraphPicture.of(PictureFixtures.diamond())),
        picture("values", () -> GraphPicture.of(PictureFixtures.diamond().output())),
        picture(
            "classifier",
            () -> GraphPicture.of(PictureFixtures.classifier()).title("A 2-2-1 classifier")),
        picture(
            "classifier-dark-neurons",
            () ->
                GraphPicture.of(PictureFixtures.classifier())
                    .theme(Theme.DARK)
                    .direction(Direction.TOP_TO_BOTTOM)
                    .collapse(2)),
        picture("micrograd", () -> GraphPicture.of(PictureFixtures.micrograd()).depth(3)),
        picture("hostile", () -> GraphPicture.of(PictureFixtures.hostile()).title("<T> & \"t\"")),
        picture("mlp", () -> GraphPicture.of(PictureFixtures.mlp(50, 20, 10))));
  }

  private static Arguments picture(String name, Supplier<GraphPicture> picture) {
    return Arguments.of(name, picture);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pictures")
  void toDot_fixture_isTheGoldenText(String name, Supplier<GraphPicture> picture)
      throws IOException {
    String dot = picture.get().toDot();
    if ("write".equals(System.getProperty("vbar.golden"))) {
      Files.writeString(FOLDER.resolve(name + ".dot"), dot);
    }
    assertEquals(golden(name), dot);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pictures")
  void toDot_twiceAndInAnotherLocale_isTheSame(String name, Supplier<GraphPicture> picture) {
    String dot = picture.get().toDot();
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      assertEquals(dot, picture.get().toDot(), name);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void toDot_sameNodeTwice_keepsTwoEdges() {
    String dot = GraphPicture.of(PictureFixtures.square()).toDot();
    assertEquals(2, dot.lines().filter(line -> line.contains("\"n0\" -> \"n1\"")).count(), dot);
  }

  private static String golden(String name) throws IOException {
    if ("write".equals(System.getProperty("vbar.golden"))) {
      return Files.readString(FOLDER.resolve(name + ".dot"));
    }
    try (InputStream in = GoldenDotTest.class.getResourceAsStream(name + ".dot")) {
      assertNotNull(in, "there is no golden file for " + name);
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
