package org.vbar.train;

import java.util.Arrays;
import java.util.Optional;
import org.vbar.data.Batch;
import org.vbar.data.Mnist;
import org.vbar.data.ToyData;

/** The examples of a preset: some to learn from and others to judge by. */
public enum PresetData {
  /** 60,000 handwritten digits to learn from and 10,000 to judge by. */
  MNIST {
    @Override
    public Examples.Split examples(Optional<Mnist> mnist) {
      Mnist digits =
          mnist.orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "Expected the MNIST digits but got none: put the four files into "
                          + Mnist.DEFAULT_DIRECTORY
                          + " or name their directory in "
                          + Mnist.DIRECTORY_VARIABLE
                          + "."));
      return new Examples.Split(Examples.of(digits.train()), Examples.of(digits.test()));
    }
  },

  /** Two half circles in the plane, moved so that their middle is (0, 0). */
  CENTRED_MOONS {
    @Override
    public Examples.Split examples(Optional<Mnist> mnist) {
      return new Examples.Split(
          Examples.of(centredMoons(TRAINING_SEED)), Examples.of(centredMoons(VALIDATION_SEED)));
    }
  },

  /** Two half circles in the plane, with a third input that is always 1. */
  MOONS_WITH_ONES {
    @Override
    public Examples.Split examples(Optional<Mnist> mnist) {
      return new Examples.Split(
          Examples.of(withOnes(moons(TRAINING_SEED))),
          Examples.of(withOnes(moons(VALIDATION_SEED))));
    }
  };

  private static final int POINTS = 400;
  private static final double NOISE = 0.15;
  private static final long TRAINING_SEED = 1;
  private static final long VALIDATION_SEED = 2;

  /**
   * The examples.
   *
   * @param mnist the digits, which only {@link #MNIST} needs
   * @throws IllegalArgumentException if they are needed and absent
   */
  public abstract Examples.Split examples(Optional<Mnist> mnist);

  private static Batch moons(long seed) {
    return ToyData.twoMoons(POINTS, NOISE, seed);
  }

  private static Batch centredMoons(long seed) {
    Batch moons = moons(seed);
    double[] centred = moons.inputs().clone();
    for (int k = 0; k < centred.length; k += 2) {
      centred[k] -= 0.5;
      centred[k + 1] -= 0.25;
    }
    return Batch.binary(2, centred, moons.labels());
  }

  /**
   * Appends a column of ones, whose weights take the place of biases.
   *
   * @return a batch of one more column
   */
  static Batch withOnes(Batch batch) {
    int columns = batch.columns();
    double[] inputs = new double[batch.rows() * (columns + 1)];
    Arrays.fill(inputs, 1);
    for (int row = 0; row < batch.rows(); row++) {
      System.arraycopy(batch.inputs(), row * columns, inputs, row * (columns + 1), columns);
    }
    return Batch.binary(columns + 1, inputs, batch.labels());
  }
}
