package org.vbar.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GraphperEngineTest {
  @Test
  void svg_nonsense_saysThatItFailed() {
    GraphperEngine engine = new GraphperEngine();
    RenderException e = assertThrows(RenderException.class, () -> engine.svg("digraph { ]"));
    assertTrue(e.toString().contains("it failed: "), e.getMessage());
  }

  @Test
  void svg_tooLittleTime_saysSo() {
    GraphperEngine engine = new GraphperEngine(Duration.ofMillis(1));
    GraphPicture picture = GraphPicture.of(PictureFixtures.random(200)).limit(10_000);
    picture.engines(engine);
    RenderException e = assertThrows(RenderException.class, picture::toSvg);
    assertTrue(e.toString().contains("did not finish within 1 ms"), e.getMessage());
  }

  @Test
  void toSvg_deepChain_doesNotOverflowTheStack() {
    GraphPicture picture = GraphPicture.of(PictureFixtures.chain(1_500)).limit(10_000);
    picture.engines(new GraphperEngine());
    assertEquals(1_501, TestSvg.parse(picture.toSvg()).ofClass("box").size());
  }

  @Test
  void toSvg_severalThreads_giveTheSamePicture() {
    GraphperEngine engine = new GraphperEngine();
    List<String> pictures =
        IntStream.range(0, 8)
            .parallel()
            .mapToObj(k -> GraphPicture.of(PictureFixtures.classifier()).engines(engine).toSvg())
            .distinct()
            .toList();
    assertEquals(1, pictures.size());
  }
}
