package org.vbar.train;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.util.Arrays;
import org.vbar.data.Batch;
import org.vbar.data.LabelledImages;
import org.vbar.data.Permutation;

/** A set of labelled examples from which minibatches are taken. */
public interface Examples {
  /** How many there are, at least 1. */
  int count();

  /**
   * The examples {@code order[from]} … {@code order[to − 1]} as a batch.
   *
   * @param order indices of examples. Not modified.
   * @throws IndexOutOfBoundsException if there are no such positions or examples
   */
  Batch batch(int[] order, int from, int to);

  /** The SHA-256 of the content, 64 hexadecimal digits. */
  String sha256();

  /** Examples from images. */
  static Examples of(LabelledImages images) {
    return new Examples() {
      @Override
      public int count() {
        return images.count();
      }

      @Override
      public Batch batch(int[] order, int from, int to) {
        return images.batch(order, from, to);
      }

      @Override
      public String sha256() {
        return images.sha256();
      }
    };
  }

  /** Examples from the rows of a batch. */
  static Examples of(Batch batch) {
    return new Examples() {
      @Override
      public int count() {
        return batch.rows();
      }

      @Override
      public Batch batch(int[] order, int from, int to) {
        return batch.select(Arrays.copyOfRange(order, from, to));
      }

      @Override
      public String sha256() {
        Hasher hasher = Hashing.sha256().newHasher();
        hasher.putInt(batch.columns()).putInt(batch.targetColumns());
        Arrays.stream(batch.inputs()).forEach(hasher::putDouble);
        Arrays.stream(batch.targets()).forEach(hasher::putDouble);
        return hasher.hash().toString();
      }
    };
  }

  /**
   * Some of these examples.
   *
   * @param indices which, at least 1. Copied.
   */
  default Examples select(int[] indices) {
    checkArgument(indices.length > 0, "Expected at least 1 example but got none.");
    int[] chosen = indices.clone();
    Examples all = this;
    return new Examples() {
      @Override
      public int count() {
        return chosen.length;
      }

      @Override
      public Batch batch(int[] order, int from, int to) {
        int[] translated = new int[to - from];
        for (int k = 0; k < translated.length; k++) {
          translated[k] = chosen[order[from + k]];
        }
        return all.batch(translated, 0, translated.length);
      }

      @Override
      public String sha256() {
        Hasher hasher = Hashing.sha256().newHasher();
        hasher.putUnencodedChars(all.sha256());
        Arrays.stream(chosen).forEach(hasher::putInt);
        return hasher.hash().toString();
      }
    };
  }

  /**
   * Puts some examples aside, drawn at random.
   *
   * @param fraction how much to put aside, in (0, 1); at least one example stays on either side
   * @param seed any number; the same seed gives the same split on every JDK
   * @throws IllegalArgumentException if there is only one example or the fraction is out of range
   */
  default Split split(double fraction, long seed) {
    checkArgument(
        fraction > 0 && fraction < 1, "Expected a fraction in (0, 1) but got %s.", fraction);
    checkArgument(count() > 1, "Expected at least 2 examples to split but got 1.");
    int aside = (int) Math.max(1, Math.min(count() - 1, Math.round(fraction * count())));
    int[] order = Permutation.shuffled(count(), seed);
    return new Split(
        select(Arrays.copyOfRange(order, aside, order.length)),
        select(Arrays.copyOfRange(order, 0, aside)));
  }

  /**
   * Examples to learn from and examples to judge by, none of them in both.
   *
   * @param training to learn from
   * @param validation to judge by
   */
  record Split(Examples training, Examples validation) {}
}
