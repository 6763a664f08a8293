package org.vbar.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.vbar.backprop.Adjoints;
import org.vbar.graph.Node;

/**
 * A picture of the computation behind a node.
 *
 * <pre>{@code
 * GraphPicture.of(Backprop.sweep(loss)).title("Classifier").theme(Theme.DARK).write(Path.of("loss.svg"));
 * }</pre>
 *
 * <p>Boxes are nodes with name, formula, value and v̄; arrows lead from parents to children and
 * carry the local derivative ∂child/∂parent. The <b>path of largest contribution</b> is marked:
 * from the output it follows, at every node c, the edge to the parent p with the largest |c̄ ·
 * ∂c/∂p| (the first argument among equals) until it reaches a leaf or every contribution is 0.
 *
 * <p><b>Large graphs.</b> Above a {@link #limit} of boxes, or twice as many arrows, groups are
 * collapsed into one box each, the deepest first, together with arrays of leaves; what then is
 * still too much is cut off at a distance from the output. The caption and {@link #notes} say so.
 *
 * <p>DOT text needs nothing but this library. SVG and PNG need an engine that places the boxes:
 * Graphviz's {@code dot} if it is on the PATH, otherwise one in pure Java. PNG also needs fonts.
 *
 * <p>The methods that set something change this picture and return it. A picture reads its graph
 * anew for each output. Not safe for use by several threads at once.
 */
public final class GraphPicture {
  private static final int DEFAULT_LIMIT = 300;
  private static final double DEFAULT_SCALE = 2;
  private static final double LARGEST_PIXELS = 40e6;
  private static final double LONGEST_SIDE = 30_000;
  private static final Pattern ID = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*");

  private Node start;
  private final Optional<Adjoints> adjoints;
  private Optional<String> title = Optional.empty();
  private Theme theme = Theme.LIGHT;
  private boolean followsReader;
  private Direction direction = Direction.LEFT_TO_RIGHT;
  private boolean legend = true;
  private OptionalInt depth = OptionalInt.empty();
  private OptionalInt groupDepth = OptionalInt.empty();
  private final Set<String> groups = new TreeSet<>();
  private int limit = DEFAULT_LIMIT;
  private double scale = DEFAULT_SCALE;
  private String idPrefix = "vbar";
  private Engines engines = Engines.standard();

  private GraphPicture(Node start, Optional<Adjoints> adjoints) {
    this.start = start;
    this.adjoints = adjoints;
  }

  /** A picture of a node and its ancestors with their values. */
  public static GraphPicture of(Node output) {
    return new GraphPicture(output, Optional.empty());
  }

  /** A picture of the output of a sweep and its ancestors with their values and v̄. */
  public static GraphPicture of(Adjoints adjoints) {
    return new GraphPicture(adjoints.output(), Optional.of(adjoints));
  }

  /**
   * Starts at another node of the same graph: it and its ancestors are shown, with v̄ of the same
   * output.
   *
   * @throws IllegalArgumentException if the node belongs to another graph
   */
  @CanIgnoreReturnValue
  public GraphPicture startingAt(Node node) {
    if (node.graph() != start.graph()) {
      throw new IllegalArgumentException(
          "Node "
              + node
              + " belongs to another graph than "
              + start
              + "; make a picture of that graph.");
    }
    start = node;
    return this;
  }

  /** A line over the picture. */
  @CanIgnoreReturnValue
  public GraphPicture title(String text) {
    title = Optional.of(text);
    return this;
  }

  /** Light, if nothing is said, or dark. */
  @CanIgnoreReturnValue
  public GraphPicture theme(Theme colours) {
    theme = colours;
    followsReader = false;
    return this;
  }

  /**
   * Light, and in SVG dark for readers whose system asks for a dark page: for web pages. PNG is
   * light.
   */
  @CanIgnoreReturnValue
  public GraphPicture followingTheReader() {
    theme = Theme.LIGHT;
    followsReader = true;
    return this;
  }

  /** From left to right, if nothing is said, or from top to bottom. */
  @CanIgnoreReturnValue
  public GraphPicture direction(Direction flow) {
    direction = flow;
    return this;
  }

  /** Whether the signs are explained under the picture; they are, if nothing is said. */
  @CanIgnoreReturnValue
  public GraphPicture legend(boolean shown) {
    legend = shown;
    return this;
  }

  /**
   * Shows only what is at most so many arrows away from the start; the rest becomes one box.
   *
   * @throws IllegalArgumentException if it is negative
   */
  @CanIgnoreReturnValue
  public GraphPicture depth(int arrows) {
    depth = OptionalInt.of(atLeast(0, arrows, "depth"));
    return this;
  }

  /**
   * Shows groups as one box each from a depth of nesting on: 1 for the outermost groups, such as
   * layers, 2 for the groups in them, such as neurons.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  @CanIgnoreReturnValue
  public GraphPicture collapse(int fromDepth) {
    groupDepth = OptionalInt.of(atLeast(1, fromDepth, "depth of groups"));
    return this;
  }

  /**
   * Shows one group as one box. Drawing fails with {@link IllegalArgumentException} if there is no
   * such group.
   *
   * @param path the names from the outside in, for example {@code layer 1 / neuron 2}
   */
  @CanIgnoreReturnValue
  public GraphPicture collapse(String path) {
    groups.add(path);
    return this;
  }

  /**
   * How many boxes, and twice as many arrows, are shown before they are put together; 300 if
   * nothing is said.
   *
   * @throws IllegalArgumentException if it is less than 2
   */
  @CanIgnoreReturnValue
  public GraphPicture limit(int boxes) {
    limit = atLeast(2, boxes, "limit");
    return this;
  }

