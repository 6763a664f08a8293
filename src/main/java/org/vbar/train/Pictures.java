package org.vbar.train;

import static com.google.common.base.Preconditions.checkArgument;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.vbar.data.Batch;
import org.vbar.data.LabelledImages;
import org.vbar.model.LayerSpec;
import org.vbar.model.MlpParameters;

/** What a training did, as pictures for {@link #write}. Needs no display. */
public final class Pictures {
  private static final Color RIGHT = new Color(0x2B, 0x6C, 0xB0);
  private static final Color WRONG = new Color(0xC0, 0x3A, 0x2B);
  private static final Color INK = new Color(0x22, 0x22, 0x22);

  private Pictures() {}

  /** Writes a picture as PNG, atomically. */
  public static void write(Path file, BufferedImage picture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", bytes);
    AtomicFiles.write(file, bytes.toByteArray());
  }

  /**
   * The losses of every epoch, and the accuracy on a second axis.
   *
   * @param title what was trained
   * @param epochs at least 1
   */
  public static BufferedImage learningCurves(String title, List<EpochFigures> epochs) {
    checkArgument(!epochs.isEmpty(), "Expected at least 1 epoch for learning curves but got none.");
    XYChart chart =
        new XYChartBuilder()
            .width(800)
            .height(500)
            .title(title)
            .xAxisTitle("epoch")
            .yAxisTitle("loss")
            .build();
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setYAxisMin(0, 0.0);
    chart.getStyler().setXAxisDecimalPattern("0");
    curve(chart, "training loss", epochs, EpochFigures::trainingLoss, RIGHT, 0);
    curve(chart, "validation loss", epochs, EpochFigures::validationLoss, WRONG, 0);
    if (curve(chart, "accuracy", epochs, EpochFigures::validationAccuracy, Color.GRAY, 1)) {
      chart.setYAxisGroupTitle(1, "accuracy");
      chart.getStyler().setYAxisGroupPosition(1, Styler.YAxisPosition.Right);
    }
    return BitmapEncoder.getBufferedImage(chart);
  }

  /** Adds a curve if there is a finite number in it; a gap stays a gap. */
  private static boolean curve(
      XYChart chart,
      String name,
      List<EpochFigures> epochs,
      ToDoubleFunction<EpochFigures> figure,
      Color color,
      int axis) {
    double[] x = epochs.stream().mapToDouble(EpochFigures::epoch).toArray();
    double[] y = epochs.stream().mapToDouble(figure).map(Pictures::finiteOrGap).toArray();
    boolean any = Arrays.stream(y).anyMatch(Double::isFinite);
    if (any) {
      XYSeries series = chart.addSeries(name, x, y);
      series.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(color).setLineColor(color);
      series.setYAxisGroup(axis);
    }
    return any;
  }

  private static double finiteOrGap(double value) {
    return Double.isFinite(value) ? value : Double.NaN;
  }

  /** Counts as a table: a row per actual class, a column per predicted one; mistakes in red. */
  public static BufferedImage confusion(ConfusionMatrix matrix) {
    int cell = 46;
    int margin = 60;
    int size = margin + cell * matrix.classes() + 10;
    BufferedImage picture = blank(size, size);
    Graphics2D g = graphics(picture);
    g.drawString("predicted", margin + cell * matrix.classes() / 2 - 30, 18);
    g.rotate(-Math.PI / 2);
    g.drawString("actual", -(margin + cell * matrix.classes() / 2 + 20), 18);
    g.rotate(Math.PI / 2);
    for (int actual = 0; actual < matrix.classes(); actual++) {
      g.setColor(INK);
      centred(g, String.valueOf(actual), margin - 18, margin + cell * actual + cell / 2);
      centred(g, String.valueOf(actual), margin + cell * actual + cell / 2, margin - 18);
      long ofClass = 0;
      for (int predicted = 0; predicted < matrix.classes(); predicted++) {
        ofClass += matrix.count(actual, predicted);
      }
      for (int predicted = 0; predicted < matrix.classes(); predicted++) {
        long count = matrix.count(actual, predicted);
        // A root, so that the few mistakes of a good network are seen.
        double strength = ofClass == 0 ? 0 : Math.sqrt((double) count / ofClass);
        int x = margin + cell * predicted;
        int y = margin + cell * actual;
        g.setColor(mix(Color.WHITE, actual == predicted ? RIGHT : WRONG, strength));
        g.fillRect(x, y, cell - 1, cell - 1);
        g.setColor(strength > 0.6 ? Color.WHITE : INK);
        if (count > 0) {
          centred(g, String.valueOf(count), x + cell / 2, y + cell / 2);
        }
      }
    }
    g.dispose();
    return picture;
  }

