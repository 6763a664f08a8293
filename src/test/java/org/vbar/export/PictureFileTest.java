package org.vbar.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.NodeList;

/** Files and formats. */
class PictureFileTest {
  @TempDir private Path folder;

  private static GraphPicture picture() {
    return GraphPicture.of(PictureFixtures.diamond()).engines(TestEngines.onALine());
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void assumeFonts() {
    assumeFalse(Fonts.areMissing(), "this Java has no fonts");
  }

  @Test
  void write_textFormats_writeWhatTheMethodsReturn() throws IOException {
    picture().write(folder.resolve("a.dot"));
    picture().write(folder.resolve("a.txt"));
    WrittenPicture written = picture().write(folder.resolve("a.SVG"));
    assertEquals(picture().toDot(), Files.readString(folder.resolve("a.dot")));
    assertEquals(picture().toText(), Files.readString(folder.resolve("a.txt")));
    assertEquals(picture().toSvg(), Files.readString(folder.resolve("a.SVG")));
    assertEquals(
        new WrittenPicture(folder.resolve("a.SVG"), List.of("Laid out by line.")), written);
    assertEquals(List.of("a.SVG", "a.dot", "a.txt"), files());
  }

  @Test
  void write_existingFile_isReplaced() throws IOException {
    Path file = Files.writeString(folder.resolve("a.svg"), "old");
    picture().write(file);
    assertEquals(picture().toSvg(), Files.readString(file));
    assertEquals(List.of("a.svg"), files());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.pdf", "a", "a.svg.", ".", "svg"})
  void write_otherExtension_isRefused(String name) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> picture().write(folder.resolve(name)));
    assertTrue(e.toString().contains("Expected a file name that ends in .dot, .svg, .png"));
  }

  @Test
  void write_folderOfThatName_isRefused() throws IOException {
    Path file = Files.createDirectory(folder.resolve("folder.html"));
    FileSystemException refused =
        assertThrows(FileSystemException.class, () -> PictureFile.write(file, new byte[1]));
    assertEquals(file + ": is a folder; expected the name of a file", refused.getMessage());
  }

  @Test
  void write_nameTooLong_namesTheFileThatWasAskedFor() {
    Path file = folder.resolve("x".repeat(250) + ".html");
    FileSystemException refused =
        assertThrows(FileSystemException.class, () -> PictureFile.write(file, new byte[1]));
    assertEquals(file.toString(), refused.getFile());
    assertTrue(refused.toString().contains("cannot be written: "), refused::toString);
  }

  @Test
  void write_missingFolder_isRefusedBeforeAnythingIsDrawn() {
    Path file = folder.resolve("missing").resolve("a.svg");
    GraphPicture picture = picture().engines(TestEngines.broken("must not be asked"));
    NoSuchFileException e = assertThrows(NoSuchFileException.class, () -> picture.write(file));
    assertTrue(e.toString().contains("create it first"), e.getMessage());
  }

  @Test
  void write_folderInsteadOfFile_failsAndLeavesNothingBehind() throws IOException {
    Path directory = Files.createDirectories(folder.resolve("a.svg").resolve("full"));
    assertThrows(IOException.class, () -> picture().write(folder.resolve("a.svg")));
    assertTrue(Files.isDirectory(directory));
    assertEquals(List.of("a.svg"), files());
  }

  @Test
  void write_noEngine_leavesTheDotTextAndAHint() throws IOException {
    GraphPicture picture =
        picture().engines(DotProcess.onPath(""), TestEngines.broken("it is out of order"));
    RenderException e =
        assertThrows(RenderException.class, () -> picture.write(folder.resolve("loss.svg")));
    Path dot = folder.resolve("loss.dot");
    assertTrue(e.toString().contains("there is no dot program on the PATH"), e.getMessage());
    assertTrue(e.toString().contains("it is out of order"), e.getMessage());
    assertTrue(e.toString().contains("apt install graphviz"), e.getMessage());
    assertTrue(e.toString().endsWith("The DOT text is in " + dot + "."), e.getMessage());
    assertEquals(picture.toDot(), Files.readString(dot));
    assertEquals(List.of("loss.dot"), files());
  }

  @Test
  void write_emptyPath_drawsInPureJava() throws IOException {
    GraphPicture picture = GraphPicture.of(PictureFixtures.classifier());
    picture.engines(DotProcess.onPath(""), new GraphperEngine());
    List<String> notes = picture.write(folder.resolve("a.svg")).notes();
    assertEquals(
        List.of(
            "Not laid out by dot: there is no dot program on the PATH.",
            "Laid out by graph-support."),
        notes);
    assertEquals(
        37, TestSvg.parse(Files.readString(folder.resolve("a.svg"))).ofClass("box").size());
  }

