package org.vbar.export;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;

/** Writes a drawing as a PNG file with its alt text as text chunks. */
final class PngWriter {
  private static final String METADATA = "javax_imageio_png_1.0";

  private PngWriter() {}

  /**
   * The bytes of a PNG file.
   *
   * @param scale pixels per point
   * @param texts keyword and text of each text chunk
   * @throws RenderException if this Java has no fonts
   */
  static byte[] write(Drawing drawing, double scale, Map<String, String> texts) {
    if (Fonts.areMissing()) {
      throw new RenderException(
          "PNG needs fonts, and " + Fonts.HINT + "; or write SVG, which needs none.");
    }
    PixelCanvas canvas = new PixelCanvas(drawing.area(), scale);
    drawing.draw(canvas);
    try {
      return encoded(canvas.image(), texts);
    } catch (IOException e) {
      throw new UncheckedIOException("A PNG could not be encoded.", e);
    }
  }

  private static byte[] encoded(BufferedImage image, Map<String, String> texts) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      ImageTypeSpecifier type = ImageTypeSpecifier.createFromRenderedImage(image);
      IIOMetadata metadata = writer.getDefaultImageMetadata(type, writer.getDefaultWriteParam());
      addTexts(metadata, texts);
      writer.setOutput(out);
      writer.write(new IIOImage(image, null, metadata));
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static void addTexts(IIOMetadata metadata, Map<String, String> texts)
      throws IIOInvalidTreeException {
    IIOMetadataNode chunks = new IIOMetadataNode("iTXt");
    texts.forEach(
        (keyword, text) -> {
          IIOMetadataNode chunk = new IIOMetadataNode("iTXtEntry");
          chunk.setAttribute("keyword", keyword);
          chunk.setAttribute("compressionFlag", "FALSE");
          chunk.setAttribute("compressionMethod", "0");
          chunk.setAttribute("languageTag", "en");
          chunk.setAttribute("translatedKeyword", keyword);
          chunk.setAttribute("text", text);
          chunks.appendChild(chunk);
        });
    IIOMetadataNode root = new IIOMetadataNode(METADATA);
    root.appendChild(chunks);
    metadata.mergeTree(METADATA, root);
  }
}
