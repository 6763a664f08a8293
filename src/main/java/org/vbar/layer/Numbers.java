package org.vbar.layer;

/**
 * An array of numbers of one {@link Precision}, so that what holds and hands on numbers need not
 * know which.
 *
 * <p>{@link #at} and {@link #set} are for code that runs rarely. A loop that should be fast takes
 * the array itself, from {@link #floats()} or {@link #doubles()}.
 */
public abstract sealed class Numbers {
  private Numbers() {}

  /**
   * Zeros.
   *
   * @param precision float or double
   * @param length how many
   * @return new numbers
   */
  public static Numbers zeros(Precision precision, int length) {
    return switch (precision) {
      case FLOAT -> new Floats(new float[length]);
      case DOUBLE -> new Doubles(new double[length]);
    };
  }

  /**
   * The precision.
   *
   * @return which of {@link #floats()} and {@link #doubles()} may be called
   */
  public abstract Precision precision();

  /**
   * How many numbers there are.
   *
   * @return the length of the array
   */
  public abstract int length();

  /**
   * One number.
   *
   * @param index from 0
   * @return the number, exactly
   * @throws IndexOutOfBoundsException if there is no such number
   */
  public abstract double at(int index);

  /**
   * Changes one number.
   *
   * @param index from 0
   * @param value the number, which is rounded to the precision
   * @throws IndexOutOfBoundsException if there is no such number
   */
  public abstract void set(int index, double value);

  /**
   * Copies a range within or between numbers of one precision.
   *
   * @param start the first to copy
   * @param to where to, of the same precision. Modified.
   * @param toStart where the first one goes
   * @param count how many
   * @throws IndexOutOfBoundsException if a range does not fit
   * @throws IllegalStateException if the precisions differ
   */
  public abstract void copy(int start, Numbers to, int toStart, int count);

  /** Copies {@code count} numbers from {@code start} on to the beginning of an array. */
  abstract void read(int start, int count, double[] to);

  /** Overwrites {@code count} numbers from {@code start} on, each rounded to the precision. */
  abstract void write(int start, int count, double[] from);

  /**
   * The array itself.
   *
   * @return shared; writing to it changes the numbers
   * @throws IllegalStateException if the precision is DOUBLE
   */
  public float[] floats() {
    throw new IllegalStateException("Expected FLOAT numbers but got DOUBLE: call doubles().");
  }

  /**
   * The array itself.
   *
   * @return shared; writing to it changes the numbers
   * @throws IllegalStateException if the precision is FLOAT
   */
  public double[] doubles() {
    throw new IllegalStateException("Expected DOUBLE numbers but got FLOAT: call floats().");
  }

  private static final class Floats extends Numbers {
    private final float[] array;

    Floats(float[] array) {
      this.array = array;
    }

    @Override
    public Precision precision() {
      return Precision.FLOAT;
    }

    @Override
    public int length() {
      return array.length;
    }

    @Override
    public double at(int index) {
      return array[index];
    }

    @Override
    public void set(int index, double value) {
      array[index] = (float) value;
    }

    @Override
    public void copy(int start, Numbers to, int toStart, int count) {
      System.arraycopy(array, start, to.floats(), toStart, count);
    }

    @Override
    void read(int start, int count, double[] to) {
      for (int i = 0; i < count; i++) {
        to[i] = array[start + i];
      }
    }

    @Override
    void write(int start, int count, double[] from) {
      for (int i = 0; i < count; i++) {
        array[start + i] = (float) from[i];
      }
    }

    @Override
    public float[] floats() {
      return array;
    }
  }

  private static final class Doubles extends Numbers {
    private final double[] array;

    Doubles(double[] array) {
      this.array = array;
    }

    @Override
    public Precision precision() {
      return Precision.DOUBLE;
    }

    @Override
    public int length() {
      return array.length;
    }

    @Override
    public double at(int index) {
      return array[index];
    }

    @Override
    public void set(int index, double value) {
      array[index] = value;
    }

    @Override
    public void copy(int start, Numbers to, int toStart, int count) {
      System.arraycopy(array, start, to.doubles(), toStart, count);
    }

    @Override
    void read(int start, int count, double[] to) {
      System.arraycopy(array, start, to, 0, count);
    }

    @Override
    void write(int start, int count, double[] from) {
      System.arraycopy(from, 0, array, start, count);
    }

    @Override
    public double[] doubles() {
      return array;
    }
  }
}