  /**
   * Pixels per point in PNG; 2 if nothing is said. A picture that would become too large for common
   * viewers gets fewer, and {@link WrittenPicture#notes} says so.
   *
   * @throws IllegalArgumentException if it is not a positive number
   */
  @CanIgnoreReturnValue
  public GraphPicture scale(double pixelsPerPoint) {
    if (!(pixelsPerPoint > 0) || Double.isInfinite(pixelsPerPoint)) {
      throw new IllegalArgumentException(
          "Expected a positive scale but got " + pixelsPerPoint + "; 2 is sharp on most screens.");
    }
    scale = pixelsPerPoint;
    return this;
  }

  /**
   * What ids in the SVG start with; {@code vbar} if nothing is said. Give each picture of a page
   * its own.
   *
   * @throws IllegalArgumentException if it is not a letter followed by letters, digits, - and _
   */
  @CanIgnoreReturnValue
  public GraphPicture idPrefix(String prefix) {
    if (!ID.matcher(prefix).matches()) {
      throw new IllegalArgumentException(
          "Expected a letter followed by letters, digits, - and _ but got \"" + prefix + "\".");
    }
    idPrefix = prefix;
    return this;
  }

  /**
   * Which engines are asked for places, in this order; if nothing is said, {@code dot} on the PATH
   * and then {@link GraphperEngine}.
   */
  @CanIgnoreReturnValue
  public GraphPicture engines(DotEngine... inOrder) {
    engines = new Engines(Arrays.asList(inOrder));
    return this;
  }

  private static int atLeast(int least, int given, String what) {
    if (given < least) {
      throw new IllegalArgumentException(
          "Expected a " + what + " of at least " + least + " but got " + given + ".");
    }
    return given;
  }

  /** What was put together or left out to keep the picture readable; empty if nothing was. */
  public List<String> notes() {
    return scene().notes();
  }

  /** The picture as DOT text: the same text for the same graph, on every machine. */
  public String toDot() {
    return DotWriter.write(scene(), style(), direction);
  }

  /**
   * The picture as an SVG document with title and description for screen readers.
   *
   * @throws RenderException if no engine could lay it out
   */
  public String toSvg() {
    Scene scene = scene();
    return svg(scene, engines.place(scene, direction).layout());
  }

  /**
   * The picture as a PNG file with title and description as text chunks.
   *
   * @throws RenderException if no engine could lay it out or this Java has no fonts
   */
  public byte[] toPng() {
    Scene scene = scene();
    return png(scene, engines.place(scene, direction).layout(), new ArrayList<>());
  }

  /** The computation as text: see {@link TextTree}. */
  public String toText() {
    TextTree tree = adjoints.map(TextTree::of).orElseGet(() -> TextTree.of(start));
    tree.startingAt(start);
    depth.ifPresent(tree::depth);
    return tree.toString();
  }

  /**
   * Writes a file in the format that its extension names: {@code .dot}, {@code .svg}, {@code .png}
   * or {@code .txt}. The file is written whole or not at all, over an older one. If SVG or PNG
   * cannot be made on this machine, the DOT text is written beside it instead.
   *
   * @throws IllegalArgumentException for another extension
   * @throws IOException if the folder does not exist or the file cannot be written
   * @throws RenderException if SVG or PNG cannot be made; its message says why, what to install and
   *     where the DOT text is
   */
  public WrittenPicture write(Path path) throws IOException {
    String extension = PictureFile.extension(path);
    if (!Set.of("dot", "svg", "png", "txt").contains(extension)) {
      throw new IllegalArgumentException(
          "Expected a file name that ends in .dot, .svg, .png or .txt but got " + path + ".");
    }
    PictureFile.requireFolder(path);
    Scene scene = scene();
    List<String> notes = new ArrayList<>(scene.notes());
    byte[] bytes =
        switch (extension) {
          case "dot" -> toDot().getBytes(UTF_8);
          case "txt" -> toText().getBytes(UTF_8);
          default -> drawn(scene, extension, path, notes);
        };
    PictureFile.write(path, bytes);
    return new WrittenPicture(path, notes);
  }

  private byte[] drawn(Scene scene, String extension, Path path, List<String> notes)
      throws IOException {
    try {
      Engines.Answer answer = engines.place(scene, direction);
      notes.addAll(answer.notes());
      return extension.equals("svg")
          ? svg(scene, answer.layout()).getBytes(UTF_8)
          : png(scene, answer.layout(), notes);
    } catch (RenderException e) {
      Path dot = PictureFile.withExtension(path, "dot");
      PictureFile.write(dot, toDot().getBytes(UTF_8));
      throw new RenderException(e.getMessage() + " The DOT text is in " + dot + ".", e);
    }
  }

  private String svg(Scene scene, Layout layout) {
    return SvgWriter.write(new Drawing(scene, layout, style()), scene, style());
  }

  private byte[] png(Scene scene, Layout layout, List<String> notes) {
    Drawing drawing = new Drawing(scene, layout, style());
    double width = drawing.area().width();
    double height = drawing.area().height();
    double largest =
        Math.min(
            Math.sqrt(LARGEST_PIXELS / (width * height)), LONGEST_SIDE / Math.max(width, height));
    if (scale > largest) {
      notes.add("The scale is " + NumberText.of(largest) + " to keep the PNG viewable.");
    }
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("Title", VisibleText.line(style().titleOrDefault()));
    texts.put("Description", scene.description());
    return PngWriter.write(drawing, Math.min(scale, largest), texts);
  }

  private Scene scene() {
    return SceneBuilder.scene(
        new View(start, adjoints, depth, groupDepth, Set.copyOf(groups), limit));
  }

  private Style style() {
    return new Style(theme, title, legend, idPrefix, followsReader);
  }
}
