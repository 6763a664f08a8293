package org.vbar.train;

import com.google.common.collect.ImmutableList;

/**
 * How a training ended.
 *
 * @param ending why
 * @param epochs the figures of all complete epochs, also of those before a resume
 */
public record TrainingOutcome(Ending ending, ImmutableList<EpochFigures> epochs) {
  /** Why a training ended. */
  public enum Ending {
    /** All epochs are done. */
    COMPLETED,
    /** The validation loss no longer improved. */
    STOPPED_EARLY,
    /** Somebody asked to stop; a checkpoint, if there is a store, continues from here. */
    STOPPED_ON_REQUEST
  }
}
