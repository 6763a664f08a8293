package org.vbar.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class InkCanvasTest {
  private static final int SIDE = 9;
  private final InkCanvas canvas = new InkCanvas(SIDE);

  @Test
  void ink_acrossALine_fadesWithDistance() {
    canvas.segment(0, 4, 8, 4);

    assertEquals(1, ink(4, 4, 1));
    assertEquals(0.5, ink(3, 4, 1));
    assertEquals(0, ink(2, 4, 1));
    assertTrue(ink(3, 4, 1.2) > 0.5 && ink(3, 4, 1.2) < 1);
  }

  @Test
  void ink_pastAnEnd_isRound() {
    canvas.segment(4, 4, 4, 6);

    assertEquals(ink(4, 3, 1), ink(3, 4, 1));
    assertTrue(ink(3, 3, 1) < ink(3, 4, 1));
  }

  @Test
  void ink_point_isADot() {
    canvas.segment(4, 4, 4, 4);

    assertEquals(1, ink(4, 4, 1));
    assertEquals(0.5, ink(4, 5, 1));
  }

  @Test
  void segment_outside_isCutOff() {
    canvas.segment(-50, 0, -20, 0);
    canvas.segment(40, 60, 90, 70);
    for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
      assertEquals(0, canvas.ink(pixel, 2.5));
    }
    canvas.segment(-50, 4, 50, 4);

    assertEquals(1, ink(4, 0, 1));
    assertEquals(1, ink(4, 8, 1));
  }

  @Test
  void clear_drawnCanvas_isEmpty() {
    canvas.segment(0, 4, 8, 4);
    canvas.clear();

    assertEquals(0, ink(4, 4, 2.5));
  }

  private double ink(int row, int column, double radius) {
    return canvas.ink(row * SIDE + column, radius);
  }
}
