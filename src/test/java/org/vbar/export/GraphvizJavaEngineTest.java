package org.vbar.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import guru.nidi.graphviz.engine.EngineResult;
import guru.nidi.graphviz.engine.GraphvizCmdLineEngine;
import guru.nidi.graphviz.engine.GraphvizEngine;
import guru.nidi.graphviz.engine.GraphvizException;
import guru.nidi.graphviz.engine.Options;
import guru.nidi.graphviz.engine.Rasterizer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class GraphvizJavaEngineTest {
  /** An engine of graphviz-java. */
  private record Engine(boolean starts, UnaryOperator<String> draw) implements GraphvizEngine {
    @Override
    public void init(Consumer<GraphvizEngine> onOk, Consumer<GraphvizEngine> onError) {
      (starts ? onOk : onError).accept(this);
    }

    @Override
    public EngineResult execute(String src, Options options, Rasterizer rasterizer) {
      return EngineResult.fromString(draw.apply(src));
    }

    @Override
    public void close() {}
  }

  private static String draw(GraphvizEngine engine) {
    GraphPicture picture = GraphPicture.of(PictureFixtures.diamond());
    return picture.engines(new GraphvizJavaEngine(engine)).toSvg();
  }

  @Test
  void toSvg_engineOfGraphvizJava_isUsed() {
    String svg = draw(new Engine(true, TestEngines.onALine()::svg));
    assertEquals(4, TestSvg.parse(svg).ofClass("box").size());
  }

  @Test
  void toSvg_commandLineEngine_drawsAsDotDoes() {
    String expected = GraphPicture.of(PictureFixtures.diamond()).engines(TestEngines.dot()).toSvg();
    assertEquals(expected, draw(new GraphvizCmdLineEngine()));
  }

  @Test
  void toSvg_engineThatFailsOrDoesNotStart_saysSo() {
    Engine failing =
        new Engine(
            true,
            dot -> {
              throw new GraphvizException("no luck");
            });
    RenderException e = assertThrows(RenderException.class, () -> draw(failing));
    assertTrue(e.toString().contains("it failed: no luck"), e.getMessage());
    Engine asleep = new Engine(false, dot -> dot);
    e = assertThrows(RenderException.class, () -> draw(asleep));
    assertTrue(e.toString().contains("could not be started"), e.getMessage());
  }
}
