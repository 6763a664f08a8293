package org.vbar.derive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.StringReader;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** Whether MathML is well-formed XML with the right number of children, and LaTeX braces match. */
final class WellFormed {
  private WellFormed() {}

  static Document check(String xml) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setNamespaceAware(true);
      DocumentBuilder builder = factory.newDocumentBuilder();
      builder.setErrorHandler(null);
      Document document = builder.parse(new InputSource(new StringReader(xml)));
      checkChildren(document.getDocumentElement());
      return document;
    } catch (SAXException | IOException | ParserConfigurationException e) {
      return fail(xml, e);
    }
  }

  private static void checkChildren(Element element) {
    NodeList children = element.getChildNodes();
    int elements = 0;
    for (int i = 0; i < children.getLength(); i++) {
      Node child = children.item(i);
      if (child instanceof Element inner) {
        elements++;
        checkChildren(inner);
      }
    }
    int expected =
        switch (element.getLocalName()) {
          case "msup", "msub", "mfrac", "mover", "munder" -> 2;
          case "msubsup" -> 3;
          case "math" -> 1;
          case "mi", "mn", "mo", "mtext", "p" -> 0;
          default -> elements;
        };
    assertEquals(expected, elements, element.getLocalName());
  }

  static void checkBraces(String latex) {
    int depth = 0;
    int lefts = 0;
    for (int i = 0; i < latex.length(); i++) {
      char c = latex.charAt(i);
      if (c == '\\') {
        lefts += latex.startsWith("left", i + 1) ? 1 : 0;
        lefts -= latex.startsWith("right", i + 1) ? 1 : 0;
        i++;
      } else {
        depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      }
    }
    assertEquals(0, depth, latex);
    assertEquals(0, lefts, latex);
  }
}
