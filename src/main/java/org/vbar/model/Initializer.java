package org.vbar.model;

/**
 * A rule for the first weights: independent Gaussians of mean 0 and a standard deviation that
 * depends on the layer's size. Biases start at 0 under every rule.
 */
public enum Initializer {
  /**
   * Standard deviation √(1/inputs), which keeps the variance of pre-activations at that of the
   * inputs. Often called Xavier initialization, although Glorot and Bengio average both directions;
   * that is {@link #GLOROT}.
   */
  XAVIER {
    @Override
    public double standardDeviation(LayerSpec layer) {
      return Math.sqrt(1.0 / layer.inputs());
    }
  },

  /**
   * Standard deviation √(2/(inputs + outputs)), a compromise between the variance of
   * pre-activations and that of adjoints (Glorot and Bengio 2010, eq. 12).
   */
  GLOROT {
    @Override
    public double standardDeviation(LayerSpec layer) {
      return Math.sqrt(2.0 / ((double) layer.inputs() + layer.outputs()));
    }
  },

  /** Standard deviation √(2/inputs), for ReLU layers (He et al. 2015, eq. 10). */
  HE {
    @Override
    public double standardDeviation(LayerSpec layer) {
      return Math.sqrt(2.0 / layer.inputs());
    }
  },

  /** Standard deviation 1, whatever the size; saturates wide sigmoid layers. */
  GAUSSIAN {
    @Override
    public double standardDeviation(LayerSpec layer) {
      return 1.0;
    }
  },

  /** Standard deviation 0.01, whatever the size. */
  GAUSSIAN_SMALL {
    @Override
    public double standardDeviation(LayerSpec layer) {
      return 0.01;
    }
  };

  /**
   * The standard deviation of a layer's weights.
   *
   * @param layer the layer
   * @return a positive number
   */
  public abstract double standardDeviation(LayerSpec layer);
}