  @Test
  void toPng_scale_givesPixelsPerPoint() throws IOException {
    assumeFonts();
    TestSvg svg = TestSvg.parse(picture().toSvg());
    int width = Integer.parseInt(svg.root().getAttribute("width"));
    int height = Integer.parseInt(svg.root().getAttribute("height"));
    BufferedImage sharp = read(picture().toPng());
    assertEquals(2 * width, sharp.getWidth());
    assertEquals(2 * height, sharp.getHeight());
    BufferedImage small = read(picture().scale(0.5).toPng());
    assertEquals(Math.round(width * 0.5), small.getWidth());
  }

  @ParameterizedTest
  @ValueSource(strings = {"dot", "graph-support"})
  void toPng_anyEngine_isDrawnInTheThemesColours(String engine) throws IOException {
    assumeFonts();
    for (Theme theme : Theme.values()) {
      GraphPicture picture = GraphPicture.of(PictureFixtures.hostile()).theme(theme);
      BufferedImage image = read(picture.scale(1).engines(TestEngines.named(engine)).toPng());
      assertEquals(Color.decode(theme.background()).getRGB(), image.getRGB(1, 1));
      assertTrue(count(image, theme.ink()) > 500);
      assertTrue(count(image, theme.halo()) > 500);
    }
  }

  private static int count(BufferedImage image, String colour) {
    int rgb = Color.decode(colour).getRGB();
    int count = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        count += image.getRGB(x, y) == rgb ? 1 : 0;
      }
    }
    return count;
  }

  @Test
  void toPng_texts_areInItsChunks() throws IOException {
    assumeFonts();
    byte[] png = picture().title("Diamond ∂\n<2>").toPng();
    Map<String, String> texts = texts(png);
    assertEquals("Diamond ∂␊<2>", texts.get("Title"));
    String description = texts.getOrDefault("Description", "");
    assertTrue(description.startsWith("Computation graph of y = 2.244"), description);
  }

  @Test
  void write_hugePicture_getsASmallerScaleAndSaysSo() throws IOException {
    assumeFonts();
    GraphPicture picture =
        GraphPicture.of(PictureFixtures.chain(100)).engines(TestEngines.onALine());
    WrittenPicture written = picture.scale(10).write(folder.resolve("a.png"));
    assertTrue(written.notes().toString().contains("to keep the PNG viewable"));
    BufferedImage image = read(Files.readAllBytes(folder.resolve("a.png")));
    assertTrue(image.getWidth() <= 30_000);
  }

  @Test
  void toPng_javaWithoutFonts_saysWhatToInstall() throws IOException, InterruptedException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Process process =
        new ProcessBuilder(
                java.toString(),
                "-Djava.awt.headless=true",
                "-Dsun.awt.fontconfig=" + folder.resolve("missing"),
                "-cp",
                System.getProperty("java.class.path"),
                WithoutFonts.class.getName())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), said);
    assumeFalse(said.startsWith("fonts"), "this platform finds fonts in another way");
    List<String> lines = said.lines().toList();
    assertTrue(lines.get(0).startsWith("svg 4"), said);
    assertTrue(lines.get(1).startsWith("PNG needs fonts, and this Java finds no fonts"), said);
    assertTrue(lines.get(1).contains("apt install fontconfig fonts-dejavu-core"), said);
    assertTrue(lines.get(2).contains("graph-support: this Java finds no fonts"), said);
    assertFalse(said.contains("\tat "), said);
  }

  /** Draws in a Java that has no fonts. */
  static final class WithoutFonts {
    private WithoutFonts() {}

    public static void main(String[] args) {
      if (!Fonts.areMissing()) {
        System.out.println("fonts");
        return;
      }
      TestSvg svg = TestSvg.parse(picture().toSvg());
      System.out.println("svg " + svg.ofClass("box").size());
      System.out.println(assertThrows(RenderException.class, picture()::toPng).getMessage());
      GraphPicture pure = picture().engines(new GraphperEngine());
      System.out.println(assertThrows(RenderException.class, pure::toSvg).getMessage());
    }
  }

  @Test
  void themes_samePicture_differ() {
    assertNotEquals(picture().toSvg(), picture().theme(Theme.DARK).toSvg());
  }

  private static BufferedImage read(byte[] png) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(png));
  }

  private static Map<String, String> texts(byte[] png) throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
    try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(png))) {
      reader.setInput(in);
      IIOMetadataNode root =
          (IIOMetadataNode) reader.getImageMetadata(0).getAsTree("javax_imageio_png_1.0");
      NodeList entries = root.getElementsByTagName("iTXtEntry");
      Map<String, String> texts = new HashMap<>();
      for (int k = 0; k < entries.getLength(); k++) {
        IIOMetadataNode entry = (IIOMetadataNode) entries.item(k);
        texts.put(entry.getAttribute("keyword"), entry.getAttribute("text"));
      }
      return texts;
    } finally {
      reader.dispose();
    }
  }
}
