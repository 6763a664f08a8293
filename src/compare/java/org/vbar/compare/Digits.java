package org.vbar.compare;

import org.vbar.data.Batch;
import org.vbar.data.LabelledImages;

/** Images as floats between 0 and 1, row after row, and their labels. */
final class Digits {
  static final int PIXELS = 784;
  static final int CLASSES = 10;

  private final float[] pixels;
  private final int[] labels;

  private Digits(float[] pixels, int[] labels) {
    this.pixels = pixels;
    this.labels = labels;
  }

  static Digits of(LabelledImages images) {
    float[] pixels = new float[images.count() * PIXELS];
    int[] labels = new int[images.count()];
    for (int i = 0; i < labels.length; i++) {
      Batch one = images.batch(i, i + 1);
      double[] inputs = one.inputs();
      for (int j = 0; j < PIXELS; j++) {
        pixels[i * PIXELS + j] = (float) inputs[j];
      }
      labels[i] = images.label(i);
    }
    return new Digits(pixels, labels);
  }

  float[] pixels() {
    return pixels;
  }

  int[] labels() {
    return labels;
  }

  int count() {
    return labels.length;
  }

  /** A 1 in the column of each label. */
  float[] oneHot() {
    float[] targets = new float[labels.length * CLASSES];
    for (int i = 0; i < labels.length; i++) {
      targets[i * CLASSES + labels[i]] = 1;
    }
    return targets;
  }

  /** The share of labels that were found. */
  double shareOf(int[] found) {
    int right = 0;
    for (int i = 0; i < labels.length; i++) {
      right += found[i] == labels[i] ? 1 : 0;
    }
    return (double) right / labels.length;
  }
}