  /**
   * The weights into neurons of the first layer, each as an image of the input's shape: blue is
   * positive, red negative, white 0. All share one scale.
   *
   * @param rows the height of an input image
   * @param neurons how many to show, the first ones
   * @throws IllegalArgumentException if the inputs are no whole rows
   */
  public static BufferedImage firstLayerWeights(MlpParameters parameters, int rows, int neurons) {
    LayerSpec layer = parameters.spec().layers().get(0);
    checkArgument(
        rows > 0 && layer.inputs() % rows == 0,
        "Expected %s inputs as an image of whole rows but got %s rows.",
        layer.inputs(),
        rows);
    int columns = layer.inputs() / rows;
    int shown = Math.min(neurons, layer.outputs());
    int across = (int) Math.ceil(Math.sqrt(shown));
    int down = (shown + across - 1) / across;
    int zoom = 2;
    int gap = 4;
    double[] weights = parameters.weights(0);
    double largest = 0;
    for (double w : weights) {
      largest = Math.max(largest, Math.abs(w));
    }
    BufferedImage picture =
        blank(across * (columns * zoom + gap) + gap, down * (rows * zoom + gap) + gap);
    Graphics2D g = graphics(picture);
    g.setColor(Color.LIGHT_GRAY);
    g.fillRect(0, 0, picture.getWidth(), picture.getHeight());
    for (int neuron = 0; neuron < shown; neuron++) {
      int left = gap + neuron % across * (columns * zoom + gap);
      int top = gap + neuron / across * (rows * zoom + gap);
      for (int i = 0; i < layer.inputs(); i++) {
        double w = weights[i * layer.outputs() + neuron];
        double strength = largest == 0 ? 0 : Math.sqrt(Math.abs(w) / largest);
        g.setColor(mix(Color.WHITE, w > 0 ? RIGHT : WRONG, strength));
        g.fillRect(left + i % columns * zoom, top + i / columns * zoom, zoom, zoom);
      }
    }
    g.dispose();
    return picture;
  }

  /**
   * Images with what the network takes them for. Wrong ones have a red frame and say what they are.
   *
   * @param world the network
   * @param images of which to show the first ones
   * @param count how many, at least 1
   */
  public static BufferedImage digits(World world, LabelledImages images, int count) {
    int shown = Math.min(count, images.count());
    Batch batch = images.batch(0, shown);
    Prediction prediction = world.predict(batch);
    int across = 10;
    int zoom = 2;
    int width = images.imageColumns() * zoom + 12;
    int height = images.imageRows() * zoom + 30;
    BufferedImage picture = blank(across * width, (shown + across - 1) / across * height);
    Graphics2D g = graphics(picture);
    for (int k = 0; k < shown; k++) {
      int left = k % across * width + 6;
      int top = k / across * height + 6;
      for (int row = 0; row < images.imageRows(); row++) {
        for (int column = 0; column < images.imageColumns(); column++) {
          int paper = 255 - images.pixel(k, row, column);
          g.setColor(new Color(paper, paper, paper));
          g.fillRect(left + column * zoom, top + row * zoom, zoom, zoom);
        }
      }
      boolean right = prediction.classOf(k) == images.label(k);
      g.setColor(right ? Color.LIGHT_GRAY : WRONG);
      g.setStroke(new BasicStroke(right ? 1 : 3));
      g.drawRect(left - 1, top - 1, width - 11, images.imageRows() * zoom + 1);
      g.setColor(right ? INK : WRONG);
      String text = String.valueOf(prediction.classOf(k));
      centred(
          g,
          right ? text : text + ", is " + images.label(k),
          left + width / 2 - 6,
          top + images.imageRows() * zoom + 12);
    }
    g.dispose();
    return picture;
  }

