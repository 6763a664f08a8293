package org.vbar.train;

/** Is told how a training goes, on the training's own thread. */
public interface TrainingListener {
  /** Does nothing. */
  TrainingListener SILENT = new TrainingListener() {};

  /**
   * After every step.
   *
   * @param epoch the running epoch, from 1
   * @param samplesDone how many samples of the epoch are done
   * @param samples how many samples an epoch has
   * @param meanLoss the mean of the epoch's losses so far
   */
  default void stepDone(int epoch, int samplesDone, int samples, double meanLoss) {}

  /** After every epoch. */
  default void epochDone(EpochFigures figures) {}

  /** After a checkpoint was written. */
  default void checkpointSaved() {}

  /** Something that the user should know, such as a damaged checkpoint. */
  default void warning(String message) {}
}
