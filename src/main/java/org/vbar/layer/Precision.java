package org.vbar.layer;

/** How many digits a {@link TrainingNetwork} computes with. */
public enum Precision {
  /** 32 bits, about 7 decimal digits: enough to train with, at more than twice the speed. */
  FLOAT,

  /** 64 bits, about 16 decimal digits: to check with. */
  DOUBLE
}