  /**
   * How a network divides the plane: the output of one sigmoid as colour, the line at ½, and the
   * points of a set.
   *
   * @param world a network with one output
   * @param points inputs [n × 2], or [n × 3] with a last column of ones, and labels 0 or 1
   */
  public static BufferedImage decisionBoundary(World world, Batch points) {
    checkArgument(
        world.parameters().spec().outputs() == 1
            && (points.columns() == 2 || points.columns() == 3),
        "Expected one output and points of the plane but got %s.",
        points);
    int size = 500;
    Window window = Window.around(points);
    double[] inputs = new double[size * size * points.columns()];
    for (int pixel = 0; pixel < size * size; pixel++) {
      int at = pixel * points.columns();
      int column = pixel % size;
      int row = pixel / size;
      inputs[at] = window.left + window.side * (column + 0.5) / size;
      inputs[at + 1] = window.top - window.side * (row + 0.5) / size;
      if (points.columns() == 3) {
        inputs[at + 2] = 1;
      }
    }
    Prediction prediction =
        world.predict(Batch.binary(points.columns(), inputs, new int[size * size]));
    BufferedImage picture = blank(size, size);
    for (int pixel = 0; pixel < size * size; pixel++) {
      double y = prediction.output(pixel, 0);
      int x = pixel % size;
      boolean boundary =
          (x > 0 && prediction.classOf(pixel - 1) != prediction.classOf(pixel))
              || (pixel >= size && prediction.classOf(pixel - size) != prediction.classOf(pixel));
      Color shade = mix(Color.WHITE, y >= 0.5 ? RIGHT : WRONG, Math.abs(y - 0.5));
      picture.setRGB(x, pixel / size, (boundary ? INK : shade).getRGB());
    }
    Graphics2D g = graphics(picture);
    for (int row = 0; row < points.rows(); row++) {
      double px = (points.inputs()[row * points.columns()] - window.left) / window.side * size;
      double py = (window.top - points.inputs()[row * points.columns() + 1]) / window.side * size;
      Ellipse2D dot = new Ellipse2D.Double(px - 3, py - 3, 6, 6);
      g.setColor(points.labels()[row] == 1 ? RIGHT : WRONG);
      g.fill(dot);
      g.setColor(Color.WHITE);
      g.draw(dot);
    }
    g.dispose();
    return picture;
  }

  /** A square of the plane that has all points and a margin. */
  private record Window(double left, double top, double side) {
    static Window around(Batch points) {
      double left = Double.POSITIVE_INFINITY;
      double right = Double.NEGATIVE_INFINITY;
      double bottom = Double.POSITIVE_INFINITY;
      double top = Double.NEGATIVE_INFINITY;
      for (int row = 0; row < points.rows(); row++) {
        double x = points.inputs()[row * points.columns()];
        double y = points.inputs()[row * points.columns() + 1];
        left = Math.min(left, x);
        right = Math.max(right, x);
        bottom = Math.min(bottom, y);
        top = Math.max(top, y);
      }
      double side = 1.2 * Math.max(Math.max(right - left, top - bottom), 1e-9);
      return new Window((left + right - side) / 2, (top + bottom + side) / 2, side);
    }
  }

  private static BufferedImage blank(int width, int height) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = picture.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, width, height);
    g.dispose();
    return picture;
  }

  private static Graphics2D graphics(BufferedImage picture) {
    Graphics2D g = picture.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    g.setColor(INK);
    return g;
  }

  private static void centred(Graphics2D g, String text, int x, int y) {
    g.drawString(text, x - g.getFontMetrics().stringWidth(text) / 2, y + 5);
  }

  private static Color mix(Color from, Color to, double strength) {
    return new Color(
        mix(from.getRed(), to.getRed(), strength),
        mix(from.getGreen(), to.getGreen(), strength),
        mix(from.getBlue(), to.getBlue(), strength));
  }

  private static int mix(int from, int to, double strength) {
    return (int) Math.round(from + (to - from) * Math.min(1, Math.max(0, strength)));
  }
}
