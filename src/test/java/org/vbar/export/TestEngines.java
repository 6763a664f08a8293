package org.vbar.export;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Engines for tests. */
final class TestEngines {
  private static final Pattern PLACE =
      Pattern.compile("^ *\"([^\"]+)\" \\[id=.*$|^ *subgraph \"([^\"]+)\"", Pattern.MULTILINE);
  private static final Pattern LINE =
      Pattern.compile("^ *\"[^\"]+\" -> \"[^\"]+\" \\[id=\"([^\"]+)\"", Pattern.MULTILINE);

  private TestEngines() {}

  /** Graphviz; skips the test where it is not installed. */
  static DotProcess dot() {
    DotProcess dot = DotProcess.onPath(System.getenv("PATH"));
    assumeTrue(dot.program().isPresent(), "Graphviz is not installed: no dot on the PATH");
    return dot;
  }

  /** An engine by its name; skips the test where it is not installed. */
  static DotEngine named(String name) {
    return name.equals("dot") ? dot() : new GraphperEngine();
  }

  /** An engine that is always there: it puts everything on a line. */
  static DotEngine onALine() {
    return new DotEngine() {
      @Override
      public String name() {
        return "line";
      }

      @Override
      public String svg(String dot) {
        StringBuilder svg = new StringBuilder("<svg>");
        int x = 0;
        for (Matcher m = PLACE.matcher(dot); m.find(); x += 200) {
          String id = m.group(1) == null ? m.group(2) : m.group(1);
          svg.append("<g id=\"%s\"><ellipse cx=\"%d\" cy=\"0\" ".formatted(id, x))
              .append("rx=\"50\" ry=\"30\"/></g>");
        }
        for (Matcher m = LINE.matcher(dot); m.find(); ) {
          svg.append("<g id=\"%s\"><path d=\"M0,0 100,10\"/></g>".formatted(m.group(1)));
        }
        return svg.append("</svg>").toString();
      }
    };
  }

  /** An engine that always fails. */
  static DotEngine broken(String why) {
    return new DotEngine() {
      @Override
      public String name() {
        return "broken";
      }

      @Override
      public String svg(String dot) {
        throw new RenderException(why);
      }
    };
  }
}
