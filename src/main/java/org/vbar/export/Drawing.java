package org.vbar.export;

import java.util.List;
import org.vbar.export.Canvas.Anchor;
import org.vbar.export.Canvas.Letters;
import org.vbar.export.Canvas.Paint;
import org.vbar.export.Curve.Point;

/** A scene with its places, title, caption and legend, ready to be drawn on any canvas. */
final class Drawing {
  private static final double MARGIN = 22;
  private static final double NARROWEST = 460;
  private static final double TITLE = 18;
  private static final double TITLE_LINE = 25;
  private static final double NOTE = 11;
  private static final double NOTE_LINE = 16;
  private static final double GAP = 16;

  private static final double BORDER = 1.4;
  private static final double PATH_WIDTH = 3.2;
  private static final double PATH_HALO = 5;
  private static final double DOUBLE_BORDER = 3.5;
  private static final double FRAME_CORNER = 10;
  private static final Rect NOWHERE = new Rect(0, 0, 0, 0);

  private final Scene scene;
  private final Theme theme;
  private final Page page;
  private final Layout layout;

  Drawing(Scene scene, Layout layout, Style style) {
    this.scene = scene;
    this.theme = style.theme();
    Rect graph = layout.bounds().grown(PATH_HALO + 2); // what is drawn goes beyond the boxes
    this.page = page(scene, graph, style);
    double left = (page.area.width() - graph.width()) / 2;
    this.layout = layout.moved(left - graph.x(), page.graphTop - graph.y());
  }

  /** Where the parts of the page are. */
  private record Page(
      Rect area,
      List<String> title,
      List<String> notes,
      double graphTop,
      Legend legend,
      double legendTop) {}

  private static Page page(Scene scene, Rect graph, Style style) {
    double content = Math.max(graph.width(), NARROWEST);
    int columns = (int) (content / (TITLE * 0.65));
    List<String> title =
        style.title().map(text -> VisibleText.wrapped(text, columns)).orElse(List.of());
    int noteColumns = (int) (content / (NOTE * 0.6));
    List<String> notes =
        scene.notes().isEmpty()
            ? List.of()
            : VisibleText.wrapped(String.join(" ", scene.notes()), noteColumns);
    double head = title.size() * TITLE_LINE + notes.size() * NOTE_LINE;
    double graphTop = MARGIN + head + (head > 0 ? GAP : 0);
    Legend legend = style.legend() ? Legend.of(scene, style.theme(), content) : Legend.none();
    double legendTop = graphTop + graph.height() + (legend.height() > 0 ? GAP : 0);
    double height = legendTop + legend.height() + MARGIN;
    Rect area = new Rect(0, 0, Math.ceil(content + 2 * MARGIN), Math.ceil(height));
    return new Page(area, title, notes, graphTop, legend, legendTop);
  }

  /** The size of the picture. */
  Rect area() {
    return page.area;
  }

  void draw(Canvas canvas) {
    canvas.rect(page.area, 0, Paint.fill(theme.background()));
    head(canvas);
    scene.frames().forEach(frame -> frame(canvas, frame));
    scene.boxes().stream().filter(Box::onPath).forEach(box -> halo(canvas, box));
    scene.arrows().stream().filter(Arrow::onPath).forEach(arrow -> halo(canvas, arrow));
    scene.arrows().stream().filter(a -> !a.onPath()).forEach(arrow -> arrow(canvas, arrow));
    scene.arrows().stream().filter(Arrow::onPath).forEach(arrow -> arrow(canvas, arrow));
    scene.frames().forEach(frame -> frameTitle(canvas, frame));
    scene.boxes().forEach(box -> box(canvas, box));
    page.legend.draw(canvas, MARGIN, page.legendTop);
  }

  private void head(Canvas canvas) {
    double y = MARGIN;
    for (String line : page.title) {
      y += TITLE_LINE;
      Letters letters = new Letters(TITLE, true, theme.ink());
      canvas.text(MARGIN, y - 7, Anchor.START, letters, line);
    }
    for (String line : page.notes) {
      y += NOTE_LINE;
      Letters letters = new Letters(NOTE, false, theme.muted());
      canvas.text(MARGIN, y - 4, Anchor.START, letters, line);
    }
  }

  private void frame(Canvas canvas, Frame frame) {
    canvas.open(frame.id(), "frame", frame.group().path());
    canvas.rect(place(frame), FRAME_CORNER, Paint.stroke(theme.track(), 1.2).dashed(5, 4));
    canvas.close();
  }

  /** Over the arrows, in the upper corner that fewer of them cross: the left one among equals. */
  private void frameTitle(Canvas canvas, Frame frame) {
    Rect place = place(frame);
    double width = FrameTitle.width(frame) + 8;
    Rect left = new Rect(place.x() + 8, place.y() + 4, width, 15);
    Rect right = left.moved(place.width() - width - 16, 0);
    Rect under = crossings(right) < crossings(left) ? right : left;
    canvas.rect(under, 4, Paint.fill(theme.background()));
    Letters letters = new Letters(FrameTitle.FONT, true, theme.muted());
    String title = FrameTitle.text(frame);
    canvas.text(under.x() + 4, under.y() + 11, Anchor.START, letters, title);
  }

