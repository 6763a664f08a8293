package org.vbar.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.vbar.backprop.Backprop;
import org.vbar.backprop.BackwardTrace;
import org.vbar.graph.Node;

/**
 * A page on which one steps through the computation behind a node: forward, value by value, then
 * backward, one contribution v̄ += c̄ · ∂c/∂v after the other.
 *
 * <pre>{@code
 * HtmlStepper.write(loss, Path.of("loss.html"));
 * HtmlStepper.of(loss).title("Classifier").write(Path.of("loss.html"));
 * }</pre>
 *
 * <p>The page is a single file that opens from disk. It loads nothing, and its content security
 * policy lets it load nothing and run nothing but the one script that it brings. The fragment of
 * its address names the step, as in {@code loss.html#backward-n3-1}: node 3, first term.
 *
 * <p><b>Large graphs.</b> Up to {@link #limit} boxes, every node has its own steps. Above, groups
 * are collapsed as in {@link GraphPicture}, a collapsed box is one step, and the page says so.
 *
 * <p>The methods that set something change this page and return it. Placing the boxes needs an
 * engine, as for SVG: see {@link GraphPicture}. Not safe for use by several threads at once.
 */
public final class HtmlStepper {
  private static final int DEFAULT_LIMIT = 2000;
  private static final int MOST_ENTRIES = 5000;

  private final Node output;
  private Optional<String> title = Optional.empty();
  private Direction direction = Direction.LEFT_TO_RIGHT;
  private int limit = DEFAULT_LIMIT;
  private List<StepperMatrix> matrices = List.of();
  private Engines engines = Engines.standard();

  private HtmlStepper(Node output) {
    this.output = output;
  }

  /** A page about a node and its ancestors. */
  public static HtmlStepper of(Node output) {
    return new HtmlStepper(output);
  }

  /**
   * Writes a page about a node and its ancestors.
   *
   * @throws IOException if the folder does not exist or the file cannot be written
   * @throws RenderException if no engine could lay the graph out
   */
  @CanIgnoreReturnValue
  public static WrittenPicture write(Node output, Path path) throws IOException {
    return of(output).write(path);
  }

  /** The heading of the page. */
  @CanIgnoreReturnValue
  public HtmlStepper title(String text) {
    title = Optional.of(text);
    return this;
  }

  /** From left to right, if nothing is said, or from top to bottom. */
  @CanIgnoreReturnValue
  public HtmlStepper direction(Direction flow) {
    direction = flow;
    return this;
  }

  /**
   * How many boxes, and twice as many arrows, are shown before they are put together; 2,000 if
   * nothing is said.
   *
   * @throws IllegalArgumentException if it is less than 2
   */
  @CanIgnoreReturnValue
  public HtmlStepper limit(int boxes) {
    if (boxes < 2) {
      throw new IllegalArgumentException("Expected a limit of at least 2 but got " + boxes + ".");
    }
    limit = boxes;
    return this;
  }

  /**
   * The same computation with matrices, shown beside the graph.
   *
   * @throws IllegalArgumentException if a node is of another graph
   */
  @CanIgnoreReturnValue
  public HtmlStepper matrices(List<StepperMatrix> beside) {
    for (StepperMatrix matrix : beside) {
      if (matrix.nodes().stream().anyMatch(node -> node.graph() != output.graph())) {
        throw new IllegalArgumentException(
            "The nodes of " + matrix.name() + " are of another graph than the page.");
      }
    }
    matrices = List.copyOf(beside);
    return this;
  }

  /** Which engines are asked for places, in this order: see {@link GraphPicture#engines}. */
  @CanIgnoreReturnValue
  public HtmlStepper engines(DotEngine... inOrder) {
    engines = new Engines(List.of(inOrder));
    return this;
  }

  /**
   * The page.
   *
   * @throws RenderException if no engine could lay the graph out
   */
  public String toHtml() {
    return html(new ArrayList<>());
  }

  /**
   * Writes the page, whole or not at all, over an older one.
   *
   * @throws IllegalArgumentException if the name does not end in {@code .html}
   * @throws IOException if the folder does not exist or the file cannot be written
   * @throws RenderException if no engine could lay the graph out
   */
  public WrittenPicture write(Path path) throws IOException {
    if (!PictureFile.extension(path).equals("html")) {
      throw new IllegalArgumentException(
          "Expected a file name that ends in .html but got " + path + ".");
    }
    PictureFile.requireFolder(path);
    List<String> notes = new ArrayList<>();
    PictureFile.write(path, html(notes).getBytes(UTF_8));
    return new WrittenPicture(path, notes);
  }

  private String html(List<String> notes) {
    BackwardTrace trace = Backprop.trace(output);
    Scene scene =
        SceneBuilder.scene(
            new View(
                output,
                Optional.of(Backprop.sweep(output)),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Set.of(),
                limit));
    List<String> onPage = new ArrayList<>(scene.notes());
    List<StepperMatrix> shown = matrices;
    long entries = matrices.stream().mapToLong(m -> m.nodes().size()).sum();
    if (entries > MOST_ENTRIES) {
      onPage.add(
          "The matrices are left out: "
              + NumberText.count(entries)
              + " entries would be too many; "
              + NumberText.count(MOST_ENTRIES)
              + " are shown at most.");
      shown = List.of();
    }
    notes.addAll(onPage);
    Scene plain = forSteps(scene, trace);
    Engines.Answer answer = engines.place(plain, direction);
    notes.addAll(answer.notes());
    String heading = title.orElseGet(() -> "Step through " + output.label());
    Style style = new Style(Theme.LIGHT, Optional.empty(), false, "vbar", false);
    String svg = SvgWriter.write(new Drawing(plain, answer.layout(), style), plain, style);
    String json = new StepperData(trace, plain, shown, onPage).json();
    return StepperPage.html(VisibleText.line(heading), svg, json);
  }

  /**
   * The page marks what a step is about; the path of largest contribution would compete. Boxes have
   * room for every partial sum.
   */
  private static Scene forSteps(Scene scene, BackwardTrace trace) {
    return new Scene(
        scene.boxes().stream().map(box -> forSteps(box, trace)).toList(),
        scene.arrows().stream().map(HtmlStepper::withoutPath).toList(),
        scene.frames(),
        List.of(),
        scene.hasAdjoints(),
        scene.description(),
        scene.boxOf());
  }

  private static Box forSteps(Box box, BackwardTrace trace) {
    return new Box(
        box.id(),
        box.kind(),
        box.output(),
        false,
        box.heading(),
        box.details().stream().map(VisibleText::isolated).toList(),
        box.vBar().isPresent() ? withRoom(box, trace) : box.rows(),
        box.vBar(),
        VisibleText.isolated(box.tooltip()),
        box.frame());
  }

  private static List<Box.Row> withRoom(Box box, BackwardTrace trace) {
    Node node = trace.output().graph().node(Integer.parseInt(box.id().substring(1)));
    String longest =
        trace.step(node).stream()
            .flatMap(step -> step.contributions().stream())
            .map(term -> NumberText.signed(term.sumSoFar()) + " …")
            .max(Comparator.comparingInt(String::length))
            .orElse("");
    return box.rows().stream()
        .map(row -> row.label().equals("v̄") ? new Box.Row("v̄", row.number(), longest) : row)
        .toList();
  }

  private static Arrow withoutPath(Arrow arrow) {
    return new Arrow(
        arrow.id(),
        arrow.from(),
        arrow.to(),
        arrow.label(),
        VisibleText.isolated(arrow.tooltip()),
        arrow.contribution(),
        false);
  }
}
