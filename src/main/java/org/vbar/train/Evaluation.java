package org.vbar.train;

/** A loss with its gradient. */
public final class Evaluation {
  private final double loss;
  private final double[] gradient;

  Evaluation(double loss, double[] gradient) {
    this.loss = loss;
    this.gradient = gradient;
  }

  /** The mean loss of the minibatch. */
  public double loss() {
    return loss;
  }

  /**
   * The adjoints of the parameters, in the order of {@link org.vbar.model.MlpParameters#toArray}.
   * The array itself, not a copy.
   */
  public double[] gradient() {
    return gradient;
  }
}
