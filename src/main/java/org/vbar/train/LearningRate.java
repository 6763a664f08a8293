package org.vbar.train;

import static com.google.common.base.Preconditions.checkArgument;

/** A schedule: the learning rate η as a function of the time, in epochs and their fractions. */
public sealed interface LearningRate {
  /**
   * η at a time.
   *
   * @param epochs how many epochs are done, at least 0; 1.5 is the middle of the second
   */
  double at(double epochs);

  /** η does not change. */
  static LearningRate constant(double rate) {
    return new Constant(rate);
  }

  /** η is multiplied by {@code factor} after every {@code everyEpochs} epochs. */
  static LearningRate steps(double initial, double factor, int everyEpochs) {
    return new Steps(initial, factor, everyEpochs);
  }

  /** η is multiplied by {@code factor} in the course of every epoch. */
  static LearningRate exponential(double initial, double factor) {
    return new Exponential(initial, factor);
  }

  /** η falls along half a cosine to 0 in {@code epochs} epochs and stays there. */
  static LearningRate cosine(double initial, int epochs) {
    return new Cosine(initial, epochs);
  }

  /** η rises in a straight line from 0 for {@code epochs} epochs, then follows this schedule. */
  default LearningRate afterWarmUp(double epochs) {
    return new WarmUp(epochs, this);
  }

  /**
   * The same rate for ever.
   *
   * @param rate η &gt; 0
   */
  record Constant(double rate) implements LearningRate {
    /** Checks the rate. */
    public Constant {
      Settings.checkPositive("learning rate", rate);
    }

    @Override
    public double at(double epochs) {
      return rate;
    }
  }

  /**
   * A staircase, η₀ · f^⌊epochs / n⌋.
   *
   * @param initial η₀
   * @param factor f in (0, 1]
   * @param everyEpochs n, at least 1
   */
  record Steps(double initial, double factor, int everyEpochs) implements LearningRate {
    /** Checks the constants. */
    public Steps {
      Settings.checkPositive("learning rate", initial);
      checkFactor(factor);
      Settings.checkAtLeast(1, "an interval in epochs", everyEpochs);
    }

    @Override
    public double at(double epochs) {
      return initial * Math.pow(factor, Math.floor(epochs / everyEpochs));
    }
  }

  /**
   * η₀ · f^epochs.
   *
   * @param initial η₀
   * @param factor f in (0, 1]
   */
  record Exponential(double initial, double factor) implements LearningRate {
    /** Checks the constants. */
    public Exponential {
      Settings.checkPositive("learning rate", initial);
      checkFactor(factor);
    }

    @Override
    public double at(double epochs) {
      return initial * Math.pow(factor, epochs);
    }
  }

  /**
   * η₀ · ½ (1 + cos(π · epochs / n)), and 0 from n on.
   *
   * @param initial η₀
   * @param epochs n, at least 1
   */
  record Cosine(double initial, int epochs) implements LearningRate {
    /** Checks the constants. */
    public Cosine {
      Settings.checkPositive("learning rate", initial);
      Settings.checkAtLeast(1, "a length in epochs", epochs);
    }

    @Override
    public double at(double done) {
      return done >= epochs ? 0 : initial * 0.5 * (1 + Math.cos(Math.PI * done / epochs));
    }
  }

  /**
   * A straight line from 0 to where the schedule stands when it takes over.
   *
   * @param epochs how long, more than 0
   * @param then the schedule, whose time runs from the very start
   */
  record WarmUp(double epochs, LearningRate then) implements LearningRate {
    /** Checks the constants. */
    public WarmUp {
      Settings.checkPositive("length of the warm-up", epochs);
    }

    @Override
    public double at(double done) {
      return done >= epochs ? then.at(done) : then.at(epochs) * done / epochs;
    }
  }

  private static void checkFactor(double factor) {
    checkArgument(
        factor > 0 && factor <= 1,
        "Expected a factor in (0, 1] for a schedule but got %s.",
        factor);
  }
}
