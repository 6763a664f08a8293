package org.vbar.export;

import org.vbar.export.Canvas.Paint;

/**
 * The outline of a box, which says what it stands for without any colour: round ends for a
 * variable, sharp corners and dashes for a constant, rounded corners for an op, a double border for
 * the output, a stack for many nodes, dots for what is left out.
 */
final class BoxShape {
  private BoxShape() {}

  static void draw(Canvas canvas, Theme theme, Box box, Rect place, double border, double inner) {
    Rect front = Card.front(box, place);
    double corner = Card.corner(box, front.height());
    Paint paint = Paint.both(theme.fill(box), theme.outline(box), border);
    switch (box.kind()) {
      case CONSTANT -> paint = paint.dashed(4, 3);
      case REST -> paint = paint.dashed(1, 4);
      case GROUP, ARRAY -> {
        canvas.rect(front.moved(Card.STACK, -Card.STACK), corner, paint);
        canvas.rect(front.moved(Card.STACK / 2, -Card.STACK / 2), corner, paint);
      }
      case VARIABLE, OP -> {
        // A plain border.
      }
    }
    canvas.rect(front, corner, paint);
    if (box.output()) {
      canvas.rect(
          front.grown(-inner),
          Math.max(0, corner - inner),
          Paint.stroke(theme.outline(box), border));
    }
  }
}