  private long crossings(Rect title) {
    Rect place = title.grown(PATH_HALO + PATH_WIDTH);
    return layout.curves().values().stream()
        .flatMap(List::stream)
        .filter(curve -> curve.crosses(place))
        .count();
  }

  private void halo(Canvas canvas, Box box) {
    Rect place = place(box);
    double corner = Card.corner(box, place.height()) + PATH_HALO;
    canvas.rect(place.grown(PATH_HALO), corner, Paint.fill(theme.halo()));
  }

  private void halo(Canvas canvas, Arrow arrow) {
    for (Curve curve : lines(arrow)) {
      canvas.curve(curve, Paint.stroke(theme.halo(), PATH_WIDTH + 2 * PATH_HALO));
    }
    layout
        .label(arrow)
        .ifPresent(place -> canvas.rect(place.grown(1.5), PATH_HALO, Paint.fill(theme.halo())));
  }

  private void arrow(Canvas canvas, Arrow arrow) {
    canvas.open(arrow.id(), arrow.onPath() ? "arrow on-path" : "arrow", arrow.tooltip());
    double width = arrow.onPath() ? PATH_WIDTH : width(arrow);
    String colour = arrow.onPath() ? theme.path() : theme.arrow();
    List<Curve> lines = lines(arrow);
    for (Curve curve : lines.subList(0, lines.size() - 1)) {
      canvas.curve(curve, Paint.stroke(colour, width));
    }
    lineWithHead(canvas, lines.get(lines.size() - 1), colour, width);
    layout.label(arrow).ifPresent(place -> label(canvas, arrow, place));
    canvas.close();
  }

  /** Wider for a larger |contribution|: by its square root, so that small ones do not vanish. */
  private double width(Arrow arrow) {
    double largest = scene.largestContribution();
    double part = largest > 0 ? Math.sqrt(Math.min(1, arrow.contribution() / largest)) : 0;
    return 0.9 + 1.3 * (Double.isNaN(part) ? 0 : part);
  }

  private static void lineWithHead(Canvas canvas, Curve curve, String colour, double width) {
    double length = 6 + 1.6 * width;
    double half = 2.6 + 0.9 * width;
    Point tip = curve.end();
    Point to = curve.arrival();
    Curve line = curve.withEndMoved(-to.x() * length * 0.9, -to.y() * length * 0.9);
    canvas.curve(line, Paint.stroke(colour, width));
    Point base = tip.moved(-to.x() * length, -to.y() * length);
    canvas.polygon(
        Paint.fill(colour),
        tip,
        base.moved(-to.y() * half, to.x() * half),
        base.moved(to.y() * half, -to.x() * half));
  }

  private void label(Canvas canvas, Arrow arrow, Rect place) {
    String under = arrow.onPath() ? theme.halo() : theme.background();
    canvas.rect(place, 4, Paint.fill(under));
    Letters letters = new Letters(ArrowLabel.FONT, arrow.onPath(), theme.ink());
    double y = place.centreY() - ArrowLabel.LINE * arrow.label().size() / 2;
    for (String line : arrow.label()) {
      canvas.text(place.centreX(), y + 10, Anchor.MIDDLE, letters, line);
      y += ArrowLabel.LINE;
    }
  }

  private void box(Canvas canvas, Box box) {
    Rect place = place(box);
    Card card = Card.of(box);
    String classes =
        "box "
            + box.kind().title()
            + (box.output() ? " output" : "")
            + (box.onPath() ? " on-path" : "");
    canvas.open(box.id(), classes, box.tooltip());
    BoxShape.draw(canvas, theme, box, place, BORDER, DOUBLE_BORDER);
    Rect front = Card.front(box, place);
    double y = front.y() + Card.PADDING;
    for (String line : box.heading()) {
      Letters letters = new Letters(Card.HEADING, true, theme.ink());
      canvas.text(front.centreX(), y + 13, Anchor.MIDDLE, letters, line);
      y += Card.HEADING_LINE;
    }
    for (String line : box.details()) {
      Letters letters = new Letters(Card.DETAIL, false, theme.muted());
      canvas.text(front.centreX(), y + 11, Anchor.MIDDLE, letters, line);
      y += Card.DETAIL_LINE;
    }
    double left = front.x() + card.inset();
    double right = front.right() - card.inset();
    for (Box.Row row : box.rows()) {
      Letters label = new Letters(Card.DETAIL, false, theme.muted());
      Letters number = new Letters(Card.DETAIL, true, theme.ink());
      canvas.text(left, y + 11, Anchor.START, label, row.label());
      canvas.text(right, y + 11, Anchor.END, number, row.number());
      y += Card.DETAIL_LINE;
    }
    if (box.vBar().isPresent()) {
      Rect track = new Rect(left, y + 4, right - left, Card.BAR);
      AdjointBar.draw(canvas, theme, track, box.vBar().getAsDouble(), scene.largestAdjoint());
    }
    canvas.close();
  }

  private Rect place(Box box) {
    return layout.boxes().getOrDefault(box.id(), NOWHERE);
  }

  private Rect place(Frame frame) {
    return layout.frames().getOrDefault(frame.id(), NOWHERE);
  }

  private List<Curve> lines(Arrow arrow) {
    return layout.curves().getOrDefault(arrow.id(), List.of());
  }
}
