package org.vbar.export;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** An SVG document as a reader sees it. */
final class TestSvg {
  private final Document document;

  private TestSvg(Document document) {
    this.document = document;
  }

  static TestSvg parse(String svg) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
      return new TestSvg(
          factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg))));
    } catch (ParserConfigurationException | SAXException | IOException e) {
      throw new AssertionError("not well-formed: " + e.getMessage(), e);
    }
  }

  Element root() {
    return document.getDocumentElement();
  }

  /** The element with an id. */
  Optional<Element> find(String id) {
    return elements(root(), "*").stream().filter(e -> e.getAttribute("id").equals(id)).findFirst();
  }

  Element get(String id) {
    return find(id).orElseThrow(() -> new AssertionError("no element " + id));
  }

  /** Elements below another. */
  static List<Element> elements(Element parent, String name) {
    NodeList nodes = parent.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int k = 0; k < nodes.getLength(); k++) {
      elements.add((Element) nodes.item(k));
    }
    return elements;
  }

  /** Groups of a class, in the order of the document. */
  List<Element> ofClass(String name) {
    Predicate<Element> has = e -> List.of(e.getAttribute("class").split(" ", -1)).contains(name);
    return elements(root(), "g").stream().filter(has).toList();
  }

  /** The lines of text in an element. */
  static List<String> lines(Element element) {
    return elements(element, "text").stream().map(Element::getTextContent).toList();
  }

  /** The name in a box: its bold lines of the heading's size, put together. */
  static String heading(Element box) {
    StringBuilder heading = new StringBuilder();
    for (Element text : elements(box, "text")) {
      if (text.getAttribute("font-size").equals("13")) {
        heading.append(text.getTextContent());
      }
    }
    return heading.toString();
  }

  static String title(Element element) {
    return elements(element, "title").get(0).getTextContent();
  }
}
