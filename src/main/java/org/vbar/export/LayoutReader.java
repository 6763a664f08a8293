package org.vbar.export;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.vbar.export.Curve.Point;

/**
 * Reads places from the SVG of a {@link DotEngine}: for every element with an id the first shape in
 * it, and all lines.
 *
 * <p>The answer comes from another program, so nothing in it is trusted: no DTD is read, and what
 * is missing or is no number is an error.
 */
final class LayoutReader {
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z]|[-+.0-9][-+.0-9eE]*");

  private final Map<String, Rect> shapes = new HashMap<>();
  private final Map<String, Curve> lines = new HashMap<>();

  private LayoutReader() {}

  /**
   * The layout of a scene.
   *
   * @throws RenderException if the answer is not the SVG of this scene
   */
  static Layout read(String svg, Scene scene) {
    LayoutReader reader = new LayoutReader();
    try {
      reader.read(svg);
    } catch (XMLStreamException | NumberFormatException e) {
      throw new RenderException("its answer is not the SVG of a graph: " + e.getMessage(), e);
    }
    return reader.layout(scene);
  }

  private void read(String svg) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newInstance();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    XMLStreamReader xml = factory.createXMLStreamReader(new StringReader(svg));
    Deque<String> groups = new ArrayDeque<>();
    try {
      while (xml.hasNext()) {
        int event = xml.next();
        if (event == XMLStreamConstants.START_ELEMENT) {
          String element = xml.getLocalName();
          if (element.equals("g")) {
            groups.push(attribute(xml, "id"));
          } else if (!groups.isEmpty()) {
            readShape(xml, element, groups.element());
          }
        } else if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals("g")) {
          groups.pop();
        }
      }
    } finally {
      xml.close();
    }
  }

  private void readShape(XMLStreamReader xml, String element, String id) {
    switch (element) {
      case "polygon" -> {
        if (!attribute(xml, "points").isEmpty()) {
          shapes.putIfAbsent(id, curve(attribute(xml, "points")).bounds());
        }
      }
      case "ellipse" -> {
        double rx = number(attribute(xml, "rx"));
        double ry = number(attribute(xml, "ry"));
        double x = number(attribute(xml, "cx"));
        double y = number(attribute(xml, "cy"));
        shapes.putIfAbsent(id, Rect.centred(x, y, 2 * rx, 2 * ry));
      }
      case "path" -> lines.putIfAbsent(id, curve(attribute(xml, "d")));
      default -> {
        // Text and titles say nothing about places.
      }
    }
  }

  private static String attribute(XMLStreamReader xml, String name) {
    String value = xml.getAttributeValue(null, name);
    return value == null ? "" : value;
  }

  /** Points, straight lines (M and L) and cubic curves (C), absolute. */
  private static Curve curve(String path) {
    List<Point> points = new ArrayList<>();
    List<Double> numbers = new ArrayList<>();
    char command = 'M';
    Matcher token = TOKEN.matcher(path);
    while (token.find()) {
      char first = token.group().charAt(0);
      if (Character.isLetter(first)) {
        command = first;
        continue;
      }
      numbers.add(number(token.group()));
      if (numbers.size() == (command == 'C' ? 6 : 2)) {
        append(points, numbers);
        numbers.clear();
      }
    }
    if (points.isEmpty()) {
      throw new NumberFormatException("a line without points");
    }
    return new Curve(points);
  }

  private static void append(List<Point> points, List<Double> numbers) {
    Point end = new Point(numbers.get(numbers.size() - 2), numbers.get(numbers.size() - 1));
    if (points.isEmpty()) {
      points.add(end);
    } else if (numbers.size() == 2) {
      Point start = points.get(points.size() - 1);
      points.add(between(start, end, 1 / 3.0));
      points.add(between(start, end, 2 / 3.0));
      points.add(end);
    } else {
      points.add(new Point(numbers.get(0), numbers.get(1)));
      points.add(new Point(numbers.get(2), numbers.get(3)));
      points.add(end);
    }
  }

  private static Point between(Point from, Point to, double part) {
    return new Point(from.x() + part * (to.x() - from.x()), from.y() + part * (to.y() - from.y()));
  }

  private static double number(String text) {
    double number = Double.parseDouble(text);
    if (!Double.isFinite(number)) {
      throw new NumberFormatException(text + " is not a coordinate");
    }
    return number;
  }

  private Layout layout(Scene scene) {
    Map<String, Rect> boxes = new HashMap<>();
    for (Box box : scene.boxes()) {
      Rect place = shape(box.id());
      Card card = Card.of(box);
      boxes.put(
          box.id(), Rect.centred(place.centreX(), place.centreY(), card.width(), card.height()));
    }
    Map<String, Rect> frames = new HashMap<>();
    for (Frame frame : scene.frames()) {
      frames.put(frame.id(), shape(frame.id()));
    }
    Map<String, List<Curve>> curves = new HashMap<>();
    Map<String, Rect> labels = new HashMap<>();
    for (Arrow arrow : scene.arrows()) {
      List<Curve> parts = new ArrayList<>(List.of(line(arrow.id() + "a")));
      if (!arrow.label().isEmpty()) {
        labels.put(arrow.id(), shape(arrow.id()));
        parts.add(line(arrow.id() + "b"));
      }
      curves.put(arrow.id(), parts);
    }
    return new Layout(boxes, frames, curves, labels);
  }

  private Rect shape(String id) {
    Rect place = shapes.get(id);
    if (place == null) {
      throw new RenderException("its answer lacks a place for " + id);
    }
    return place;
  }

  private Curve line(String id) {
    Curve line = lines.get(id);
    if (line == null) {
      throw new RenderException("its answer lacks the line " + id);
    }
    return line;
  }
}
